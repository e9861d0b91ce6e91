"""`nlpseq diagnose`: tables on standard output, files where asked, mistakes in one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import ClassifySettings
from nlpseq.recipe import write_settings


@pytest.fixture
def recipe(review_settings: ClassifySettings, tmp_path: Path) -> Path:
    write_settings(replace(review_settings, run_dir=str(tmp_path / "run")), tmp_path / "recipe.yaml")
    return tmp_path / "recipe.yaml"


def test_a_recipe_and_a_run(
    recipe: Path, review_run: ClassifySettings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    short = ["--length", "12", "--steps", "0", "--batch-size", "3"]
    assert main(["diagnose", "gradients", str(recipe), *short, "--model.hidden_size", "7"]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("Gradient left at the start, by distance in tokens\nCell  Weights  at 1")
    assert "\nAt the start at 7 units, with good starting weights, the LSTM's gradient still has" in out
    assert out.splitlines()[-1] == f"picture and tables: {tmp_path / 'run' / 'diagnosis' / 'gradients.html'}"
    assert "Traceback" not in err
    out_dir = tmp_path / "elsewhere"
    arguments = ["diagnose", "gradients", review_run.run_dir, *short, "--out", str(out_dir), "--train.seed", "1"]
    assert main(arguments) == 0
    assert "At the start at 10 units" in capfd.readouterr().out
    assert (out_dir / "gradients.svg").is_file()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["gradients", "runs/nope"], "runs/nope: no such recipe or run; name a recipe such as"),
        (["gradients", "FOLDER"], "not a run folder (settings.yaml is missing); train first"),
        (["gradient", "RECIPE"], "unknown diagnosis gradient; did you mean gradients?"),
        (["gradients", "RECIPE", "--length", "9000"], "or --length 1234 at most"),
        (["gradients", "RECIPE", "--length", "x"], "argument --length: invalid int value: 'x'"),
        (["gradients", "RECIPE", "--model.hiden_size", "9"], "did you mean model.hidden_size?"),
        (["gradients"], "the following arguments are required: RECIPE_OR_RUN"),
    ],
)
def test_mistakes(
    recipe: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    places = {"RECIPE": str(recipe), "FOLDER": str(tmp_path)}
    assert main(["diagnose", *(places.get(argument, argument) for argument in arguments)]) == 2
    out, err = capfd.readouterr()
    assert out == "" and "Traceback" not in err
    assert err.splitlines()[-1].startswith("nlpseq: ") and named in err.splitlines()[-1]
