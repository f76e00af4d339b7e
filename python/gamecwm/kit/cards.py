"""A deck, hidden hands of one card, and the betting of a small poker."""

from __future__ import annotations

from typing import Any

from gamecwm.kit.turns import change, draw, end, is_over, next_turn

State = dict[str, Any]


def deals(state: State, deck: list[str]) -> list[str]:
    """Every undealt card as "deal K", once for each copy."""
    left = list(deck)
    for card in state["hands"]:
        if card is not None:
            left.remove(card)
    return [f"deal {card}" for card in left]


def deal(state: State, action: str) -> State:
    """Gives the card to the first player without one; when all have one, player 0 is to move."""
    hands = list(state["hands"])
    hands[hands.index(None)] = action.split()[1]
    return change(state, hands=hands, turn=-1 if None in hands else 0)


def owed(state: State) -> int:
    """What the player to move must add to stay in."""
    return max(state["bets"]) - state["bets"][state["turn"]]


def bets(state: State, raises: int) -> list[str]:
    """check or bet; facing a bet: fold, call, or raise while fewer than this many bets and raises were made."""
    if is_over(state):
        return []
    made = sum(action in ("bet", "raise") for action in state["betting"])
    if owed(state):
        return ["fold", "call", "raise"] if made < raises else ["fold", "call"]
    return ["check", "bet"] if made < raises else ["check"]


def bet(state: State, action: str, size: int) -> State:
    """Carries out check, bet, call, raise or fold of the player to move; a bet or raise adds this size."""
    paid = list(state["bets"])
    if action in ("call", "raise", "bet"):
        paid[state["turn"]] += owed(state)
    if action in ("raise", "bet"):
        paid[state["turn"]] += size
    return change(state, bets=paid, betting=[*state["betting"], action])


def is_betting_closed(state: State) -> bool:
    """Whether the last action was a call, or both players checked."""
    return state["betting"][-1:] == ["call"] or state["betting"][-2:] == ["check", "check"]


def fold(state: State) -> State:
    """The player to move gives up what was paid in; the other player gains it."""
    lost = state["bets"][state["turn"]]
    return end(state, [-lost if player == state["turn"] else lost for player in range(2)])


def reveal(state: State) -> State:
    """From now on nothing is hidden."""
    return change(state, own=[])


def showdown(state: State, ranks: list[str], low_wins: bool = False) -> State:
    """Shows the hands; the higher card (or the lower) wins what the other paid in, equal cards split."""
    first, second = (ranks.index(card) for card in state["hands"])
    state = reveal(state)
    if first == second:
        return draw(state)
    winner = int((second > first) != low_wins)
    lost = state["bets"][1 - winner]
    return end(state, [lost if player == winner else -lost for player in range(2)])


def after_bet(state: State, action: str, ranks: list[str], low_wins: bool = False) -> State:
    """What follows a betting action: the fold, the showdown, or the other player's turn."""
    if action == "fold":
        return fold(state)
    return showdown(state, ranks, low_wins) if is_betting_closed(state) else next_turn(state)
