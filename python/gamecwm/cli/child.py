"""The child process that runs a program: reads calls from its input, answers on its output, one JSON line each.

A call is `{method, params}`; its answers are those of `gamecwm.host.step`, the last one `done` or `failed`. Beside the
host's methods there is `tidy` (`{source}`), which mends a program that may not load: `{source, plain, mends}`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

from ..contract import ProgramError
from ..guard import limit_calls
from ..host import begin, step
from ..replay import NoProcess, reserve
from ..sandbox import CALL_SECONDS, confine
from ..tidy import tidy

#: Milliseconds between two reports of progress.
SLICE = 100


def failed(error: ProgramError) -> dict[str, Any]:
    """The answer of a call that failed."""
    return {"state": "failed", "error": {"message": str(error), "line": error.line}}


def mended(text: str) -> dict[str, Any]:
    """The answer to a call of `tidy`."""
    try:
        program = tidy(text)
    except ProgramError as error:
        return failed(error)
    mends = [mend.to_json() for mend in program.mends]
    return {"state": "done", "result": {"source": program.source, "plain": program.plain, "mends": mends}}


def hosted(method: str, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answers to a call of a method of the host."""
    job = begin(method, json.dumps(params))
    state = "running"
    while state == "running":
        answer = json.loads(step(job, SLICE))
        state = answer["state"]
        yield answer


def answers_of(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The answers to any call."""
    method, params = call["method"], call["params"]
    if method == "tidy":
        yield mended(params["source"])
    else:
        yield from hosted(method, params)


def main(cpu_seconds: int, memory: int) -> None:
    """Serves calls until the input ends, within these limits (seconds, bytes)."""
    # Modules that are imported lazily must be there before files can no longer be opened freely.
    from .. import compare, infer, search  # noqa: F401

    sys.setrecursionlimit(3000)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    calls = os.fdopen(os.dup(0), "r", encoding="utf-8")
    # What the program prints or reads goes nowhere.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    # The check compares the program with itself in another process; once confined, this one may not start any.
    with contextlib.suppress(NoProcess):
        reserve()
    confine(cpu_seconds=cpu_seconds, memory=memory)
    if hasattr(signal, "SIGALRM"):
        limit_calls(CALL_SECONDS)
    for line in calls:
        for answer in answers_of(json.loads(line)):
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
