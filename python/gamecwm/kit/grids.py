"""Grids of marks: placing, dropping, lines, and men that step forward. Row 0 is the top row; an empty cell is ""."""

from __future__ import annotations

from typing import Any

from gamecwm.kit.turns import change, is_over

State = dict[str, Any]
Board = list[list[str]]
Cell = tuple[int, int]


def grid(rows: int, cols: int) -> Board:
    """An empty grid."""
    return [[""] * cols for _ in range(rows)]


def mark(state: State) -> str:
    """The mark of the player to move: x for player 0, o for player 1."""
    return "xo"[state["turn"]]


def with_cells(board: Board, cells: dict[Cell, str]) -> Board:
    """A copy of the grid with these cells set."""
    rows = {row for row, _ in cells}
    board = [list(line) if row in rows else line for row, line in enumerate(board)]
    for (row, col), value in cells.items():
        board[row][col] = value
    return board


def parse_cell(text: str) -> Cell:
    """The cell named "row,col" (ValueError when it is not)."""
    row, col = text.split(",")
    return int(row), int(col)


def placements(state: State, gravity: bool = False) -> list[str]:
    """Every empty cell as "row,col"; with gravity every column that is not full, as "col"."""
    if is_over(state):
        return []
    board = state["board"]
    if gravity:
        return [f"{col}" for col, cell in enumerate(board[0]) if not cell]
    return [f"{row},{col}" for row, line in enumerate(board) for col, cell in enumerate(line) if not cell]


def landing(board: Board, col: int) -> Cell:
    """The lowest empty cell of a column (ValueError when there is none)."""
    return max(row for row, line in enumerate(board) if not line[col]), col


def place(state: State, action: str, gravity: bool = False) -> tuple[State, Cell]:
    """Puts the mover's mark on the cell of the action, or drops it into the column; gives the state and the cell."""
    board = state["board"]
    cell = landing(board, int(action)) if gravity else parse_cell(action)
    name = f"{cell[1]}" if gravity else f"{cell[0]},{cell[1]}"
    if is_over(state) or action != name or min(cell) < 0 or board[cell[0]][cell[1]]:
        raise ValueError(f"illegal action {action!r}")
    return change(state, board=with_cells(board, {cell: mark(state)})), cell


def is_full(state: State) -> bool:
    """Whether no cell is empty."""
    return all(all(line) for line in state["board"])


def run(board: Board, cell: Cell, step: Cell, wrap: bool) -> list[Cell]:
    """The cells with the same mark that follow the cell in one direction; with wrap the edges are joined."""
    rows, cols = len(board), len(board[0])
    own, cells = board[cell[0]][cell[1]], []
    row, col = cell[0] + step[0], cell[1] + step[1]
    while True:
        if wrap:
            row, col = row % rows, col % cols
        # On joined edges a line may come back to where it began.
        if not (0 <= row < rows and 0 <= col < cols) or (row, col) == cell or board[row][col] != own:
            return cells
        cells.append((row, col))
        row, col = row + step[0], col + step[1]


def makes_line(state: State, cell: Cell, length: int, diagonals: bool = True, wrap: bool = False) -> bool:
    """Whether the mark on the cell is part of a line of at least this length."""
    board = state["board"]
    for row, col in [(0, 1), (1, 0), (1, 1), (1, -1)][: 4 if diagonals else 2]:
        line = {cell, *run(board, cell, (row, col), wrap), *run(board, cell, (-row, -col), wrap)}
        if len(line) >= length:
            return True
    return False


def armies(rows: int, cols: int, ranks: int) -> Board:
    """A grid with o on the first ranks (rows) at the top and x on the last ones at the bottom."""
    middle = rows - 2 * ranks
    return [["o"] * cols for _ in range(ranks)] + grid(middle, cols) + [["x"] * cols for _ in range(ranks)]


def forward(state: State) -> int:
    """The row step of the player to move: up (-1) for x, down (+1) for o."""
    return -1 if state["turn"] == 0 else 1


def can_advance(state: State, cell: Cell, side: int, moves: str, captures: str) -> bool:
    """Whether a man may step forward and `side` columns across; moves and captures: straight, diagonal or both."""
    board = state["board"]
    row, col = cell[0] + forward(state), cell[1] + side
    if not (0 <= row < len(board) and 0 <= col < len(board[0])):
        return False
    kind = "diagonal" if side else "straight"
    target = board[row][col]
    return target != mark(state) and (captures if target else moves) in (kind, "both")


def advances(state: State, moves: str, captures: str) -> list[str]:
    """Every forward step of the mover's men, as "row,col-row,col"."""
    if is_over(state):
        return []
    ahead, own = forward(state), mark(state)
    return [
        f"{row},{col}-{row + ahead},{col + side}"
        for row, line in enumerate(state["board"])
        for col, cell in enumerate(line)
        if cell == own
        for side in (-1, 0, 1)
        if can_advance(state, (row, col), side, moves, captures)
    ]


def advance(state: State, action: str, moves: str, captures: str) -> tuple[State, Cell]:
    """Carries out a forward step, taking what stands there; gives the state and the cell reached."""
    if action not in advances(state, moves, captures):
        raise ValueError(f"illegal action {action!r}")
    source, target = (parse_cell(cell) for cell in action.split("-"))
    return change(state, board=with_cells(state["board"], {source: "", target: mark(state)})), target


def on_far_row(state: State, cell: Cell) -> bool:
    """Whether the cell lies on the far row of the player to move."""
    return cell[0] == (0 if state["turn"] == 0 else len(state["board"]) - 1)


def has_enemies(state: State) -> bool:
    """Whether the other player has a man left."""
    enemy = "ox"[state["turn"]]
    return any(enemy in line for line in state["board"])
