"""A character language model from raw text to samples: prepare, train, evaluate, each a function of the settings."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlpseq.config import GenerateSettings, PlainDataSettings
from nlpseq.data.characters import encode_files, load_ids, read_codes, text_splits
from nlpseq.data.columns import TEXT_NAMES
from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.files import write_text_atomically
from nlpseq.runs.folder import METRICS_FILE, device_of
from nlpseq.runs.saved_model import model_settings, seal
from nlpseq.runs.stages import changed_settings
from nlpseq.tasks.generate.suggest import suggest
from nlpseq.tasks.task import Task, trained_from
from nlpseq.tasks.verbs import VERBS
from nlpseq.text.alphabet import Alphabet

if TYPE_CHECKING:
    from nlpseq.tasks.generate.char_rnn import CharRNN

log = logging.getLogger("nlpseq")

ALPHABET_FILE = Path("data") / "alphabet.json"
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


def load_prepared(settings: GenerateSettings, folder: Path) -> Prepared:
    """What `prepare` has left in `folder`.

    Raises:
        UserError: a file of it is missing or damaged.
    """
    prepared = Prepared(Alphabet.load(folder / ALPHABET_FILE), load_ids(folder / "data"))
    if not {"train", "validation"} <= prepared.ids.keys():
        raise UserError(f"{folder / 'data'}: the text of a split is missing")
    return prepared


def prepare_in(settings: GenerateSettings, folder: Path) -> Prepared:
    """Read the text and write its ids into `folder`.

    Raises:
        UserError: anything wrong with the text or the settings.
    """
    alphabet = encode_files(
        text_splits(settings.data.path), folder / "data", unit=settings.text.unit, min_freq=settings.text.min_freq,
        validation_share=settings.data.validation_share, test_share=settings.data.test_share,
        encoding=settings.data.encoding,
    )  # fmt: skip
    alphabet.save(folder / ALPHABET_FILE)
    ids = load_ids(folder / "data")
    for name, part in ids.items():
        if len(part) < 2:
            raise UserError(f"{settings.data.path}: its {name} split is a single character; use a longer text")
    log.info("text: %s; %d symbols", ", ".join(f"{name} {len(part):,}" for name, part in ids.items()), len(alphabet))
    return Prepared(alphabet, ids)


def train_in(settings: GenerateSettings, prepared: Prepared, folder: Path, fingerprint: str) -> bool:
    """Train the model in `folder`, going on where an interrupted training was left; whether there was anything to do.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user; the best model so far is in `folder`.
    """
    from nlpseq.data.windows import WindowStream
    from nlpseq.runs.training import Training, train_stage
    from nlpseq.tasks.generate.char_rnn import CharRNN
    from nlpseq.tasks.generate.objective import NextCharacter

    def start() -> Training:
        writer = CharRNN.untrained(prepared.alphabet, settings.model)
        writer.save_without_weights(folder)
        train = settings.train
        batches = WindowStream(
            prepared.ids["train"], batch_size=train.batch_size, window=train.window,
            epochs=train.max_epochs, seed=train.seed,
        )  # fmt: skip
        steps = train.steps_per_epoch(batches.steps_per_epoch)
        return Training(
            writer.model, NextCharacter(), batches, steps, validate=_validator(writer, prepared), padded_share=0.0
        )

    return train_stage(folder, settings.train, fingerprint=fingerprint, start=start)


def finish(settings: GenerateSettings, prepared: Prepared, folder: Path) -> None:
    """Write anew what was damaged of the model's description."""
    from nlpseq.tasks.generate.char_rnn import CharRNN

    CharRNN.untrained(prepared.alphabet, settings.model).save_without_weights(folder)
    seal(folder)


def evaluate_in(settings: GenerateSettings, folder: Path) -> dict[str, Any]:
    """Score the run's test split, or else its validation split; metrics, outputs, report and card in `folder`."""
    from nlpseq.tasks.generate.char_rnn import CharRNN
    from nlpseq.tasks.generate.report import baselines, write_run_report
    from nlpseq.tasks.model_card import write_run_card

    writer = CharRNN.from_pretrained(folder, device=device_of(settings))
    name, ids = _evaluation_ids(folder, writer.alphabet, None, None, own=settings.data)
    metrics, losses, dynamic = _read_and_score(writer, settings, ids, split=name)
    counted = load_ids(folder / "data")["train"]
    metrics["baselines"] = baselines(writer.alphabet, counted, ids, characters=metrics["characters"])
    write_text_atomically(folder / METRICS_FILE, json.dumps(metrics, indent=2, ensure_ascii=False) + "\n")
    write_run_report(folder, settings, writer, losses=losses, dynamic=dynamic)
    write_run_card(folder)
    return metrics


def score(run_dir: Path, *, split: str | None = None, data: PlainDataSettings | None = None) -> dict[str, Any]:
    """Score a split of the run, or another text; nothing is written.

    Args:
        split: "train", "validation" or "test"; the run's test split, or else its validation split, if not given.
        data: another text to score on: its split of that name, or of the usual ones; all of a text without splits.

    Raises:
        UserError: the run or the split is not there, or dynamic evaluation diverges.
    """
    from nlpseq.tasks.generate.char_rnn import CharRNN

    settings: GenerateSettings = model_settings(run_dir)
    writer = CharRNN.from_pretrained(run_dir, device=device_of(settings))
    name, ids = _evaluation_ids(run_dir, writer.alphabet, split, data, own=settings.data)
    return _read_and_score(writer, settings, ids, split=name)[0]


