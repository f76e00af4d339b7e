"""Checks of many programs, some at a time, each in a process of its own."""

from __future__ import annotations

import dataclasses
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, TextIO

from .checking import MIB, Budgets, checked
from .process import ProgramProcess
from .results import Results
from .targets import Target

BAR = 24


class Batch:
    """The programs that have no result yet, checked by `jobs` processes at a time.

    `run` calls `on_result` with each new result, in the thread that called it. When that thread is interrupted every
    process is ended at once and nothing more is reported.
    """

    def __init__(self, targets: list[Target], budgets: Budgets, jobs: int) -> None:
        self._targets, self._budgets, self._jobs = targets, budgets, jobs
        self._running: set[ProgramProcess] = set()
        self._lock = threading.Lock()
        self._stopped = False

    def run(self, on_result: Callable[[dict[str, Any]], None]) -> None:
        """Checks them all."""
        pool = ThreadPoolExecutor(max_workers=self._jobs)
        try:
            for future in as_completed([pool.submit(self._check, target) for target in self._targets]):
                on_result(future.result())
        finally:
            self._stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def _check(self, target: Target) -> dict[str, Any]:
        budgets = self._budgets
        with ProgramProcess(cpu_seconds=budgets.seconds, memory=budgets.memory * MIB) as process:
            with self._lock:
                if self._stopped:
                    process.close()
                self._running.add(process)
            try:
                line = checked(process, target, budgets)
            finally:
                with self._lock:
                    self._running.discard(process)
        return {**line, "key": target.key(dataclasses.asdict(budgets))}

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            for process in self._running:
                process.close()


class Progress:
    """A bar on the standard error where a person is looking; nothing elsewhere."""

    def __init__(self, total: int, done: int = 0, stream: TextIO = sys.stderr) -> None:
        self._total, self._done, self._before = total, done, done
        self._began = time.monotonic()
        self._stream = stream
        self.show()

    def advance(self) -> None:
        """One more is done."""
        self._done += 1
        self.show()

    def show(self) -> None:
        """Draws the bar over the last one."""
        if self._stream.isatty():
            filled = BAR * self._done // max(1, self._total)
            bar = "#" * filled + "-" * (BAR - filled)
            print(f"\r\033[K[{bar}] {self._done}/{self._total}{self._left()}", end="", file=self._stream, flush=True)

    def clear(self) -> None:
        """Takes the bar away."""
        if self._stream.isatty():
            print("\r\033[K", end="", file=self._stream, flush=True)

    def _left(self) -> str:
        done = self._done - self._before
        if not done or self._done == self._total:
            return ""
        seconds = (time.monotonic() - self._began) / done * (self._total - self._done)
        return f", about {seconds:.0f} s left" if seconds < 120 else f", about {seconds / 60:.0f} min left"


def run_batch(
    targets: list[Target], budgets: Budgets, jobs: int, results: Results, show: Callable[[str], None]
) -> None:
    """Checks what has no result yet; shows a line for each program as it finishes."""
    left = [target for target in targets if target.name not in results.lines]
    progress = Progress(len(targets), len(targets) - len(left))

    def finished(line: dict[str, Any]) -> None:
        results.add(line)
        progress.clear()
        show(line_text(line))
        progress.advance()

    try:
        Batch(left, budgets, jobs).run(finished)
    finally:
        progress.clear()


def line_text(line: dict[str, Any]) -> str:
    """A program's result in one line."""
    return f"{line['score']:.2f}  {line['kind']:<16}  {line['file']}"


def summary_text(lines: Iterable[dict[str, Any]]) -> str:
    """How many programs are sound, and the others by what is wrong with them, with an example of each."""
    lines = list(lines)
    kinds = Counter(line["kind"] for line in lines)
    sound = kinds.pop("sound", 0)
    mean = sum(line["score"] for line in lines) / max(1, len(lines))
    programs = "1 program" if len(lines) == 1 else f"{len(lines)} programs"
    texts = [f"{programs}: {sound} sound, mean score {mean:.3f}"]
    for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0])):
        example = next(line["file"] for line in lines if line["kind"] == kind)
        texts.append(f"{count:>6}  {kind:<16}  such as {example}")
    return "\n".join(texts)
