"""Blackjack against OpenSpiel where the two agree, against a second referee, and by exact probabilities."""

import random
from fractions import Fraction
from functools import cache
from itertools import product

import pyspiel
from games.harness import game, own_history, play

NAME = "blackjack"
LOCK_STEP_GAMES = 1000
REFEREED_GAMES = 4000
RANKS, SUITS = "23456789TJQKA", "shdc"


def total(hand):
    """The best value: the largest of all ways to count the aces that is not over 21, else the smallest."""
    ways = [sum(way) for way in product(*(counts(card[0]) for card in hand))]
    return max((way for way in ways if way <= 21), default=min(ways))


def counts(rank):
    """What a rank may count."""
    return (1, 11) if rank == "A" else (10,) if rank in "TJQK" else (int(rank),)


def ours_of(theirs, card):
    """OpenSpiel's card in our words."""
    suit, rank = theirs.action_to_string(-1, card)
    return f"deal:{rank}{suit.lower()}"


def deal_both(module, ours, theirs, rng):
    """Deals the opening; OpenSpiel gives the gambler two cards and then the dealer two, we take turns."""
    cards = []
    for _ in range(4):
        outcomes = theirs.chance_outcomes()
        assert {chance for _, chance in outcomes} == {1 / len(outcomes)}
        card, _ = rng.choice(outcomes)
        cards.append(ours_of(theirs, card))
        theirs.apply_action(card)
    for index in (0, 2, 1, 3):
        ours = follow(module, ours, cards[index])
    return ours


def follow(module, ours, action):
    """Our state after a legal action."""
    assert action in module.get_legal_actions(ours)
    return module.apply_action(ours, action)


def test_lock_step_with_openspiel_where_nobody_splits_doubles_or_surrenders():
    module, twin, rng, results = game(NAME), pyspiel.load_game(NAME), random.Random(1), set()
    for _ in range(LOCK_STEP_GAMES):
        theirs = twin.new_initial_state()
        ours = deal_both(module, module.get_initial_state(), theirs, rng)
        while not theirs.is_terminal():
            if module.get_current_player(ours) == 1:
                ours = follow(module, ours, "H")
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == [0, 0]
            actions = module.get_legal_actions(ours)
            if theirs.is_chance_node():
                moves = {ours_of(theirs, card): card for card in theirs.legal_actions()}
                assert sorted(actions) == sorted(moves)
            else:
                moves = {text[0]: move for move, text in ((m, theirs.action_to_string(0, m)) for m in (0, 1))}
                assert set(actions) - set("DPR") == ({"S"} if total(ours["hands"][0]) == 21 else {"H", "S"})
            action = rng.choice([action for action in actions if action in moves])
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        if module.get_current_player(ours) == 1:
            assert module.get_legal_actions(ours) == ["S"]
            ours = module.apply_action(ours, "S")
        assert module.get_current_player(ours) == -4
        naturals = [len(hand) == 2 and total(hand) == 21 for hand in (ours["hands"][0], ours["dealer"])]
        expected = theirs.returns()[0]
        if any(naturals) and total(ours["hands"][0]) <= 21:
            expected = {(True, True): 0, (True, False): 1.5, (False, True): -1}[tuple(naturals)]
        assert module.get_rewards(ours) == [expected, -expected]
        results.add((*naturals, expected))
    assert len(results) >= 6


def referee(actions):
    """The gambler's winnings, and how often each action was taken, read from a list of actions by the rules' text."""
    script = iter(actions)

    def card():
        return next(script).removeprefix("deal:")

    first, up, second, hole = card(), card(), card(), card()
    row, seen = [[[first, second], 1]], dict.fromkeys("HSDPR", 0)
    for hand in row:
        if len(hand[0]) == 1:
            hand[0].append(card())
        while total(hand[0]) <= 21:
            move = next(script)
            seen[move] += 1
            if move == "R":
                return -0.5, seen
            if move == "S":
                break
            if move == "P":
                row.append([[hand[0].pop()], 1])
            if move == "D":
                hand[1] = 2
            hand[0].append(card())
    dealer = [up, hole]
    if any(total(cards) <= 21 for cards, _ in row):
        while total(dealer) < 17:
            assert next(script) == "H"
            dealer.append(card())
        assert next(script) == "S"
    assert next(script, None) is None
    return sum(settled(cards, bet, dealer, len(row) == 1) for cards, bet in row), seen


def settled(cards, bet, dealer, is_unsplit):
    """What one hand wins, case by case."""
    own, other = total(cards), total(dealer)
    blackjack, dealer_blackjack = is_unsplit and own == 21 and len(cards) == 2, other == 21 and len(dealer) == 2
    cases = [
        (own > 21, -bet),
        (blackjack and dealer_blackjack, 0),
        (dealer_blackjack, -bet),
        (blackjack, 1.5),
        (other > 21 or own > other, bet),
        (own == other, 0),
    ]
    return next((reward for applies, reward in cases if applies), -bet)


