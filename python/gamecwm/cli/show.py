"""How reports and positions look in a terminal."""

from __future__ import annotations

from typing import Any

MARKS = {True: "ok  ", False: "FAIL", None: "--  "}


def report_text(report: dict[str, Any], mends: list[dict[str, Any]]) -> str:
    """A report as a student reads it: the score, what was mended, each check, counter-examples."""
    lines = [
        f"Score {report['score']:.2f} of 1" + ("" if report["playable"] else ": this is not a game that can be played")
    ]
    lengths = report["lengths"]
    if lengths:
        lines.append(
            f"{report['games']} random games; those that ended took {lengths['mean']:.1f} actions on average, "
            f"{lengths['longest']} at most, with {lengths['branching']:.1f} legal actions each time."
        )
    if mends:
        lines += ["", "Mended before checking:"]
        lines += [f"  {_at(mend['line'])}{mend['message']}" for mend in mends]
    tier = None
    idle: dict[str, list[str]] = {}
    for finding in report["findings"]:
        if finding["passed"] is False and finding["message"].startswith("Not run: "):
            idle.setdefault(finding["message"], []).append(finding["check"])
            continue
        if finding["tier"] != tier:
            tier = finding["tier"]
            lines += ["", tier.capitalize()]
        lines.append(f"  {MARKS[finding['passed']]} {finding['check']}: {_at(finding['line'])}{finding['message']}")
        if finding["counterexample"] is not None:
            lines.append(f"       shown by: {actions_text(finding['counterexample'])}")
    if idle:
        lines += ["", "These count as failed:"]
    for message, checks in idle.items():
        lines.append(f"  {message} ({', '.join(checks)})")
    return "\n".join(lines)


def worlds_text(found: dict[str, Any], *, exact: bool, most: int = 12) -> str:
    """What `infer` found: the history in short, and the likeliest worlds."""
    own = [action for _, action in found["history"] if action is not None]
    worlds = found["worlds"]
    lines = [
        f"Player {found['player']}, to move, saw {len(found['history'])} positions and played: "
        f"{', '.join(own) or 'nothing so far'}.",
        f"{len(worlds)} different worlds {'fit' if exact else 'were drawn'} ({found['nodes']} nodes, "
        f"{found['milliseconds']:.0f} ms):",
    ]
    lines += [f"  {world['share']:.4f}  {actions_text(world['actions'])}" for world in worlds[:most]]
    return "\n".join([*lines, f"  and {len(worlds) - most} more"] if len(worlds) > most else lines)


def actions_text(actions: list[str]) -> str:
    """An action list in one line; a long one loses its middle."""
    if not actions:
        return "the start of the game"
    if len(actions) > 24:
        actions = [*actions[:12], f"... {len(actions) - 22} more ...", *actions[-10:]]
    return ", ".join(actions)


def _at(line: int | None) -> str:
    return "" if line is None else f"line {line}: "


def view_text(view: Any) -> str:
    """An observation or state: grids as grids, everything else as `key: value`."""
    if not isinstance(view, dict):
        return f"  {view}"
    lines: list[str] = []
    for key, value in view.items():
        if is_grid(value):
            lines += [f"  {key}:", *(f"    {line}" for line in grid_lines(value))]
        else:
            lines.append(f"  {key}: {_plain(value)}")
    return "\n".join(lines)


def is_grid(value: Any) -> bool:
    """Whether a value is a list of rows of one length, each cell a short scalar."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(row, list) and len(row) == len(value[0]) > 1 for row in value)
        and all(not isinstance(cell, (list, dict)) and len(str(cell)) <= 6 for row in value for cell in row)
    )


def grid_lines(rows: list[list[Any]]) -> list[str]:
    """A grid with its row and column numbers."""
    cells = [["." if cell in ("", None) else str(cell) for cell in row] for row in rows]
    width = max(len(cell) for row in cells for cell in [*row, str(len(cells[0]) - 1)])
    edge = len(str(len(cells) - 1))
    head = " " * edge + "  " + " ".join(str(col).rjust(width) for col in range(len(cells[0])))
    return [
        head,
        *(f"{index:>{edge}}  " + " ".join(cell.rjust(width) for cell in row) for index, row in enumerate(cells)),
    ]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(_plain(item) for item in value) if value else "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items())
    return "-" if value in ("", None) else str(value)
