"""The model card: README.md of a run or a saved model, with the metadata that the Hugging Face hub reads.

One shape for all tasks: what the model is, how to use it, its scores, its data, its training, its limits.

- parts.py: what a card is made of: the words of the model's task, and the figures of its run
- card.py: the card put together
- metadata.py: the same figures at its head, for the hub
"""

from nlpseq.report.card.card import card_markdown
from nlpseq.report.card.metadata import kept_metadata
from nlpseq.report.card.parts import Card, CardWords, TrainedRun, Wording, setting

__all__ = ["Card", "CardWords", "TrainedRun", "Wording", "card_markdown", "kept_metadata", "setting"]
