"""How good a model is and how sure that is: scores with signatures and intervals; figures only, no pictures.

Nothing heavy is imported here. `metric`, which makes any of the scores an `evaluate.Metric`, imports `evaluate` (over a
second): import it inside the function that needs it.
"""
