"""Tier 2, dynamics: seeded playouts, and what must hold at every state that they reach."""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, field

from ..contract import CHANCE, Game
from ..playout import Trail, outcome_of, walk
from ..shrink import Hit, Probe, shrink
from ..values import text_of
from . import probes
from .context import Context

NAME = "dynamics"
CHECKS: dict[str, float] = {
    "crash": 1.0,
    "stuck": 1.0,
    "terminal": 0.5,
    "ends": 1.0,
    "purity": 0.5,
    "determinism": 0.7,
    "legal_actions": 0.4,
    "illegal_actions": 0.4,
    "player_ids": 0.3,
    "rewards": 0.5,
    "rewards_vary": 0.5,
    "state": 0.3,
    "observations": 0.4,
    "chance": 0.3,
    "chance_varies": 0.2,
    "everyone_moves": 0.4,
    "choice": 0.5,
}
#: Held against every node of every playout, with what is said when all is well.
AT_EVERY_NODE: dict[str, tuple[Probe, str]] = {
    "crash": (probes.crash, "No function failed."),
    "stuck": (probes.stuck, "Before the end there is always a legal action."),
    "terminal": (probes.terminal, "When the game is over, nothing is legal."),
    "purity": (probes.purity, "No function changed the state that it was given."),
    "legal_actions": (probes.legal_actions, "Legal actions are distinct strings."),
    "player_ids": (probes.player_ids, "The player to move is always one of the players, chance, or nobody."),
    "rewards": (probes.rewards, "Rewards are finite numbers, one a player."),
    "state": (probes.state_json, "Every state is JSON of bounded size."),
    "observations": (probes.observations, "Every player has an observation at every state."),
}
#: Judged over all games together; any finished game shows their failure, the shortest one best.
OVER_ALL_GAMES = ("rewards_vary", "everyone_moves", "choice", "chance_varies")
#: At least this share of the playouts must reach a proper end within the steps.
ENDING_SHARE = 0.1
#: Playouts whose nodes are kept for the costly probes, and nodes tried in each.
KEPT = 12
TRIED = 5
#: Shares of the time budget after which playing and probing stop.
PLAYING_SHARE = 0.6
PROBING_SHARE = 0.8


@dataclass
class Evidence:
    """What the playouts showed."""

    game: Game
    played: int = 0
    #: Playouts that nothing broke: they ended properly, or were cut off by the step limit.
    sound: int = 0
    ended: int = 0
    #: Playouts that ended properly after at least one decision.
    decided: int = 0
    nodes: int = 0
    decisions: int = 0
    #: Check name -> first list that showed the failure, and what it showed.
    failures: dict[str, tuple[list[str] | None, Hit]] = field(default_factory=dict)
    trails: list[Trail] = field(default_factory=list)
    pool: set[str] = field(default_factory=set)
    movers: set[int] = field(default_factory=set)
    players: int = 0
    chance_nodes: int = 0
    chance_varies: bool = False
    finals: set[tuple[float, ...]] = field(default_factory=set)
    lists: set[tuple[str, ...]] = field(default_factory=set)
    longest: list[str] | None = None
    shortest_game: list[str] | None = None

    def fail(self, check: str, trail: Trail, hit: Hit) -> None:
        if check not in self.failures:
            self.failures[check] = (list(trail.actions), hit)


def work(context: Context) -> Generator[None, None, None]:
    """Adds this tier's findings; yields after each state, so that a caller may pause."""
    game = context.game
    if game is None:
        for check, weight in CHECKS.items():
            context.add(NAME, check, weight, False, "Not run: there is no program to play.")
        return
    evidence = Evidence(game)
    yield from _playing(context, evidence)
    context.played = evidence.played
    if evidence.played == 0:
        for check, weight in CHECKS.items():
            context.add(NAME, check, weight, False, "Not run: not one game could be played in the time allowed.")
        return
    context.playable = evidence.decided > 0
    context.health = evidence.sound / evidence.played
    tried: dict[str, Probe] = {
        "determinism": probes.Twin(evidence.game),
        "illegal_actions": probes.Refusal(sorted(evidence.pool), context.seed),
        "chance": probes.chance_outcomes,
    }
    yield from _probing(context, evidence, tried)
    _conclude(evidence)
    yield from _shrinking(context, evidence, tried)
    _report(context, evidence, tried)


