"""Models with random weights, and their exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from nlpseq.config import (
    CharRNNSettings,
    ClassifierSettings,
    DecodeSettings,
    SummarizerSettings,
    TaggerSettings,
    TranslatorSettings,
)
from nlpseq.onnx.classify import Classifier as ExportedClassifier
from nlpseq.onnx.folder import load_export
from nlpseq.onnx.generate import CharRNN as ExportedCharRNN
from nlpseq.onnx.multilabel import MultiLabelClassifier as ExportedMultiLabelClassifier
from nlpseq.onnx.summarize import Summarizer as ExportedSummarizer
from nlpseq.onnx.tag import Tagger as ExportedTagger
from nlpseq.onnx.translate import Translator as ExportedTranslator
from nlpseq.tasks import task_named
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.export import write_export
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.tasks.tag.tagger import Tagger
from nlpseq.tasks.translate.translator import Translator
from nlpseq.text import Vocab, build_pipeline
from nlpseq.text.alphabet import Alphabet
from nlpseq.text.copy_alphabet import CopyAlphabet

TEXTS = ["a cat sat on the mat", "no", "", "the dog and the cat ran home in the rain today", "on on on the zebra"]

Exported = Callable[..., tuple[Any, Any]]


@pytest.fixture
def exported(tmp_path: Path) -> Exported:
    """Of a task and settings of its network: a model with random weights, and its export."""

    def make(task: str, *, int8: bool = False, **settings: Any) -> tuple[Any, Any]:
        torch.manual_seed(3)
        model = MODELS[task](**settings)
        with torch.no_grad():
            for weight in model.model.parameters():  # far enough from one another that a mistake is seen
                weight.add_(torch.randn_like(weight) * 0.3)
        model.model.eval()
        write_export(task_named(task), model, tmp_path / "export", int8=int8)
        export = load_export(tmp_path / "export", task=task, threads=1)
        assert type(export) is EXPORTS[task]
        return model, export

    return make


def _classifier(**settings: Any) -> Classifier:
    words = build_pipeline(TEXTS, kind="basic_english", vocab_size=20)
    sizes = ClassifierSettings(**{"embedding_dim": 6, "hidden_size": 5, **settings})
    model = Classifier.untrained(words, sizes, labels=["bad", "good", "mixed"], max_length=9, keep="both")
    if model.model.batch_norm is not None:
        model.model.batch_norm.norm.running_mean.normal_()
        model.model.batch_norm.norm.running_var.uniform_(0.5, 2)
    return replace(model, temperature=1.7)


def _labeller(**settings: Any) -> MultiLabelClassifier:
    words = build_pipeline(TEXTS, kind="basic_english", vocab_size=20)
    sizes = ClassifierSettings(**{"embedding_dim": 6, "hidden_size": 5, **settings})
    labels = ["food", "rain"]
    return replace(
        MultiLabelClassifier.untrained(words, sizes, labels=labels, max_length=9, keep="head"), temperature=1.5
    )


def _tagger(**settings: Any) -> Tagger:
    words, chars = (Vocab.from_iterator(map(split, TEXTS)) for split in (str.split, list))
    sizes = TaggerSettings(**{"embedding_dim": 6, "hidden_size": 5, "char_hidden_size": 3, **settings})
    tags = ["O", "B-X", "I-X", "E-X", "S-X"]
    return Tagger.untrained(words, chars, sizes, tags=tags, scheme="bio", lang="en")


def _writer(**settings: Any) -> CharRNN:
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "".join(TEXTS) + "\n"]))
    return CharRNN.untrained(letters, CharRNNSettings(**{"embedding_dim": 6, "hidden_size": 7, **settings}))


def _translator(**settings: Any) -> Translator:
    letters = build_pipeline(TEXTS, kind="char", vocab_size=30)
    sizes = TranslatorSettings(**{"embedding_dim": 6, "hidden_size": 8, **settings})
    decode = DecodeSettings(beam_size=3, max_length_ratio=1.0)
    return Translator.untrained(letters, letters, sizes, languages=("en", "de"), decode=decode)


def _summarizer(**settings: Any) -> Summarizer:
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "a cat sat on the mat"]))
    sizes = SummarizerSettings(**{"embedding_dim": 6, "hidden_size": 8, "encoder_layers": 1, **settings})
    return Summarizer.untrained(CopyAlphabet(letters, "upper", 40), sizes, max_length=12)


MODELS: dict[str, Callable[..., Any]] = {
    "classify": _classifier, "multilabel": _labeller, "tag": _tagger, "generate": _writer, "translate": _translator,
    "summarize": _summarizer,
}  # fmt: skip
EXPORTS = {
    "classify": ExportedClassifier, "multilabel": ExportedMultiLabelClassifier, "tag": ExportedTagger,
    "generate": ExportedCharRNN, "translate": ExportedTranslator, "summarize": ExportedSummarizer,
}  # fmt: skip
