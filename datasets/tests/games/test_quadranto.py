"""Quadranto's random games by exact arithmetic, what each player sees, and the resampler against every history."""

import random
from collections import Counter
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
from games.harness import game, own_history, play

SIZE, MAX_MOVES = 4, 20
PLIES, DRAWS = 3, 4000


def reachable(cell):
    """The cells of a player's next step on a grid numbered row by row: the same or one beside it."""
    cells = [(other, abs(other // SIZE - cell // SIZE) + abs(other % SIZE - cell % SIZE)) for other in range(SIZE**2)]
    return [other for other, distance in cells if distance <= 1]


def outcome_chances():
    """Chances that player 0 wins, player 1 wins and nobody wins, when every step is equally likely: cells alone."""

    @cache
    def after(own, other, moves):
        if moves == MAX_MOVES:
            return Fraction(0), Fraction(0), Fraction(1)
        total = [Fraction(0)] * 3
        for target in reachable(own):
            theirs, ours, none = (0, 1, 0) if target == other else after(other, target, moves + 1)
            for index, part in enumerate((ours, theirs, none)):
                total[index] += Fraction(part) / len(reachable(own))
        return tuple(total)

    starts = list(product((0, 1, 4, 5), (10, 11, 14, 15)))
    return [sum(chances) / len(starts) for chances in zip(*(after(a, b, 0) for a, b in starts), strict=True)]


def test_random_games_end_by_exact_chances():
    module = game("quadranto")
    known = {}

    def after(state):
        player = module.get_current_player(state)
        if player == -4:
            rewards = module.get_rewards(state)
            return tuple(Fraction(rewards == result) for result in ([1, -1], [-1, 1], [0, 0]))
        key = (player, state["moves"], str(state["board"]))
        if key not in known:
            legal = module.get_legal_actions(state)
            results = [after(module.apply_action(state, action)) for action in legal]
            known[key] = tuple(sum(part) / len(legal) for part in zip(*results, strict=True))
        return known[key]

    assert list(after(module.get_initial_state())) == outcome_chances()


def every_line(plies):
    """Every action list with both players placed and up to this many steps."""
    module = game("quadranto")
    lines = [([], module.get_initial_state())]
    for depth in range(plies + 3):
        if depth >= 2:
            yield from lines
        lines = [
            ([*actions, action], module.apply_action(state, action))
            for actions, state in lines
            for action in module.get_legal_actions(state)
        ]


def test_sees_own_cell_and_the_other_quadrant_and_nothing_else():
    module = game("quadranto")
    assert module.get_observations(module.get_initial_state()) == [{}, {}]
    assert module.get_observations(play("quadranto", ["place_p0:0,0"])) == [{}, {}]
    facts_of, seen_by = {}, {}
    for actions, state in every_line(PLIES):
        cells = [walk(actions, player) for player in (0, 1)]
        for player, observation in enumerate(module.get_observations(state)):
            (row, col) = cells[1 - player]
            facts = (player, cells[player], (row > 1, col > 1))
            assert facts_of.setdefault(str(observation), facts) == facts
            assert seen_by.setdefault(facts, observation) == observation


def walk(actions, player):
    """Where a player's own actions have led."""
    row, col = map(int, actions[player].split(":")[1].split(","))
    for action in actions[2 + player :: 2]:
        row += {"Up": -1, "Down": 1}.get(action, 0)
        col += {"Left": -1, "Right": 1}.get(action, 0)
    return row, col


@pytest.mark.parametrize("player", [0, 1])
def test_resampled_histories_are_those_that_fit_and_equally_likely(player):
    """The program's answers to every history of few steps against the list of all lines that give it."""
    module, fitting, histories = game("quadranto"), {}, {}
    for actions, state in every_line(PLIES):
        if module.get_current_player(state) == player:
            history = own_history(module, actions, player)
            histories[str(history)] = history
            fitting.setdefault(str(history), set()).add(tuple(actions))
    random.seed(4)
    for key, history in histories.items():
        assert all(tuple(module.resample_history(history, player)) in fitting[key] for _ in range(len(fitting[key])))
    key = max(fitting, key=lambda history: len(fitting[history]))
    drawn = Counter(tuple(module.resample_history(histories[key], player)) for _ in range(DRAWS))
    assert drawn.keys() == fitting[key]
    expected = DRAWS / len(fitting[key])
    # Chi-squared: its mean is about the number of lines.
    assert sum((count - expected) ** 2 / expected for count in drawn.values()) < 2.5 * len(fitting[key])


def test_a_long_game_is_resampled_to_its_end():
    module, rng = game("quadranto"), random.Random(5)
    for seed in range(100):
        actions, state = [], module.get_initial_state()
        while module.get_current_player(state) != -4:
            actions.append(rng.choice(module.get_legal_actions(state)))
            state = module.apply_action(state, actions[-1])
        for player in (0, 1):
            history = own_history(module, actions, player)
            random.seed(seed)
            again = module.resample_history(history, player)
            play("quadranto", again)
            assert own_history(module, again, player) == history
