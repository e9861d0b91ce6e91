"""`python benchmarks/profile.py RECIPE [--SECTION.KEY VALUE ...]`: the table of each training of a recipe."""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
from pathlib import Path

import torch

from nlpseq.recipe import read_recipe
from nlpseq.training.fit import begin
from nlpseq.training.precision import DTYPES
from profiling.capture import Training, trainings
from profiling.parts import Measured, measure, steps
from profiling.products import Products, peak_flops

COUNTED_STEPS = 20


def main() -> None:
    """Print a Markdown table a training: milliseconds and share of each part, share of the peak, matrix shapes."""
    parser = argparse.ArgumentParser(
        prog="benchmarks/profile.py",
        description="Where the time of a recipe's training step goes. Settings follow as with nlpseq run.",
    )
    parser.add_argument("recipe", metavar="RECIPE")
    parser.add_argument("--seconds", type=float, default=10.0, help="of steps that are timed (default 10)")
    parser.add_argument("--warm", type=float, default=5.0, help="seconds of steps before them (default 5)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--operators", type=int, default=0, metavar="N", help="list torch's N slowest operators too")
    options, overrides = parser.parse_known_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("nlpseq").setLevel(logging.INFO)
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    settings = read_recipe(options.recipe, overrides)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for number, training in enumerate(trainings(settings, Path(folder) / "run"), start=1):
            print(_table(f"{Path(options.recipe).stem}, training {number}", training, options), flush=True)


def _table(title: str, training: Training, options: argparse.Namespace) -> str:
    fabric, state, chosen = begin(
        training.model, training.objective, training.batches, training.settings, training.folder
    )
    dtype = DTYPES[chosen.precision]
    before = peak_flops(dtype)
    measured = measure(fabric, state, training.settings, warm=options.warm, seconds=options.seconds)
    best = max(before, peak_flops(dtype))
    tokens = state.tokens
    taken = steps(fabric, state, training.settings)
    with Products() as products:
        for _ in range(COUNTED_STEPS):
            next(taken)
    counted = state.tokens - tokens
    flops = products.operations / COUNTED_STEPS
    seconds = statistics.mean(measured.seconds)
    spread = statistics.quantiles(measured.seconds, n=10) if len(measured.seconds) > 1 else [seconds] * 9
    lines = [
        f"## {title}\n",
        f"{'bf16' if dtype == torch.bfloat16 else 'fp32'}, {torch.get_num_threads()} threads; "
        f"{1e3 * seconds:.1f} ms a step (a tenth below {1e3 * spread[0]:.1f}, a tenth above {1e3 * spread[-1]:.1f}), "
        f"{counted / COUNTED_STEPS:.0f} tokens a step, {counted / COUNTED_STEPS / seconds:,.0f} tokens a second; "
        f"{flops / 1e9:.2f} GFLOP a step, {flops / seconds / 1e9:.0f} of {best / 1e9:.0f} GFLOP/s: "
        f"**{flops / seconds / best:.1%} of the peak**; "
        f"{len(products.counts)} different products in {COUNTED_STEPS} steps, "
        f"{sum(products.counts.values()) / COUNTED_STEPS:.0f} a step\n",
        _parts(measured, seconds),
    ]
    if options.operators:
        lines.append(_operators(measured, options.operators))
    return "\n".join(lines)


def _parts(measured: Measured, seconds: float) -> str:
    """The parts' shares under the profiler, and what they are of a step without it."""
    total = sum(measured.parts.values())
    rows = [
        f"| {part} | {spent / total:.1%} | {1e3 * seconds * spent / total:.2f} |"
        for part, spent in sorted(measured.parts.items(), key=lambda item: -item[1])
        if spent / total >= 0.0005
    ]
    head = "| part | share | ms |\n|---|---|---|"
    return "\n".join([head, *rows, ""])


def _operators(measured: Measured, count: int) -> str:
    rows = [
        f"| {name} | {spent / 1e3:.2f} | {calls:.0f} |"
        for name, (spent, calls) in sorted(measured.operations.items(), key=lambda item: -item[1][0])[:count]
    ]
    return "\n".join(["| operator, without those that it calls | ms | calls |\n|---|---|---|", *rows, ""])
