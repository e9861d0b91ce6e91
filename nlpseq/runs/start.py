"""A run that begins from a trained model: its text pipeline, its sizes and its weights (`init_from`).

1. `begun` gives the settings of the network the sizes of that model; how it is regularised stays as set.
2. The text is prepared with the tokenizers, vocabularies or alphabets of its folder `text`.
3. The training starts from its weights (`models.weights.load_start`).

What the run depends on is its files, not its name: a run goes on, exactly, while they are the same.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.runs.saved_model import TEXT_FOLDER, damaged, model_folder, read_config, settings_of
from nlpseq.text import TextPipeline, build_pipeline

if TYPE_CHECKING:
    import numpy as np
    from torch import nn

    from nlpseq.text.vocab import Vocab

log = logging.getLogger("nlpseq")

# Weights that have a row for each label.
LAST_LAYER = ("output.weight", "output.bias")


@dataclass(frozen=True)
class Start:
    """The model that a run begins from: its folder, and what its `config.json` says."""

    folder: Path
    config: dict[str, Any]

    @property
    def text(self) -> Path:
        """The folder of its text pipeline."""
        return self.folder / TEXT_FOLDER

    def give_weights(
        self, model: nn.Module, names: Sequence[str] = (), *, key: str = "labels", anew: Sequence[str] = ()
    ) -> None:
        """Fill a network with its weights; see `models.weights.load_start`.

        Args:
            model: the network.
            names: of the rows of its last layer, if they have any; of another last layer those of the same name are
                taken.
            key: of these names in `config.json`.
            anew: weights that are not taken from a model with other names.
        """
        from nlpseq.models.weights import load_start

        log.info("the weights are those of %s", self.folder)
        rows: dict[str, dict[int, int]] = {}
        if names and (known := list(self.config[key])) != list(names):
            taken = {row: known.index(name) for row, name in enumerate(names) if name in known}
            log.info("%d of the %d %s are known to the model", len(taken), len(names), key)
            rows = dict.fromkeys(LAST_LAYER, taken) | {name: {} for name in anew}
        load_start(model, self.folder / MODEL_FILE, rows=rows, sha256=self.config["sha256"].get(MODEL_FILE))


def start_of(settings: Any) -> Start | None:
    """The model that a run with these settings begins from, if any.

    Raises:
        UserError: there is no such model, it is damaged, or it is of another task.
    """
    if settings.init_from is None:
        return None
    try:
        folder = model_folder(settings.init_from)
        return Start(folder, read_config(folder, settings.task))
    except UserError as error:
        raise UserError(f"init_from: {error}") from error


def begun(settings: Any) -> Any:
    """The settings, those of the network with the sizes of the model that the run begins from.

    Raises:
        UserError: as with `start_of`.
    """
    start = start_of(settings)
    if start is None:
        return settings
    try:
        model = settings_of(type(settings.model), start.config["model"])
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(start.folder, error) from error
    names = [item.name for item in fields(model) if not item.name.endswith("dropout")]
    sizes = {name: getattr(model, name) for name in names}
    changed = [f"{name} {size}" for name, size in sizes.items() if getattr(settings.model, name) != size]
    if changed:
        log.info("the network is that of %s: %s", settings.init_from, ", ".join(changed))
    return replace(settings, model=replace(settings.model, **sizes))


def text_pipeline(settings: Any, texts: Iterable[str]) -> TextPipeline:
    """That of the model that a run of a classifier begins from, or one that is made of the training texts."""
    if (start := start_of(settings)) is not None:
        return TextPipeline.load(start.text, "text")
    text = settings.text
    return build_pipeline(
        texts, kind=text.tokenizer, lang=text.lang, vocab_size=text.vocab_size, model_type=text.model_type,
        min_freq=text.min_freq, seed=settings.train.seed,
    )  # fmt: skip


def text_fingerprint(settings: Any) -> list[Any]:
    """What the prepared text of a run depends on besides its own settings: nothing, or the start's text pipeline."""
    start = start_of(settings)
    if start is None:
        return []
    return [file_checksums(sorted(path for path in start.text.iterdir() if not path.name.startswith(".")))]


def weights_fingerprint(settings: Any) -> list[Any]:
    """What the training of a run depends on besides its own settings: nothing, or the start's weights."""
    start = start_of(settings)
    return [] if start is None else [file_checksums([start.folder / MODEL_FILE])]


def give_vectors(model: Any, text: Any, vocab: Vocab, occurrences: np.ndarray) -> None:
    """Put the word vectors of a file in the place of a network's random ones.

    Args:
        model: a classifier or a tagger.
        text: settings: `vectors`, the file, and `freeze_vectors`.
        vocab: the network's, V words.
        occurrences: of each word in the training text (V,).
    """
    import torch

    from nlpseq.text.vectors import load_vectors

    counts = dict(zip(vocab.get_itos(), occurrences.tolist(), strict=True))
    vectors = load_vectors(text.vectors, vocab, counts=counts, dim=model.embedding.embedding_dim)
    log.info("%s: %s", text.vectors, vectors.summary())
    model.load_vectors(torch.from_numpy(vectors.matrix), torch.from_numpy(vectors.known))
    model.embedding.weight.requires_grad_(not text.freeze_vectors)
