"""The search tree where information is hidden: positions from the start of the game, decisions by what is known there.

Each player's statistics are keyed by that player's own observations and actions (multi-observer information-set MCTS,
Cowling, Powley and Whitehouse 2012). Decisions mix UCB1 with the mean policy so far (Smooth UCT, Heinrich and Silver
2015): the mean policies then come close to an equilibrium where plain UCT does not.
"""

from __future__ import annotations

import json
import random
from collections.abc import Generator, Hashable, Iterable
from math import inf, log, sqrt
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, Observation, State
from gamecwm.search.positions import Edge, Position, Rewards, Scale, stuck

#: Smooth UCT: the share of UCB1 decisions falls from `FIRST` with the root of the visits, but not below `LAST`.
FIRST, LAST, FALL = 0.9, 0.1, 0.01
#: Visits of an opponent's decision for each of its actions, from which on it is taken to be known.
KNOWN = 4

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr).encode

#: What a player saw and did, as a chain: the last decision and the action taken there; None before the first.
Memory = tuple["InfoSet", Action] | None


class Stakes:
    """Count, sum and sum of squares of one player's rewards: how much is at stake for them."""

    __slots__ = ("count", "squares", "total")

    def __init__(self) -> None:
        self.count = 0
        self.total = 0.0
        self.squares = 0.0

    def notice(self, reward: float) -> None:
        """Takes one reward in."""
        self.count += 1
        self.total += reward
        self.squares += reward * reward

    def deviation(self) -> float:
        """Their standard deviation; 0 while they were all alike."""
        mean = self.total / self.count
        return sqrt(max(0.0, self.squares / self.count - mean * mean))


class InfoSet:
    """A decision as the player to move knows it: all positions that look alike to them, back to the start of the game.

    `guess` holds statistics of an opponent's decision from worlds in which the searching player's secrets are fixed. It
    stands in until enough is known from worlds in which they vary.
    """

    __slots__ = (
        "by_action", "edges", "grown", "guess", "memory", "observation", "player", "stakes", "tried", "visits"
    )  # fmt: skip

    def __init__(
        self, player: int, memory: Memory, observation: Observation, legal: Iterable[Action], rng: random.Random
    ) -> None:
        order = sorted(legal)  # the program's own order could tell what is hidden
        rng.shuffle(order)
        self.player = player
        self.memory = memory
        self.observation = observation
        self.edges = [Edge(action) for action in order]
        self.by_action = {edge.action: edge for edge in self.edges}
        self.visits = 0
        #: The rewards of the mover that were met here.
        self.stakes = Stakes()
        self.tried = 0
        self.grown = False
        self.guess: InfoSet | None = None

    def reach(self, action: Action) -> float:
        """The mean policy's probability of an action, with one visit of each action put in beforehand."""
        return (self.by_action[action].visits + 1) / (self.visits + len(self.edges))


class Situation(Position):
    """A position with what each player knows of the way to it: `memory`, one chain a player."""

    __slots__ = ("info", "memory")

    def __init__(self, state: State, player: int, legal: list[Action], memory: tuple[Memory, ...]) -> None:
        super().__init__(state, player, legal)
        self.memory = memory
        self.info: InfoSet | None = None


#: The way of one simulation: the decisions and the edges taken.
Path = list[tuple[InfoSet, Edge]]


