"""Writes src/playing/gallery.positions.json: seeded positions, as player 0 sees them, for tests.

Usage: uv run --project python python scripts/gallery-positions.py
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "python"))

from gamecwm.contract import OVER, load_game  # noqa: E402
from gamecwm.inline import inline  # noqa: E402
from gamecwm.table import Table  # noqa: E402

NAMES = (
    "tic_tac_toe connect4 breakthrough checkers converge pentago y havannah dots_and_boxes quadranto go battleship "
    "goofspiel liars_dice chess gen_chess backgammon"
).split()


def position(name: str) -> dict[str, object]:
    """What player 0 sees at an early turn of player 0 in a random game."""
    folder, rng = ROOT / "datasets" / "games" / name, random.Random(1)
    game = load_game(inline((folder / "game.py").read_text(encoding="utf-8")))
    state, actions, turns = game.get_initial_state(), [], []
    while (player := game.get_current_player(state)) != OVER and len(actions) < 200:
        if player == 0:
            turns.append(list(actions))
        actions.append(rng.choice(game.get_legal_actions(state)))
        state = game.apply_action(state, actions[-1])
    seen = Table(game).position(turns[min(4, len(turns) // 4)], 0)
    hint = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["board"]
    return {"view": seen["view"], "names": seen["names"], "legal": seen["legal"], "hint": hint}


if __name__ == "__main__":
    lines = [f"  {json.dumps(name)}: {json.dumps(position(name))}" for name in NAMES]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (ROOT / "src" / "playing" / "gallery.positions.json").write_text(text, encoding="utf-8")
