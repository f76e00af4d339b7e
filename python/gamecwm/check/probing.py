"""The costly probes, held against some nodes of the kept playouts."""

from __future__ import annotations

import random
from collections.abc import Generator

from ..contract import CHANCE
from ..playout import Trail
from ..shrink import Hit, Probe
from . import questions
from .context import Context
from .evidence import Evidence

#: One of so many nodes played is asked, but so many at least, and so many at most in one playout.
NODES_A_PROBE, ASKED, TRIED = 60, 8, 5
#: Share of the time budget after which probing stops.
PROBING_SHARE = 0.6
#: Asked only where questions.Apart saw a difference.
APART = ("determinism", "hash_order", "round_trip")


def tried_at(evidence: Evidence, seed: int) -> dict[str, Probe]:
    """Check -> the costly probe that looks for it."""
    game = evidence.game
    again, reloaded = questions.Again(game, seed), questions.Reloaded(game, seed)
    return {
        "memory": questions.Remembers(game),
        "determinism": lambda trail: again(trail) or reloaded(trail),
        "hash_order": questions.Reloaded(game, seed, salt=questions.SALT),
        "illegal_actions": questions.Refusal(sorted(evidence.pool), seed),
        "crash": questions.every_action,
        "chance": questions.chance_outcomes,
        "round_trip": questions.RoundTrip(game),
    }


def probing(context: Context, evidence: Evidence, tried: dict[str, Probe]) -> Generator[None, None, None]:
    """Holds the costly probes against some nodes of the kept playouts."""
    context.phase = "asking twice, and trying what is not allowed"
    rng = random.Random(f"{context.seed} probing")
    apart, again = questions.Apart(evidence.game, context.seed), questions.Again(evidence.game, context.seed)
    asked = max(ASKED, evidence.nodes // NODES_A_PROBE)
    trails = evidence.trails[:asked]
    between = max(1, min(TRIED, round(asked / max(1, len(trails)))))
    for number, trail in enumerate(trails):
        for place in _places(trail, rng, between, ends=number < 2):
            part = trail.prefix(place) if place < len(trail.nodes) - 1 else Trail(trail.nodes, trail.actions[:place])
            alike = not apart(part)
            # A load that counts its calls may still agree with another one.
            if number == 0 and alike and "determinism" not in evidence.failures and (hit := again(part)):
                evidence.fail("determinism", part.actions, hit)
            for check, probe in tried.items():
                # What a program keeps it keeps everywhere, and looking at all of it takes long.
                if check in evidence.failures or (check == "memory" and number > 1) or (alike and check in APART):
                    continue
                if not context.time_left(PROBING_SHARE):
                    return
                if hit := probe(part):
                    evidence.fail(check, part.actions, hit)
                yield
            node = part.nodes[-1]
            if node.packed is not None and not node.intact:
                node.restore()
                evidence.fail("purity", part.actions, Hit("Some legal action changes the state that it is played in."))


def _places(trail: Trail, rng: random.Random, between: int, *, ends: bool) -> list[int]:
    """Where to ask: some nodes, the first chance node; with `ends` also the start and the end."""
    last = len(trail.nodes) - 1
    if last < 0:
        return []
    places = {rng.randint(0, last) for _ in range(between)} | ({0, last} if ends else set())
    places.update([index for index, node in enumerate(trail.nodes) if node.player == CHANCE][:1])
    return sorted(places)
