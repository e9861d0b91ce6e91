"""The GRU encoder-decoder over whole sequences, as it is trained; `translator_stepper.py` takes its single steps.

Teacher forcing knows every target token beforehand, so nothing in training steps through time in Python: a first
recurrent layer runs over the target embeddings, its states query the encoder for all steps at once, a second one
runs over [first state; context], and the output layer is applied at real tokens only.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import AttentionKind, Cell, Tying
from nlpseq.layers.attention import Attention
from nlpseq.layers.dropout import LockedDropout, word_dropout
from nlpseq.layers.recurrent import Recurrent, State
from nlpseq.layers.reduction import Window, blocks


class Encoded(NamedTuple):
    """A batch of encoded sources: `memory` (B, S, M), attention `keys` (B, S, A), `mask` (B, S), `summary` (B, M).

    With a `reduction`, S is the number of blocks: the source's length over `reduction`, rounded up.
    """

    memory: Tensor
    keys: Tensor
    mask: Tensor
    summary: Tensor


class DecoderOutput(NamedTuple):
    """What a decoder gives: `features` (B, T, E) for the output layer, `attention` (B, T, S) or None.

    `readout` (B, T, 2H + E) is what the features are made of: the state, the context and the embedded input.
    """

    features: Tensor
    attention: Tensor | None
    readout: Tensor


class TranslatorModel(nn.Module):
    """A recurrent encoder-decoder with attention (Bahdanau et al. 2015), or without (Cho et al. 2014).

    Args:
        src_vocab_size, tgt_vocab_size: numbers of token ids on each side.
        embedding_dim: size of the word vectors, and of the features that the (tied) output layer reads.
        hidden_size: size of the decoder's states; the encoder has half of it in each direction.
        encoder_layers: depth of the bidirectional encoder.
        cell: kind of recurrent cell, in the encoder and in the decoder.
        attention: its score, or "none": the decoder then sees the encoder's summary alone.
        tie_embeddings: "target" shares the decoder's embedding with the output layer (Press and Wolf 2017); "all"
            shares the encoder's too and needs a joint vocabulary.
        dropout: locked dropout on embeddings, between layers and on the output features.
        recurrent_dropout: dropout on the hidden-to-hidden weights.
        word_dropout: share of the words that are replaced by `unk_id` in training, on both sides.
        layer_norm: normalise the outputs of every recurrent layer.
        reduction: source tokens that the encoder reads at once, as one block; for sources of characters.
        padding_idx, unk_id: ids of the special tokens; ids up to the larger of `special_ids` are never dropped.

    Raises:
        ValueError: an odd `hidden_size`, a `reduction` below 1, or "all" without a joint vocabulary.

    >>> _ = torch.manual_seed(0)
    >>> model = TranslatorModel(11, 13, embedding_dim=6, hidden_size=8).eval()
    >>> src, lengths = torch.tensor([[5, 6, 3], [7, 3, 0]]), torch.tensor([3, 2])
    >>> tgt_input = torch.tensor([[2, 4, 5, 6], [2, 9, 0, 0]])
    >>> model(src, lengths, tgt_input, torch.tensor([4, 2])).shape  # logits of the six real tokens
    torch.Size([6, 13])
    """

    def __init__(
        self,
        src_vocab_size: int,
        tgt_vocab_size: int,
        *,
        embedding_dim: int,
        hidden_size: int,
        encoder_layers: int = 1,
        cell: Cell = "gru",
        attention: AttentionKind = "general",
        tie_embeddings: Tying = "target",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        word_dropout: float = 0.0,
        layer_norm: bool = False,
        reduction: int = 1,
        padding_idx: int = 0,
        unk_id: int = 1,
        special_ids: int = 4,
    ) -> None:
        super().__init__()
        if hidden_size % 2:
            raise ValueError(f"hidden_size must be even (half for each encoder direction), not {hidden_size}")
        if reduction < 1:
            raise ValueError(f"reduction must be 1 or more, not {reduction}")
        if tie_embeddings == "all" and src_vocab_size != tgt_vocab_size:
            raise ValueError('tie_embeddings "all" needs one joint vocabulary for source and target')
        self.cell = cell
        self.word_dropout, self.unk_id, self.special_ids = word_dropout, unk_id, special_ids
        self.tgt_embedding = nn.Embedding(tgt_vocab_size, embedding_dim, padding_idx=padding_idx)
        self.src_embedding = (
            self.tgt_embedding
            if tie_embeddings == "all"
            else nn.Embedding(src_vocab_size, embedding_dim, padding_idx=padding_idx)
        )
        self.reduction = reduction
        self.window = Window(embedding_dim) if reduction > 1 else None
        self.encoder = Recurrent(
            cell, reduction * embedding_dim, hidden_size // 2, num_layers=encoder_layers, bidirectional=True,
            dropout=dropout, recurrent_dropout=recurrent_dropout, layer_norm=layer_norm,
        )  # fmt: skip
        self.attention = None if attention == "none" else Attention(hidden_size, hidden_size, score=attention)
        self.bridge = nn.Linear(hidden_size, 2 * self.encoder.num_states * hidden_size)
        self.query_rnn = Recurrent(
            cell, embedding_dim, hidden_size, recurrent_dropout=recurrent_dropout, layer_norm=layer_norm
        )
        self.output_rnn = Recurrent(
            cell, 2 * hidden_size, hidden_size, recurrent_dropout=recurrent_dropout, layer_norm=layer_norm
        )
        self.features = nn.Linear(2 * hidden_size + embedding_dim, embedding_dim)
        self.dropout = LockedDropout(dropout)
        self.output = nn.Linear(embedding_dim, tgt_vocab_size)
        for embedding in (self.src_embedding, self.tgt_embedding):
            nn.init.normal_(embedding.weight, std=embedding_dim**-0.5)
            nn.init.zeros_(embedding.weight[padding_idx])
        if tie_embeddings != "none":
            self.output.weight = self.tgt_embedding.weight
        nn.init.zeros_(self.output.bias)

    def forward(self, src: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt_lengths: Tensor) -> Tensor:
        """Logits (N, V) of the N real target tokens, row by row.

        Shape: src (B, S), src_lengths (B,), tgt_input (B, T) beginning with BOS, tgt_lengths (B,); lengths on the CPU.
        """
        logits: Tensor = self.output(self.target_features(src, src_lengths, tgt_input, tgt_lengths))
        return logits

    def target_features(self, src: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt_lengths: Tensor) -> Tensor:
        """What the output layer reads, (N, E), for the N real target tokens, row by row; arguments as of `forward`."""
        decoded = self.decode(tgt_input, tgt_lengths, self.encode(src, src_lengths))
        return decoded.features[length_mask(tgt_lengths, tgt_input)]

    def encode(self, src: Tensor, src_lengths: Tensor) -> Encoded:
        """Encode sources (B, S) of `src_lengths` (B,) tokens."""
        return self.encode_embedded(self.embed_source(src, src_lengths), src_lengths)

    def embed_source(self, src: Tensor, src_lengths: Tensor) -> Tensor:
        """Embeddings (B, S, E) of source ids; where the encoder will read blocks of them, each sees its neighbours."""
        embedded = self._embed(src, self.src_embedding)
        return embedded if self.window is None else self.window(embedded, length_mask(src_lengths, src))

    def encode_embedded(self, embedded: Tensor, src_lengths: Tensor) -> Encoded:
        """Encode what `embed_source` gave."""
        if self.reduction > 1:
            embedded, src_lengths = blocks(embedded, src_lengths, size=self.reduction)
        memory, _ = self.encoder(embedded, src_lengths)  # (B, S, H)
        mask = length_mask(src_lengths, memory)
        summary = memory.sum(1) / mask.sum(1, keepdim=True)  # (B, H), padding is zero
        memory = self.dropout(memory)
        keys = memory if self.attention is None else self.attention.keys(memory)
        return Encoded(memory, keys, mask, summary)

    def decode(self, tgt_input: Tensor, tgt_lengths: Tensor, encoded: Encoded) -> DecoderOutput:
        """Teacher forcing: all T steps at once."""
        embedded = self.embed_target(tgt_input)  # (B, T, E)
        query_state, output_state = self._initial_states(encoded.summary)
        # Target padding stands after every real token of a one-way layer, so nothing real reads it.
        queries, _ = self.query_rnn(embedded, state=query_state)  # (B, T, H)
        context, weights = self._attend(queries, encoded)  # (B, T, H)
        states, _ = self.output_rnn(self.dropout(torch.cat([queries, context], dim=2)), state=output_state)
        return self._read_out(states, context, embedded, weights)

    def log_probs(
        self, src: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt: Tensor, tgt_lengths: Tensor
    ) -> Tensor:
        """Log-probability (B,) of each whole target, natural logarithm, the end-of-sentence token included."""
        logits = self(src, src_lengths, tgt_input, tgt_lengths)
        mask = length_mask(tgt_lengths, tgt)
        rows = mask.nonzero()[:, 0]  # (N,)
        tokens = -F.cross_entropy(logits.float(), tgt[mask], reduction="none")
        return tokens.new_zeros(tgt.size(0)).index_add_(0, rows, tokens)

    def positions(self, encoded: Encoded) -> Tensor:
        """What the attention's weights mix to a context, (B, S, M): the memory; without attention, only the summary."""
        return encoded.summary.unsqueeze(1) if self.attention is None else encoded.memory

    def embed_target(self, ids: Tensor) -> Tensor:
        """Embeddings (..., E) of target ids, as the decoder reads them."""
        return self._embed(ids, self.tgt_embedding)

    def first_hidden(self, encoded: Encoded) -> State:
        """The decoder's states before the first step, each (B, 1, ...)."""
        hidden = [part for states in self._initial_states(encoded.summary) for part in states]  # each (1, B, H)
        return tuple(part.transpose(0, 1) for part in hidden)

    def _embed(self, ids: Tensor, embedding: nn.Embedding) -> Tensor:
        if self.training:
            ids = word_dropout(ids, self.word_dropout, unk_id=self.unk_id, keep_below=self.special_ids)
        # Tied to the output layer the weights start small; the recurrent layers want inputs of unit variance.
        return self.dropout(embedding(ids) * math.sqrt(embedding.embedding_dim))

    def _initial_states(self, summary: Tensor) -> tuple[State, State]:
        parts = torch.tanh(self.bridge(summary)).unsqueeze(0)  # (1, B, 2 * states * H)
        states = tuple(part.contiguous() for part in parts.split(summary.size(1), dim=2))
        half = len(states) // 2
        return states[:half], states[half:]

    def _attend(self, queries: Tensor, encoded: Encoded) -> tuple[Tensor, Tensor | None]:
        if self.attention is None:
            return encoded.summary.unsqueeze(1).expand(-1, queries.size(1), -1), None
        return self.attention(queries, encoded.keys, encoded.memory, encoded.mask)

    def _read_out(self, states: Tensor, context: Tensor, embedded: Tensor, attention: Tensor | None) -> DecoderOutput:
        readout = torch.cat([self.dropout(states), context, embedded], dim=2)
        return DecoderOutput(self.dropout(torch.tanh(self.features(readout))), attention, readout)


def length_mask(lengths: Tensor, like: Tensor) -> Tensor:
    """Mask (B, T) on the device of `like` (B, T): True where a row of that length has a token.

    >>> length_mask(torch.tensor([2, 1]), torch.zeros(2, 3)).tolist()
    [[True, True, False], [True, False, False]]
    """
    positions = torch.arange(like.size(1), device=like.device)
    return positions < lengths.to(like.device, non_blocking=True).unsqueeze(1)
