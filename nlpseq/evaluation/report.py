"""The evaluation report of a translation run: one page that opens without network and without JavaScript.

`write_report` fills `report.html.j2` and `report.md.j2`. All text from corpora and models is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlpseq.evaluation.plots import (
    LengthBucket,
    Plot,
    attention_plot,
    learning_curves,
    length_plot,
    read_curves,
)
from nlpseq.files import write_text_atomically

EXAMPLES = 10
MAX_ATTENTION_PLOTS = 6
LENGTH_BUCKETS = 5
BUCKET_SAMPLES = 500

SCORES = {  # key in metrics.json -> (label, what a reader should know)
    "bleu": ("BLEU", "cased, 0 to 100, higher is better"),
    "bleu_lowercase": ("BLEU, lower-cased", "0 to 100; not comparable with the cased BLEU"),
    "chrf2": ("chrF2", "character n-grams, 0 to 100, higher is better"),
    "ter": ("TER", "edits for every 100 reference words, lower is better"),
    "perplexity": ("Perplexity", "of the references, per token; comparable for equal tokens only, lower is better"),
}


class Attention(NamedTuple):
    """Where the model looked while it wrote one sentence; `weights` has shape (T, S) and rows that sum to 1.

    >>> Attention(["the", "dog"], ["Hund"], np.array([[0.2, 0.8]])).weights.shape
    (1, 2)
    """

    src_tokens: Sequence[str]
    tgt_tokens: Sequence[str]
    weights: NDArray[np.floating]


class Example(NamedTuple):
    """One sentence of the report; `number` counts from 1 as lines of a file do."""

    number: int
    chrf: float
    source: str
    reference: str
    output: str
    attention: Plot | None


@dataclass(frozen=True, kw_only=True)
class TranslationReport:
    """What the report of a translation run is made of.

    `metrics` is what `score_translations` gave for `hyps` and `refs`; `sources`, `hyps` and `refs` are
    plain text in the same order. `attention` is keyed by the index of the sentence and drawn for those
    among `best_and_worst`. `curves` is the path of a `curves.csv`, `facts` are shown as they are (wall
    time, seed, checksums, command).

    Raises:
        ValueError: sources, outputs, references and metrics are not about the same number of sentences, or
            attention is given for a sentence that does not exist.

    >>> TranslationReport(
    ...     title="t", task="en-de", metrics={"sentences": 2}, sources=["a"], hyps=["b"], refs=["c"]
    ... )
    Traceback (most recent call last):
    ...
    ValueError: 1 sources, 1 outputs, 1 references and metrics over 2 sentences do not belong together
    """

    title: str
    task: str
    metrics: Mapping[str, Any]
    sources: Sequence[str]
    hyps: Sequence[str]
    refs: Sequence[str]
    attention: Mapping[int, Attention] = field(default_factory=dict)
    curves: str | Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sources, outputs, refs = len(self.sources), len(self.hyps), len(self.refs)
        scored = self.metrics["sentences"]
        if not sources == outputs == refs == scored:
            raise ValueError(
                f"{sources} sources, {outputs} outputs, {refs} references and metrics over {scored} "
                "sentences do not belong together"
            )
        for index in self.attention:
            if not 0 <= index < sources:
                raise ValueError(f"attention is given for sentence {index} of {sources}")


def write_report(run_dir: str | Path, report: TranslationReport) -> Path:
    """Write `report.html` and `report.md` into `run_dir` and return the path of the page.

    Raises:
        UserError: the curves file is missing or broken, or the folder cannot be written.
        ValueError: attention weights do not fit their tokens.

    >>> import tempfile
    >>> from nlpseq.evaluation.metrics import score_translations
    >>> hyps, refs = ["Ein Hund läuft.", "Eine Katze."], ["Ein Hund rennt.", "Eine Katze."]
    >>> report = TranslationReport(
    ...     title="Demo", task="en-de", metrics=score_translations(hyps, refs, bootstrap_samples=50),
    ...     sources=["A dog runs.", "A cat."], hyps=hyps, refs=refs,
    ... )
    >>> write_report(tempfile.mkdtemp(), report).name
    'report.html'
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    curves = learning_curves(read_curves(report.curves)) if report.curves is not None else []
    buckets, unit = length_buckets(report)
    best, worst = best_and_worst(report.hyps, report.refs)
    shown = [index for pair in zip_longest(best, worst) for index in pair if index in report.attention]
    example = partial(_example, report, plotted=shown[:MAX_ATTENTION_PLOTS])
    content = {
        "title": report.title,
        "opening": opening(report),
        "scores": _score_rows(report.metrics),
        "metrics": report.metrics,
        "curves": curves,
        "buckets": buckets,
        "unit": unit,
        "length_plot": length_plot(buckets, unit=unit),
        "best": [example(*pair) for pair in best.items()],
        "worst": [example(*pair) for pair in worst.items()],
        "facts": report.facts,
    }
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=lambda name: name == "report.html.j2",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["md"] = _markdown_text
    page = Path(run_dir) / "report.html"
    write_text_atomically(page, templates.get_template("report.html.j2").render(content))
    write_text_atomically(page.with_suffix(".md"), templates.get_template("report.md.j2").render(content))
    return page


