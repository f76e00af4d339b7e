"""What the playouts of a check showed: counts, kept trails, and the first list that showed each failure."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..contract import CHANCE, Game
from ..playout import Trail, outcome_of
from ..shrink import Hit

#: Playouts whose nodes are kept for the costly probes.
KEPT = 12
#: Action strings that are remembered from anywhere in the game.
POOL = 5000
#: Reward vectors that are told apart.
VECTORS = 5000


@dataclass
class Lengths:
    """Of the playouts that ended: how long they were, and how many actions were legal along them."""

    actions: list[int] = field(default_factory=list)
    legal: int = 0
    nodes: int = 0


@dataclass
class Evidence:
    """What the playouts showed."""

    game: Game
    #: Whether states are compared after every call: first they are once a playout, until one was changed.
    careful: bool = False
    played: int = 0
    #: Playouts that nothing broke: they ended properly, or were cut off by the step limit.
    sound: int = 0
    ended: int = 0
    #: Playouts that ended properly after at least one decision.
    decided: int = 0
    nodes: int = 0
    decisions: int = 0
    #: Check name -> first list that showed the failure, and what it showed.
    failures: dict[str, tuple[list[str] | None, Hit]] = field(default_factory=dict)
    trails: list[Trail] = field(default_factory=list)
    pool: dict[str, None] = field(default_factory=dict)
    movers: set[int] = field(default_factory=set)
    players: int = 0
    chance_nodes: int = 0
    #: Whether some chance node has several outcomes, and whether some lead to different states.
    chance_varies: bool = False
    #: Reward vector -> the first finished game with it, and how many there were.
    finals: dict[tuple[float, ...], tuple[list[str], int]] = field(default_factory=dict)
    #: Reward vectors of states before the end.
    running: set[tuple[float, ...]] = field(default_factory=set)
    lists: set[tuple[str, ...]] = field(default_factory=set)
    #: Playouts that the step limit cut off.
    cut: list[Trail] = field(default_factory=list)
    shortest_game: list[str] | None = None
    lengths: Lengths = field(default_factory=Lengths)
    #: First player to move in the ended playouts -> sum of its rewards, and of the mean of the others'.
    openings: list[tuple[float, float]] = field(default_factory=list)

    #: The list that was put into the pool last: many games offer the same again and again.
    _offered: list[str] = field(default_factory=list)
    #: Actions after which a playout is cut off: the step limit, or a longer one that the game needs.
    limit: int = 0
    #: Whether all games ended alike, and time ran out before enough rare actions were looked for.
    hurried: bool = False
    #: What laws.broken_law found.
    law: tuple[bool | None, str] | None = None

    def fail(self, check: str, actions: list[str] | None, hit: Hit) -> None:
        if check not in self.failures:
            self.failures[check] = (None if actions is None else list(actions), hit)

    def look(self, trail: Trail) -> None:
        """Counts the newest node of a playout."""
        self.nodes += 1
        node = trail.last
        if node is None or trail.fault:
            return
        if node.player == CHANCE:
            self.chance_nodes += 1
            self.chance_varies |= node.different > 1
        elif node.player is not None and node.player >= 0:
            self.movers.add(node.player)
            self.decisions += node.different > 1
        if len(self.pool) < POOL and node.legal != self._offered:
            self._offered = node.legal
            self.pool.update(dict.fromkeys(node.legal))
        if node.legal and len(self.running) < VECTORS:
            self.running.add(tuple(node.rewards))

    def record(self, trail: Trail, steps: int, *, counted: bool = True) -> None:
        """Takes a finished playout into account; of one that is not counted, only how it ended."""
        outcome = outcome_of(trail, steps)
        if not counted:
            if outcome == "ended":
                self.finals.setdefault(tuple(trail.nodes[-1].rewards), (list(trail.actions), 1))
            return
        self.played += 1
        self.sound += outcome in ("ended", "limit")
        self.lists.add(tuple(trail.actions))
        if trail.nodes:
            self.players = max(self.players, len(trail.nodes[0].rewards))
        if len(self.trails) < KEPT:
            self.trails.append(trail)
        if outcome == "limit" and len(self.cut) < 3:
            self.cut.append(trail)
        if outcome == "ended":
            self._record_end(trail)

    def _record_end(self, trail: Trail) -> None:
        self.ended += 1
        movers = [node.player for node in trail.nodes if node.player is not None and node.player >= 0]
        choices = any(node.player is not None and node.player >= 0 and node.different > 1 for node in trail.nodes)
        self.decided += choices
        rewards = tuple(trail.nodes[-1].rewards)
        game, count = self.finals.get(rewards, (trail.actions, 0))
        if count or len(self.finals) < VECTORS:
            self.finals[rewards] = (game, count + 1)
        if movers and len(rewards) > 1 and movers[0] < len(rewards):
            own = rewards[movers[0]]
            self.openings.append((own, (sum(rewards) - own) / (len(rewards) - 1)))
        if self.shortest_game is None or len(trail.actions) < len(self.shortest_game):
            self.shortest_game = list(trail.actions)
        self.lengths.actions.append(len(trail.actions))
        self.lengths.legal += sum(len(node.legal) for node in trail.nodes[:-1])
        self.lengths.nodes += len(trail.nodes) - 1
