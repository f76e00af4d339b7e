"""Y against OpenSpiel, and the value of every opening on small triangles by exhaustive search."""

import random
from functools import cache

import pyspiel
import pytest
from gamecwm.contract import load_game
from gamecwm.inline import inline
from games.harness import GAMES, game

RANDOM_GAMES = 1000


def test_lock_step_with_openspiel():
    module, twin, rng = game("y"), pyspiel.load_game("y(board_size=5)"), random.Random(1)
    for _ in range(RANDOM_GAMES):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            assert module.get_rewards(ours) == theirs.returns() == [0, 0]
            moves = {"{1},{0}".format(*divmod(move, 5)): move for move in theirs.legal_actions()}
            assert sorted(module.get_legal_actions(ours)) == sorted(moves)
            action = rng.choice(sorted(moves))
            ours = module.apply_action(ours, action)
            theirs.apply_action(moves[action])
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()


def winning_openings(side: int) -> set[str]:
    """The first moves that win on a triangle of this side, by searching every line of play."""
    source = inline((GAMES / "y" / "game.py").read_text(encoding="utf-8"))
    module = load_game(source.replace("SIDE = 5", f"SIDE = {side}"))

    @cache
    def wins(stones: tuple[tuple[str, ...], ...], player: int) -> bool:
        state = {"turn": player, "rewards": [0.0, 0.0], "board": [list(row) for row in stones]}
        return any(is_won(state, action, player) for action in module.get_legal_actions(state))

    def is_won(state: dict, action: str, player: int) -> bool:
        after = module.apply_action(state, action)
        if module.get_current_player(after) == -4:
            return module.get_rewards(after)[player] == 1
        return not wins(tuple(map(tuple, after["board"])), 1 - player)

    first = module.get_initial_state()
    return {action for action in module.get_legal_actions(first) if is_won(first, action, 0)}


@pytest.mark.parametrize("side", [1, 2, 3, 4])
def test_the_first_player_wins_small_triangles(side):
    """A stolen strategy says that some opening wins; from side 3 on no corner does, and symmetry holds throughout."""
    openings = winning_openings(side)
    assert openings
    mirrored = {"{1},{0}".format(*cell.split(",")) for cell in openings}
    turned = {f"{side - 1 - sum(map(int, cell.split(',')))},{cell.split(',')[0]}" for cell in openings}
    assert openings == mirrored == turned
    corners = {"0,0", f"{side - 1},0", f"0,{side - 1}"}
    assert bool(openings & corners) == (side <= 2)
