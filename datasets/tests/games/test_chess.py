"""Chess against OpenSpiel and python-chess: perft, random games, and every way to end."""

import random

import chess
import pyspiel
import pytest
from games.harness import OVER, game, games_of, play

NAME = "chess"
OPENSPIEL_GAMES = games_of(1000)
#: python-chess takes as long for a game as our program and OpenSpiel together for five.
PYTHON_CHESS_GAMES = games_of(30)
PERFT = [
    ("start", chess.STARTING_FEN, [20, 400, 8902, 197281]),
    ("both sides castle", "r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1", [48, 2039, 97862]),
    ("en passant pins", "8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1", [14, 191, 2812, 43238]),
    ("promotions", "r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1", [6, 264, 9467]),
    ("promotion with check", "rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8", [44, 1486]),
    ("a quiet middle game", "r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - - 0 10", [46, 2079]),
]


def state_of(fen):
    """Our state of a position."""
    rows, side, castling, en_passant, quiet, _ = fen.split()
    for digit in "12345678":
        rows = rows.replace(digit, "." * int(digit))
    return {
        "turn": 0 if side == "w" else 1,
        "rewards": [0.0, 0.0],
        "board": [["" if cell == "." else cell for cell in row] for row in rows.split("/")],
        "castling": castling.strip("-"),
        "en_passant": en_passant.strip("-"),
        "quiet_half_moves": int(quiet),
    }


def in_squares(state, action):
    """An action as source, target and promotion: "e2e4", "e7e8q", and the king's way for castling."""
    rank = 1 if state["turn"] == 0 else 8
    if action.startswith("O"):
        return f"e{rank}g{rank}" if action == "O-O" else f"e{rank}c{rank}"
    return "".join(action.split("_")[1:]).lower()


def moves_in_squares(module, state):
    """Our legal actions by source, target and promotion."""
    legal = module.get_legal_actions(state)
    moves = {in_squares(state, action): action for action in legal}
    assert len(moves) == len(legal)
    return moves


def piece_letters_fit(state, action):
    """Whether an action names the piece that stands on its first square."""
    if action.startswith("O"):
        return True
    letter, source = action.split("_")[:2]
    return state["board"][8 - int(source[1])]["abcdefgh".index(source[0])].upper() == letter


def leaves(module, state, depth):
    legal = module.get_legal_actions(state)
    if depth == 1:
        return len(legal)
    return sum(leaves(module, module.apply_action(state, action), depth - 1) for action in legal)


@pytest.mark.parametrize(
    ("fen", "depth", "count"),
    [
        pytest.param(fen, depth, count, id=f"{title}, depth {depth}")
        for title, fen, counts in PERFT
        for depth, count in enumerate(counts, start=1)
    ],
)
def test_perft(fen, depth, count):
    assert leaves(game(NAME), state_of(fen), depth) == count


@pytest.mark.parametrize("fen", [pytest.param(fen, id=title) for title, fen, _ in PERFT])
def test_moves_and_replies_are_those_of_python_chess(fen):
    module, state, board = game(NAME), state_of(fen), chess.Board(fen)
    moves = moves_in_squares(module, state)
    assert set(moves) == {move.uci() for move in board.legal_moves}
    for move, action in moves.items():
        assert piece_letters_fit(state, action)
        board.push_uci(move)
        assert set(moves_in_squares(module, module.apply_action(state, action))) == {m.uci() for m in board.legal_moves}
        board.pop()


def test_random_games_are_those_of_python_chess():
    module, rng = game(NAME), random.Random(1)
    for _ in range(PYTHON_CHESS_GAMES):
        state, board = module.get_initial_state(), chess.Board()
        while module.get_current_player(state) != OVER:
            assert state == {**state_of(board.fen(en_passant="fen")), "rewards": [0.0, 0.0]}
            moves = moves_in_squares(module, state)
            assert set(moves) == {move.uci() for move in board.legal_moves}
            move = rng.choice(sorted(moves))
            state = module.apply_action(state, moves[move])
            board.push_uci(move)
        assert module.get_rewards(state) == expected_rewards(board)


