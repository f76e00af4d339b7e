"""Havannah against OpenSpiel on the full board and small ones, and its wins against a plain second telling."""

import random
from collections import Counter

import pyspiel
import pytest
from gamecwm.contract import load_game
from gamecwm.inline import inline
from games.harness import GAMES, game, games_of

LETTERS = "ABCDEFGHIJKLMNOPQRS"


def of_side(side):
    """The program with a board of another side."""
    if side == 10:
        return game("havannah")
    source = (GAMES / "havannah" / "game.py").read_text(encoding="utf-8")
    return load_game(inline(source.replace("SIDE = 10", f"SIDE = {side}")))


@pytest.mark.parametrize(("side", "games"), [(3, 1000), (4, 1000), (10, games_of(1000))])
def test_lock_step_with_openspiel(side, games):
    module, twin, rng = of_side(side), pyspiel.load_game(f"havannah(board_size={side})"), random.Random(side)
    names = {}
    for move in twin.new_initial_state().legal_actions():
        row, column = divmod(move, 2 * side - 1)
        names[move] = f"{LETTERS[column]}{2 * side - 1 - row}"
    for _ in range(games):
        ours, theirs = module.get_initial_state(), twin.new_initial_state()
        while not theirs.is_terminal():
            assert module.get_current_player(ours) == theirs.current_player()
            moves = theirs.legal_actions()
            assert set(module.get_legal_actions(ours)) == {names[move] for move in moves}
            move = rng.choice(moves)
            ours = module.apply_action(ours, names[move])
            theirs.apply_action(move)
        assert module.get_current_player(ours) == -4
        assert module.get_rewards(ours) == theirs.returns()


def neighbors(cell):
    c, row = cell
    return {(c + 1, row), (c - 1, row), (c, row + 1), (c, row - 1), (c + 1, row - 1), (c - 1, row + 1)}


def parts(cells):
    """The connected parts of a set of cells."""
    left = set(cells)
    while left:
        part, fresh = set(), {left.pop()}
        while fresh:
            part |= fresh
            fresh = {near for cell in fresh for near in neighbors(cell)} & left
            left -= fresh
        yield part


def shapes(own, cells, side):
    """Which winning shapes these stones make on a board of these cells, by the words of the rules."""
    edge = {cell for cell in cells if neighbors(cell) - cells}
    corners = {cell for cell in edge if len(neighbors(cell) - cells) == 3}
    sides = list(parts(edge - corners))
    assert (len(corners), len(sides)) == (6, 6)
    found = set()
    for chain in parts(own):
        if len(chain & corners) >= 2:
            found.add("bridge")
        if sum(bool(chain & line) for line in sides) >= 3:
            found.add("fork")
    if any(not part & edge for part in parts(cells - own)) or any(neighbors(cell) <= own for cell in own):
        found.add("ring")
    return found


# A board of side 2 has no cells between the corners, so the smallest has side 3.
@pytest.mark.parametrize(("side", "games"), [(3, 400), (4, 100), (6, 20), (10, 2)])
def test_wins_are_the_shapes_of_the_rules(side, games):
    module, rng, seen = of_side(side), random.Random(20 + side), Counter()
    cells = {(LETTERS.index(name[0]), int(name[1:])) for name in module.get_legal_actions(module.get_initial_state())}
    for number in range(games):
        state, own = module.get_initial_state(), [set(), set()]
        while module.get_legal_actions(state):
            player = module.get_current_player(state)
            action = rng.choice(module.get_legal_actions(state))
            # In every second game the players shun what wins, so that boards fill.
            for other in module.get_legal_actions(state) if number % 2 else []:
                if module.get_rewards(module.apply_action(state, action))[player] == 1:
                    action = other
            own[player].add((LETTERS.index(action[0]), int(action[1:])))
            state = module.apply_action(state, action)
            found = shapes(own[player], cells, side)
            assert (module.get_rewards(state)[player] == 1) == bool(found)
            seen.update(found)
        full = len(own[0] | own[1]) == len(cells)
        assert full or any(module.get_rewards(state))
        seen["draw"] += not any(module.get_rewards(state))
    expected = {3: ["bridge", "fork", "ring", "draw"], 4: ["bridge", "fork", "ring"], 6: ["fork"], 10: ["fork"]}
    assert all(seen[shape] for shape in expected[side]), seen
