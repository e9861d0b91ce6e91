"""A card put together: the figures of a run in the words of its task, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nlpseq.report.card.metadata import metadata
from nlpseq.report.card.parts import Card, TrainedRun
from nlpseq.report.markdown import fenced, plain, table
from nlpseq.report.scores import baselines_of, beside_baseline, certainty, signatures

UNKNOWN = "How it was trained and how well it does is not known: its weights are not those of a finished run."


def card_markdown(card: Card, kept: dict[str, Any]) -> str:
    """The card; `kept` is what the user wrote into the head of an earlier one."""
    run, wording = card.run, card.wording
    evaluated = run is not None and bool(run.metrics)
    sections = [
        f"# {plain(wording.title)}",
        f"{plain(wording.about)} It has {card.parameters:,} parameters and was made with nlpseq.",
        *([UNKNOWN] if run is None else [plain(run.notice)] if run.notice else []),
        *([_opening(card, run)] if run is not None and evaluated else []),
        "## Use",
        "In this folder; elsewhere, give its path or its name on the hub in the place of the dot:",
        fenced(wording.use, "python"),
        fenced(wording.command, "sh"),
        *(_scores(card, run.metrics) if run is not None and evaluated else []),
        *([*_data(card, run), *_training(run)] if run is not None else []),
        *_limits(card),
    ]
    return f"---\n{metadata(card, kept).strip()}\n---\n\n" + "\n\n".join(sections) + "\n"


def _opening(card: Card, run: TrainedRun) -> str:
    """The sentence that says how good the model is and how sure that is."""
    metrics, score = run.metrics, card.scores[0]
    key, what = card.words.counted
    beam = metrics.get("decode", {}).get("beam_size")
    return plain(
        f"On the {metrics[key]:,} {what} of the split {metrics['split']} of {run.data} it reaches "
        f"{score.show(metrics[score.key])} {score.label}{f' with a beam of {beam}' if beam else ''}, "
        f"{certainty(score, metrics)}{beside_baseline(score, baselines_of(metrics, card.scores))}."
    )


def _scores(card: Card, metrics: Mapping[str, Any]) -> Iterator[str]:
    scores = [score for score in card.scores if metrics.get(score.key) is not None]
    rows = []
    for score in scores:
        interval = metrics.get(f"{score.key}_interval")
        between = f"{score.show(interval[0])} to {score.show(interval[1])}" if interval else "not computed"
        rows.append([score.label, score.show(metrics[score.key]), between, score.note])
    yield "## Scores"
    yield table(["Score", "Value", "95% interval", "Meaning"], rows, align="lrrl")
    beside = baselines_of(metrics, card.scores)
    if beside:
        shown = [score for score in scores if all(score.key in baseline.scores for baseline in beside)]
        lines = [[name, *(score.show(values[score.key]) for score in shown)] for name, values in beside]
        yield "Simple methods on the same test data:"
        yield table(["Method", *(score.label for score in shown)], lines, align="l" + "r" * len(shown))
    if rows := signatures(metrics, scores):
        yield "What makes the scores comparable with those of others:"
        yield table(["Scores", "Signature"], rows, align="ll")


def _data(card: Card, run: TrainedRun) -> Iterator[str]:
    yield "## Data"
    yield f"Trained on {plain(run.data)}{', from the hub' if run.from_hub else ''}."
    if run.sizes:
        sizes = [[name, f"{size:,}"] for name, size in run.sizes.items()]
        yield table(["Split", f"Size in {card.words.unit}"], sizes, align="lr")
    files = [[split, name, digest] for split, found in run.checksums.items() for name, digest in found.items()]
    if files:
        yield table(["Split", "File", "SHA-256"], files, align="lll")


def _limits(card: Card) -> Iterator[str]:
    limits = list(card.wording.limits)
    if card.run is not None:
        worse = "On text of another kind, time or style it does worse; no score here tells how much worse."
        before = f" and from {card.run.begun_from}" if card.run.begun_from else ""
        limits = [f"All it knows comes from {card.run.data}{before}. {worse}", *limits]
        limits.append("What is wrong, unfair or private in the training text may come out again.")
        if card.run.metrics:
            limits.append("The intervals are about the choice of test texts; another seed in training is not in them.")
    yield "## Limits"
    yield "\n".join(f"- {plain(limit)}" for limit in limits)


def _training(run: TrainedRun) -> Iterator[str]:
    import yaml

    yield "## Training"
    if run.begun_from:
        yield plain(f"The training began with the text pipeline and the weights of {run.begun_from}.")
    if run.facts:
        yield table(["Fact", "Value"], run.facts.items(), align="ll")
    yield "The recipe, without what is as it is by default:"
    yield fenced(yaml.safe_dump(dict(run.recipe), sort_keys=False, allow_unicode=True), "yaml")