def opening(report: TranslationReport) -> str:
    """The one sentence that says how good the model is and how sure that is.

    >>> metrics = {"sentences": 1, "bleu": 37.5, "bleu_interval": [36.2, 38.8]}
    >>> texts = {"sources": ["a dog"], "hyps": ["ein Hund"], "refs": ["ein Hund"]}
    >>> opening(TranslationReport(title="Demo", task="en-de", metrics=metrics, **texts))
    'On 1 en-de test sentence the model scores 37.5 of 100 BLEU, with 95% confidence between 36.2 and 38.8.'
    """
    metrics = report.metrics
    count = metrics["sentences"]
    interval = metrics["bleu_interval"]
    sure = (
        f"with 95% confidence between {interval[0]:.1f} and {interval[1]:.1f}"
        if interval
        else "how sure that is was not computed"
    )
    sentences = f"{count:,} {report.task} test sentence{'s' * (count != 1)}"
    return f"On {sentences} the model scores {metrics['bleu']:.1f} of 100 BLEU, {sure}."


def best_and_worst(hyps: Sequence[str], refs: Sequence[str]) -> tuple[dict[int, float], dict[int, float]]:
    """Index -> sentence chrF of the best and of the worst translations, longer references first among equals.

    At most `EXAMPLES` of each, and none in both. Ask here for which sentences to record attention.

    >>> best_and_worst(["Hund", "xyw"], ["Hund", "Katze"])
    ({0: 100.0}, {1: 0.0})
    """
    from nlpseq.evaluation.metrics import sentence_chrf

    chrf = sentence_chrf(hyps, refs)
    ranked = sorted(range(len(hyps)), key=lambda index: (-chrf[index], -len(refs[index])))
    best = ranked[: min(EXAMPLES, (len(ranked) + 1) // 2)]
    rest = ranked[len(best) :]
    worst = sorted(rest, key=lambda index: (chrf[index], -len(refs[index])))[:EXAMPLES]
    return {index: chrf[index] for index in best}, {index: chrf[index] for index in worst}


def length_buckets(report: TranslationReport) -> tuple[list[LengthBucket], str]:
    """BLEU of up to five groups of about equal size by source length, and the unit of the length.

    Length is counted in words, or in characters where most sources are written without spaces.
    """
    from nlpseq.evaluation.metrics import score_bleu

    lengths, unit = np.array([len(source.split()) for source in report.sources]), "words"
    if np.median(lengths) <= 1:
        lengths, unit = np.array([len(source) for source in report.sources]), "characters"
    quantiles = np.linspace(0, 1, LENGTH_BUCKETS + 1)
    edges = np.unique(np.quantile(lengths, quantiles, method="nearest"))
    groups = np.searchsorted(edges[1:-1], lengths, side="left")
    buckets = []
    for group in np.unique(groups):
        inside = np.flatnonzero(groups == group).tolist()
        bleu = score_bleu(
            [report.hyps[index] for index in inside],
            [report.refs[index] for index in inside],
            tokenize=report.metrics["tokenize"],
            bootstrap_samples=BUCKET_SAMPLES,
        )
        shortest, longest = int(lengths[inside].min()), int(lengths[inside].max())
        buckets.append(LengthBucket(shortest, longest, len(inside), bleu["bleu"], *bleu["bleu_interval"]))
    return buckets, unit


def _example(report: TranslationReport, index: int, chrf: float, *, plotted: Sequence[int]) -> Example:
    plot = attention_plot(*report.attention[index]) if index in plotted else None
    return Example(index + 1, chrf, report.sources[index], report.refs[index], report.hyps[index], plot)


def _score_rows(metrics: Mapping[str, Any]) -> list[dict[str, str]]:
    rows = []
    for key, (label, note) in SCORES.items():
        if key not in metrics:  # perplexity needs the model and is not among the scores of texts alone
            continue
        value, interval = metrics[key], metrics[f"{key}_interval"]
        rows.append(
            {
                "label": label,
                "note": note,
                "value": "left out" if value is None else f"{value:.1f}",
                "interval": f"{interval[0]:.1f} to {interval[1]:.1f}" if interval else "not computed",
                "signature": metrics[f"{key}_signature"] or "too slow on sentences this long",
            }
        )
    return rows


def _markdown_text(text: object) -> str:
    """Any text on one line of Markdown, table cells included, showing every character as it is."""
    line = re.sub(r"\s+", " ", str(text)).strip()
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", line)
