"""Dynamic evaluation: a language model that goes on learning from the text it has just been scored on."""

from __future__ import annotations

import copy
import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional as F

from nlpseq.errors import UserError
from nlpseq.evaluation.language_model import perplexity

if TYPE_CHECKING:
    from nlpseq.tasks.generate.char_rnn import CharRNN

WINDOW = 20


def dynamic_nats(writer: CharRNN, ids: np.ndarray, *, lr: float, window: int = WINDOW) -> np.ndarray:
    """Negative log-likelihood of each id but the first, float64 (N - 1,), each scored before it is learnt from.

    Plain stochastic gradient descent with the gradient clipped to 1, after every `window` ids (Krause et al. 2018,
    section 3, without the second-moment scaling of section 4). A copy of the model learns; the model itself stays.

    Raises:
        UserError: the learning rate is so high that nothing sensible is left.
    """
    model = copy.deepcopy(writer.model).eval()  # no dropout
    device = next(model.parameters()).device
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    found, state = [np.zeros(0)], None
    for first in range(0, len(ids) - 1, window):
        part = torch.from_numpy(ids[first : first + window + 1].astype(np.int64)).to(device)
        with torch.backends.cudnn.flags(enabled=False):  # cuDNN has no gradients outside of training
            logits, state = model(part[None, :-1], state)
            losses = F.cross_entropy(logits[0].float(), part[1:], reduction="none")
            optimizer.zero_grad()
            losses.mean().backward()
        found.append(losses.detach().cpu().double().numpy())
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        state = tuple(each.detach() for each in state)
    nats = np.concatenate(found) + writer.alphabet.prices(ids[1:])
    if len(nats) and not math.isfinite(perplexity(float(nats.mean()))):
        raise UserError(f"dynamic evaluation diverges with a dynamic_lr of {lr:g}; lower it")
    return nats
