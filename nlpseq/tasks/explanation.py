"""Why a text has a label, or has not: how much each token of it spoke for the label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nlpseq.config.choices import Truncate
from nlpseq.data.batch import pad_sequences
from nlpseq.data.truncate import truncate
from nlpseq.models.attribution import Explanation, Point, integrated_gradients
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.inference import inference
from nlpseq.models.nb_svm import NbSvm
from nlpseq.runs.length_batches import length_batches, on_threads
from nlpseq.text import TextPipeline
from nlpseq.text.spans import token_spans

Array = NDArray[np.float64]

# Texts that are explained together, which bounds the memory of the points on their paths, and tokens of a batch.
POOL_TEXTS = 256
BATCH_TOKENS = 4_000


@dataclass(frozen=True)
class Explainer:
    """Integrated gradients of a classifier: of its network, and of the n-grams beside it if there are any.

    The way begins at a text of as many unknown words, of which the n-grams know nothing, and ends at the text itself;
    where the network was trained without word dropout, at one of as many empty words (zero vectors).
    What is followed are the log-odds of the chosen label in the combined, calibrated scores: against all other labels
    together or, where a text may have several, against its own absence. An n-gram's share goes to its words in equal
    parts.

    Args:
        model, text, max_length, keep: the network and how it reads a text.
        temperature, ngrams, ngram_weight: what the label's probability is made of besides.
        one_label: a text has one label, which all others speak against.
    """

    model: ClassifierModel
    text: TextPipeline
    max_length: int
    keep: Truncate
    temperature: float
    ngrams: NbSvm | None = None
    ngram_weight: float = 0.0
    one_label: bool = True

    def explain(self, texts: Sequence[str], chosen: Sequence[int]) -> list[Explanation]:
        """The explanation of each text's `chosen` class (N,)."""
        found: list[Explanation] = []
        with inference(self.model, gradients=True):
            for first in range(0, len(texts), POOL_TEXTS):
                last = first + POOL_TEXTS
                found += self._explain(texts[first:last], chosen[first:last])
        return found

    def _explain(self, texts: Sequence[str], chosen: Sequence[int]) -> list[Explanation]:
        paths = [self._path(text, label) for text, label in zip(texts, chosen, strict=True)]
        found = integrated_gradients(lambda points: self._points(paths, points), len(paths))
        return [path.explanation(*each) for path, each in zip(paths, found, strict=True)]

    def _path(self, text: str, chosen: int) -> _TextPath:
        tokens = self.text.tokenize(text)
        spans = token_spans(text, tokens)
        read = list(truncate(range(len(tokens)), self.max_length, self.keep))
        ids = self.text.encode(text)
        ids = [ids[place] for place in read]
        if self.ngrams is None:
            tokens, spans = [tokens[place] for place in read], [spans[place] for place in read]
            return _TextPath(tokens, spans, ids or [self.text.unk_id], list(range(max(1, len(ids)))), chosen)
        words, scores = self.ngrams.word_scores(text)
        per_token = self.ngram_weight * _on_tokens(len(text), spans, words, scores)
        bias = self.ngram_weight * self.ngrams.class_biases
        return _TextPath(tokens, spans, ids or [self.text.unk_id], read or [0], chosen, per_token, bias)

    def _points(self, paths: Sequence[_TextPath], points: Sequence[tuple[int, float]]) -> list[Point]:
        found: list[Point | None] = [None] * len(points)
        batches = list(length_batches([len(paths[number].ids) for number, _ in points], BATCH_TOKENS))

        def evaluate(batch: NDArray[np.intp]) -> list[Point]:
            return self._batch([paths[points[i][0]] for i in batch], [points[i][1] for i in batch])

        for batch, some in zip(batches, on_threads(evaluate, batches, self.model.embedding.weight.device), strict=True):
            for i, point in zip(batch, some, strict=True):
                found[i] = point
        return [point for point in found if point is not None]

    def _batch(self, paths: Sequence[_TextPath], places: Sequence[float]) -> list[Point]:
        device = self.model.embedding.weight.device
        ids, lengths = pad_sequences([path.ids for path in paths], self.text.pad_id)
        ids = ids.to(device)
        end = self.model.embed(ids).detach()
        # Only word dropout is sure to have taught the network what an unknown word is.
        unknown = torch.full_like(ids, self.text.unk_id)
        begin = self.model.embed(unknown).detach() if self.model.word_dropout else torch.zeros_like(end)
        way = end - begin
        part = (begin + way * torch.tensor(places, dtype=way.dtype, device=device)[:, None, None]).requires_grad_()
        # cuDNN's recurrent kernels have no backward pass outside of training.
        with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
            logits = self.model.classify(part, lengths).cpu().double() / self.temperature  # not all devices have double
            scores = logits + torch.from_numpy(
                np.stack([path.ngram_scores(place) for path, place in zip(paths, places, strict=True)])
            )
            chosen = torch.tensor([path.chosen for path in paths]).unsqueeze(1)
            others = scores.scatter(1, chosen, -torch.inf)
            odds = scores.gather(1, chosen).squeeze(1)
            if self.one_label:
                odds = odds - others.logsumexp(1)
            gradients = torch.autograd.grad(odds.sum(), part)[0]
        slopes = (gradients * way).sum(-1).cpu().double().numpy()  # (B, S)
        rivals = others.detach().softmax(1).numpy()  # (B, C)
        return [
            path.point(value, row, shares)
            for path, value, row, shares in zip(paths, odds.tolist(), slopes, rivals, strict=True)
        ]


