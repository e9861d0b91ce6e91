"""The graph of a network gives what the network gives, whatever it is made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlpseq.onnx.folder import load_export
from nlpseq.onnx.graphs import layers, translator
from tests.onnx.conftest import TEXTS, Exported

CELLS = ["rnn_tanh", "rnn_relu", "gru", "lstm"]
# What rounding may change.
CLOSE = 2e-5


@pytest.mark.parametrize(
    "settings",
    [
        *({"cell": cell, "num_layers": 2, "norm": "layer"} for cell in CELLS),
        {"bidirectional": False, "pooling": "last"},
        {"pooling": "max", "norm": "batch"},
        {"pooling": "mean", "chunk_length": 3},
        {"pooling": "attention", "chunk_length": 4, "norm": "batch"},
        {"pooling": "last", "chunk_length": 2},
    ],
    ids=str,
)
def test_classifier(exported: Exported, settings: dict) -> None:
    model, export = exported("classify", **settings)
    np.testing.assert_allclose(export.logits(TEXTS), model.logits(TEXTS), atol=CLOSE)
    np.testing.assert_allclose(export.probabilities(TEXTS), model.probabilities(TEXTS), atol=CLOSE)
    assert [found.label for found in export.predict(TEXTS)] == [found.label for found in model.predict(TEXTS)]


def test_several_labels(exported: Exported) -> None:
    model, export = exported("multilabel")
    assert export.temperature == model.temperature == 1.5
    np.testing.assert_allclose(export.probabilities(TEXTS), model.probabilities(TEXTS), atol=CLOSE)


@pytest.mark.parametrize(
    "settings", [{"cell": "gru", "num_layers": 2}, {"char_hidden_size": 0}, {"crf": False}], ids=str
)
def test_tagger(exported: Exported, settings: dict) -> None:
    model, export = exported("tag", **settings)
    tokens = [text.split() for text in TEXTS]
    for one, other in zip(model.tag(tokens), export.tag(tokens), strict=True):
        assert (one.tags, one.text, one.places) == (other.tags, other.text, other.places)
        assert [(found.text, found.label) for found in one] == [(found.text, found.label) for found in other]
        shares = [[found.probability for found in each] for each in (one, other)]
        np.testing.assert_allclose(*shares, atol=CLOSE)


@pytest.mark.parametrize(
    "settings",
    [
        *({"cell": cell, "num_layers": 2, "layer_norm": True} for cell in CELLS),
        {"cell": "min_gru", "num_layers": 3, "residual": True, "layer_norm": True, "embedding_dim": 7},
        {"tie_embeddings": True},
    ],
    ids=str,
)
def test_character_model(exported: Exported, settings: dict) -> None:
    model, export = exported("generate", **settings)
    ids = model.alphabet.encode("the cat ran home?")
    np.testing.assert_allclose(export.nats(ids), model.nats(ids), atol=CLOSE)
    prompts = ["the c", "", "a"]
    assert export.samples(prompts, length=20, seed=5) == model.samples(prompts, length=20, seed=5)


@pytest.mark.parametrize(
    "settings",
    [
        *({"cell": cell, "encoder_layers": 2, "layer_norm": True} for cell in CELLS),
        {"attention": "dot", "tie_embeddings": "all"},
        {"attention": "additive", "tie_embeddings": "none"},
        {"attention": "none"},
    ],
    ids=str,
)
def test_translator(exported: Exported, settings: dict) -> None:
    model, export = exported("translate", **settings)
    found = [each.search(TEXTS, n_best=2, attention=True) for each in (model, export)]
    for one, other in zip(*found, strict=True):
        assert [hypothesis.text for hypothesis in one] == [hypothesis.text for hypothesis in other]
        for mine, theirs in zip(one, other, strict=True):
            assert mine.score == pytest.approx(theirs.score, abs=1e-4) and mine.tokens == theirs.tokens
            assert (mine.attention is None) == (theirs.attention is None) == (settings.get("attention") == "none")
            if mine.attention is not None:
                np.testing.assert_allclose(mine.attention, theirs.attention, atol=CLOSE)
    texts = model.read(TEXTS)
    targets = model.targets(TEXTS[::-1])
    np.testing.assert_allclose(export.score_read(texts, targets), model.score_read(texts, targets), rtol=1e-4)


@pytest.mark.parametrize(
    "settings", [{"cell": "lstm", "reduction": 3}, {"reduction": 2, "attention": "none"}, {"copy": False}], ids=str
)
def test_summarizer(exported: Exported, settings: dict) -> None:
    model, export = exported("summarize", **settings)
    documents = [*TEXTS, "Ünknown çharacters", "x"]
    for beam in (1, 4):
        decode = type(model.decode)(beam_size=beam)
        assert export.summarize(documents, decode=decode) == model.summarize(documents, decode=decode)
    assert export.sample(documents, seed=4) == model.sample(documents, seed=4)
    summaries = ["A CAT", "NO", "Ç", "HOME", "ON", "ÇH", ""]
    np.testing.assert_allclose(export.score(documents, summaries), model.score(documents, summaries), rtol=1e-4)


@pytest.mark.parametrize("task", ["translate", "summarize", "classify", "tag"])
def test_several_threads_give_what_one_gives(exported: Exported, task: str) -> None:
    _, export = exported(task)
    texts = [*TEXTS, "x"] * 3
    both = [model.columns(texts) for model in (export, load_export(export.folder, threads=3))]
    assert both[0].keys() == both[1].keys()
    for name, column in both[0].items():
        assert column == (pytest.approx(both[1][name], abs=1e-5) if isinstance(column[0], float) else both[1][name])


@pytest.mark.parametrize("groups", [2, 5])
def test_the_best_are_found_among_groups(exported: Exported, monkeypatch: pytest.MonkeyPatch, groups: int) -> None:
    monkeypatch.setattr(translator, "GROUP_TOKENS", groups)
    monkeypatch.setattr(translator, "SMALLEST_GROUPED", 1)
    model, export = exported("translate")
    for size in (0, 2):  # what may not come again is asked for besides, up to all there is
        decode = replace(model.decode, no_repeat_ngram_size=size)
        assert export.translate(TEXTS, decode=decode) == model.translate(TEXTS, decode=decode)


@pytest.mark.parametrize("cell", CELLS)
def test_integers_step_by_step(exported: Exported, monkeypatch: pytest.MonkeyPatch, cell: str) -> None:
    monkeypatch.setattr(layers, "SMALLEST_SCAN", 1)
    sizes = {"embedding_dim": 32, "hidden_size": 32, "num_layers": 2, "norm": "layer"}
    model, export = exported("classify", int8=True, cell=cell, **sizes)
    # Random weights make much of a little; a mistake makes more of it, 0.2 and above.
    assert np.abs(export.probabilities(TEXTS) - model.probabilities(TEXTS)).mean() < 0.05
    alone = np.concatenate([export.probabilities(text) for text in TEXTS])
    np.testing.assert_allclose(alone, export.probabilities(TEXTS), atol=1e-6)


def test_integers_go_on_from_a_state(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "SMALLEST_SCAN", 1)
    model, export = exported("generate", int8=True, cell="lstm", embedding_dim=32, hidden_size=32)
    ids = np.tile(model.alphabet.encode("the cat ran home?"), 100)  # more than one window
    np.testing.assert_allclose(export.nats(ids).mean(), model.nats(ids).mean(), rtol=0.02)


def test_integers_are_close_and_know_nothing_of_a_batch(exported: Exported) -> None:
    model, export = exported("translate", int8=True, embedding_dim=48, hidden_size=64)
    texts, targets = model.read(TEXTS), model.targets(TEXTS[::-1])
    found = export.score_read(texts, targets)
    np.testing.assert_allclose(found, model.score_read(texts, targets), rtol=0.03)
    alone = [export.score_read([text], [target])[0] for text, target in zip(texts, targets, strict=True)]
    np.testing.assert_allclose(alone, found, rtol=1e-5)
    full = sum(weight.numel() for weight in model.model.parameters()) * 4
    assert (export.folder / "weights.bin").stat().st_size < 0.4 * full
