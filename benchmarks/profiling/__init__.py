"""Where the time of a training step goes.

1. `capture.py` carries a recipe as far as its trainings, and takes their parts instead of training.
2. `parts.py` takes steps of one under torch's profiler and sorts the time by part, that of the backward pass too.
3. `products.py` counts the matrix products of a step: their operations and their shapes.
4. `command.py` is `benchmarks/profile.py`, and prints the tables.
"""
