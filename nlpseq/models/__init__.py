"""One task's network a file: plain modules, tensors in and tensors out."""

# The weights of a run's or a saved model's network.
MODEL_FILE = "model.safetensors"
