"""A tagged corpus by nlpseq's recipe and by spaCy's own trainer from scratch, scored alike; a JSON line each.

spaCy's is `spacy init config --pipeline ner --optimize efficiency` as it comes, without vectors (those that `accuracy`
wants are outside data). Neither sees more than the training split to learn from and the validation split to stop by.
Set one thread, OMP_NUM_THREADS=1: processor minutes count all threads, at work or waiting.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import spacy
from spacy.cli.init_config import init_config
from spacy.cli.train import train as train_spacy
from spacy.tokens import Doc, DocBin
from spacy.tokens import Span as SpacySpan
from spacy.util import filter_spans

import nlpseq
from nlpseq.data.tagged import load_tagged
from nlpseq.evaluation.tagging import span_f1
from nlpseq.text.tag_scheme import Span, recognise_scheme, scheme_spans, span_tags


def main() -> None:
    """Train both, and print the F1 of the validation split's spans."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", help="a tagged corpus with a training and a validation split")
    parser.add_argument("--lang", default="xx", help="spaCy's language; default: the one of no language")
    parser.add_argument("--recipe", default="recipes/tag-conll2003.yaml")
    parser.add_argument("--only", choices=("nlpseq", "spacy"))
    options = parser.parse_args()
    splits = load_tagged(options.path, splits={"train": "train", "validation": "validation"})
    scheme = recognise_scheme(splits["train"]["tags"])
    for name, train in (("nlpseq", _nlpseq), ("spacy", _spacy)):
        if options.only in (None, name):
            begin, clock = time.process_time(), time.perf_counter()
            tags = train(options, splits, scheme)
            print(json.dumps({
                "corpus": options.path, "by": name,
                "sentences": [len(splits["train"]), len(splits["validation"])],
                "f1": round(100 * span_f1(splits["validation"]["tags"], tags, scheme), 2),
                "processor_minutes": round((time.process_time() - begin) / 60, 1),
                "minutes": round((time.perf_counter() - clock) / 60, 1),
            }), flush=True)  # fmt: skip


def _nlpseq(options: argparse.Namespace, splits: Any, scheme: Any) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        tagger = nlpseq.Tagger.train(options.path, recipe=options.recipe, run_dir=folder)
        return [one.tags for one in tagger.tag(splits["validation"]["tokens"])]


def _spacy(options: argparse.Namespace, splits: Any, scheme: Any) -> list[list[str]]:
    vocab = spacy.blank(options.lang).vocab
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder, f"{name}.spacy") for name in splits}
        for name, rows in splits.items():
            DocBin(docs=[_doc(vocab, row, scheme) for row in rows]).to_disk(files[name])
        config = init_config(lang=options.lang, pipeline=["ner"], optimize="efficiency", silent=True)
        config.to_disk(Path(folder, "config.cfg"))
        paths = {"paths.train": str(files["train"]), "paths.dev": str(files["validation"])}
        train_spacy(Path(folder, "config.cfg"), Path(folder, "out"), overrides=paths)
        trained = spacy.load(Path(folder, "out", "model-best"))
        docs = trained.pipe(Doc(trained.vocab, words=words) for words in splits["validation"]["tokens"])
        return [span_tags([Span(one.start, one.end, one.label_) for one in doc.ents], len(doc), scheme) for doc in docs]


def _doc(vocab: Any, row: dict[str, Any], scheme: Any) -> Doc:
    doc = Doc(vocab, words=row["tokens"])
    spans = [SpacySpan(doc, one.start, one.end, label=one.label) for one in scheme_spans(row["tags"], scheme)]
    doc.set_ents(filter_spans(spans))
    return doc


if __name__ == "__main__":
    main()
