"""What every run folder has, whatever its task.

- swap.py: a run folder changes all at once; the lock, the version in the making, the swap
- stages.py: which stages are done, and with what settings
"""
