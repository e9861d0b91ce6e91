"""Building blocks of the networks: recurrent stacks, attention, dropouts."""
