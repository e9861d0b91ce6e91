"""The report of a character language model, gathered from its run folder, with samples and simple models beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import GenerateSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.evaluation.language_model import bits_per_character, perplexity
from nlpseq.evaluation.report import BaselineScores, ChunkLosses, GenerationReport, Sample, write_report
from nlpseq.tasks.train_stage import training_facts
from nlpseq.text.alphabet import Alphabet

if TYPE_CHECKING:
    from nlpseq.tasks.char_rnn import CharRNN

# Characters before the one that the largest of the counting models foretells.
CONTEXT = 4
# Counting needs memory for each context seen; more text than this changes its figure little.
COUNTED_IDS = 20_000_000


def baselines(alphabet: Alphabet, train: np.ndarray, held_out: np.ndarray) -> list[dict[str, Any]]:
    """What models that only count reach on the same text: all symbols alike, their frequencies, and 5-grams.

    The 5-gram model backs off by Witten and Bell (1991): the longer context's estimate mixed with the shorter one's.
    """
    size = len(alphabet) - len(alphabet.special_ids)
    train, held_out = train[-COUNTED_IDS:].astype(np.int64), held_out.astype(np.int64)
    uniform = np.full(len(held_out) - 1, 1.0 / size)
    found = [("uniform", uniform)]
    estimate = uniform
    for context in range(CONTEXT + 1):
        estimate = _witten_bell(train, held_out, context, lower=estimate, size=len(alphabet))
        if context in (0, CONTEXT):
            found.append(("unigram" if context == 0 else f"{context + 1}-gram", estimate))
    scale = _symbols_a_character(alphabet, held_out)
    return [{"name": name, "nats_per_character": round(float(-np.log(p).mean() * scale), 4)} for name, p in found]


def _witten_bell(train: np.ndarray, held_out: np.ndarray, context: int, *, lower: np.ndarray, size: int) -> np.ndarray:
    """Probability (N - 1,) of each held-out id but the first, from counts of `context` ids before it."""

    def keys(ids: np.ndarray, width: int) -> np.ndarray:
        """A number for each run of `width` ids, at its last one, from the second id on."""
        padded = np.concatenate([np.zeros(CONTEXT, dtype=np.int64), ids])
        total = np.zeros(len(ids) - 1, dtype=np.int64)
        for back in range(width - 1, -1, -1):
            total = total * size + padded[CONTEXT + 1 - back : len(padded) - back]
        return total

    histories, grams = keys(train, context + 1) // size, keys(train, context + 1)
    known_grams, gram_counts = np.unique(grams, return_counts=True)
    known_histories, history_counts = np.unique(histories, return_counts=True)
    kinds = np.unique(known_grams // size, return_counts=True)[1]  # different ids seen behind each history
    wanted = keys(held_out, context + 1)
    count = _look_up(known_grams, gram_counts, wanted)
    total = _look_up(known_histories, history_counts, wanted // size)
    distinct = _look_up(known_histories, kinds, wanted // size)
    mixed = (count + distinct * lower) / np.maximum(1, total + distinct)
    return np.where(total > 0, mixed, lower)


def _look_up(known: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    places = np.searchsorted(known, wanted).clip(max=len(known) - 1)
    return np.where(known[places] == wanted, values[places], 0)


def _symbols_a_character(alphabet: Alphabet, ids: np.ndarray) -> float:
    if alphabet.unit == "codepoint":
        return 1.0
    return len(ids) / max(1, int(((ids & 0xC0) != 0x80).sum()))


def write_run_report(
    run_dir: Path,
    settings: GenerateSettings,
    writer: CharRNN,
    metrics: dict[str, Any],
    *,
    losses: tuple[np.ndarray, np.ndarray],
    dynamic: tuple[np.ndarray, np.ndarray] | None,
) -> Path:
    """Write `report.html` and `report.md`, with a sample at each temperature."""
    chosen = settings.sample
    samples = []
    for temperature in chosen.temperatures:
        options = SamplingOptions(temperature=temperature, top_k=chosen.top_k)
        text = "".join(writer.generate(chosen.prompt, length=chosen.length, options=options, seed=1))
        note = f"top-k {chosen.top_k}, seed 1" if chosen.top_k else "seed 1"
        samples.append(Sample(temperature, chosen.prompt, text[len(chosen.prompt) :], note))
    curves = run_dir / "curves.csv"
    name = Path(settings.data.path).name
    report = GenerationReport(
        title=f"Generation: {name}",
        data=f"{name}, {metrics['split']} split",
        metrics=metrics,
        losses=ChunkLosses(*losses),
        dynamic_metrics=metrics.get("dynamic"),
        dynamic_losses=None if dynamic is None else ChunkLosses(*dynamic),
        samples=samples,
        baselines=[
            BaselineScores(
                base["name"],
                {
                    "nats_per_character": base["nats_per_character"],
                    "bits_per_character": bits_per_character(base["nats_per_character"]),
                    "perplexity": perplexity(base["nats_per_character"]),
                },
            )
            for base in metrics["baselines"]
        ],
        curves=curves if curves.exists() else None,
        facts={
            "Command": f"nlpseq evaluate {run_dir.name}",
            "Scoring": f"{metrics['characters_per_second']:,} characters a second, the state carried over all of them",
            **training_facts(run_dir),
        },
    )
    return write_report(run_dir, report)
