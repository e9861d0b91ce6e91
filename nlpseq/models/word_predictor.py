"""The language model that a classifier's encoder is pretrained as: each direction predicts its next word."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.layers.dropout import LockedDropout
from nlpseq.models.classifier import ClassifierModel


class WordPredictor(nn.Module):
    """Both directions of a classifier's encoder as language models (Dai and Le 2015; Peters et al. 2018, section 3.1).

    The forward states predict the word that follows, the backward ones the word before; the softmax shares the
    embedding's weights (Press and Wolf 2017). With more than one layer each direction sees what the other has
    read, so the stack must have one layer.

    Args:
        classifier: whose encoder and embeddings are trained.
        dropout: locked, on the states.
        window: texts are read in windows of this many tokens, each from a fresh state, since many short rows go through
            a recurrent layer faster than few long ones; 0 reads them whole.

    Shape: ids (B, S), lengths (B,) -> features (N, E) and targets (N,), one a prediction, in both directions.

    Raises:
        ValueError: the classifier's encoder has more than one layer.

    >>> _ = torch.manual_seed(0)
    >>> predictor = WordPredictor(ClassifierModel(9, 2, embedding_dim=4, hidden_size=3))
    >>> features, targets = predictor(torch.tensor([[5, 6, 7], [8, 4, 0]]), torch.tensor([3, 2]))
    >>> features.shape, targets.tolist()
    (torch.Size([6, 4]), [6, 7, 4, 5, 6, 8])
    """

    def __init__(self, classifier: ClassifierModel, *, dropout: float = 0.0, window: int = 0) -> None:
        super().__init__()
        encoder = classifier.encoder
        if len(encoder.layers) > 1:
            raise ValueError("a stack of several layers cannot be pretrained: its upper layers see the word to predict")
        self.classifier = classifier
        self.window = window
        self.dropout = LockedDropout(dropout)
        embedding_dim = classifier.embedding.embedding_dim
        self.projections = nn.ModuleList(
            nn.Linear(encoder.hidden_size, embedding_dim) for _ in range(encoder.directions)
        )
        self.bias = nn.Parameter(torch.zeros(classifier.embedding.num_embeddings))

    def forward(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        if self.window:
            ids, lengths = in_windows(ids, lengths, self.window)
        embedded = self.classifier.embedding_dropout(self.classifier.embed(self.classifier.drop_words(ids)))
        outputs = self.dropout(self.classifier.encoder(embedded, lengths).outputs)
        positions = torch.arange(1, ids.size(1), device=ids.device)
        both = positions < lengths.to(ids.device)[:, None]  # (B, S-1): this word and the one before it are real
        features, targets = [], []
        for direction, states in enumerate(outputs.split(self.classifier.encoder.hidden_size, dim=2)):
            known, wanted = (states[:, :-1], ids[:, 1:]) if direction == 0 else (states[:, 1:], ids[:, :-1])
            features.append(self.projections[direction](known[both]))
            targets.append(wanted[both])
        return torch.cat(features), torch.cat(targets)

    def logits(self, features: Tensor) -> Tensor:
        """Scores (N, V) of all words."""
        return F.linear(features, self.classifier.embedding.weight, self.bias)

    def output_of(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Weight (K, E) and bias (K,) of the output layer for the `words` (K,)."""
        return F.embedding(words, self.classifier.embedding.weight), self.bias[words]

    def target_logits(self, features: Tensor, targets: Tensor) -> Tensor:
        """The score (N,) of each feature's own target."""
        return (features * F.embedding(targets, self.classifier.embedding.weight)).sum(-1).float() + self.bias[targets]


def in_windows(ids: Tensor, lengths: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """Rows (R, window) and their lengths (R,), each a part of a row of `ids` (B, S).

    >>> in_windows(torch.tensor([[5, 6, 7], [8, 0, 0]]), torch.tensor([3, 1]), 2)
    (tensor([[5, 6],
            [7, 0],
            [8, 0]]), tensor([2, 1, 1]))
    """
    count = -(-ids.size(1) // window)
    padded = F.pad(ids, (0, count * window - ids.size(1))).view(-1, window)
    parts = (lengths[:, None] - torch.arange(count) * window).clamp(0, window).flatten()
    used = parts.nonzero().squeeze(1)
    return padded.index_select(0, used.to(ids.device)), parts[used]
