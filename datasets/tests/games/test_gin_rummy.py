"""Gin rummy against OpenSpiel, and its melds and deadwood against brute force."""

import random
from collections import Counter
from itertools import combinations

import pyspiel
from games.harness import game, games_of, own_history

# A hand of random play that ends in a knock is rare, so the players of `choose` have some sense.
RANDOM_GAMES = games_of(1000)
DECK = [rank + suit for suit in "scdh" for rank in "A23456789TJQK"]


def is_meld(cards):
    """Whether these cards, in any order, are a meld by the words of the rules."""
    ranks = sorted("A23456789TJQK".index(card[0]) for card in cards)
    if len(cards) < 3:
        return False
    if len(set(ranks)) == 1:
        return True
    return len({card[1] for card in cards}) == 1 and ranks == list(range(ranks[0], ranks[0] + len(cards)))


def points(cards):
    return sum(min("A23456789TJQK".index(card[0]) + 1, 10) for card in cards)


def best_melds(cards):
    """(least deadwood, melds) by trying every part of the cards as a meld around the first card, or none."""
    if not cards:
        return 0, []
    first, rest = cards[0], cards[1:]
    deadwood, melds = best_melds(rest)
    best = deadwood + points([first]), melds
    for size in range(2, len(rest) + 1):
        for others in combinations(rest, size):
            if is_meld([first, *others]):
                deadwood, melds = best_melds([card for card in rest if card not in others])
                best = min(best, (deadwood, [[first, *others], *melds]))
    return best


def close_hand(rng, size):
    """Cards from a few ranks and suits, so that melds overlap."""
    low = rng.randrange(8)
    return rng.sample([card for card in DECK if low <= "A23456789TJQK".index(card[0]) < low + 6], size)


def test_melds_and_deadwood_against_brute_force():
    module, rng = game("gin_rummy").namespace, random.Random(18)
    for number in range(150):
        cards = close_hand(rng, 10) if number % 3 else rng.sample(DECK, 10)
        melds = [set(part) for size in range(3, 11) for part in combinations(cards, size) if is_meld(part)]
        assert sorted(map(sorted, module["melds_in"](set(cards)))) == sorted(map(sorted, melds))
        assert module["deadwood"](cards) == best_melds(cards)[0]
    for _ in range(15):
        cards = close_hand(rng, 11)
        good = [card for card in cards if best_melds([other for other in cards if other != card])[0] <= 10]
        assert module["knock_discards"](cards) == good


def choose(state, legal, rng, eager=0.5):
    """Mostly a knock when there is one, a card of the stock, and the discard that leaves the least deadwood."""
    if "Action: Knock" in legal and (rng.random() < eager or deadwood_after(state) == 0):
        return "Action: Knock"
    if state["phase"] == "meld" and len(legal) > 1:
        return rng.choice([action for action in legal if action != "Action: Done"])
    if "Draw stock" in legal and rng.random() < 0.8:
        return "Draw stock"
    if state["phase"] in ("discard", "knock") and rng.random() < 0.95:
        return "Action: " + best_discard(state)
    return rng.choice(legal)


def left_over(hand, card):
    return game("gin_rummy").namespace["deadwood"]([other for other in hand if other != card])


def best_discard(state):
    """The card whose discard leaves the mover the least deadwood."""
    hand = state["hands"][state["turn"]]
    return min(hand, key=lambda card: left_over(hand, card))


def deadwood_after(state):
    return left_over(state["hands"][state["turn"]], best_discard(state))


def names(theirs):
    """Our action -> their move; their Pass is our Done once a hand is being shown."""
    found = {}
    for move in theirs.legal_actions():
        text = theirs.action_to_string(theirs.current_player(), move)
        text = "deal:" + text[-2:] if theirs.is_chance_node() else text.split("Action: ")[1]
        found[text] = move
    return found


def finish(theirs, cards):
    """Declares the melds that our rules take by themselves, for the player who did not knock."""
    melds = [set(meld) for meld in best_melds(cards)[1]]
    while not theirs.is_terminal():
        moves = names(theirs)
        wanted = [text for text in moves if {text[i : i + 2] for i in range(0, len(text), 2)} in melds]
        theirs.apply_action(moves[wanted[0] if wanted else "Pass"])