class InfoTree:
    """Positions and decisions from the initial state on, grown by one decision a simulation.

    limit: positions kept, and decisions; beyond it the tree stops growing and only its statistics go on.
    """

    def __init__(
        self, game: Game, scale: Scale, rng: random.Random, *, exploration: float, limit: int, depth: int
    ) -> None:
        self.players = scale.players
        self._game = game
        self._scale = scale
        self._rng = rng
        self._random = rng.random
        self._exploration = exploration
        self._limit = limit
        self._depth = depth
        self._kept = 0
        self._stakes = [Stakes() for _ in range(scale.players)]
        self._infosets: dict[Hashable, InfoSet] = {}
        self.root = self._situation(game.get_initial_state(), (None,) * scale.players)

    def decision(self, player: int, memory: Memory, observation: Observation, legal: Iterable[Action]) -> InfoSet:
        """The statistics of what a player knows at a decision: found, or made."""
        actions = frozenset(legal)
        key = (player, memory, _encode(observation), actions)
        info = self._infosets.get(key)
        if info is None:
            info = self._infosets[key] = InfoSet(player, memory, observation, actions, self._rng)
        return info

    def info_of(self, position: Situation) -> InfoSet:
        """The decision that a position belongs to."""
        info = position.info
        if info is None:
            player = position.player
            observation = self._game.get_observations(position.state)[player]
            info = position.info = self.decision(player, position.memory[player], observation, position.legal)
        return info

    def after(self, position: Situation, action: Action) -> Situation:
        """The position after a legal action."""
        child = position.children.get(action)
        if child is not None:
            assert isinstance(child, Situation)
            return child
        memory = position.memory
        player = position.player
        if player != CHANCE:
            memory = (*memory[:player], (self.info_of(position), action), *memory[player + 1 :])
        made = self._situation(self._game.apply_action(position.state, action), memory)
        if self._kept < self._limit:
            self._kept += 1
            position.children[action] = made
        return made

    def walk(self, actions: Iterable[Action]) -> Generator[None, None, list[Situation] | None]:
        """The positions along a whole action list, None where one is not legal. Yields between actions."""
        position = self.root
        way = [position]
        for action in actions:
            yield
            if action not in position.legal:
                return None
            position = self.after(position, action)
            way.append(position)
        yield
        return way

    def descend(self, start: Situation, learner: int | None) -> Generator[None, None, tuple[Path, Situation]]:
        """Walks from a position to a decision that is new, or the end. Yields after each call of the program.

        learner: the player whose decisions are counted; None for all. The others then follow their mean policy, or
        their guesses where little is known of it.
        """
        path: Path = []
        position = start
        for _ in range(self._depth):
            if position.exact is not None:
                break
            if position.player == CHANCE:
                outcomes = position.legal
                action = outcomes[int(self._random() * len(outcomes))]
            else:
                if position.info is None and len(self._infosets) >= self._limit:
                    break
                info = self.info_of(position)
                is_known = info.visits >= KNOWN * len(info.edges)
                if learner in (None, info.player) or not is_known:
                    info = info if learner in (None, info.player) else self._guess(info)
                    if not info.grown:
                        info.grown = True
                        if path:
                            break
                    edge = self._select(info)
                    path.append((info, edge))
                else:
                    edge = self._drawn(info)
                action = edge.action
            if action not in position.children:
                yield
            position = self.after(position, action)
        return path, position

    def back_up(self, path: Path, rewards: Rewards) -> None:
        """Counts one simulation that ended in `rewards`."""
        for info, edge in path:
            reward = rewards[info.player]
            info.visits += 1
            info.stakes.notice(reward)
            self._stakes[info.player].notice(reward)
            edge.visits += 1
            edge.total += reward

    def _guess(self, info: InfoSet) -> InfoSet:
        if info.guess is None:
            info.guess = InfoSet(info.player, info.memory, info.observation, info.by_action, self._rng)
        return info.guess

    def _select(self, info: InfoSet) -> Edge:
        """UCB1, or an action drawn from the mean policy; each action is tried once before.

        The unit of exploration is the deviation of the rewards met here or in the whole game, whichever is larger: a
        range would be that of the rarest outcomes, and here alone a settled policy would never be doubted again.
        """
        edges = info.edges
        if info.tried < len(edges):
            info.tried += 1
            return edges[info.tried - 1]
        visits = info.visits
        if self._random() > max(LAST, FIRST / (1 + FALL * sqrt(visits))):
            return self._drawn(info)
        stakes = max(info.stakes.deviation(), self._stakes[info.player].deviation()) or 1.0
        width = self._exploration * stakes * sqrt(log(visits))
        best_score = -inf
        best = edges[0]
        for edge in edges:
            n = edge.visits
            score = edge.total / n + width / sqrt(n)
            if score > best_score:
                best_score = score
                best = edge
        return best

    def _drawn(self, info: InfoSet) -> Edge:
        left = self._random() * info.visits
        for edge in info.edges:
            left -= edge.visits
            if left < 0:
                return edge
        return info.edges[-1]

    def _situation(self, state: State, memory: tuple[Memory, ...]) -> Situation:
        game = self._game
        player = game.get_current_player(state)
        if player == OVER:
            position = Situation(state, OVER, [], memory)
            position.exact = tuple(game.get_rewards(state))
            self._scale.notice(position.exact)
            return position
        legal = game.get_legal_actions(state)
        if not legal or (player != CHANCE and not 0 <= player < self._scale.players):
            raise stuck(player)
        return Situation(state, player, legal, memory)


def history_of(memory: Memory) -> list[tuple[Observation, Any]]:
    """A chain as a history: observations and the actions taken, first to last."""
    history: list[tuple[Observation, Any]] = []
    while memory is not None:
        info, action = memory
        history.append((info.observation, action))
        memory = info.memory
    history.reverse()
    return history
