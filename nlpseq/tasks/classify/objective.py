"""What a classifier is trained for, and what its encoder is pretrained for."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from nlpseq.data.batch import TextBatch
from nlpseq.errors import UserError, shown_value
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.word_predictor import WordPredictor
from nlpseq.training.losses import known_gradient, sampled_cross_entropy
from nlpseq.training.objective import Loss


@dataclass
class ClassificationObjective:
    """Cross-entropy of each text; with `adversarial` also that of its embeddings moved where it hurts most.

    The step has the length `adversarial` over all of a text's embeddings, along the gradient of its loss (Miyato et
    al. 2017, equations 2 and 3). The adversary counts in the gradient alone: the value stays that of the texts as they
    are, which can be compared with the validation's.

    Args:
        label_smoothing: share of the target that is spread over the classes.
        adversarial: length of the step; 0 is off.
        class_weights: (C,) what a text of each class counts, 1 on average over the training texts; None is 1 for all.
    """

    label_smoothing: float
    adversarial: float
    class_weights: Tensor | None = None
    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: ClassifierModel, batch: TextBatch) -> Loss:
        ids = model.drop_words(batch.ids)
        embedded = model.embed(ids)
        loss = self._loss(model.classify(embedded, batch.lengths), batch.labels)
        if self.adversarial == 0 or not embedded.requires_grad:
            return Loss(loss, len(batch.labels), batch.num_tokens)
        # One backward pass gives the direction and what the loss itself adds to the gradient of the weights.
        weights = [weight for weight in model.parameters() if weight.requires_grad]
        by_embedded, *by_weights = torch.autograd.grad(loss, [embedded, *weights], allow_unused=True)
        direction = F.normalize(by_embedded.flatten(1), dim=1).view_as(embedded)
        moved = model.embed(ids) + self.adversarial * direction
        worst = self._loss(model.classify(moved, batch.lengths), batch.labels)
        total = known_gradient(loss, weights, by_weights) + (worst - worst.detach())
        return Loss(total, len(batch.labels), batch.num_tokens)

    def _loss(self, logits: Tensor, labels: Tensor) -> Tensor:
        weights = None if self.class_weights is None else self.class_weights.to(logits)
        return F.cross_entropy(logits, labels, weight=weights, label_smoothing=self.label_smoothing, reduction="sum")


def class_weights(
    wanted: Literal["none", "balanced"] | Sequence[str], labels: Sequence[str], counts: Mapping[str, int]
) -> Tensor | None:
    """What a text of each class counts in the loss, 1 on average over the training texts; None where all count alike.

    Args:
        wanted: `train.class_weights`; with "balanced" all classes count alike in sum.
        labels: of the classes (C,).
        counts: label -> its training texts.

    Raises:
        UserError: a weight that is none, or of no class.

    >>> class_weights("balanced", ["rare", "usual"], {"rare": 1, "usual": 3}).tolist()
    [2.0, 0.6666666865348816]
    >>> class_weights(["rare=5"], ["rare", "usual"], {"rare": 1, "usual": 3}).tolist()
    [2.5, 0.5]
    """
    if wanted == "none":
        return None
    texts = torch.tensor([counts[label] for label in labels], dtype=torch.float64)
    weights = 1 / texts if wanted == "balanced" else torch.tensor(_given(wanted, labels), dtype=torch.float64)
    return (weights * texts.sum() / (weights * texts).sum()).float()


def _given(wanted: Sequence[str], labels: Sequence[str]) -> list[float]:
    weights = dict.fromkeys(labels, 1.0)
    for item in wanted:
        label, equals, number = item.rpartition("=")
        if not equals or not (weight := _positive(number)):
            raise UserError(f"train.class_weights: {shown_value(item)} is no weight; write spam=5")
        if label not in weights:
            near = difflib.get_close_matches(label, labels, n=1)
            fix = f"did you mean {near[0]}?" if near else f"the classes are {', '.join(labels[:10])}"
            raise UserError(f"train.class_weights: there is no class {shown_value(label)}; {fix}")
        weights[label] = weight
    return list(weights.values())


def _positive(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 < number < math.inf else None


@dataclass
class WordPrediction:
    """Cross-entropy of each predicted word, in both directions, with the softmax over a sample of the vocabulary.

    The sample is drawn by the words' frequencies in the training text and stands for all other words, each weighted
    by the inverse of its frequency (Bengio and Senecal 2008; Jean et al. 2015, section 3): an estimate of the full
    softmax.

    Args:
        log_frequencies: (V,) natural logarithm of each word's share of the training text; -inf for those never seen.
        sampled_words: K, or 0 for the whole vocabulary.
    """

    log_frequencies: Tensor
    sampled_words: int
    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: WordPredictor, batch: TextBatch) -> Loss:
        features, targets = model(batch.ids, batch.lengths)
        count = max(1, len(targets))  # texts of one word have no word to predict: they cost nothing, and count once
        if self.sampled_words == 0:
            loss = F.cross_entropy(model.logits(features).float(), targets, reduction="sum")
            return Loss(loss, count, batch.num_tokens)
        log_frequencies = self.log_frequencies.to(features.device)
        sample = torch.multinomial(log_frequencies.exp(), self.sampled_words, replacement=True)
        weight, bias = model.output_of(sample)
        # Each stands for as many others as it is rare in the sample.
        bias = bias - log_frequencies[sample] - math.log(self.sampled_words)
        own = model.target_logits(features, targets)
        loss = sampled_cross_entropy(features, own, weight, bias, targets, sample)
        return Loss(loss, count, batch.num_tokens)
