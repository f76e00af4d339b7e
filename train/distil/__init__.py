"""The `train` script: makes the models that write games."""
