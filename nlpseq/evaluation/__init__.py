"""How good a model is and how sure that is: metrics with signatures, bootstrap intervals, and the report.

Nothing heavy is imported here. `metrics` imports `evaluate` (over a second) when it is itself imported, so
import it inside the function that scores; `bootstrap`, `machine`, `plots` and `report` are cheap to import.
"""
