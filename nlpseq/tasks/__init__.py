"""Where text, data, networks, training and evaluation meet: one task's stages a file, and what is done with any run.

`task.py` is the row that a task fills in; the verbs are in `verbs.py`, `report.py`, `compare.py` and `listing.py`.
"""
