"""Converge against a second telling of its rules, and counts of lines of play."""

import random
from itertools import product

from games.harness import game

RANDOM_GAMES = 1000


class Retold:
    """The game over units as coordinates, each with the turn until which it stands still."""

    def __init__(self) -> None:
        self.units = [{(0, 0): 0, (0, 4): 0}, {(4, 0): 0, (4, 4): 0}]
        self.turn = 1
        self.result: list[int] | None = None

    @property
    def side(self) -> int:
        return (self.turn - 1) % 2

    def steps(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """All moves of the side to move: an eight-way step is one of greatest coordinate distance 1."""
        taken = {*self.units[0], *self.units[1]}
        return [
            (unit, cell)
            for unit, still_until in self.units[self.side].items()
            if still_until < self.turn
            for cell in product(range(5), repeat=2)
            if cell not in taken and distance(unit, cell) == 1
        ]

    def legal(self) -> list[str]:
        if self.result:
            return []
        return [f"move ({a},{b}) to ({c},{d})" for (a, b), (c, d) in self.steps()] or ["pass"]

    def play(self, action: str) -> None:
        side = self.side
        if action != "pass":
            a, b, c, d = (int(char) for char in action if char.isdigit())
            del self.units[side][a, b]
            self.units[side][c, d] = 0
            for unit in self.units[1 - side]:
                if distance(unit, (c, d)) == 1:
                    self.units[1 - side][unit] = self.turn + 1
        if (2, 2) in self.units[side]:
            self.result = [1, -1] if side == 0 else [-1, 1]
        elif self.turn == 50:
            self.result = [0, 0]
        self.turn += 1


def distance(one: tuple[int, int], other: tuple[int, int]) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def test_lock_step_with_the_rules_told_again():
    module, rng, seen = game("converge"), random.Random(2), {"pass": 0, "draw": 0}
    for number in range(RANDOM_GAMES):
        state, retold = module.get_initial_state(), Retold()
        while True:
            legal = module.get_legal_actions(state)
            assert sorted(legal) == sorted(retold.legal())
            if not legal:
                break
            assert module.get_current_player(state) == retold.side
            # Half of the games keep off the centre, so that long games and the limit are met too.
            quiet = [action for action in legal if not action.endswith("to (2,2)")] if number % 2 else legal
            action = rng.choice(quiet or legal)
            seen["pass"] += action == "pass"
            state = module.apply_action(state, action)
            retold.play(action)
        assert module.get_rewards(state) == retold.result
        seen["draw"] += retold.result == [0, 0]
    assert min(seen.values()) > 10


def lines(state: dict, depth: int) -> int:
    """How many lines of play of this length there are, finished games cut short not counted."""
    module = game("converge")
    if depth == 0:
        return 1
    return sum(lines(module.apply_action(state, action), depth - 1) for action in module.get_legal_actions(state))


def test_counts_of_lines_of_play():
    # Depth 3 by hand: nobody can stun or block in the first two turns, so each first move is met by 6 replies and
    # followed by the 3 moves of the unit that stayed and those of the one that moved: 5 from an edge, 8 from inside.
    first = game("converge").get_initial_state()
    assert [lines(first, depth) for depth in (1, 2)] == [6, 36]
    assert lines(first, 3) == 6 * 2 * ((5 + 3) + (5 + 3) + (8 + 3))
