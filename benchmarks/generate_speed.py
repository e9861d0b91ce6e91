"""Measure nlpseq's character language model, beside nanoGPT where it has a counterpart; one JSON line a measurement.

--part train113  nanoGPT's CPU recipe, and then nlpseq trained for the wall time that this took, from the start of the
                 first process to the end of the last one: both losses on all of the last tenth of the text
--part lm        training speed of each kind of cell, and its share of the matrix-product peak
--part sample    characters a second at 1,000 characters of context, batches of 1 and of 64, at nanoGPT's two sizes;
                 the weights are untrained: they change what is written, not how fast
--part memory    peak memory of preparing a long text and a short one, and of a few seconds of training on each

nanoGPT is a copy of github.com/karpathy/nanoGPT whose data/shakespeare_char/prepare.py was run on the same text.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from peers import nanogpt
from profiling.products import peak_flops
from torch.nn import functional as F

from nlpseq.config import CharRNNSettings, GenerateTrainSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.models.char_rnn import CharRNNModel
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.text.alphabet import Alphabet
from nlpseq.training.optim import make_optimizer

COMMAND = Path(sys.executable).with_name("nlpseq")
GATES = {"lstm": 4, "gru": 3, "rnn_tanh": 1, "min_gru": 2}
CALIBRATION_MINUTES = 0.05
VOCAB = 65  # of tinyshakespeare
CONTEXT = 1000
# About as many parameters as nanoGPT has at these sizes.
SIZES = {
    ("0.8M", "lstm"): CharRNNSettings(embedding_dim=64, hidden_size=408),
    ("0.8M", "min_gru"): CharRNNSettings(
        cell="min_gru", embedding_dim=352, hidden_size=352, num_layers=3, layer_norm=True, residual=True
    ),
    ("10.65M", "lstm"): CharRNNSettings(embedding_dim=256, hidden_size=896, num_layers=2),
    ("10.65M", "min_gru"): CharRNNSettings(
        cell="min_gru", embedding_dim=936, hidden_size=936, num_layers=6, layer_norm=True, residual=True
    ),
}
CELLS = ("lstm", "min_gru")
OPTIONS = SamplingOptions(temperature=0.8, top_k=200)  # nanoGPT's sample.py


def timed(command: list[str], **options: Any) -> tuple[float, int, str]:
    """Wall time in seconds, peak memory in MiB and standard output of a command."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024, output


