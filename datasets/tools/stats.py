"""`stats`: lengths, players and the size of play of every game; `--record` writes them into datasets/README.md."""

from __future__ import annotations

import json
import random
from typing import Any

from gamecwm.contract import OVER, Game

from tools.games import DATASETS, Folder
from tools.sheet import write_blocks
from tools.table import render
from tools.tokens import count, qwen_estimate

SHEET = DATASETS / "README.md"
LONGEST = 5000
HEAD = ["game", "split", "style", "players", "information", "rules", "short", "program", "Qwen", "plain", "branching",
        "length"]  # fmt: skip


def playouts(module: Game, games: int, seed: int) -> tuple[float, float]:
    """Mean number of distinct legal actions where a player decides, and mean actions a game, over random games."""
    choices, actions = [], []
    for number in range(games):
        rng = random.Random(f"{seed} stats {number}")
        state, length = module.get_initial_state(), 0
        while (player := module.get_current_player(state)) != OVER and length < LONGEST:
            legal = module.get_legal_actions(state)
            if player >= 0:
                choices.append(len(set(legal)))
            state = module.apply_action(state, rng.choice(legal))
            length += 1
        actions.append(length)
    return sum(choices) / max(1, len(choices)), sum(actions) / len(actions)


def measure(folder: Folder, *, games: int, seed: int) -> dict[str, Any]:
    """The figures of one game; characters and tokens of each text, branching and length in actions."""
    branching, length = playouts(folder.load(), games, seed)
    texts = {"rules": folder.rules, "short": folder.rules_short, "program": folder.program, "plain": folder.plain}
    tokens = {name: count(text) for name, text in texts.items()}
    return {
        "name": folder.name,
        "title": folder.meta["title"],
        "split": folder.meta["split"],
        "style": "kit" if folder.is_kit else "plain",
        "players": folder.meta["players"],
        "information": folder.meta["information"],
        "characters": {name: len(text) for name, text in texts.items()},
        "tokens": tokens,
        "qwenTokensEstimated": {name: qwen_estimate(number) for name, number in tokens.items()},
        "branching": round(branching, 1),
        "length": round(length, 1),
    }


def row(one: dict[str, Any]) -> list[object]:
    tokens = one["tokens"]
    facts = [one[key] for key in ("name", "split", "style", "players", "information")]
    sizes = [tokens["rules"], tokens["short"], tokens["program"], one["qwenTokensEstimated"]["program"]]
    return [*facts, *sizes, tokens["plain"], one["branching"], one["length"]]


def run(folders: list[Folder], *, games: int, seed: int, as_json: bool, record: bool) -> int:
    """Measures every game and prints a table or JSON; with `record` the datasheet's blocks are written too."""
    figures = [measure(folder, games=games, seed=seed) for folder in folders]
    if as_json:
        print(json.dumps({"games": games, "seed": seed, "figures": figures}, indent=2))
    else:
        print("Lengths of texts in the starter's tokens (Qwen: estimated), of games in actions.\n")
        print(render(HEAD, [row(one) for one in figures]))
    if record:
        write_blocks(SHEET, folders, figures, games=games, seed=seed)
    return 0
