"""The command line: `python -m gamecwm check | tidy | compare | play`."""
