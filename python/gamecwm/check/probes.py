"""Probes: each looks at the end of a trail and says what is wrong there, so that a failure can be shown and shrunk."""

from __future__ import annotations

import json
import math
import random

from ..contract import CHANCE, OVER, Game, ProgramError
from ..guard import CallError, call, load
from ..playout import Node, Trail
from ..shrink import Hit
from ..values import clone, fingerprint, json_size, text_of

#: Longest action string that a page accepts.
ACTION_LENGTH = 300
#: Most legal actions at one state.
ACTIONS = 20_000
#: Largest state, in characters of JSON.
STATE_SIZE = 100_000
#: Most players.
PLAYERS = 64
#: A string that is no game's action.
GARBAGE = "no such action \u2603"
#: Most chance outcomes that are tried at one node, and foreign actions that are offered to it.
OUTCOMES = 60
FOREIGN = 12


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
    for action in node.legal:
        if not action or len(action) > ACTION_LENGTH:
            return Hit(f"An action has {len(action)} characters; it must have 1 to {ACTION_LENGTH}.")
    if node.player != CHANCE and len(set(node.legal)) != len(node.legal):
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
    try:
        size = json_size(node.observations)
    except ValueError as error:
        return Hit(f"An observation is not JSON: {error}.")
    if size > STATE_SIZE * len(node.observations):
        return Hit(f"The observations take {size} characters, more than {STATE_SIZE} each.")
    return None


def state_json(trail: Trail) -> Hit | None:
    node = trail.last
    if node is None or trail.fault or not isinstance(node.state, dict):
        return None
    try:
        size = json_size(node.state)
    except ValueError as error:
        return Hit(f"The state is not JSON: {error}.")
    if size > STATE_SIZE:
        return Hit(f"The state takes {size} characters, more than {STATE_SIZE}.")
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


class Twin:
    """Determinism: each function answers the same twice, and a second load of the program answers as the first."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.other: Game | None = None
        self.trouble: Hit | None = None
        try:
            self.other = load(game.source)
        except ProgramError as error:
            self.trouble = Hit(f"The program could not be loaded a second time: {error}.")

    def __call__(self, trail: Trail) -> Hit | None:
        if self.trouble:
            return self.trouble
        node = _end(trail)
        if node is None or self.other is None:
            return None
        if len(trail.nodes) == 1 and (hit := self._initial(node)):
            return hit
        for game, which in ((self.game, "when called again"), (self.other, "in a second load of the program")):
            for name in ("get_current_player", "get_legal_actions", "get_rewards", "get_observations"):
                kept = fingerprint(_kept(node, name))
                if self._again(game, name, node) != kept:
                    return Hit(f"{name} gives another answer {which}.")
            for action in dict.fromkeys((*node.legal[:2], *node.legal[-1:])):
                first, second = (self._applied(game, node, action) for game in (self.game, game))
                if first != second:
                    return Hit(f"apply_action with {text_of(action)} gives another state {which}.")
        return None

    def _initial(self, node: Node) -> Hit | None:
        assert self.other is not None
        for game, which in ((self.game, "when called again"), (self.other, "in a second load of the program")):
            for _ in range(3):
                if self._answer(game, "get_initial_state") != node.mark:
                    return Hit(f"get_initial_state gives another state {which}; what is random must be a chance node.")
        return None

    def _again(self, game: Game, name: str, node: Node) -> str:
        return self._answer(game, name, clone(node.state))

    def _applied(self, game: Game, node: Node, action: str) -> str:
        return self._answer(game, "apply_action", clone(node.state), action)

    def _answer(self, game: Game, name: str, *arguments: object) -> str:
        try:
            value = call(name, getattr(game, name), *arguments)
        except CallError as error:
            return json.dumps({"fault": error.fault.message})
        return fingerprint(value)


def _kept(node: Node, name: str) -> object:
    return {
        "get_current_player": node.player,
        "get_legal_actions": node.legal,
        "get_rewards": node.rewards,
        "get_observations": node.observations,
    }[name]


class Refusal:
    """Illegal actions raise: those legal elsewhere in the game, and garbage."""

    def __init__(self, pool: list[str], seed: int) -> None:
        self.pool = pool
        self.seed = seed

    def __call__(self, trail: Trail) -> Hit | None:
        node = _end(trail)
        if node is None:
            return None
        legal = set(node.legal)
        foreign = [action for action in self.pool if action not in legal]
        chosen = random.Random(f"{self.seed} {node.mark}").sample(foreign, min(FOREIGN, len(foreign)))
        for action in [*chosen, GARBAGE]:
            try:
                call("apply_action", node.game.apply_action, clone(node.state), action)
            except CallError as error:
                if error.fault.kind != "slow":
                    continue
                return Hit(error.fault.message + ".", error.fault.lines)
            what = "a made-up action" if action == GARBAGE else f"{text_of(action)}, which is not legal here"
            return Hit(f"apply_action accepts {what}; it must raise an error.")
        return None


def chance_outcomes(trail: Trail) -> Hit | None:
    """Every outcome of a chance node leads somewhere."""
    node = _end(trail)
    if node is None or node.player != CHANCE:
        return None
    for action in list(dict.fromkeys(node.legal))[:OUTCOMES]:
        try:
            child = node.apply(action)
        except CallError as error:
            return Hit(f"The chance outcome {text_of(action)} fails: {error.fault.message}.", error.fault.lines)
        if child.faults:
            return Hit(f"The chance outcome {text_of(action)} fails: {child.faults[0].message}.", child.faults[0].lines)
    return None
