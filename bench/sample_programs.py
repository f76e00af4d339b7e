"""One sampled kit program of each generated family: prints JSON, family -> source.

PYTHONPATH=python:datasets uv run --project python python bench/sample_programs.py [--seed N]
"""

from __future__ import annotations

import argparse
import json
import random

from families import FAMILIES

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    sampled = {}
    for name, family in FAMILIES.items():
        rng = random.Random(f"{seed} {name}")
        sampled[name] = family.program(family.sample(rng))
    print(json.dumps(sampled))
