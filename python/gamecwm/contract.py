"""The contract of a GameCWM: the functions a game program has, and how a plain module is loaded.

Names and ids are those of arXiv 2510.04542 and 2605.24375: player ids 0, 1, ...; -1 chance; -4 over.
"""

from __future__ import annotations

import ast
import linecache
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

CHANCE = -1
OVER = -4

State = dict[str, Any]
Action = str
Observation = dict[str, Any]

#: name -> number of parameters; all but `resample_history` are required of a plain module.
FUNCTIONS: dict[str, int] = {
    "get_initial_state": 0,
    "apply_action": 2,
    "get_current_player": 1,
    "get_player_name": 1,
    "get_rewards": 1,
    "get_legal_actions": 1,
    "get_observations": 1,
    "resample_history": 2,
}
OPTIONAL = frozenset({"resample_history"})

#: The file name under which a program's lines appear in tracebacks.
PROGRAM_FILE = "<program>"


class ProgramError(Exception):
    """A program that cannot be loaded or broke while it was used; `line` is 1-based, None where unknown."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Game:
    """A loaded plain module: its source and its functions by the contract's names."""

    source: str
    get_initial_state: Callable[[], State]
    apply_action: Callable[[State, Action], State]
    get_current_player: Callable[[State], int]
    get_player_name: Callable[[int], str]
    get_rewards: Callable[[State], list[float]]
    get_legal_actions: Callable[[State], list[Action]]
    get_observations: Callable[[State], list[Observation]]
    resample_history: Callable[[list[tuple[Observation, Action | None]], int], list[Action]] | None
    namespace: dict[str, Any]


#: Rewrites the syntax tree of a module before it runs, and the names that the rewritten module needs.
Rewrite = tuple[Callable[[ast.Module], ast.Module], dict[str, Any]]


@lru_cache(maxsize=4)
def compiled(source: str, file: str = PROGRAM_FILE) -> types.CodeType:
    """The code of a module, kept because a check loads one program several times. Raises what `compile` raises."""
    return compile(source, file, "exec", dont_inherit=True)


def load_module(source: str, file: str = PROGRAM_FILE, rewrite: Rewrite | None = None) -> dict[str, Any]:
    """Runs a plain module, rewritten where that is asked for, and returns its namespace.

    Runs the module's code in this process: callers put themselves into a sandbox first.
    Raises ProgramError for a syntax error or for anything raised at import, SystemExit included.
    """
    try:
        if rewrite:
            code = compile(rewrite[0](ast.parse(source, file)), file, "exec", dont_inherit=True)
        else:
            code = compiled(source, file)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"not Python: {error}", getattr(error, "lineno", None)) from error
    # Tracebacks of a program that has no file can then show its lines.
    linecache.cache[file] = (len(source), None, source.splitlines(True), file)
    module = types.ModuleType("game")
    if rewrite:
        module.__dict__.update(rewrite[1])
    try:
        exec(code, module.__dict__)
    except (Exception, SystemExit, GeneratorExit) as error:
        raise ProgramError(f"import failed: {type(error).__name__}: {error}", program_line(error, file)) from error
    return module.__dict__


def load_game(source: str, file: str = PROGRAM_FILE, rewrite: Rewrite | None = None) -> Game:
    """Runs a plain module, rewritten where that is asked for, and names its functions.

    Runs the module's code in this process: callers put themselves into a sandbox first.
    Raises ProgramError for a syntax error, an exception at import, or a missing function.
    """
    namespace = load_module(source, file, rewrite)
    functions: dict[str, Any] = {}
    for name in FUNCTIONS:
        function = namespace.get(name)
        if not callable(function):
            if name in OPTIONAL:
                functions[name] = None
                continue
            raise ProgramError(f"missing function {name}")
        functions[name] = function
    return Game(source=source, namespace=namespace, **functions)


def program_line(error: BaseException, file: str = PROGRAM_FILE) -> int | None:
    """The innermost line of the program in an exception's traceback, 1-based, or None."""
    line = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
