"""Tree search over game programs: UCT with chance and general sums, over worlds where information is hidden.

`Search` is a job that is run a few milliseconds at a time. `uct` holds its budgets and statistics, `tree` what is
remembered of a game in which everything is seen, `infosets` and `hidden` of one in which it is not, `determinize` the
worlds that fit what a player knows.
"""

from gamecwm.search.determinize import own_history
from gamecwm.search.secrecy import hides_information
from gamecwm.search.solve import Solution, Solver, solve
from gamecwm.search.statistics import merge, mixture
from gamecwm.search.uct import Options, Search

__all__ = ["Options", "Search", "Solution", "Solver", "hides_information", "merge", "mixture", "own_history", "solve"]
