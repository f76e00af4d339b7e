"""Lock-step comparison of two programs: are they the same game?

Both are played with the same actions; at each step the player to move, the legal actions, the rewards and the end must
agree. How a program lays out its states and observations is its own affair and is not compared.

Three ways to a difference, in this order: random playouts; breadth first from the start, which finds what is rare but
near; playouts that prefer positions unlike those met before (novelty search, Lehman and Stanley 2011), which find what
is far and rare. What the first or the last finds is made as short as can be.
"""

from __future__ import annotations

import json
import random
from collections import Counter, deque
from collections.abc import Callable, Generator
from math import gcd, inf
from time import perf_counter
from typing import Any

from gamecwm.contract import CHANCE, OVER, Action, Game, ProgramError, State, program_line
from gamecwm.own_random import OwnRandom

#: Positions that the search for the shortest difference looks at.
SEARCH_NODES = 3000
#: Actions that are played in both programs to make a difference shorter where that search does not reach.
SHRINK_STEPS = 30_000
#: Nodes that the breadth-first search for any difference, and the novelty search, look at.
EXPLORED = 2000
#: Actions that the novelty search chooses among at each step.
CHOICES = 6
#: Longest list of actions named in a message.
_NAMED = 12

#: The states of both programs after the same actions.
Pair = tuple[State, State]
Task = Generator[None, None, Any]