def dealt_alike(rng, twin):
    """Both games after the same twenty cards; there player 0 is the one who does not deal, so ids are swapped."""
    module, cards = game("gin_rummy"), rng.sample(DECK, 20)
    ours, theirs = module.get_initial_state(), twin.new_initial_state()
    for card, swapped in zip(cards, cards[10:] + cards[:10], strict=True):
        assert len(module.get_legal_actions(ours)) == len(theirs.legal_actions())
        ours = module.apply_action(ours, f"deal:{card}")
        theirs.apply_action(names(theirs)[f"deal:{swapped}"])
    return ours, theirs


def test_lock_step_with_openspiel():
    module, twin, rng, ends = game("gin_rummy"), pyspiel.load_game("gin_rummy"), random.Random(19), Counter()
    for number in range(RANDOM_GAMES):
        ours, theirs = dealt_alike(rng, twin)
        while module.get_current_player(ours) != -4:
            if theirs.is_terminal():
                # OpenSpiel calls it off after fifty upcards taken, or when one card goes to and fro.
                log = ours["log"]
                assert sum("Draw upcard" in entry for entry in log) >= 50 or log[-1][1:] == log[-3][1:]
                assert theirs.returns() == [0, 0]
                ends["called off"] += 1
                break
            if ours["log"][-2:] == ["1 Pass", "0 Pass"]:
                # There the draw after two passes is an action of its own, the only one.
                assert names(theirs).keys() == {"Draw stock"}
                theirs.apply_action(theirs.legal_actions()[0])
            legal, moves = module.get_legal_actions(ours), names(theirs)
            player = module.get_current_player(ours)
            assert theirs.current_player() == (player if player == -1 else 1 - player)
            words = {text.removeprefix("Action: ") for text in legal}
            ours_there = {"Pass" if word == "Done" else word for word in words}
            # A run grows by any number of layoffs here; OpenSpiel looks for two cards past its end only.
            beyond = ours_there - moves.keys() if len(ours["layoffs"]) >= 2 else set()
            # A run of six or more is one meld here and two there.
            beyond |= {word for word in ours_there if len(word) >= 12 and ours["phase"] == "meld"}
            if "Knock" in ours_there - moves.keys():
                # Of two ways to meld eleven cards equally well OpenSpiel sees one, which may leave the worse ten.
                hand = ours["hands"][player]
                assert min(best_melds([card for card in hand if card != gone])[0] for gone in hand) <= 10
                beyond.add("Knock")
            assert ours_there - beyond == moves.keys()
            legal = [text for text in legal if text.removeprefix("Action: ") not in beyond]
            action = choose(ours, legal, rng, [0.5, 0.02][number % 2])
            word = action.removeprefix("Action: ")
            done = ours["phase"] == "layoff" and word == "Done"
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves["Pass" if word == "Done" else word])
            if module.get_current_player(ours) == -4 and ours["knocker"] is None:
                # There the next player may still knock with the upcard or pass; here the discard ends the hand.
                theirs.apply_action(names(theirs)["Pass"])
            elif module.get_current_player(ours) == -4 and not theirs.is_terminal():
                assert done or not ours["hands"][ours["knocker"]]
                finish(theirs, ours["hands"][1 - ours["knocker"]])
        else:
            rewards = module.get_rewards(ours)
            difference = rewards[1] - rewards[0]
            if theirs.returns() == [0, 0] and ours["knocker"] is not None:
                # There equal counts are worth nothing; here they are an undercut.
                assert rewards[1 - ours["knocker"]] == 25
                ends["equal"] += 1
            else:
                assert theirs.returns() == [difference, -difference]
            assert min(rewards) == 0
            knocker = ours["knocker"]
            kind = "wall" if knocker is None else "knock" if rewards[knocker] else "undercut"
            ends["gin" if knocker is not None and not ours["hands"][knocker] else kind] += 1
    assert ends["called off"] < RANDOM_GAMES / 2
    assert min(ends[kind] for kind in ("wall", "knock", "undercut", "gin")) > 0, ends


def test_resampled_hands_vary_and_fit():
    module, rng, hands = game("gin_rummy"), random.Random(20), set()
    state, actions = module.get_initial_state(), []
    while module.get_legal_actions(state) and len(actions) < 60:
        actions.append(choose(state, module.get_legal_actions(state), rng))
        state = module.apply_action(state, actions[-1])
    history = own_history(module, actions, 0)
    for seed in range(20):
        random.seed(seed)
        again = module.resample_history(history, 0)
        assert own_history(module, again, 0) == history
        hands.add(tuple(sorted(again[10:20])))
    assert len(hands) == 20
