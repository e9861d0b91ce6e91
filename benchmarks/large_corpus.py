"""Prepare synthetic pairs in any number, and watch the time and the memory that it takes; Linux only.

    large_corpus.py make 20_000_000 FOLDER [--shards 8]
    large_corpus.py prepare FOLDER RUN [--read]

`make` writes train.en and train.de, or packed shards of them: made-up words in sentences of 3 to 8, with numbers that
make all of them different. COUNT is a multiple of 100,000. `prepare` does what `nlpseq run` of a translation recipe
does until the training begins, with subwords of 8,000 pieces and held-out splits, in a process of its own with an empty
cache. With `--read` the plan of the batches is made and the first 2,000 are read, too. Each prints one line of JSON.

Memory is that of the process and all that it starts, looked at every two seconds in /proc/PID/smaps_rollup:
`private_mib` is what the system cannot take back (Pss_Anon and Pss_Shmem), `mapped_mib` what of the mapped files is in
memory at that moment, which it takes back when others need it (Pss_File). PSS counts a page that several share once.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np

BLOCK, DRAWN = 100_000, 1_000_000
SYLLABLES = ["ba", "ko", "ri", "tu", "mel", "san", "dor", "ne", "fi", "gus", "lo", "har", "wen", "pi", "zu"]
RECIPE = """
task: translate
run_dir: {run}
data: {{path: {folder}, src: en, tgt: de}}
text: {{tokenizer: subword, vocab_size: 8000}}
train: {{batch_tokens: 4000}}
"""
PREPARE = """
import json, os, sys, time
from functools import partial
from itertools import islice
from nlpseq.recipe import parse_recipe
from nlpseq.tasks import verbs
recipe, read = sys.argv[1:]
started, before = time.perf_counter(), sum(os.times()[:4])
settings = parse_recipe(recipe)
prepared = verbs.prepare(settings)
print(json.dumps({
    "pairs": len(prepared.train), "prepare_seconds": time.perf_counter() - started,
    "prepare_cpu_seconds": sum(os.times()[:4]) - before,
}), flush=True)
if read == "True":
    from nlpseq.data.batch import collate_pairs
    from nlpseq.runs.training import bucketed
    started, rows = time.perf_counter(), prepared.train
    collate = partial(collate_pairs, pad_id=0, bos_id=2)
    stream, steps, padded = bucketed(rows, rows.lengths(), collate, settings.train, batch_tokens=4000)
    planned = time.perf_counter() - started
    print(json.dumps({"plan_seconds": planned, "steps_an_epoch": steps, "padded_share": padded}))
    tokens = sum(batch.num_tokens for batch in islice(iter(stream), 2000))
    print(json.dumps({"read_seconds": time.perf_counter() - started - planned, "read_tokens": tokens}))
"""


def sentences(count: int, words: list[str], seed: int) -> Iterator[str]:
    """Blocks of lines."""
    random = np.random.default_rng(seed)
    table = np.array(words, dtype=object)
    for first in range(0, count, BLOCK):
        rows = min(BLOCK, count - first)
        lengths = random.integers(2, 7, rows)
        # Zipf's law, as in any language.
        drawn = table[np.minimum(random.zipf(1.3, int(lengths.sum())) - 1, len(words) - 1)].tolist()
        ends = np.cumsum(lengths).tolist()
        starts = [0, *ends[:-1]]
        bounds = zip(starts, ends, strict=True)
        yield "".join(f"{' '.join(drawn[start:end])} {first + row}\n" for row, (start, end) in enumerate(bounds))


def make(count: int, folder: Path, shards: int) -> None:
    """Write the corpus: at most a million sentences are drawn, and come again with another number at their end."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, side in enumerate(("en", "de")):
        random = np.random.default_rng(number)
        words = list({"".join(random.choice(SYLLABLES, random.integers(1, 5))) for _ in range(60_000)})
        blocks = list(sentences(min(count, DRAWN), sorted(words, key=len), number))
        texts = (blocks[at % len(blocks)].replace("\n", f" {at // len(blocks)}\n") for at in range(count // BLOCK))
        names = [f"train.{shard}.{side}.gz" for shard in range(shards)] or [f"train.{side}"]
        open_text = gzip.open if shards else open
        for shard, name in enumerate(names):
            with open_text(folder / name, "wt", encoding="utf-8") as file:
                file.writelines(islice(texts, (count // BLOCK - shard - 1) // len(names) + 1))


def memory_mib(process: int) -> tuple[float, float]:
    """Private and mapped memory of a process and all below it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended
            continue
    private = mapped = 0
    for member in parents:
        line = [member]
        while line[-1] in parents:
            line.append(parents[line[-1]])
        if process not in line:
            continue
        try:
            rows = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        kib = {name.rstrip(":"): int(size) for name, size, _ in map(str.split, rows)}
        private += kib["Pss_Anon"] + kib["Pss_Shmem"]
        mapped += kib["Pss_File"]
    return private / 1024, mapped / 1024


def prepare(folder: Path, run: Path, *, read: bool) -> None:
    """Prepare it, and print what that took."""
    peak = {"private_mib": 0.0, "mapped_mib": 0.0, "both_mib": 0.0}
    with tempfile.TemporaryDirectory(dir=run.parent) as cache:
        command = [sys.executable, "-c", PREPARE, RECIPE.format(run=run, folder=folder), str(read)]
        environment = os.environ | {"HF_HOME": cache, "HF_HUB_OFFLINE": "1"}
        started = time.perf_counter()
        working = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        while working.poll() is None:
            private, mapped = memory_mib(working.pid)
            for name, size in (("private_mib", private), ("mapped_mib", mapped), ("both_mib", private + mapped)):
                peak[name] = max(peak[name], round(size, 1))
            time.sleep(2)
        assert working.stdout is not None
        found: dict[str, float] = {}
        for line in working.stdout.read().splitlines():
            found |= json.loads(line)
    found |= {"wall_seconds": time.perf_counter() - started, **peak}
    found["pairs_a_cpu_second"] = found["pairs"] / found["prepare_cpu_seconds"]
    print(json.dumps({name: round(value, 2) for name, value in found.items()}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    making = commands.add_parser("make")
    making.add_argument("count", type=int)
    making.add_argument("folder", type=Path)
    making.add_argument("--shards", type=int, default=0)
    making.set_defaults(call=lambda given: make(given.count, given.folder, given.shards))
    preparing = commands.add_parser("prepare")
    preparing.add_argument("folder", type=Path)
    preparing.add_argument("run", type=Path)
    preparing.add_argument("--read", action="store_true")
    preparing.set_defaults(call=lambda given: prepare(given.folder, given.run, read=given.read))
    given = parser.parse_args()
    given.call(given)


if __name__ == "__main__":
    main()