def expected_rewards(board):
    """The rewards of a finished game by python-chess; fails if the game should go on."""
    if board.is_checkmate():
        return [-1, 1] if board.turn == chess.WHITE else [1, -1]
    assert board.is_stalemate() or board.halfmove_clock >= 100 or board.is_insufficient_material()
    return [0, 0]


EMPTIES = {ord(digit): "." * int(digit) for digit in "12345678"}


def numbers_of(names, state, theirs, known):
    """OpenSpiel's numbers of our actions; known: those of each player that were found before."""
    if not known.keys() >= set(names):
        board = theirs.board()
        numbers = {pyspiel.chess.action_to_move(a, board).to_lan(): a for a in theirs.legal_actions()}
        assert all(piece_letters_fit(state, name) for name in names)
        # The letter of the piece in our names tells a rook's step to the last row from a pawn's.
        known.update({name: numbers[in_squares(state, name)] for name in names})
    return [known[name] for name in names]


def test_random_games_are_those_of_openspiel():
    module, rng, reference, known = game(NAME), random.Random(2), pyspiel.load_game("chess"), [{}, {}]
    for _ in range(OPENSPIEL_GAMES):
        ours, theirs = module.get_initial_state(), reference.new_initial_state()
        while not theirs.is_terminal():
            player = module.get_current_player(ours)
            # White is their player 1.
            assert player == 1 - theirs.current_player()
            rows, _, castling, _, quiet, _ = theirs.board().to_fen().split()
            assert rows.translate(EMPTIES) == "/".join("".join(cell or "." for cell in row) for row in ours["board"])
            assert (ours["castling"], ours["quiet_half_moves"]) == (castling.strip("-"), int(quiet))
            names = module.get_legal_actions(ours)
            numbers = numbers_of(names, ours, theirs, known[player])
            assert sorted(numbers) == sorted(theirs.legal_actions())
            choice = rng.randrange(len(names))
            ours = module.apply_action(ours, names[choice])
            theirs.apply_action(numbers[choice])
        if module.get_current_player(ours) == OVER:
            assert module.get_rewards(ours) == theirs.returns()[::-1]
        else:
            # There a position that comes for the third time, or bishops of one color only, are draws too.
            assert theirs.is_repetition_draw() or chess.Board(theirs.board().to_fen()).is_insufficient_material()


@pytest.mark.parametrize(
    ("fen", "action", "rewards"),
    [
        pytest.param("6k1/5ppp/8/8/8/8/8/R6K w - - 99 80", "R_a1_a8", [1, -1], id="mate on the hundredth half-move"),
        pytest.param("6k1/5ppp/8/8/8/8/8/R6K w - - 99 80", "R_a1_a7", [0, 0], id="the hundredth half-move"),
        pytest.param("6k1/5ppp/8/8/8/8/8/R6K w - - 98 80", "R_a1_a7", None, id="the ninety-ninth half-move"),
        pytest.param("6k1/5ppp/8/8/8/8/P7/R6K w - - 99 80", "P_a2_a3", None, id="a pawn step resets the count"),
        pytest.param("6k1/5ppp/8/8/8/8/8/r6K w - - 99 80", "K_h1_h2", [0, 0], id="a check answered too late"),
        pytest.param("k7/8/8/8/8/8/1p6/K7 w - - 0 1", "K_a1_b2", [0, 0], id="kings alone"),
        pytest.param("k7/8/8/8/8/8/1p6/K6B w - - 0 1", "K_a1_b2", [0, 0], id="one bishop"),
        pytest.param("k7/8/8/8/8/8/1p6/K6n w - - 0 1", "K_a1_b2", [0, 0], id="one knight"),
        pytest.param("k7/8/8/8/8/8/1p6/K5NN w - - 0 1", "K_a1_b2", None, id="two knights go on"),
        pytest.param("k7/8/8/8/8/8/1p6/K5Bb w - - 0 1", "K_a1_b2", None, id="a bishop each goes on"),
        pytest.param("k7/8/8/8/8/8/1p6/K5R1 w - - 0 1", "K_a1_b2", None, id="a rook goes on"),
        pytest.param("k7/7P/8/8/8/8/8/K7 w - - 0 1", "P_h7_h8_N", [0, 0], id="promotion to a knight leaves it bare"),
        pytest.param("7k/8/6K1/8/8/8/8/5Q2 w - - 0 1", "Q_f1_f7", [0, 0], id="stalemate"),
    ],
)
def test_ends(fen, action, rewards):
    module = game(NAME)
    state = module.apply_action(state_of(fen), action)
    assert (module.get_current_player(state) == OVER) == (rewards is not None)
    assert module.get_rewards(state) == (rewards or [0, 0])


