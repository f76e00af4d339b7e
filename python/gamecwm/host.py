"""The one entry point of the workers: methods and shapes of HostMethods in `src/runtime/protocol.ts`.

`begin(method, params)` starts a job, `step(job, milliseconds)` works on it for about that long and says how it stands,
`cancel(job)` forgets it. All texts are JSON. Errors never leave as exceptions: a job fails with a `ProgramError`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Protocol

from .check import Check
from .constants import read_constants, set_constants
from .contract import Game, ProgramError
from .guard import CallError, describe, load, program_lines, traceback_text
from .own_random import OwnRandom
from .table import Table
from .tidy import Tidied, tidy
from .values import to_json

#: Longest message of an error.
MESSAGE = 2000


class Job(Protocol):
    """A long act that is done a few milliseconds at a time."""

    def run(self, milliseconds: float) -> bool: ...

    def progress(self) -> dict[str, Any] | None: ...

    def result(self) -> dict[str, Any]: ...


class Once:
    """A short act, done in one step."""

    def __init__(self, act: Callable[[], dict[str, Any]]) -> None:
        self._act = act
        self._result: dict[str, Any] | None = None

    def run(self, milliseconds: float) -> bool:
        self._result = self._act()
        return True

    def progress(self) -> dict[str, Any] | None:
        return None

    def result(self) -> dict[str, Any]:
        assert self._result is not None
        return self._result


class Host:
    """One program and the jobs that work on it."""

    def __init__(self) -> None:
        #: The text that was opened, tidied where that was possible.
        self._program: Tidied | str | None = None
        self._table: Table | None = None
        self._jobs: dict[int, tuple[str, dict[str, Any], Job | None]] = {}
        self._next = 1

    def begin(self, method: str, params_json: str) -> int:
        """Starts a job and gives its number; what is wrong with the call is said by its first step."""
        job, self._next = self._next, self._next + 1
        self._jobs[job] = (method, {"json": params_json}, None)
        return job

    def step(self, job: int, milliseconds: float) -> str:
        """Works on a job; its state is `running`, `done` or `failed`. A finished job is forgotten."""
        if job not in self._jobs:
            return _failure("there is no such job; it was finished or cancelled before")
        # Also a program that draws while it is loaded is the same one in every worker.
        with OwnRandom("host"):
            return self._step(job, milliseconds)

    def _step(self, job: int, milliseconds: float) -> str:
        try:
            method, params, work = self._jobs[job]
            if work is None:
                work = self._start(method, json.loads(params["json"]))
                self._jobs[job] = (method, {}, work)
            if not work.run(milliseconds):
                return json.dumps({"state": "running", "progress": work.progress()}, allow_nan=False)
            answer = json.dumps({"state": "done", "result": work.result()}, allow_nan=False)
        except KeyboardInterrupt:
            self.cancel(job)
            raise
        except BaseException as error:
            answer = self._failed(error)
        self.cancel(job)
        return answer

    def cancel(self, job: int) -> None:
        """Forgets a job."""
        self._jobs.pop(job, None)

    def _start(self, method: str, params: dict[str, Any]) -> Job:
        if method == "open":
            return Once(lambda: self._open(params["source"]))
        if method == "tune":
            return Once(lambda: _tuned(params["source"], params["constants"]))
        if method == "check":
            return self._check(params)
        if method == "position":
            return Once(lambda: self._seated().position(params["actions"], params["seat"]))
        if method == "advance":
            return Once(lambda: {"actions": self._seated().advance(params["actions"], params["seed"])})
        if method == "search":
            return self._search(params)
        if method == "merge":
            return Once(lambda: _merged(params["results"]))
        if method == "compare":
            return self._compare(params)
        if method == "infer":
            return self._infer(params)
        if method == "mutants":
            return Once(lambda: _mutants(params))
        raise ProgramError(f"there is no method {method!r:.60}")

    def _open(self, text: str) -> dict[str, Any]:
        # Kept even if it cannot be tidied or loaded: the report of a check then says what is wrong.
        self._program, self._table = text, None
        program = tidy(text)
        self._program = program
        self._table = Table(load(program.plain))
        return {
            "source": program.source,
            "plain": program.plain,
            "mends": [mend.to_json() for mend in program.mends],
            "constants": read_constants(program.source),
            "players": self._table.players,
            "names": self._table.names,
            "information": "imperfect" if self._table.is_imperfect else "perfect",
        }

    def _opened(self) -> Tidied | str:
        if self._program is None:
            raise ProgramError("no program is open")
        return self._program

    def _seated(self) -> Table:
        self._opened()
        if self._table is None:
            raise ProgramError("the program that is open cannot be played: it did not load")
        return self._table

    def _check(self, params: dict[str, Any]) -> Job:
        return Check(self._opened(), seed=params["seed"], games=params["games"], steps=params["steps"],
                     milliseconds=params["milliseconds"], scenarios=params.get("scenarios", []))  # fmt: skip

    def _search(self, params: dict[str, Any]) -> Job:
        from .search import Search

        table = self._seated()
        table.replay(params["actions"])
        return Search(table.game, params["actions"], simulations=params["simulations"],
                      milliseconds=params["milliseconds"], seed=params["seed"])  # fmt: skip

    def _compare(self, params: dict[str, Any]) -> Job:
        from .compare import Comparison

        other: Game = load(tidy(params["source"]).plain)
        return Comparison(self._seated().game, other, games=params["games"], steps=params["steps"],
                          seed=params["seed"])  # fmt: skip

    def _infer(self, params: dict[str, Any]) -> Job:
        from .infer import Inference

        options = {name: params[name] for name in ("seed", "nodes", "worlds", "exact", "player", "history")}
        return Inference(self._seated().game, **options)

    def _failed(self, error: BaseException) -> str:
        """The answer of a job that broke; lines are those of the tidied source."""
        trace, lines = None, list(program_lines(error))
        if isinstance(error, CallError):
            trace, lines = error.fault.traceback, list(error.fault.lines)
        elif isinstance(error, ProgramError):
            lines = [error.line] if error.line is not None else []
            trace = traceback_text(error.__cause__) if error.__cause__ else None
        else:
            trace = traceback_text(error)
        line_map = self._program.line_map() if isinstance(self._program, Tidied) and trace else None
        if line_map is not None:
            lines = [line_map[line] for line in lines if line in line_map]
        message = describe(error)
        if isinstance(error, ProgramError) or (isinstance(error, ValueError) and not trace):
            message = str(error)
        elif isinstance(error, KeyError) and not trace:
            message = f"the call lacks {error}"
        return _failure(message, trace, lines[0] if lines else None)


def _tuned(source: str, constants: dict[str, Any]) -> dict[str, Any]:
    return {"source": set_constants(source, constants)}


def _merged(results: list[dict[str, Any]]) -> dict[str, Any]:
    from .search import merge

    return merge(results)


def _mutants(params: dict[str, Any]) -> dict[str, Any]:
    from .mutate import KINDS, mutants

    kinds = tuple(params["kinds"]) or KINDS
    found = mutants(params["source"], per_kind=params["perKind"], seed=params["seed"], kinds=kinds)
    return {"mutants": [vars(mutant) for mutant in found]}


def _failure(message: str, trace: str | None = None, line: int | None = None) -> str:
    error = {"name": "ProgramError", "message": message[:MESSAGE], "traceback": trace, "line": line}
    return json.dumps({"state": "failed", "error": to_json(error)})


_host = Host()


def begin(method: str, params_json: str) -> int:
    """Starts a job of the worker's one host; see Host.begin."""
    return _host.begin(method, params_json)


def step(job: int, milliseconds: float) -> str:
    """Works on a job of the worker's one host; see Host.step."""
    return _host.step(job, milliseconds)


def cancel(job: int) -> None:
    """Forgets a job of the worker's one host."""
    _host.cancel(job)
