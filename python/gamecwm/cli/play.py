"""A match against the tree search in the terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from .process import ProgramProcess
from .show import view_text

HELP = "Type the number or the name of an action; u takes your last action back, q quits."
SECONDS = 30.0


class Match:
    """One person in a seat; the search plays every other one."""

    def __init__(self, process: ProgramProcess, options: argparse.Namespace, read: Callable[[str], str]) -> None:
        self.process = process
        self.seat: int = options.seat
        self.seed: int = options.seed
        self.simulations: int = options.simulations
        self.read = read
        self.actions: list[str] = []
        #: Lengths of the list at the person's own decisions.
        self.decisions: list[int] = []

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.process.call(method, {"actions": self.actions, **params}, seconds=SECONDS)

    def play(self) -> int:
        """Plays to the end of the game or until the person quits; the exit status."""
        print(HELP)
        while True:
            self.actions = self.call("advance", seed=self.seed)["actions"]
            position = self.call("position", seat=self.seat)
            if position["player"] == -4:
                return self._over(position)
            if position["player"] != self.seat:
                self._answer(position)
            elif not self._ask(position):
                return 0

    def _over(self, position: dict[str, Any]) -> int:
        print(f"\n{view_text(position['view'])}\n\nThe game is over.")
        for name, reward in zip(position["names"], position["rewards"], strict=False):
            print(f"  {name}: {reward:+g}")
        return 0

    def _answer(self, position: dict[str, Any]) -> None:
        """The search plays."""
        name = position["names"][position["player"]]
        found = self.call("search", seed=self.seed, simulations=self.simulations, milliseconds=10_000)
        self.actions.append(found["best"])
        shown = self.call("position", seat=self.seat)["actions"][-1]
        print(f"\n{name} plays {shown if shown != '?' else 'something hidden'}.")

    def _ask(self, position: dict[str, Any]) -> bool:
        """The person plays, takes back, or (False) quits."""
        legal: list[str] = position["legal"]
        print(f"\n{view_text(position['view'])}\n\n{position['names'][self.seat]}, your actions:")
        print("  " + "   ".join(f"{number} {action}" for number, action in enumerate(legal, start=1)))
        while True:
            try:
                word = self.read("> ").strip()
            except EOFError:
                return False
            if word in ("q", "quit") and word not in legal:
                return False
            if word in ("u", "undo") and word not in legal:
                if self.decisions:
                    self.actions = self.actions[: self.decisions.pop()]
                    return True
                print("There is nothing to take back.")
                continue
            action = word if word in legal else None
            if action is None and word.isascii() and word.isdigit() and 1 <= int(word) <= len(legal):
                action = legal[int(word) - 1]
            if action is not None:
                self.decisions.append(len(self.actions))
                self.actions.append(action)
                return True
            print(f"{word!r} is no action here. {HELP}")
