"""The precision that a training chooses for itself: the faster one, without a trace, and kept."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from nlpseq.config import TrainSettings, TranslateSettings
from nlpseq.data.windows import WindowStream
from nlpseq.errors import UserError
from nlpseq.models.char_rnn import CharRNNModel
from nlpseq.tasks import verbs
from nlpseq.tasks.generate.objective import NextCharacter
from nlpseq.training import precision
from nlpseq.training.precision import Chosen, choose_precision, measured

AUTO = TrainSettings(precision="auto", device="cpu")
EMULATED = precision.EMULATED
CPU = torch.device("cpu")


class Slower(nn.Module):
    """Takes its time in one precision."""

    def __init__(self, model: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.model, self.dtype = model, dtype

    def forward(self, *args: Any) -> Any:
        low = torch.is_autocast_enabled("cpu")
        if (torch.bfloat16 if low else torch.float32) == self.dtype:
            time.sleep(0.05)
        return self.model(*args)


def training(epochs: int = 2) -> tuple[nn.Module, NextCharacter, WindowStream]:
    """A small language model, whose objective carries a state from batch to batch; an epoch has 8 batches."""
    torch.manual_seed(1)
    model = CharRNNModel(7, embedding_dim=5, hidden_size=6, dropout=0.3)
    return model, NextCharacter(), WindowStream(np.arange(90) % 7, batch_size=3, window=4, epochs=epochs, seed=1)


@pytest.fixture(autouse=True)
def native(monkeypatch: pytest.MonkeyPatch) -> None:
    """bf16 is tried on processors that emulate it, too."""
    monkeypatch.setattr(precision, "EMULATED", float("inf"))


@pytest.mark.parametrize(("slow", "chosen"), [(torch.bfloat16, "fp32"), (torch.float32, "bf16")])
def test_the_faster_one_is_chosen(slow: torch.dtype, chosen: str) -> None:
    model, objective, batches = training()
    found = measured(Slower(model, slow), objective, batches)
    other = "bf16" if chosen == "fp32" else "fp32"
    assert found.precision == chosen and found.step_ms[other] > 50 and found.step_ms[chosen] > 0


@pytest.mark.parametrize(("bf16", "chosen"), [(0.0949, "bf16"), (0.095, "fp32"), (0.0951, "fp32"), (0.19, "fp32")])
def test_bf16_must_win_by_a_twentieth(bf16: float, chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def passes(model: Any, objective: Any, batch: Any, device: Any) -> dict[str, float]:
        seen.append(batch)
        return {"fp32": 0.1, "bf16": bf16}

    monkeypatch.setattr(precision, "_fastest_passes", passes)
    assert measured(*training()) == Chosen(chosen, {"fp32": 100.0, "bf16": round(1000 * bf16, 2)})
    assert len(seen) == 8


def test_batches_are_tried_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0, perf_counter=lambda: clock.now)

    def passes(*_: Any) -> dict[str, float]:
        clock.now += 1.0
        return {"fp32": clock.now, "bf16": 2.0 * clock.now}

    monkeypatch.setattr(precision, "_emulated", lambda device: False)
    monkeypatch.setattr(precision, "_fastest_passes", passes)
    monkeypatch.setattr(precision, "time", clock)
    assert measured(*training()).step_ms == {"fp32": 2000.0, "bf16": 4000.0}  # of three: 1, 2 and 3 seconds


def test_a_batch_passes_forwards_and_backwards_three_times_in_each_precision_by_turns() -> None:
    model, objective, batches = training()
    low: list[bool] = []
    backward: list[Any] = []
    model.embedding.weight.register_hook(backward.append)
    model.register_forward_pre_hook(lambda *_: low.append(torch.is_autocast_enabled("cpu")))
    precision._fastest_passes(model, objective, next(iter(batches)), CPU)
    assert low == [True, False] * 3 and len(backward) == 6


def test_the_first_pass_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    model, objective, batches = training()
    seconds = iter([1.0, 2.0, 5.0, 9.0, 4.0, 7.0])  # bf16 and fp32 by turns
    monkeypatch.setattr(precision, "_seconds", lambda work, device: next(seconds))
    found = precision._fastest_passes(model, objective, next(iter(batches)), CPU)
    assert found == {"fp32": 7.0, "bf16": 4.0}


@pytest.mark.parametrize(("fastest", "emulated"), [(4.0, False), (4.5, True)])
def test_bf16_is_emulated_where_the_best_product_takes_four_times_as_long(
    fastest: float, emulated: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([3.0, 1.0, 2.0, 2.0, 9.0, 8.0, fastest, 7.0])
    monkeypatch.setattr(precision, "_seconds", lambda work, device: next(seconds))
    monkeypatch.setattr(precision, "EMULATED", EMULATED)
    assert precision._emulated(CPU) == emulated


def test_where_bf16_is_emulated_no_step_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "EMULATED", 0.0)
    assert measured(*training()) == Chosen("fp32")


def test_nothing_of_the_training_has_moved() -> None:
    model, objective, batches = training()
    weights = {name: weight.clone() for name, weight in model.state_dict().items()}
    state, modes = torch.get_rng_state(), set()
    model.eval().register_forward_pre_hook(lambda *_: modes.add(model.training))

    measured(model, objective, batches)

    assert modes == {True} and not model.training
    assert all(torch.equal(weight, weights[name]) for name, weight in model.state_dict().items())
    assert all(weight.grad is None for weight in model.parameters())
    assert torch.equal(torch.get_rng_state(), state)
    assert objective.state == {} and batches.drawn == 0
    first, fresh = next(iter(batches)), next(iter(training()[2]))
    assert torch.equal(first.inputs, fresh.inputs) and first.reset


def test_a_training_keeps_what_it_began_with(tmp_path: Path) -> None:
    noted = Chosen("bf16", {"fp32": 9.5, "bf16": 4.25})
    (tmp_path / "precision.json").write_text('{"precision": "bf16", "step_ms": {"fp32": 9.5, "bf16": 4.25}}')
    assert choose_precision(*training(), AUTO, tmp_path) == noted
    assert choose_precision(*training(), replace(AUTO, precision="fp32"), tmp_path) == Chosen("fp32")


def test_a_choice_is_noted_at_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", "nlpseq"):
        chosen = choose_precision(*training(epochs=20), AUTO, tmp_path)
    assert caplog.messages == [f"precision: {chosen}"]
    noted = json.loads((tmp_path / "precision.json").read_text())
    assert noted == {"precision": chosen.precision, "step_ms": chosen.step_ms} and len(chosen.step_ms) == 2


@pytest.mark.parametrize(("epochs", "tried"), [(14, 0), (15, 1), (30, 2), (200, 8)])
def test_a_trial_takes_a_twentieth_of_the_training_at_most(
    epochs: int, tried: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches = training(epochs)[2]
    assert len(batches) == 8 * epochs
    passes: list[str] = []
    monkeypatch.setattr(precision, "SECONDS", float("inf"))
    monkeypatch.setattr(precision, "_pass", lambda *given: passes.append(str(given[-1])))
    chosen = choose_precision(*training(epochs), AUTO, tmp_path)
    assert len(passes) == 6 * tried and 20 * len(passes) <= len(batches) and len(set(passes)) == (2 if tried else 0)
    assert bool(chosen.step_ms) == bool(tried) and (tried or chosen == Chosen("fp32"))
    assert choose_precision(*training(9 * epochs), AUTO, tmp_path) == chosen  # more epochs go on in it


@pytest.mark.parametrize("content", ['{"precision": "fp17"}', '{"fp32": 1}', "{}", "[]"])
def test_a_damaged_note_is_named_with_the_fix(content: str, tmp_path: Path) -> None:
    (tmp_path / "precision.json").write_text(content)
    with pytest.raises(UserError, match=r"precision\.json: .*delete it to have it measured again"):
        choose_precision(*training(), AUTO, tmp_path)


def test_the_facts_and_the_report_have_both_figures(
    tiny_settings: TranslateSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "SHARE", 10.0)
    train = replace(tiny_settings.train, precision="auto", max_epochs=1)
    settings = replace(tiny_settings, run_dir=str(tmp_path), train=train)
    verbs.run(settings)
    facts, noted = (json.loads((tmp_path / name).read_text()) for name in ("training.json", "precision.json"))
    assert {name: facts[f"{name}_step_ms"] for name in ("fp32", "bf16")} == noted["step_ms"]
    assert (facts["precision"] == "fp32") == (noted["precision"] == "fp32")
    assert "A step in bf16, measured at the start" in (tmp_path / "report.md").read_text(encoding="utf-8")
