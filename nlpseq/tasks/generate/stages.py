"""A character language model from raw text to its figures: prepare, train, decode, score, functions of the settings."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from nlpseq.config import GenerateSettings, PlainDataSettings
from nlpseq.data.characters import encode_files, load_ids, read_codes, text_splits
from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.files import read_bytes
from nlpseq.report import ChunkLosses
from nlpseq.runs.saved_model import TEXT_FOLDER, seal
from nlpseq.runs.start import start_of
from nlpseq.tasks.generate.baselines import baselines, on_all_scales
from nlpseq.tasks.generate.outputs import read_losses, write_losses, write_samples
from nlpseq.tasks.task import Checksums, Evaluation, Figures
from nlpseq.text.alphabet import ALPHABET_FILE, Alphabet

if TYPE_CHECKING:
    from nlpseq.tasks.generate.char_rnn import CharRNN

log = logging.getLogger("nlpseq")

# With the prepared text, and with the model.
ALPHABET_FILES = (Path("data") / ALPHABET_FILE, Path(TEXT_FOLDER) / ALPHABET_FILE)
# Held-out text is scored in chunks of so many characters for its interval and its curve.
CHUNK = 256
# While training, the validation split is read as so many texts side by side, each of which begins without a past, and
# so many characters of each at a time.
VALIDATION_TRACKS = 16
VALIDATION_WINDOW = 500


@dataclass(frozen=True)
class Prepared:
    """What training needs: the alphabet, and the ids of each split, memory-mapped."""

    alphabet: Alphabet
    ids: dict[str, np.ndarray]


def checksums(settings: GenerateSettings) -> Checksums:
    """Split -> file, by its name within the corpus, which may hold several of one name -> SHA-256."""
    if not settings.data.path:
        raise UserError("data.path is not set; give a text file or a folder, as in --data.path corpora/stories")
    place = Path(settings.data.path)
    return {
        split: {
            file.relative_to(place).as_posix() if file != place else file.name: digest
            for file in paths
            for digest in file_checksums([file]).values()
        }
        for split, paths in text_splits(place).items()
    }


def corpus(folder: Path) -> dict[str, np.ndarray]:
    """Split -> its ids, memory-mapped.

    Raises:
        UserError: they are not there, or damaged.
    """
    return load_ids(folder / "data", Alphabet.load(folder / TEXT_FOLDER / ALPHABET_FILE))


def training_ids(folder: Path) -> np.ndarray:
    """The ids of the training text."""
    return corpus(folder)["train"]


def prepare(settings: GenerateSettings, folder: Path) -> Prepared:
    """Read the text and write its ids into `folder`.

    Raises:
        UserError: anything wrong with the text or the settings.
    """
    start = start_of(settings)
    known = None if start is None else Alphabet.load(start.text / ALPHABET_FILE)
    alphabet = encode_files(
        text_splits(settings.data.path), folder / "data", unit=settings.text.unit, min_freq=settings.text.min_freq,
        validation_share=settings.data.validation_share, test_share=settings.data.test_share,
        encoding=settings.data.encoding, alphabet=known,
    )  # fmt: skip
    for file in ALPHABET_FILES:
        alphabet.save(folder / file)
    ids = load_ids(folder / "data")
    for name, part in ids.items():
        if len(part) < 2:
            raise UserError(f"{settings.data.path}: its {name} split is a single character; use a longer text")
    log.info("text: %s; %d symbols", ", ".join(f"{name} {len(part):,}" for name, part in ids.items()), len(alphabet))
    return Prepared(alphabet, ids)


def load_prepared(settings: GenerateSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    first, second = (folder / name for name in ALPHABET_FILES)
    if read_bytes(first) != read_bytes(second):
        raise UserError(f"{second}: not as it was written")
    prepared = Prepared(Alphabet.load(first), corpus(folder))
    if not {"train", "validation"} <= prepared.ids.keys():
        raise UserError(f"{folder / 'data'}: the text of a split is missing")
    return prepared


def train(settings: GenerateSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.windows import WindowStream
    from nlpseq.runs.training import Training, train_stage
    from nlpseq.tasks.generate.objective import NextCharacter

    def start() -> Training:
        writer, train = _untrained(settings, prepared), settings.train
        if (begin := start_of(settings)) is not None:
            begin.give_weights(writer.model)
        batches = WindowStream(
            prepared.ids["train"], batch_size=train.batch_size, window=train.window,
            epochs=train.max_epochs, seed=train.seed,
        )  # fmt: skip
        steps = train.steps_per_epoch(batches.steps_per_epoch)
        validate = validator(writer, prepared.ids["validation"])
        return Training(
            writer.model, NextCharacter(), validate, batches, steps, padded_share=0.0, config=writer.config
        )  # fmt: skip

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: GenerateSettings, prepared: Prepared, folder: Path) -> None:
    """Write anew what was damaged of the model's description."""
    seal(folder, _untrained(settings, prepared).config)


