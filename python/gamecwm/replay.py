"""Another process that replays action lists, so that a program can be compared with itself under another hash seed.

One server a process, started when first asked (or by `reserve`, before this process gives up the right to start any).
For each request the server forks: the child puts itself under limits, loads the program and plays.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any
from zlib import crc32

from .contract import load_game
from .playout import Trail, extend, start
from .values import fingerprint

#: Seconds that the other process may take for one request.
SECONDS = 10.0
#: The hash seed over there; ours is random, or what the environment says.
HASH_SEED = "20060" if os.environ.get("PYTHONHASHSEED") != "20060" else "20061"

_server: subprocess.Popen[bytes] | None = None
#: The process that started the server; its forks share the pipes and must not use them.
_owner = 0


class NoProcess(Exception):
    """No other process can be asked; the text says why."""


def digests(trail: Trail) -> list[int]:
    """One number a node: all that the program says there."""
    return [
        crc32(
            f"{node.mark}|{node.player}|{node.legal}|{fingerprint(node.rewards)}|{node.views}".encode(errors="replace")
        )
        for node in trail.nodes
    ]


def reserve() -> None:
    """Starts the server. Raises NoProcess where that is not possible."""
    global _server, _owner
    if _server is not None and _owner == os.getpid() and _server.poll() is None:
        return
    if sys.platform == "emscripten" or not hasattr(os, "fork"):
        raise NoProcess("this Python cannot start another process")
    root = str(Path(__file__).resolve().parents[1])
    code = f"import sys; sys.path.insert(0, {root!r}); from gamecwm.replay import serve; serve()"
    environment = {"PYTHONHASHSEED": HASH_SEED, "PATH": os.environ.get("PATH", "")}
    try:
        _server = subprocess.Popen(
            [sys.executable, "-S", "-c", code],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
            start_new_session=True,
        )  # fmt: skip
        _owner = os.getpid()
    except (OSError, ValueError) as error:
        raise NoProcess(f"another process could not be started ({type(error).__name__})") from None


def replayed(source: str, lists: list[list[str]]) -> Generator[None, None, list[list[int]]]:
    """The digests along each list in another process; yields while it waits.

    Raises NoProcess where there is no such process or it does not answer in time.
    """
    reserve()
    assert _server is not None and _server.stdin is not None and _server.stdout is not None
    try:
        _server.stdin.write(json.dumps({"source": source, "lists": lists}).encode() + b"\n")
        _server.stdin.flush()
    except OSError:
        _forget()
        raise NoProcess("the other process is gone") from None
    waited, line = 0.0, b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([_server.stdout], [], [], 0.005)
        if ready:
            piece = os.read(_server.stdout.fileno(), 1 << 20)
            line += piece
            if not piece:
                _forget()
                raise NoProcess("the other process is gone")
        else:
            waited += 0.005
            if waited > SECONDS + 2:
                _forget()
                raise NoProcess("the other process did not answer in time")
        yield
    answer = json.loads(line)
    if answer is None:
        raise NoProcess("the other process did not answer in time")
    return answer


def _forget() -> None:
    global _server
    if _server is not None:
        with contextlib.suppress(OSError):
            _server.kill()
        _server.wait()
    _server = None


def serve() -> None:
    """Answers requests, one JSON line each, until the input ends."""
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_forked(line)) + "\n")
        sys.stdout.flush()


def _forked(line: bytes) -> Any:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _answer(line, writing)
        finally:
            os._exit(0)
    os.close(writing)
    pieces: list[bytes] = []
    while True:
        ready, _, _ = select.select([reading], [], [], SECONDS)
        piece = os.read(reading, 1 << 20) if ready else b""
        if not piece:
            break
        pieces.append(piece)
    os.close(reading)
    with contextlib.suppress(OSError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    try:
        return json.loads(b"".join(pieces))
    except ValueError:
        return None


def _answer(line: bytes, writing: int) -> None:
    from .sandbox import confine

    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    confine(cpu_seconds=int(SECONDS))
    request = json.loads(line)
    game = load_game(request["source"])
    found = []
    for actions in request["lists"]:
        trail = start(game)
        for action in actions:
            if trail.fault or not trail.nodes or trail.nodes[-1].faults:
                break
            extend(trail, action)
        found.append(digests(trail))
    os.write(writing, json.dumps(found).encode())
