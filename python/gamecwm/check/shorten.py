"""The last phase of a check: the counter-examples of the dynamics tier become as short as can be."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace

from ..shrink import Hit, shrink
from . import probes
from .context import Context
from .dynamics import NAME


def work(context: Context) -> Generator[None, None, None]:
    """Replaces each failing list by a shortest one; the message of a check over all games stays."""
    if context.game is None or not context.shrinkable or context.damage:
        return
    context.phase = "looking for the shortest examples"
    walker = shrink(context.game, context.shrinkable)
    shown = None
    while shown is None and context.time_left():
        try:
            next(walker)
            yield
        except StopIteration as stop:
            shown = stop.value
    for place, finding in enumerate(context.findings):
        if finding.tier != NAME or finding.check not in (shown or {}):
            continue
        example = (shown or {})[finding.check]
        hit = example.hit
        if finding.check == "ends":
            hit = Hit(f"{finding.message} They may go on for ever: {hit.message}.")
        elif context.shrinkable[finding.check][0] is probes.over:
            hit = Hit(finding.message, finding.lines)
        lines = hit.lines or finding.lines
        context.findings[place] = replace(finding, message=hit.message, lines=lines, counterexample=example.actions)
