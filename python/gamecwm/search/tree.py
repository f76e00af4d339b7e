"""The search tree: positions of the program, statistics of the decisions in them, and what is proven.

A `Position` caches what the program said about one state, so that no function of the program is asked twice and no
state is copied (programs are pure). A decision's statistics live in an `InfoSet`: with perfect information each
position has its own; with hidden information all positions that look alike to the player to move share one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from math import inf, isfinite, log, sqrt
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State

Rewards = tuple[float, ...]


class Edge:
    """One action of a decision: its visits, and the sum of rewards of the player who decides.

    A player maximises only their own reward (max^n), so this one component of the reward vector is all that is read.
    `exact` is that player's reward once the position behind the action is proven, else None.
    """

    __slots__ = ("action", "exact", "total", "visits")

    def __init__(self, action: Action) -> None:
        self.action = action
        self.visits = 0
        self.total = 0.0
        self.exact: float | None = None


class InfoSet:
    """What a player can decide with what they know: edges by action, in the (seeded, random) order of first trials."""

    __slots__ = ("edges", "visits")

    def __init__(self, legal: Iterable[Action], rng: random.Random) -> None:
        order = sorted(set(legal))  # the program's own order could tell what is hidden
        rng.shuffle(order)
        self.edges = {action: Edge(action) for action in order}
        self.visits = 0


#: Stands for the statistics of a position that was visited once.
_UNOPENED = InfoSet((), random.Random(0))


class Position:
    """A state and what the program says about it.

    `exact` is the reward vector of a proven position (of a terminal one: its rewards). `info` and `edges` are filled
    at the second visit. `memory` holds, for each player, their last information set and action since the root.
    """

    __slots__ = ("children", "edges", "exact", "info", "legal", "memory", "player", "state")

    def __init__(self, state: State, player: int, legal: list[Action], memory: tuple[Any, ...]) -> None:
        self.state = state
        self.player = player
        self.legal = legal
        self.memory = memory
        self.children: dict[Action, Position] = {}
        self.info = _UNOPENED
        self.edges: list[Edge] = []
        self.exact: Rewards | None = None


#: The way of one simulation: positions and the edges taken; the edge is None where chance moved.
Path = list[tuple[Position, "Edge | None"]]

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=repr).encode


class Tree:
    """Grows by one position a simulation: `descend`, then (the caller's) playout, then `back_up`.

    hidden: share statistics between positions that look alike to the player to move; proofs are then left out, for
    the best action in each world is not the best action when the world is unknown.
    limit: positions kept; beyond it the tree stops growing and only its statistics go on.
    """

    def __init__(
        self, game: Game, players: int, rng: random.Random, *, exploration: float, hidden: bool, limit: int
    ) -> None:
        self.players = players
        self.proven = False
        self._game = game
        self._rng = rng
        self._random = rng.random
        self._exploration = exploration
        self._hidden = hidden
        self._limit = limit
        self._size = 0
        self._roots: list[Position] = []
        self._infosets: dict[tuple[Any, ...], InfoSet] = {}
        self._seen: set[Rewards] = set()
        self._low = [inf] * players
        self._high = [-inf] * players
        self._scale = [1.0] * players
        self._win = inf

    def add_root(self, state: State) -> Position:
        """A position to start simulations from: the state itself, or one of the worlds it could be."""
        root = self._position(state, (None,) * self.players)
        self._roots.append(root)
        if root.exact is None and root.player != CHANCE:
            self._open(root)
        return root

    def descend(self, root: Position) -> tuple[Path, Position]:
        """Walks from a root by UCT, chance by its outcomes, to a position that is new or proven."""
        path: Path = []
        position = root
        while position.exact is None:
            if position.player == CHANCE:
                outcomes = position.legal
                action = outcomes[int(self._random() * len(outcomes))]
                path.append((position, None))
            else:
                edge = self._select(position)
                action = edge.action
                path.append((position, edge))
            child = position.children.get(action)
            if child is None:
                return path, self._grow(position, action)
            position = child
        return path, position

    def back_up(self, path: Path, leaf: Position, rewards: Rewards) -> None:
        """Counts one simulation that ended in `rewards`, then carries a proof of its leaf upwards."""
        if rewards not in self._seen:
            self.notice(rewards)
        for position, edge in path:
            if edge is not None:
                position.info.visits += 1
                edge.visits += 1
                edge.total += rewards[position.player]
        if leaf.exact is not None and not self._hidden:
            self._prove(path, leaf)

    def _select(self, position: Position) -> Edge:
        """UCB1 over the mover's mean rewards, scaled to 0..1 by what was seen; an untried action goes first.

        A proven action needs no more exploring, so it competes with its exact reward alone. In an information set
        all actions are there each time, so its visits are also the availability count of each of them.
        """
        if position.info is _UNOPENED:
            self._open(position)
        player = position.player
        low = self._low[player]
        scale = self._scale[player]
        visits = position.info.visits
        width = self._exploration * sqrt(log(visits)) if visits else 0.0
        best_score = -inf
        best = position.edges[0]
        for edge in position.edges:
            n = edge.visits
            if not n:
                return edge
            exact = edge.exact
            score = (edge.total / n - low) * scale + width / sqrt(n) if exact is None else (exact - low) * scale
            if score > best_score:
                best_score = score
                best = edge
        return best

    def _grow(self, position: Position, action: Action) -> Position:
        memory = position.memory
        player = position.player
        if self._hidden and player != CHANCE:
            memory = (*memory[:player], (position.info, action), *memory[player + 1 :])
        child = self._position(self._game.apply_action(position.state, action), memory)
        if self._size < self._limit:
            self._size += 1
            position.children[action] = child
        return child

    def _position(self, state: State, memory: tuple[Any, ...]) -> Position:
        player = self._game.get_current_player(state)
        if player == OVER:
            position = Position(state, OVER, [], memory)
            position.exact = tuple(self._game.get_rewards(state))
            if position.exact not in self._seen:
                self.notice(position.exact)
            return position
        legal = self._game.get_legal_actions(state)
        if not legal:
            raise stuck(player)
        if player != CHANCE and not 0 <= player < self.players:
            raise ProgramError(f"get_current_player says {player}, but the game has {self.players} players")
        return Position(state, player, legal, memory)

    def _open(self, position: Position) -> None:
        """Finds or makes the statistics of a decision.

        With hidden information the key is what the player to move knows: their observation, and their own decisions
        and actions on the way from the root.
        """
        if not self._hidden:
            info = InfoSet(position.legal, self._rng)
        else:
            player = position.player
            observation = self._game.get_observations(position.state)[player]
            key = (player, position.memory[player], _encode(observation))
            known = self._infosets.get(key)
            info = known or self._infosets.setdefault(key, InfoSet(position.legal, self._rng))
        position.info = info
        legal = set(position.legal)
        if legal == info.edges.keys():
            position.edges = list(info.edges.values())
        else:  # a program that shows more by its legal actions than by its observations
            position.edges = [info.edges.setdefault(action, Edge(action)) for action in dict.fromkeys(position.legal)]

    def notice(self, rewards: Rewards) -> None:
        """Widens the range of rewards by a vector not seen before.

        Where all vectors so far have one sum and at most three different numbers (a loss, a draw, a win), the highest
        number is taken for a win that no action can better. A vector that breaks this takes back what rested on it.
        """
        if len(rewards) != self.players or not all(isinstance(r, (int, float)) and isfinite(r) for r in rewards):
            raise ProgramError(f"get_rewards gives {list(rewards)!r:.200}, not {self.players} finite numbers")
        self._seen.add(rewards)
        for player, reward in enumerate(rewards):
            low = self._low[player] = min(self._low[player], reward)
            high = self._high[player] = max(self._high[player], reward)
            self._scale[player] = 1.0 / (high - low) if high > low else 1.0
        if self._win == inf and len(self._seen) > 27:
            return  # so many vectors are no wins and losses any more
        numbers = {reward for vector in self._seen for reward in vector}
        sums = {round(sum(vector), 9) for vector in self._seen}
        win = max(numbers) if 2 <= len(numbers) <= 3 and len(sums) == 1 else inf
        if win != self._win and self._win != inf:
            self._forget_proofs()
        self._win = win

    def _prove(self, path: Path, leaf: Position) -> None:
        """MCTS-Solver's step: from a proven leaf towards the root, as long as each position is proven in turn."""
        child = leaf
        root = path[0][0] if path else leaf
        for position, edge in reversed(path):
            exact = self._expected(position) if edge is None else self._decided(position, edge, child)
            if exact is None:
                return
            if position is root:
                self.proven = True
                return
            position.exact = exact
            child = position

    def _expected(self, position: Position) -> Rewards | None:
        """The mean over all outcomes of a chance node, once each is proven."""
        children = position.children
        sums = [0.0] * self.players
        for outcome in position.legal:
            child = children.get(outcome)
            if child is None or child.exact is None:
                return None
            for player, reward in enumerate(child.exact):
                sums[player] += reward
        return tuple(total / len(position.legal) for total in sums)

    def _decided(self, position: Position, edge: Edge, child: Position) -> Rewards | None:
        """What the mover's best action gives, where that is sure: a win, or the best of actions all proven.

        Two best actions that differ for the others leave a general-sum position open: nobody can tell which is taken.
        """
        player = position.player
        assert child.exact is not None
        edge.exact = child.exact[player]
        if edge.exact >= self._win:
            return child.exact
        best: Rewards | None = None
        tied = False
        for other in position.edges:
            known = position.children.get(other.action)
            if known is None or known.exact is None:
                return None
            exact = known.exact
            if best is None or exact[player] > best[player]:
                best, tied = exact, False
            elif exact[player] == best[player] and exact != best:
                tied = True
        return None if tied else best

    def _forget_proofs(self) -> None:
        self.proven = False
        stack = list(self._roots)
        while stack:
            position = stack.pop()
            if position.player == OVER:
                continue
            position.exact = None
            for edge in position.edges:
                child = position.children.get(edge.action)
                if child is not None and child.player != OVER:
                    edge.exact = None
            stack.extend(position.children.values())


def stuck(player: int) -> ProgramError:
    """The error of a position without a legal action though the game goes on."""
    who = "chance" if player == CHANCE else f"player {player}"
    return ProgramError(f"the game is not over, but get_legal_actions gives {who} nothing to do")
