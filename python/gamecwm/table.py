"""A table: one loaded game, the positions of matches on it, and what each seat may see of them."""

from __future__ import annotations

import random
from typing import Any

from .check.probes import legal_actions, player_ids, rewards
from .contract import CHANCE, OVER, Game, ProgramError
from .guard import CallError, call
from .own_random import OwnRandom, seed_place
from .playout import Node, Trail, extend, play, start
from .values import fingerprint, text_of, to_json

#: Other actions that are tried to see whether the one taken is public.
ALTERNATIVES = 40
#: Longest match that is replayed.
LONGEST = 5000
#: Playouts, and steps of each, that are looked at to tell perfect from imperfect information.
LOOKS, LOOK_STEPS = 4, 60
HIDDEN = "?"


class Table:
    """Replays action lists from a cached prefix, and masks what a seat may not know."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self._trail: Trail | None = None
        #: One entry an action of the cached trail: seat -> whether it is visible to that seat.
        self._visible: list[dict[int, bool]] = []
        self._random = OwnRandom("table")
        with self._random:
            first = _started(game).last
            self.players = len(first.rewards) if first else 0
            self.names = self._read_names()
            self.is_imperfect = self._hides()

    def _read_names(self) -> list[str]:
        names: list[str] = []
        for player in range(min(self.players, 64)):
            try:
                name = call("get_player_name", self.game.get_player_name, player)
            except CallError:
                name = None
            names.append(name[:100] if isinstance(name, str) and name else f"Player {player + 1}")
        return names

    def _hides(self) -> bool:
        """Whether information is imperfect.

        It is when the program has a `resample_history`, or when at some state of a few seeded playouts the
        observations of two players differ in more than a key that says whose observation it is (its value is the
        player's own number or name in each of them).
        """
        if self.game.resample_history is not None:
            return True
        for index in range(LOOKS):
            for node in play(self.game, f"information {index}", LOOK_STEPS).trail.nodes:
                seen = [fingerprint(self._without_viewer(node, player)) for player in range(len(node.observations))]
                if len(set(seen)) > 1:
                    return True
        return False

    def _without_viewer(self, node: Node, player: int) -> dict[str, Any]:
        every = node.observations
        viewer = [
            key
            for key in every[player]
            if all(other.get(key) == index for index, other in enumerate(every))
            or (len(every) == len(self.names)
                and all(other.get(key) == name for other, name in zip(every, self.names, strict=True)))
        ]  # fmt: skip
        return {key: value for key, value in every[player].items() if key not in viewer}

    def replay(self, actions: list[str]) -> Trail:
        """The trail of these actions. Raises ProgramError when one is not legal, or the program fails."""
        with self._random:
            return self._replay(actions)

    def _replay(self, actions: list[str]) -> Trail:
        if not isinstance(actions, list) or len(actions) > LONGEST:
            raise ProgramError(f"a match may have at most {LONGEST} actions")
        kept = self._trail.actions if self._trail else []
        common = 0
        while common < min(len(kept), len(actions)) and kept[common] == actions[common]:
            common += 1
        trail = Trail(self._trail.nodes[: common + 1], kept[:common]) if self._trail else _started(self.game)
        del self._visible[common:]
        self._trail = None
        _sound(trail)
        for action in actions[common:]:
            node = trail.nodes[-1]
            if action not in node.legal:
                raise ProgramError(f"{text_of(action)} is not a legal action after {len(trail.actions)} actions")
            seed_place(len(trail.nodes))
            extend(trail, action)
            _sound(trail)
            self._visible.append({})
        self._trail = trail
        return trail

    def position(self, actions: list[str], seat: int | None) -> dict[str, Any]:
        """What `seat` sees after `actions` (positionSchema); seat None sees the whole state.

        With imperfect information a seat sees its own actions, and those that it can tell from every other action
        that was legal there; the rest are "?". Rewards before the end are then left out, for they may tell.
        """
        trail = self.replay(actions)
        node = trail.nodes[-1]
        player = node.player if node.player is not None else OVER
        if seat is not None and not 0 <= seat < self.players:
            raise ProgramError(f"there is no seat {seat}: the seats are 0 to {self.players - 1}")
        masked = self.is_imperfect and seat is not None
        with self._random:
            shown = trail.actions if not masked or seat is None else self._masked(trail, seat)
        view = node.state if seat is None else _observation(node, seat)
        return {
            "actions": list(shown),
            "player": player,
            "names": self.names,
            "legal": [] if masked and player != seat else list(node.legal),
            "rewards": [] if masked and player != OVER else node.rewards,
            "view": to_json(view),
        }

    def _masked(self, trail: Trail, seat: int) -> list[str]:
        shown: list[str] = []
        for index, action in enumerate(trail.actions):
            known = self._visible[index]
            if seat not in known:
                known[seat] = trail.nodes[index].player == seat or self._is_public(trail, index, seat)
            shown.append(action if known[seat] else HIDDEN)
        return shown

    def _is_public(self, trail: Trail, index: int, seat: int) -> bool:
        """Whether every other legal action would have led to a different observation of the seat."""
        node, taken = trail.nodes[index], trail.actions[index]
        seen = fingerprint(_observation(trail.nodes[index + 1], seat))
        others = [action for action in dict.fromkeys(node.legal) if action != taken]
        if len(others) > ALTERNATIVES:
            others = random.Random(f"{index} {taken}").sample(others, ALTERNATIVES)
        for other in others:
            try:
                child = node.apply(other)
            except CallError:
                continue
            if seat < len(child.observations) and fingerprint(_observation(child, seat)) == seen:
                return False
        return True

    def advance(self, actions: list[str], seed: int) -> list[str]:
        """The actions with chance outcomes appended until a player is to move or the game is over.

        Each outcome is drawn from the seed and the length of the list, uniformly over the legal list.
        """
        trail = self.replay(actions)
        answer = list(actions)
        while trail.nodes[-1].player == CHANCE:
            if len(answer) >= LONGEST:
                raise ProgramError(f"chance does not come to an end within {LONGEST} actions")
            outcome = random.Random(f"{seed} chance {len(answer)}").choice(trail.nodes[-1].legal)
            answer.append(outcome)
            trail = self.replay(answer)
        return answer


def _started(game: Game) -> Trail:
    seed_place(0)
    return start(game)


def _sound(trail: Trail) -> None:
    """Raises CallError or ProgramError when the trail's end is not a position."""
    fault = trail.fault or (trail.nodes[-1].faults[0] if trail.nodes[-1].faults else None)
    if fault:
        raise CallError(fault)
    node = trail.nodes[-1]
    if not node.legal and node.player != OVER:
        raise ProgramError("the program is stuck: there is no legal action, but the game is not over")
    hit = player_ids(trail) or legal_actions(trail) or rewards(trail)
    if hit:
        raise ProgramError(hit.message)


def _observation(node: Node, seat: int) -> dict[str, Any]:
    if seat >= len(node.observations):
        raise ProgramError(f"the program has no observation for player {seat}")
    return node.observations[seat]
