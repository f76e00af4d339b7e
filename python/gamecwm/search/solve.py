"""Exact values of small games by backward induction, within a budget of states."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State
from gamecwm.search.positions import key_of, stuck

Values = tuple[float, ...]


@dataclass(frozen=True)
class Solution:
    """What best play gives from a state, everything seen.

    values: the players' expected rewards. actions: the best actions of the player to move, in the program's order;
    empty at a chance node or at the end. values_of: the values after each action or outcome. states: how many were
    looked at. is_unique: False when some mover had best actions that differ for the others; the values are then those
    of the first.
    """

    values: Values
    actions: tuple[Action, ...]
    values_of: dict[Action, Values]
    states: int
    is_unique: bool


class _Frame:
    """A state whose children are being solved."""

    __slots__ = ("key", "legal", "next", "player", "state", "values")

    def __init__(self, state: State, key: bytes, player: int, legal: list[Action]) -> None:
        self.state = state
        self.key = key
        self.player = player
        self.legal = legal
        self.next = 0
        self.values: list[Values] = []


class _Unsolved(Exception):
    """The budget is spent, a state comes again on its own way, or a state cannot be written down."""


class Solver:
    """Backward induction for any number of players (max^n, Luckhardt and Irani 1986), chance by expectation.

    Equal states are solved once. Nothing is pruned, so general sums are sound; hidden information is taken as seen.
    `budget` bounds the states that are `looked` at in all; what was solved is kept when it is raised. `on_end` is told
    the rewards of each end.
    """

    def __init__(self, game: Game, *, states: int, on_end: Callable[[Values], None] | None = None) -> None:
        self.budget = states
        self.looked = 0
        self._on_end = on_end
        self._game = game
        self._solved: dict[bytes, Values] = {}
        self._open: set[bytes] = set()
        self._is_unique = True

    def solve(self, state: State) -> Generator[None, None, Solution | None]:
        """The solution; None past the budget, or where play may come back to the same state (there is no last move to
        reason back from), or for states that are not plain data. Yields after each state.

        Raises ProgramError for a position without a legal action.
        """
        self._is_unique = True
        try:
            root = yield from self._induce(state)
        except _Unsolved:
            self._open.clear()
            return None
        if isinstance(root, tuple):
            return Solution(root, (), {}, self.looked, True)
        legal, values = root.legal, root.values
        values_of = dict(zip(legal, values, strict=True))
        best: tuple[Action, ...] = ()
        if root.player != CHANCE:
            most = max(value[root.player] for value in values)
            best = tuple(action for action, value in values_of.items() if value[root.player] == most)
        return Solution(self._solved[root.key], best, values_of, self.looked, self._is_unique)

    def _induce(self, state: State) -> Generator[None, None, _Frame | Values]:
        """The root with its children solved, or the rewards of a game that is over. No recursion: games may be long."""
        root = self._enter(state, is_root=True)
        if isinstance(root, tuple):
            return root
        stack = [root]
        while True:
            frame = stack[-1]
            if frame.next < len(frame.legal):
                yield
                child = self._enter(self._game.apply_action(frame.state, frame.legal[frame.next]))
                if isinstance(child, tuple):
                    frame.values.append(child)
                    frame.next += 1
                else:
                    stack.append(child)
                continue
            stack.pop()
            self._open.discard(frame.key)
            self._solved[frame.key] = self._backed_up(frame)
            if not stack:
                return frame
            stack[-1].values.append(self._solved[frame.key])
            stack[-1].next += 1

    def _enter(self, state: State, *, is_root: bool = False) -> _Frame | Values:
        """A frame to work on, or the values of a state that is over or solved."""
        game = self._game
        key = key_of(state)
        known = None if key is None or is_root else self._solved.get(key)
        if known is not None:
            return known
        self.looked += 1
        player = game.get_current_player(state)
        if player == OVER:
            rewards = tuple(game.get_rewards(state))
            if self._on_end:
                self._on_end(rewards)
            return rewards
        if key is None or key in self._open or self.looked > self.budget:
            raise _Unsolved
        self._open.add(key)
        legal = list(game.get_legal_actions(state))
        if not legal:
            raise stuck(player)
        return _Frame(state, key, player, legal)

    def _backed_up(self, frame: _Frame) -> Values:
        values = frame.values
        if frame.player == CHANCE:
            return tuple(sum(rewards) / len(values) for rewards in zip(*values, strict=True))
        if not 0 <= frame.player < len(values[0]):
            raise ProgramError(f"get_current_player says {frame.player}, but the game has {len(values[0])} players")
        best = max(values, key=lambda value: value[frame.player])
        if any(value[frame.player] == best[frame.player] and value != best for value in values):
            self._is_unique = False
        return best


def solve(game: Game, actions: list[Action], *, states: int) -> Solution | None:
    """What best play gives after `actions`, see `Solver.solve`; None where that cannot be found within `states` states.

    Raises ProgramError when an action is not legal, or the program is stuck.
    """
    state = game.get_initial_state()
    for index, action in enumerate(actions):
        if action not in game.get_legal_actions(state):
            raise ProgramError(f"action {index + 1}, {action!r:.80}, is not legal")
        state = game.apply_action(state, action)
    job = Solver(game, states=states).solve(state)
    while True:
        try:
            next(job)
        except StopIteration as end:
            return end.value
