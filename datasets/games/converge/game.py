"""Converge: two units a side on a 5x5 grid race for the centre and stun what they step next to."""

from kit import *

SIZE = 5
MARKS = "xo"
UNITS = {(0, 0): "x", (0, 4): "x", (4, 0): "o", (4, 4): "o"}
GOAL = (2, 2)
MAX_TURNS = 50
STEPS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


def name(cell):
    """A cell as it is written in actions."""
    return f"({cell[0]},{cell[1]})"


def near(cell):
    """The cells one step away, in any of the eight directions."""
    cells = [(cell[0] + row, cell[1] + col) for row, col in STEPS]
    return [(row, col) for row, col in cells if 0 <= row < SIZE and 0 <= col < SIZE]


def moves(state):
    """action -> (source, target) for every unit of the mover that is not stunned."""
    board, own = state["board"], MARKS[state["turn"]]
    return {
        f"move {name((row, col))} to {name(target)}": ((row, col), target)
        for row in range(SIZE)
        for col in range(SIZE)
        if board[row][col] == own and name((row, col)) not in state["stunned"]
        for target in near((row, col))
        if not board[target[0]][target[1]]
    }


def stuns(board, cell, enemy):
    """The enemy units next to a cell."""
    return [name((row, col)) for row, col in near(cell) if board[row][col] == enemy]


def get_initial_state():
    """Each side's units stand in its corners; stunned lists units of the player to move."""
    return start(board=with_cells(grid(SIZE, SIZE), UNITS), stunned=[], turns=0)


def apply_action(state, action):
    """Moves a unit and stuns the enemies beside it, or passes."""
    require(action, get_legal_actions(state))
    turns, own, enemy = state["turns"] + 1, MARKS[state["turn"]], MARKS[1 - state["turn"]]
    target = None
    if action == "pass":
        state = change(state, stunned=[], turns=turns)
    else:
        source, target = moves(state)[action]
        board = with_cells(state["board"], {source: "", target: own})
        state = change(state, board=board, stunned=stuns(board, target, enemy), turns=turns)
    if target == GOAL:
        return win(state)
    return draw(state) if turns == MAX_TURNS else next_turn(state)


def get_player_name(player_id):
    """The marks on the board."""
    return MARKS[player_id]


def get_legal_actions(state):
    """Every step of a unit that can move; a pass only when none can."""
    if is_over(state):
        return []
    return list(moves(state)) or ["pass"]
