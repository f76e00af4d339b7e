"""Gardner's minichess on 5x5, with double steps, en passant and promotion, without castling."""

from kit import *

SIZE = 5
BACK_ROW = "RNBQK"
PROMOTIONS = "QRBN"
QUIET_LIMIT = 100
BARE_ARMIES = [[], ["B"], ["N"]]
OWN = [frozenset("PNBRQK"), frozenset("pnbrqk")]
KINGS = "Kk"
FORWARD = [-1, 1]
PAWN_ROWS = [SIZE - 2, 1]
FAR_ROWS = [0, SIZE - 1]
DIAGONALS = [(-1, -1), (-1, 1), (1, -1), (1, 1)]
STRAIGHTS = [(-1, 0), (1, 0), (0, -1), (0, 1)]
LEAPS = [(-2, -1), (-2, 1), (-1, -2), (-1, 2), (1, -2), (1, 2), (2, -1), (2, 1)]
DIRECTIONS = {"B": DIAGONALS, "R": STRAIGHTS, "Q": DIAGONALS + STRAIGHTS, "N": LEAPS, "K": DIAGONALS + STRAIGHTS}
SLIDERS = "BRQ"
ATTACKERS = {"B": "BQ", "R": "RQ", "N": "N", "K": "K"}
SQUARES = [(row, col) for row in range(SIZE) for col in range(SIZE)]
NAMES = {(row, col): f"{'abcde'[col]}{SIZE - row}" for row, col in SQUARES}


def path(square, step, length):
    """The squares of the board in one direction, nearest first."""
    line = [(square[0] + step[0] * count, square[1] + step[1] * count) for count in range(1, length + 1)]
    return [target for target in line if target in NAMES]


PATHS = {
    kind: {square: [path(square, step, SIZE if kind in SLIDERS else 1) for step in steps] for square in SQUARES}
    for kind, steps in DIRECTIONS.items()
}
LINES = {square: frozenset(target for line in PATHS["Q"][square] for target in line) for square in SQUARES}
PAWN_PATHS = [
    {square: [path(square, (step, side), 1) for side in (-1, 1)] for square in SQUARES} for step in FORWARD
]


def first_on(board, line):
    """The first piece on a line of squares, or nothing."""
    for row, col in line:
        if board[row][col]:
            return board[row][col]
    return ""


def letters(kinds, player):
    """The pieces of these kinds as they stand on the board."""
    return [kind if player == 0 else kind.lower() for kind in kinds]


ENEMIES = [{kind: letters(kinds, 1 - player) for kind, kinds in ATTACKERS.items()} for player in range(2)]
ENEMY_PAWNS = [letters("P", 1 - player) for player in range(2)]


def is_attacked(board, square, player):
    """Whether an enemy of the player attacks the square."""
    for kind, enemies in ENEMIES[player].items():
        for line in PATHS[kind][square]:
            if first_on(board, line) in enemies:
                return True
    return any(first_on(board, line) in ENEMY_PAWNS[player] for line in PAWN_PATHS[player][square])


def find_king(board, player):
    """The square of the player's king."""
    for row, line in enumerate(board):
        if KINGS[player] in line:
            return row, line.index(KINGS[player])
    raise ValueError("there is no king on the board")


def pawn_targets(state, square):
    """The squares that a pawn may go to: straight ahead when they are empty, diagonally to capture."""
    board, player = state["board"], state["turn"]
    (row, col), step = square, FORWARD[state["turn"]]
    targets = []
    if not board[row + step][col]:
        targets.append((row + step, col))
        if row == PAWN_ROWS[player] and not board[row + 2 * step][col]:
            targets.append((row + 2 * step, col))
    for line in PAWN_PATHS[player][square]:
        for to_row, to_col in line:
            if board[to_row][to_col] in OWN[1 - player] or NAMES[to_row, to_col] == state["en_passant"]:
                targets.append((to_row, to_col))
    return targets


