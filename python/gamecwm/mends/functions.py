"""Mends of functions: trivial ones that are missing, and those that change the state they are given."""

from __future__ import annotations

import ast

from ..contract import FUNCTIONS, OVER, ProgramError, State, load_module
from ..guard import call, load
from ..playout import play
from . import Mend

#: Keys under which a state names the player to move, words in keys that hold what not everyone may see, and the
#: playouts of the trial with their steps.
TURN_KEYS = ("current_player", "to_move", "turn", "player", "active_player")
HIDDEN_WORDS = ("hand", "card", "deck", "hidden", "secret", "private", "hole", "choice", "pick", "bid", "fleet", "ship")
PLAYOUTS, STEPS = 4, 200

_COPIED = '''

def _copied(value):
    """A copy that shares nothing with the value: functions may not change the state that they are given."""
    if isinstance(value, dict):
        copied = value.copy()
        for key in copied:
            copied[key] = _copied(copied[key])
        return copied
    if isinstance(value, (list, tuple)):
        return type(value)([_copied(item) for item in value])
    return value.copy() if isinstance(value, set) else value
'''


def with_missing_functions(source: str, mends: list[Mend]) -> str:
    """A plain program with the trivial functions that it lacks, where it is safe to guess them."""
    tree = ast.parse(source)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    names |= {item.id for node in tree.body if isinstance(node, ast.Assign) for item in node.targets
              if isinstance(item, ast.Name)}  # fmt: skip
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    missing = [name for name in FUNCTIONS if name not in names and name not in ("resample_history", *used)]
    if not missing or "get_initial_state" in missing:
        return source
    state = _initial_state(source)
    added: list[str] = []
    for name in missing:
        text = _guess(name, state, names)
        if text:
            start = source.count("\n") + sum(item.count("\n") + 3 for item in added) + 3
            mends.append(Mend("function", f"added {name}, which was missing", start))
            added.append(text)
            names.add(name)
    return source.rstrip("\n") + "\n" + "".join(f"\n\n{text}\n" for text in added) if added else source


def _initial_state(source: str) -> State | None:
    """The first state of a program that may not be complete; None when there is none."""
    found: list[State] = []
    try:
        call("the program's top level", lambda: found.append(load_module(source)["get_initial_state"]()))
    except ProgramError:
        return None
    return found[0] if isinstance(found[0], dict) else None


def _guess(name: str, state: State | None, names: set[str]) -> str | None:
    """The text of a missing function, or None where a guess would not be safe."""
    if name == "get_player_name":
        return 'def get_player_name(player_id):\n    return f"Player {player_id + 1}"'
    if state is None:
        return None
    if name == "get_current_player" and "get_legal_actions" in names:
        key = next((key for key in TURN_KEYS if type(state.get(key)) is int), None)
        if key is None:
            return None
        return f'def get_current_player(state):\n    return state["{key}"] if get_legal_actions(state) else {OVER}'
    if name == "get_rewards" and _is_numbers(state.get("rewards")):
        return 'def get_rewards(state):\n    return list(state["rewards"])'
    if name == "get_observations" and "get_rewards" in names and "resample_history" not in names:
        if any(word in str(key).lower() for key in state for word in HIDDEN_WORDS):
            return None
        return "def get_observations(state):\n    return [dict(state) for _ in get_rewards(state)]"
    return None


def _is_numbers(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(type(item) in (int, float) for item in value)


def impure_functions(plain: str) -> list[str]:
    """Names of the functions that change the state they are given, as a few seeded playouts show."""
    try:
        game = load(plain)
    except ProgramError:
        return []
    found: dict[str, None] = {}
    for index in range(PLAYOUTS):
        for node in play(game, f"tidy {index}", STEPS).trail.nodes:
            if node.arrived_impurely:
                found["apply_action"] = None
            found.update(dict.fromkeys(node.mutators))
    return list(found)


def with_copies(source: str, functions: list[str], mends: list[Mend]) -> str:
    """The source with `state = _copied(state)` as the first line of these functions."""
    for name in functions:
        tree = ast.parse(source)
        node = next((item for item in tree.body if isinstance(item, ast.FunctionDef) and item.name == name), None)
        if node is None or not node.args.args or node.body[0].lineno == node.lineno:
            continue
        lines = source.split("\n")
        # A docstring stays the first statement.
        first = node.body[1] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body[0]
        at = first.lineno - 1
        parameter = node.args.args[0].arg
        lines.insert(at, " " * first.col_offset + f"{parameter} = _copied({parameter})")
        source = "\n".join(lines)
        mends.append(Mend("purity", f"{name} changed the state it was given: it now works on a copy", at + 1))
        if "_copied" not in {item.name for item in tree.body if isinstance(item, ast.FunctionDef)}:
            source = source.rstrip("\n") + "\n" + _COPIED
    return source
