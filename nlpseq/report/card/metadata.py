"""The metadata at the head of a card, in the hub's format: what can be searched for and compared there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError
from nlpseq.files import read_bytes
from nlpseq.recipe.document import plain_events

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

    from nlpseq.report.card.parts import Card

LIBRARY = "nlpseq"
# Of cards, which have some 10 kB, and what the user wrote into them.
MAX_CARD_BYTES = 1 << 20
# What a card is given anew each time it is written; all else in the head, such as the licence, is the user's.
OURS = ("language", "pipeline_tag", "library_name", "tags", "datasets", "metrics", "model-index")


def metadata(card: Card, kept: dict[str, Any]) -> str:
    """The YAML of the head, without its dashes; `kept` is what the user wrote into the head of an earlier card."""
    from huggingface_hub import ModelCardData

    results, run = _results(card), card.run
    return ModelCardData(
        language=list(card.wording.languages) or None,
        pipeline_tag=card.words.pipeline_tag,
        library_name=LIBRARY,
        tags=["rnn", card.cell, card.words.pipeline_tag],
        datasets=[run.data.partition(":")[0]] if run is not None and run.metrics and run.from_hub else None,
        metrics=list(dict.fromkeys(result.metric_type for result in results)) or None,
        model_name=card.name if results else None,  # it belongs to the results
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


def _results(card: Card) -> list[EvalResult]:
    from huggingface_hub import EvalResult

    if card.run is None:
        return []
    metrics = card.run.metrics
    return [
        EvalResult(
            task_type=card.words.pipeline_tag,
            dataset_type=card.run.data.partition(":")[0],
            dataset_name=card.run.data,
            dataset_split=str(metrics["split"]),
            metric_type=card.words.hub_metrics[score.key],
            metric_name=score.label,
            metric_value=metrics[score.key],
            metric_args={
                name: metrics[key]
                for name, key in (("interval_95", f"{score.key}_interval"), ("signature", score.signature))
                if metrics.get(key) is not None
            },
        )
        for score in card.scores
        if score.key in card.words.hub_metrics and metrics.get(score.key) is not None
    ]
