"""Negotiation against OpenSpiel's bargaining, sums by brute force, and the spread of resampled values."""

import random
from collections import Counter
from itertools import product

import pyspiel
from games.harness import game, own_history, play

RANDOM_GAMES = 1000


def worth_ten(rng):
    """Three values from 0 to 3 with which the pool of two each is worth 10, as OpenSpiel asks for."""
    return rng.choice([values for values in product(range(4), repeat=3) if sum(values) == 5])


def theirs_as_ours(text):
    """OpenSpiel's name of an offer ("Offer: Book: 1 Hat: 2 Basketball: 0") or of an agreement as our action."""
    digits = [char for char in text if char.isdigit()]
    return "propose_" + "_".join(digits) if digits else "accept"


def test_lock_step_with_openspiel(tmp_path):
    module, rng = game("negotiation"), random.Random(3)
    pairs = [(worth_ten(rng), worth_ten(rng)) for _ in range(50)]
    file = tmp_path / "instances.txt"
    lines = [" ".join(["2,2,2", *(",".join(map(str, values)) for values in pair)]) for pair in pairs]
    file.write_text("\n".join(lines) + "\n")
    twin = pyspiel.load_game("bargaining", {"instances_file": str(file), "max_num_instances": len(pairs)})
    for number in range(RANDOM_GAMES):
        instance = number % len(pairs)
        theirs = twin.new_initial_state()
        theirs.apply_action(instance)
        ours = play("negotiation", ["v0_{}_{}_{}_v1_{}_{}_{}".format(*pairs[instance][0], *pairs[instance][1])])
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            moves = {theirs_as_ours(theirs.action_to_string(player, move)): move for move in theirs.legal_actions()}
            assert sorted([*moves, "reject"]) == sorted(module.get_legal_actions(ours))
            action = "accept" if "accept" in moves and rng.random() < 0.15 else rng.choice(sorted(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        if module.get_current_player(ours) != -4:
            # OpenSpiel ends with the tenth proposal; here it may still be answered.
            assert len(ours["proposals"]) == 10
            assert sorted(module.get_legal_actions(ours)) == ["accept", "reject"]
            assert theirs.returns() == [0, 0]
        else:
            assert module.get_rewards(ours) == theirs.returns()


def test_an_accepted_share_is_worth_the_own_values():
    rng = random.Random(4)
    for _ in range(500):
        values = [rng.choices(range(4), k=3) for _ in range(2)]
        share = rng.choices(range(3), k=3)
        deal = "v0_{}_{}_{}_v1_{}_{}_{}".format(*values[0], *values[1])
        state = play("negotiation", [deal, "propose_2_2_2", "propose_{}_{}_{}".format(*share), "accept"])
        rest = sum((2 - share[thing]) * values[0][thing] for thing in range(3))
        assert game("negotiation").get_rewards(state) == [rest, sum(share[i] * values[1][i] for i in range(3))]


def test_values_are_drawn_evenly():
    """Each value of each thing comes up in exactly a quarter of the chance outcomes."""
    outcomes = play("negotiation", [])
    texts = game("negotiation").get_legal_actions(outcomes)
    assert len(set(texts)) == 4096
    digits = [[char for word in text.split("_") for char in word if word.isdigit()] for text in texts]
    for place in range(6):
        assert Counter(row[place] for row in digits) == dict.fromkeys("0123", 1024)


def test_resampled_values_vary_over_everything_the_player_does_not_know():
    module = game("negotiation")
    history = own_history(module, ["v0_1_2_3_v1_3_2_1", "propose_1_1_1", "propose_2_2_0"], 0)
    random.seed(5)
    deals = {module.resample_history(history, 0)[0] for _ in range(1500)}
    assert len(deals) == 64
    assert all(deal.startswith("v0_1_2_3_v1_") for deal in deals)


def test_observations_keep_the_secret():
    module = game("negotiation")
    seen = module.get_observations(play("negotiation", ["v0_1_2_3_v1_3_2_1", "propose_1_1_1"]))
    assert [observation["values"] for observation in seen] == [[[1, 2, 3], None], [None, [3, 2, 1]]]
    seen = module.get_observations(play("negotiation", ["v0_1_2_3_v1_3_2_1", "reject"]))
    assert [observation["values"] for observation in seen] == [[[1, 2, 3], [3, 2, 1]]] * 2
