"""Tier 5, play: do decisions matter, does looking ahead beat random play, is the game open at the start; measures.

Looking ahead is flat Monte-Carlo search at one decision near the end of a random game, with a few short playouts an
action; there they tell something. With hidden information the playouts start from worlds that
`resample_history` gives. The same position is also played at random by all, with the same luck: a sequential test of
the signs of the differences (Wald's probability ratio) stops as soon as enough is known.
"""

from __future__ import annotations

import random
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from math import log
from typing import Any

from ..contract import Game
from ..guard import CallError, call
from ..playout import Trail
from ..values import clone
from .context import Context
from .evidence import Evidence
from .worlds import Cut, cuts_of, resampled

NAME = "play"
CHECKS: dict[str, float] = {"decisions_matter": 0.4, "search_edge": 0.3, "open_at_start": 0.3}
#: Calls of apply_action that each of the two questions may cost: a part of those that the playouts cost, within bounds.
MATTER_PART, MATTER_STEPS = 1.0, (1200, 3000)
SEARCH_PART, SEARCH_STEPS = 0.5, (2400, 3000)
#: Decisions tried before it is said that none matters, actions at each, and lucks.
MATTER_NODES, MATTER_ACTIONS, LUCKS = 24, 4, 3
#: Which decision before the end is searched, pairs of games, playouts an action, and actions looked at.
BACK, PAIRS, PLAYOUTS, WIDEST = 3, 80, 2, 6
#: Longest game from there, and longest playout of the search, which then counts the rewards as they stand.
LONGEST, HORIZON = 400, 8
#: Wald's test: the share of pairs that search wins if it has an edge, and the two errors.
EDGE, FALSE_EDGE, MISSED = 0.7, 0.01, 0.05
#: Games that must have ended before the start is judged.
OPEN_GAMES = 30
#: Share of the time budget after which this tier stops.
SHARE = 0.95

Rewards = list[float]
#: The reward vectors that a game goes through, without repeats.
Course = tuple[tuple[float, ...], ...]


class _Spent(Exception):
    """The budget of steps is used up."""


