"""The kit's functions on small states: what they give, what they refuse, and that they change nothing."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamecwm import kit


def board_of(text):
    return [[(" xo".index(mark) and mark) or "" for mark in row] for row in text.split("/")]


def state_of(text, turn=0):
    return kit.start(turn=turn, board=board_of(text))


def test_turns_go_round_and_rewards_follow_the_mover():
    state = kit.start(3)
    assert [kit.next_turn(kit.change(state, turn=turn))["turn"] for turn in range(3)] == [1, 2, 0]
    assert kit.win(kit.change(state, turn=1))["rewards"] == [-1.0, 1.0, -1.0]
    assert kit.lose(kit.change(state, turn=1))["rewards"] == [1.0, -1.0, 1.0]
    assert kit.draw(state) == {"turn": -4, "rewards": [0.0, 0.0, 0.0]}


def test_placements_are_empty_cells_or_open_columns():
    state = state_of("x  /o  /x o")
    assert kit.placements(state) == ["0,1", "0,2", "1,1", "1,2", "2,1"]
    assert kit.placements(state, gravity=True) == ["1", "2"]
    assert kit.placements(kit.draw(state)) == []


def test_a_dropped_mark_lands_on_the_lowest_empty_cell():
    state, cell = kit.place(state_of("   /   /x  ", turn=1), "0", gravity=True)
    assert cell == (1, 0)
    assert state["board"][1][0] == "o"


@pytest.mark.parametrize("action", ["0,0", "-1,1", "3,0", "0", "00,1", "0, 1", "", "x", "0,1,2"])
def test_place_refuses_what_is_no_empty_cell(action):
    with pytest.raises((ValueError, IndexError)):
        kit.place(state_of("x  /   /   "), action)


@pytest.mark.parametrize("action", ["0", "-1", "3", "1,1", "01", ""])
def test_drop_refuses_full_and_missing_columns(action):
    with pytest.raises((ValueError, IndexError)):
        kit.place(state_of("x  /o  /x  "), action, gravity=True)


@pytest.mark.parametrize(
    ("text", "cell", "length", "options", "expected"),
    [
        ("xxx/   /   ", (0, 1), 3, {}, True),
        ("xx /   /   ", (0, 1), 3, {}, False),
        ("x  / x /  x", (1, 1), 3, {}, True),
        ("x  / x /  x", (1, 1), 3, {"diagonals": False}, False),
        ("x  /x  /x  ", (0, 0), 3, {"diagonals": False}, True),
        ("xx x/    /    /    ", (0, 0), 3, {}, False),
        ("xx x/    /    /    ", (0, 0), 3, {"wrap": True}, True),
        # A closed ring of three is three cells long, however often one goes round it.
        ("xxx/   /   ", (0, 0), 4, {"wrap": True}, False),
        ("xxxx/    /    ", (0, 2), 3, {}, True),
    ],
)
def test_lines(text, cell, length, options, expected):
    assert kit.makes_line(state_of(text), cell, length, **options) is expected


def test_men_step_forward_by_the_rules_given():
    state = kit.start(board=board_of("   /o o/ x "))
    assert kit.advances(state, "straight", "diagonal") == ["2,1-1,0", "2,1-1,1", "2,1-1,2"]
    assert kit.advances(state, "straight", "straight") == ["2,1-1,1"]
    assert kit.advances(state, "diagonal", "diagonal") == ["2,1-1,0", "2,1-1,2"]
    after, cell = kit.advance(state, "2,1-1,0", "straight", "diagonal")
    assert after["board"] == board_of("   /x o/   ")
    assert cell == (1, 0)
    assert kit.has_enemies(after)
    assert not kit.on_far_row(after, cell)
    with pytest.raises(ValueError, match="illegal"):
        kit.advance(state, "2,1-1,1", "diagonal", "diagonal")


def test_second_player_goes_down():
    state = kit.start(turn=1, board=kit.armies(4, 2, 1))
    assert kit.advances(state, "straight", "diagonal") == ["0,0-1,0", "0,1-1,1"]


def test_takes_name_the_heap_only_when_there_are_several():
    assert kit.takes(kit.start(heaps=[4]), [1, 3, 5]) == ["take 1", "take 3"]
    assert kit.takes(kit.start(heaps=[1, 2]), "any") == [
        "take 1 from heap 1",
        "take 1 from heap 2",
        "take 2 from heap 2",
    ]
    assert kit.take(kit.start(heaps=[1, 2]), "take 2 from heap 2", "any")["heaps"] == [1, 0]
    with pytest.raises(ValueError, match="illegal"):
        kit.take(kit.start(heaps=[4]), "take 2", [1, 3])


def test_dice_show_what_was_rolled_to_the_player_who_rolled():
    assert kit.rolls(4) == ["rolled 1", "rolled 2", "rolled 3", "rolled 4"]
    assert len(kit.rolls(6, 2)) == 36
    state = kit.roll(kit.to_chance(kit.start(scores=[5, 7], pot=3, turn=1)), "rolled 2 6")
    assert (state["dice"], state["turn"]) == ([2, 6], 1)
    assert kit.shows(state, [6])
    assert not kit.shows(state, [1, 3])
    assert kit.bank(state)["scores"] == [5, 10]
    assert kit.lose_pot(state)["scores"] == [5, 7]
    assert kit.lose_pot(state, everything=True)["scores"] == [5, 0]


def test_secret_choices_are_shown_together():
    state = kit.start(own=["picks"], picks=kit.secrets(), played=[], scores=[0, 0])
    state = kit.pick(state, "rock", ["rock", "paper"])
    assert not kit.is_revealed(state)
    assert kit.view(state, 1)["picks"] == [None, None]
    assert kit.view(state, 0)["picks"] == ["rock", None]
    state = kit.pick(state, "paper", ["rock", "paper"])
    assert kit.is_revealed(state)
    assert state["played"] == [["rock", "paper"]]
    assert kit.duel_points(state, {"paper": ["rock"]}) == [-1, 1]
    assert kit.table_points(state, ["rock", "paper"], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]) == [3, 4]


def test_a_bet_is_answered_and_the_better_card_wins():
    state = kit.start(own=["hands"], hands=["J", "K"], bets=[1, 1], betting=[])
    assert kit.bets(state, 1) == ["check", "bet"]
    state = kit.after_bet(kit.bet(state, "bet", 2), "bet", ["J", "Q", "K"])
    assert (state["bets"], state["turn"]) == ([3, 1], 1)
    assert kit.bets(state, 1) == ["fold", "call"]
    assert kit.bets(state, 2) == ["fold", "call", "raise"]
    folded = kit.after_bet(kit.bet(state, "fold", 2), "fold", ["J", "Q", "K"])
    assert (folded["rewards"], folded["own"]) == ([1.0, -1.0], ["hands"])
    called = kit.after_bet(kit.bet(state, "call", 2), "call", ["J", "Q", "K"])
    assert (called["rewards"], called["own"]) == ([-3.0, 3.0], [])
    assert kit.showdown(state, ["J", "Q", "K"], low_wins=True)["rewards"] == [1.0, -1.0]


def test_equal_cards_split():
    state = kit.start(own=["hands"], hands=["J", "J"], bets=[2, 2], betting=["check", "check"])
    assert kit.showdown(state, ["J", "Q"])["rewards"] == [0.0, 0.0]


def test_deals_list_each_copy_that_is_left():
    state = kit.start(turn=-1, hands=["J", None])
    assert kit.deals(state, ["J", "Q", "J", "Q"]) == ["deal Q", "deal J", "deal Q"]


@given(st.lists(st.sampled_from(["", "x", "o"]), min_size=12, max_size=12), st.sampled_from([0, 1]), st.booleans())
def test_no_function_changes_its_state(cells, turn, gravity):
    state = kit.start(turn=turn, board=[cells[:4], cells[4:8], cells[8:]])
    before = copy.deepcopy(state)
    for action in kit.placements(state, gravity):
        after, cell = kit.place(state, action, gravity)
        kit.makes_line(after, cell, 3, wrap=True)
        assert sum(bool(mark) for row in after["board"] for mark in row) == sum(map(bool, cells)) + 1
    for action in kit.advances(state, "both", "both"):
        kit.advance(state, action, "both", "both")
    assert state == before
