"""The text classifier's network: embeddings, a recurrent stack in both directions, pooling, one score a class."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import Cell, Norm, Pool
from nlpseq.layers.dropout import LockedDropout, word_dropout
from nlpseq.layers.initialisation import initialise_embedding, initialise_recurrent
from nlpseq.layers.norm import TokenBatchNorm
from nlpseq.layers.pooling import Pooling
from nlpseq.layers.recurrent import Recurrent


class ClassifierModel(nn.Module):
    """A recurrent text classifier.

    Args:
        vocab_size: V; id 0 pads, id 1 stands for unknown words, ids below 4 are special.
        num_classes: C.
        embedding_dim, hidden_size: E, and H of each direction.
        num_layers, cell, bidirectional: the recurrent stack.
        pooling: see `Pooling`.
        chunk_length: read rows in chunks of this many tokens, each from a fresh state, and pool over all; 0 is off.
        dropout: before the output, and locked between the layers.
        embedding_dropout: locked, on the embeddings.
        recurrent_dropout: on the hidden-to-hidden weights.
        word_dropout: share of the words that become unknown in training.
        norm: "none", "layer" (each layer's outputs) or "batch" (the last layer's, over real tokens).

    Shape:
        ids (B, S), lengths (B,) on the CPU, each 1 or more -> logits (B, C), float32

    >>> _ = torch.manual_seed(0)
    >>> model = ClassifierModel(9, 2, embedding_dim=4, hidden_size=3)
    >>> model(torch.tensor([[5, 6, 7], [8, 0, 0]]), torch.tensor([3, 1])).shape
    torch.Size([2, 2])
    """

    def __init__(
        self,
        vocab_size: int,
        num_classes: int,
        *,
        embedding_dim: int,
        hidden_size: int,
        num_layers: int = 1,
        cell: Cell = "lstm",
        bidirectional: bool = True,
        pooling: Pool = "concat",
        chunk_length: int = 0,
        dropout: float = 0.0,
        embedding_dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        word_dropout: float = 0.0,
        norm: Norm = "none",
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        initialise_embedding(self.embedding)
        self.embedding_dropout = LockedDropout(embedding_dropout)
        self.encoder = Recurrent(
            cell, embedding_dim, hidden_size, num_layers=num_layers, bidirectional=bidirectional,
            dropout=dropout, recurrent_dropout=recurrent_dropout, layer_norm=norm == "layer",
        )  # fmt: skip
        initialise_recurrent(self.encoder)
        width = hidden_size * self.encoder.directions
        self.batch_norm = TokenBatchNorm(width) if norm == "batch" else None
        self.pooling = Pooling(pooling, width, directions=self.encoder.directions)
        self.dropout = nn.Dropout(dropout)
        self.output = nn.Linear(self.pooling.out_features, num_classes)
        self.chunk_length = chunk_length
        self.word_dropout = word_dropout

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        return self.classify(self.embed(self.drop_words(ids)), lengths)

    def drop_words(self, ids: Tensor) -> Tensor:
        """In training the ids (B, S) with some of the words unknown, otherwise all as they are."""
        return word_dropout(ids, self.word_dropout, unk_id=1, keep_below=4) if self.training else ids

    def embed(self, ids: Tensor) -> Tensor:
        """Embeddings (B, S, E) of ids (B, S), multiplied by sqrt(E)."""
        return F.embedding(ids, self.embedding.weight) * math.sqrt(self.embedding.embedding_dim)

    def classify(self, embedded: Tensor, lengths: Tensor) -> Tensor:
        """Logits (B, C) of embeddings (B, S, E); apart from `embed` so that a step can be taken on the embeddings."""
        x = self.embedding_dropout(embedded)
        outputs = self._in_chunks(x, lengths) if self.chunk_length else self.encoder(x, lengths).outputs
        if self.batch_norm is not None:
            mask = torch.arange(x.size(1), device=x.device) < lengths.to(x.device)[:, None]
            outputs = self.batch_norm(outputs, mask)
        logits: Tensor = self.output(self.dropout(self.pooling(outputs, lengths)))
        return logits.float()

    def load_vectors(self, vectors: Tensor, known: Tensor) -> None:
        """Take rows (V, E) for the `known` (V,) words, scaled as the random ones are: of length 1 on average."""
        chosen = vectors[known]
        with torch.no_grad():
            self.embedding.weight[known] = chosen / chosen.norm(dim=1).mean()

    def _in_chunks(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Outputs (B, S, D*H) with every row read in chunks, which bounds the steps that a gradient goes through."""
        batch, steps, _ = x.shape
        chunks = math.ceil(steps / self.chunk_length)
        padded = F.pad(x, (0, 0, 0, chunks * self.chunk_length - steps)).reshape(batch * chunks, self.chunk_length, -1)
        begins = torch.arange(chunks) * self.chunk_length
        inside = (lengths[:, None] - begins).clamp(0, self.chunk_length).flatten()  # (B * chunks,) tokens in each chunk
        used = inside.nonzero().squeeze(1)
        on = used.to(x.device)
        found = self.encoder(padded.index_select(0, on), inside[used]).outputs
        outputs = found.new_zeros(batch * chunks, self.chunk_length, found.size(2)).index_copy(0, on, found)
        return outputs.view(batch, chunks * self.chunk_length, -1)[:, :steps]
