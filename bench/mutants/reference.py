"""What a reference says along many action lists: a tree that a mutant is later walked through beside it.

The lists are seeded: uniform playouts, playouts of players with habits, playouts of players who win when they can, the
game's scenarios and what follows them, a different action at a random place of each game with the same actions after
it, and histories that `resample_history` draws. The last two give pairs of games that a player can just, or just not,
tell apart.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from math import gcd
from time import process_time
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game, State
from gamecwm.search.determinize import own_history
from gamecwm.values import clone, fingerprint

#: Longest playout; actions that follow a different one; how many of a node's actions a player who wants to win tries.
STEPS, FOLLOWED, TRIED = 400, 10, 24
#: Illegal actions that are tried at every so many nodes.
REFUSALS, REFUSED_EVERY = 4, 5
#: Decisions at which histories are resampled, and how often at each.
SPOTS, SAMPLES = 10, 60
#: Most playouts; of small games there are not more.
GAMES = 250
#: Positions up to which a game counts as small, to be explored to the end.
SMALL = 7000


@dataclass(slots=True)
class Node:
    """What the reference says after a list of actions."""

    player: int
    #: Hash of the legal actions with their weights.
    legal: int
    rewards: tuple[float, ...]
    #: Hash of what each player sees here and of all that they saw and did at their own decisions before.
    seen: list[int]
    #: Illegal action -> whether the reference refuses it.
    refuses: dict[str, bool]
    children: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """A player's decision at which histories are resampled: the list that leads there, and the draws of the reference."""

    actions: tuple[str, ...]
    player: int
    draws: list[tuple[str, ...]]


@dataclass
class Reference:
    """A game, and how it plays along many lists."""

    game: Game
    root: Node
    names: list[str]
    games: int = 0
    nodes: int = 0
    decisions: list[Decision] = field(default_factory=list)
    #: Number of different states where all could be visited, else None.
    positions: int | None = None


