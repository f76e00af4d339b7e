"""The figures of a run: kill rates by kind and by game, what was equivalent and by which proof, false alarms, controls."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from gamecwm.mutate import KINDS

#: (column, checker, with or without scenarios)
COLUMNS = (
    ("ours", "ours", "with"),
    ("oursWithout", "ours", "without"),
    ("tiers", "tiers", "with"),
    ("tiersWithout", "tiers", "without"),
)


def summary(rows: list[dict[str, Any]], *, seconds: float) -> dict[str, Any]:
    """{mutants, equivalent, all, byKind, byGame, references, controls, secondsPerMutant, seconds}; counts, not rates."""
    every = [row for row in rows if row["row"] == "mutant"]
    real = [row for row in every if row["difference"] is not None]
    games = sorted({row["game"] for row in every})
    return {
        "mutants": len(every),
        "equivalent": _equivalent(every),
        "all": _killed(real),
        "byKind": {kind: _killed([row for row in real if row["kind"] == kind]) for kind in KINDS},
        "byDifference": {
            word: _killed([row for row in real if row["difference"] == word])
            for word in sorted({row["difference"] for row in real})
        },
        "byGame": {game: _killed([row for row in real if row["game"] == game]) for game in games},
        "references": _references(rows),
        "controls": _controls(rows),
        "secondsPerMutant": {
            checker: round(sum(row[checker]["seconds"] for row in real) / max(1, len(real)), 2)
            for checker in ("ours", "tiers")
        },
        "seconds": seconds,
    }


def _killed(real: list[dict[str, Any]]) -> dict[str, int]:
    return {"mutants": len(real), **{name: sum(row[which][how] for row in real) for name, which, how in COLUMNS}}


def _equivalent(every: list[dict[str, Any]]) -> dict[str, int]:
    """Equivalent mutants by proof: all positions visited, or not told apart in that many games."""
    proofs = [row["proof"] for row in every if row["difference"] is None]
    explored = sum(proof.startswith("every position") for proof in proofs)
    return {"everyPosition": explored, "notToldApart": len(proofs) - explored}


def _references(rows: list[dict[str, Any]]) -> dict[str, Any]:
    checks = [row for row in rows if row["row"] == "reference"]
    alarms = Counter(
        f"{row['game']}: {tier}/{check}" for row in checks for tier, names in row["failed"].items() for check in names
    )
    by_tiers = [row for row in rows if row["row"] == "reference by tiers"]
    return {
        "checks": len(checks),
        "falseAlarms": sum(row["with"] for row in checks),
        "alarms": dict(alarms.most_common(30)),
        "tiersChecks": len(by_tiers),
        "tiersFalseAlarms": sum(row["with"] for row in by_tiers),
    }


def _controls(rows: list[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """The mean and the highest score of each control over the games."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["row"] == "control":
            found.setdefault(row["control"], []).append(row)
    return {
        name: {
            checker + suffix: round(pick([row[checker] for row in scored]), 3)
            for checker in ("ours", "tiers")
            for suffix, pick in (("", lambda values: sum(values) / len(values)), ("Highest", max))
        }
        for name, scored in found.items()
    }


def write_survivors(rows: list[dict[str, Any]], diffs: dict[str, str], file: str) -> None:
    """A text with every mutant that our checker gives full marks, with scenarios or without, and its diff."""
    real = [row for row in rows if row["row"] == "mutant" and row["difference"] is not None]
    parts: list[str] = []
    for title, how in (("with scenarios", "with"), ("without scenarios only", "without")):
        left = [row for row in real if not row["ours"][how] and (how == "with" or row["ours"]["with"])]
        parts.append(f"# Survivors {title}: {len(left)}\n")
        for row in left:
            found = f"differs in {row['difference']} after {row['actions'][-6:]} ({len(row['actions'])} actions)"
            parts.append(f"## {row['game']} {row['id']} line {row['line']}: {found}\n```diff\n{diffs[row['id']]}```\n")
    alike = [row for row in rows if row["row"] == "mutant" and row["difference"] is None]
    parts.append(f"# Equivalent: {len(alike)}\n")
    parts += [f"## {row['game']} {row['id']}: {row['proof']}\n```diff\n{diffs[row['id']]}```\n" for row in alike]
    Path(file).write_text("\n".join(parts), encoding="utf-8")
