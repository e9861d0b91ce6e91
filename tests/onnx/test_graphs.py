"""The graph of a network gives what the network gives, whatever it is made of."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_integers_are_close_and_know_nothing_of_a_batch(exported: Exported) -> None:
    model, export = exported("translate", int8=True, embedding_dim=48, hidden_size=64)
    texts, targets = model.read(TEXTS), model.targets(TEXTS[::-1])
    found = export.score_read(texts, targets)
    np.testing.assert_allclose(found, model.score_read(texts, targets), rtol=0.03)
    alone = [export.score_read([text], [target])[0] for text, target in zip(texts, targets, strict=True)]
    np.testing.assert_allclose(alone, found, rtol=1e-5)
    full = sum(weight.numel() for weight in model.model.parameters()) * 4
    assert (export.folder / "weights.bin").stat().st_size < 0.4 * full
