"""`python -m gamecwm mutants GAME_DIR`: lists the mutants of a program, or writes them into a folder."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..contract import ProgramError
from ..mutate import KINDS, Mutant, mutants
from .commands import BAD, GOOD, Misuse, read_program

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_parser(subparsers: Subparsers) -> argparse.ArgumentParser:
    """Adds the command's arguments; `run` is its function."""
    parser = subparsers.add_parser("mutants", help="list, show or write copies of a program with one error each")
    parser.add_argument("game", metavar="GAME_DIR", help="a game folder, or a program")
    parser.add_argument("--kind", action="append", metavar="KIND", help="only these kinds (may be repeated)")
    parser.add_argument("--per-kind", type=int, default=1, metavar="N", help="most mutants of each kind (1)")
    parser.add_argument("--seed", type=int, default=0, help="draws them (0)")
    parser.add_argument("--diff", action="store_true", help="also show what was changed")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, with source and diff")
    parser.add_argument("--out", metavar="DIR", help="write ID.py and ID.diff for each into this folder")
    parser.set_defaults(run=run)
    return parser


def run(options: argparse.Namespace) -> int:
    """Lists or writes mutants. The program is read and never run. Raises Misuse for a kind that does not exist."""
    path = Path(options.game)
    file = str(path / "game.py" if path.is_dir() else path)
    kinds = tuple(options.kind or KINDS)
    try:
        found = mutants(read_program(file), per_kind=options.per_kind, seed=options.seed, kinds=kinds)
    except ProgramError as error:
        print(f"{file}: {error}", file=sys.stderr)
        return BAD
    except ValueError as error:
        raise Misuse(str(error)) from None
    if options.out:
        _write(found, Path(options.out))
    for mutant in found:
        if options.json:
            print(json.dumps(vars(mutant)))
            continue
        print(f"{mutant.id}  line {mutant.line}")
        if options.diff:
            print(mutant.diff)
    if options.out:
        print(f"{len(found)} mutants are in {options.out}.", file=sys.stderr)
    return GOOD


def _write(found: list[Mutant], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for mutant in found:
        (folder / f"{mutant.id}.py").write_text(mutant.source, encoding="utf-8")
        (folder / f"{mutant.id}.diff").write_text(mutant.diff, encoding="utf-8")
