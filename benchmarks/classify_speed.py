"""Measure the training of nlpseq's biLSTM classifier beside the loops of the tutorials, in alternating rounds.

Same reviews, same vocabulary, same sizes, batches of 64, reviews cut at 400 tokens, one thread pool. The others are
the usual ones: shuffled batches into `nn.LSTM` over `pack_padded_sequence`, or over the padded batch as it is (which
reads padding, and so computes something else); Adam; the last hidden states into a linear layer.
Prints one JSON line a measurement: real tokens a second, and for nlpseq the share of the matrix-product peak.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from profiling.products import peak_flops
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence

from nlpseq.config import TrainSettings
from nlpseq.data.batch import collate_texts
from nlpseq.data.labelled import load_labelled
from nlpseq.data.sampler import BucketBatchSampler
from nlpseq.data.truncate import truncated_ids
from nlpseq.models.classifier import ClassifierModel
from nlpseq.tasks.classify.objective import ClassificationObjective
from nlpseq.text import build_pipeline
from nlpseq.training.optim import make_optimizer

BATCH_SIZE = 64
MAX_LENGTH = 400
Row = tuple[np.ndarray, int]


class Tutorial(nn.Module):
    """The network of the tutorials; `packed` or over the padded batch."""

    def __init__(self, vocab_size: int, size: int, *, packed: bool) -> None:
        super().__init__()
        self.packed = packed
        self.embedding = nn.Embedding(vocab_size, size, padding_idx=0)
        self.lstm = nn.LSTM(size, size, batch_first=True, bidirectional=True)
        self.output = nn.Linear(2 * size, 2)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        x = self.embedding(ids)
        if self.packed:
            _, (hidden, _) = self.lstm(pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
        else:
            _, (hidden, _) = self.lstm(x)
        return self.output(torch.cat([hidden[-2], hidden[-1]], dim=1))


def ours(vocab_size: int, size: int, precision: str) -> Callable[[list[Row]], None]:
    """A training step of nlpseq with everything a recipe does in one."""
    model = ClassifierModel(
        vocab_size, 2, embedding_dim=size, hidden_size=size, dropout=0.5, embedding_dropout=0.3, word_dropout=0.1
    ).train()
    optimizer, objective = make_optimizer(model, TrainSettings()), ClassificationObjective(0.0, 0.0)

    def step(rows: list[Row]) -> None:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            loss = objective(model, collate_texts(rows, pad_id=0))
        optimizer.zero_grad()
        (loss.total / loss.count).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()

    return step


def tutorial(vocab_size: int, size: int, *, packed: bool) -> Callable[[list[Row]], None]:
    """A training step of the tutorials."""
    model = Tutorial(vocab_size, size, packed=packed).train()
    optimizer = torch.optim.Adam(model.parameters())

    def step(rows: list[Row]) -> None:
        batch = collate_texts(rows, pad_id=0)
        optimizer.zero_grad()
        F.cross_entropy(model(batch.ids, batch.lengths), batch.labels).backward()
        optimizer.step()

    return step


def measure(step: Callable[[list[Row]], None], batches: Iterator[list[Row]], seconds: float) -> dict[str, float]:
    """Run for at least `seconds` and two batches, after one to warm up."""
    step(next(batches))
    tokens, count, started = 0, 0, time.perf_counter()
    while count < 2 or time.perf_counter() - started < seconds:
        rows = next(batches)
        step(rows)
        tokens, count = tokens + sum(len(row[0]) for row in rows), count + 1
    spent = time.perf_counter() - started
    return {"tokens_per_second": round(tokens / spent, 1), "batches": count, "seconds": round(spent, 1)}


def flops_a_token(size: int) -> float:
    """Multiplications and additions of forward and backward: two directions, four gates, input and hidden products."""
    return 3 * 2 * 2 * 4 * size * (size + size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, metavar="DIR", help="labelled reviews, such as IMDb's")
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 256])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=15.0, help="time of a measurement")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    texts = load_labelled(arguments.corpus, splits={"train": "train"})["train"]["text"][:4000]
    pipeline = build_pipeline(texts, kind="basic_english", vocab_size=20_000)
    rows = [(np.asarray(ids), i % 2) for i, ids in enumerate(truncated_ids(texts, pipeline, MAX_LENGTH, "head"))]
    lengths = np.array([len(ids) for ids, _ in rows])

    def bucketed() -> Iterator[list[Row]]:
        sampler = BucketBatchSampler(lengths, batch_tokens=10**6, max_batch_size=BATCH_SIZE, seed=1)
        while True:
            yield from ([rows[i] for i in batch] for batch in sampler)

    def shuffled() -> Iterator[list[Row]]:
        generator = np.random.default_rng(1)
        while True:
            order = generator.permutation(len(rows))
            yield from ([rows[i] for i in order[k : k + BATCH_SIZE]] for k in range(0, len(rows), BATCH_SIZE))

    vocab_size = len(pipeline.vocab)
    for size in arguments.sizes:
        steps = {
            "nlpseq fp32": (ours(vocab_size, size, "fp32"), bucketed()),
            "packed, shuffled": (tutorial(vocab_size, size, packed=True), shuffled()),
            "padded, shuffled": (tutorial(vocab_size, size, packed=False), shuffled()),
            "nlpseq bf16": (ours(vocab_size, size, "bf16"), bucketed()),
        }
        for number in range(arguments.rounds):
            for name, (step, batches) in steps.items():
                result: dict[str, object] = {"loop": name, "size": size, "round": number + 1}
                dtype = torch.bfloat16 if name.endswith("bf16") else torch.float32
                peak = peak_flops(dtype)
                found = measure(step, batches, arguments.seconds)
                gflops = found["tokens_per_second"] * flops_a_token(size) / 1e9
                peak = max(peak, peak_flops(dtype)) / 1e9
                result |= found | {"gflops": round(gflops, 1), "share_of_peak": round(gflops / peak, 3)}
                print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
