"""Checks, measures and exports the thirty games of datasets/games."""
