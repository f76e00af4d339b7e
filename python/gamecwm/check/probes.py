"""Probes: each looks at the end of a trail and says what is wrong there, so that a failure can be shown and shrunk."""

from __future__ import annotations

import math
from contextlib import suppress

from ..contract import CHANCE, OVER
from ..playout import Node, Trail
from ..shrink import Hit
from ..values import text_of

#: Longest action string that a page accepts.
ACTION_LENGTH = 300
#: Most legal actions at one state.
ACTIONS = 20_000
#: Largest state, in characters of JSON.
STATE_SIZE = 100_000
#: Most players.
PLAYERS = 64


def crash(trail: Trail) -> Hit | None:
    """A function raised, tried to exit, or took too long."""
    return _fault(trail, ("raised", "slow"))


def malformed(trail: Trail) -> Hit | None:
    """A function returned a value of the wrong type."""
    return _fault(trail, ("malformed",))


def _fault(trail: Trail, kinds: tuple[str, ...]) -> Hit | None:
    faults = [trail.fault] if trail.fault else list(trail.last.faults) if trail.last else []
    for fault in faults:
        if fault.kind in kinds:
            return Hit(fault.message + ".", fault.lines)
    return None


def _end(trail: Trail) -> Node | None:
    """The last node, where the program has answered everything with the right types."""
    node = trail.last
    return None if trail.fault or node is None or node.faults else node


def unremarkable(trail: Trail) -> bool:
    """Whether none of the probes below finds anything at the end of a trail, but for those that read JSON.

    One look in place of many: nearly every node is like this.
    """
    node = _end(trail)
    if node is None or node.mutators or node.arrived_impurely or node.player is None:
        return False
    legal, players = node.legal, len(node.rewards)
    if (node.player == OVER) == bool(legal) or not (CHANCE <= node.player < players or node.player == OVER):
        return False
    if not 1 <= players <= PLAYERS or players != len(trail.nodes[0].rewards) or players != len(node.observations):
        return False
    if len(legal) > ACTIONS or (node.different != len(legal) and node.player != CHANCE):
        return False
    if legal and not (min(legal) and len(max(legal, key=len)) <= ACTION_LENGTH):
        return False
    try:
        finite = all(map(math.isfinite, node.rewards))
    except OverflowError:
        return False
    return finite and not (len(trail.nodes) > 1 and _same_state(node, trail.nodes[-2]))


def stuck(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node and not node.legal and node.player != OVER:
        return Hit(f"There is no legal action, but the game is not over: the player to move is {node.player}.")
    return None


def terminal(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node and node.player == OVER and node.legal:
        return Hit(f"The game is over, but there are still legal actions, such as {text_of(node.legal[0])}.")
    return None


def player_ids(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node and node.player not in (CHANCE, OVER, *range(len(node.rewards))):
        return Hit(f"The player to move is {node.player}, but there are {len(node.rewards)} players.")
    return None


def legal_actions(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node is None:
        return None
    if len(node.legal) > ACTIONS:
        return Hit(f"There are {len(node.legal)} legal actions, more than {ACTIONS}.")
    for action in (min(node.legal, key=len), max(node.legal, key=len)) if node.legal else ():
        if not action or len(action) > ACTION_LENGTH:
            return Hit(f"An action has {len(action)} characters; it must have 1 to {ACTION_LENGTH}.")
    if node.player != CHANCE and node.different != len(node.legal):
        twice = next(action for action in node.legal if node.legal.count(action) > 1)
        return Hit(f"The action {text_of(twice)} is listed twice.")
    return None


def rewards(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node is None:
        return None
    players = len(trail.nodes[0].rewards)
    if not 1 <= len(node.rewards) <= PLAYERS:
        return Hit(f"There are {len(node.rewards)} rewards; there must be one a player, 1 to {PLAYERS}.")
    if len(node.rewards) != players:
        return Hit(f"There are {len(node.rewards)} rewards here and {players} at the start.")
    for reward in node.rewards:
        try:
            finite = math.isfinite(reward)
        except OverflowError:
            finite = False
        if not finite:
            return Hit(f"A reward is {text_of(reward)}, not a finite number.")
    return None


def observations(trail: Trail) -> Hit | None:
    node = _end(trail)
    if node is None:
        return None
    if len(node.observations) != len(node.rewards):
        return Hit(f"There are {len(node.observations)} observations for {len(node.rewards)} players.")
    longest = max(map(len, node.views))
    if node.view_error:
        return Hit(f"An observation is not JSON: {node.view_error}.")
    if longest > STATE_SIZE:
        return Hit(f"An observation takes {longest} characters, more than {STATE_SIZE}.")
    return None


def state_json(trail: Trail) -> Hit | None:
    node = trail.last
    if node is None or trail.fault or not isinstance(node.state, dict):
        return None
    if node.json_error:
        return Hit(f"The state is not JSON: {node.json_error}.")
    if len(node.mark) > STATE_SIZE:
        return Hit(f"The state takes {len(node.mark)} characters, more than {STATE_SIZE}.")
    return None


def purity(trail: Trail) -> Hit | None:
    node = trail.last
    if node is None or trail.fault:
        return None
    if node.arrived_impurely:
        return Hit("apply_action changed the state that it was given; it must return a new one.")
    if node.mutators:
        return Hit(f"{node.mutators[0]} changed the state that it was given; it may only look at it.")
    return None


def _same_state(node: Node, other: Node) -> bool:
    # Other bytes may still be the same state, and equal values need not be the same JSON (1 and true).
    if node.packed is not None and node.packed == other.packed:
        return True
    with suppress(RecursionError):
        if node.packed is not None and other.packed is not None and node.state != other.state:
            return False
    return node.mark == other.mark


def effect(trail: Trail) -> Hit | None:
    """The last action left the very state that it was played in."""
    node = _end(trail)
    if node and len(trail.nodes) > 1 and _same_state(node, trail.nodes[-2]):
        return Hit(f"The action {text_of(trail.actions[-1])} changes nothing, not even who is to move.")
    return None


def earlier_states(trail: Trail) -> Hit | None:
    """A state of the trail is no longer what it was when it arrived: a later call changed a part that it shares."""
    for place, node in enumerate(trail.nodes):
        if node.changed(node.state):
            return Hit(f"The state after {place} actions was changed by a later call: the program keeps a part of it.")
    return None


def repeats(trail: Trail) -> Hit | None:
    """The position has been there before: how a game may go on for ever."""
    node = trail.last
    if node is None or trail.fault:
        return None
    for earlier, other in enumerate(trail.nodes[:-1]):
        if other.mark == node.mark:
            return Hit(f"the state after {len(trail.actions)} actions is the state after {earlier}")
    return None


def over(trail: Trail) -> Hit | None:
    """A proper end."""
    node = _end(trail)
    if node and node.player == OVER and not node.legal:
        return Hit(f"the game is over with rewards {text_of(node.rewards)}")
    return None