def test_random_games_pay_as_a_second_referee_says():
    module, rng = game(NAME), random.Random(2)
    most = dict.fromkeys("HSDPR", 0)
    for _ in range(REFEREED_GAMES):
        state, actions = module.get_initial_state(), []
        # A deck short of most ranks makes pairs, and so splits and second splits, common.
        ranks = rng.sample(RANKS, 4)
        while module.get_current_player(state) != -4:
            legal = module.get_legal_actions(state)
            if module.get_current_player(state) == -1:
                legal = [action for action in legal if action[5] in ranks] or legal
            actions.append("P" if "P" in legal and rng.random() < 0.7 else rng.choice(legal))
            state = module.apply_action(state, actions[-1])
        winnings, seen = referee(actions)
        assert module.get_rewards(state) == [winnings, -winnings]
        most = {move: max(most[move], seen[move]) for move in most}
    assert most["P"] >= 3 and most["D"] >= 2 and most["R"] == 1


def by_rank(actions):
    """One outcome for each rank, with the number of its cards."""
    cards = {}
    for action in actions:
        cards.setdefault(action[5], []).append(action)
    return [(same[0], len(same)) for same in cards.values()]


def dealer_totals(module, state):
    """The exact chances of the dealer's totals, over the program's chance nodes."""
    if module.get_current_player(state) == -4:
        return {total(state["dealer"]): Fraction(1)}
    actions = module.get_legal_actions(state)
    outcomes = by_rank(actions) if module.get_current_player(state) == -1 else [(action, 1) for action in actions]
    chances: dict[int, Fraction] = {}
    for action, copies in outcomes:
        for result, chance in dealer_totals(module, module.apply_action(state, action)).items():
            chances[result] = chances.get(result, 0) + chance * Fraction(copies, len(actions))
    return chances


@cache
def drawn_totals(dealer, left):
    """The same chances by counting: the dealer's ranks, and how many cards of each rank are left."""
    if len(dealer) >= 2 and total(dealer) >= 17:
        return {total(dealer): Fraction(1)}
    chances: dict[int, Fraction] = {}
    for index, rank in enumerate(RANKS):
        if left[index]:
            rest = (*left[:index], left[index] - 1, *left[index + 1 :])
            for result, chance in drawn_totals("".join(sorted(dealer + rank)), rest).items():
                chances[result] = chances.get(result, 0) + chance * Fraction(left[index], sum(left))
    return chances


def test_the_dealers_totals_have_their_exact_chances():
    module = game(NAME)
    state = play(NAME, ["deal:Ts", "deal:Th", "deal:9s"])
    chances: dict[int, Fraction] = {}
    for hole, copies in by_rank(module.get_legal_actions(state)):
        stood = module.apply_action(module.apply_action(state, hole), "S")
        for result, chance in dealer_totals(module, stood).items():
            chances[result] = chances.get(result, 0) + chance * Fraction(copies, 49)
    left = tuple(4 - "TT9".count(rank) for rank in RANKS)
    assert chances == drawn_totals("T", left)
    assert sum(chances.values()) == 1


def test_every_card_is_dealt_from_one_deck_without_replacement():
    module, rng = game(NAME), random.Random(3)
    deck = {f"deal:{rank}{suit}" for rank in RANKS for suit in SUITS}
    for _ in range(200):
        state, dealt = module.get_initial_state(), set()
        while module.get_current_player(state) != -4:
            legal = module.get_legal_actions(state)
            if module.get_current_player(state) == -1:
                assert len(legal) == len(set(legal)) and set(legal) == deck - dealt
            action = rng.choice(legal)
            dealt |= {action} & deck
            state = module.apply_action(state, action)


def test_the_hole_card_is_shown_once_the_dealer_plays_and_never_else():
    module, opening = game(NAME), ["deal:8s", "deal:6h", "deal:8d", "deal:Th"]
    hidden = [[], ["H"], ["H", "deal:Ks"], ["R"], ["D", "deal:Ks"], ["P", "deal:2s", "S"]]
    shown = [["S"], ["S", "H"], ["S", "H", "deal:2c"], ["S", "H", "deal:2c", "S"], ["D", "deal:2s", "S"]]
    for moves in hidden + shown:
        gambler, dealer = module.get_observations(play(NAME, opening + moves))
        assert ("Th" in str(gambler)) == (moves in shown)
        assert dealer["dealer"][:2] == ["6h", "Th"] and dealer["actions"] == opening + moves


def test_resampling_gives_every_hole_card_that_is_left():
    module = game(NAME)
    actions = ["deal:2s", "deal:6h", "deal:3d", "deal:Th", "H", "deal:4c"]
    history = own_history(module, actions, 0)
    random.seed(5)
    holes = {module.resample_history(history, 0)[3] for _ in range(2000)}
    seen = {actions[0], actions[1], actions[2], actions[5]}
    assert holes == {f"deal:{rank}{suit}" for rank in RANKS for suit in SUITS} - seen
