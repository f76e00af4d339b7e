"""Minichess against a second, simpler implementation of its rules and against leaf counts; every way to end."""

import random

import pytest
from games.harness import OVER, game, games_of, play

NAME = "gen_chess"
GAMES = games_of(1000)
#: Leaf counts from the start; Fairy-Stockfish set to these rules counts the same.
PERFT = [7, 53, 517, 4949, 55763]
WHITE, BLACK = 0, 1
SQUARES = {(file, rank) for file in range(1, 6) for rank in range(1, 6)}
AROUND = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
WAYS = {
    "N": [(x, y) for x in (-2, -1, 1, 2) for y in (-2, -1, 1, 2) if abs(x) != abs(y)],
    "R": [(x, y) for x, y in AROUND if x * y == 0],
    "B": [(x, y) for x, y in AROUND if x * y != 0],
    "Q": AROUND,
    "K": AROUND,
}


def line(square, way, length):
    """The squares of the board in one direction, nearest first."""
    squares = [(square[0] + far * way[0], square[1] + far * way[1]) for far in range(1, length + 1)]
    return [square for square in squares if square in SQUARES]


LINES = {
    (kind, square): [line(square, way, 1 if kind in "KN" else 4) for way in ways]
    for kind, ways in WAYS.items()
    for square in SQUARES
}


class Position:
    """The rules once more, slowly: a dict of squares, and a move is legal if no reply takes the king."""

    def __init__(self, pieces, side, passed):
        self.pieces, self.side, self.passed = pieces, side, passed
        self.own = frozenset("PNBRQK" if side == WHITE else "pnbrqk")

    def pawn_squares(self, square):
        """Ahead where it is free, aside where a piece or the passed pawn may be taken."""
        (file, rank), up = square, 1 if self.side == WHITE else -1
        one, two = (file, rank + up), (file, rank + 2 * up)
        if one not in self.pieces:
            yield one
            if rank == (2 if self.side == WHITE else 4) and two not in self.pieces:
                yield two
        for aside in ((file - 1, rank + up), (file + 1, rank + up)):
            if aside in self.pieces or aside == self.passed:
                yield aside

    def squares(self, square, kind):
        """The squares that a piece may go to, the king's safety and what stands there not yet asked."""
        for way in LINES[kind, square]:
            for target in way:
                yield target
                if target in self.pieces:
                    break

    def moves(self):
        for square, piece in self.pieces.items():
            if piece in self.own:
                kind = piece.upper()
                for target in self.pawn_squares(square) if kind == "P" else self.squares(square, kind):
                    if self.pieces.get(target) not in self.own:
                        yield square, target

    def after(self, square, target, kind=""):
        """The position after a move."""
        pieces, passed = dict(self.pieces), None
        piece = pieces.pop(square)
        if piece in "Pp":
            if square[0] != target[0] and target not in pieces:
                del pieces[target[0], square[1]]
            if abs(square[1] - target[1]) == 2:
                passed = square[0], (square[1] + target[1]) // 2
        pieces[target] = (kind if self.side == WHITE else kind.lower()) or piece
        return Position(pieces, 1 - self.side, passed)

    def can_take_king(self):
        return any(self.pieces.get(target) in ("K", "k") for _, target in self.moves())

    def is_check(self):
        return Position(self.pieces, 1 - self.side, None).can_take_king()

    def legal(self):
        """Every legal action with the position after it."""
        for square, target in self.moves():
            piece = self.pieces[square]
            for kind in "QRBN" if piece in "Pp" and target[1] in (1, 5) else [""]:
                after = self.after(square, target, kind)
                if not after.can_take_king():
                    words = [piece.upper(), square_name(square), square_name(target), kind]
                    yield "_".join(word for word in words if word), after


def square_name(square):
    return f"{'abcde'[square[0] - 1]}{square[1]}"


def position_of(state):
    """The second implementation's position of a state."""
    board, passed = state["board"], state["en_passant"]
    cells = {(file, rank): board[5 - rank][file - 1] for rank in range(1, 6) for file in range(1, 6)}
    pieces = {square: piece for square, piece in cells.items() if piece}
    return Position(pieces, state["turn"], ("abcde".index(passed[0]) + 1, int(passed[1])) if passed else None)


def leaves(module, state, depth):
    legal = module.get_legal_actions(state)
    if depth == 1:
        return len(legal)
    return sum(leaves(module, module.apply_action(state, action), depth - 1) for action in legal)


def slow_leaves(position, depth):
    return sum(1 if depth == 1 else slow_leaves(after, depth - 1) for _, after in position.legal())


@pytest.mark.parametrize(("depth", "count"), enumerate(PERFT, start=1))
def test_perft(depth, count):
    assert leaves(game(NAME), game(NAME).get_initial_state(), depth) == count


