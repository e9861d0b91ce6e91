"""Masked language modelling's masks (Devlin et al., 2019, section 3.1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from nlpseq.compat.torchtext.scripting import refuse_scripting


class MaskTransform(nn.Module):
    """Choose tokens to predict; of these 80% become the mask, 10% a random token, and 10% stay.

    Args:
        vocab_len: size of the vocabulary, that random tokens are drawn from.
        mask_idx, bos_idx, pad_idx: ids of the mask, of the token that begins a row, and of padding.
        mask_bos: let the first token be chosen too.
        mask_prob: share of a row's positions that are drawn; padding among them does not count.
    """

    mask_mask_prob = 0.8
    rand_mask_prob = 0.1
    __prepare_scriptable__ = refuse_scripting

    def __init__(
        self, vocab_len: int, mask_idx: int, bos_idx: int, pad_idx: int, mask_bos: bool = False, mask_prob: float = 0.15
    ) -> None:
        super().__init__()
        self.vocab_len = vocab_len
        self.mask_idx, self.bos_idx, self.pad_idx = mask_idx, bos_idx, pad_idx
        self.mask_bos, self.mask_prob = mask_bos, mask_prob

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The row with its masks, the tokens to predict in order, and where they are; at least one.

        Shape:
            tokens: (B, T) ids; results: (B, T), (number of tokens chosen,), (B, T) of 0 and 1.
        """
        batch_size, length = tokens.shape
        # The same draws as torchtext's, so that a seed gives the same masks.
        orders = [torch.randperm(length) for _ in range(batch_size)]
        chosen = torch.stack(orders).to(tokens.device) < int(length * self.mask_prob)  # (B, T)
        chosen &= tokens != self.pad_idx
        if not self.mask_bos:
            chosen &= tokens != self.bos_idx
        if not chosen.any():
            chosen[0, 0] = True  # a loss over nothing would be no number
        draw = torch.rand_like(tokens, dtype=torch.float)
        random_tokens = torch.randint_like(tokens, high=self.vocab_len)
        masked = tokens.masked_fill(chosen & (draw >= 1 - self.mask_mask_prob), self.mask_idx)
        masked = torch.where(chosen & (draw < self.rand_mask_prob), random_tokens, masked)
        return masked, tokens[chosen], chosen.int()
