"""Who sees what: observations follow from the keys that the state names in `own`."""

from __future__ import annotations

from typing import Any

State = dict[str, Any]


def view(state: State, player: int) -> dict[str, Any]:
    """What a player may know: everything but the other players' entries under the keys in `own`."""
    seen = {key: value for key, value in state.items() if key != "own"}
    for key in state.get("own", []):
        seen[key] = [value if index == player else None for index, value in enumerate(state[key])]
    return seen
