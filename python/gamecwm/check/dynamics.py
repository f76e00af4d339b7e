"""Tier 2, dynamics: seeded playouts, and what must hold at every state that they reach."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Iterator

from ..contract import OVER
from ..guard import CallError, call
from ..playout import Trail, walk
from ..replay import NoProcess, digests, replayed
from ..shrink import Hit, Probe
from ..values import clone, text_of
from . import probes, questions
from .context import Context
from .evidence import Evidence
from .laws import broken_law
from .probing import PROBING_SHARE, probing, tried_at

NAME = "dynamics"
CHECKS: dict[str, float] = {
    "crash": 1.0,
    "stuck": 1.0,
    "terminal": 0.5,
    "ends": 1.0,
    "effect": 0.3,
    "purity": 0.5,
    "memory": 0.5,
    "tampering": 0.5,
    "determinism": 0.7,
    "hash_order": 0.3,
    "processes": 0.3,
    "legal_actions": 0.4,
    "illegal_actions": 0.4,
    "player_ids": 0.3,
    "rewards": 0.5,
    "reward_sum": 0.4,
    "rewards_vary": 0.5,
    "state": 0.3,
    "round_trip": 0.2,
    "observations": 0.4,
    "chance": 0.3,
    "chance_varies": 0.2,
    "everyone_moves": 0.4,
    "choice": 0.5,
    "effort": 0.3,
}
#: Held against every node of every playout, with what is said when all is well.
AT_EVERY_NODE: dict[str, tuple[Probe, str]] = {
    "crash": (probes.crash, "No function failed."),
    "stuck": (probes.stuck, "Before the end there is always a legal action."),
    "terminal": (probes.terminal, "When the game is over, nothing is legal."),
    "effect": (probes.effect, "Every action changes the state."),
    "purity": (probes.purity, "No function changed the state that it was given, nor an earlier one."),
    "legal_actions": (probes.legal_actions, "Legal actions are distinct strings."),
    "player_ids": (probes.player_ids, "The player to move is always one of the players, chance, or nobody."),
    "rewards": (probes.rewards, "Rewards are finite numbers, one a player."),
    "state": (probes.state_json, "Every state is JSON of bounded size."),
    "observations": (probes.observations, "Every player has an observation at every state."),
}
#: Those that write JSON: held against every node of the first few playouts, then against every so many.
AS_TEXT = ("state", "observations")
TEXTS, EVERY = 4, 8
#: Judged over all games together; any finished game shows their failure, the shortest one best.
OVER_ALL_GAMES = ("rewards_vary", "everyone_moves", "choice", "chance_varies")
#: At least this share of the playouts must reach a proper end within the steps.
ENDING_SHARE = 0.1
#: States after which no further playout is begun, once there are enough playouts.
STATES, ENOUGH = 6000, 12
#: Where so many first playouts are all cut off by the step limit, a longer one is looked for.
LOOKED_AT = 3
#: Further playouts in which players look for rare actions, where all games ended alike.
CURIOUS = 40
#: A playout cut off by the step limit goes on for ten times the longest one that ended, and at least so many steps.
LONGER, LONG = 10, 2000
#: Share of the time budget after which playing stops, and the playouts that look for rare actions.
PLAYING_SHARE, CURIOUS_SHARE = 0.45, 0.55
HURRIED = "all games ended alike, and time ran out before rare actions were looked for"


def work(context: Context) -> Generator[None, None, None]:
    """Adds this tier's findings; yields after each state, so that a caller may pause."""
    game = context.game
    if game is None or context.damage:
        _refuse(context, "Not run: there is no program to play.")
        return
    evidence = context.evidence = Evidence(game)
    yield from _playing(context, evidence)
    if context.damage:
        context.evidence = None
        _refuse(context, "Not run: the program changes its host.")
        return
    if evidence.played == 0:
        _refuse(context, "Not run: not one game could be played in the time allowed.")
        return
    context.playable = evidence.decided > 0
    context.health = evidence.sound / evidence.played
    tried = tried_at(evidence, context.seed)
    yield from probing(context, evidence, tried)
    yield from _living(context, evidence)
    elsewhere = yield from _elsewhere(context, evidence)
    _conclude(context, evidence)
    context.shrinkable = {
        check: (probe, actions)
        for check, probe in _wanted(evidence, tried)
        if (actions := evidence.failures[check][0]) is not None
    }
    context.look_for_damage()
    _report(context, evidence, tried, elsewhere)


