"""Tables for a terminal and for Markdown."""

from __future__ import annotations


def render(head: list[str], rows: list[list[object]]) -> str:
    """A plain table: the first column to the left, the others to the right."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def markdown(head: list[str], rows: list[list[object]]) -> str:
    """A Markdown table, numbers to the right."""
    lines = [f"| {' | '.join(head)} |", f"|{'|'.join(alignment(rows, column) for column in range(len(head)))}|"]
    return "\n".join(lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows])


def alignment(rows: list[list[object]], column: int) -> str:
    """The rule below a column's head: to the right when it holds numbers."""
    return "---:" if rows and all(isinstance(row[column], (int, float)) for row in rows) else "---"
