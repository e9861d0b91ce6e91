"""Work that is shared out over processes and machines, on engines that others keep.

`ray_data`: a run's model on any number of tables, on Ray Data.
"""
