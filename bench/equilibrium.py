"""How far a policy is from an equilibrium, computed exactly on games small enough to list every history."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gamecwm.contract import CHANCE, OVER, Game

#: Probabilities by action, for a player's knowledge.
Mixture = dict[str, float]


@dataclass
class Node:
    """A history: who moves, what is known to them (`key`), and what follows each action."""

    actions: tuple[str, ...]
    player: int
    key: str = ""
    rewards: tuple[float, ...] = ()
    children: dict[str, Node] = field(default_factory=dict)
    #: Chance's probabilities.
    chances: Mixture = field(default_factory=dict)


class GameTree:
    """Every history of a small game. `examples` names one history for each thing that a player can know."""

    def __init__(self, game: Game) -> None:
        self.examples: dict[str, Node] = {}
        self.nodes = 0
        self._game = game
        first = game.get_initial_state()
        self.players = len(game.get_rewards(first))
        self.root = self._grow(first, (), tuple("" for _ in range(self.players)))

    def _grow(self, state: dict[str, Any], actions: tuple[str, ...], known: tuple[str, ...]) -> Node:
        game, self.nodes = self._game, self.nodes + 1
        node = Node(actions, game.get_current_player(state))
        if node.player == OVER:
            node.rewards = tuple(game.get_rewards(state))
            return node
        legal = game.get_legal_actions(state)
        if node.player == CHANCE:
            node.chances = {action: legal.count(action) / len(legal) for action in legal}
        else:
            seen = json.dumps(game.get_observations(state)[node.player], sort_keys=True)
            node.key = f"{known[node.player]}{seen}"
            self.examples.setdefault(node.key, node)
        for action in dict.fromkeys(legal):
            after = list(known)
            if node.player != CHANCE:
                after[node.player] = f"{node.key} {action} "
            node.children[action] = self._grow(game.apply_action(state, action), (*actions, action), tuple(after))
        return node

    def values(self, policies: list[Callable[[Node], Mixture]]) -> list[float]:
        """The players' expected rewards, each following their policy."""

        def value(node: Node) -> list[float]:
            if node.player == OVER:
                return list(node.rewards)
            mixture = node.chances if node.player == CHANCE else policies[node.player](node)
            sums = [0.0] * self.players
            for action, chance in mixture.items():
                if chance:
                    for player, reward in enumerate(value(node.children[action])):
                        sums[player] += chance * reward
            return sums

        return value(self.root)

    def best_response(self, player: int, policy: Callable[[Node], Mixture]) -> float:
        """What `player` gets by the best answer to a policy that all the others follow."""
        reach: dict[str, list[tuple[Node, float]]] = defaultdict(list)

        def spread(node: Node, weight: float) -> None:
            if node.player == OVER or weight == 0:
                return
            if node.player == player:
                reach[node.key].append((node, weight))
            mixture = node.chances if node.player == CHANCE else policy(node) if node.player != player else {}
            for action, child in node.children.items():
                spread(child, weight * mixture.get(action, 0.0 if mixture else 1.0))

        spread(self.root, 1.0)
        choice: dict[str, str] = {}

        def value(node: Node) -> float:
            if node.player == OVER:
                return node.rewards[player]
            if node.player == player:
                return value(node.children[choose(node.key)])
            mixture = node.chances if node.player == CHANCE else policy(node)
            return sum(chance * value(node.children[action]) for action, chance in mixture.items() if chance)

        def choose(key: str) -> str:
            if key not in choice:
                nodes = reach[key]
                actions = self.examples[key].children
                choice[key] = max(
                    actions,
                    key=lambda action: sum(weight * value(node.children[action]) for node, weight in nodes),
                )
            return choice[key]

        return value(self.root)
