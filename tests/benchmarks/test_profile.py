"""What `benchmarks/profile.py` says of a step: that the parts are there, and that the products are all counted."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import nn

from nlpseq.config import TranslateSettings
from nlpseq.training.fit import begin

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)


def test_every_part_of_a_step_has_its_time_forwards_and_backwards(
    tiny_settings: TranslateSettings, tmp_path: Path
) -> None:
    from profiling.capture import trainings
    from profiling.parts import measure

    settings = replace(tiny_settings, run_dir=str(tmp_path / "run"))
    (training,) = trainings(settings, tmp_path / "run")
    fabric, state, _ = begin(training.model, training.objective, training.batches, training.settings, training.folder)

    measured = measure(fabric, state, training.settings, warm=0, seconds=0)

    networks = {"encoder", "attention", "decoder", "output layer and loss"}
    wanted = networks | {f"backward of {part}" for part in networks} | {"data", "clip", "optimizer", "moving average"}
    assert wanted <= measured.parts.keys()
    assert all(measured.parts[part] > 0 for part in wanted)
    assert measured.parts["backward of decoder"] > measured.parts["data"]
    assert len(measured.seconds) == 4 and state.step == 12


@pytest.mark.parametrize("cell", [nn.LSTM, nn.GRU])
def test_products_of_a_recurrent_layer_are_three_times_its_forward_ones(cell: type[nn.RNNBase]) -> None:
    from profiling.products import Products

    batch, steps, width, hidden = 3, 7, 5, 11
    layer, x = cell(width, hidden, batch_first=True), torch.randn(batch, steps, width, requires_grad=True)
    gates = (4 if cell is nn.LSTM else 3) * hidden

    with Products() as products:
        layer(x)[0].sum().backward()

    # The state before the first step needs no gradient, and torch's GRU then leaves that product out.
    spared = 0 if cell is nn.LSTM else 2 * batch * gates * hidden
    assert products.operations == 3 * 2 * batch * steps * gates * (width + hidden) - spared


def test_libraries_find_the_standard_module_of_the_same_name() -> None:
    found = subprocess.run(
        [sys.executable, "-c", "import cProfile, profile; print(profile.__file__); print(hasattr(profile, 'runctx'))"],
        cwd=BENCHMARKS, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert found.stdout.splitlines() == [str(BENCHMARKS / "profile.py"), "True"]