def _playing(context: Context, evidence: Evidence) -> Generator[None, None, None]:
    context.phase = "playing games"
    for index in range(context.games):
        trail = Trail()
        for trail in walk(evidence.game, f"{context.seed} playout {index}", context.steps, habits=index % 2 == 1):
            if not context.time_left(PLAYING_SHARE):
                return
            _look(evidence, trail)
            yield
        _record(context, evidence, trail)
        context.done += 1


def _look(evidence: Evidence, trail: Trail) -> None:
    """Holds the checks against the newest node."""
    evidence.nodes += 1
    for check, (probe, _) in AT_EVERY_NODE.items():
        if check not in evidence.failures and (hit := probe(trail)):
            evidence.fail(check, trail, hit)
    node = trail.last
    if node is None or trail.fault:
        return
    different = len(set(node.legal))
    if node.player == CHANCE:
        evidence.chance_nodes += 1
        evidence.chance_varies |= different > 1
    elif node.player is not None and node.player >= 0:
        evidence.movers.add(node.player)
        evidence.decisions += different > 1
    if len(evidence.pool) < 5000:
        evidence.pool.update(node.legal)


def _record(context: Context, evidence: Evidence, trail: Trail) -> None:
    """Takes a finished playout into account."""
    outcome = outcome_of(trail, context.steps)
    evidence.played += 1
    evidence.sound += outcome in ("ended", "limit")
    evidence.lists.add(tuple(trail.actions))
    if trail.nodes:
        evidence.players = max(evidence.players, len(trail.nodes[0].rewards))
    if len(evidence.trails) < KEPT:
        evidence.trails.append(trail)
    if outcome == "limit" and evidence.longest is None:
        evidence.longest = list(trail.actions)
    if outcome != "ended":
        return
    evidence.ended += 1
    evidence.decided += any(
        node.player is not None and node.player >= 0 and len(set(node.legal)) > 1 for node in trail.nodes
    )
    evidence.finals.add(tuple(trail.nodes[-1].rewards))
    if evidence.shortest_game is None or len(trail.actions) < len(evidence.shortest_game):
        evidence.shortest_game = list(trail.actions)
    context.lengths.actions.append(len(trail.actions))
    context.lengths.legal += sum(len(node.legal) for node in trail.nodes[:-1])
    context.lengths.nodes += len(trail.nodes) - 1


def _probing(context: Context, evidence: Evidence, tried: dict[str, Probe]) -> Generator[None, None, None]:
    """Holds the costly probes against some nodes of the kept playouts."""
    context.phase = "asking twice, and trying what is not allowed"
    rng = random.Random(f"{context.seed} probing")
    for trail in evidence.trails:
        last = len(trail.nodes) - 1
        places = {0, last, *(rng.randint(0, max(0, last)) for _ in range(TRIED - 2))}
        first_chance = next((index for index, node in enumerate(trail.nodes) if node.player == CHANCE), None)
        if first_chance is not None:
            places.add(first_chance)
        for place in sorted(places):
            for check, probe in tried.items():
                if check in evidence.failures or last < 0 or not context.time_left(PROBING_SHARE):
                    continue
                part = trail.prefix(place) if place < last else Trail(trail.nodes, trail.actions[:last])
                if hit := probe(part):
                    evidence.fail(check, part, hit)
                yield


