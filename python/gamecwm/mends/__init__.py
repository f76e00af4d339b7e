"""The mends of `tidy`, by what they look at: the text, the names it uses, the functions it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: Longest message, as the page accepts it.
MESSAGE = 500


@dataclass(frozen=True)
class Mend:
    """One mechanical change (or, of kind `forbidden`, something only reported); `line` is of the tidied source."""

    kind: str
    message: str
    line: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "message": self.message[:MESSAGE], "line": self.line}