class Comparison:
    """Random lock-step playouts, half of them driven by the first program's legal actions, half by the second's.

    A job in steps: `run(milliseconds)` until it returns True; then `result()` is
    {equal, games, difference {actions, message} | None}, with the shortest action list found that shows the first
    difference. A program that raises differs from anything. Same seed, same result.

    games: playouts; steps: most actions of each; nodes: positions that each of the two searches looks at where the
    playouts met no difference.
    """

    def __init__(self, first: Game, second: Game, *, games: int, steps: int, seed: int, nodes: int = EXPLORED) -> None:
        self.finished = False
        self._programs = (first, second)
        self._games = games
        self._steps = steps
        self._nodes = nodes
        self._rng = random.Random(f"{seed} compare")
        self._random = OwnRandom(f"{seed} program")
        self._done = 0
        self._phase = "playing both programs side by side"
        self._difference: tuple[list[Action], str] | None = None
        self._steps_left = 0
        self._job = self._work()

    def run(self, milliseconds: float) -> bool:
        """Works for about `milliseconds`, one action of both programs at a time; True when finished."""
        with self._random:
            deadline = perf_counter() + milliseconds / 1000
            while not self.finished:
                if next(self._job, self) is self:
                    self.finished = True
                if perf_counter() >= deadline:
                    break
        return self.finished

    def progress(self) -> dict[str, Any]:
        """{done, total, phase}, in games."""
        return {"done": self._done, "total": self._games, "phase": self._phase}

    def result(self) -> dict[str, Any]:
        """{equal, games, difference}: `games` are those played to the end; equal only says that none was met."""
        difference = None
        if self._difference is not None:
            actions, message = self._difference
            difference = {"actions": actions, "message": f"{_after(actions)}: {message}"[:2000]}
        return {"equal": self.finished and difference is None, "games": self._done, "difference": difference}

    def _work(self) -> Task:
        for number in range(self._games):
            found = yield from self._playout(driver=number % 2)
            if found is not None:
                yield from self._shorten(found)
                return
            self._done += 1
        self._phase = "looking for rare differences"
        complete = yield from self._search(self._nodes)
        if complete or self._difference is not None:
            return
        found = yield from self._unlike()
        if found is not None:
            yield from self._shorten(found)

    def _shorten(self, found: tuple[list[Action], str]) -> Task:
        self._difference = found
        self._phase = "looking for the shortest difference"
        shortest = yield from self._search(SEARCH_NODES)
        if not shortest:
            yield from self._shrink()

    def _unlike(self) -> Task:
        """Playouts towards positions that look unlike those met so far; the first difference, or None."""
        met: Counter[Any] = Counter()
        nodes = 0
        while nodes < self._nodes:
            actions: list[Action] = []
            pair, message = self._start()
            for _ in range(self._steps):
                legal: list[Action] = []
                if message is None:
                    message, legal = self._look(pair, nodes & 1)
                if message is not None:
                    return actions, message
                if not legal:
                    break
                choices = list(dict.fromkeys(legal))
                best = None
                for action in self._rng.sample(choices, min(CHOICES, len(choices))):
                    following, failed = self._apply(pair, action)
                    nodes += 1
                    yield
                    look = None if failed else self._looks(following)
                    if best is None or met[look] < best[0]:
                        best = met[look], action, following, failed, look
                assert best is not None
                _, action, pair, message, look = best
                met[look] += 1
                actions.append(action)
            if message is not None:
                return actions, message
            nodes += 1
        return None

    def _looks(self, pair: Pair) -> Any:
        """What a position of the first program looks like from afar."""
        views, message = self._both(_view, pair)
        if message is not None:
            return None
        player, rewards, legal = views[0]
        return player, tuple(rewards), len(legal), legal[0].split(" ")[0][:3] if legal else ""

    def _playout(self, driver: int) -> Task:
        """One game; the first difference as (actions, message), or None."""
        actions: list[Action] = []
        pair, message = self._start()
        for _ in range(self._steps):
            legal: list[Action] = []
            if message is None:
                message, legal = self._look(pair, driver)
            if message is not None:
                return actions, message
            if not legal:
                return None
            actions.append(legal[int(self._rng.random() * len(legal))])
            pair, message = self._apply(pair, actions[-1])
            yield
        return None if message is None else (actions, message)

    def _start(self) -> tuple[Pair, str | None]:
        return self._both(lambda game, _: game.get_initial_state(), ({}, {}))

    def _apply(self, pair: Pair, action: Action) -> tuple[Pair, str | None]:
        return self._both(lambda game, state: game.apply_action(state, action), pair)

    def _both(self, function: Callable[[Game, State], Any], pair: Pair) -> tuple[Any, str | None]:
        """The results of a function of both programs, and what to say if one of them raised."""
        results: list[Any] = []
        failures: list[str] = []
        for game, name, state in zip(self._programs, ("first", "second"), pair, strict=True):
            try:
                results.append(function(game, state))
            except (Exception, SystemExit, GeneratorExit) as error:
                results.append(None)
                failures.append(f"the {name} program {_failure(error)}")
        return tuple(results), "; ".join(failures) or None

    def _look(self, pair: Pair, driver: int = 0) -> tuple[str | None, list[Action]]:
        """What differs here in plain words, or None, and the driver's legal actions."""
        (views, message) = self._both(_view, pair)
        if message is not None:
            return message, []
        (player, rewards, legal), (player2, rewards2, legal2) = views
        if len(rewards) != len(rewards2):
            return f"the first program has {len(rewards)} players; the second {len(rewards2)}", []
        if player != player2:
            return f"in the first program {_turn(player)}; in the second {_turn(player2)}", []
        if not all(abs(one - other) <= 1e-9 for one, other in zip(rewards, rewards2, strict=True)):
            return f"the first program gives the rewards {_numbers(rewards)}; the second {_numbers(rewards2)}", []
        if _weights(player, legal) != _weights(player, legal2):
            return _legal_difference(player, legal, legal2), []
        return None, legal2 if driver else legal

    def _replay(self, actions: list[Action]) -> Task:
        """The first difference on the way through an action list, or None where there is none or it is not legal."""
        pair, message = self._start()
        for step in range(len(actions) + 1):
            legal: list[Action] = []
            if message is None:
                message, legal = self._look(pair)
            if message is not None:
                return actions[:step], message
            if step == len(actions) or actions[step] not in legal:
                return None
            pair, message = self._apply(pair, actions[step])
            self._steps_left -= 1
            yield

    def _shrink(self) -> Task:
        """Delta debugging: drops runs of actions as long as a difference is left, within a budget of steps.

        Long runs are tried side by side, runs of at most eight (a turn or two) at every place.
        """
        actions, _ = self._found()
        size = len(actions) // 2
        self._steps_left = SHRINK_STEPS
        while size > 0:
            start = 0
            while start < len(actions) and self._steps_left > 0:
                shorter = yield from self._replay(actions[:start] + actions[start + size :])
                if shorter is not None:
                    self._difference = shorter
                    actions = shorter[0]
                else:
                    start += size if size > 8 else 1
            size = min(size // 2 if size > 8 else size - 1, len(actions))

    def _found(self) -> tuple[list[Action], str]:
        assert self._difference is not None
        return self._difference

    def _search(self, limit: int) -> Task:
        """Breadth first from the start, within a budget of nodes.

        True when nothing shorter than what is held now can be found; with no difference held, when there is none.
        """
        shortest = inf if self._difference is None else len(self._found()[0])
        pair, _ = self._start()
        queue: deque[tuple[Pair, list[Action]]] = deque([(pair, [])])
        seen: set[str] = set()
        nodes = 0
        while queue and nodes < limit:
            pair, actions = queue.popleft()
            if len(actions) + 1 >= shortest:
                return True
            _, legal = self._look(pair)
            for action in dict.fromkeys(legal):
                following, message = self._apply(pair, action)
                if message is None:
                    message, _ = self._look(following)
                nodes += 1
                yield
                if message is not None:
                    # Played again from the start: a program that changes its states would mislead the search.
                    again = yield from self._replay([*actions, action])
                    if again is not None and len(again[0]) < shortest:
                        self._difference = again
                        return True
                    continue
                key = _key(following)
                if key is None or key not in seen:
                    queue.append((following, [*actions, action]))
                if key is not None:
                    seen.add(key)
        return not queue


def equal_games(a: Game, b: Game, games: int = 50, seed: int = 0, *, steps: int = 500) -> bool:
    """True when lock-step playouts, half of them driven by each program, meet no difference."""
    comparison = Comparison(a, b, games=games, steps=steps, seed=seed)
    while not comparison.run(1000) and comparison._difference is None:
        pass
    return bool(comparison.result()["equal"])


def _view(game: Game, state: State) -> tuple[int, list[float], list[Action]]:
    """Player, rewards and legal actions of a state; raises ProgramError where their types are wrong."""
    player = game.get_current_player(state)
    if not isinstance(player, int):
        raise ProgramError(f"get_current_player gives {player!r:.80}, not a number")
    rewards = game.get_rewards(state)
    if not isinstance(rewards, (list, tuple)) or not all(isinstance(reward, (int, float)) for reward in rewards):
        raise ProgramError(f"get_rewards gives {rewards!r:.80}, not a list of numbers")
    legal = game.get_legal_actions(state)
    if not isinstance(legal, (list, tuple)) or not all(isinstance(action, str) for action in legal):
        raise ProgramError(f"get_legal_actions gives {legal!r:.80}, not a list of strings")
    return player, [float(reward) for reward in rewards], list(legal)


def _weights(player: int, legal: list[Action]) -> dict[Action, int]:
    """How often each action is listed; at chance nodes only the proportions count."""
    counts = Counter(legal)
    if player != CHANCE or not counts:
        return dict(counts)
    common = gcd(*counts.values())
    return {action: count // common for action, count in counts.items()}


def _key(pair: Pair) -> str | None:
    try:
        return json.dumps(pair, sort_keys=True)
    except (TypeError, ValueError, RecursionError):
        return None


def _failure(error: BaseException) -> str:
    line = error.line if isinstance(error, ProgramError) else program_line(error)
    where = "" if line is None else f" in line {line}"
    if isinstance(error, ProgramError):
        return f"is broken{where}: {error}"
    return f"fails{where} with {type(error).__name__}: {error!s:.300}"


def _legal_difference(player: int, legal: list[Action], legal2: list[Action]) -> str:
    who = "chance choose" if player == CHANCE else f"player {player} play"
    if max(len(legal), len(legal2)) <= _NAMED:
        return f"the first program lets {who} {_names(sorted(legal))}; the second {_names(sorted(legal2))}"
    counts, counts2 = Counter(legal), Counter(legal2)
    parts = [
        f"only the {name} program lets {who} {_names(sorted(more.elements()))}"
        for name, more in (("first", counts - counts2), ("second", counts2 - counts))
        if more
    ]
    return "; ".join(parts)


def _turn(player: int) -> str:
    if player == OVER:
        return "the game is over"
    return "chance is to move" if player == CHANCE else f"player {player} is to move"


def _after(actions: list[Action]) -> str:
    if not actions:
        return "at the start"
    if len(actions) <= _NAMED:
        return f"after {_names(actions)}"
    return f"after {len(actions)} actions, the last of them {_names(actions[-3:])}"


def _names(actions: list[Action]) -> str:
    if not actions:
        return "nothing"
    more = f" and {len(actions) - _NAMED} more" if len(actions) > _NAMED else ""
    return ", ".join(f"{action:.60}" for action in actions[:_NAMED]) + more


def _numbers(rewards: list[float]) -> str:
    return ", ".join(f"{reward:g}" for reward in rewards)
