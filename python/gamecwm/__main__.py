"""`python -m gamecwm`: check, tidy, compare, infer, play and mutate game programs from a terminal.

Exit status: 0 good, 1 the program is not (or the two differ), 2 misuse, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import sys

from .cli import commands, mutants


def whole(text: str) -> int:
    """A whole number that is not negative."""
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError("it must not be negative")
    return value


def positive(text: str) -> int:
    """A whole number of at least 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return value


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(prog="python -m gamecwm", description="Check, mend, compare and play game programs.")
    sub = top.add_subparsers(dest="command", required=True)

    check = sub.add_parser("check", help="report on programs; exit status 0 when all have a score of 1")
    check.add_argument("paths", metavar="FILE_OR_FOLDER", nargs="+", help="programs, game folders, folders of either")
    check.add_argument("--json", metavar="OUT.jsonl", nargs="?", const=commands.STANDARD,
                       help="JSON on the standard output, or a line a program in a file, "
                            "which an interrupted run goes on from")  # fmt: skip
    check.add_argument("--jobs", type=positive, default=os.cpu_count() or 1, help="programs at a time (one a core)")
    check.add_argument("--seed", type=whole, default=0)
    check.add_argument("--games", type=whole, default=60, help="random games (60)")
    check.add_argument("--steps", type=whole, default=500, help="longest random game (500)")
    check.add_argument("--milliseconds", type=whole, default=20_000, help="time budget of the checker (20000)")
    check.add_argument("--seconds", type=positive, default=None,
                       help="the most that a program's process may take, by the clock and of processor time "
                            "(30 and twice the time budget)")  # fmt: skip
    check.add_argument("--memory", type=positive, default=1024, help="MiB that a program's process may use (1024)")
    check.set_defaults(run=commands.check)

    tidy = sub.add_parser("tidy", help="print the mended, plain module")
    tidy.add_argument("file", metavar="FILE")
    tidy.set_defaults(run=commands.tidy)

    compare = sub.add_parser("compare", help="play two programs in lock step; exit status 1 when they differ")
    compare.add_argument("first", metavar="A")
    compare.add_argument("second", metavar="B")
    compare.add_argument("--seed", type=whole, default=0)
    compare.add_argument("--games", type=whole, default=50, help="random games each way (50)")
    compare.add_argument("--steps", type=whole, default=500, help="longest random game (500)")
    compare.set_defaults(run=commands.compare)

    infer = sub.add_parser(
        "infer", help="worlds that fit what one player saw and did; exit status 1 when none is found"
    )
    infer.add_argument("file", metavar="FILE")
    infer.add_argument("--history", metavar="FILE.json", default=None,
                       help="a list of [observation, action or null]; "
                            "without it a random game is cut at a decision")  # fmt: skip
    infer.add_argument("--player", type=whole, default=None, help="whose history (in a random game: anyone's)")
    infer.add_argument("--worlds", type=positive, default=10, help="worlds to draw (10)")
    infer.add_argument("--exact", action="store_true", help="all worlds with their probabilities instead")
    infer.add_argument("--nodes", type=positive, default=50_000, help="budget of one world, or of all (50000)")
    infer.add_argument("--seconds", type=positive, default=60, help="the most that it may take (60)")
    infer.add_argument("--memory", type=positive, default=1024, help="MiB that it may use (1024)")
    infer.add_argument("--seed", type=whole, default=0)
    infer.add_argument("--json", action="store_true", help="print JSON")
    infer.set_defaults(run=commands.infer)

    play = sub.add_parser("play", help="play against the tree search")
    play.add_argument("file", metavar="FILE")
    play.add_argument("--seat", type=whole, default=0, help="your seat (0)")
    play.add_argument("--simulations", type=whole, default=400, help="simulations of the search per action (400)")
    play.add_argument("--seed", type=whole, default=0)
    play.set_defaults(run=commands.play)

    mutants.add_parser(sub)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Runs a command and gives its exit status."""
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except commands.Misuse as error:
        print(f"gamecwm: {error}", file=sys.stderr)
        return commands.MISUSE
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
