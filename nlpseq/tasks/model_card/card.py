"""A card put together: of a run from the figures in its folder, of a saved model from those of the run it came from."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.config import RECIPES
from nlpseq.errors import UserError
from nlpseq.evaluation.language_model import bits_per_character, perplexity
from nlpseq.files import read_json, write_text_atomically
from nlpseq.models.weights import MODEL_FILE
from nlpseq.report.scores import BaselineScores, beside_baseline, certainty
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.folder import CONFIG_FILE, SETTINGS_FILE
from nlpseq.runs.record import RunRecord, cut_short, facts_in_words, read_record
from nlpseq.runs.swap import home
from nlpseq.tasks.model_card.markdown import fenced, plain, table
from nlpseq.tasks.model_card.metadata import kept_metadata, metadata
from nlpseq.tasks.model_card.wording import KINDS, Kind, Wording

if TYPE_CHECKING:
    from torch import nn

log = logging.getLogger("nlpseq")

CARD_FILE = "README.md"
# Settings that say where something lies, or what it runs on, rather than what the model is.
PLACES = {"run_dir", "device"}
UNKNOWN = "How it was trained and how well it does is not known: its weights are not those of a finished run."


def write_run_card(run_dir: Path) -> None:
    """Write the card of a run, with the scores if it has been evaluated."""
    record = read_record(run_dir)
    _write(run_dir, _config(run_dir), record, parameters=int(record.training.get("parameters", 0)))


def write_card(folder: Path, model: nn.Module, *, source: Path | None) -> None:
    """Write the card of a model into `folder`, where its `config.json` is already.

    Args:
        model: the network, whose weights tell whether the figures of `source` are still its own.
        source: the run or the saved model that it was loaded from.
    """
    config, record = _config(folder), None
    if source is not None and _same_weights(model, source / MODEL_FILE):
        if not (source / SETTINGS_FILE).is_file() and (source / CARD_FILE).is_file():
            # A saved model's figures stand in its card alone, to which the user may have added something.
            return _copy(source / CARD_FILE, folder / CARD_FILE)
        found = read_record(source)
        record = found if found.task == config["task"] else None  # not without the settings
    _write(folder, config, record, parameters=sum(weight.numel() for weight in model.parameters()))


def _copy(card: Path, path: Path) -> None:
    if _ours(path) is not None and card.resolve() != path.resolve():
        write_text_atomically(path, card.read_text(encoding="utf-8"))


def _write(folder: Path, config: Mapping[str, Any], record: RunRecord | None, *, parameters: int) -> None:
    path = folder / CARD_FILE
    kept = _ours(path)
    if kept is None:
        return
    kind = KINDS[config["task"]]
    words = kind.words(config, {} if record is None else record.settings)
    evaluated = record if record is not None and kind.scores[0].key in record.metrics else None
    head = metadata(home(folder).resolve().name, kind, words, config["model"]["cell"], evaluated, kept)
    sections = [
        f"# {plain(words.title)}",
        f"{plain(words.about)} It has {parameters:,} parameters and was made with nlpseq.",
        *([plain(notice)] if record is not None and (notice := cut_short(record.training)) else []),
        *([_opening(kind, evaluated)] if evaluated else []),
        *([UNKNOWN] if record is None else []),
        *_use(words),
        *(_scores(kind, evaluated) if evaluated else []),
        *([*_data(kind, record), *_training(record)] if record else []),
        *_limits(words, record),
    ]
    write_text_atomically(path, f"---\n{head.strip()}\n---\n\n" + "\n\n".join(sections) + "\n")


def _ours(path: Path) -> dict[str, Any] | None:
    """What the user added to the head of the card that is to be written anew; None if it is no card of ours."""
    kept = kept_metadata(path)
    if kept is None:
        log.warning("%s: not a model card of nlpseq's, and left as it is", path)
    return kept


def _opening(kind: Kind, record: RunRecord) -> str:
    """The sentence that says how good the model is and how sure that is."""
    metrics, score = record.metrics, kind.scores[0]
    key, what = kind.counted
    beam = metrics.get("decode", {}).get("beam_size")
    return plain(
        f"On the {metrics[key]:,} {what} of the split {metrics['split']} of {record.data} it reaches "
        f"{score.show(metrics[score.key])} {score.label}{f' with a beam of {beam}' if beam else ''}, "
        f"{certainty(score, metrics)}{beside_baseline(score, _baselines(kind, metrics))}."
    )


def _use(words: Wording) -> Iterator[str]:
    yield "## Use"
    yield "In this folder; elsewhere, give its path or its name on the hub in the place of the dot:"
    yield fenced(words.use, "python")
    yield fenced(words.command, "sh")


def _scores(kind: Kind, record: RunRecord) -> Iterator[str]:
    metrics = record.metrics
    scores = [score for score in kind.scores if metrics.get(score.key) is not None]
    rows = []
    for score in scores:
        interval = metrics.get(f"{score.key}_interval")
        between = f"{score.show(interval[0])} to {score.show(interval[1])}" if interval else "not computed"
        rows.append([score.label, score.show(metrics[score.key]), between, score.note])
    yield "## Scores"
    yield table(["Score", "Value", "95% interval", "Meaning"], rows, align="lrrl")
    beside = _baselines(kind, metrics)
    if beside:
        shown = [score for score in scores if all(score.key in baseline.scores for baseline in beside)]
        lines = [[name, *(score.show(values[score.key]) for score in shown)] for name, values in beside]
        yield "Simple methods on the same test data:"
        yield table(["Method", *(score.label for score in shown)], lines, align="l" + "r" * len(shown))
    signatures: dict[str, list[str]] = {}
    for score in scores:
        if signature := metrics.get(score.signature):
            signatures.setdefault(signature, []).append(score.label)
    if signatures:
        rows = [[", ".join(sharing), signature] for signature, sharing in signatures.items()]
        yield "What makes the scores comparable with those of others:"
        yield table(["Scores", "Signature"], rows, align="ll")


def _data(kind: Kind, record: RunRecord) -> Iterator[str]:
    yield "## Data"
    where = ", from the hub" if record.from_hub else ""
    yield f"Trained on {plain(record.data)}{where}."
    if sizes := _sizes(record):
        yield table(
            ["Split", f"Size in {kind.unit}"], [[name, f"{size:,}"] for name, size in sizes.items()], align="lr"
        )
    files = [[split, name, digest] for split, found in record.checksums.items() for name, digest in found.items()]
    if files:
        yield table(["Split", "File", "SHA-256"], files, align="lll")


def _training(record: RunRecord) -> Iterator[str]:
    import yaml

    yield "## Training"
    if record.training:
        yield table(["Fact", "Value"], facts_in_words(record.training).items(), align="ll")
    yield "The recipe, without what is as it is by default:"
    yield fenced(yaml.safe_dump(_recipe(record), sort_keys=False, allow_unicode=True), "yaml")


def _limits(words: Wording, record: RunRecord | None) -> Iterator[str]:
    limits = list(words.limits)
    if record is not None:
        worse = "On text of another kind, time or style it does worse; no score here tells how much worse."
        limits = [f"All it knows comes from {record.data}. {worse}", *limits]
        limits.append("What is wrong, unfair or private in the training text may come out again.")
        if record.metrics:
            limits.append("The intervals are about the choice of test texts; another seed in training is not in them.")
    yield "## Limits"
    yield "\n".join(f"- {plain(limit)}" for limit in limits)


def _baselines(kind: Kind, metrics: Mapping[str, Any]) -> list[BaselineScores]:
    keys = {score.key for score in kind.scores}
    found = []
    for base in metrics.get("baselines", []):
        scores = {key: value for key, value in base.items() if key in keys}
        if nats := scores.get("nats_per_character"):
            scores |= {"bits_per_character": bits_per_character(nats), "perplexity": perplexity(nats)}
        found.append(BaselineScores(base["name"], scores))
    return found


def _sizes(record: RunRecord) -> dict[str, int]:
    """Split -> its number of rows, or of characters."""
    folder = record.folder / "data"
    if record.task == "generate":
        from nlpseq.data.characters import load_ids

        return {name: len(ids) for name, ids in load_ids(folder).items()} if folder.is_dir() else {}
    try:
        return {str(name): len(split) for name, split in saved_corpus(record.folder).items()}
    except UserError:  # it is not there, or damaged
        return {}


def _recipe(record: RunRecord) -> dict[str, Any]:
    """The settings that differ from the defaults, places reduced to names."""
    found = _differing(record.settings, asdict(RECIPES[record.task]()))
    found.setdefault("data", {})["path"] = record.data
    if vectors := record.section("text").get("vectors"):
        found["text"]["vectors"] = Path(vectors).name
    return {"task": record.task, **found}


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
