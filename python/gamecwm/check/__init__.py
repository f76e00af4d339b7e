"""The checker: one step-able job that reads, loads and plays a program and reports what it found.

Each tier is a module with `NAME`, `CHECKS` (check -> weight) and `work(context)`, a generator that adds its findings.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from time import perf_counter
from typing import Any

from ..contract import FUNCTIONS, OPTIONAL, Game, ProgramError, compiled
from ..guard import load
from ..inline import uses_kit
from ..own_random import OwnRandom
from ..tidy import Tidied, plain_program
from . import dynamics, information, play, semantics, shorten, static
from .context import Context
from .findings import Finding, paper, score
from .integrity import Snapshot
from .syntax import syntax_of

try:
    from time import thread_time
except ImportError:  # Pyodide has one thread, and no clock of it
    thread_time = perf_counter

TIERS = (static, dynamics, information, semantics, play)
GAMES, STEPS, MILLISECONDS = 60, 500, 20_000.0
#: Seconds between two readings of the processor's clock, which is slow in some sandboxes.
READ = 0.05


class Check:
    """A check in progress.

    `program` is a loaded game (its source is loaded afresh), a tidied program, or the text of a plain or kit program
    that is checked as it stands. The result is the report of protocol.ts; with the same seed and time enough it is
    the same every time, but for `milliseconds`, which says how long the check took. `scenarios` are those of a game
    folder or of the user: `{name, actions, checks}`, see semantics. Without `shrink` counter-examples stay as they were
    met, which saves time where only the score is wanted.
    """

    def __init__(
        self,
        program: Game | Tidied | str,
        *,
        seed: int = 0,
        games: int = GAMES,
        steps: int = STEPS,
        milliseconds: float = MILLISECONDS,
        scenarios: Sequence[Any] = (),
        shrink: bool = True,
    ) -> None:
        self._shrinks = shrink
        self._line_map: dict[int, int] | None = None
        #: Processor time spent, which the budget counts (other work of the machine does not), and time passed.
        self._spent = self._passed = 0.0
        self._resumed: float | None = None
        self._read = self._now = 0.0
        self._context = Context(
            source="", game=None, obstacle=None, obstacle_line=None, missing=[], loads=False, parses=False,
            seed=seed, games=games, steps=steps, milliseconds=milliseconds, spent=self._elapsed,
            total=games + len(TIERS) + 1, scenarios=list(scenarios),
        )  # fmt: skip
        self._program = program
        self._random = OwnRandom(f"{seed} program")
        self._work = self._tiers()
        self._report: dict[str, Any] | None = None

    def run(self, milliseconds: float) -> bool:
        """Works for about so many milliseconds; True when the check is finished."""
        if self._report is not None:
            return True
        with self._random:
            return self._run(milliseconds)

    def _run(self, milliseconds: float) -> bool:
        started, started_at = perf_counter(), thread_time()
        self._resumed = self._now = started_at
        try:
            while (perf_counter() - started) * 1000 < milliseconds:
                try:
                    next(self._work)
                except StopIteration:
                    self._passed += (perf_counter() - started) * 1000
                    self._report = self._conclude()
                    return True
            return False
        finally:
            self._spent += (thread_time() - started_at) * 1000
            self._passed += (perf_counter() - started) * 1000
            self._resumed = None

    def progress(self) -> dict[str, Any]:
        """`{done, total, phase}`."""
        context = self._context
        return {"done": min(context.done, context.total), "total": context.total, "phase": context.phase}

    def findings(self) -> tuple[Finding, ...]:
        """The findings so far, in the order in which they were made. Those that are there stay; before the check is
        finished their counter-examples are not the shortest ones."""
        return tuple(self._context.findings)

    def result(self) -> dict[str, Any]:
        """The report (reportSchema). Raises RuntimeError before the check is finished."""
        if self._report is None:
            raise RuntimeError("the check is not finished")
        return self._report

    def _elapsed(self) -> float:
        """Processor time spent so far. Asked for often, and the clock is slow, so it is read every few milliseconds."""
        if self._resumed is None:
            return self._spent
        now = perf_counter()
        if now - self._read > READ:
            self._read, self._now = now, thread_time()
        return self._spent + max(0.0, self._now - self._resumed) * 1000

    def _tiers(self) -> Generator[None, None, None]:
        self._load()
        yield
        for tier in TIERS:
            yield from tier.work(self._context)
            self._context.done += 1
        # The dynamics tier looked before it reported; this is for what came later.
        self._context.look_for_damage()
        if self._shrinks:
            yield from shorten.work(self._context)
        self._context.done = self._context.total

    def _load(self) -> None:
        context = self._context
        try:
            if isinstance(self._program, Tidied):
                context.source, self._line_map = self._program.plain, self._program.line_map()
            elif isinstance(self._program, Game):
                context.source = self._program.source
            else:
                program = _as_it_stands(self._program)
                context.source, self._line_map = program.plain, program.line_map()
            compiled(context.source)
        except (ProgramError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
            context.obstacle = f"{error}."
            context.obstacle_line = getattr(error, "line", None) or getattr(error, "lineno", None)
            return
        context.parses = True
        context.snapshot = Snapshot()
        try:
            context.game = load(context.source)
        except ProgramError as error:
            context.obstacle, context.obstacle_line = f"{error}.", error.line
            context.missing = _missing(context.source) if "missing function" in str(error) else []
            context.loads = bool(context.missing)
            return
        finally:
            context.look_for_damage()
        context.loads = True

    def _conclude(self) -> dict[str, Any]:
        context = self._context
        evidence = context.evidence
        lengths = evidence.lengths if evidence and evidence.lengths.actions else None
        return {
            "score": score(context.findings, playable=context.playable, health=context.health),
            "paper": paper(context.findings),
            "playable": context.playable,
            "findings": [finding.to_json(self._line_map) for finding in context.findings],
            "seed": context.seed,
            "games": evidence.played if evidence else 0,
            "steps": context.steps,
            "milliseconds": round(self._passed, 1),
            "lengths": {
                "mean": sum(lengths.actions) / len(lengths.actions),
                "longest": max(lengths.actions),
                "branching": lengths.legal / max(1, lengths.nodes),
            }
            if lengths
            else None,
            "measures": play.measures(context),
        }


def _as_it_stands(text: str) -> Tidied:
    """The program without mends; read once, and made plain only where it uses the kit. Raises ProgramError."""
    try:
        tree, _ = syntax_of(text)
    except SyntaxError as error:
        raise ProgramError(f"not Python: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ProgramError(f"the text is not Python: {error}") from None
    return plain_program(text) if uses_kit(tree) else Tidied(text, text)


def _missing(source: str) -> list[str]:
    """Names of required functions that no `def` or assignment of the module binds."""
    import ast

    bound = {node.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)}
    return [name for name in FUNCTIONS if name not in OPTIONAL and name not in bound] or ["that can be called"]


def check(program: Game | Tidied | str, **options: Any) -> dict[str, Any]:
    """A whole check at once; options as of Check."""
    job = Check(program, **options)
    while not job.run(1000):
        pass
    return job.result()


__all__ = ["Check", "Finding", "check"]
