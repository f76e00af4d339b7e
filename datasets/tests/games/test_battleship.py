"""Battleship against OpenSpiel, every placement, what is seen, and how the hidden fleet is resampled."""

import random
from collections import Counter
from itertools import combinations, product

import pyspiel
from games.harness import OVER, game, own_history, play

NAME = "battleship"
GAMES = 1000
FLEETS = ["place_p0:00_01|22", "place_p1:10_11|33"]
REFERENCE = (
    "battleship(board_width=4,board_height=4,ship_sizes=[2;1],ship_values=[1;1],num_shots=16,"
    "allow_repeated_shots=False)"
)


def their_actions(state):
    """Their legal actions by what they say."""
    return {state.action_to_string(state.current_player(), a): a for a in state.legal_actions()}


def place_ships(state, fleets):
    """Places the long ship of each player, then the small ones: there the players do it by turns."""
    for ship, player in product((0, 1), (0, 1)):
        cells = fleets[player].split(":")[1].split("|")[ship].split("_")
        across = "vertically" if cells[0][1] == cells[-1][1] and len(cells) == 2 else "horizontally"
        where = f"({cells[0][0]}, {cells[0][1]})"
        state.apply_action(their_actions(state)[f"Pl{player}: place ship {across} with top-left corner in {where}"])


def shot(text):
    """Our action for "Pl0: shoot at (1, 2)"."""
    return f"fire_{text[-5]}_{text[-2]}"


def test_random_games_are_those_of_openspiel():
    module, rng, reference = game(NAME), random.Random(1), pyspiel.load_game(REFERENCE)
    for _ in range(GAMES):
        ours, theirs, fleets = module.get_initial_state(), reference.new_initial_state(), []
        for _ in range(2):
            fleets.append(rng.choice(module.get_legal_actions(ours)))
            ours = module.apply_action(ours, fleets[-1])
        place_ships(theirs, fleets)
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            shots = {shot(text): number for text, number in their_actions(theirs).items()}
            assert sorted(module.get_legal_actions(ours)) == sorted(shots)
            action = rng.choice(list(shots))
            ours = module.apply_action(ours, action)
            theirs.apply_action(shots[action])
        assert module.get_current_player(ours) == OVER
        # There a ship sunk pays 1 and a ship lost costs 1: the winner has sunk both and lost one at most.
        first, second = theirs.returns()
        assert module.get_rewards(ours) == ([1, -1] if first > second else [-1, 1])


def test_the_placements_are_all_there_are():
    cells = [(row, col) for row in range(4) for col in range(4)]
    pairs = [(a, b) for a, b in combinations(cells, 2) if abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1]
    fleets = [f"{a[0]}{a[1]}_{b[0]}{b[1]}|{c[0]}{c[1]}" for a, b in pairs for c in cells if c not in (a, b)]
    assert len(fleets) == 336
    for actions, player in (([], 0), (FLEETS[:1], 1)):
        legal = game(NAME).get_legal_actions(play(NAME, actions))
        assert sorted(legal) == sorted(f"place_p{player}:{fleet}" for fleet in fleets)


def test_nothing_is_seen_while_fleets_are_placed():
    module = game(NAME)
    before = module.get_observations(module.get_initial_state())
    assert all(module.get_observations(play(NAME, [first])) == before for first in ("place_p0:32_33|00", FLEETS[0]))
    assert before[0]["ships"] == [None, None]
    assert not any(any(line) for board in before[0]["boards"] for line in board)


def test_players_see_their_own_ships_and_where_shots_hit():
    first, second = game(NAME).get_observations(play(NAME, [*FLEETS, "fire_1_0", "fire_3_3"]))
    assert first["ships"] == ["00_01|22", None]
    assert second["ships"] == [None, "10_11|33"]
    assert first["boards"][0] == [["S", "S", "", ""], [""] * 4, ["", "", "S", ""], ["", "", "", "o"]]
    assert first["boards"][1] == [[""] * 4, ["X", "", "", ""], [""] * 4, [""] * 4]
    assert second["boards"][1] == [[""] * 4, ["X", "S", "", ""], [""] * 4, ["", "", "", "S"]]
    for seen in (first, second):
        assert seen["shots"] == [[{"cell": [1, 0], "hit": True}], [{"cell": [3, 3], "hit": False}]]


def test_all_ships_are_seen_at_the_end():
    actions = [*FLEETS, "fire_1_0", "fire_0_0", "fire_1_1", "fire_0_1", "fire_3_3"]
    for seen in game(NAME).get_observations(play(NAME, actions)):
        assert seen["ships"] == ["00_01|22", "10_11|33"]
        assert seen["boards"][0][2][2] == "S"


def test_hidden_ships_do_not_change_what_the_enemy_sees():
    module, shots = game(NAME), ["fire_1_0", "fire_3_3"]
    views = [
        module.get_observations(play(NAME, [FLEETS[0], fleet, *shots]))[0]
        for fleet in ("place_p1:10_11|33", "place_p1:10_20|03", "place_p1:22_32|10")
    ]
    assert all(view == views[0] for view in views)


def test_the_hidden_fleet_is_resampled_evenly_from_those_that_fit():
    module = game(NAME)
    history = own_history(module, [*FLEETS, "fire_1_0", "fire_3_3", "fire_0_1", "fire_3_2"], 0)
    fitting = {
        fleet
        for fleet in module.get_legal_actions(play(NAME, FLEETS[:1]))
        if "10" in (cells := fleet.split(":")[1].replace("|", "_").split("_")) and "01" not in cells
    }
    random.seed(6)
    found = Counter(module.resample_history(history, 0)[1] for _ in range(50 * len(fitting)))
    assert set(found) == fitting
    assert max(found.values()) < 100
