"""Random play from a position of the tree to the end of the game, or to a cut."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Sequence
from time import perf_counter

from gamecwm.contract import OVER, Game, State
from gamecwm.search.positions import Position, Positions, Rewards, Scale, stuck

#: What a cut playout is worth: one number a player, in the units of the rewards.
Evaluation = Callable[[State], Sequence[float]]

#: Steps between two looks at the clock, where steps are quick; seconds of work that should not be passed between them.
STRIDE, PATIENCE = 8, 0.002
#: States after which keeping the positions of playouts has to have been of use, and the least share met again.
TRIALS = ((400, 0.025), (4000, 0.15))
#: First playouts, in which a program is asked closely whether the game is over.
CAREFUL = 32


class Playouts:
    """Uniformly random playouts, cut after `depth` actions and then worth `evaluate` (None: the rewards by then)."""

    def __init__(
        self, game: Game, scale: Scale, rng: random.Random, *, depth: int, evaluate: Evaluation | None
    ) -> None:
        #: Actions applied so far.
        self.steps = 0
        self._game = game
        self._scale = scale
        self._random = rng.random
        self._depth = depth
        self._evaluate = evaluate or game.get_rewards
        self._played = 0
        self._over_with_actions = False
        self._stride = 1
        self._trials = list(TRIALS)
        self._keeps = True

    def play(self, leaf: Position) -> Generator[None, None, Rewards]:
        """The rewards at the end of one playout; yields every few steps, after each where the program is slow.

        An empty legal list stands for the end, which saves a call a step; the first playouts look closer, and a program
        that still offers actions when the game is over is then always asked for the player as well.
        """
        if leaf.exact is not None:
            return leaf.exact
        game, rng_random = self._game, self._random
        legal_actions, apply_action = game.get_legal_actions, game.apply_action
        careful = self._over_with_actions or self._played < CAREFUL
        self._played += 1
        state, legal = leaf.state, leaf.legal
        left = self._stride
        started = perf_counter()
        for step in range(self._depth):
            state = apply_action(state, legal[int(rng_random() * len(legal))])
            legal = legal_actions(state)
            if not legal:
                player = game.get_current_player(state)
                if player != OVER:
                    raise stuck(player)
                self.steps += step + 1
                return self._rewards(state)
            if careful and game.get_current_player(state) == OVER:
                self._over_with_actions = True
                self.steps += step + 1
                return self._rewards(state)
            left -= 1
            if not left:
                left = self._paced(perf_counter() - started)
                yield
                started = perf_counter()
        self.steps += self._depth
        return self._valued(state)

    def through(self, leaf: Position, positions: Positions) -> Generator[None, None, Rewards]:
        """`play` along positions that are kept, so that a small game's program is asked ever more seldom.

        Ends at a proven position with what is proven. Given up for `play` where positions are hardly ever met again.
        """
        if not self._keeps:
            return (yield from self.play(leaf))
        rng_random = self._random
        position = leaf
        steps = 0
        while position.exact is None:
            if steps == self._depth:
                self.steps += steps
                return self._valued(position.state)
            legal = position.legal
            action = legal[int(rng_random() * len(legal))]
            child = position.children.get(action)
            if child is None:
                child = positions.child(position, action)
                yield
            position = child
            steps += 1
        self.steps += steps
        if self._trials and positions.asked >= self._trials[0][0]:
            self._keeps = positions.met >= self._trials.pop(0)[1] * positions.asked
            if not self._keeps:
                positions.asked = positions.met = 0
        return position.exact

    def _paced(self, seconds: float) -> int:
        """Steps until the next look at the clock, by how long the last took: when to pause, never what to do."""
        if seconds > PATIENCE:
            self._stride = max(1, self._stride // 2)
        elif seconds < PATIENCE / 4:
            self._stride = min(STRIDE, self._stride * 2)
        return self._stride

    def _valued(self, state: State) -> Rewards:
        rewards = tuple(self._evaluate(state))
        self._scale.notice(rewards)
        return rewards

    def _rewards(self, state: State) -> Rewards:
        rewards = tuple(self._game.get_rewards(state))
        self._scale.notice(rewards)
        return rewards
