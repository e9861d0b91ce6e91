"""Where text, data, networks, training and evaluation meet: one task's stages a file."""
