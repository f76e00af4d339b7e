"""Programs that are no game at all; a checker that gives them much is fooled."""

from __future__ import annotations

_FRAME = '''
import random

def get_player_name(player_id):
    return f"Player {{player_id}}"

def get_initial_state():
    return {initial}

def get_current_player(state):
    return {player}

def get_legal_actions(state):
    return {legal}

def apply_action(state, action):
    {apply}

def get_rewards(state):
    return {rewards}

def get_observations(state):
    return [dict(state), dict(state)]

def resample_history(obs_action_history, player_id):
    return {resample}
'''


def _program(
    *,
    initial: str = '{"moves": []}',
    player: str = 'len(state["moves"]) if len(state["moves"]) < 2 else -4',
    legal: str = '["a", "b"] if len(state["moves"]) < 2 else []',
    apply: str = 'return {"moves": state["moves"] + [action]}',
    rewards: str = '[1.0, -1.0] if len(state["moves"]) > 1 and state["moves"][0] == state["moves"][1] else [-1.0, 1.0]',
    resample: str = '[move for move in obs_action_history[-1][0]["moves"]] + [obs_action_history[-1][1]]',
) -> str:
    return _FRAME.format(
        initial=initial, player=player, legal=legal, apply=apply, rewards=rewards, resample=resample
    )


#: name -> program
CONTROLS: dict[str, str] = {
    "always over": _program(player="-4", legal="[]", rewards="[0.0, 0.0]"),
    "always crashing": _program(apply='raise ValueError("no")'),
    "two dummy moves": _program(rewards="[0.0, 0.0]"),
    "constant rewards": _program(rewards="[1.0, -1.0]"),
    "nothing legal": _program(legal="[]", player="0"),
    "never over": _program(player='len(state["moves"]) % 2', legal='["a", "b"]', apply="return dict(state)"),
    "empty histories": _program(legal='["pass"] if len(state["moves"]) < 2 else []', resample="[]"),
}
