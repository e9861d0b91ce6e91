"""The encoder pretrained as a language model on the training texts (Dai and Le 2015), in a folder of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import torch
from torch.nn import functional as F

from nlpseq.config import ClassifySettings
from nlpseq.data.batch import collate_texts, pad_sequences
from nlpseq.data.rows import Rows
from nlpseq.data.truncate import truncated_ids
from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.inference import inference
from nlpseq.models.word_predictor import WordPredictor
from nlpseq.runs.stages import Stages, changed_settings, fingerprint
from nlpseq.runs.training import Training, bucketed, train_stage
from nlpseq.tasks.classify.objective import WordPrediction
from nlpseq.tasks.task import trained_from
from nlpseq.text import TextPipeline

log = logging.getLogger("nlpseq")

PRETRAIN_FOLDER = "pretrain"
# Texts that the pretraining is validated on: enough for a curve, and its full softmax is slow.
VALIDATION_TEXTS = 300
# Words whose scores are in memory at once there.
SCORED_WORDS = 512


def pretrain(
    settings: ClassifySettings,
    folder: Path,
    untrained: Callable[[], ClassifierModel],
    *,
    rows: Rows,
    validation: list[str],
    text: TextPipeline,
) -> tuple[Path, bool]:
    """Train the encoder of an `untrained` network to foretell words; the weights it leaves, and whether they are new.

    Args:
        settings, folder: of the run.
        untrained: makes the network.
        rows: the encoded training texts.
        validation: texts to validate on.
        text: how texts become ids.

    Raises:
        UserError: anything wrong with the settings or an old checkpoint.
        KeyboardInterrupt: stopped by the user.
    """
    pretrained_from = fingerprint(
        Stages(folder).get("prepare"), changed_settings(settings.model), trained_from(settings.pretrain)
    )
    train = settings.pretrain

    def start() -> Training:
        log.info("pretraining the encoder as a language model")
        predictor = WordPredictor(untrained(), dropout=settings.model.embedding_dropout, window=train.window)
        counts = rows.ids("text").counts(len(text.vocab))
        log_frequencies = torch.from_numpy(counts / counts.sum()).log()
        # A sample as large as the vocabulary costs as much as all of it, which is exact.
        sampled_words = train.sampled_words if train.sampled_words < len(counts) else 0
        held_out = truncated_ids(validation[:VALIDATION_TEXTS], text, settings.text.max_length, settings.text.truncate)
        collate = partial(collate_texts, pad_id=text.pad_id)
        return Training(
            predictor,
            WordPrediction(log_frequencies.float(), sampled_words),
            validator(predictor, held_out, text.pad_id),
            *bucketed(rows, rows.lengths(), collate, train, batch_tokens=train.batch_tokens),
        )

    trained = train_stage(folder / PRETRAIN_FOLDER, train, fingerprint=pretrained_from, start=start)
    return folder / PRETRAIN_FOLDER / MODEL_FILE, trained


def validator(predictor: WordPredictor, rows: Sequence[Sequence[int]], pad_id: int) -> Callable[[], dict[str, float]]:
    """A function that gives the "loss" in nats a word, over the whole vocabulary, of the ids of some texts.

    Raises:
        UserError: none of them has two words.
    """
    rows = sorted((ids for ids in rows if len(ids) > 1), key=len)
    if not rows:
        raise UserError(
            "pretrain.max_epochs: no validation text has two words, one of which could be predicted; set it to 0"
        )

    def validate() -> dict[str, float]:
        device = next(predictor.parameters()).device
        total, count = 0.0, 0
        with inference(predictor):
            for first in range(0, len(rows), 8):
                ids, lengths = pad_sequences(rows[first : first + 8], pad_id)
                features, targets = predictor(ids.to(device), lengths)
                # The scores of a whole vocabulary are many: those of a few words at a time.
                for some, wanted in zip(features.split(SCORED_WORDS), targets.split(SCORED_WORDS), strict=True):
                    total += float(F.cross_entropy(predictor.logits(some), wanted, reduction="sum"))
                count += len(targets)
        return {"loss": total / count}

    return validate
