"""How a summariser is spoken of: on its card, and at the end of its run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording, setting
from nlpseq.report.scores import interval_in_words
from nlpseq.report.summarization import SCORES
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.outputs import shortened, spread
from nlpseq.tasks.summarize.outputs import read_summaries
from nlpseq.tasks.task import Words
from nlpseq.text.copy_alphabet import one_line

SHOWN, SHOWN_CHARACTERS = 3, 200


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The scores, and a few of the summaries."""
    lines = [f"\n{counted(metrics['documents'], 'test document')}, beam {metrics['decode']['beam_size']}"]
    for score in SCORES:
        beside = ", ".join(f"{base['name']} {base[score.key]:.1f}" for base in metrics["baselines"])
        around = interval_in_words(metrics[f"{score.key}_interval"], 1)
        lines.append(f"  {score.label}  {metrics[score.key]:.1f}  ({around}; {beside})")
    test = saved_corpus(run_dir)["test"]
    hyps = read_summaries(run_dir, len(test))
    for place in spread(len(test), SHOWN):
        document = shortened(test[place]["src"], SHOWN_CHARACTERS)
        reference = one_line(test[place]["tgt"])
        lines += [f"\n  document   {document}", f"  output     {hyps[place]}", f"  reference  {reference}"]
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What its card says."""
    model = config["model"]
    copying = " and can copy from it" if model["copy"] else ""
    limits = [
        "A summary can name the wrong person, number or outcome: compare it with the document.",
        "ROUGE counts the words shared with a reference; whether a summary is true it cannot tell.",
    ]
    if read := setting(settings, "text", "max_source_characters"):
        limits.append(f"Of a document, the first {read} characters are read; what stands behind them is never told.")
    return Wording(
        title="Summaries of short documents",
        about=f"A recurrent encoder-decoder over characters ({CELL_NAMES[model['cell']]} cells, {model['attention']} "
        f"attention) that writes a line about a document{copying}, {config['max_length']} characters at most.",
        use="from nlpseq import Summarizer\n\n"
        'summarizer = Summarizer.from_pretrained(".")\n'
        'print(summarizer.summarize("A document to summarise, all on one line."))',
        command="echo 'A document to summarise, all on one line.' | nlpseq summarize .",
        limits=limits,
    )


WORDS = Words(
    card=CardWords(
        pipeline_tag="summarization",
        unit="documents",
        counted=("documents", "documents"),
        hub_metrics={score.key: "rouge" for score in SCORES},
        wording=wording,
    ),
    last_lines=last_lines,
)
