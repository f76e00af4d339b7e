"""Positions of a program, each asked about once, and the range of the rewards they give."""

from __future__ import annotations

import marshal
from hashlib import blake2b
from math import inf, isfinite

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State

Rewards = tuple[float, ...]

#: Longest text of a state that is kept as it is; of a longer one a digest is.
KEY_BYTES = 256
#: States after which a table of transpositions has to have been of use, and the least share of states met again.
TRIAL, LEAST_SHARE = 4000, 0.04


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

    @property
    def value(self) -> float:
        """Exact where proven, else the mean reward; 0 before the first visit."""
        if self.exact is not None:
            return self.exact
        return self.total / self.visits if self.visits else 0.0


class Position:
    """A state and what the program says about it.

    `exact` is the reward vector of a proven position (of a terminal one: its rewards). `edges` are made when the
    position is first descended through; `tried` of them have been visited. `grown`: it is part of the search tree,
    not only met in a playout.
    """

    __slots__ = ("children", "edges", "exact", "grown", "legal", "player", "state", "tried", "visits")

    def __init__(self, state: State, player: int, legal: list[Action]) -> None:
        self.state = state
        self.player = player
        self.legal = legal
        self.children: dict[Action, Position] = {}
        self.edges: list[Edge] = []
        self.exact: Rewards | None = None
        self.grown = False
        self.tried = 0
        self.visits = 0


def key_of(state: State) -> bytes | None:
    """A key that equal keys share only with equal states; None for a state that cannot be written down.

    Version 2 of marshal has no references, so that the text depends on the values alone. Equal states may differ in the
    order of their keys and then have two keys, which costs a transposition and never mixes two states up.
    """
    try:
        text = marshal.dumps(state, 2)
    except ValueError:
        return None
    return text if len(text) <= KEY_BYTES else blake2b(text, digest_size=16).digest()


class Scale:
    """The range of the rewards met so far, and what a sure win is worth.

    Where all vectors so far have one sum and at most three different numbers (a loss, a draw, a win), the highest
    number is taken for a win that no action can better: `win`, else infinite.
    """

    def __init__(self, players: int) -> None:
        self.players = players
        self.low = [inf] * players
        self.factor = [1.0] * players
        self.win = inf
        #: What was taken for a win no longer is: proofs that rest on it have to be forgotten.
        self.is_stale = False
        self._high = [-inf] * players
        self._seen: set[Rewards] = set()

    def notice(self, rewards: Rewards) -> None:
        """Widens the range, and sets `is_stale` when a win turns out to be none. Raises ProgramError for no rewards."""
        if rewards in self._seen:
            return
        if len(rewards) != self.players or not all(isinstance(r, (int, float)) and isfinite(r) for r in rewards):
            raise ProgramError(f"get_rewards gives {list(rewards)!r:.200}, not {self.players} finite numbers")
        if len(self._seen) < 10_000:
            self._seen.add(rewards)
        for player, reward in enumerate(rewards):
            low = self.low[player] = min(self.low[player], reward)
            high = self._high[player] = max(self._high[player], reward)
            self.factor[player] = 1.0 / (high - low) if high > low else 1.0
        if self.win == inf and len(self._seen) > 27:
            return  # so many vectors are no wins and losses any more
        numbers = {reward for vector in self._seen for reward in vector}
        sums = {round(sum(vector), 9) for vector in self._seen}
        win = max(numbers) if 2 <= len(numbers) <= 3 and len(sums) == 1 else inf
        if win != self.win and self.win != inf:
            self.is_stale = True
        self.win = win


class Positions:
    """Makes positions, at most `limit` that are kept; with `transpositions` equal states are one position.

    Statistics stand at the edges of a position, so that sharing them is sound: a mean over an edge is a mean over the
    simulations that took it. The table is given up where states are hardly ever met again.
    """

    def __init__(self, game: Game, scale: Scale, *, limit: int, transpositions: bool) -> None:
        self.kept = 0
        self._game = game
        self._scale = scale
        self._limit = limit
        self._table: dict[bytes, Position] | None = {} if transpositions else None
        #: States made by the program so far.
        self.asked = 0
        #: States that were known before.
        self.met = 0

    def make(self, state: State) -> Position:
        """A new position. Raises ProgramError for a state that is none."""
        game = self._game
        player = game.get_current_player(state)
        if player == OVER:
            position = Position(state, OVER, [])
            position.exact = tuple(game.get_rewards(state))
            self._scale.notice(position.exact)
            return position
        legal = game.get_legal_actions(state)
        if not legal:
            raise stuck(player)
        if player != CHANCE and not 0 <= player < self._scale.players:
            raise ProgramError(f"get_current_player says {player}, but the game has {self._scale.players} players")
        return Position(state, player, legal)

    def child(self, position: Position, action: Action) -> Position:
        """The position after an action: one that is known, or a new one."""
        state = self._game.apply_action(position.state, action)
        self.asked += 1
        if self.kept >= self._limit:
            return self.make(state)
        key = key_of(state) if self._table is not None else None
        if key is None:
            child = self.make(state)
        else:
            assert self._table is not None
            known = self._table.get(key)
            if known is not None:
                self.met += 1
                position.children[action] = known
                return known
            child = self._table[key] = self.make(state)
            if self.asked >= TRIAL and self.met < LEAST_SHARE * self.asked:
                self._table = None
        self.kept += 1
        position.children[action] = child
        return child


def stuck(player: int) -> ProgramError:
    """The error of a position without a legal action though the game goes on."""
    who = "chance" if player == CHANCE else f"player {player}"
    return ProgramError(f"the game is not over, but get_legal_actions gives {who} nothing to do")
