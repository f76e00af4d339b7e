"""Mends mechanically what a small model writes, and records each mend.

The text is mended first (fences, talk, characters, indentation, an unfinished tail), then its names (imports), then its
functions (trivial ones that are missing, copies where a state is changed). The last step runs the program: callers
put themselves into a sandbox first.
"""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass, field

from .contract import ProgramError
from .inline import inline, uses_kit
from .mends import Mend
from .mends.functions import impure_functions, with_copies, with_missing_functions
from .mends.names import report_forbidden, with_imports
from .mends.text import mend_text
from .own_random import OwnRandom

#: Most mends that are reported.
MENDS = 200


@dataclass(frozen=True)
class Tidied:
    """A mended program: as a person edits it (kit style kept), as a plain module, and what was mended."""

    source: str
    plain: str
    mends: list[Mend] = field(default_factory=list)

    def line_map(self) -> dict[int, int] | None:
        """Lines of the plain module -> lines of the source, for those that both have; None when they are the same."""
        if self.source == self.plain:
            return None
        source = [line.rstrip() for line in self.source.split("\n")]
        plain = [line.rstrip() for line in self.plain.split("\n")]
        found: dict[int, int] = {}
        for block in difflib.SequenceMatcher(None, plain, source, autojunk=False).get_matching_blocks():
            for offset in range(block.size):
                if plain[block.a + offset]:
                    found[block.a + offset + 1] = block.b + offset + 1
        return found


def tidy(text: str) -> Tidied:
    """The mended program. Raises ProgramError, in plain words, for a text that no mend makes a program."""
    with OwnRandom("tidy"):
        return _tidied(text)


def _tidied(text: str) -> Tidied:
    mends: list[Mend] = []
    source = mend_text(text, mends)
    source = with_imports(source, mends)
    report_forbidden(source, mends)
    if not uses_kit(ast.parse(source)):
        source = with_missing_functions(source, mends)
    plain = inline(source)
    # First the functions that only look: apply_action may change its state through them alone.
    for _ in range(2):
        impure = impure_functions(plain)
        looks = [name for name in impure if name != "apply_action"]
        source = with_copies(source, looks or impure, mends)
        plain = inline(source)
        if not looks:
            break
    return Tidied(source, plain, mends[:MENDS])


def plain_program(text: str) -> Tidied:
    """The program as it stands, without mends. Raises ProgramError when it is not Python."""
    return Tidied(text, inline(text))


__all__ = ["Mend", "ProgramError", "Tidied", "plain_program", "tidy"]