def weights(player: int, legal: list[str]) -> int:
    """A hash of legal actions with their numbers; at chance nodes only the proportions count."""
    counts = Counter(legal)
    common = gcd(*counts.values()) if player == CHANCE and counts else 1
    return hash(frozenset((action, count // common) for action, count in counts.items()))


def with_view(memory: int, view: Any) -> int:
    """What a player remembers, with one more observation."""
    return hash((memory, fingerprint(view)))


def remembered(player: int, memory: list[int], seen: list[int]) -> list[int]:
    """What each player remembers after a node: what is seen at another's turn is not kept, but at the end."""
    return [new if player in (one, OVER) else old for one, (old, new) in enumerate(zip(memory, seen, strict=True))]


class Builder:
    """Plays the reference and grows the tree."""

    def __init__(self, game: Game, scenarios: list[list[str]], *, nodes: int, seconds: float, seed: int) -> None:
        self.game = game
        self.rng = random.Random(f"{seed} reference")
        self.pool: dict[str, None] = {}
        self.nodes_left = nodes
        self.deadline = process_time() + seconds
        self.states: dict[int, State] = {}
        self.memories: dict[int, list[int]] = {}
        state = game.get_initial_state()
        players = len(game.get_rewards(state))
        root = self._node(state, [0] * players)
        self.reference = Reference(game, root, [game.get_player_name(player) for player in range(players)])
        self.scenarios = scenarios

    def build(self, *, explore: bool) -> Reference:
        """The tree within the budget; `explore`: it is also found out whether the game is small."""
        number = 0
        for opening in self.scenarios:
            self._game(opening, "uniform", limit=len(opening) + FOLLOWED)
        while number < GAMES and self.nodes_left > 0 and process_time() < self.deadline:
            style = ("uniform", "habits", "uniform", "greedy")[number % 4]
            opening = self.rng.choice(self.scenarios) if self.scenarios and number % 5 == 4 else []
            actions = self._game(opening, style)
            for _ in range(2):
                self._variation(actions)
            self._resample(actions)
            number += 1
        self.reference.games = number
        self.reference.positions = self._explore() if explore else None
        # States are only needed while the tree grows.
        self.states.clear()
        return self.reference

    def _node(self, state: State, memory: list[int]) -> Node:
        game = self.game
        player, legal = game.get_current_player(state), game.get_legal_actions(state)
        seen = [with_view(kept, view) for kept, view in zip(memory, game.get_observations(state), strict=True)]
        refuses: dict[str, bool] = {}
        if self.nodes_left % REFUSED_EVERY == 0 and self.pool:
            others = [action for action in self.rng.sample(list(self.pool), min(REFUSALS, len(self.pool)))]
            refuses = {action: self._refuses(state, action) for action in [*others, "nonsense"] if action not in legal}
        self.pool.update(dict.fromkeys(legal[:50]))
        node = Node(player, weights(player, legal), tuple(map(float, game.get_rewards(state))), seen, refuses)
        self.states[id(node)] = state
        self.memories[id(node)] = remembered(player, memory, seen)
        self.nodes_left -= 1
        return node

    def _refuses(self, state: State, action: str) -> bool:
        try:
            self.game.apply_action(clone(state), action)
        except Exception:
            return True
        return False

    def _child(self, node: Node, action: str) -> Node:
        if action not in node.children:
            memory = list(self.memories[id(node)])
            if node.player >= 0:
                memory[node.player] = hash((memory[node.player], action))
            state = self.game.apply_action(self.states[id(node)], action)
            node.children[action] = self._node(state, memory)
        return node.children[action]

    def _game(self, opening: list[str], style: str, limit: int = STEPS) -> list[str]:
        """One playout that starts with these actions; its action list."""
        node, actions = self.reference.root, []
        habits: dict[tuple[int, str], float] = {}
        for action in opening:
            node = self._child(node, action)
            actions.append(action)
        while node.player != OVER and len(actions) < limit and self.nodes_left > -STEPS:
            legal = self.game.get_legal_actions(self.states[id(node)])
            action = self._choose(node, legal, style, habits)
            node = self._child(node, action)
            actions.append(action)
        return actions

    def _choose(self, node: Node, legal: list[str], style: str, habits: dict[tuple[int, str], float]) -> str:
        if node.player == CHANCE or style == "uniform":
            return self.rng.choice(legal)
        if style == "habits":
            for action in legal:
                habits.setdefault((node.player, action), 10 ** self.rng.uniform(-1.5, 1.5))
            return self.rng.choices(legal, [habits[node.player, action] for action in legal])[0]
        tried = self.rng.sample(legal, min(TRIED, len(legal)))
        state = self.states[id(node)]
        return max(tried, key=lambda action: self._gain(self.game.apply_action(state, action), node.player))

    def _gain(self, state: State, player: int) -> float:
        """The reward; the player's own next turn, or fewer answers for the other, is worth a little."""
        gain = self.game.get_rewards(state)[player]
        if self.game.get_current_player(state) == player:
            gain += 0.01
        return gain

    def _variation(self, actions: list[str]) -> None:
        """Another action at a random place, then the same actions as long as they are legal."""
        if not actions:
            return
        place = self.rng.randrange(len(actions))
        node = self.reference.root
        for action in actions[:place]:
            node = self._child(node, action)
        legal = [action for action in self.game.get_legal_actions(self.states[id(node)]) if action != actions[place]]
        if legal:
            self._follow(self._child(node, self.rng.choice(legal)), actions[place + 1 :])

    def _follow(self, node: Node, actions: list[str]) -> None:
        for action in actions[:FOLLOWED]:
            if node.player == OVER:
                return
            legal = self.game.get_legal_actions(self.states[id(node)])
            node = self._child(node, action if action in legal else self.rng.choice(legal))

    def _resample(self, actions: list[str]) -> None:
        """Histories that a player cannot tell from this game at a random decision of it."""
        game = self.game
        if game.resample_history is None or not actions:
            return
        node, decisions = self.reference.root, []
        for place, action in enumerate(actions):
            if node.player >= 0:
                decisions.append((place, node.player))
            node = node.children[action]
        for place, player in self.rng.sample(decisions, min(2, len(decisions))):
            history = own_history(game, actions[:place], player)
            draws = self._draws(history, player, SAMPLES if len(self.reference.decisions) < SPOTS else 2)
            if not draws:
                continue
            if len(draws) == SAMPLES:
                self.reference.decisions.append(Decision(tuple(actions[:place]), player, draws))
            for draw in draws[:2]:
                node = self.reference.root
                for action in draw:
                    node = self._child(node, action)
                self._follow(node, actions[place : place + 4])

    def _draws(self, history: Any, player: int, number: int) -> list[tuple[str, ...]]:
        assert self.game.resample_history is not None
        try:
            draws = []
            for _ in range(number):
                random.seed(self.rng.random())
                draws.append(tuple(self.game.resample_history(clone(history), player)))
            return draws
        except ValueError:
            return []

    def _explore(self) -> int | None:
        """The number of different states, where there are few."""
        first = self.game.get_initial_state()
        seen, queue = {fingerprint(first)}, [first]
        while queue:
            state = queue.pop()
            for action in dict.fromkeys(self.game.get_legal_actions(state)):
                following = self.game.apply_action(state, action)
                mark = fingerprint(following)
                if mark not in seen:
                    seen.add(mark)
                    queue.append(following)
            if len(seen) + len(queue) > SMALL:
                return None
        return len(seen)
