"""How far gradients reach back in each recurrent cell, measured on the text of a recipe; nothing else needs it.

1. `gradients.py` has the ids of the training text, and trains every cell with both kinds of starting weights on them.
2. `flow.py` measures the gradient over the time steps, at the start and after the training.
3. `report.py` writes what was found as tables and a page, with the picture of `plot.py`.
"""
