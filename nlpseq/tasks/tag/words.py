"""How a tagger is spoken of: the last lines of a run, and the model card."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlpseq.config.choices import CELL_NAMES
from nlpseq.counting import counted
from nlpseq.report.card import CardWords, Wording
from nlpseq.report.scores import interval_in_words
from nlpseq.runs.corpus import saved_corpus
from nlpseq.runs.outputs import shortened, spread
from nlpseq.tasks.tag.outputs import read_tags, slashed
from nlpseq.tasks.tag.report import SCORES
from nlpseq.tasks.task import Words
from nlpseq.text.tag_scheme import known_scheme, scheme_spans

# More labels than these would bury the sentence.
NAMED_LABELS = 20
SHOWN, SHOWN_CHARACTERS = 4, 200


def last_lines(run_dir: Path, metrics: Mapping[str, Any]) -> list[str]:
    """The scores, and a few of the sentences."""
    lines = [f"\n{counted(metrics['sentences'], 'test sentence')}, {counted(metrics['tokens'], 'token')}"]
    for score in SCORES:
        if score.key in metrics:
            found = metrics.get(f"{score.key}_interval")
            around = f"  ({interval_in_words(found, 2, scale=100)})" if found else ""
            lines.append(f"  {score.label:<14}  {100 * metrics[score.key]:.2f}{around}")
    lines += [f"  {base['name']}  {100 * base['f1']:.2f}" for base in metrics["baselines"]]
    test = saved_corpus(run_dir)["test"]
    found = read_tags(run_dir, test["tokens"][:], test["tags"][:])
    for place in spread(len(test), SHOWN):
        for name, tags in (("tagged", found.hyps), ("in the data", found.refs)):
            lines.append(f"  {name:<12}{shortened(slashed(found.tokens[place], tags[place]), SHOWN_CHARACTERS)}")
    return lines


def wording(config: Mapping[str, Any], settings: Mapping[str, Any]) -> Wording:
    """What a card says of a model with this `config.json`."""
    scheme, model, lang = known_scheme(config["scheme"]), config["model"], str(config["lang"])
    labels = list(dict.fromkeys(span.label for tag in config["tags"] for span in scheme_spans([tag], scheme)))
    named = ", ".join(labels[:NAMED_LABELS]) + (", ..." if len(labels) > NAMED_LABELS else "")
    spelled = "words and of their characters" if model["char_hidden_size"] else "words"
    crf = "a conditional random field" if model["crf"] else "a softmax"
    what = "each token one" if scheme == "plain" else "the entities of a sentence one"
    return Wording(
        title="Tagging" if scheme == "plain" else "Named entities",
        about=f"A recurrent tagger ({CELL_NAMES[model['cell']]} cells over vectors of {spelled}, {crf}) that gives "
        f"{what} of {counted(len(labels), 'label')}: {named}.",
        use="from nlpseq import Tagger\n\n"
        'tagger = Tagger.from_pretrained(".")\n'
        'for entity in tagger.tag("A sentence to tag."):\n'
        "    print(entity.text, entity.label, entity.start, entity.end, entity.probability)",
        command="echo 'A sentence to tag.' | nlpseq tag .",
        limits=[
            "It reads one sentence at a time, without the text around it.",
            "A name that training has not shown is told by its spelling and its context alone, and more often wrong.",
            f"Raw text is cut into tokens by spaCy's rules for {lang}; where the corpus is cut otherwise, give tokens.",
            "A probability is the model's own; it was not calibrated.",
            "It knows words, not people: decide nothing about a person by what it finds.",
        ],
        languages=[lang] if re.fullmatch(r"[a-z]{2,3}", lang) and lang != "xx" else [],
    )


WORDS = Words(
    card=CardWords(
        pipeline_tag="token-classification",
        unit="sentences",
        counted=("sentences", "sentences"),
        hub_metrics={
            "f1": "f1",
            "entity_precision": "precision",
            "entity_recall": "recall",
            "token_accuracy": "accuracy",
        },
        wording=wording,
    ),
    last_lines=last_lines,
)