@dataclass
class Purse:
    """Steps that are left."""

    steps: int

    def pay(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise _Spent


def work(context: Context) -> Generator[None, None, None]:
    """Adds this tier's findings; yields often."""
    game, evidence = context.game, context.evidence
    if game is None or context.damage or evidence is None or not evidence.ended:
        for check, weight in CHECKS.items():
            context.add(NAME, check, weight, False, "Not run: no game came to an end.")
        return
    context.phase = "playing better than at random"
    yield from _matter(context, game, evidence)
    winners = yield from _search(context, game, evidence)
    _open(context, evidence, winners)


def measures(context: Context) -> dict[str, Any] | None:
    """`{branching, length_mean, length_longest, first_player_edge, search_edge}`; None when no game ended.

    Edges are mean differences of rewards over the range of rewards that was met (-1 to 1), None where unknown.
    """
    evidence = context.evidence
    if evidence is None or not evidence.lengths.actions:
        return None
    lengths = evidence.lengths
    edges = [own - others for own, others in evidence.openings]
    return {
        "branching": lengths.legal / max(1, lengths.nodes),
        "length_mean": sum(lengths.actions) / len(lengths.actions),
        "length_longest": max(lengths.actions),
        "first_player_edge": _bounded(sum(edges) / len(edges) / _range(evidence)) if edges else None,
        "search_edge": context.search_edge,
    }


def _purse(evidence: Evidence, part: float, bounds: tuple[int, int]) -> Purse:
    return Purse(max(bounds[0], min(bounds[1], int(part * evidence.nodes))))


def _bounded(value: float) -> float:
    return max(-1.0, min(1.0, value))


def _range(evidence: Evidence) -> float:
    rewards = [reward for vector in evidence.finals for reward in vector]
    return (max(rewards) - min(rewards)) or 1.0


def _choices(trail: Trail) -> list[Cut]:
    return [cut for cut in cuts_of([trail]) if trail.nodes[cut.place].different > 1]


def _deciding(evidence: Evidence) -> list[Cut]:
    """Decisions with a choice: the last one of each game, the first one, and one between."""
    found: list[list[Cut]] = [[], [], []]
    for trail in evidence.trails:
        own = _choices(trail)
        if own:
            for places, place in zip(found, (len(own) - 1, 0, len(own) // 2), strict=True):
                places.append(own[place])
    return [cut for places in found for cut in places]


def _matter(context: Context, game: Game, evidence: Evidence) -> Generator[None, None, None]:
    """Whether two actions at one decision ever lead to different rewards with the same luck."""
    weight, purse, tried = CHECKS["decisions_matter"], _purse(evidence, MATTER_PART, MATTER_STEPS), 0
    cuts = _deciding(evidence)
    try:
        for cut in cuts[:MATTER_NODES]:
            node = cut.trail.nodes[cut.place]
            for luck in range(LUCKS):
                found: set[Course] = set()
                for action in list(dict.fromkeys(node.legal))[:MATTER_ACTIONS]:
                    course = _course(game, clone(node.state), random.Random(f"{context.seed} {luck}"), purse, action)
                    yield
                    if course is not None:
                        found.add(course)
                if len(found) > 1:
                    message = "What players choose changes the rewards."
                    context.add(NAME, "decisions_matter", weight, True, message)
                    return
            tried += 1
            if not context.time_left(SHARE):
                break
    except _Spent:
        pass
    except (CallError, TypeError, IndexError) as error:
        context.add(NAME, "decisions_matter", weight, False, f"Not run: {error}.")
        return
    if tried >= min(MATTER_NODES, len(cuts)) and tried:
        message = f"At none of {tried} decisions did another action lead to other rewards."
        context.add(NAME, "decisions_matter", weight, False, message, counterexample=cuts[0].actions)
    elif not cuts:
        context.add(NAME, "decisions_matter", weight, False, "Not run: nobody ever has two legal actions.")
    else:
        message = f"Not applicable: the budget ended after {tried} decisions, none of which mattered."
        context.add(NAME, "decisions_matter", weight, None, message)


def _search(context: Context, game: Game, evidence: Evidence) -> Generator[None, None, list[Rewards]]:
    """Pairs of games from one position, one with a player who looks ahead; gives the rewards of those games."""
    weight, results = CHECKS["search_edge"], []
    if context.failed("consistency"):
        context.add(NAME, "search_edge", weight, False, "Not run: resample_history gives no worlds to search in.")
        return results
    rng = random.Random(f"{context.seed} search")
    purse, ratio, against, differences = _purse(evidence, SEARCH_PART, SEARCH_STEPS), 0.0, 0.0, []
    cuts = [own for trail in evidence.trails if (own := _choices(trail))]
    up, down = log(EDGE / 0.5), log((1 - EDGE) / 0.5)
    accept, refuse = log((1 - MISSED) / FALSE_EDGE), log(MISSED / (1 - FALSE_EDGE))
    try:
        for number in range(PAIRS if cuts else 0):
            if ratio >= accept or against >= accept or (ratio <= refuse and against <= refuse):
                break
            if not context.time_left(SHARE):
                break
            own = cuts[number % len(cuts)]
            cut = own[-min(len(own), rng.randint(1, BACK))]
            luck = f"{context.seed} pair {number}"
            better = yield from _ahead(game, cut, luck, purse)
            plain = _played(game, clone(cut.trail.nodes[cut.place].state), _lots(luck), purse)
            if better is None or plain is None:
                continue
            results.append(better)
            difference = better[cut.player] - plain[cut.player]
            differences.append(difference)
            if difference:
                ratio += up if difference > 0 else down
                against += up if difference < 0 else down
    except _Spent:
        pass
    except (CallError, TypeError, IndexError) as error:
        context.add(NAME, "search_edge", weight, False, f"Not run: {error}.")
        return results
    pairs = len(differences)
    if differences:
        context.search_edge = _bounded(sum(differences) / pairs / _range(evidence))
    if ratio >= accept:
        context.add(NAME, "search_edge", weight, True, f"Looking ahead beats random play ({pairs} pairs of games).")
    elif against >= accept:
        context.add(NAME, "search_edge", weight, False, f"Looking ahead loses to random play ({pairs} pairs of games).")
    else:
        message = (
            f"Not applicable: in {pairs} pairs of games, all that the budget allows, looking ahead showed no edge."
        )
        context.add(NAME, "search_edge", weight, None, message)
    return results


def _ahead(game: Game, cut: Cut, luck: str, purse: Purse) -> Generator[None, None, Rewards | None]:
    """The rewards of a game from a cut where its player looks ahead once; all else is chosen at random."""
    trail = Trail(cut.trail.nodes[: cut.place + 1], cut.actions)
    action = yield from _best(game, trail, cut.player, luck, purse)
    lots = _lots(luck)
    next(lots)
    return _played(game, clone(trail.nodes[-1].state), lots, purse, action)


def _lots(luck: str) -> Iterator[float]:
    """Numbers from 0 to 1 without end."""
    rng = random.Random(luck)
    while True:
        yield rng.random()


def _best(game: Game, trail: Trail, player: int, luck: str, purse: Purse) -> Generator[None, None, str]:
    """The action with the best mean over a few random playouts, each from a world of its own."""
    node, rng = trail.nodes[-1], random.Random(f"{luck} choice")
    actions = list(dict.fromkeys(node.legal))
    actions = rng.sample(actions, min(WIDEST, len(actions)))
    totals = dict.fromkeys(actions, 0.0)
    for number in range(PLAYOUTS):
        state = _world(game, Cut(trail, len(trail.actions), player), f"{luck} {number}", purse)
        fate = [rng.random() for _ in range(HORIZON)]
        for action in actions:
            rewards = _played(game, clone(state), iter(fate), purse, action, HORIZON)
            yield
            if rewards is not None:
                totals[action] += rewards[player]
    return max(actions, key=lambda action: totals[action])


def _world(game: Game, cut: Cut, seed: str, purse: Purse) -> Any:
    """A state that the player cannot tell from the true one: the true one itself where nothing is hidden."""
    if game.resample_history is None:
        return cut.trail.nodes[cut.place].state
    actions, _ = resampled(game, cut, seed)
    state = call("get_initial_state", game.get_initial_state)
    for action in actions or ():
        purse.pay()
        state = call("apply_action", game.apply_action, state, action)
    return state


def _played(
    game: Game, state: Any, luck: Iterator[float], purse: Purse, action: str | None = None, horizon: int = 0
) -> Rewards | None:
    """The rewards after play by luck (numbers from 0 to 1) from a state, with this action first.

    None for a game that goes on too long, unless a horizon is given: then the rewards as they stand there.
    """
    for _ in range(horizon or LONGEST):
        if action is None:
            legal = call("get_legal_actions", game.get_legal_actions, state)
            if not legal:
                return list(call("get_rewards", game.get_rewards, state))
            action = legal[int(next(luck) * len(legal))]
        purse.pay()
        state = call("apply_action", game.apply_action, state, action)
        action = None
    return list(call("get_rewards", game.get_rewards, state)) if horizon else None


def _course(game: Game, state: Any, rng: random.Random, purse: Purse, action: str) -> Course | None:
    """How the rewards run after an action and random play; None for a game that goes on too long."""
    course = [tuple(call("get_rewards", game.get_rewards, state))]
    for _ in range(LONGEST):
        purse.pay()
        state = call("apply_action", game.apply_action, state, action)
        rewards = tuple(call("get_rewards", game.get_rewards, state))
        if rewards != course[-1]:
            course.append(rewards)
        legal = call("get_legal_actions", game.get_legal_actions, state)
        if not legal:
            return tuple(course)
        action = legal[int(rng.random() * len(legal))]
    return None


def _open(context: Context, evidence: Evidence, searched: list[Rewards]) -> None:
    """Whether more than one player can win."""
    weight = CHECKS["open_at_start"]
    vectors = [*evidence.finals, *map(tuple, searched)]
    if evidence.ended < OPEN_GAMES:
        context.add(NAME, "open_at_start", weight, None, f"Not applicable: only {evidence.ended} games ended.")
    elif all(len(set(vector)) == 1 for vector in vectors):
        context.add(NAME, "open_at_start", weight, None, "Not applicable: all players always get the same.")
    else:
        winners = {_winner(vector) for vector in vectors}
        if len(winners) == 1 and None not in winners:
            message = f"Player {winners.pop()} won every game, whoever looked ahead: it is decided at the start."
            context.add(NAME, "open_at_start", weight, False, message, counterexample=evidence.shortest_game)
        else:
            context.add(NAME, "open_at_start", weight, True, "The game can end in more than one way for the players.")


def _winner(rewards: tuple[float, ...]) -> int | None:
    best = max(rewards)
    return rewards.index(best) if rewards.count(best) == 1 else None
