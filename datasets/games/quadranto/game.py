"""Quadranto: two players who see only each other's quadrant walk a 4x4 grid until one steps onto the other."""

import random
from itertools import zip_longest

from kit import *

SIZE, MAX_MOVES = 4, 20
HALF = SIZE // 2
STEPS = {"Up": (-1, 0), "Down": (1, 0), "Left": (0, -1), "Right": (0, 1), "Stay": (0, 0)}
CELLS = [(row, col) for row in range(SIZE) for col in range(SIZE)]
STARTS = [
    [(row, col) for row in range(HALF) for col in range(HALF)],
    [(row, col) for row in range(HALF, SIZE) for col in range(HALF, SIZE)],
]


def quadrant(cell):
    """The quadrant of a cell: 1 top left, 2 top right, 3 bottom left, 4 bottom right."""
    return 1 + 2 * (cell[0] // HALF) + cell[1] // HALF


def find_player(board, player):
    """The cell where a player stands; after a catch both stand on one."""
    return next((row, col) for row, col in CELLS if "xo"[player] in board[row][col])


def steps_from(cell):
    """The moves that stay on the grid, each with the cell that it reaches."""
    reached = [(move, (cell[0] + row, cell[1] + col)) for move, (row, col) in STEPS.items()]
    return [(move, (row, col)) for move, (row, col) in reached if 0 <= row < SIZE and 0 <= col < SIZE]


def place_player(state, action):
    """Sets a player on its first cell; once both stand, player 0 moves."""
    cell = parse_cell(action.split(":")[1])
    state = next_turn(change(state, board=with_cells(state["board"], {cell: "xo"[mover(state)]})))
    return state if state["turn"] == 0 else to_chance(state)


def unseen_steps(cell, watcher, seen):
    """The steps of a hidden player that does not stand on the watcher, does not catch it and ends where it is seen."""
    if cell == watcher:
        return []
    return [(move, to) for move, to in steps_from(cell) if to != watcher and quadrant(to) == seen]


def get_initial_state():
    """An empty grid; chance places player 0 first."""
    return to_chance(start(board=grid(SIZE, SIZE), moves=0))


def apply_action(state, action):
    """Places a player or walks one step; stepping onto the other wins."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        return place_player(state, action)
    source = find_player(state["board"], state["turn"])
    board = with_cells(state["board"], {source: ""})
    row, col = dict(steps_from(source))[action]
    caught = board[row][col]
    board = with_cells(board, {(row, col): caught + mark(state)})
    state = change(state, board=board, moves=state["moves"] + 1)
    if caught:
        return win(state)
    return draw(state) if state["moves"] == MAX_MOVES else next_turn(state)


def get_legal_actions(state):
    """The steps that stay on the grid; at a chance node the cells of the player's first quadrant."""
    if is_over(state):
        return []
    if is_chance(state):
        player = mover(state)
        return [f"place_p{player}:{row},{col}" for row, col in STARTS[player]]
    return [move for move, _ in steps_from(find_player(state["board"], state["turn"]))]


def get_observations(state):
    """The player's own cell and the other's quadrant; nothing before both are placed."""
    if is_chance(state):
        return [{}, {}]
    cells = [find_player(state["board"], player) for player in (0, 1)]
    return [
        {
            "board": with_cells(grid(SIZE, SIZE), {cells[player]: "xo"[player]}),
            "opponent_quadrant": quadrant(cells[1 - player]),
        }
        for player in (0, 1)
    ]


def resample_history(obs_action_history, player_id):
    """A random history that fits; every route the other player may have walked is equally likely."""
    if not obs_action_history:
        return []
    other = 1 - player_id
    sights = [(find_player(seen["board"], player_id), seen["opponent_quadrant"]) for seen, _ in obs_action_history]
    own_start, own_moves = sights[0][0], [action for _, action in obs_action_history if action]
    # Player 1 first looks after a step of player 0, player 0 before any step of player 1.
    sights = sights[other:]
    ways = [dict.fromkeys(CELLS, 1)]
    for sight in reversed(sights):
        ways.insert(0, {cell: sum(ways[0][to] for _, to in unseen_steps(cell, *sight)) for cell in CELLS})
    cell = other_start = random.choices(STARTS[other], [ways[0][first] for first in STARTS[other]])[0]
    moves = []
    for sight, count in zip(sights, ways[1:], strict=True):
        steps = unseen_steps(cell, *sight)
        move, cell = random.choices(steps, [count[to] for _, to in steps])[0]
        moves.append(move)
    starts = sorted([(player_id, own_start), (other, other_start)])
    turns = zip_longest(own_moves, moves) if player_id == 0 else zip_longest(moves, own_moves)
    placed = [f"place_p{player}:{row},{col}" for player, (row, col) in starts]
    return placed + [move for turn in turns for move in turn if move]
