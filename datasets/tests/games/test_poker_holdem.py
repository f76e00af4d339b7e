"""Limit hold'em against OpenSpiel, and its hand ranking over every five-card hand against counts and a second one."""

import random
from collections import Counter
from itertools import combinations, combinations_with_replacement
from math import comb, prod

import pyspiel
from games.harness import game, own_history, play, random_actions

RANDOM_GAMES = 1000
RANKS = "23456789TJQKA"
TWIN = {
    "betting": "limit",
    "numPlayers": 2,
    "numRounds": 4,
    "blind": "1 2",
    "firstPlayer": "1 2 2 2",
    "raiseSize": "2 2 2 2",
    "maxRaises": "60 60 60 60",
    "numSuits": 4,
    "numRanks": 13,
    "numHoleCards": 2,
    "numBoardCards": "0 3 1 1",
    "stack": "1000 1000",
}
NAMES = {"Fold": "Fold", "Call": "Call", "Bet": "Raise"}


def name(theirs, move):
    """Our action for one of theirs, with Call for Check."""
    words = theirs.action_to_string(theirs.current_player(), move)
    return f"deal:{words[-2:]}" if theirs.is_chance_node() else NAMES[words.split("move=")[1]]


def test_lock_step_with_openspiel():
    module, twin = game("poker_holdem"), pyspiel.load_game("universal_poker", TWIN)
    rng, ends = random.Random(10), Counter()
    for number in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        # Habits from timid to wild, so that showdowns, folds and empty stacks all come up.
        weights = {"Fold": 0.3 if number % 3 == 0 else 0.01, "Raise": rng.choice([0.2, 1, 30])}
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            legal = module.get_legal_actions(ours)
            moves = {name(theirs, move): move for move in theirs.legal_actions()}
            if player >= 0:
                # OpenSpiel's limit betting knows no stacks.
                if ours["stacks"][player] <= max(ours["bets"]) - ours["bets"][player]:
                    del moves["Raise"]
                if "Check" in legal:
                    moves["Check"] = moves.pop("Call")
            assert sorted(legal) == sorted(moves)
            action = rng.choices(legal, [weights.get(action, 1) for action in legal])[0]
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()
        ends[ours["phase"] == "showdown", max(ours["bets"]) == 100] += 1
    assert min(ends.values()) > 10
    assert len(ends) == 4


def category(counts, top, flush):
    """The kind of a five-card hand, 8 for a straight flush to 0, from its sorted counts, as a rule book has it."""
    distinct = sorted({RANKS.index(rank) for rank in top})
    straight = len(distinct) == 5 and (distinct[4] - distinct[0] == 4 or distinct == [0, 1, 2, 3, 12])
    if straight or flush:
        return 8 if straight and flush else 5 if flush else 4
    return {(4, 1): 7, (3, 2): 6, (3, 1, 1): 3, (2, 2, 1): 2, (2, 1, 1, 1): 1, (1,) * 5: 0}[counts]


def every_kind_of_five():
    """(cards, number of such hands, category) for all 2,598,960 hands; suits that do not matter are taken together."""
    for ranks in combinations_with_replacement(RANKS, 5):
        count = Counter(ranks)
        if max(count.values()) > 4:
            continue
        used: Counter = Counter()
        cards = []
        for place, rank in enumerate(ranks):
            suit = used[rank] if count[rank] > 1 else place % 2 + 2 * (len(count) < 5)
            cards.append(rank + "cdhs"[suit])
            used[rank] += 1
        ways = prod(comb(4, number) for number in count.values())
        kinds = tuple(sorted(count.values(), reverse=True))
        if len(count) == 5:
            yield [rank + "h" for rank in ranks], 4, category(kinds, ranks, True)
            ways -= 4
        yield cards, ways, category(kinds, ranks, False)


def test_all_five_card_hands_have_their_kind_and_are_as_many_as_known():
    strength = game("poker_holdem").namespace["strength"]
    hands, values = Counter(), set()
    for cards, ways, kind in every_kind_of_five():
        assert len(set(cards)) == 5
        value = strength(cards)
        assert value[0] == kind, cards
        hands[kind] += ways
        values.add(value)
    assert len(values) == 7462
    known = [1302540, 1098240, 123552, 54912, 10200, 5108, 3744, 624, 40]
    assert [hands[kind] for kind in range(9)] == known


def second_ranking(cards):
    """The best five of seven by trying all of them; counts of ranks first, then the ranks."""
    best = (-1, [])
    for five in combinations(cards, 5):
        ranks = [card[0] for card in five]
        count = Counter(ranks)
        kinds = tuple(sorted(count.values(), reverse=True))
        kind = category(kinds, ranks, len({card[1] for card in five}) == 1)
        order = sorted((RANKS.index(rank) for rank in ranks), key=lambda rank: (count[RANKS[rank]], rank), reverse=True)
        if kind in (4, 8) and order[:2] == [12, 3]:
            order = [3, 2, 1, 0, -1]
        best = max(best, (kind, order))
    return best


def test_seven_cards_rank_as_the_best_five_of_them():
    module, rng = game("poker_holdem"), random.Random(11)
    deck = [rank + suit for rank in RANKS for suit in "cdhs"]
    strength, before = module.namespace["strength"], None
    for number in range(3000):
        # Thinned decks give more of the rare hands.
        cards = rng.sample(deck if number % 3 else deck[: 4 * rng.randint(4, 13)], 7)
        pair = strength(cards), second_ranking(cards)
        if before:
            ours, second = ((one > other) - (one < other) for one, other in zip(pair, before, strict=True))
            assert ours == second, cards
        before = pair


def test_nobody_sees_the_other_hand_before_a_showdown():
    module, rng = game("poker_holdem"), random.Random(12)
    for _ in range(30):
        state = module.get_initial_state()
        for action in random_actions("poker_holdem", rng):
            state = module.apply_action(state, action)
            for player, seen in enumerate(module.get_observations(state)):
                shown = state["hands"] if state["phase"] == "showdown" else None
                assert seen["hands"][1 - player] == (shown and shown[1 - player])
                assert seen["hands"][player] == state["hands"][player]


def test_resampled_hands_are_drawn_from_all_unseen_cards():
    module = game("poker_holdem")
    actions = [f"deal:{card}" for card in ("Ah", "Kh", "7c", "2d")] + ["Call"]
    history = own_history(module, actions, 1)
    random.seed(13)
    hands = Counter(card for _ in range(2500) for card in module.resample_history(history, 1)[:2])
    assert len(hands) == 50
    assert all(50 < count < 160 for count in hands.values())
    play("poker_holdem", module.resample_history(history, 1))
