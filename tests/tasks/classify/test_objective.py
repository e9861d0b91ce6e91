"""The losses are what the papers write: the adversarial step hurts, and a sample stands for the whole vocabulary."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from nlpseq.data.batch import TextBatch, collate_texts
from nlpseq.errors import UserError
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.word_predictor import WordPredictor
from nlpseq.tasks.classify.objective import ClassificationObjective, WordPrediction, class_weights

VOCAB = 19


def model(**settings) -> ClassifierModel:
    torch.manual_seed(0)
    return ClassifierModel(VOCAB, 3, embedding_dim=6, hidden_size=5, **settings)


def batch() -> TextBatch:
    return collate_texts([([5, 6, 7, 8], 2), ([9, 4], 0), ([18, 4, 7], 1)], pad_id=0)


def test_without_an_adversary_it_is_the_cross_entropy() -> None:
    net, texts = model(), batch()
    loss = ClassificationObjective(label_smoothing=0.1, adversarial=0.0)(net, texts)
    expected = F.cross_entropy(net(texts.ids, texts.lengths), texts.labels, label_smoothing=0.1, reduction="sum")
    torch.testing.assert_close(loss.total, expected)
    assert (loss.count, loss.tokens) == (3, 9)


@pytest.mark.parametrize("length", [1e-3, 0.1, 1.0])
def test_the_adversarial_step_has_its_length_and_hurts(length: float, monkeypatch: pytest.MonkeyPatch) -> None:
    net, texts = model(), batch()
    seen: list[Tensor] = []
    classify = net.classify
    monkeypatch.setattr(net, "classify", lambda x, lengths: (seen.append(x.detach().clone()), classify(x, lengths))[1])
    clean = ClassificationObjective(label_smoothing=0.0, adversarial=0.0)(net, texts).total
    loss = ClassificationObjective(label_smoothing=0.0, adversarial=length)(net, texts)
    assert loss.total.item() == clean.item() and loss.count == 3  # the adversary is in the gradient alone
    _, start, moved = seen
    step = moved - start
    torch.testing.assert_close(step.flatten(1).norm(dim=1), torch.full((3,), length), rtol=1e-3, atol=1e-6)
    assert not step[1, 2:].any() and not step[2, 3:].any()  # padding stays
    worst = F.cross_entropy(classify(net.embed(texts.ids) + step, texts.lengths), texts.labels, reduction="sum")
    assert worst.item() > clean.item()
    (3 * loss.total).backward()
    weights = dict(net.named_parameters())
    expected = torch.autograd.grad(3 * (clean + worst), list(weights.values()))
    for (name, weight), gradient in zip(weights.items(), expected, strict=True):
        torch.testing.assert_close(weight.grad, gradient, msg=name)


def test_a_frozen_embedding_has_no_adversary() -> None:
    net = model()
    net.embedding.weight.requires_grad_(False)
    losses = []
    for adversarial in (0.0, 1.0):
        net.zero_grad()
        ClassificationObjective(label_smoothing=0.0, adversarial=adversarial)(net, batch()).total.backward()
        losses.append([weight.grad for weight in net.parameters() if weight.requires_grad])
    torch.testing.assert_close(losses[1], losses[0])


def test_a_large_sample_gives_the_whole_vocabularys_loss_and_gradient() -> None:
    torch.manual_seed(1)
    predictor = WordPredictor(model())
    torch.nn.init.normal_(predictor.bias)
    shares = torch.rand(VOCAB).softmax(0)
    shares[:4] = 0.0  # never seen: neither drawn nor a target
    shares /= shares.sum()
    predictor.bias.data[:4] = -1e4
    texts = batch()
    losses, gradients = [], []
    for sampled_words in (0, 60_000):
        predictor.zero_grad()
        loss = WordPrediction(shares.log(), sampled_words)(predictor, texts)
        assert (loss.count, loss.tokens) == (12, 9)  # in both directions, all but the words at the edges
        (loss.total / loss.count).backward()
        losses.append(float(loss.total.detach()) / loss.count)
        gradients.append(predictor.bias.grad.clone())
    assert losses[1] == pytest.approx(losses[0], rel=2e-2)
    torch.testing.assert_close(gradients[1], gradients[0], atol=2e-2, rtol=0.1)


def test_words_never_seen_do_not_spoil_the_loss() -> None:
    predictor = WordPredictor(model())
    counts = torch.zeros(VOCAB)
    counts[[5, 6, 7]] = torch.tensor([5.0, 2.0, 1.0])
    loss = WordPrediction((counts / counts.sum()).log(), 7)(predictor, batch()).total
    loss.backward()
    assert math.isfinite(float(loss.detach()))
    assert all(weight.grad is None or weight.grad.isfinite().all() for weight in predictor.parameters())


@pytest.mark.parametrize("sampled_words", [0, 3])
@pytest.mark.parametrize("window", [0, 1])
def test_texts_of_one_word_teach_nothing_and_cost_nothing(sampled_words: int, window: int) -> None:
    """There is no word before or after to predict: the mean over none was 0 / 0."""
    predictor = WordPredictor(model(), window=window)
    texts = collate_texts([([5], 0), ([9], 1), ([7], 2)], pad_id=0)
    loss = WordPrediction(torch.full((VOCAB,), 1 / VOCAB).log(), sampled_words)(predictor, texts)
    assert (loss.total.item(), loss.count, loss.tokens) == (0.0, 1, 3)
    loss.total.backward()
    assert all(weight.grad is None or not weight.grad.any() for weight in predictor.parameters())


# ---- class weights


def test_weights_of_classes_count_their_texts() -> None:
    net, texts = model(), batch()
    weights = torch.arange(1.0, 1 + net.output.out_features)
    each = F.cross_entropy(net(texts.ids, texts.lengths), texts.labels, reduction="none")
    loss = ClassificationObjective(label_smoothing=0.0, adversarial=0.0, class_weights=weights)(net, texts)
    assert loss.total.item() == pytest.approx((each * weights[texts.labels]).sum().item(), rel=1e-5)
    assert loss.count == len(texts.labels)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=5))
def test_balanced_classes_count_alike_and_texts_one_on_average(sizes: list[int]) -> None:
    labels = [f"class {number}" for number in range(len(sizes))]
    weights = class_weights("balanced", labels, dict(zip(labels, sizes, strict=True)))
    assert weights is not None
    share = weights.double() * torch.tensor(sizes)
    assert torch.allclose(share, torch.full_like(share, sum(sizes) / len(sizes)), rtol=1e-5)


def test_given_weights_are_checked() -> None:
    labels, counts = ["a=b", "spam"], {"a=b": 10, "spam": 10}
    weights = class_weights(("a=b=3",), labels, counts)
    assert weights is not None and weights.tolist() == [1.5, 0.5]
    assert class_weights("none", labels, counts) is None
    for wrong, message in (
        ("spam", "train.class_weights: 'spam' is no weight; write spam=5"),
        ("spam=0", "'spam=0' is no weight"),
        ("spam=nan", "'spam=nan' is no weight"),
        ("span=2", r"there is no class 'span'; did you mean spam\?"),
        ("zzz=2", "there is no class 'zzz'; the classes are a=b, spam"),
    ):
        with pytest.raises(UserError, match=message):
            class_weights((wrong,), labels, counts)
