"""The command line: `python -m gamecwm check | tidy | compare | infer | play`."""