def split(
    settings: GenerateSettings, folder: Path, name: str | None, data: PlainDataSettings | None
) -> tuple[np.ndarray, str]:
    """The ids of a split of the run or of another text, which is called "all" if it has no splits.

    Without a name it is the test split, or else the validation split.

    Raises:
        UserError: there is no such split, or `data` has settings that belong to training.
    """
    if data is None:
        ids = corpus(folder)
        name = name or ("test" if "test" in ids else "validation")
        if name not in ids:
            raise UserError(f"{folder}: no split {name}; it has {', '.join(ids)}")
        return ids[name], name
    own = settings.data
    if replace(data, path=own.path) != own:
        raise UserError("data.validation_share and data.test_share belong to training; give a data.path alone")
    files = text_splits(data.path)
    if name is not None and name not in files:
        raise UserError(f"{data.path}: no split {name}; it has {', '.join(files)}")
    name = name or next(name for name in ("test", "validation", "train") if name in files)
    alphabet = Alphabet.load(folder / TEXT_FOLDER / ALPHABET_FILE)
    blocks = [alphabet.ids_of(codes) for codes in read_codes(files[name], alphabet.unit, data.encoding)]
    return np.concatenate(blocks), "all" if len(files) == 1 else name


def decode(evaluation: Evaluation, writer: CharRNN) -> Figures:
    """Let the model read a split; of the run's own, it writes samples too.

    Raises:
        UserError: the text is too short, or dynamic evaluation diverges.
    """
    settings, ids = evaluation.settings, evaluation.rows
    started = time.perf_counter()
    losses = _in_chunks(writer.alphabet, ids, writer.nats(ids))
    seconds = time.perf_counter() - started
    figures = {
        "task": "generate",
        "split": evaluation.split,
        "unknown_characters": writer.alphabet.count_unknown(ids[1:]),
        "seconds": round(seconds, 2),
        "characters_per_second": round(len(ids) / seconds),
    }
    dynamic = None
    if settings.dynamic_lr > 0:
        from nlpseq.tasks.generate.dynamic_evaluation import dynamic_nats

        dynamic = _in_chunks(writer.alphabet, ids, dynamic_nats(writer, ids, lr=settings.dynamic_lr))
        figures["dynamic"] = {"lr": settings.dynamic_lr}
    write_losses(evaluation.out, losses, dynamic)
    if evaluation.own:
        write_samples(evaluation.out, writer, settings.sample)
    return figures


def score(evaluation: Evaluation, figures: Figures) -> Figures:
    """Nats and bits per character and perplexity; of the run's own split, models that only count beside them."""
    from nlpseq.evaluation.language_model import score_language_model

    losses, dynamic = read_losses(evaluation.out)
    unknown = figures.get("unknown_characters")
    scores = score_language_model(*losses, unknown=unknown)
    if dynamic is not None:
        scores["dynamic"] = figures.get("dynamic", {}) | score_language_model(*dynamic, unknown=unknown)
    if evaluation.own:
        scores["baselines"] = [on_all_scales(found) for found in figures.get("baselines", [])] or baselines(
            Alphabet.load(evaluation.folder / TEXT_FOLDER / ALPHABET_FILE), training_ids(evaluation.folder),
            evaluation.rows, characters=scores["characters"],
        )  # fmt: skip
    return scores


def load(name_or_path: str | Path, *, device: str = "cpu") -> CharRNN:
    """The trained character model."""
    from nlpseq.tasks.generate.char_rnn import CharRNN

    return CharRNN.from_pretrained(name_or_path, device=device)


def validator(writer: CharRNN, ids: np.ndarray) -> Callable[[], dict[str, float]]:
    """A function that gives the "loss" in nats an id, the split read as several texts side by side for speed."""
    import torch
    from torch.nn import functional as F

    from nlpseq.models.inference import inference

    tracks = max(1, min(VALIDATION_TRACKS, (len(ids) - 1) // 1000))
    length = (len(ids) - 1) // tracks
    inputs, targets = (ids[first : first + tracks * length].reshape(tracks, length) for first in (0, 1))

    def validate() -> dict[str, float]:
        device = next(writer.model.parameters()).device
        total, state = 0.0, None
        with inference(writer.model):
            for first in range(0, length, VALIDATION_WINDOW):
                x, y = (
                    torch.from_numpy(part[:, first : first + VALIDATION_WINDOW].astype(np.int64)).to(device)
                    for part in (inputs, targets)
                )
                logits, state = writer.model(x, state)
                total += float(F.cross_entropy(logits.flatten(0, 1).float(), y.flatten(), reduction="sum"))
        return {"loss": total / targets.size}

    return validate


def _untrained(settings: GenerateSettings, prepared: Prepared) -> CharRNN:
    from nlpseq.tasks.generate.char_rnn import CharRNN

    return CharRNN.untrained(prepared.alphabet, settings.model)


def _in_chunks(alphabet: Alphabet, ids: np.ndarray, nats: np.ndarray) -> ChunkLosses:
    """Nats and characters of each chunk; a byte that goes on with a character is no character of its own."""
    begins = np.full(len(nats), True) if alphabet.unit == "codepoint" else (ids[1:] & 0xC0) != 0x80
    if not begins.any():
        raise UserError("there is no character to score behind the text's first one; use a longer text")
    # By characters, not ids, so that a model of bytes and one of code points have the same chunks of one text.
    starts = np.flatnonzero(begins)[::CHUNK]
    starts[0] = 0
    return ChunkLosses(np.add.reduceat(nats, starts), np.add.reduceat(begins, starts, dtype=np.int64))
