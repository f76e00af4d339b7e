"""Pig: roll and risk the turn's points, or hold and bank them; the first to bank 100 wins."""

from kit import *

SIDES, TARGET, BUST = 6, 100, 1


def get_initial_state():
    """No points; player 0 to move."""
    return start(scores=[0, 0], pot=0, dice=[])


def apply_action(state, action):
    """Rolls, holds, or shows the face that chance rolled."""
    require(action, get_legal_actions(state))
    if action == "roll":
        return to_chance(state)
    if action == "hold":
        state = bank(state)
        return win(state) if state["scores"][mover(state)] >= TARGET else next_turn(state)
    face = int(action)
    state = change(state, dice=[face], turn=mover(state))
    return next_turn(lose_pot(state)) if face == BUST else add_pot(state, face)


def get_legal_actions(state):
    """Roll always, hold once there is something to bank; the faces of the die at a chance node."""
    if is_over(state):
        return []
    if is_chance(state):
        return [f"{face}" for face in range(1, SIDES + 1)]
    return ["roll", "hold"] if state["pot"] else ["roll"]