@pytest.mark.parametrize(("depth", "count"), enumerate(PERFT[:3], start=1))
def test_perft_of_the_second_implementation(depth, count):
    assert slow_leaves(position_of(game(NAME).get_initial_state()), depth) == count


def test_random_games_are_those_of_the_second_implementation():
    module, rng = game(NAME), random.Random(1)
    for _ in range(GAMES):
        state = module.get_initial_state()
        position, quiet = position_of(state), 0
        while module.get_current_player(state) != OVER:
            assert module.get_current_player(state) == position.side
            legal = dict(position.legal())
            assert sorted(module.get_legal_actions(state)) == sorted(legal)
            action = rng.choice(sorted(legal))
            count, position = len(position.pieces), legal[action]
            quiet = 0 if action[0] == "P" or len(position.pieces) < count else quiet + 1
            state = module.apply_action(state, action)
            found = position_of(state)
            assert (found.pieces, found.passed) == (position.pieces, position.passed)
            assert state["quiet_half_moves"] == quiet
            assert module.get_rewards(state) == rewards_of(position, quiet, state)
        assert module.get_legal_actions(state) == []


def rewards_of(position, quiet, state):
    """The rewards by the second implementation; fails if only one of the two says that the game is over."""
    is_stuck = next(position.legal(), None) is None
    army = "".join(sorted(piece.upper() for piece in position.pieces.values()))
    assert (state["turn"] == OVER) == (is_stuck or quiet >= 100 or army in ("KK", "BKK", "KKN"))
    if is_stuck and position.is_check():
        return [-1, 1] if position.side == WHITE else [1, -1]
    return [0, 0]


def state_of(rows, quiet=0, passed=""):
    """A position with white to move from five rows of letters, rank 5 first."""
    board = [["" if cell == "." else cell for cell in row] for row in rows.split("/")]
    return {"turn": WHITE, "rewards": [0.0, 0.0], "board": board, "en_passant": passed, "quiet_half_moves": quiet}


@pytest.mark.parametrize(
    ("rows", "quiet", "action", "rewards"),
    [
        pytest.param("....k/...pp/...../...../R...K", 99, "R_a1_a5", [1, -1], id="mate on the hundredth half-move"),
        pytest.param("....k/..p.p/...../...../R...K", 99, "R_a1_a3", [0, 0], id="the hundredth half-move"),
        pytest.param("....k/..p.p/...../...../R...K", 98, "R_a1_a3", None, id="the ninety-ninth half-move"),
        pytest.param("....k/...../...../...../Q..pK", 99, "K_e1_d1", None, id="a capture resets the count"),
        pytest.param("....k/...../...../P..../R...K", 99, "P_a2_a4", None, id="a pawn move resets the count"),
        pytest.param("....k/...../...../...../N..pK", 0, "K_e1_d1", [0, 0], id="one knight"),
        pytest.param("....k/...../...../...../B..pK", 0, "K_e1_d1", [0, 0], id="one bishop"),
        pytest.param("....k/...../...../...../R..pK", 0, "K_e1_d1", None, id="a rook goes on"),
        pytest.param("n...k/...../...../...../N..pK", 0, "K_e1_d1", None, id="a knight each goes on"),
        pytest.param("....k/P..../...../...../....K", 0, "P_a4_a5_N", [0, 0], id="promotion leaves it bare"),
        pytest.param("k..../...../.K.../...Q./.....", 0, "Q_d2_c2", None, id="a queen's quiet move"),
        pytest.param("k..../...../.K.../...Q./.....", 0, "Q_d2_d3", [0, 0], id="stalemate"),
    ],
)
def test_ends(rows, quiet, action, rewards):
    module = game(NAME)
    state = module.apply_action(state_of(rows, quiet=quiet), action)
    assert (module.get_current_player(state) == OVER) == (rewards is not None)
    assert module.get_rewards(state) == (rewards or [0, 0])


def test_en_passant_may_not_lay_the_king_open():
    # Taking removes both pawns between the king and the rook on rank 2.
    state = state_of("....k/...../...../KPp.r/.....", passed="c3")
    assert "P_b2_c3" not in game(NAME).get_legal_actions(state)
    state = state_of("....k/...../...../KPp../.....", passed="c3")
    assert "P_b2_c3" in game(NAME).get_legal_actions(state)


def test_both_see_the_en_passant_square_and_the_count():
    state = play(NAME, ["P_a2_a3", "P_b4_a3", "P_b2_b4"])
    for seen in game(NAME).get_observations(state):
        assert (seen["en_passant"], seen["quiet_half_moves"], seen["turn"]) == ("b3", 0, 1)
