"""A device is one that this machine has; what it lacks is one sentence."""

from __future__ import annotations

import argparse

import pytest
import torch

from nlpseq.cli import _explain
from nlpseq.cli.device import chosen_device, is_elsewhere
from nlpseq.config import TrainSettings
from nlpseq.errors import UserError
from nlpseq.models.device import device_named


def finds(monkeypatch: pytest.MonkeyPatch, *, gpus: int, apple: bool = False) -> None:
    """Have torch find so many CUDA devices, and Apple's GPU or none."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: apple)


def test_a_device_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    finds(monkeypatch, gpus=2, apple=True)
    for name in ("cpu", "cuda", "cuda:0", "cuda:1", "mps"):
        assert device_named(name, "train.device") == name
    assert device_named("auto", "train.device") == "cuda"
    finds(monkeypatch, gpus=0, apple=True)
    assert device_named("auto", "train.device") == "cpu"


@pytest.mark.parametrize(
    ("gpus", "name", "message"),
    [
        (0, "cuda", "train.device is cuda, but torch finds no CUDA device; set it to cpu or auto"),
        (0, "cuda:1", "train.device is cuda:1, but torch finds no CUDA device"),
        (1, "cuda:1", "train.device is cuda:1, but torch finds 1 CUDA device, the first being cuda:0"),
        (2, "cuda:7", "train.device is cuda:7, but torch finds 2 CUDA devices"),
        (2, "mps", "train.device is mps, but torch finds no Apple GPU; set it to cpu or auto"),
    ],
)
def test_one_that_is_not(gpus: int, name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    finds(monkeypatch, gpus=gpus)
    with pytest.raises(UserError) as caught:
        device_named(name, "train.device")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cuda:1 ", "CUDA", "mps:0", "", "tpu"])
def test_a_name_of_none(name: str) -> None:
    expected = f"must be auto, cpu, cuda, cuda:N or mps, not {name!r}"
    with pytest.raises(UserError) as caught:
        TrainSettings(device=name)
    assert str(caught.value) == f"train.device {expected}"
    for ask in (chosen_device, is_elsewhere):
        with pytest.raises(UserError) as caught:
            ask(argparse.Namespace(device=name))
        assert str(caught.value) == f"--device {expected}"


def test_what_apples_gpu_cannot_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    words = "Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64."
    assert _explain(TypeError(words)) == 2
    assert "set train.device, or --device, to cpu" in capsys.readouterr().err
