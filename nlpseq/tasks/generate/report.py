"""The report of a character language model, gathered from its run folder, with samples and simple models beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import GenerateSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.evaluation.language_model import bits_per_character, perplexity, score_language_model
from nlpseq.files import write_text_atomically
from nlpseq.report import BaselineScores, GenerationReport, Sample, write_report
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import cut_short, read_record
from nlpseq.tasks.generate.outputs import LOSSES_FILE, SAMPLES_FILE, read_losses
from nlpseq.tasks.report import (
    curves_of,
    damaged_output,
    data_name,
    read_output,
    run_facts,
    write_arrays,
)
from nlpseq.text.alphabet import Alphabet

if TYPE_CHECKING:
    from nlpseq.tasks.generate.char_rnn import CharRNN

# Characters before the one that the largest of the counting models foretells.
CONTEXT = 4
# Counting needs memory for each context seen; more text than this changes its figure little.
COUNTED_IDS = 20_000_000


def baselines(alphabet: Alphabet, train: np.ndarray, held_out: np.ndarray, *, characters: int) -> list[dict[str, Any]]:
    """What models that only count reach on the same text: all symbols alike, their frequencies, and 5-grams.

    The 5-gram model backs off by Witten and Bell (1991): the longer context's estimate mixed with the shorter one's.

    Args:
        train: ids to count in, (N,).
        held_out: ids to score but the first, (M,).
        characters: that these ids spell; more than one byte may make a character.
    """
    symbols = len(alphabet)
    train, held_out = train[-COUNTED_IDS:].astype(np.int64), held_out.astype(np.int64)
    estimate = np.full(len(held_out), 1.0 / (symbols - len(alphabet.special_ids)))
    estimates = {"uniform": estimate}
    counted, scored, known = np.zeros_like(train), np.zeros_like(held_out), 1  # histories: there is one of no ids
    for context in range(CONTEXT + 1):
        grams, wanted = _grams(counted, train, symbols), _grams(scored, held_out, symbols)
        counts = _GramCounts(grams, symbols=symbols, histories=known)
        estimate = counts.mix(wanted, estimate)
        estimates[f"{context + 1}-gram" if context else "unigram"] = estimate
        counted, scored, known = counts.histories(grams), counts.histories(wanted), len(counts.known)
    shown = ("uniform", "unigram", f"{CONTEXT + 1}-gram")
    price = float(alphabet.prices(held_out[1:]).sum())  # as the model pays it
    nats = {name: max(0.0, float(-np.log(estimates[name][1:]).sum())) + price for name in shown}
    return [{"name": name, "nats_per_character": round(total / characters, 4)} for name, total in nats.items()]


def _grams(histories: np.ndarray, ids: np.ndarray, symbols: int) -> np.ndarray:
    """Each history and the id behind it as one number (N,), -1 where the history is not known."""
    return np.where(histories < 0, -1, histories * symbols + ids)


class _GramCounts:
    """How often a text holds each gram: a history, which is the number of a run of ids, and the id behind it."""

    def __init__(self, grams: np.ndarray, *, symbols: int, histories: int) -> None:
        self.symbols = symbols
        self.known, counts = np.unique(grams[grams >= 0], return_counts=True)
        before = self.known // symbols
        # The last entry is for what is not known, whose number is -1.
        self.counts = np.append(counts, 0)
        self.totals = np.append(np.bincount(before, weights=counts, minlength=histories), 0)
        self.kinds = np.append(np.bincount(before, minlength=histories), 0)  # different ids seen behind a history

    def mix(self, grams: np.ndarray, lower: np.ndarray) -> np.ndarray:
        """Probability (N,) of the last id of each gram, mixed with that by a shorter history."""
        total, kinds = self.totals[grams // self.symbols], self.kinds[grams // self.symbols]
        mixed = (self.counts[self._places(grams)] + kinds * lower) / np.maximum(1, total + kinds)
        return np.where(total > 0, mixed, lower)

    def histories(self, grams: np.ndarray) -> np.ndarray:
        """The next longer history (N,) of each id: the number of the gram that ends before it, or -1."""
        return np.concatenate([[-1], self._places(grams)[:-1]])

    def _places(self, grams: np.ndarray) -> np.ndarray:
        places = np.searchsorted(self.known, grams)
        return np.where(np.append(self.known, -2)[places] == grams, places, -1)


def write_run_report(
    run_dir: Path,
    settings: GenerateSettings,
    writer: CharRNN,
    *,
    losses: tuple[np.ndarray, np.ndarray],
    dynamic: tuple[np.ndarray, np.ndarray] | None,
) -> Path:
    """Save the losses and a sample at each temperature, and write `report.html` and `report.md`."""
    chosen = settings.sample
    samples = []
    for temperature in chosen.temperatures:
        options = SamplingOptions(temperature=temperature, top_k=chosen.top_k)
        text = "".join(writer.generate(chosen.prompt, length=chosen.length, options=options, seed=1))
        note = f"top-k {chosen.top_k}, seed 1" if chosen.top_k else "seed 1"
        samples.append(Sample(temperature, chosen.prompt, text[len(chosen.prompt) :], note))
    rows = [sample._asdict() for sample in samples]
    write_text_atomically(run_dir / SAMPLES_FILE, json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
    arrays = {"nats": losses[0], "characters": losses[1]}
    if dynamic is not None:
        arrays |= {"dynamic_nats": dynamic[0], "dynamic_characters": dynamic[1]}
    write_arrays(run_dir / LOSSES_FILE, arrays)
    return rewrite_run_report(run_dir)


def rescore(run_dir: Path) -> dict[str, Any]:
    """The metrics of the run, those computed anew that follow from its saved losses.

    Raises:
        UserError: a file of saved outputs is damaged.
    """
    metrics = read_metrics(run_dir)
    losses, dynamic = read_losses(run_dir)
    metrics |= score_language_model(*losses, unknown=metrics.get("unknown_characters"))
    if dynamic is not None:
        metrics["dynamic"] = metrics.get("dynamic", {}) | score_language_model(
            *dynamic, unknown=metrics["unknown_characters"]
        )
    return metrics


def rewrite_run_report(run_dir: Path) -> Path:
    """Write `report.html` and `report.md` from what is saved in the folder.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics = run_settings(run_dir, GenerateSettings), read_metrics(run_dir)
    losses, dynamic = read_losses(run_dir)
    name = data_name(run_dir)
    try:
        samples = [Sample(**row) for row in read_output(run_dir / SAMPLES_FILE)]
    except TypeError as error:
        raise damaged_output(run_dir / SAMPLES_FILE, error) from error
    report = GenerationReport(
        title=f"Generation: {name}",
        data=f"{name} ({metrics['split']} split{', which also chose the model' * (metrics['split'] == 'validation')})",
        metrics=metrics,
        losses=losses,
        dynamic_metrics=metrics.get("dynamic") if dynamic is not None else None,
        dynamic_losses=dynamic,
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
        curves=curves_of(run_dir),
        facts={
            "Command": "nlpseq evaluate . (in the folder of the run)",
            "Scoring": f"{metrics['characters_per_second']:,} characters a second, the state carried over all of them",
            **run_facts(run_dir, settings),
        },
    )
    return write_report(run_dir, report, notice=cut_short(read_record(run_dir).training))