def train113(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for number in range(1, arguments.rounds + 1):
        seconds, _, output = timed(nanogpt.train_command(arguments.iterations), cwd=arguments.nanogpt)
        yield {
            "toolkit": "nanoGPT", "round": number, "seconds": round(seconds, 1),
            "own_estimate": nanogpt.best_estimate(output),
            "nats_per_character": round(nanogpt.exact_loss(arguments.nanogpt, half_overlapping=False), 4),
            "nats_half_overlapping": round(nanogpt.exact_loss(arguments.nanogpt, half_overlapping=True), 4),
        }  # fmt: skip
        run_dir = arguments.work / f"train113-{number}"
        settings = [str(arguments.recipe), "--data.path", str(arguments.text), "--run_dir", str(run_dir)]
        prepared, _, _ = timed([str(COMMAND), "prepare", *settings])
        train = [str(COMMAND), "train", *settings, "--train.seed", str(number), "--train.max_minutes"]
        # What a training takes beside the steps that its clock counts: imports, the last validation.
        extra = timed([*train, str(CALIBRATION_MINUTES)])[0] - 60 * CALIBRATION_MINUTES
        minutes = (seconds - prepared - extra) / 60
        trained, peak_memory, _ = timed([*train, f"{minutes:.4f}"])
        _, _, metrics = timed([str(COMMAND), "evaluate", str(run_dir)])
        yield {
            "toolkit": "nlpseq", "round": number, "seconds": round(prepared + trained, 1), "seed": number,
            "training_minutes": round(minutes, 3), "peak_memory_mib": peak_memory,
            "nats_per_character": json.loads(metrics)["nats_per_character"],
        }  # fmt: skip


def product_flops(rows: int, width: int, columns: int, dtype: torch.dtype) -> float:
    """Operations a second of the product of one time step."""
    left, right = torch.randn(rows, width).to(dtype), torch.randn(width, columns).to(dtype)
    best = float("inf")
    for _ in range(200):
        start = time.perf_counter()
        left @ right
        best = min(best, time.perf_counter() - start)
    return 2 * rows * width * columns / best


def training_step(model: CharRNNModel, batch: int, window: int, dtype: torch.dtype) -> Iterator[None]:
    """Train on random characters with a carried state, as a recipe does."""
    optimizer, state = make_optimizer(model.train(), GenerateTrainSettings()), None
    while True:
        ids = torch.randint(VOCAB, (batch, window + 1))
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
            logits, new = model(ids[:, :-1], state)
        state = tuple(part.detach() for part in new)
        optimizer.zero_grad()
        F.cross_entropy(logits.flatten(0, 1).float(), ids[:, 1:].flatten()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        yield


def lm(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    batch, window, size = arguments.batch, arguments.window, arguments.size
    precisions = {"fp32": torch.float32, "bf16": torch.bfloat16}
    sides = {}
    for cell, precision in itertools.product(GATES, precisions):
        model = CharRNNModel(VOCAB, embedding_dim=64, hidden_size=size, cell=cell)
        sides[cell, precision] = model, training_step(model, batch, window, precisions[precision])
        next(sides[cell, precision][1])
    for number, ((cell, precision), (model, steps)) in itertools.product(range(1, arguments.rounds + 1), sides.items()):
        dtype, count, peak = precisions[precision], 0, peak_flops(precisions[precision])
        started = time.perf_counter()
        while count < 2 or time.perf_counter() - started < arguments.seconds:
            next(steps)
            count += 1
        rate = count * batch * window / (time.perf_counter() - started)
        peak = max(peak, peak_flops(dtype))
        products = sum(part.numel() for name, part in model.named_parameters() if "weight" in name) - VOCAB * 64
        flops = 3 * 2 * products * rate  # forward, and twice as much backward
        yield {
            "cell": cell, "precision": precision, "round": number, "size": size, "batch": batch, "window": window,
            "characters_per_second": round(rate), "gflops": round(flops / 1e9, 1), "peak_gflops": round(peak / 1e9, 1),
            "share_of_peak": round(flops / peak, 3),
            "one_step_product_gflops": round(product_flops(batch, size, GATES[cell] * size, dtype) / 1e9, 1),
        }  # fmt: skip


def nlpseq_sampler(cell: str, size: str, batch: int) -> tuple[int, Iterator[int]]:
    """An untrained network's parameters, and the characters of each piece of the texts that it streams."""
    alphabet = Alphabet.of_counts(np.repeat([0, 1], [32, VOCAB]))  # from the space on
    writer = CharRNN.untrained(alphabet, SIZES[size, cell])
    prompt = "to be or not to be, that " * (CONTEXT // 25)

    def steps() -> Iterator[int]:
        pieces = writer.stream([prompt.upper()] * batch, length=10**9, options=OPTIONS)
        for _ in itertools.islice(pieces, batch):
            pass  # the prompts themselves
        for _ in pieces:
            yield 1

    return sum(part.numel() for part in writer.model.parameters()), steps()


def sample(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    for number, size, batch in itertools.product(range(1, arguments.rounds + 1), nanogpt.SIZES, (1, 64)):
        theirs = nanogpt.sampler(
            arguments.nanogpt, size, batch=batch, context=CONTEXT, vocab_size=VOCAB, temperature=0.8, top_k=200
        )
        sides = {"nanoGPT": theirs} | {f"nlpseq {cell}": nlpseq_sampler(cell, size, batch) for cell in CELLS}
        nanogpt_rate = 0.0
        for name, (parameters, steps) in sides.items():
            next(steps)  # warms up; nlpseq's has read its prompt then
            characters, started = 0, time.perf_counter()
            while characters < 2 * batch or time.perf_counter() - started < arguments.seconds:
                characters += next(steps)
            rate = characters / (time.perf_counter() - started)
            nanogpt_rate = nanogpt_rate or rate
            yield {
                "sampler": name, "size": size, "parameters": parameters, "batch": batch, "round": number,
                "characters_per_second": round(rate, 1), "times_nanogpt": round(rate / nanogpt_rate, 1),
            }  # fmt: skip


def memory(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    generator = random.Random(1)
    words = ["".join(generator.choices("etaoinshrdlu", k=generator.randint(1, 9))) for _ in range(5000)]
    block = " ".join(generator.choices(words, k=200_000)) + "\n"
    for megabytes in (2, arguments.megabytes):
        folder = arguments.work / f"memory-{megabytes}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "valid.txt").write_text(block[:50_000])
        with open(folder / "train.txt", "w") as file:
            while file.tell() < megabytes * 10**6:
                file.write(block)
        settings = [str(arguments.recipe), "--data.path", str(folder), "--run_dir", str(folder / "run")]
        prepared, prepare_memory, _ = timed([str(COMMAND), "prepare", *settings])
        _, train_memory, _ = timed([str(COMMAND), "train", *settings, "--train.max_minutes", "0.05"])
        yield {
            "megabytes": round((folder / "train.txt").stat().st_size / 1e6, 1), "prepare_seconds": round(prepared, 1),
            "prepare_peak_memory_mib": prepare_memory, "train_peak_memory_mib": train_memory,
        }  # fmt: skip


PARTS = {"train113": train113, "lm": lm, "sample": sample, "memory": memory}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--nanogpt", type=Path, metavar="DIR", help="for train113 and sample")
    parser.add_argument("--text", type=Path, metavar="FILE", help="tinyshakespeare, for train113")
    parser.add_argument("--recipe", type=Path, default=Path("recipes/generate-shakespeare-2min.yaml"))
    parser.add_argument("--work", type=Path, metavar="DIR", help="for texts and runs; a temporary folder by default")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10.0, help="least time of a measurement of lm and sample")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--iterations", type=int, default=2000, help="of nanoGPT's training; its recipe has 2,000")
    parser.add_argument("--size", type=int, default=512, help="hidden size, for lm")
    parser.add_argument("--batch", type=int, default=16, help="for lm")
    parser.add_argument("--window", type=int, default=96, help="for lm")
    parser.add_argument("--megabytes", type=int, default=200, help="of the long text, for memory")
    arguments = parser.parse_args()
    if arguments.nanogpt is None and {"train113", "sample"} & set(arguments.part):
        parser.error("--nanogpt DIR is needed for train113 and sample")
    if arguments.text is None and "train113" in arguments.part:
        parser.error("--text FILE is needed for train113")
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)  # of the commands that are started
    torch.set_num_threads(arguments.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    with tempfile.TemporaryDirectory() as folder:
        arguments.work = arguments.work or Path(folder)
        for part in arguments.part:
            for result in PARTS[part](arguments):
                print(json.dumps({"part": part, **result}), flush=True)


if __name__ == "__main__":
    main()
