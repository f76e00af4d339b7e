"""Histories for any game: worlds that fit what one player saw and did, from the program's forward functions alone.

`Sampler` draws worlds in proportion to their chance probability, `Enumeration` gives all of them with theirs. The
program's own `resample_history` is never used. `Inference` does it a few milliseconds at a time.
"""

from gamecwm.infer.history import History, NoHistory, history_of, own_history
from gamecwm.infer.job import Inference
from gamecwm.infer.sample import Enumeration, Sampler, resample

__all__ = ["Enumeration", "History", "Inference", "NoHistory", "Sampler", "history_of", "own_history", "resample"]
