"""What a card is made of: the words of the model's task, and the figures of the run that it comes from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nlpseq.report.scores import ScoreKind


@dataclass(frozen=True)
class Wording:
    """The words for one model.

    Attributes:
        title, about: of the model.
        use: Python that runs in the model's folder.
        command: the same on the command line.
        limits: sentences.
        languages: codes, as far as they are known.
    """

    title: str
    about: str
    use: str
    command: str
    limits: Sequence[str]
    languages: Sequence[str] = ()


@dataclass(frozen=True)
class CardWords:
    """What the cards of all models of a task share.

    Attributes:
        pipeline_tag: the hub's name of the task.
        unit: what the data is counted in.
        counted: the key of the number of test items in the metrics, and what they are.
        hub_metrics: key of a score -> the hub's name of the metric.
        wording: a model's config.json, and the settings of its run, empty if unknown -> the words for the model.
    """

    pipeline_tag: str
    unit: str
    counted: tuple[str, str]
    hub_metrics: Mapping[str, str]
    wording: Callable[[Mapping[str, Any], Mapping[str, Any]], Wording]


@dataclass(frozen=True, kw_only=True)
class TrainedRun:
    """The run that a model comes from.

    Attributes:
        data: name of the corpus.
        from_hub: whether that is a name on the hub.
        metrics: empty for a run that has not been evaluated.
        sizes: split -> its size.
        checksums: split -> file -> SHA-256.
        facts: how it was trained, in words.
        recipe: the settings that differ from the defaults.
        notice: what is to be said first, if anything.
        begun_from: the model that the training began from, and its data if known; empty if from none.
    """

    data: str
    from_hub: bool
    metrics: Mapping[str, Any]
    sizes: Mapping[str, int]
    checksums: Mapping[str, Mapping[str, str]]
    facts: Mapping[str, str]
    recipe: Mapping[str, Any]
    notice: str = ""
    begun_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """What the card of a model is made of; `run` is None for weights that are not those of a finished run."""

    name: str
    cell: str
    parameters: int
    words: CardWords
    wording: Wording
    scores: Sequence[ScoreKind]
    run: TrainedRun | None


def setting(settings: Mapping[str, Any], section: str, name: str) -> Any:
    """A setting of a run, None if it is not known.

    >>> setting({"text": {"lang": "en"}}, "text", "lang"), setting({}, "text", "lang")
    ('en', None)
    """
    found = settings.get(section)
    return found.get(name) if isinstance(found, Mapping) else None
