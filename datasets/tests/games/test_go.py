"""Go against OpenSpiel until it stops for a repetition, and against the rules taken at their word."""

import random

import pyspiel
from games.harness import game, games_of, play, refused

NAME = "go"
LOCK_STEP_GAMES = games_of(1000)
#: Every placement is told again slowly.
LITERAL_GAMES = 20
SIZE, KOMI = 9, 6.5


def points(theirs):
    """OpenSpiel's board as our rows; its row 1 is our row 0."""
    rows = [line.split()[1] for line in str(theirs).splitlines() if line.strip()[:1].isdigit()]
    return [["" if cell == "+" else "BW"["XO".index(cell)] for cell in row] for row in reversed(rows)]


def action_of(move):
    """OpenSpiel's move in our words."""
    return "pass" if move == SIZE * SIZE else "place_{}_{}".format(*divmod(move, SIZE))


def test_lock_step_with_openspiel():
    module, rng = game(NAME), random.Random(1)
    twin = pyspiel.load_game(f"go(board_size={SIZE},komi={KOMI},max_game_length=5000)")
    winners = set()
    for _ in range(LOCK_STEP_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            moves = {action_of(move): move for move in theirs.legal_actions()}
            assert sorted(module.get_legal_actions(ours)) == sorted(moves)
            assert module.get_rewards(ours) == [0, 0]
            action = rng.choice(list(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
            assert ours["board"] == points(theirs)
        # OpenSpiel also stops when any earlier board comes back; our game goes on then.
        if ours["passes"] == 2:
            assert module.get_current_player(ours) == -4
            assert module.get_rewards(ours) == theirs.returns()
            winners.add(theirs.returns()[0])
        else:
            assert module.get_current_player(ours) >= 0
    assert winners == {1, -1}


POINTS = [(row, col) for row in range(SIZE) for col in range(SIZE)]
BESIDE = {at: {near for near in POINTS if abs(near[0] - at[0]) + abs(near[1] - at[1]) == 1} for at in POINTS}


def joined(board, cell):
    """The connected points of the same content, grown until nothing is added, and the points next to them."""
    cells, size = {cell}, 0
    while size != len(cells):
        size = len(cells)
        around = set().union(*(BESIDE[at] for at in cells))
        cells |= {near for near in around if board[near] == board[cell]}
    return cells, around - cells


def placed(board, cell, stone):
    """The board after a placement by the letter of the rules, or None where it is suicide."""
    board = {**board, cell: stone}
    dead = {at for at in BESIDE[cell] if board[at] not in ("", stone) and is_stifled(board, at)}
    captured = set().union(*(joined(board, at)[0] for at in dead))
    board.update(dict.fromkeys(captured, ""))
    return None if is_stifled(board, cell) else board


def is_stifled(board, cell):
    """Whether the group on the point has no liberty."""
    return all(board[near] for near in joined(board, cell)[1])


def flat(rows):
    """The board as a dict from points."""
    return {(row, col): cell for row, line in enumerate(rows) for col, cell in enumerate(line)}


def area(board, stone):
    """Points by asking of every point whose it is."""
    return sum(
        found == stone if found else {board[near] for near in joined(board, at)[1]} == {stone}
        for at, found in board.items()
    )


def test_legal_placements_and_captures_by_the_letter_of_the_rules():
    module, rng, kos = game(NAME), random.Random(3), 0
    for _ in range(LITERAL_GAMES):
        state, before = module.get_initial_state(), None
        for step in range(160):
            board, stone = flat(state["board"]), "BW"[module.get_current_player(state)]
            legal = module.get_legal_actions(state)
            if step % 10 == 0 or (before and sum(map(bool, before.values())) >= sum(map(bool, board.values()))):
                after = {cell: placed(board, cell, stone) for cell, found in board.items() if not found}
                kos += any(result and result == before for result in after.values())
                expected = {cell for cell, result in after.items() if result and result != before}
                assert {f"place_{row}_{col}" for row, col in expected} | {"pass"} == set(legal)
                for row, col in expected:
                    assert flat(module.apply_action(state, f"place_{row}_{col}")["board"]) == after[row, col]
                assert all(refused(module, state, f"place_{row}_{col}") for row, col in board.keys() - expected)
            before, state = board, module.apply_action(state, rng.choice(legal[:-1] or legal))
            if module.get_current_player(state) == -4:
                break
    assert kos > 0


def test_area_by_asking_every_point():
    module, rng = game(NAME), random.Random(4)
    for _ in range(20):
        state = module.get_initial_state()
        for _ in range(rng.randrange(0, 200)):
            state = module.apply_action(state, rng.choice(module.get_legal_actions(state)[:-1] or ["pass"]))
        board = flat(state["board"])
        while module.get_current_player(state) != -4:
            state = module.apply_action(state, "pass")
        expected = 1 if area(board, "B") > area(board, "W") + KOMI else -1
        assert module.get_rewards(state) == [expected, -expected]


def test_both_players_see_the_ko_board_and_the_captures():
    state = play(NAME, ["place_0_1", "place_0_0", "place_1_0"])
    for seen in game(NAME).get_observations(state):
        assert seen["captures"] == [1, 0]
        assert seen["board"][0] == ["", "B", *[""] * 7]
        assert seen["previous"][0] == ["W", "B", *[""] * 7]
        assert seen["passes"] == 0
