"""Mends of the text, until it is Python: fences and talk, odd characters, indentation, an unfinished tail."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings

from ..contract import ProgramError
from . import Mend

#: Longest text that is looked at, in characters.
LONGEST = 200_000
#: Lines of indentation that are mended before giving up.
INDENT_MENDS = 60

_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[ \t]*(?P<language>[\w+-]*)[^\n]*$", re.MULTILINE)
_CODE = re.compile(r"^(?:import |from \w|def \w+\(|class \w+|@\w|#|[A-Za-z_][\w, ]*(?::[^=\n]+)?=[^=]|\"\"\"|''')")
_CHARACTERS = str.maketrans({
    "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " ", "\u202f": " ", "\u200b": "",
    "\u2212": "-", "\uff08": "(", "\uff09": ")", "\uff1a": ":",
})  # fmt: skip
UNKNOWN = "# UNKNOWN GAME"


def syntax_error(source: str) -> SyntaxError | None:
    """Why a text is not Python, or None when it is. Raises ProgramError for a text that cannot be looked at."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"the text is not Python: {error}") from None
    return None


def mend_text(text: str, mends: list[Mend]) -> str:
    """Python source made of what a model wrote. Raises ProgramError with the reason when there is none."""
    if len(text) > LONGEST:
        raise ProgramError(f"the text has {len(text)} characters; a program may have {LONGEST}")
    if not text.strip():
        raise ProgramError("the text is empty")
    if _is_unknown(text):
        raise _unknown_game()
    source = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").replace("\x00", "")
    source = _without_fences(source, mends)
    if _is_unknown(source):
        raise _unknown_game()
    for step in (_without_talk, _with_plain_characters, _indented, _without_tail):
        if syntax_error(source) is None:
            break
        source = step(source, mends)
    error = syntax_error(source)
    if error is not None:
        raise ProgramError(_no_python(source, error), error.lineno)
    if not any(isinstance(node, (ast.FunctionDef, ast.Assign)) for node in ast.parse(source).body):
        raise ProgramError("this is no program: it defines no function")
    return source.strip("\n") + "\n"


def _is_unknown(text: str) -> bool:
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first.startswith(UNKNOWN)


def _unknown_game() -> ProgramError:
    return ProgramError(
        "the model does not know this game: the rules are none of the kinds of game that it has learnt", 1
    )


def _no_python(source: str, error: SyntaxError) -> str:
    if not re.search(r"^\s*(def|import|from|class) ", source, re.MULTILINE):
        return "this is not a Python program: there is no function in it"
    return f"line {error.lineno} is not Python: {error.msg}"


def _without_fences(source: str, mends: list[Mend]) -> str:
    """The code between Markdown fences; of several blocks those that are Python, the longest otherwise."""
    fences = list(_FENCE.finditer(source))
    if not fences or syntax_error(source) is None:
        return source
    blocks: list[str] = []
    before = source[: fences[0].start()]
    # A closing fence alone: the text began inside the block.
    if not fences[0]["language"] and len(fences) % 2 == 1 and any(map(_CODE.match, before.splitlines())):
        blocks.append(before)
        fences = fences[1:]
    for opening, closing in zip(fences[::2], [*fences[1::2], None], strict=False):
        blocks.append(source[opening.end() : closing.start() if closing else len(source)])
    blocks = [block.strip("\n") for block in blocks if block.strip()]
    if not blocks:
        return source
    python = [block for block in blocks if "def " in block and syntax_error(block) is None]
    best = max(blocks, key=lambda block: (block.count("def "), len(block)))
    kept = "\n\n".join(python) if len(python) > 1 and best in python else best
    mends.append(Mend("fence", "took the code out of its Markdown fence"))
    return kept


def _without_talk(source: str, mends: list[Mend]) -> str:
    """The text from its first line of code; talk below it is a matter of `_without_tail`."""
    lines = source.split("\n")
    for index, line in enumerate(lines):
        if _CODE.match(line.strip()) and not (line.startswith("#") and index == 0 and _prose(lines[1:2])):
            if index and any(text.strip() for text in lines[:index]):
                mends.append(Mend("talk", f"dropped {index} lines of talk above the code"))
                return "\n".join(lines[index:])
            return source
    return source


def _prose(lines: list[str]) -> bool:
    """Whether lines read like sentences: several words, and no sign of code."""
    return any(len(line.split()) > 3 and not re.search(r"[=()\[\]{}]|^\s*#", line) for line in lines)


def _with_plain_characters(source: str, mends: list[Mend]) -> str:
    plain = source.translate(_CHARACTERS)
    error, after = syntax_error(source), syntax_error(plain)
    if plain == source or (after is not None and error is not None and (after.lineno or 0) < (error.lineno or 0)):
        return source
    mends.append(Mend("characters", "replaced typographic quotes and spaces by plain ones"))
    return plain


def _indented(source: str, mends: list[Mend]) -> str:
    """Tabs as four spaces, the whole text moved to the margin, single lines moved to the nearest level."""
    if "\t" in source and isinstance(syntax_error(source), IndentationError):
        source = source.expandtabs(4)
        mends.append(Mend("indentation", "replaced tabs by spaces"))
    margin = textwrap.dedent(source)
    if margin != source:
        source = margin
        mends.append(Mend("indentation", "moved the whole text to the margin"))
    first: int | None = None
    for _ in range(INDENT_MENDS):
        error = syntax_error(source)
        if not isinstance(error, IndentationError) or not error.lineno:
            break
        lines = source.split("\n")
        changed = _reindented(lines, min(error.lineno, len(lines)) - 1, error.msg)
        if changed == lines:
            break
        first = first or error.lineno
        source = "\n".join(changed)
    if first:
        mends.append(Mend("indentation", "mended the indentation", first))
    return source


def _reindented(lines: list[str], index: int, message: str) -> list[str]:
    """The lines with one line's indentation mended, or unchanged where that is not possible."""
    line = lines[index]
    above = next((text for text in reversed(lines[:index]) if text.strip()), "")
    depth, level = _depth(line), _depth(above)
    if "expected an indented block" in message:
        if depth > level:
            return lines
        return [*lines[:index], " " * (level + 4) + "pass", *lines[index:]]
    if "unexpected indent" in message:
        return [*lines[:index], " " * level + line.strip(), *lines[index + 1 :]]
    if "unindent" in message:
        levels = {_depth(text) for text in lines[:index] if text.strip()}
        nearest = min(levels, key=lambda known: (abs(known - depth), known))
        return [*lines[:index], " " * nearest + line.strip(), *lines[index + 1 :]]
    return lines


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_tail(source: str, mends: list[Mend]) -> str:
    """The text without its unfinished last statement or function, or the talk below the code."""
    lines = source.split("\n")
    starts = [index for index, line in enumerate(lines) if line and not line[0].isspace() and line[0] not in ")]}#"]
    for start in reversed(starts):
        kept, dropped = "\n".join(lines[:start]), lines[start:]
        if sum(line.startswith(("def ", "class ")) for line in dropped) > 1:
            break
        if syntax_error(kept) is None and "def " in kept:
            # Decorators belong to what they decorate.
            name = re.match(r"(?:def|class) (\w+)", dropped[0])
            if name:
                mends.append(Mend("tail", f"dropped {name[1]}, which was not finished", start))
            elif _prose(dropped[:3]):
                mends.append(Mend("talk", "dropped the talk below the code", start))
            else:
                mends.append(Mend("tail", "dropped the last statement, which was not finished", start))
            return kept
    return source
