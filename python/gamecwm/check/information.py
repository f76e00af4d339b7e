"""Tier 3, information: what players may know, and whether `resample_history` gives worlds that fit it.

A world is an action list that gives a player the very history of a decision. The program's own `resample_history`
claims some; `gamecwm.infer` finds some, or all, from the program's forward functions.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

from ..contract import CHANCE, Game, ProgramError
from ..guard import CallError, call
from ..infer import Enumeration, NoHistory, Sampler
from ..playout import Node
from ..shrink import Hit
from ..values import fingerprint, text_of
from .context import Context
from .distribution import suspicion
from .evidence import Evidence
from .leaks import PAIRS, SHARE, Pair, leaks
from .worlds import Cut, cuts_of, fit, resampled

NAME = "information"
CHECKS: dict[str, float] = {
    "consistency": 1.0,
    "variety": 0.7,
    "leaks": 0.7,
    "legal_known": 0.4,
    "own_information": 0.3,
}
#: Actions of claimed worlds that are played to see whether they fit: half as many as were played to find the decisions,
#: within these bounds; and the most decisions that are tried.
FEWEST, MOST, CUTS = 800, 8000, 250
#: Decisions where the variety is judged, draws at each, and nodes for finding all worlds; where the first try shows
#: that there are too many to find, draws and nodes for the others.
VARIED, DRAWS, ENUMERATED = 4, 60, 1000
DRAWS_ONLY, GLANCE = 12, 200
#: Nodes for a world where the program has no resample_history.
SAMPLED = 3000
#: Chance nodes, and outcomes of each, at which it is seen who learns what.
CHANCES, OUTCOMES = 24, 10


def work(context: Context) -> Generator[None, None, None]:
    """Adds this tier's findings; yields often."""
    game, evidence = context.game, context.evidence
    if game is None or context.damage or evidence is None or not evidence.trails:
        _add_all(context, False, "Not run: no game could be played.")
        return
    cuts = cuts_of(evidence.trails)
    if not cuts:
        _add_all(context, False, "Not run: no game met a decision.")
        return
    context.phase = "looking at who knows what"
    if game.resample_history is None and not _hides(game, evidence):
        for check in ("consistency", "variety", "leaks", "own_information"):
            _add(context, check, None, "Not applicable: no information is hidden.")
        yield from _legal_known(context, cuts, perfect=True)
        return
    random.Random(f"{context.seed} cuts").shuffle(cuts)
    pairs: list[Pair] = []
    if game.resample_history is None:
        for check in ("consistency", "variety"):
            _add(context, check, None, "Not applicable: the program has no resample_history.")
        yield from _inferred(context, game, cuts, pairs)
    else:
        consistent = yield from _consistency(context, game, cuts, pairs)
        if consistent:
            yield from _variety(context, game, cuts)
        else:
            _add(context, "variety", False, "Not run: resample_history gives histories that do not fit.")
            yield from _inferred(context, game, cuts, pairs)
    passed, message, shown, twin = yield from leaks(context, game, pairs)
    _add(context, "leaks", passed, message, counterexample=shown, twin=twin)
    yield from _legal_known(context, cuts, perfect=False)
    yield from _own_information(context, evidence)


def _add(context: Context, check: str, passed: bool | None, message: str, **more: Any) -> None:
    context.add(NAME, check, CHECKS[check], passed, message, **more)


def _add_all(context: Context, passed: bool | None, message: str) -> None:
    for check in CHECKS:
        _add(context, check, passed, message)


def _hides(game: Game, evidence: Evidence) -> bool:
    """Whether players see different things, but for a key that says who is looking."""
    names = []
    for player in range(min(evidence.players, 64)):
        try:
            names.append(call("get_player_name", game.get_player_name, player))
        except CallError:
            names.append(None)
    for trail in evidence.trails[:4]:
        for node in trail.nodes:
            if len(set(node.views)) > 1 and len({_without_viewer(node, p, names) for p in range(len(node.views))}) > 1:
                return True
    return False


def _without_viewer(node: Node, player: int, names: list[Any]) -> str:
    """One observation without the keys that hold everybody's own number or name."""
    every = node.observations
    viewer = {
        key
        for key in every[player]
        if all(other.get(key) == index for index, other in enumerate(every))
        or all(index < len(names) and other.get(key) == names[index] for index, other in enumerate(every))
    }
    return fingerprint({key: value for key, value in every[player].items() if key not in viewer})


