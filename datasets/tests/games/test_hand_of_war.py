"""Hand of War against a second telling of its rules, with exact chances and what each player may see."""

import random
from collections import Counter, deque
from fractions import Fraction
from itertools import product

from games.harness import game, own_history, play, random_actions

RANDOM_GAMES = 1000


def retell(actions):
    """Plays a list of actions by queues of cards; the cards won by each, or None while the game goes on."""
    cards = [action[5:] for action in actions]
    own = [deque(cards[:8]), deque(cards[8:16])]
    hands = [{own[side].popleft() for _ in range(3)} for side in range(2)]
    won: list[list[str]] = [[], []]
    pot: list[str] = []
    plays = deque(cards[16:])
    while plays:
        laid = [plays.popleft(), plays.popleft()]
        for side in range(2):
            hands[side].remove(laid[side])
        pot += laid
        strength = ["JQKA".index(card[0]) for card in laid]
        if strength[0] == strength[1]:
            if not hands[0] or not own[0] or not own[1]:
                return won
            pot += [own[0].popleft(), own[1].popleft()]
            continue
        won[0 if strength[0] > strength[1] else 1] += pot
        pot = []
        for side in range(2):
            for _ in range(3 - len(hands[side])):
                if not own[side]:
                    return won
                hands[side].add(own[side].popleft())
    return None


def test_random_games_against_the_rules_told_again():
    module, rng, ends = game("hand_of_war"), random.Random(6), Counter()
    for _ in range(RANDOM_GAMES):
        actions = random_actions("hand_of_war", rng)
        state = play("hand_of_war", actions)
        won = retell(actions)
        assert won is not None, "over too early"
        assert len(actions) == 18 or retell(actions[:-2]) is None, "over too late"
        lead = len(won[0]) - len(won[1])
        sign = (lead > 0) - (lead < 0)
        assert module.get_rewards(state) == [sign, -sign]
        assert state["won"] == [len(pile) for pile in won]
        cards = sum(map(len, [*state["hands"], *state["piles"]])) + sum(state["won"]) + state["pot"]
        assert cards == 16
        ends[len(actions) - 16, sign] += 1
    assert {length for length, _ in ends} >= {6, 8, 10, 12}
    assert min(ends[12, sign] for sign in (1, 0, -1)) > 0


def test_the_chance_of_a_tie_and_of_each_card():
    """Every deal node is even over the cards left, so two cards tie in 3 of 15 cases."""
    module = game("hand_of_war")
    first = module.get_initial_state()
    deck = module.get_legal_actions(first)
    assert len(deck) == len(set(deck)) == 16
    ties = Fraction(0)
    for action in deck:
        others = module.get_legal_actions(module.apply_action(first, action))
        assert sorted([*others, action]) == sorted(deck)
        ties += Fraction(sum(other[5] == action[5] for other in others), 16 * len(others))
    assert ties == Fraction(1, 5)


def test_three_ties_in_a_row_end_the_game_whatever_lies_in_the_piles():
    rng = random.Random(7)
    for ranks in product("AKQJ", repeat=3):
        if max(map(ranks.count, ranks)) > 2:
            continue
        deck = {rank: [rank + suit for suit in "shdc"] for rank in "AKQJ"}
        hands = [[deck[rank].pop() for rank in ranks] for _ in range(2)]
        rest = [card for cards in deck.values() for card in cards]
        rng.shuffle(rest)
        deals = [*hands[0], *rest[:5], *hands[1], *rest[5:]]
        plays = [card for pair in zip(*hands, strict=True) for card in pair]
        state = play("hand_of_war", [*(f"deal:{card}" for card in deals), *(f"play:{card}" for card in plays)])
        assert game("hand_of_war").get_current_player(state) == -4
        assert game("hand_of_war").get_rewards(state) == [0, 0]


def test_nobody_sees_more_than_the_own_hand_and_cards_turned_up():
    module, rng = game("hand_of_war"), random.Random(8)
    for _ in range(100):
        state, shown, held = module.get_initial_state(), [set(), set()], [set(), set()]
        for action in random_actions("hand_of_war", rng):
            state = module.apply_action(state, action)
            for player, seen in enumerate(module.get_observations(state)):
                held[player] |= set(state["hands"][player])
                turned = set() if state["table"][0] else {a[5:] for a in state["log"][16:]}
                shown[player] |= turned
                named = {entry[5:] for entry in seen["log"]} | set(seen["hand"]) | set(seen["table"])
                assert named - {"?", None} <= held[player] | shown[player]


def test_resampling_is_even_over_the_other_hand():
    """Before any play each of the 13 unseen cards is in the other's hand equally often."""
    module = game("hand_of_war")
    deals = [f"deal:{rank}{suit}" for suit in "shdc" for rank in "AKQJ"]
    history = own_history(module, deals, 0)
    random.seed(9)
    counts = Counter(card for _ in range(2600) for card in module.resample_history(history, 0)[8:11])
    assert len(counts) == 13
    assert all(500 < count < 700 for count in counts.values())