def _conclude(evidence: Evidence) -> None:
    """What only all playouts together show."""
    game = evidence.shortest_game
    if evidence.ended < ENDING_SHARE * evidence.played:
        message = f"Only {evidence.ended} of {evidence.played} random games came to an end."
        evidence.failures["ends"] = (evidence.longest, Hit(message))
    if game is None:
        return
    if len(evidence.finals) == 1:
        message = f"Every game ends with the rewards {text_of(list(next(iter(evidence.finals))))}."
        evidence.failures["rewards_vary"] = (game, Hit(message))
    if len(evidence.movers) < evidence.players:
        absent = next(player for player in range(evidence.players) if player not in evidence.movers)
        evidence.failures["everyone_moves"] = (game, Hit(f"Player {absent} never gets to move."))
    if not game:
        evidence.failures["choice"] = (game, Hit("The game is over before it starts."))
    elif evidence.decisions == 0:
        evidence.failures["choice"] = (game, Hit("Nobody ever has more than one legal action."))
    elif len(evidence.lists) == 1 and evidence.played > 3:
        evidence.failures["choice"] = (game, Hit("Every game runs the same way."))
    if evidence.chance_nodes and not evidence.chance_varies:
        evidence.failures["chance_varies"] = (game, Hit("No chance node has more than one outcome."))


def _found(evidence: Evidence, tried: dict[str, Probe]) -> dict[str, Probe]:
    """What to look for while shrinking each failure."""
    found: dict[str, Probe] = {}
    for check in evidence.failures:
        if check in AT_EVERY_NODE:
            found[check] = AT_EVERY_NODE[check][0]
        elif check == "ends":
            found[check] = probes.repeats
        elif check in OVER_ALL_GAMES:
            found[check] = probes.over
        else:
            found[check] = tried[check]
    return found


def _shrinking(context: Context, evidence: Evidence, tried: dict[str, Probe]) -> Generator[None, None, None]:
    """Replaces each failing list by a shortest one; the message of a check over all games stays."""
    if not evidence.failures:
        return
    context.phase = "looking for the shortest examples"
    wanted = _found(evidence, tried)
    examples = {
        check: (wanted[check], actions) for check, (actions, _) in evidence.failures.items() if actions is not None
    }
    walker = shrink(evidence.game, examples)
    shown = None
    while shown is None and context.time_left():
        try:
            next(walker)
            yield
        except StopIteration as stop:
            shown = stop.value
    for check, example in (shown or {}).items():
        _, hit = evidence.failures[check]
        if check == "ends":
            hit = Hit(f"{hit.message} They may go on for ever: {example.hit.message}.")
        elif wanted[check] is not probes.over:
            hit = example.hit
        evidence.failures[check] = (example.actions, hit)


def _report(context: Context, evidence: Evidence, tried: dict[str, Probe]) -> None:
    cut = "" if evidence.played == context.games else f" Time ran out after {evidence.played} games."
    well = {check: message for check, (_, message) in AT_EVERY_NODE.items()}
    well |= {
        "ends": f"{evidence.ended} of {evidence.played} random games came to an end.",
        "determinism": "Every function answers the same when it is asked again.",
        "illegal_actions": "Illegal actions are refused.",
        "rewards_vary": f"Games end in {len(evidence.finals)} different ways.",
        "everyone_moves": "Every player gets to move.",
        "choice": "Players have choices.",
        "chance_varies": "Chance nodes have several outcomes.",
        "chance": f"All outcomes of the chance nodes lead on ({evidence.chance_nodes} met).",
    }
    for check, weight in CHECKS.items():
        if check in evidence.failures:
            actions, hit = evidence.failures[check]
            context.add(NAME, check, weight, False, hit.message + cut, hit, actions)
        elif check.startswith("chance") and not evidence.chance_nodes:
            context.add(NAME, check, weight, None, "Not applicable: no game met a chance node.")
        elif check in OVER_ALL_GAMES and not evidence.ended:
            context.add(NAME, check, weight, False, "Not run: no game came to an end." + cut)
        elif check in tried and not _has_nodes(evidence):
            context.add(NAME, check, weight, False, "Not run: there is no state to try it at.")
        else:
            context.add(NAME, check, weight, True, well[check] + cut)


def _has_nodes(evidence: Evidence) -> bool:
    return any(node for trail in evidence.trails for node in trail.nodes if not node.faults)
