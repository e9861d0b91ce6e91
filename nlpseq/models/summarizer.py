"""The summariser's network: the translator's encoder-decoder over characters, which may also copy from its source.

A source is hundreds of characters long, so the encoder reads blocks of them (`reduction`), while the copy mechanism
still points at single characters. Training has no loop over time here either: match lengths, pointer and output layer
take all target characters at once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import AttentionKind, Cell, Tying
from nlpseq.decoding import StepOutput
from nlpseq.layers.copying import (
    IMPOSSIBLE,
    Copying,
    CopyOutput,
    extended_log_probs,
    log_share,
    match_lengths,
    next_match_lengths,
    target_log_probs,
)
from nlpseq.layers.recurrent import State
from nlpseq.models.translator import TranslatorModel, length_mask
from nlpseq.models.translator_stepper import translator_stepper


class TargetScores(NamedTuple):
    """Scores of N real target characters: `log_probs` (N,), and `smooth` (N,), the vocabulary's mean log-probability.

    >>> scores = TargetScores(torch.tensor([-1.0, -2.0]), torch.tensor([-5.0, -7.0]))
    >>> scores.loss(), scores.loss(label_smoothing=0.5)
    ((tensor(3.), 2), (tensor(7.5000), 2))
    """

    log_probs: Tensor
    smooth: Tensor

    def loss(self, *, label_smoothing: float = 0.0) -> tuple[Tensor, int]:
        """Cross-entropy summed over the characters, in nats, and their number.

        Label smoothing spreads its share of each target over the vocabulary (Szegedy et al. 2016, section 7), as the
        network would write it; copying is not smoothed.
        """
        loss = -(1 - label_smoothing) * self.log_probs.sum()
        if label_smoothing > 0:
            loss = loss - label_smoothing * self.smooth.sum()
        return loss, self.log_probs.numel()


class SummarizerModel(nn.Module):
    """A pointer-generator network (See et al. 2017) over characters.

    A source has two kinds of ids. `src` are read by the network, all below `vocab_size`. `copies` are what the copy of
    each character would write; like the target's ids they go on from `vocab_size` with the characters that the
    vocabulary lacks, numbered within each row's source. Usually both are of the same character, but a source may as
    well be read as it stands and copied in capitals.

    Args:
        vocab_size: number of ids that the source and the target share (V).
        embedding_dim, hidden_size, encoder_layers, cell, attention, tie_embeddings: as in `TranslatorModel`.
        dropout, recurrent_dropout, word_dropout, layer_norm: likewise; `word_dropout` hides characters from the network
            but not from copying, so it also teaches to copy what is unknown.
        copy: whether it can copy; otherwise what the vocabulary lacks is `unk_id`.
        reduction: source characters that the encoder reads at once.
        padding_idx, unk_id, special_ids: as in `TranslatorModel`.

    >>> _ = torch.manual_seed(0)
    >>> model = SummarizerModel(9, embedding_dim=6, hidden_size=8, reduction=2).eval()
    >>> src, copies = torch.tensor([[5, 1, 6, 3]]), torch.tensor([[5, 9, 6, 3]])  # 9: a character of this row
    >>> tgt_input, tgt = torch.tensor([[2, 9]]), torch.tensor([[9, 3]])
    >>> scores = model(src, copies, torch.tensor([4]), tgt_input, tgt, torch.tensor([2]))
    >>> scores.log_probs.shape, scores.loss()[1]
    (torch.Size([2]), 2)
    """

    def __init__(
        self,
        vocab_size: int,
        *,
        embedding_dim: int,
        hidden_size: int,
        encoder_layers: int = 1,
        cell: Cell = "gru",
        attention: AttentionKind = "general",
        tie_embeddings: Tying = "all",
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        word_dropout: float = 0.0,
        layer_norm: bool = False,
        copy: bool = True,
        reduction: int = 1,
        padding_idx: int = 0,
        unk_id: int = 1,
        special_ids: int = 4,
    ) -> None:
        super().__init__()
        self.vocab_size, self.unk_id = vocab_size, unk_id
        self.translator = TranslatorModel(
            vocab_size, vocab_size,
            embedding_dim=embedding_dim, hidden_size=hidden_size, encoder_layers=encoder_layers, cell=cell,
            attention=attention, tie_embeddings=tie_embeddings, dropout=dropout, recurrent_dropout=recurrent_dropout,
            word_dropout=word_dropout, layer_norm=layer_norm, reduction=reduction,
            padding_idx=padding_idx, unk_id=unk_id, special_ids=special_ids,
        )  # fmt: skip
        readout_size = self.translator.features.in_features
        self.copying = (
            Copying(readout_size, embedding_dim, hidden_size, size=math.ceil(hidden_size / 4), reduction=reduction)
            if copy
            else None
        )

    def forward(
        self, src: Tensor, copies: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt: Tensor, tgt_lengths: Tensor
    ) -> TargetScores:
        """Teacher forcing: the scores of the N real target characters, row by row.

        Shape: src and copies (B, S), src_lengths (B,), tgt_input (B, T) beginning with BOS, tgt (B, T), tgt_lengths
        (B,); lengths on the CPU.

        Raises:
            ValueError: a target above the vocabulary that no copy of its source would write.
        """
        return self._score(src, copies, src_lengths, tgt_input, tgt, tgt_lengths)[0]

    def log_probs(
        self, src: Tensor, copies: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt: Tensor, tgt_lengths: Tensor
    ) -> Tensor:
        """Log-probability (B,) of each whole target, natural logarithm, the end of it included."""
        found = self(src, copies, src_lengths, tgt_input, tgt, tgt_lengths).log_probs
        rows = length_mask(tgt_lengths, tgt).nonzero()[:, 0]  # (N,)
        return found.new_zeros(tgt.size(0)).index_add_(0, rows, found)

    def copied_from(
        self, src: Tensor, copies: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt: Tensor, tgt_lengths: Tensor
    ) -> Tensor:
        """Probability (B, T, S) that a target character was copied from a source character; the rest of 1: written.

        Zero on padding and where the characters differ. Arguments and errors are those of `forward`.

        Raises:
            ValueError: the network cannot copy.
        """
        scores, pointer = self._score(src, copies, src_lengths, tgt_input, tgt, tgt_lengths)
        if pointer is None:
            raise ValueError("this network cannot copy; build it with copy=True")
        real = length_mask(tgt_lengths, tgt)
        log_probs = torch.zeros_like(pointer.gate).masked_scatter(real, scores.log_probs)  # (B, T)
        copied = F.logsigmoid(-pointer.gate) - log_probs
        shares = (pointer.scores.log_softmax(2) + copied.unsqueeze(2)).exp()
        return shares.masked_fill(~(_same(copies, tgt) & real.unsqueeze(2)), 0.0)

    def start(self, src: Tensor, copies: Tensor, src_lengths: Tensor) -> tuple[State, State]:
        """(hidden, memory) for `nlpseq.decoding`: hidden tensors are (B, 1, ...), memory tensors (B, ...)."""
        embedded = self.translator.embed_source(src, src_lengths)
        encoded = self.translator.encode_embedded(embedded, src_lengths)
        hidden = self.translator.first_hidden(encoded)
        memory = translator_stepper(self.translator).memory(encoded)
        if self.copying is None:
            return hidden, memory
        mask = length_mask(src_lengths, src)
        keys = self.copying.keys(embedded, encoded.memory)
        nothing = mask.new_zeros((mask.size(0), 1, mask.size(1)), dtype=torch.uint8)
        return (*hidden, nothing), (*memory, self.translator.positions(encoded), keys, copies, mask)

    def step(self, tokens: Tensor, hidden: State, memory: State) -> StepOutput:
        """One decoding step of K hypotheses a source.

        Shape: tokens (B, K), hidden and memory as from `start` -> log-probabilities (B, K, V or more), for all ids
        that can be copied too; attention (B, K, S): where from, if the next character is copied. Without copying:
        logits (B, K, V) and the decoder's attention.
        """
        stepper, known = translator_stepper(self.translator), self._known(tokens)
        if self.copying is None:
            return stepper.step(known, hidden, memory)
        *memory_of_steps, positions, keys, copies, mask = memory
        matches = next_match_lengths(hidden[-1], copies, tokens)
        found = stepper.advance(known, hidden[:-1], tuple(memory_of_steps))
        states = found.states.unflatten(0, tokens.shape)
        readout = torch.cat([states, found.weights @ positions, self.translator.embed_target(known)], dim=2)
        scores, gate = self.copying(readout, keys, matches, mask)
        weights = scores.softmax(2)
        size = max(self.vocab_size, int(copies.max()) + 1)
        logits = stepper.output(found.features).unflatten(0, tokens.shape)
        log_probs = extended_log_probs(logits, gate, weights, copies, size=size)
        return StepOutput(log_probs, (*found.hidden, matches), weights)

    def _score(
        self, src: Tensor, copies: Tensor, src_lengths: Tensor, tgt_input: Tensor, tgt: Tensor, tgt_lengths: Tensor
    ) -> tuple[TargetScores, CopyOutput | None]:
        embedded = self.translator.embed_source(src, src_lengths)
        encoded = self.translator.encode_embedded(embedded, src_lengths)
        decoded = self.translator.decode(self._known(tgt_input), tgt_lengths, encoded)
        real = length_mask(tgt_lengths, tgt)
        targets = tgt[real]  # (N,)
        log_softmax = self.translator.output(decoded.features[real]).float().log_softmax(1)  # (N, V)
        smooth = log_softmax.mean(1)
        if self.copying is None:
            return TargetScores(log_softmax.gather(1, self._known(targets).unsqueeze(1)).squeeze(1), smooth), None
        mask = length_mask(src_lengths, src)
        keys = self.copying.keys(embedded, encoded.memory)
        pointer = self.copying(decoded.readout, keys, match_lengths(copies, tgt_input), mask)
        log_copied = log_share(pointer.scores, _same(copies, tgt) & mask.unsqueeze(1))
        log_probs = target_log_probs(log_softmax, pointer.gate[real], log_copied[real], targets)
        if bool((log_probs < IMPOSSIBLE / 2).any()):
            raise ValueError(f"a target id of {self.vocab_size} or more must be among the copies of its source")
        return TargetScores(log_probs, smooth), pointer

    def _known(self, ids: Tensor) -> Tensor:
        """The ids as the network reads them: it has no embedding for those above the vocabulary."""
        return ids.masked_fill(ids >= self.vocab_size, self.unk_id)


def _same(copies: Tensor, tgt: Tensor) -> Tensor:
    return copies.unsqueeze(1) == tgt.unsqueeze(2)  # (B, T, S)
