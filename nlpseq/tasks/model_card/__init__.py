"""The model card: README.md of a run or a saved model, with the metadata that the Hugging Face hub reads.

One shape for all tasks: what the model is, how to use it, its scores, its data, its training, its limits. `card.py`
puts it together from the figures of the run, `metadata.py` writes them for the hub, `wording.py` has what is said of
each task.
"""

from nlpseq.tasks.model_card.card import CARD_FILE, write_card, write_run_card

__all__ = ["CARD_FILE", "write_card", "write_run_card"]
