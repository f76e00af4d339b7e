"""`npm run data -- check | stats | export [GAME ...]`; exit status 0 good, 1 something is wrong, 2 misuse."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tools import check, export, stats
from tools.games import Folder, folders

OUT = Path(".cache") / "export"


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(prog="npm run data --", description="Checks, measures and exports the thirty games.")
    sub = top.add_subparsers(dest="command", required=True)
    for name, said in (
        ("check", "folders whole, scenarios hold, the checker's score of each program"),
        ("stats", "lengths, players, branching and length of play"),
        ("export", "Parquet, one file a split, as Hugging Face `datasets` loads it"),
    ):
        command = sub.add_parser(name, help=said, description=said)
        command.add_argument("names", nargs="*", metavar="GAME", help="only these games (all)")
        if name == "export":
            command.add_argument("--out", type=Path, default=OUT, help=f"folder ({OUT})")
            continue
        command.add_argument("--seed", type=int, default=0)
        # The checker needs more: a game that seldom ends in a win looks as if it never did.
        games = 60 if name == "check" else 20
        command.add_argument("--games", type=int, default=games, help=f"random games of each ({games})")
    sub.choices["check"].add_argument("--milliseconds", type=float, default=8000, help="the checker's time (8000)")
    sub.choices["stats"].add_argument("--json", action="store_true", help="print the figures as JSON")
    sub.choices["stats"].add_argument("--record", action="store_true", help="write them into datasets/README.md")
    return top


def chosen(names: list[str]) -> list[Folder]:
    """The folders of these names, or all. Exits with 2 for a name that is no game."""
    every = {folder.name: folder for folder in folders()}
    wrong = [name for name in names if name not in every]
    if wrong:
        print(f"No such game: {', '.join(wrong)}. There are: {', '.join(every)}", file=sys.stderr)
        sys.exit(2)
    return [every[name] for name in names] if names else list(every.values())


def main(arguments: list[str]) -> int:
    """Runs a command and gives its exit status."""
    options = parser().parse_args(arguments)
    games = chosen(options.names)
    if options.command == "check":
        return check.run(
            games, seed=options.seed, games=options.games, milliseconds=options.milliseconds, whole=not options.names
        )
    if options.command == "stats":
        if options.record and options.names:
            print("--record writes all games: leave the names out.", file=sys.stderr)
            return 2
        return stats.run(games, games=options.games, seed=options.seed, as_json=options.json, record=options.record)
    return export.run(games, options.out)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
