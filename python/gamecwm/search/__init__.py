"""Tree search over game programs: UCT with chance and general sums, over sampled worlds where information is hidden.

`Search` is a job that is run a few milliseconds at a time. `uct` holds its budgets and statistics, `tree` what is
remembered of the game, `determinize` the worlds that fit what the searching player knows.
"""

from gamecwm.search.determinize import hides_information, own_history
from gamecwm.search.uct import Options, Search

__all__ = ["Options", "Search", "hides_information", "own_history"]
