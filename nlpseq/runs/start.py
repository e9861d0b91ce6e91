"""A run that begins from a trained model: its text pipeline, its sizes and its weights (`init_from`).

1. `begun` gives the settings of the network the sizes of that model; how it is regularised stays as set.
2. The text is prepared with the tokenizers, vocabularies or alphabets of its folder `text`.
3. The training starts from its weights (`models.weights.load_start`).

What the run depends on is its files, not its name: a run goes on, exactly, while they are the same.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.splits import file_checksums
from nlpseq.errors import UserError
from nlpseq.models import MODEL_FILE
from nlpseq.runs.saved_model import TEXT_FOLDER, damaged, model_folder, read_config, settings_of

if TYPE_CHECKING:
    from torch import nn

log = logging.getLogger("nlpseq")


@dataclass(frozen=True)
class Start:
    """The model that a run begins from: its folder, and what its `config.json` says."""

    folder: Path
    config: dict[str, Any]

    @property
    def text(self) -> Path:
        """The folder of its text pipeline."""
        return self.folder / TEXT_FOLDER

    def give_weights(self, model: nn.Module, rows: Mapping[str, Mapping[int, int]] | None = None) -> None:
        """Fill a network with its weights; see `models.weights.load_start`."""
        from nlpseq.models.weights import load_start

        log.info("the weights are those of %s", self.folder)
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
