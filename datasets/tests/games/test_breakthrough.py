"""Breakthrough against OpenSpiel in lock step, and perft against a second implementation on bit boards."""

import random

import pyspiel
from games.harness import game

NAME = "breakthrough"
RANDOM_GAMES = 1000
#: Leaves below the start position, by depth; both implementations are counted, and must give these.
PERFT = {1: 22, 2: 484, 3: 11132, 4: 256036}

FULL = (1 << 64) - 1
FILE_A = sum(1 << (8 * rank) for rank in range(8))
FILE_H = FILE_A << 7


def squares(action):
    """The two squares of one of our actions."""
    return action[:2] + action[3:]


def mirrored(text):
    """The two squares of OpenSpiel's move with the ranks turned round, since its player 0 starts at the top."""
    return f"{text[0]}{9 - int(text[1])}{text[2]}{9 - int(text[3])}"


def test_lock_step_with_openspiel():
    module, twin, rng = game(NAME), pyspiel.load_game(NAME), random.Random(1)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            player = theirs.current_player()
            assert module.get_current_player(ours) == player
            assert module.get_rewards(ours) == theirs.returns()
            texts = {action: theirs.action_to_string(player, action) for action in theirs.legal_actions()}
            moves = {mirrored(text): action for action, text in texts.items()}
            actions = module.get_legal_actions(ours)
            assert sorted(map(squares, actions)) == sorted(moves)
            action = rng.choice(actions)
            move = moves[squares(action)]
            assert ("x" in action) == ("*" in texts[move])
            ours = module.apply_action(ours, action)
            theirs.apply_action(move)
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()


def moves(own, enemy):
    """The positions after every move of the side that moves to higher bits, as (own, enemy)."""
    empty = FULL & ~(own | enemy)
    for shift, border, targets in ((8, 0, empty), (9, FILE_H, FULL & ~own), (7, FILE_A, FULL & ~own)):
        reached = (own & ~border) << shift & targets
        while reached:
            bit = reached & -reached
            reached ^= bit
            yield own ^ bit ^ bit >> shift, enemy & ~bit


def flipped(board):
    """The board seen from the other side."""
    return int.from_bytes(board.to_bytes(8, "little"), "big")


def perft_on_bits(own, enemy, depth):
    """Leaves at a depth; a side that has been broken through or has no men does not move."""
    if not own or enemy & 0xFF:
        return 0
    if depth == 0:
        return 1
    return sum(
        1 if depth == 1 else perft_on_bits(flipped(after_enemy), flipped(after_own), depth - 1)
        for after_own, after_enemy in moves(own, enemy)
    )


def perft(module, state, depth):
    """Leaves at a depth, counted by the legal actions one level above."""
    actions = module.get_legal_actions(state)
    if depth == 1:
        return len(actions)
    return sum(perft(module, module.apply_action(state, action), depth - 1) for action in actions)


def test_perft():
    module = game(NAME)
    for depth, leaves in PERFT.items():
        assert perft(module, module.get_initial_state(), depth) == leaves
        assert perft_on_bits(0xFFFF, 0xFFFF << 48, depth) == leaves


def bits(state, player):
    """A side's men as bits, seen from that side."""
    rows = state["board"][::-1] if player == 0 else state["board"]
    return sum(1 << (8 * row + col) for row in range(8) for col in range(8) if rows[row][col] == "wb"[player])


def test_perft_in_the_middle_of_random_games():
    module, rng = game(NAME), random.Random(2)
    for _ in range(40):
        state = module.get_initial_state()
        for _ in range(rng.randrange(10, 50)):
            if module.get_current_player(state) == -4:
                break
            state = module.apply_action(state, rng.choice(module.get_legal_actions(state)))
        player = module.get_current_player(state)
        if player != -4:
            own, enemy = bits(state, player), flipped(bits(state, 1 - player))
            assert perft(module, state, 2) == perft_on_bits(own, enemy, 2)
