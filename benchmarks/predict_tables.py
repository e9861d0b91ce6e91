"""Classify many short texts in this process and on Ray with a worker killed, and compare row by row; Linux only.

    predict_tables.py RUN FOLDER [--rows 200000] [--workers 2]

RUN is a classifier, as `nlpseq run recipes/classify.yaml` makes it. FOLDER gets four parquet tables of unequal sizes,
of one to three sentences of the embedded reviews a row, with other columns and some rows without text, and the parts
that both engines make of them; what an earlier call left there is not made again. Once a third of Ray's parts are
there, one of its workers gets a SIGKILL. Prints one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

CORPUS = Path(__file__).parent.parent / "corpora" / "reviews" / "train.jsonl"
# The tables' shares of the rows, in percent, and their names.
SHARES = {"b": 37, "d": 31, "a": 22, "c": 10}
PART_ROWS = 5000


def write_tables(rows: int, folder: Path) -> None:
    """The tables, the same in each call."""
    random.seed(1)
    texts = [json.loads(line)["text"] for line in CORPUS.read_text(encoding="utf-8").splitlines()]
    sentences = [part.strip() for text in texts for part in text.split(".") if part.strip()]
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for name, share in SHARES.items():
        numbers = range(number + 1, number + 1 + rows * share // 100)
        number = numbers[-1]
        columns = {
            "id": [n * 7919 % 1_000_003 for n in numbers],
            "text": [
                ". ".join(random.choices(sentences, k=random.randint(1, 3))) + f" {n}" if n % 997 else None
                for n in numbers
            ],
            "when": pa.array([n * 1000 for n in numbers], pa.timestamp("ms")),
            "score": [[n / 3] if n % 3 else None for n in numbers],
        }
        pq.write_table(pa.table(columns), folder / f"{name}.parquet", row_group_size=7001)


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
    found = []
    for worker in workers:
        above = worker
        while above in parents and above != process:
            above = parents[above]
        if above == process:
            found.append(worker)
    return found


def predict(run: str, tables: Path, out: Path, *options: str, kill_at: int | None = None) -> dict[str, Any]:
    """Do it; the seconds, and how many parts were there when a worker was killed."""
    command = [sys.executable, "-m", "nlpseq", "predict", run, f"{tables}/*.parquet", "-o", f"{out}/"]
    command += ["--part-rows", str(PART_ROWS), *(["--resume"] if out.exists() else []), *options]
    started, killed = time.perf_counter(), None
    with subprocess.Popen(command) as process:
        while kill_at and process.poll() is None:
            there = len(list(out.glob("part-*")))
            if there >= kill_at and (workers := workers_of(process.pid)):
                os.kill(workers[0], signal.SIGKILL)
                killed = there
                break
            time.sleep(0.1)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return {"seconds": round(time.perf_counter() - started, 1), "parts_when_one_was_killed": killed}


def compare(tables: Path, one: Path, other: Path) -> dict[str, Any]:
    """How the parts of two folders differ, and what they have lost of the tables."""
    sources = pa.concat_tables(map(pq.read_table, sorted(tables.glob("*.parquet"))))
    ours, theirs = (pa.concat_tables(map(pq.read_table, sorted(out.glob("part-*")))) for out in (one, other))
    labels, shares = (
        list(zip(ours[name].to_pylist(), theirs[name].to_pylist(), strict=True)) for name in ("label", "probability")
    )
    return {
        "rows": len(ours),
        "rows_as_in_the_tables": ours.select(sources.column_names).equals(sources),
        "columns": ours.column_names,
        "labels_that_differ": sum(a != b for a, b in labels),
        "largest_difference": max(abs(a - b) for a, b in shares),
        "equal_to_the_byte": all(part.read_bytes() == (other / part.name).read_bytes() for part in one.glob("part-*")),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    tables = given.folder / "tables"
    if not tables.is_dir():
        write_tables(given.rows, tables)
    embedded = predict(given.run, tables, given.folder / "embedded")
    ray = ("--engine", "ray", "--workers", str(given.workers))
    parts = len(list((given.folder / "embedded").glob("part-*")))
    on_ray = predict(given.run, tables, given.folder / "ray", *ray, kill_at=parts // 3)
    found = compare(tables, given.folder / "ray", given.folder / "embedded")
    print(json.dumps({"embedded": embedded, "ray": on_ray, **found}))


if __name__ == "__main__":
    main()
