"""The parent's side of the child process that runs a program."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from ..contract import ProgramError
from ..sandbox import MEMORY

#: Longest answer that is read, in characters.
LONGEST = 20_000_000


class DeadlineError(ProgramError):
    """The program did not answer in time and was ended."""


class DiedError(ProgramError):
    """The process that ran the program ended by itself."""


class ProgramProcess:
    """One killable process with one program. Use it as a context: the process is gone when the block is left.

    `cpu_seconds` of processor time and `memory` (bytes of address space) are the most that it may use.
    """

    def __init__(self, *, cpu_seconds: int = 60, memory: int = MEMORY) -> None:
        package = Path(__file__).resolve().parents[2]
        environment = {"PYTHONHASHSEED": "0", "PYTHONPATH": str(package), "PYTHONIOENCODING": "utf-8",
                       "PATH": os.environ.get("PATH", "")}  # fmt: skip
        if os.name == "nt":
            environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gamecwm.cli.child", str(cpu_seconds), str(memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", env=environment, cwd=package, start_new_session=True,
        )  # fmt: skip
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> ProgramProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def identity(self) -> int:
        """The process id."""
        return self._process.pid

    def close(self) -> None:
        """Ends the process and all that it started, at once."""
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(OSError):
                    stream.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with suppress(OSError, ValueError):
            while line := self._process.stdout.readline(LONGEST):
                self._lines.put(line)
        self._lines.put(None)

    def call(
        self,
        method: str,
        params: dict[str, Any],
        *,
        seconds: float,
        total: float = float("inf"),
        on_progress: Callable[[dict[str, Any]], None] | None = None,
    ) -> dict[str, Any]:
        """The result of one host method, which must report progress or end within `seconds` of its last word.

        However often it reports, it is ended after `total` seconds.
        Raises ProgramError when the method fails, DeadlineError or DiedError when the process has to go.
        """
        assert self._process.stdin is not None
        deadline = time.monotonic() + total
        try:
            self._process.stdin.write(json.dumps({"method": method, "params": params}) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            raise self._died() from None
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, min(seconds, deadline - time.monotonic())))
            except queue.Empty:
                self.close()
                waited = min(seconds, total)
                raise DeadlineError(f"the program did not answer within {waited:g} seconds and was ended") from None
            if line is None:
                raise self._died()
            try:
                answer = json.loads(line)
                state = answer["state"]
                if state == "done":
                    return answer["result"]
                if state == "failed":
                    raise ProgramError(str(answer["error"]["message"]), answer["error"].get("line"))
            except (ValueError, KeyError, TypeError, AttributeError):
                self.close()
                raise DiedError("the program's process answered nonsense and was ended") from None
            if on_progress and answer.get("progress"):
                on_progress(answer["progress"])

    def _died(self) -> DiedError:
        self.close()
        code = self._process.returncode
        why = {-signal.SIGXCPU: "it used up its processor time", -signal.SIGSEGV: "it broke its interpreter"}.get(
            code, "it exited, or was out of memory"
        )
        return DiedError(f"the program's process ended: {why}")
