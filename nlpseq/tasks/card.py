"""The model card of a run, from the figures in its folder."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError
from nlpseq.files import read_json, read_text, write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.report.card import Card, TrainedRun, card_markdown, kept_metadata
from nlpseq.runs.folder import CONFIG_FILE, SETTINGS_FILE
from nlpseq.runs.record import RunRecord, cut_short, facts_in_words, read_record
from nlpseq.runs.swap import home
from nlpseq.tasks import task_named
from nlpseq.tasks.task import Task

if TYPE_CHECKING:
    from torch import nn

log = logging.getLogger("nlpseq")

CARD_FILE = "README.md"
# Settings that say where something lies, or what it runs on, rather than what the model is.
PLACES = {"run_dir", "device"}


def write_run_card(run_dir: Path) -> None:
    """Write the card of a run, with the scores if it has been evaluated."""
    record = read_record(run_dir)
    _write(run_dir, record, parameters=int(record.training.get("parameters", 0)))


def write_card(folder: Path, model: nn.Module, *, source: Path | None) -> None:
    """Write the card of a model into `folder`, where its `config.json` is already.

    Args:
        model: the network, whose weights tell whether the figures of `source` are still its own.
        source: the run or the saved model that it was loaded from.
    """
    record = None
    if source is not None and _same_weights(model, source / MODEL_FILE):
        if not (source / SETTINGS_FILE).is_file() and (source / CARD_FILE).is_file():
            # A saved model's figures stand in its card alone, to which the user may have added something.
            return _copy(source / CARD_FILE, folder / CARD_FILE)
        found = read_record(source)
        record = found if found.task == _config(folder)["task"] else None  # not without the settings
    _write(folder, record, parameters=sum(weight.numel() for weight in model.parameters()))


def _copy(card: Path, path: Path) -> None:
    if _ours(path) is not None and card.resolve() != path.resolve():
        write_text_atomically(path, read_text(card, fix="delete it, and it is made anew"))


def _write(folder: Path, record: RunRecord | None, *, parameters: int) -> None:
    config, path = _config(folder), folder / CARD_FILE
    kept = _ours(path)
    if kept is None:
        return
    task = task_named(config["task"])
    card = Card(
        name=home(folder).resolve().name,
        cell=config["model"]["cell"],
        parameters=parameters,
        words=task.words.card,
        wording=task.words.card.wording(config, {} if record is None else record.settings),
        scores=task.scores,
        run=None if record is None else _trained_run(task, record),
    )
    write_text_atomically(path, card_markdown(card, kept))


def _trained_run(task: Task, record: RunRecord) -> TrainedRun:
    return TrainedRun(
        data=record.data,
        from_hub=record.from_hub,
        metrics=record.metrics if task.scores[0].key in record.metrics else {},
        sizes=_sizes(task, record.folder),
        checksums=record.checksums,
        begun_from=_begun_from(record),
        facts=facts_in_words(record.training),
        recipe={"task": record.task, **_recipe(task, record)},
        notice=cut_short(record.training),
    )


def _begun_from(record: RunRecord) -> str:
    """The model that the training began from, and its data where its run is there to be read; empty if from none."""
    name = str(record.settings.get("init_from") or "")
    data = read_record(Path(name)).data if name and (Path(name) / SETTINGS_FILE).is_file() else ""
    return f"{name} (trained on {data})" if data else name


def _ours(path: Path) -> dict[str, Any] | None:
    """What the user added to the head of the card that is to be written anew; None if it is no card of ours."""
    kept = kept_metadata(path)
    if kept is None:
        log.warning("%s: not a model card of nlpseq's, and left as it is", path)
    return kept


def _sizes(task: Task, folder: Path) -> dict[str, int]:
    """Split -> its number of rows, or of characters."""
    try:
        return {str(name): len(split) for name, split in task.corpus(folder).items()}
    except UserError:  # it is not there, or damaged
        return {}


def _recipe(task: Task, record: RunRecord) -> dict[str, Any]:
    """The settings that differ from the defaults, places reduced to names."""
    found = _differing(record.settings, asdict(task.settings()))
    found.setdefault("data", {})["path"] = record.data
    if vectors := record.section("text").get("vectors"):
        found["text"]["vectors"] = Path(vectors).name
    return found


def _differing(settings: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in settings.items():
        default = defaults.get(name)
        if name in PLACES:
            continue
        if isinstance(value, Mapping) and isinstance(default, Mapping):
            if inner := _differing(value, default):
                found[name] = inner
        elif value != (list(default) if isinstance(default, tuple) else default):
            found[name] = value
    return found


def _same_weights(model: nn.Module, path: Path) -> bool:
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from nlpseq.models.weights import own_weights

    try:
        found = load_file(path)
    except (OSError, SafetensorError):
        return False
    own = own_weights(model)
    return own.keys() == found.keys() and all(torch.equal(own[name].cpu(), weight) for name, weight in found.items())


def _config(folder: Path) -> Mapping[str, Any]:
    return read_json(folder / CONFIG_FILE, dict, fix="train the run again")