@pytest.mark.parametrize(
    ("fen", "wings"),
    [
        pytest.param("r3k2r/8/8/8/8/8/8/R3K2R w KQkq - 0 1", {"O-O", "O-O-O"}, id="both wings"),
        pytest.param("r3k2r/8/8/8/8/8/8/R3K2R b KQkq - 0 1", {"O-O", "O-O-O"}, id="both wings for black"),
        pytest.param("r3k2r/8/8/8/8/8/8/R3K2R w Qk - 0 1", {"O-O-O"}, id="one right left"),
        pytest.param("4k3/8/8/8/4r3/8/8/R3K2R w KQ - 0 1", set(), id="out of check"),
        pytest.param("4k3/8/8/8/5r2/8/8/R3K2R w KQ - 0 1", {"O-O-O"}, id="through check"),
        pytest.param("4k3/8/8/8/6r1/8/8/R3K2R w KQ - 0 1", {"O-O-O"}, id="into check"),
        pytest.param("4k3/8/8/8/1r6/8/8/R3K2R w KQ - 0 1", {"O-O", "O-O-O"}, id="the b-file square may be attacked"),
        pytest.param("4k3/8/8/8/7r/8/8/R3K2R w KQ - 0 1", {"O-O", "O-O-O"}, id="the rook may be attacked"),
        pytest.param("4k3/8/8/8/8/8/8/RN2K1NR w KQ - 0 1", set(), id="pieces between"),
    ],
)
def test_castling(fen, wings):
    assert {action for action in game(NAME).get_legal_actions(state_of(fen)) if action.startswith("O")} == wings


@pytest.mark.parametrize(
    ("action", "left"),
    [
        ("K_e1_e2", "kq"),
        ("O-O", "kq"),
        ("O-O-O", "kq"),
        ("R_h1_h2", "Qkq"),
        ("R_a1_b1", "Kkq"),
        ("R_h1_h8", "Qq"),
        ("R_a1_a8", "Kk"),
        ("R_h4_h5", "KQkq"),
    ],
)
def test_castling_rights(action, left):
    corner = "/8" if action != "R_h4_h5" else "/7R"
    fen = f"r3k2r/8/8/8{corner}/8/8/R3K2R w KQkq - 0 1"
    assert game(NAME).apply_action(state_of(fen), action)["castling"] == left


def test_both_see_rights_en_passant_square_and_clock():
    state = play(NAME, ["P_e2_e4", "N_g8_f6"])
    for seen in game(NAME).get_observations(play(NAME, ["P_e2_e4"])):
        assert (seen["en_passant"], seen["castling"], seen["quiet_half_moves"], seen["turn"]) == ("e3", "KQkq", 0, 1)
    for seen in game(NAME).get_observations(state):
        assert (seen["en_passant"], seen["quiet_half_moves"], seen["board"]) == ("", 1, state["board"])
