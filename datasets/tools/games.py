"""Reads the game folders and the splits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gamecwm.contract import Game, load_game
from gamecwm.inline import inline

DATASETS = Path(__file__).parents[1]
GAMES = DATASETS / "games"
FILES = ("rules.md", "rules.short.md", "game.py", "scenarios.json", "meta.json")
SPLITS = ("train", "heldout")


@dataclass(frozen=True)
class Folder:
    """One game folder; its texts are read when they are asked for."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @cached_property
    def rules(self) -> str:
        """The complete rules, action strings last."""
        return self._read("rules.md")

    @cached_property
    def rules_short(self) -> str:
        """The rules in a player's own words."""
        return self._read("rules.short.md")

    @cached_property
    def program(self) -> str:
        """The program as it is written, the kit's style included."""
        return self._read("game.py")

    @cached_property
    def plain(self) -> str:
        """The plain module that `inline` makes of the program."""
        return inline(self.program)

    @cached_property
    def scenarios(self) -> list[dict[str, Any]]:
        return json.loads(self._read("scenarios.json"))

    @cached_property
    def meta(self) -> dict[str, Any]:
        return json.loads(self._read("meta.json"))

    @property
    def is_kit(self) -> bool:
        """Whether the program uses the kit."""
        return self.plain != self.program

    def load(self) -> Game:
        """The plain module, loaded."""
        return load_game(self.plain)

    def missing(self) -> list[str]:
        """The files that are not there, or empty."""
        paths = [self.path / file for file in FILES]
        return [path.name for path in paths if not path.is_file() or path.stat().st_size == 0]

    def _read(self, file: str) -> str:
        return (self.path / file).read_text(encoding="utf-8")


def splits() -> dict[str, list[str]]:
    """splits.json: the names of the games by split."""
    return json.loads((DATASETS / "splits.json").read_text(encoding="utf-8"))


def folders() -> list[Folder]:
    """Every game folder with a program, by name."""
    return [Folder(path.parent) for path in sorted(GAMES.glob("*/game.py"))]
