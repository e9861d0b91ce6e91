"""Measure nlpseq's translator as benchmarks/peers measures other toolkits: the same subwords, sizes and counting.

Trains with fixed batches of 128 sentences, or with --beam decodes the test set, every hypothesis forced to 15 tokens.
Prints one JSON line. The share of the matrix-product peak is the operations of a step's products over
its time, against a 2048 x 2048 product in the same precision, measured before and after.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import torch
from profiling.products import Products, peak_flops

from nlpseq.config import TrainSettings
from nlpseq.data.batch import PairBatch, collate_pairs, pad_sequences
from nlpseq.data.sampler import BucketBatchSampler
from nlpseq.decoding import DecodingOptions, beam_search, greedy_search
from nlpseq.models.translator import TranslatorModel
from nlpseq.models.translator_stepper import translator_stepper
from nlpseq.tasks.translate.objective import TranslationObjective
from nlpseq.training.optim import make_optimizer

WARM_UP_STEPS = 20
BATCH_SENTENCES = 128
DECODE_TOKENS = 15
PAD, BOS, EOS = 0, 2, 3


def read_ids(path: Path, vocabulary: dict[str, int]) -> list[list[int]]:
    """Token ids of a file of tokens apart by spaces, each line ending with the end mark."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    return [[vocabulary.setdefault(token, len(vocabulary)) for token in line.split(" ")] + [EOS] for line in lines]


def train_step(model: TranslatorModel, optimizer: torch.optim.Optimizer, batch: PairBatch, dtype: torch.dtype) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == torch.bfloat16):
        loss = TranslationObjective(label_smoothing=0.1, consistency=0.0)(model, batch)
    optimizer.zero_grad()
    (loss.total / loss.count).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()


def measure_training(
    model: TranslatorModel, batches: list[PairBatch], steps: int, dtype: torch.dtype
) -> dict[str, object]:
    optimizer = make_optimizer(model.train(), TrainSettings())
    for batch in batches[:WARM_UP_STEPS]:
        train_step(model, optimizer, batch, dtype)
    measured = batches[WARM_UP_STEPS : WARM_UP_STEPS + steps]
    best = peak_flops(dtype)
    start = time.perf_counter()
    for batch in measured:
        train_step(model, optimizer, batch, dtype)
    seconds = time.perf_counter() - start
    best = max(best, peak_flops(dtype))
    with Products() as products:
        for batch in measured[::10]:
            train_step(model, optimizer, batch, dtype)
    flops = products.operations * sum(b.num_tokens for b in measured) / sum(b.num_tokens for b in measured[::10])
    return {
        "target_tokens_per_second": round(sum(batch.num_tokens for batch in measured) / seconds, 1),
        "sentences_per_step": sum(len(batch.src) for batch in measured) / len(measured),
        "steps": len(measured),
        "seconds": round(seconds, 1),
        "gflops": round(flops / seconds / 1e9, 1),
        "peak_gflops": round(best / 1e9, 1),
        "share_of_peak": round(flops / seconds / best, 3),
    }


def measure_decoding(model: TranslatorModel, sources: list[list[int]], beam: int) -> dict[str, object]:
    model.eval()
    options = DecodingOptions(beam_size=beam, min_length=DECODE_TOKENS)
    order = sorted(range(len(sources)), key=lambda i: len(sources[i]))
    search = greedy_search if beam == 1 else beam_search
    start = time.perf_counter()
    for first in range(0, len(order), BATCH_SENTENCES):
        src, lengths = pad_sequences([sources[i] for i in order[first : first + BATCH_SENTENCES]], PAD)
        with torch.inference_mode():
            encoded, stepper = model.encode(src, lengths), translator_stepper(model)
            hidden, memory = model.first_hidden(encoded), stepper.memory(encoded)
        search(
            stepper, hidden, memory, bos_id=BOS, eos_id=EOS, pad_id=PAD, max_lengths=DECODE_TOKENS, options=options
        )  # fmt: skip
    seconds = time.perf_counter() - start
    return {"beam": beam, "sentences_per_second": round(len(sources) / seconds, 1), "seconds": round(seconds, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR", help="folder given to benchmarks/peers/prepare.py")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--beam", type=int, help="measure decoding with this beam instead (1: greedy)")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    vocabulary = {"<pad>": PAD, "<unk>": 1, "<s>": BOS, "</s>": EOS}
    data = arguments.directory / "data"
    sources, targets = (read_ids(data / f"train.{side}", vocabulary) for side in ("src", "tgt"))
    test = read_ids(data / "test.src", vocabulary)
    model = TranslatorModel(
        len(vocabulary), len(vocabulary), embedding_dim=256, hidden_size=512, encoder_layers=1,
        tie_embeddings="all", dropout=0.3,
    )  # fmt: skip
    if arguments.beam:
        result = measure_decoding(model, test, arguments.beam)
    else:
        lengths = (np.array([len(row) for row in side]) for side in (sources, targets))
        sampler = BucketBatchSampler(*lengths, batch_tokens=10**6, max_batch_size=BATCH_SENTENCES, seed=1)
        rows = [[(sources[i], targets[i]) for i in batch] for batch in sampler][: WARM_UP_STEPS + arguments.steps]
        batches = [collate_pairs(batch, pad_id=PAD, bos_id=BOS) for batch in rows]
        dtype = torch.bfloat16 if arguments.precision == "bf16" else torch.float32
        result = measure_training(model, batches, arguments.steps, dtype) | {"precision": arguments.precision}
    facts = {
        "toolkit": "nlpseq",
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(facts | result))


if __name__ == "__main__":
    main()
