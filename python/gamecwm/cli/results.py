"""The file of a batch: one JSON line a program, written as they finish, so that an interrupted run can go on."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any

from .targets import Misuse

#: What every line has.
FIELDS = {"file", "key", "kind", "report"}


class Results:
    """The results of some programs, kept in a file where a path is given. Use it as a context.

    Lines of an earlier run are kept where file and key are the same; those of other files stay in the file untouched.
    A last line that was cut off is dropped. Raises Misuse when the path holds anything else.
    """

    def __init__(self, path: Path | None, wanted: dict[str, str]) -> None:
        self._path = path
        self._wanted = wanted
        #: file -> line, of the programs of this run.
        self.lines: dict[str, dict[str, Any]] = {}
        self._others: list[dict[str, Any]] = []
        for line in read_lines(path) if path else []:
            if line["file"] not in wanted:
                self._others.append(line)
            elif line["key"] == wanted[line["file"]]:
                self.lines[line["file"]] = line
        self._write_all()
        self._stream = path.open("a", encoding="utf-8") if path else None

    def __enter__(self) -> Results:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()
        if kind is None:
            # Whatever the order in which they finished, and however often the run was stopped: the same file.
            self._write_all()

    def add(self, line: dict[str, Any]) -> None:
        """Keeps the result of a program, at once in the file too."""
        self.lines[line["file"]] = line
        if self._stream:
            self._stream.write(json.dumps(line) + "\n")
            self._stream.flush()

    def _write_all(self) -> None:
        """Writes the whole file anew, in the order of the programs; it is the old one or the new one at any moment."""
        if self._path is None:
            return
        ordered = [*self._others, *(self.lines[file] for file in self._wanted if file in self.lines)]
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            beside.write_text("".join(json.dumps(line) + "\n" for line in ordered), encoding="utf-8")
            beside.replace(self._path)
        except OSError as error:
            raise Misuse(f"{self._path} cannot be written: {error.strerror}") from None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of an earlier run, none where there was none. Raises Misuse when the file is something else."""
    if path.suffix != ".jsonl":
        raise Misuse(f"results go to a file whose name ends with .jsonl, which {path} does not")
    try:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        *whole, _cut_off = text.split("\n")
        lines = [json.loads(line) for line in whole]
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from None
    except ValueError:
        raise Misuse(f"{path} holds something else than results, so nothing was written") from None
    if not all(isinstance(line, dict) and line.keys() >= FIELDS for line in lines):
        raise Misuse(f"{path} holds something else than results, so nothing was written")
    return lines
