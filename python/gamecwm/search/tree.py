"""The search tree where nothing is hidden: UCT over positions, and what is proven of them."""

from __future__ import annotations

import random
from math import inf, log, sqrt

from gamecwm.contract import CHANCE, OVER, Action, Game, State
from gamecwm.search.positions import Edge, Position, Positions, Rewards, Scale

#: The way of one simulation: positions and the edges taken; the edge is None where chance moved.
Path = list[tuple[Position, "Edge | None"]]


class Tree:
    """Grows by one position a simulation: `descend`, then (the caller's) playout, then `back_up`.

    UCT (Kocsis and Szepesvári 2006) for max^n (Sturtevant 2008), with the solver of Winands et al. 2008: a proven
    position is not searched any more, and its value is exact.
    limit: positions kept; beyond it the tree stops growing and only its statistics go on.
    depth: longest way of a simulation inside the tree, for games whose positions come again.
    """

    def __init__(
        self,
        game: Game,
        state: State,
        scale: Scale,
        rng: random.Random,
        *,
        exploration: float,
        limit: int,
        depth: int,
        transpositions: bool,
    ) -> None:
        self.positions = Positions(game, scale, limit=limit, transpositions=transpositions)
        self.proven = False
        self._rng = rng
        self._random = rng.random
        self._exploration = exploration
        self._depth = depth
        self._scale = scale
        self.root = self.positions.make(state)
        self.root.grown = True
        if self.root.exact is None and self.root.player != CHANCE:
            self._open(self.root)

    def descend(self) -> tuple[Path, Position]:
        """Walks from the root by UCT, chance by its outcomes, to a position that is new or proven."""
        path: Path = []
        position = self.root
        while position.exact is None and len(path) < self._depth:
            if position.player == CHANCE:
                outcomes = position.legal
                action = outcomes[int(self._random() * len(outcomes))]
                path.append((position, None))
            else:
                edge = self._select(position)
                action = edge.action
                path.append((position, edge))
            position = position.children.get(action) or self.positions.child(position, action)
            if not position.grown:
                position.grown = True
                break
        return path, position

    def back_up(self, path: Path, leaf: Position, rewards: Rewards) -> None:
        """Counts one simulation that ended in `rewards`, then carries a proof of its leaf upwards."""
        for position, edge in path:
            if edge is not None:
                position.visits += 1
                edge.visits += 1
                edge.total += rewards[position.player]
        if self._scale.is_stale:
            self._scale.is_stale = False
            self._forget_proofs()
        elif leaf.exact is not None:
            self._prove(path, leaf)

    def _select(self, position: Position) -> Edge:
        """UCB1 over the mover's mean rewards, scaled to 0..1 by what was seen; an untried action goes first.

        A proven action needs no more exploring, so it competes with its exact reward alone.
        """
        edges = position.edges or self._open(position)
        if position.tried < len(edges):
            position.tried += 1
            return edges[position.tried - 1]
        player = position.player
        low = self._scale.low[player]
        factor = self._scale.factor[player]
        visits = position.visits
        width = self._exploration * sqrt(log(visits)) if visits else 0.0
        best_score = -inf
        best = edges[0]
        for edge in edges:
            n = edge.visits
            if not n:  # on a way that comes back to the position, before its first visit is counted
                return edge
            exact = edge.exact
            score = (edge.total / n - low) * factor + width / sqrt(n) if exact is None else (exact - low) * factor
            if score > best_score:
                best_score = score
                best = edge
        return best

    def _open(self, position: Position) -> list[Edge]:
        """Makes the edges of a decision, in a seeded random order."""
        order = list(dict.fromkeys(position.legal))
        self._rng.shuffle(order)
        position.edges = [Edge(action) for action in order]
        return position.edges

    def _prove(self, path: Path, leaf: Position) -> None:
        """From a proven leaf towards the root, as long as each position is proven in turn."""
        child = leaf
        for position, edge in reversed(path):
            exact = self._expected(position) if edge is None else self._decided(position, edge, child)
            if exact is None:
                return
            if position is self.root:
                self.proven = True
                return
            position.exact = exact
            child = position

    def _expected(self, position: Position) -> Rewards | None:
        """The mean over all outcomes of a chance node, once each is proven."""
        children = position.children
        sums = [0.0] * self._scale.players
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
        if edge.exact >= self._scale.win:
            return child.exact
        best: Rewards | None = None
        tied = False
        for other in position.edges:
            known = position.children.get(other.action)
            if known is None or known.exact is None:
                return None
            other.exact = exact = known.exact[player]
            if best is None or exact > best[player]:
                best, tied = known.exact, False
            elif exact == best[player] and known.exact != best:
                tied = True
        return None if tied else best

    def _forget_proofs(self) -> None:
        """Takes back all that rested on a win that was none; what is over stays known."""
        self.proven = False
        seen: set[int] = set()
        stack = [self.root]
        while stack:
            position = stack.pop()
            if position.player == OVER or id(position) in seen:
                continue
            seen.add(id(position))
            position.exact = None
            for edge in position.edges:
                child = position.children.get(edge.action)
                if child is not None and child.player != OVER:
                    edge.exact = None
            stack.extend(position.children.values())


def variation(root: Position, best: Action, longest: int) -> list[Action]:
    """The best action and the most visited answers to it, up to the next chance node."""
    found = [best]
    position = root.children.get(best)
    while position is not None and position.edges and len(found) < longest:
        exact = position.exact and position.exact[position.player]
        edge = max(position.edges, key=lambda edge: (exact is not None and edge.exact == exact, edge.visits))
        if not edge.visits:
            break
        found.append(edge.action)
        position = position.children.get(edge.action)
    return found