def targets_of(state, square, piece):
    """The squares that a piece may go to, whether or not its king is then in check."""
    kind = piece.upper()
    if kind == "P":
        return pawn_targets(state, square)
    board, own, targets = state["board"], OWN[state["turn"]], []
    for line in PATHS[kind][square]:
        for row, col in line:
            if board[row][col] not in own:
                targets.append((row, col))
            if board[row][col]:
                break
    return targets


def is_en_passant(board, source, target):
    """Whether a pawn captures on an empty square."""
    return board[source[0]][source[1]] in ("P", "p") and source[1] != target[1] and not board[target[0]][target[1]]


def move_piece(board, source, target, promotion=""):
    """The board after a piece has moved; a pawn taken in passing is off, a promoted pawn is replaced."""
    piece = board[source[0]][source[1]]
    changes = {source: "", target: piece}
    if promotion:
        changes[target] = promotion if piece == "P" else promotion.lower()
    if is_en_passant(board, source, target):
        changes[source[0], target[1]] = ""
    return with_cells(board, changes)


def legal_moves(state):
    """Every legal move, one by one: action, source, target, promotion."""
    board, player = state["board"], state["turn"]
    king = find_king(board, player)
    is_checked = is_attacked(board, king, player)
    for source in SQUARES:
        piece = board[source[0]][source[1]]
        if piece not in OWN[player]:
            continue
        # Only a piece that stands on a line with its king can lay it open.
        is_free = not (is_checked or source == king or source in LINES[king])
        for target in targets_of(state, source, piece):
            if not is_free or is_en_passant(board, source, target):
                after = move_piece(board, source, target)
                if is_attacked(after, target if source == king else king, player):
                    continue
            action = f"{piece.upper()}_{NAMES[source]}_{NAMES[target]}"
            if piece in ("P", "p") and target[0] == FAR_ROWS[player]:
                yield from ((f"{action}_{kind}", source, target, kind) for kind in PROMOTIONS)
            else:
                yield action, source, target, ""


def is_bare(board):
    """Whether no more than a single bishop or knight is left beside the kings."""
    army = [piece.upper() for line in board for piece in line if piece and piece not in KINGS]
    return army in BARE_ARMIES


def play_move(state, source, target, promotion):
    """The position after a move, the end not yet tested."""
    board = state["board"]
    is_pawn = board[source[0]][source[1]] in ("P", "p")
    is_quiet = not is_pawn and not board[target[0]][target[1]]
    is_double = is_pawn and abs(target[0] - source[0]) == 2
    return change(
        state,
        board=move_piece(board, source, target, promotion),
        en_passant=NAMES[(source[0] + target[0]) // 2, source[1]] if is_double else "",
        quiet_half_moves=state["quiet_half_moves"] + 1 if is_quiet else 0,
    )


def next_or_end(state):
    """The opponent's turn, or the end: mate or stalemate first, then the quiet half-moves, then bare material."""
    after, board = next_turn(state), state["board"]
    opponent = after["turn"]
    if next(legal_moves(after), None) is None:
        return win(state) if is_attacked(board, find_king(board, opponent), opponent) else draw(state)
    return draw(state) if state["quiet_half_moves"] >= QUIET_LIMIT or is_bare(board) else after


def get_initial_state():
    """The kings face each other; row 0 is rank 5, white's pieces are upper-case letters."""
    pawns, black = ["P"] * SIZE, list(BACK_ROW.lower())
    board = [black, ["p"] * SIZE, *grid(SIZE - 4, SIZE), pawns, list(BACK_ROW)]
    return start(board=board, en_passant="", quiet_half_moves=0)


def apply_action(state, action):
    """The state after a legal move."""
    if not is_over(state):
        for name, source, target, promotion in legal_moves(state):
            if name == action:
                return next_or_end(play_move(state, source, target, promotion))
    raise ValueError(f"illegal action {action!r}")


def get_player_name(player_id):
    """White moves first."""
    return ["White", "Black"][player_id]


def get_legal_actions(state):
    """Every move that does not leave the own king in check."""
    return [] if is_over(state) else [move[0] for move in legal_moves(state)]
