"""Checkers on 8x8: diagonal steps, captures that are mandatory and must be completed, kings that move both ways."""

from itertools import pairwise

from kit import *

SIZE = 8
MEN_ROWS = 3
QUIET_LIMIT = 80
OWN = [("r", "R"), ("b", "B")]
ENEMIES = {"r": OWN[1], "R": OWN[1], "b": OWN[0], "B": OWN[0]}
KINGS = {"r": "R", "b": "B"}
FAR_ROWS = {"r": 0, "b": SIZE - 1}
UP, DOWN = [(-1, -1), (-1, 1)], [(1, -1), (1, 1)]
DIRECTIONS = {"r": UP, "b": DOWN, "R": UP + DOWN, "B": UP + DOWN}
SQUARES = [(row, col) for row in range(SIZE) for col in range(SIZE) if (row + col) % 2]


def is_on_board(square):
    """Whether a square lies on the board."""
    return min(square) >= 0 and max(square) < SIZE


def steps_from(square, piece):
    """The squares a step away."""
    row, col = square
    near = [(row + down, col + right) for down, right in DIRECTIONS[piece]]
    return [target for target in near if is_on_board(target)]


def jumps_from(square, piece):
    """Pairs of the square jumped over and the square reached."""
    row, col = square
    pairs = [((row + down, col + right), (row + 2 * down, col + 2 * right)) for down, right in DIRECTIONS[piece]]
    return [(over, target) for over, target in pairs if is_on_board(target)]


STEPS = {piece: {square: steps_from(square, piece) for square in SQUARES} for piece in DIRECTIONS}
JUMPS = {piece: {square: jumps_from(square, piece) for square in SQUARES} for piece in DIRECTIONS}


def first_piece(square):
    """What stands on a dark square at the start."""
    row = square[0]
    return "b" if row < MEN_ROWS else "r" if row >= SIZE - MEN_ROWS else ""


def pieces(board, player):
    """The squares and the pieces of a player."""
    own = OWN[player]
    return [((row, col), board[row][col]) for row, col in SQUARES if board[row][col] in own]


def steps(board, square, piece):
    """The empty squares a step away."""
    return [(row, col) for row, col in STEPS[piece][square] if not board[row][col]]


def jumps(board, piece, path, jumped):
    """The jumps that go on from the end of a chain; the square where it began counts as empty."""
    return [
        (over, (row, col))
        for over, (row, col) in JUMPS[piece][path[-1]]
        if board[over[0]][over[1]] in ENEMIES[piece]
        and (not board[row][col] or (row, col) == path[0])
        and over not in jumped
    ]


def chains(board, piece, path, jumped=()):
    """Every completed chain of jumps that begins with this path."""
    further = jumps(board, piece, path, jumped)
    if not further:
        return [path] if jumped else []
    return [chain for over, target in further for chain in chains(board, piece, [*path, target], [*jumped, over])]


def paths(board, player):
    """Every move as the list of its squares, the start first: chains of jumps if there is one, else steps."""
    own = pieces(board, player)
    captures = [chain for square, piece in own for chain in chains(board, piece, [square])]
    return captures or [[square, target] for square, piece in own for target in steps(board, square, piece)]


def is_capture(path):
    """Whether a move is a chain of jumps."""
    return abs(path[0][0] - path[1][0]) == 2


def move_name(path):
    """The action of a move."""
    return "_".join(["jump" if is_capture(path) else "move", *(f"{row}_{col}" for row, col in path)])


def moves(state):
    """Every legal move by its action."""
    return {} if is_over(state) else {move_name(path): path for path in paths(state["board"], state["turn"])}


def can_move(board, player):
    """Whether a player has any legal move."""
    own = pieces(board, player)
    return any(steps(board, square, piece) or jumps(board, piece, [square], ()) for square, piece in own)


def carry_out(board, path):
    """The board after a move: jumped pieces are off, a man that ends on its far row is a king."""
    (row, col), target = path[0], path[-1]
    piece = board[row][col]
    changes = {path[0]: ""}
    if is_capture(path):
        changes.update({((a + c) // 2, (b + d) // 2): "" for (a, b), (c, d) in pairwise(path)})
    changes[target] = KINGS[piece] if FAR_ROWS.get(piece) == target[0] else piece
    return with_cells(board, changes)


def get_initial_state():
    """Twelve men a side on the dark squares; red, below, moves first."""
    board = with_cells(grid(SIZE, SIZE), {square: first_piece(square) for square in SQUARES})
    return start(board=board, moves_without_capture=0)


def apply_action(state, action):
    """The state after a step or a whole chain of jumps."""
    legal, player = moves(state), state["turn"]
    require(action, legal)
    path = legal[action]
    board = carry_out(state["board"], path)
    quiet = 0 if is_capture(path) else state["moves_without_capture"] + 1
    state = change(state, board=board, moves_without_capture=quiet)
    if not pieces(board, 1 - player):
        return win(state)
    if quiet >= QUIET_LIMIT:
        return draw(state)
    return next_turn(state) if can_move(board, 1 - player) else win(state)


def get_player_name(player_id):
    """Red moves first."""
    return ["Red", "Black"][player_id]


def get_legal_actions(state):
    """Every chain of jumps if there is one, else every step."""
    return list(moves(state))
