"""What the report of a character language model shows, and that of two side by side."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlpseq.config import GenerateSettings
from nlpseq.errors import UserError
from nlpseq.report import ChunkLosses, GenerationReport, generation
from nlpseq.report.differences import passage_differences
from nlpseq.report.facets import count_words
from nlpseq.runs.facts import report_parts
from nlpseq.runs.folder import read_metrics, run_settings
from nlpseq.runs.record import read_record
from nlpseq.runs.saved_model import TEXT_FOLDER
from nlpseq.tasks.generate.outputs import read_losses, read_samples
from nlpseq.tasks.generate.stages import corpus
from nlpseq.tasks.task import Pair
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet

MOST_CHARACTERS = 64 << 20  # of a training text whose words are counted; that takes some seconds
UNKNOWN = -1  # a character that an alphabet does not hold


class ReadPair(NamedTuple):
    """What the same text cost two language models, and the passages that the chunks of both losses are about."""

    passages: list[str]
    losses: tuple[ChunkLosses, ChunkLosses]


def report(run_dir: Path) -> GenerationReport:
    """The report of a run, from its files.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    settings, metrics = run_settings(run_dir, GenerateSettings), read_metrics(run_dir)
    losses, dynamic = read_losses(run_dir)
    name = read_record(run_dir).data
    also_chose = ", which also chose the model" if metrics["split"] == "validation" else ""
    speed = f"{metrics['characters_per_second']:,} characters a second"
    return GenerationReport(
        title=f"Generation: {name}",
        data=f"{name} ({metrics['split']} split{also_chose})",
        losses=losses,
        dynamic_metrics=metrics.get("dynamic") if dynamic is not None else None,
        dynamic_losses=dynamic,
        passages=_passages(run_dir, losses, metrics["split"]),
        known=_known(run_dir),
        samples=read_samples(run_dir),
        **report_parts(
            run_dir, settings, metrics, scores=generation.SCORES,
            facts={"Scoring": f"{speed}, the state carried over all of them"},
        ),
    )  # fmt: skip


def pair(run_a: Path, run_b: Path) -> Pair:
    """Two language models by what the same text costs them, whatever their alphabets.

    Raises:
        UserError: a run is not evaluated, the texts differ, or what one does not know of them had no price.
    """
    from nlpseq.evaluation.significance import Comparison, compare_scores

    found = read_pair(run_a, run_b)

    def compare() -> Comparison:
        mean = np.asarray(found.losses[0].characters).mean()
        bits = [np.asarray(losses.nats, dtype=np.float64) / np.log(2) / mean for losses in found.losses]
        return compare_scores(*bits, measure="bits per character")

    return Pair(
        items="passages",
        tests=[(generation.BITS, compare)],
        differences=lambda names: passage_differences(names, *found),
        curve_scores=(),
        loss_unit=generation.LOSS_UNIT,
    )


def read_pair(run_a: Path, run_b: Path) -> ReadPair:
    """The losses of both, and the passages of the held-out text that they are about.

    Raises:
        UserError: as with `pair`.
    """
    losses = read_losses(run_a)[0], read_losses(run_b)[0]
    codes, other = _held_out(run_a), _held_out(run_b)
    chunks, others = (np.asarray(found.characters) for found in losses)
    same = len(codes) == len(other) and np.array_equal(chunks, others) and chunks.sum() == len(codes) - 1
    if not same or ((codes != other) & (codes != UNKNOWN) & (other != UNKNOWN)).any():
        raise UserError(
            f"{run_a} and {run_b} were tested on different texts ({len(codes):,} and {len(other):,} characters); "
            "evaluate both on one text"
        )
    if ((codes == UNKNOWN) != (other == UNKNOWN)).any():
        for run in (run_a, run_b):
            if read_metrics(run).get("unknown_characters") is None:
                raise UserError(
                    f"{run} was evaluated before unknown characters had a price, and the two models do not know the "
                    f"same characters of the text; run nlpseq evaluate {run} again"
                )
    known = np.where(codes == UNKNOWN, other, codes)
    return ReadPair(_cut(_text(known), chunks), losses)


def _passages(run_dir: Path, losses: ChunkLosses, split: str) -> list[str]:
    """The passages of the held-out text that the chunks are about; none where the two do not fit together."""
    codes, chunks = _codes(run_dir, split), np.asarray(losses.characters)
    return _cut(_text(codes), chunks) if chunks.sum() == len(codes) - 1 else []


def _known(run_dir: Path) -> dict[str, int] | None:
    """How often the training text has each word; None of one that is too long to be read for that."""
    ids = corpus(run_dir)["train"]
    return dict(count_words([_text(_codes(run_dir, "train"))])) if len(ids) <= MOST_CHARACTERS else None


def _text(codes: np.ndarray) -> str:
    return "".join("\N{REPLACEMENT CHARACTER}" if code == UNKNOWN else chr(code) for code in codes.tolist())


def _cut(text: str, chunks: np.ndarray) -> list[str]:
    ends = 1 + np.cumsum(chunks)  # the first character is not scored
    starts = [1, *ends[:-1].tolist()]
    return [text[start:end] for start, end in zip(starts, ends.tolist(), strict=True)]


def _held_out(run_dir: Path) -> np.ndarray:
    """The code points of the text that a language model was tested on, (N,)."""
    return _codes(run_dir, read_metrics(run_dir)["split"])


def _codes(run_dir: Path, split: str) -> np.ndarray:
    """The code points of a split, (N,)."""
    alphabet = Alphabet.load(run_dir / TEXT_FOLDER / ALPHABET_FILE)
    ids = np.asarray(corpus(run_dir)[split])
    if alphabet.unit == "byte":
        text = ids.astype(np.uint8).tobytes().decode("utf-8", "replace")
        return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(np.int64)
    special = len(alphabet.special_ids)
    codes = [UNKNOWN] * special + [ord(character) for character in alphabet.vocab.get_itos()[special:]]
    return np.array(codes)[ids]
