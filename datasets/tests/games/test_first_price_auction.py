"""The auction against OpenSpiel wherever bids are below values, and all 900 games against the payment rule."""

from itertools import product

import pyspiel
from games.harness import game, play

NAME = "first_price_auction"
VALUES, BIDS = range(1, 6), range(6)


def test_lock_step_with_openspiel_over_every_game_it_knows():
    module, twin, games = game(NAME), pyspiel.load_game("first_sealed_auction(max_value=5)"), 0
    for values in product(VALUES, repeat=2):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        for value in values:
            assert [outcome for outcome, _ in theirs.chance_outcomes()] == list(VALUES)
            theirs.apply_action(value)
        ours = module.apply_action(ours, "{}{}".format(*values))
        for bids in product(*(range(value) for value in values)):
            left, right = ours, theirs.clone()
            for bid in bids:
                assert module.get_current_player(left) == right.current_player()
                assert {f"bid_{legal}" for legal in right.legal_actions()} <= set(module.get_legal_actions(left))
                left, right = module.apply_action(left, f"bid_{bid}"), right.child(bid)
            highest_bidders = [outcome for outcome, _ in right.chance_outcomes()]
            assert highest_bidders == [player for player in range(2) if bids[player] == max(bids)]
            right = right.child(highest_bidders[0])
            assert right.is_terminal() and module.get_current_player(left) == -4
            assert module.get_rewards(left) == right.returns()
            games += 1
    assert games == sum(VALUES) ** 2


def test_every_game_pays_the_winner_only():
    for first, second, bid, answer in product(VALUES, VALUES, BIDS, BIDS):
        state = play(NAME, [f"{first}{second}", f"bid_{bid}", f"bid_{answer}"])
        expected = [0, second - answer] if answer > bid else [first - bid, 0]
        assert game(NAME).get_rewards(state) == expected
        assert game(NAME).get_current_player(state) == -4


def test_only_the_own_value_and_bid_are_seen_before_the_end():
    module = game(NAME)
    first, second = module.get_observations(play(NAME, ["25", "bid_1"]))
    assert (first["values"], first["bids"]) == ([2, None], [1, None])
    assert (second["values"], second["bids"]) == ([None, 5], [None, None])
    for seen in module.get_observations(play(NAME, ["25", "bid_1", "bid_3"])):
        assert (seen["values"], seen["bids"]) == ([2, 5], [1, 3])


def test_player_1_learns_nothing_from_the_bid_of_player_0():
    states = [play(NAME, [f"{value}3", f"bid_{bid}"]) for value in VALUES for bid in BIDS]
    seen = [game(NAME).get_observations(state)[1] for state in states]
    assert all(view == seen[0] for view in seen)
