"""The one way to use a network: without dropout, and as it was before, whatever happens."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from nlpseq.models.inference import inference


def network() -> nn.Sequential:
    model = nn.Sequential(nn.Linear(2, 3), nn.Sequential(nn.Dropout(0.5), nn.Linear(3, 1)))
    model[1].eval()  # frozen, such as a pretrained part
    return model


def modes(model: nn.Module) -> list[bool]:
    return [module.training for module in model.modules()]


def test_the_network_evaluates_inside_and_is_as_it_was_outside() -> None:
    model = network()
    before = modes(model)
    with inference(model):
        assert not any(modes(model))
        assert torch.is_inference_mode_enabled()
    assert modes(model) == before == [True, True, False, False, False]
    assert not torch.is_inference_mode_enabled()


def test_after_an_error_too() -> None:
    model = network()
    before = modes(model)
    with pytest.raises(ZeroDivisionError), inference(model):
        _ = 1 / 0
    assert modes(model) == before
    assert not torch.is_inference_mode_enabled()


def test_gradients_where_they_are_asked_for() -> None:
    model = network()
    x = torch.ones(1, 2, requires_grad=True)
    with inference(model, gradients=True):
        model(x).sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0