def _refuse(context: Context, reason: str) -> None:
    for check, weight in CHECKS.items():
        if check == "tampering" and context.damage:
            context.add(NAME, check, weight, False, f"Refused: the program changed {context.damage}.")
        else:
            context.add(NAME, check, weight, False, reason)


def _playing(context: Context, evidence: Evidence) -> Generator[None, None, None]:
    context.phase = "playing games"
    rare: Counter[str] = Counter()
    evidence.limit = context.steps
    for index in range(context.games):
        if index == LOOKED_AT and len(evidence.cut) == LOOKED_AT:
            evidence.limit = yield from _longer_limit(context, evidence)
        if evidence.nodes >= STATES and evidence.played >= ENOUGH:
            break
        if not (yield from _play_one(context, evidence, index, rare)):
            break
        if index == 0 and context.look_for_damage():
            return
        context.done += 1
    # A game in which random players never get anywhere: rare actions may lead to other ends.
    for index in range(context.games, context.games + CURIOUS):
        if not evidence.ended or not _all_alike(evidence):
            return
        if not (yield from _play_one(context, evidence, 4 * index + 3, rare, counted=False)):
            evidence.hurried = True
            return


def _play_one(
    context: Context, evidence: Evidence, index: int, rare: Counter[str], *, counted: bool = True
) -> Generator[None, None, bool]:
    """One playout with all checks at its nodes; False when time ran out."""
    assert context.game is not None
    trail = yield from _walked(context, evidence, index, rare, PLAYING_SHARE if counted else CURIOUS_SHARE)
    if trail is None:
        return False
    texts = evidence.played < TEXTS
    shown = Trail()
    for place, node in enumerate(trail.nodes):
        shown.nodes.append(node)
        _look(evidence, shown, texts or place % EVERY == 0 or place == len(trail.nodes) - 1)
        yield
        if place < len(trail.actions):
            shown.actions.append(trail.actions[place])
    if trail.fault:
        _look(evidence, trail, True)
    if evidence.careful and (hit := probes.earlier_states(trail)):
        evidence.fail("purity", trail.actions, hit)
    evidence.record(trail, evidence.limit, counted=counted)
    return True


def _look(evidence: Evidence, trail: Trail, texts: bool) -> None:
    """Holds the probes against the end of a trail; those that write JSON only with `texts`."""
    evidence.look(trail)
    plain = probes.unremarkable(trail)
    for check in (AS_TEXT if texts else ()) if plain else AT_EVERY_NODE:
        if check in evidence.failures or (check in AS_TEXT and not texts):
            continue
        if hit := AT_EVERY_NODE[check][0](trail):
            evidence.fail(check, trail.actions, hit)


def _walked(
    context: Context, evidence: Evidence, index: int, rare: Counter[str], share: float
) -> Generator[None, None, Trail | None]:
    """One playout, None when more than this share of the time is spent.

    Its states are compared when it is over. If one was changed it is played again with a look after every call, and
    so are all after it.
    """
    assert context.game is not None
    seed, before = f"{context.seed} playout {index}", Counter(rare) if index % 4 == 3 else None
    curious = None if before is None else rare
    walker = walk(context.game, seed, evidence.limit, habits=index % 2 == 1, rare=curious, careful=evidence.careful)
    while True:
        try:
            next(walker)
        except StopIteration as stop:
            trail: Trail = stop.value.trail
            break
        if not context.time_left(share):
            return None
        yield
    if evidence.careful or all(node.intact for node in trail.nodes):
        return trail
    evidence.careful = True
    if before is not None:
        rare.clear()
        rare.update(before)
    return (yield from _walked(context, evidence, index, rare, share))


def _all_alike(evidence: Evidence) -> bool:
    return len(evidence.finals) == 1 and len(evidence.running) < 2