@dataclass(frozen=True)
class _TextPath:
    """The way from unknown words to one text.

    Args:
        tokens, spans: those that are explained (T,).
        ids: what the network reads (S,), the tokens at the places `read`.
        chosen: number of the class.
        per_token: what each token gives to the scores by n-grams (T, C); None without n-grams.
        bias: what the n-grams give to a text without any (C,).
    """

    tokens: list[str]
    spans: list[tuple[int, int]]
    ids: list[int]
    read: list[int]
    chosen: int
    per_token: Array | None = None
    bias: Array | None = None

    def ngram_scores(self, place: float) -> Array:
        """(C,), at this place of the way."""
        if self.per_token is None or self.bias is None:
            return np.zeros(1)
        scores: Array = self.bias + place * self.per_token.sum(axis=0)
        return scores

    def explanation(self, shares: Array, start: float, residue: float) -> Explanation:
        """What is a share of no token, where a text has none, stays in the residue."""
        count = len(self.tokens)
        weights, rest = shares[:count].tolist(), float(shares[count:].sum())
        return Explanation(self.tokens, self.spans, weights, start, residue + rest)

    def point(self, value: float, slopes: Array, rivals: Array) -> Point:
        """From the slopes of what the network reads (S or more,) and the shares (C,) of the other classes."""
        whole = np.zeros(max(1, len(self.tokens)))
        whole[self.read] = slopes[: len(self.read)]
        if self.per_token is not None:
            whole += self.per_token[:, self.chosen] - self.per_token @ rivals
        return Point(value, whole)


def _on_tokens(length: int, spans: Sequence[tuple[int, int]], words: Sequence[tuple[int, int]], scores: Array) -> Array:
    """Scores (T or 1, C) of the tokens from those (W, C) of words, by the characters that they share.

    A word that no token holds, such as a quotation mark that the tokenizer drops, goes to the token before it.
    """
    owners = np.full(length, -1)
    for token, (start, end) in enumerate(spans):
        owners[start:end] = token
    last = np.maximum.accumulate(np.where(owners >= 0, owners, 0)) if length else owners
    found = np.zeros((max(1, len(spans)), scores.shape[1]))
    for (start, end), row in zip(words, scores, strict=True):
        inside = owners[start:end]
        inside = inside[inside >= 0] if (inside >= 0).any() else last[start:end]
        np.add.at(found, inside, row / len(inside))
    return found
