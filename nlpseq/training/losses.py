"""Losses as sums over real tokens; the caller divides once, by their number."""

from __future__ import annotations

from torch import Tensor


def label_smoothed_nll(log_probs: Tensor, targets: Tensor, label_smoothing: float = 0.0) -> Tensor:
    """Cross-entropy with a share of each target spread over the vocabulary (Szegedy et al. 2016, section 7).

    Shape: log_probs (N, V), targets (N,) -> scalar sum over N, in nats.

    >>> import torch
    >>> log_probs = torch.tensor([[0.5, 0.25, 0.25]]).log()
    >>> round(float(label_smoothed_nll(log_probs, torch.tensor([0]))), 4)  # -ln 0.5
    0.6931
    """
    nll = -log_probs.gather(1, targets.unsqueeze(1)).sum()
    if label_smoothing == 0.0:
        return nll
    return (1 - label_smoothing) * nll - label_smoothing / log_probs.size(1) * log_probs.sum()


def consistency(log_p: Tensor, log_q: Tensor) -> Tensor:
    """Mean of both Kullback-Leibler divergences between two passes (R-Drop, Wu et al. 2021, equation 2).

    Shape: log_p and log_q (N, V) -> scalar sum over N, in nats; 0 where the two agree.

    >>> import torch
    >>> p, q = torch.tensor([[0.5, 0.5]]), torch.tensor([[0.25, 0.75]])
    >>> round(float(consistency(p.log(), q.log())), 4)  # (KL(p|q) + KL(q|p)) / 2
    0.1373
    """
    return ((log_p.exp() - log_q.exp()) * (log_p - log_q)).sum() / 2