def _longer_limit(context: Context, evidence: Evidence) -> Generator[None, None, int]:
    """A step limit that lets games end, where the first ones were all cut off; the limit as it is if none does."""
    steps = context.steps
    extra = yield from _goes_on(context, evidence.cut[0], f"{context.seed} longer", LONGER * steps)
    return steps if extra is None or extra < 0 else 2 * (steps + extra)


def _living(context: Context, evidence: Evidence) -> Generator[None, None, None]:
    """Plays on where the step limit cut games off: do they end at all, within what the game's other ends suggest?"""
    if not evidence.cut or not evidence.ended:
        return
    context.phase = "playing long games to their end"
    longest = max(evidence.lengths.actions)
    bound = max(LONG, LONGER * longest)
    for number, trail in enumerate(evidence.cut):
        extra = yield from _goes_on(context, trail, f"{context.seed} long {number}", bound)
        if extra is None:
            return
        if extra < 0:
            message = f"A game goes on for over {bound} actions; the longest that ended took {longest}."
            evidence.fail("ends", trail.actions, Hit(message))
            return


def _goes_on(context: Context, trail: Trail, seed: str, bound: int) -> Generator[None, None, int | None]:
    """After how many steps of uniform play from the end of a trail the game ends.

    -1: not within `bound`; None: time ran out, or the program failed.
    """
    game, rng = context.game, random.Random(seed)
    assert game is not None
    state = clone(trail.nodes[-1].state)
    try:
        for step in range(bound):
            if not context.time_left(PROBING_SHARE):
                return None
            legal = call("get_legal_actions", game.get_legal_actions, state)
            if not legal:
                return step if call("get_current_player", game.get_current_player, state) == OVER else -1
            state = call("apply_action", game.apply_action, state, rng.choice(legal))
            yield
    except (CallError, TypeError):
        return None
    return -1


def _elsewhere(context: Context, evidence: Evidence) -> Generator[None, None, tuple[bool | None, str]]:
    """Whether another process, with another hash seed, says the same all along some playouts."""
    trails = [trail for trail in evidence.trails if trail.nodes and not trail.nodes[-1].faults][:4]
    if "determinism" in evidence.failures or not trails:
        return None, "Not applicable: the program does not answer alike in one process."
    context.phase = "playing in another process"
    parts = [trail.prefix(60) for trail in trails]
    try:
        found = yield from replayed(evidence.game.source, [part.actions for part in parts])
    except NoProcess as error:
        return None, f"Not applicable here: {error}; hash_order stands for it."
    for part, theirs in zip(parts, found, strict=True):
        ours = digests(part)
        place = next((at for at, (one, other) in enumerate(zip(ours, theirs, strict=False)) if one != other), None)
        if place is None and len(ours) != len(theirs):
            place = min(len(ours), len(theirs))
        if place is not None:
            message = f"After {place} actions another process, with another hash seed, says something else."
            evidence.fail("processes", part.actions[:place], Hit(message))
            return False, message
    return True, "Another process, with another hash seed, says the same."


def _conclude(context: Context, evidence: Evidence) -> None:
    """What only all playouts together show."""
    game = evidence.shortest_game
    if evidence.ended < ENDING_SHARE * evidence.played:
        message = f"Only {evidence.ended} of {evidence.played} random games came to an end."
        evidence.fail("ends", evidence.cut[0].actions if evidence.cut else None, Hit(message))
    if game is None:
        return
    if _all_alike(evidence) and not evidence.hurried:
        message = f"Every game ends with the rewards {text_of(list(next(iter(evidence.finals))))}."
        evidence.fail("rewards_vary", game, Hit(message))
    holds, message, shown = broken_law(evidence, context.source)
    if holds is False:
        evidence.fail("reward_sum", shown, Hit(message))
    evidence.law = holds, message
    if len(evidence.movers) < evidence.players:
        absent = next(player for player in range(evidence.players) if player not in evidence.movers)
        evidence.fail("everyone_moves", game, Hit(f"Player {absent} never gets to move."))
    if not game:
        evidence.fail("choice", game, Hit("The game is over before it starts."))
    elif evidence.decisions == 0:
        evidence.fail("choice", game, Hit("Nobody ever has more than one legal action."))
    elif len(evidence.lists) == 1 and evidence.played > 3:
        evidence.fail("choice", game, Hit("Every game runs the same way."))
    if evidence.chance_nodes and not evidence.chance_varies:
        evidence.fail("chance_varies", game, Hit("No chance node has more than one outcome."))


