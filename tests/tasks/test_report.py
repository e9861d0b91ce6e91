"""The report of a run written again: from its saved outputs alone, for every task, with a word on what is damaged."""

from __future__ import annotations

import json
import shutil
import tracemalloc
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.recipe import write_settings
from nlpseq.tasks.report import REPORTS, read_arrays, report_run, write_arrays

RUNS = ("tiny_run", "review_run", "story_run", "notice_run")
Run = TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings


@pytest.fixture(params=RUNS)
def run_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a finished run of each task, of the same name."""
    settings: Run = request.getfixturevalue(request.param)
    return Path(shutil.copytree(settings.run_dir, tmp_path / Path(settings.run_dir).name))


def metrics_of(run_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    return found


def test_it_is_written_again_without_the_model(run_dir: Path) -> None:
    pages = [run_dir / "report.html", run_dir / "report.md"]
    before, metrics = [page.read_text(encoding="utf-8") for page in pages], metrics_of(run_dir)
    for gone in (*pages, run_dir / "model.safetensors"):
        gone.unlink()
    assert report_run(run_dir) == pages[0]
    assert [page.read_text(encoding="utf-8") for page in pages] == before
    assert metrics_of(run_dir) == metrics


def test_scores_are_computed_from_the_outputs(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    run_dir = Path(shutil.copytree(tiny_run.run_dir, tmp_path / "run"))
    (run_dir / "translations.txt").write_text("\n" * metrics_of(run_dir)["sentences"], encoding="utf-8")
    before = metrics_of(run_dir)
    report_run(run_dir)
    after = metrics_of(run_dir)
    assert before["bleu"] > 0 == after["bleu"] and after["wording"]["empty"] == after["sentences"]
    assert after["perplexity"] == before["perplexity"] and after["baselines"] == before["baselines"]
    assert "scores 0.0 of 100 BLEU" in (run_dir / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fixture", "lost"),
    [("review_run", "probabilities.npz"), ("story_run", "samples.json"), ("notice_run", "summaries.txt")],
)
def test_what_is_lost_is_made_again(
    fixture: str, lost: str, request: pytest.FixtureRequest, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings: Run = request.getfixturevalue(fixture)
    run_dir = Path(shutil.copytree(settings.run_dir, tmp_path / "run"))
    (run_dir / lost).unlink()
    caplog.set_level("INFO", logger="nlpseq")
    assert report_run(run_dir).is_file() and (run_dir / lost).is_file()
    assert f"{lost} not there; the run is evaluated again" in caplog.text


def test_damaged_outputs(run_dir: Path) -> None:
    task = metrics_of(run_dir)["task"]
    task = task if task in REPORTS else "translate"
    broken = {
        "translate": {"attention.json": "[", "translations.txt": "one\n"},
        "classify": {"explanations.json": "[1]", "probabilities.npz": "PK"},
        "generate": {"samples.json": '[{"a": 1}]', "losses.npz": ""},
        "summarize": {"summaries.txt": "one\n"},
    }[task]
    for name, text in broken.items():
        kept = (run_dir / name).read_bytes()
        (run_dir / name).write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=rf"{name}: damaged \(.*\); delete it, and nlpseq report makes it anew"):
            report_run(run_dir)
        (run_dir / name).write_bytes(kept)


def test_what_a_run_was_made_of(run_dir: Path) -> None:
    page = (run_dir / "report.md").read_text(encoding="utf-8")
    for fact in ("Parameters", "Training time", "Padded share", "Peak memory", "CPU", "PyTorch", "Seed", "Network"):
        assert f"| {fact} |" in page
    assert "MiB" in page and "| SHA-256 of " in page and "Learning curves" in page
    assert "Training reads " in page and "The learning rate is " in page


def test_a_cross_validation_has_no_report(review_run: ClassifySettings, tmp_path: Path) -> None:
    write_settings(replace(review_run, data=replace(review_run.data, folds=3)), tmp_path / "settings.yaml")
    with pytest.raises(UserError, match="a cross-validation; report one of its folds, as in .*fold-1"):
        report_run(tmp_path)


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not a run folder"):
        report_run(tmp_path)


# ---- saved arrays


def npz(path: Path, **headers: bytes) -> Path:
    """A file of arrays by their headers, with a few bytes behind each."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header in headers.items():
            archive.writestr(f"{name}.npy", header + bytes(80))
    return path


def header(descr: str = "<f4", shape: object = (20,), version: int = 1) -> bytes:
    """Of an array, as numpy writes it."""
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + bytes([version, 0]) + len(text).to_bytes(2 if version == 1 else 4, "little") + text


def test_arrays_come_back(tmp_path: Path) -> None:
    arrays = {"labels": np.arange(5, dtype=np.int8), "nats": np.linspace(0, 1, 6).reshape(2, 3), "none": np.zeros(0)}
    write_arrays(tmp_path / "a.npz", arrays)
    found = read_arrays(tmp_path / "a.npz")
    assert found.keys() == arrays.keys()
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array, strict=True)
    assert read_arrays(npz(tmp_path / "b.npz", a=header()))["a"].tolist() == [0.0] * 20


@pytest.mark.parametrize(
    "damage",
    [
        {"a": header(shape=(10**12,))},
        {"a": header(shape=(10**6, 10**6, 10**6))},
        {"a": header(shape=(-1,))},
        {"a": header(shape=(200_000_000,)), "b": header(shape=(200_000_000,))},  # 1.5 GiB, neither above a GiB alone
        {"a": header("|O")},
        {"a": header("<U999999999")},
        {"a": header(version=2)},
        {"a": header(shape="(" * 900)},
        {f"a{number}": header() for number in range(17)},
        {"a": b""},
        {"a": b"\x93NUMPY"},
    ],
    ids=map(str, range(11)),
)
def test_arrays_that_want_all_memory_are_refused_before_they_get_it(damage: dict[str, bytes], tmp_path: Path) -> None:
    path = npz(tmp_path / "losses.npz", **damage)
    tracemalloc.start()
    try:
        with pytest.raises(UserError, match=r"losses\.npz: damaged \(.*\); delete it, and nlpseq report makes it"):
            read_arrays(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_encrypted_file_of_arrays_is_refused(tmp_path: Path) -> None:
    path = npz(tmp_path / "losses.npz", a=header())
    content = path.read_bytes()
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = content.index(signature) + flags
        content = content[:place] + b"\1" + content[place + 1 :]
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"losses\.npz: damaged \(RuntimeError: .* encrypted"):
        read_arrays(path)
