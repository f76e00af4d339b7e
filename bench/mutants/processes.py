"""Work in processes that can be killed: one for each piece, with limits on time, memory and what it may touch."""

from __future__ import annotations

import json
import math
import os
import select
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from time import perf_counter, process_time
from typing import Any

from gamecwm.guard import limit_calls
from gamecwm.sandbox import confine

#: Seconds of one call of a program's function, on a machine that may be busy.
CALL_SECONDS = 8.0


def in_child(work: Callable[[], Any], *, seconds: float) -> dict[str, Any]:
    """`{"done": result, "seconds": spent}`, or `{"died": why}` where the work raised or used too much.

    seconds: of processor time; of real time it may take ten times as many.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            confine(cpu_seconds=math.ceil(seconds))
            limit_calls(CALL_SECONDS)
            try:
                answer = {"done": work(), "seconds": round(process_time(), 2)}
            except BaseException as error:
                answer = {"died": f"{type(error).__name__}: {error}"[:300], "trace": traceback.format_exc()[-1500:]}
            # Opening the pipe as a file is no longer allowed here.
            text = json.dumps(answer).encode()
            while text:
                text = text[os.write(writing, text) :]
        finally:
            os._exit(0)
    os.close(writing)
    try:
        text = _read(reading, perf_counter() + 10 * seconds)
    finally:
        os.close(reading)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if text is None:
        return {"died": f"not done after {10 * seconds:g} s"}
    return json.loads(text) if text else {"died": "its process ended"}


def _read(pipe: int, deadline: float) -> str | None:
    """All that is written into the pipe, or None at the deadline."""
    parts: list[bytes] = []
    while True:
        left = deadline - perf_counter()
        if left <= 0 or not select.select([pipe], [], [], left)[0]:
            return None
        part = os.read(pipe, 1 << 16)
        if not part:
            return b"".join(parts).decode()
        parts.append(part)


def side_by_side(pieces: list[Callable[[Callable[[Any], None]], None]], jobs: int, take: Callable[[Any], None]) -> None:
    """Runs each piece in a process of its own, at most `jobs` at a time; `take` gets what they send, as it comes.

    A piece gets a function that sends a JSON value. Raises RuntimeError when a piece fails. All processes are gone
    when this returns or raises, Ctrl-C included.
    """
    waiting, running = list(pieces), {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                pipe, child = _started(waiting.pop(0))
                running[pipe] = (child, b"")
            for pipe in select.select(list(running), [], [])[0]:
                child, kept = running[pipe]
                part = os.read(pipe, 1 << 16)
                *lines, rest = (kept + part).split(b"\n")
                running[pipe] = (child, rest)
                for line in lines:
                    take(json.loads(line))
                if not part:
                    os.close(pipe)
                    del running[pipe]
                    if os.waitpid(child, 0)[1] != 0:
                        raise RuntimeError("a process of the benchmark failed; what it said is above")
    finally:
        for child, _ in running.values():
            with suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _started(piece: Callable[[Callable[[Any], None]], None]) -> tuple[int, int]:
    """(pipe to read from, process id)"""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        with suppress(ProcessLookupError, PermissionError):
            os.setpgid(child, child)
        return reading, child
    status = 1
    try:
        os.close(reading)
        with suppress(PermissionError):
            os.setpgid(0, 0)
        piece(lambda value: os.write(writing, (json.dumps(value) + "\n").encode()) and None)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)