def _wanted(evidence: Evidence, tried: dict[str, Probe]) -> Iterator[tuple[str, Probe]]:
    """What to look for while shrinking each failure."""
    for check, (_, hit) in evidence.failures.items():
        if check == "purity" and "later call" in hit.message:
            yield check, probes.earlier_states
        elif check == "crash" and hit.message.startswith("The legal action"):
            yield check, questions.every_action
        elif check in AT_EVERY_NODE:
            yield check, AT_EVERY_NODE[check][0]
        elif check == "ends":
            yield check, probes.repeats
        elif check in OVER_ALL_GAMES:
            yield check, probes.over
        elif check in tried:
            yield check, tried[check]


def _report(context: Context, evidence: Evidence, tried: dict[str, Probe], elsewhere: tuple[bool | None, str]) -> None:
    in_time = evidence.played == context.games or (evidence.nodes >= STATES and evidence.played >= ENOUGH)
    cut = "" if in_time else f" Time ran out after {evidence.played} games."
    well = {check: message for check, (_, message) in AT_EVERY_NODE.items()}
    well |= {
        "ends": f"{evidence.ended} of {evidence.played} random games came to an end in {evidence.limit} actions.",
        "memory": "The program keeps nothing between calls.",
        "determinism": "Every function answers the same when it is asked again.",
        "hash_order": "Another order of sets and another hash change nothing.",
        "illegal_actions": f"Illegal actions are refused, and so are all others of {len(evidence.pool)} met.",
        "round_trip": "A state that was written as JSON and read again is as good.",
        "rewards_vary": f"Games end in {len(evidence.finals)} different ways.",
        "everyone_moves": "Every player gets to move.",
        "choice": "Players have choices.",
        "chance_varies": "Chance nodes have several outcomes.",
        "chance": f"All outcomes of the chance nodes lead on ({evidence.chance_nodes} met).",
    }  # fmt: skip
    for check, weight in CHECKS.items():
        if check in evidence.failures:
            actions, hit = evidence.failures[check]
            context.add(NAME, check, weight, False, hit.message + cut, hit, actions)
        elif check == "tampering":
            message = f"Refused: the program changed {context.damage}." if context.damage else ""
            context.add(NAME, check, weight, not context.damage, message or "The program changes nothing of its host.")
        elif check == "effort":
            _report_effort(context, evidence, weight, in_time)
        elif check == "processes":
            context.add(NAME, check, weight, *elsewhere)
        elif check == "reward_sum" and evidence.law:
            context.add(NAME, check, weight, *evidence.law)
        elif check.startswith("chance") and not evidence.chance_nodes:
            context.add(NAME, check, weight, None, "Not applicable: no game met a chance node.")
        elif check == "rewards_vary" and evidence.hurried:
            context.add(NAME, check, weight, None, f"Not applicable: {HURRIED}.")
        elif check in (*OVER_ALL_GAMES, "reward_sum") and not evidence.ended:
            context.add(NAME, check, weight, False, "Not run: no game came to an end." + cut)
        elif check in tried and not _has_nodes(evidence):
            context.add(NAME, check, weight, False, "Not run: there is no state to try it at.")
        else:
            context.add(NAME, check, weight, True, well[check] + cut)


def _report_effort(context: Context, evidence: Evidence, weight: float, in_time: bool) -> None:
    enough = (in_time or evidence.played >= ENOUGH) and not evidence.hurried
    why = "." if enough else f": {HURRIED}." if evidence.hurried else ": too few."
    message = f"{evidence.played} games with {evidence.nodes} states were played{why}"
    context.add(NAME, "effort", weight, enough, message)


def _has_nodes(evidence: Evidence) -> bool:
    return any(node for trail in evidence.trails for node in trail.nodes if not node.faults)
