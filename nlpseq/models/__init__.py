"""One task's network a file: plain modules, tensors in and tensors out."""
