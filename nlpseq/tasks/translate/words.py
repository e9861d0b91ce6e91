"""How a translator is spoken of: on its card, and at the end of its run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording, setting
from nlpseq.report.scores import interval_in_words
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.outputs import spread
from nlpseq.tasks.task import Words
from nlpseq.tasks.translate.outputs import read_translations

SHOWN = 3


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The scores, and a few of the translations."""
    lines = [
        f"\n{metrics['task']}, {counted(metrics['sentences'], 'test sentence')}, beam {metrics['decode']['beam_size']}",
        f"  BLEU   {metrics['bleu']:.1f}  ({interval_in_words(metrics['bleu_interval'], 1)})"
        f"  {metrics['bleu_signature']}",
        f"  chrF2  {metrics['chrf2']:.1f}    perplexity {metrics['perplexity']:.2f}",
    ]
    test = saved_corpus(run_dir)["test"]
    hyps = read_translations(run_dir, len(test))
    for place in spread(len(test), SHOWN):
        row = test[place]
        lines += [f"\n  source     {row['src']}", f"  output     {hyps[place]}", f"  reference  {row['tgt']}"]
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What its card says."""
    src, tgt, model = config["src"], config["tgt"], config["model"]
    attention = "no attention" if model["attention"] == "none" else f"{model['attention']} attention"
    limits = [
        "It reads one sentence at a time and does not know what was said before: a pronoun or a word of two meanings "
        "may come out wrong.",
        "Fluent output can be wrong. Check names, numbers and negations, and do not rely on it where a mistake does "
        "harm.",
        "A word that is rare in the training text is guessed, left out or copied.",
    ]
    if longest := setting(settings, "data", "max_length"):
        limits.append(f"No training sentence was longer than {longest} tokens; longer ones suffer.")
    return Wording(
        title=f"Translation from {src} to {tgt}",
        about=f"A recurrent encoder-decoder ({CELL_NAMES[model['cell']]} cells, {attention}) that translates "
        f"sentences from {src} to {tgt}.",
        use="from nlpseq import Translator\n\n"
        'translator = Translator.from_pretrained(".")\n'
        'print(translator.translate(["A sentence to translate."]))',
        command="echo 'A sentence to translate.' | nlpseq translate .",
        limits=limits,
        languages=[code for code in (src, tgt) if re.fullmatch(r"[a-z]{2,3}", code)],
    )


WORDS = Words(
    card=CardWords(
        pipeline_tag="translation",
        unit="sentence pairs",
        counted=("sentences", "sentences"),
        hub_metrics={"bleu": "bleu", "chrf2": "chrf", "ter": "ter"},
        wording=wording,
    ),
    last_lines=last_lines,
)
