"""Hanabi against OpenSpiel, what each player sees, and hands resampled from the clues."""

import random
from collections import Counter

import pyspiel
from games.harness import game, own_history, play

RANDOM_GAMES = 1000
TWIN = {"players": 2, "colors": 5, "ranks": 5, "hand_size": 5, "max_information_tokens": 8, "max_life_tokens": 3}


def name(theirs, move):
    """Our action for one of theirs: "(Deal R1)", "(Play 0)", "(Reveal player +1 color R)"."""
    words = theirs.action_to_string(theirs.current_player(), move).strip("()").split()
    if words[0] == "Deal":
        return f"deal:{words[1][0]},{words[1][1]}"
    if words[0] == "Reveal":
        return f"Reveal {words[3]} {1 - theirs.current_player()} {words[4]}"
    return " ".join(words)


def choose(state, legal, skill, rng):
    """An action: with this chance one that a player who sees everything would like, so that stacks grow."""
    hand = state["hands"][state["turn"]]
    fits = [f"Play {slot}" for slot, card in enumerate(hand) if state["stacks"][card[0]] == int(card[2]) - 1]
    if rng.random() > skill:
        return rng.choice(legal)
    dead = [f"Discard {slot}" for slot, card in enumerate(hand) if state["stacks"][card[0]] >= int(card[2])]
    safe = [action for action in legal if action in dead] or [action for action in legal if action[0] == "R"]
    return rng.choice(fits or safe or [action for action in legal if action[0] != "P"] or legal)


def test_lock_step_with_openspiel():
    module, twin, rng = game("hanabi"), pyspiel.load_game("hanabi", TWIN), random.Random(14)
    ends = Counter()
    for number in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        skill = [0, 0.9, 1, 1][number % 4]
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            legal = module.get_legal_actions(ours)
            if player == -1:
                moves = {name(theirs, move): move for move, _ in theirs.chance_outcomes()}
                counts = Counter(legal)
                assert counts.keys() == moves.keys()
                for move, chance in theirs.chance_outcomes():
                    assert abs(counts[name(theirs, move)] / len(legal) - chance) < 1e-9
                action = rng.choice(legal)
            else:
                moves = {name(theirs, move): move for move in theirs.legal_actions()}
                assert sorted(legal) == sorted(moves)
                action = choose(ours, legal, skill, rng)
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()
        ends["bombed" if ours["fuses"] == 0 else "perfect" if theirs.returns()[0] == 25 else "last round"] += 1
    assert min(ends[end] for end in ("bombed", "perfect", "last round")) > 20, ends


def clever_game(rng, skill):
    """The actions of one game of this skill."""
    module = game("hanabi")
    state, actions = module.get_initial_state(), []
    while legal := module.get_legal_actions(state):
        actions.append(rng.choice(legal) if state["turn"] == -1 else choose(state, legal, skill, rng))
        state = module.apply_action(state, actions[-1])
    return actions


def test_a_player_sees_all_but_the_own_hand():
    """Two states that differ in the own hand alone look the same to its owner, and not to the partner."""
    module = game("hanabi")
    other = [f"deal:Y,{rank}" for rank in "12345"]
    own = ("R1 G1 R2 G2 R3", "B1 W1 B2 W2 B3")
    hands = [[f"deal:{card[0]},{card[1]}" for card in cards.split()] for cards in own]
    states = [play("hanabi", hand + other) for hand in hands]
    first, second = ([module.get_observations(state)[player] for state in states] for player in range(2))
    assert first[0] == first[1]
    assert second[0] != second[1]


def test_resampled_hands_fit_every_clue_and_vary():
    module, rng = game("hanabi"), random.Random(15)
    varied = 0
    for number in range(60):
        actions = clever_game(rng, [0.5, 0.95, 1][number % 3])
        cut = rng.randrange(10, len(actions))
        state = play("hanabi", actions[:cut])
        player = module.get_current_player(state)
        if player < 0:
            continue
        history = own_history(module, actions[:cut], player)
        random.seed(number)
        hands = set()
        for _ in range(3):
            again = module.resample_history(history, player)
            assert own_history(module, again, player) == history
            hands.add(tuple(play("hanabi", again)["hands"][player]))
        varied += len(hands) > 1
    assert varied > 20
