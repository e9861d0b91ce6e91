"""The metadata at the head of a card, in the hub's format: what can be searched for and compared there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError
from nlpseq.files import read_bytes
from nlpseq.recipe.document import plain_events
from nlpseq.runs.record import RunRecord
from nlpseq.tasks.model_card.wording import Kind, Wording

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

LIBRARY = "nlpseq"
# Of cards, which have some 10 kB, and what the user wrote into them.
MAX_CARD_BYTES = 1 << 20
# What a card is given anew each time it is written; all else in the head, such as the licence, is the user's.
OURS = ("language", "pipeline_tag", "library_name", "tags", "datasets", "metrics", "model-index")


def metadata(name: str, kind: Kind, words: Wording, cell: str, record: RunRecord | None, kept: dict[str, Any]) -> str:
    """The YAML of the head, without its dashes.

    Args:
        name: of the model.
        cell: a tag.
        record: the run with its scores, if known.
        kept: what the user wrote into the head of an earlier card.
    """
    from huggingface_hub import ModelCardData

    results = [] if record is None else _results(kind, record)
    return ModelCardData(
        language=list(words.languages) or None,
        pipeline_tag=kind.pipeline_tag,
        library_name=LIBRARY,
        tags=["rnn", cell, kind.pipeline_tag],
        datasets=[record.data.partition(":")[0]] if record is not None and record.from_hub else None,
        metrics=list(dict.fromkeys(result.metric_type for result in results)) or None,
        model_name=name if results else None,  # it belongs to the results
        eval_results=results or None,
        **kept,
    ).to_yaml()


def kept_metadata(card: Path) -> dict[str, Any] | None:
    """What the user added to the head of a card of ours; None if the file is something else than that."""
    import yaml
    from huggingface_hub import ModelCard
    from huggingface_hub.repocard import REGEX_YAML_BLOCK

    if not card.is_file():
        return {}
    try:
        text = read_bytes(card, max_bytes=MAX_CARD_BYTES).decode("utf-8")
        # The time to read depths grows with their square, and aliases can stand for more than any memory holds.
        if head := REGEX_YAML_BLOCK.search(text):
            for _ in plain_events(head[2], str(card)):
                pass
        found = ModelCard(text, ignore_metadata_errors=True).data.to_dict()
    except (UserError, ValueError, TypeError, RecursionError, yaml.YAMLError):
        return None
    if found.get("library_name") != LIBRARY:
        return None
    return {key: value for key, value in found.items() if isinstance(key, str) and key not in OURS}


def _results(kind: Kind, record: RunRecord) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    metrics = record.metrics
    return [
        EvalResult(
            task_type=kind.pipeline_tag,
            dataset_type=record.data.partition(":")[0],
            dataset_name=record.data,
            dataset_split=str(metrics["split"]),
            metric_type=kind.hub_metrics[score.key],
            metric_name=score.label,
            metric_value=metrics[score.key],
            metric_args={
                name: metrics[key]
                for name, key in (("interval_95", f"{score.key}_interval"), ("signature", score.signature))
                if metrics.get(key) is not None
            },
        )
        for score in kind.scores
        if score.key in kind.hub_metrics and metrics.get(score.key) is not None
    ]