def _read_and_score(writer: CharRNN, settings: GenerateSettings, ids: np.ndarray, *, split: str) -> tuple[Any, ...]:
    """Metrics, (nats, characters) of each chunk, and those of dynamic evaluation or None."""
    started = time.perf_counter()
    nats, characters = _chunks(writer, ids, writer.nats(ids))
    seconds = time.perf_counter() - started
    metrics = _score(nats, characters, writer.alphabet.count_unknown(ids[1:])) | {
        "task": "generate",
        "split": split,
        "seconds": round(seconds, 2),
        "characters_per_second": round(len(ids) / seconds),
    }
    dynamic = None
    if settings.dynamic_lr > 0:
        from nlpseq.tasks.generate.dynamic_evaluation import dynamic_nats

        dynamic = _chunks(writer, ids, dynamic_nats(writer, ids, lr=settings.dynamic_lr))
        metrics["dynamic"] = _score(*dynamic, metrics["unknown_characters"]) | {"lr": settings.dynamic_lr}
    return metrics, (nats, characters), dynamic


def _validator(writer: CharRNN, prepared: Prepared) -> Callable[[], dict[str, float]]:
    """A function that gives the "loss" in nats an id, the split read as several texts side by side for speed."""
    import torch
    from torch.nn import functional as F

    ids = prepared.ids["validation"]
    tracks = max(1, min(VALIDATION_TRACKS, (len(ids) - 1) // 1000))
    length = (len(ids) - 1) // tracks
    inputs, targets = (ids[first : first + tracks * length].reshape(tracks, length) for first in (0, 1))

    @torch.inference_mode()
    def validate() -> dict[str, float]:
        was_training = writer.model.training
        writer.model.eval()
        device = next(writer.model.parameters()).device
        total, state = 0.0, None
        for first in range(0, length, VALIDATION_WINDOW):
            x, y = (
                torch.from_numpy(part[:, first : first + VALIDATION_WINDOW].astype(np.int64)).to(device)
                for part in (inputs, targets)
            )
            logits, state = writer.model(x, state)
            total += float(F.cross_entropy(logits.flatten(0, 1).float(), y.flatten(), reduction="sum"))
        writer.model.train(was_training)
        return {"loss": total / targets.size}

    return validate


def _chunks(writer: CharRNN, ids: np.ndarray, nats: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nats and characters of each chunk; a byte that goes on with a character is no character of its own."""
    begins = np.full(len(nats), True) if writer.alphabet.unit == "codepoint" else (ids[1:] & 0xC0) != 0x80
    if not begins.any():
        raise UserError("there is no character to score behind the text's first one; use a longer text")
    # By characters, not ids, so that a model of bytes and one of code points have the same chunks of one text.
    starts = np.flatnonzero(begins)[::CHUNK]
    starts[0] = 0
    return np.add.reduceat(nats, starts), np.add.reduceat(begins, starts, dtype=np.int64)


def _score(nats: np.ndarray, characters: np.ndarray, unknown: int | None = None) -> dict[str, Any]:
    from nlpseq.evaluation.language_model import score_language_model

    return score_language_model(nats, characters, unknown=unknown)


def _evaluation_ids(
    run_dir: Path, alphabet: Alphabet, split: str | None, data: PlainDataSettings | None, *, own: PlainDataSettings
) -> tuple[str, np.ndarray]:
    """Name and ids of the split to score; a text without splits is called "all"."""
    if data is None:
        ids = load_ids(run_dir / "data")
        name = split or ("test" if "test" in ids else "validation")
        if name not in ids:
            raise UserError(f"{run_dir}: no split {name}; it has {', '.join(ids)}")
        return name, ids[name]
    if replace(data, path=own.path) != own:
        raise UserError("data.validation_share and data.test_share belong to training; give a data.path alone")
    files = text_splits(data.path)
    if split is not None and split not in files:
        raise UserError(f"{data.path}: no split {split}; it has {', '.join(files)}")
    name = split or next(name for name in ("test", "validation", "train") if name in files)
    blocks = [alphabet.ids_of(codes) for codes in read_codes(files[name], alphabet.unit, data.encoding)]
    return "all" if len(files) == 1 else name, np.concatenate(blocks)


def _split_checksums(settings: GenerateSettings) -> dict[str, dict[str, str]]:
    if not settings.data.path:
        raise UserError("data.path is not set; give a text file or a folder, as in --data.path corpora/stories")
    files = text_splits(settings.data.path)
    return {split: _checksums(paths, Path(settings.data.path)) for split, paths in files.items()}


def _checksums(paths: list[Path], place: Path) -> dict[str, str]:
    """SHA-256 of each file by its name within `place`, which may hold several of one name in its folders."""
    return {
        file.relative_to(place).as_posix() if file != place else file.name: digest
        for file in paths
        for digest in file_checksums([file]).values()
    }


def _load(run_dir: str | Path, device: str) -> CharRNN:
    from nlpseq.tasks.generate.char_rnn import CharRNN

    return CharRNN.from_pretrained(run_dir, device=device)


TASK = Task(
    name="generate",
    settings=GenerateSettings,
    checksums=_split_checksums,
    prepared_from=lambda settings: [
        changed_settings(settings.data, without=("path",)), changed_settings(settings.text)
    ],
    prepare=prepare_in,
    load_prepared=load_prepared,
    trained_from=lambda settings: [changed_settings(settings.model), trained_from(settings.train)],
    train=train_in,
    finish=finish,
    finished_from=lambda settings: None,
    evaluated_from=lambda settings: [asdict(settings.sample), settings.dynamic_lr],
    evaluate=evaluate_in,
    score=score,
    load=_load,
    load_corpus=None,
    suggest=suggest,
    text_columns=TEXT_NAMES,
)  # fmt: skip
prepare, train, run, evaluate = (partial(verb, TASK) for verb in VERBS)
