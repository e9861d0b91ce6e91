"""A run on a local Ray of two workers, one of them killed in the middle: what comes out is the embedded engine's."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nlpseq.config import ClassifySettings
from nlpseq.errors import UserError
from nlpseq.scale.ray_data import MOST_TRIES, Worker, ray_installed
from nlpseq.tasks.parts import Job, Part, predict_folder, read_parts
from nlpseq.tasks.predict import PredictOptions, Predictor

PARTS, PART_ROWS = 160, 8
COMMENTS = ("The film was fine.", "Our dinner was cold, but in the end warm.", "", "dull")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Two tables."""
    (tmp_path / "in").mkdir()
    for name, first, last in (("a", 0, 801), ("b", 801, PARTS * PART_ROWS - 1)):
        rows = range(first, last)
        texts = [f"{COMMENTS[n % 4]} {n % 7 * 'fine '}" for n in rows]
        pq.write_table(pa.table({"n": rows, "comment": texts}), tmp_path / "in" / f"{name}.parquet")
    return tmp_path / "in"


def workers_of(process: int) -> list[int]:
    """The Ray workers with a model among a process's descendants."""
    parents, workers = {}, []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if (folder / "cmdline").read_bytes().startswith(b"ray::MapWorker"):
                workers.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return [worker for worker in workers if process in _line(worker, parents)]


def _line(process: int, parents: dict[int, int]) -> list[int]:
    line = [process]
    while line[-1] in parents:
        line.append(parents[line[-1]])
    return line


@pytest.mark.skipif(find_spec("ray") is None, reason='Ray is not installed: pip install "nlpseq[ray]"')
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no /proc, in which the workers are looked for")
def test_a_worker_that_is_killed_loses_no_row(review_run: ClassifySettings, tables: Path, tmp_path: Path) -> None:
    embedded, out, said = tmp_path / "embedded", tmp_path / "out", tmp_path / "said"
    model = Predictor(review_run.run_dir, PredictOptions())
    assert predict_folder(model, sorted(tables.iterdir()), embedded, part_rows=PART_ROWS) == PARTS * PART_ROWS - 1
    command = [sys.executable, "-m", "nlpseq", "predict", review_run.run_dir, f"{tables}/*.parquet", "-o", f"{out}/"]
    command += ["--engine", "ray", "--workers", "2", "--part-rows", str(PART_ROWS)]
    with open(said, "wb") as file, subprocess.Popen(command, stdout=file, stderr=file, cwd=tmp_path) as process:
        while process.poll() is None and len(list(out.glob("part-*"))) < 3:
            time.sleep(0.02)
        killed = workers_of(process.pid)
        os.kill(killed[0], signal.SIGKILL)
        there = len(list(out.glob("part-*")))
    assert (process.returncode, len(killed)) == (0, 2) and there < PARTS, said.read_text()
    assert f"{out}/: {PARTS * PART_ROWS - 1:,} rows" in said.read_text()
    names = [path.name for path in sorted(embedded.iterdir())]
    assert [path.name for path in sorted(out.iterdir())] == names
    rows, others = (
        [row for name in names[1:] for row in pq.read_table(folder / name).to_pylist()] for folder in (out, embedded)
    )
    assert [row["n"] for row in rows] == list(range(PARTS * PART_ROWS - 1))
    for row, other in zip(rows, others, strict=True):
        assert row == {**other, "probability": pytest.approx(other["probability"], abs=1e-5)}


def test_a_part_that_ends_its_workers_is_given_up(
    review_run: ClassifySettings, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: list[Part] = []

    def kept(job: Job) -> list[int]:
        parts.extend(read_parts(job, job.sources[0]))
        return []

    model = Predictor(review_run.run_dir, PredictOptions())
    predict_folder(model, [tables / "a.parquet"], tmp_path / "out", engine=kept)

    def died(*arguments: object) -> int:
        raise SystemExit  # as far as the file of tries goes

    worker = Worker(review_run.run_dir, PredictOptions(), "cpu")
    with monkeypatch.context() as patch:
        patch.setattr("nlpseq.scale.ray_data.write_part", died)
        for _ in range(MOST_TRIES):
            with pytest.raises(SystemExit):
                worker({"part": [pickle.dumps(parts[0])]})
    found = worker({"part": [pickle.dumps(parts[0]), pickle.dumps(UserError("a.csv, line 3: wrong"))]})
    assert found["rows"] == [0, 0] and found["error"][1] == "a.csv, line 3: wrong"
    assert f"part-00000-000000.parquet: {MOST_TRIES} workers died while they made it" in found["error"][0]


def test_without_ray_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r'Ray is not installed; run .* -m pip install "nlpseq\[ray\]"'):
        ray_installed()
