"""Speed of exports beside their run in torch, alternating, one JSON line each.

On one thread times are the processor's own seconds, so that what else the machine does hardly counts; on several they
are those of the clock.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch

from nlpseq import load_export
from nlpseq.onnx.folder import is_export
from nlpseq.runs.saved_model import model_task
from nlpseq.tasks import task_named


def main() -> None:
    """Let each model in turn answer all texts, some rounds; its best one counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", type=Path, metavar="RUN_OR_EXPORT", help="the first is what counts as 1")
    parser.add_argument("--texts", type=Path, required=True, metavar="FILE", help="a text a line")
    parser.add_argument("--most", type=int, default=1000, metavar="N", help="texts of it, spread over the file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    clock = time.process_time if options.threads == 1 else time.perf_counter
    lines = options.texts.read_text(encoding="utf-8").splitlines()
    texts = lines[:: max(1, len(lines) // options.most)][: options.most]
    models = [load(path, options.threads) for path in options.models]
    best, answers = [float("inf")] * len(models), [{}] * len(models)
    for _ in range(options.rounds):
        for place, model in enumerate(models):
            model.columns(texts[:20])
            begin = clock()
            answers[place] = model.columns(texts)
            best[place] = min(best[place], clock() - begin)
    first = next(iter(answers[0]))  # of the columns, the one that is the answer
    for path, seconds, found in zip(options.models, best, answers, strict=True):
        equal = sum(map(str.__eq__, map(str, found[first]), map(str, answers[0][first])))
        print(json.dumps({
            "model": str(path), "texts": len(texts), "threads": options.threads,
            "per_second": round(len(texts) / seconds, 1), "times": round(best[0] / seconds, 2),
            "equal_answers": equal,
        }))  # fmt: skip


def load(path: Path, threads: int) -> Any:
    """A run's model or an export."""
    return load_export(path, threads=threads) if is_export(path) else task_named(model_task(path)[0]).load(path)


if __name__ == "__main__":
    main()
