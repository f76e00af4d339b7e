"""Battleship on two hidden 4x4 seas: a ship of two cells and one of one cell each, one shot a turn."""

import random

from kit import *

SIZE = 4
CELLS = [(row, col) for row in range(SIZE) for col in range(SIZE)]
LONG_SHIPS = [
    ((row, col), (row + down, col + 1 - down))
    for down in (0, 1)
    for row, col in CELLS
    if row + down < SIZE and col + 1 - down < SIZE
]
FLEETS = [[*ship, cell] for ship in LONG_SHIPS for cell in CELLS if cell not in ship]
SHIP, HIT, MISS = "S", "X", "o"


def fleet_name(fleet):
    """The cells of the long ship and of the small one, as they stand in an action."""
    bow, stern, small = (f"{row}{col}" for row, col in fleet)
    return f"{bow}_{stern}|{small}"


FLEETS_BY_NAME = {fleet_name(fleet): fleet for fleet in FLEETS}


def place_fleet(state, player, name):
    """Sets a side's ships on its sea; the second side's are the last."""
    boards = list(state["boards"])
    boards[player] = with_cells(boards[player], dict.fromkeys(FLEETS_BY_NAME[name], SHIP))
    ships = list(state["ships"])
    ships[player] = name
    return change(state, boards=boards, ships=ships, turn=-1 if player == 0 else 0)


def fire(state, cell):
    """A shot of the mover: all ships hit wins, else the other side fires, after a hit too."""
    player, boards, shots = state["turn"], list(state["boards"]), list(state["shots"])
    target = boards[1 - player]
    hit = target[cell[0]][cell[1]] == SHIP
    boards[1 - player] = with_cells(target, {cell: HIT if hit else MISS})
    shots[player] = [*shots[player], {"cell": list(cell), "hit": hit}]
    state = change(state, boards=boards, shots=shots)
    return next_turn(state) if any(SHIP in line for line in boards[1 - player]) else win(reveal(state))


def without_ships(board):
    """A sea as the enemy sees it."""
    return [["" if cell == SHIP else cell for cell in line] for line in board]


def fits_shots(fleet, shots):
    """Whether a fleet would have made the same hits and misses."""
    return all((tuple(shot["cell"]) in fleet) == shot["hit"] for shot in shots)


def get_initial_state():
    """Two empty seas."""
    return start(
        own=["ships"],
        boards=[grid(SIZE, SIZE), grid(SIZE, SIZE)],
        ships=[None, None],
        shots=[[], []],
        turn=-1,
    )


def apply_action(state, action):
    """The state after a fleet is placed or a shot is fired."""
    require(action, get_legal_actions(state))
    if is_chance(state):
        place_word, name = action.split(":")
        return place_fleet(state, int(place_word[-1]), name)
    row, col = action.split("_")[1:]
    return fire(state, (int(row), int(col)))


def get_legal_actions(state):
    """Every fleet of the side to be placed, or every cell not yet fired at."""
    if is_over(state):
        return []
    if is_chance(state):
        player = 0 if state["ships"][0] is None else 1
        return [f"place_p{player}:{name}" for name in FLEETS_BY_NAME]
    target = state["boards"][1 - state["turn"]]
    return [f"fire_{row}_{col}" for row, col in CELLS if target[row][col] not in (HIT, MISS)]


def get_observations(state):
    """Until the end the enemy's ships show only where they were hit; while fleets are placed, nothing shows."""
    if is_chance(state):
        return [view(get_initial_state(), player) for player in range(2)]
    if is_over(state):
        return [view(state, player) for player in range(2)]
    first, second = state["boards"]
    return [
        change(view(state, 0), boards=[first, without_ships(second)]),
        change(view(state, 1), boards=[without_ships(first), second]),
    ]


def resample_history(obs_action_history, player_id):
    """The same shots against an enemy fleet drawn from all that fit the player's hits and misses."""
    if not obs_action_history:
        return []
    seen, action = obs_action_history[-1]
    shots = seen["shots"]
    fitting = [name for name, fleet in FLEETS_BY_NAME.items() if fits_shots(fleet, shots[player_id])]
    ships = list(seen["ships"])
    ships[1 - player_id] = random.choice(fitting)
    actions = [f"place_p{player}:{name}" for player, name in enumerate(ships)]
    for number in range(len(shots[0]) + len(shots[1])):
        row, col = shots[number % 2][number // 2]["cell"]
        actions.append(f"fire_{row}_{col}")
    return actions + ([action] if action else [])