def _consistency(context: Context, game: Game, cuts: list[Cut], pairs: list[Pair]) -> Generator[None, None, bool]:
    """Holds one claimed world against every decision, within the budget; collects those that differ from the truth."""
    played = tried = 0
    evidence = context.evidence
    nodes = max(FEWEST, min(MOST, evidence.nodes // 2 if evidence else 0))
    worst: tuple[Cut, Hit, list[str] | None] | None = None
    for number, cut in enumerate(cuts[:CUTS]):
        if played > nodes or not context.time_left(SHARE * 0.8):
            break
        for done in (False, True) if number % 4 == 0 else (False,):
            actions, hit = resampled(game, cut, f"{context.seed} world {number} {done}", done=done)
            if actions is not None:
                result = yield from fit(game, cut, actions, done=done)
                played += len(actions)
                if result.complaint:
                    hit = Hit(f"resample_history gives a history that does not fit: {result.complaint}.", result.lines)
                elif not done and actions != cut.actions:
                    pairs.append((cut, actions, result))
            tried += 1
            if hit and (worst is None or cut.place < worst[0].place):
                worst = cut, hit, actions
        if worst and number > 20:
            break
    if worst:
        cut, hit, actions = worst
        message = f"{hit.message} (player {cut.player}, after {cut.place} actions)"
        _add(context, "consistency", False, message, hit=hit, counterexample=cut.actions, twin=actions)
        return False
    every = "every one" if tried >= len(cuts) else f"{min(len(cuts), tried)} of {len(cuts)}"
    _add(context, "consistency", tried > 0, f"resample_history fits the history at {every} of the decisions met.")
    return tried > 0


def _variety(context: Context, game: Game, cuts: list[Cut]) -> Generator[None, None, None]:
    """How many worlds resample_history gives, and how often each, beside all worlds that there are."""
    context.phase = "counting worlds"
    compared = several = unknown = 0
    for number, cut in enumerate(sorted(cuts[:40], key=lambda cut: cut.place)[:: max(1, min(40, len(cuts)) // VARIED)]):
        if not context.time_left(SHARE * 0.9):
            break
        exact = None if unknown > 1 else (yield from _enumerated(game, cut, GLANCE if unknown else ENUMERATED))
        drawn: list[tuple[str, ...]] = []
        for draw in range(DRAWS if exact else DRAWS_ONLY):
            actions, _ = resampled(game, cut, f"{context.seed} draw {number} {draw}")
            if actions is not None:
                drawn.append(tuple(actions))
            yield
            if (exact is None and len(set(drawn)) > 1) or (exact and len(exact) < 2):
                break
        if exact is None:
            unknown += 1
            several += len(set(drawn)) > 1
            continue
        if len(exact) < 2:
            continue
        compared += 1
        several += 1
        by_chance = _by_chance(cut, exact)
        wrong = suspicion(drawn, exact, strict=by_chance)
        if wrong:
            other = next((list(world) for world in exact if world not in set(drawn)), None)
            _add(context, "variety", False, f"resample_history {wrong} (player {cut.player}, after {cut.place} "
                 "actions).", counterexample=cut.actions, twin=other)  # fmt: skip
            return
    if not several:
        alone = yield from _others_exist(context, game, cuts)
        if alone is True:
            _add(context, "variety", True, "resample_history gives several worlds at some decision.")
        elif alone is None:
            _add(context, "variety", None, "Not applicable: no decision was met at which more than one world fits.")
        else:
            cut, other = alone
            _add(context, "variety", False, "resample_history always gives the same world, and there are others.",
                 counterexample=cut.actions, twin=other)  # fmt: skip
        return
    exactly = f"; at {compared} of them all worlds are known and are drawn as they should be" if compared else ""
    _add(context, "variety", True, f"resample_history gives several worlds at the decisions tried{exactly}.")


def _enumerated(game: Game, cut: Cut, nodes: int) -> Generator[None, None, dict[tuple[str, ...], float] | None]:
    try:
        return (yield from Enumeration(game, cut.history(), cut.player, nodes=nodes).worlds()) or None
    except ProgramError:
        return None
    except (Exception, SystemExit):
        return None


def _by_chance(cut: Cut, worlds: dict[tuple[str, ...], float]) -> bool:
    """Whether chance alone tells the worlds apart: then their probabilities are what the deals make them."""
    movers = [node.player for node in cut.trail.nodes[: cut.place]]
    true = cut.actions
    for world in worlds:
        if len(world) != len(true):
            return False
        if any(one != other and mover != CHANCE for one, other, mover in zip(world, true, movers, strict=True)):
            return False
    return True


def _others_exist(context: Context, game: Game, cuts: list[Cut]) -> Generator[None, None, Any]:
    """A decision where one world alone is drawn and another one fits as well; True where several are drawn; or None."""
    for number, cut in enumerate(cuts[:8]):
        drawn = [resampled(game, cut, f"{context.seed} other {number} {draw}")[0] for draw in range(DRAWS_ONLY)]
        if any(actions != drawn[0] for actions in drawn):
            return True
        sampler = Sampler(game, cut.history(), cut.player, seed=context.seed + number, nodes=SAMPLED)
        for _ in range(4):
            try:
                world = list((yield from sampler.sample()))
            except (Exception, SystemExit):
                break
            if world != drawn[0]:
                return cut, world
    return None


def _inferred(context: Context, game: Game, cuts: list[Cut], pairs: list[Pair]) -> Generator[None, None, None]:
    """Worlds for pairs that the program does not give itself."""
    for number, cut in enumerate(cuts[: PAIRS * 2]):
        if len(pairs) >= PAIRS or not context.time_left(SHARE):
            return
        try:
            sampler = Sampler(game, cut.history(), cut.player, seed=context.seed + number, nodes=SAMPLED)
            world = list((yield from sampler.sample()))
        except NoHistory:
            continue
        except (Exception, SystemExit):
            return
        if world != cut.actions:
            result = yield from fit(game, cut, world)
            if not result.complaint:
                pairs.append((cut, world, result))


def _legal_known(context: Context, cuts: list[Cut], *, perfect: bool) -> Generator[None, None, None]:
    """Legal actions follow from what the mover has seen: the same view (and past), the same list.

    With perfect information so does what an action leads to: who moves then, the rewards, what is legal.
    """
    lists: dict[Any, tuple[list[str], Cut]] = {}
    nexts: dict[Any, tuple[Any, Cut]] = {}
    pasts: dict[tuple[int, int], int] = {}
    for cut in sorted(cuts, key=lambda cut: cut.place):
        trail, player = cut.trail, cut.player
        view = trail.nodes[cut.place].views[player]
        past = 0 if perfect else pasts.get((id(trail), player), 0)
        legal = cut.legal()
        first = lists.setdefault((player, past, view), (legal, cut))
        if first[0] != legal:
            message = f"Player {player} sees the same at two decisions and has other legal actions."
            _add(context, "legal_known", False, message, counterexample=cut.actions, twin=first[1].actions)
            return
        if perfect and cut.place + 1 < len(trail.nodes):
            action, node = trail.actions[cut.place], trail.nodes[cut.place + 1]
            after = node.player, node.rewards, sorted(node.legal)
            other, twin = nexts.setdefault((player, view, action), (after, cut))
            if other != after:
                message = (f"Player {player} sees the same at two decisions, and {text_of(action, 60)} leads to other "
                           "rewards, another turn or other actions: what decides that is not shown.")  # fmt: skip
                _add(context, "legal_known", False, message, counterexample=[*cut.actions, action],
                     twin=[*twin.actions, action])  # fmt: skip
                return
        if cut.place < len(trail.actions):
            pasts[id(trail), player] = hash((past, view, trail.actions[cut.place]))
        yield
    _add(context, "legal_known", True, f"The legal actions follow from what the mover sees at {len(lists)} decisions.")


def _at_a_decision(node: Node) -> Node:
    """Goes on through chance nodes, always by the first outcome: some games show nothing before all is dealt."""
    for _ in range(60):
        if node.player != CHANCE or not node.legal:
            break
        node = node.apply(sorted(node.legal)[0])
    return node


def _own_information(context: Context, evidence: Evidence) -> Generator[None, None, None]:
    """Each player sees what chance gives to them alone.

    An outcome is private to a player who can tell it from another one that somebody else cannot tell from it.
    """
    private: dict[int, list[str]] = {}
    nobody: list[str] | None = None
    rng = random.Random(f"{context.seed} own")
    places = [(t, i) for t in evidence.trails for i, n in enumerate(t.nodes) if n.player == CHANCE and not n.faults]
    for trail, place in rng.sample(places, min(CHANCES, len(places))):
        node = trail.nodes[place]
        outcomes = list(dict.fromkeys(node.legal))
        views: list[list[str]] = []
        for outcome in rng.sample(outcomes, min(OUTCOMES, len(outcomes))):
            try:
                child = _at_a_decision(node.apply(outcome))
            except CallError:
                continue
            if not child.faults and len(child.views) == evidence.players:
                views.append(child.views)
            yield
        for player in range(evidence.players):
            if any(
                one[player] != other[player] and any(a == b for a, b in zip(one, other, strict=True))
                for one in views for other in views
            ):  # fmt: skip
                private[player] = trail.actions[:place]
        if any(one == other for number, one in enumerate(views) for other in views[:number]):
            nobody = nobody or trail.actions[:place]
        if len(private) == evidence.players:
            break
    blind = [player for player in range(evidence.players) if player not in private]
    if not private:
        _add(context, "own_information", None, "Not applicable: chance gives nothing to one player alone.")
    elif blind and nobody is not None:
        message = f"Chance gives something that nobody sees, and player {blind[0]} has nothing of their own."
        _add(context, "own_information", False, message, counterexample=nobody)
    else:
        _add(context, "own_information", True, "Players see what chance gives to them alone.")
