"""A network as it is used, not trained: without dropout and, unless they are asked for, without gradients."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def inference(model: nn.Module, *, gradients: bool = False) -> Iterator[None]:
    """In this block the network evaluates; afterwards, also after an error, every part of it is as it was.

    Args:
        gradients: keep the gradients, as for what the network's inputs say for its outputs.

    >>> model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5))
    >>> with inference(model):
    ...     model.training, model(torch.zeros(1, 2)).requires_grad
    (False, False)
    >>> model.training
    True
    """
    learning = [module for module in model.modules() if module.training]
    for module in learning:
        module.training = False
    try:
        with torch.inference_mode(not gradients):
            yield
    finally:
        for module in learning:
            module.training = True
