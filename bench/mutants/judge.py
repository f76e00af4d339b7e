"""One game: its mutants are told apart from the reference, then scored by our checker and by the four tiers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import cache
import equivalence
import four_tiers
import ours
import reference
from gamecwm import check
from gamecwm.contract import load_game
from gamecwm.inline import inline
from gamecwm.mutate import Mutant, mutants
from processes import in_child

GAMES = cache.ROOT / "datasets" / "games"
HERE = Path(__file__).parent
#: Seconds of processor time after which a process is ended; all budgets below are a part of that.
PATIENCE = 60.0


@dataclass(frozen=True)
class Size:
    """How much is done. Seconds are of processor time and only cut short what the other numbers leave too long."""

    #: Mutants of each kind and game, and in all of each game (None: no limit).
    per_kind: int = 1
    per_game: int | None = None
    #: Seeds with which references are checked.
    seeds: int = 20
    #: The tree of the reference; the search for a difference; games of `gamecwm.compare` after it.
    nodes: int = 4000
    build_seconds: float = 20.0
    walk_seconds: float = 20.0
    games: int = 20
    #: Budgets of both checkers.
    playouts: int = check.GAMES
    check_seconds: float = check.MILLISECONDS / 1000


FULL = Size()
QUICK = Size(per_game=2, seeds=1, nodes=1500, build_seconds=6.0, walk_seconds=6.0, games=6)


class GameBench:
    """One game of the data set and everything that is asked about it. Answers are cached."""

    def __init__(self, name: str, number: int, size: Size, seed: int) -> None:
        self.name, self.number, self.size, self.seed = name, number, size, seed
        self.source = (GAMES / name / "game.py").read_text(encoding="utf-8")
        self.scenarios = json.loads((GAMES / name / "scenarios.json").read_text(encoding="utf-8"))
        meta = json.loads((GAMES / name / "meta.json").read_text(encoding="utf-8"))
        self.imperfect = meta["information"] == "imperfect"

    @cached_property
    def glance(self) -> reference.Reference:
        """The reference along a few lists, which tell most mutants apart."""
        return self._reference([], self.size.nodes // 10, explore=False)

    @cached_property
    def reference(self) -> reference.Reference:
        """The reference along many lists; made when the first mutant asks for it."""
        return self._reference([scenario["actions"] for scenario in self.scenarios], self.size.nodes, explore=True)

    def _reference(self, lists: list[list[str]], nodes: int, *, explore: bool) -> reference.Reference:
        game, seconds = load_game(inline(self.source)), self.size.build_seconds
        builder = reference.Builder(game, lists, nodes=nodes, seconds=seconds, seed=self.seed)
        return builder.build(explore=explore)

    def drawn(self) -> list[Mutant]:
        """The mutants to judge: where a game has only a few, its kinds take turns with those of the other games."""
        every = mutants(self.source, per_kind=self.size.per_kind, seed=self.seed)
        if self.size.per_game is None:
            return every
        step = len(every) / self.size.per_game
        places = {int(self.number * 7 + turn * step) % len(every) for turn in range(self.size.per_game)}
        return [every[place] for place in sorted(places)]

    def judge(self, mutant: Mutant) -> dict[str, Any]:
        """{game, id, kind, line, difference, proof, ours, tiers}; the last two None for an equivalent mutant."""
        verdict = self.verdict(mutant)
        row = {"game": self.name, "id": mutant.id, "kind": mutant.kind, "line": mutant.line, **verdict}
        if verdict["difference"] is None:
            return {**row, "ours": None, "tiers": None}
        return {**row, "ours": self.ours(mutant.source), "tiers": self.tiers(mutant.source)}

    def verdict(self, mutant: Mutant) -> dict[str, Any]:
        """{difference, actions, proof}. A difference stays one; that none was found holds for the same search only."""
        found = cache.key("difference", _CODE["equivalence"], self.source, mutant.source)
        tried = cache.key("equivalent", found, self.scenarios, repr(self.size), self.seed)
        kept = cache.load(found) or cache.load(tried)
        if kept is not None:
            return kept
        verdict = self._told_apart(mutant, self.glance, games=0)
        if verdict["difference"] is None:
            verdict = self._told_apart(mutant, self.reference, games=self.size.games)
        return cache.keep(tried if verdict["difference"] is None else found, verdict)

    def _told_apart(self, mutant: Mutant, known: reference.Reference, games: int) -> dict[str, Any]:
        def work() -> dict[str, Any]:
            game = load_game(inline(mutant.source))
            said = equivalence.tell_apart(known, game, seconds=self.size.walk_seconds, games=games)
            return {"difference": said.difference, "actions": said.actions[:200], "proof": said.proof}

        answer = in_child(work, seconds=PATIENCE)
        return answer.get("done") or {"difference": "fails", "actions": [], "proof": answer["died"]}

    def ours(self, source: str, seed: int = 0, *, to_the_end: bool = False) -> dict[str, Any]:
        """{score, failed, with, without, seconds}: `with` and `without` scenarios say whether the score is under 1."""
        name = cache.key("ours", _CODE["ours"], source, self.scenarios, self.size.check_seconds, seed, to_the_end)

        def work() -> dict[str, Any]:
            milliseconds = self.size.check_seconds * 1000
            return ours.failures(
                source, scenarios=self.scenarios, seed=seed, milliseconds=milliseconds, to_the_end=to_the_end
            )

        return cache.load(name) or cache.keep(name, _timed(work, _killed_by_ours))

    def tiers(self, source: str) -> dict[str, Any]:
        """As `ours`, for the four tiers."""
        size = self.size
        name = cache.key(
            "tiers", _CODE["tiers"], source, self.scenarios, self.imperfect, size.playouts, size.check_seconds
        )

        def work() -> dict[str, Any]:
            # Parsing and loading plain modules is the published evaluator's; a kit program is inlined for it.
            return four_tiers.score(
                inline(source), scenarios=self.scenarios, imperfect=self.imperfect,
                playouts=size.playouts, seconds=size.check_seconds,
            )  # fmt: skip

        return cache.load(name) or cache.keep(name, _timed(work, _killed_by_tiers))


def _timed(work: Callable[[], dict[str, Any]], killed: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    answer = in_child(work, seconds=PATIENCE)
    if "trace" in answer and "MemoryError" not in answer["died"]:
        # A checker that fails by itself has killed nothing.
        raise RuntimeError(answer["trace"])
    if "died" in answer:
        return {"score": 0.0, "failed": {"died": [answer["died"]]}, "with": True, "without": True, "seconds": PATIENCE}
    return {**killed(answer["done"]), "seconds": answer["seconds"]}


def _killed_by_ours(done: dict[str, Any]) -> dict[str, Any]:
    failed = done["failed"]
    return {**done, "with": bool(failed), "without": any(tier != ours.SEMANTICS for tier in failed)}


def _killed_by_tiers(done: dict[str, Any]) -> dict[str, Any]:
    failed = {tier: [f"{value:.2f}"] for tier, value in done.items() if tier != "score" and value < 1}
    without = any(tier != "semantics" for tier in failed)
    return {"score": done["score"], "failed": failed, "with": bool(failed), "without": without}


def _code() -> dict[str, str]:
    package = cache.ROOT / "python" / "gamecwm"
    checker = [path for path in sorted(package.iterdir()) if path.name not in ("mutate", "cli", "__pycache__")]
    return {
        "equivalence": cache.code_key(HERE / "equivalence.py", HERE / "reference.py", package / "compare.py"),
        "ours": cache.code_key(HERE / "ours.py", *checker),
        "tiers": cache.code_key(HERE / "four_tiers.py", package / "guard.py"),
    }


_CODE = _code()
