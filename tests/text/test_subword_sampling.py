"""Sampled pieces: SentencePiece's distributions, the same draws in every process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import pytest
from datasets import Dataset
from sentencepiece import SentencePieceTrainer

from nlpseq.data.encode import encoded_batches
from nlpseq.text import SubwordTokenizer, build_pipeline, subword_sampling
from nlpseq.text.subword_sampling import BpeDropout, PieceSampler

WORDS = [first + second for first in ("cat", "mouse", "für", "zebra") for second in ("ing", "ly", "hood", "s", "")]
TEXTS = [f"the {WORDS[i % 20]} number {i} sat on {WORDS[i * 7 % 19]}, 日" for i in range(200)]
kinds = pytest.mark.parametrize("kind", ["bpe", "unigram"])

IN_A_PROCESS = """
import hashlib
from nlpseq.text import SubwordTokenizer
texts = [f"the small cat sat on mat number {i}, 日本 {'long' * 9}" for i in range(120)]
for kind, size in (("bpe", 300), ("unigram", 290)):
    subwords = SubwordTokenizer.train(texts, vocab_size=size, model_type=kind)
    print(hashlib.sha256(repr(subwords.sample_batch(texts, alpha=0.3, seed=7)).encode()).hexdigest())
"""


def trained(kind: str, texts: list[str] = TEXTS, **options: Any) -> SubwordTokenizer:
    """A model of SentencePiece's own settings but for `options`."""
    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(texts), model_writer=model, model_type=kind, minloglevel=2, **options
    )
    return SubwordTokenizer.from_bytes(model.getvalue())


def sampled_by_sentencepiece(subwords: SubwordTokenizer, text: str, alpha: float, count: int) -> list[list[str]]:
    return subwords._processor.encode(
        [text] * count, out_type=str, num_threads=1, enable_sampling=True, alpha=alpha, nbest_size=-1
    )


def test_two_processes_draw_the_same() -> None:
    drawn = [
        subprocess.run(
            [sys.executable, "-c", IN_A_PROCESS], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("1", "2")
    ]  # fmt: skip
    assert len(drawn[0].split()) == 2
    assert drawn[0] == drawn[1]


@kinds
def test_the_draws_do_not_depend_on_the_number_of_processes(kind: Any) -> None:
    rows = Dataset.from_dict({"text": TEXTS * 12})
    pipeline = build_pipeline(TEXTS, kind="subword", vocab_size=320, model_type=kind)
    encode = partial(sampled, pipeline=pipeline)
    alone, shared = (
        list(chain.from_iterable(encoded_batches(rows, ["text"], encode, num_proc=number))) for number in (1, 2)
    )
    assert alone == shared
    assert alone[:200] != alone[200:400]


def sampled(batch: dict[str, list[str]], number: int, *, pipeline: Any) -> list[list[int]]:
    return [list(map(int, ids)) for ids in pipeline.sample_batch(batch["text"], alpha=0.3, seed=number)]


@pytest.mark.parametrize(
    ("kind", "options", "alpha", "text"),
    [
        ("bpe", {"vocab_size": 100}, 0.1, "the zebrahood sat"),
        ("bpe", {"vocab_size": 100}, 0.5, "the mouseing cat"),
        ("unigram", {"vocab_size": 90}, 0.1, "the zebrahood sat"),
        ("unigram", {"vocab_size": 90}, 0.7, "on mouse number 7"),
        ("bpe", {"vocab_size": 340, "byte_fallback": True}, 0.2, "cat 本日 cat"),
        ("bpe", {"vocab_size": 100}, 0.2, "cat xxQ本"),
        ("unigram", {"vocab_size": 90}, 0.2, "cat xxQ本"),
        ("bpe", {"vocab_size": 100, "user_defined_symbols": ["zebra", "at", "ate"]}, 0.3, "a zebra sat later"),
        ("unigram", {"vocab_size": 90, "user_defined_symbols": ["zebra", "at"]}, 0.3, "a zebra sat later"),
        ("bpe", {"vocab_size": 100, "split_by_whitespace": False}, 0.3, "the cat sat on"),
        ("unigram", {"vocab_size": 90, "treat_whitespace_as_suffix": True}, 0.3, "the cat sat on"),
    ],
)
def test_the_distribution_is_sentencepieces(kind: str, options: dict[str, Any], alpha: float, text: str) -> None:
    subwords, count = trained(kind, hard_vocab_limit=kind == "bpe", **options), 4000
    ours = subwords.sample_batch([text] * count, alpha=alpha, seed=1)
    theirs = sampled_by_sentencepiece(subwords, text, alpha, count)
    for items in (
        [Counter(piece for pieces in drawn for piece in pieces) for drawn in (ours, theirs)],
        [Counter(len(pieces) for pieces in drawn) for drawn in (ours, theirs)],
        [Counter(map(tuple, drawn)) for drawn in (ours, theirs)],
    ):
        for item in items[0].keys() | items[1].keys():
            a, b = items[0][item], items[1][item]
            assert abs(a - b) < 5 * (a + b) ** 0.5 + 5, (item, a, b)


@kinds
def test_what_is_kept_of_words_does_not_change_the_draws(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = SubwordTokenizer.train(TEXTS, vocab_size=320, model_type=kind)  # type: ignore[arg-type]
    usual = model.sample_batch(TEXTS, alpha=0.3, seed=5)
    assert model.sample_batch(TEXTS, alpha=0.3, seed=5) == usual
    monkeypatch.setattr(subword_sampling, "MOST_KEPT", 3)
    assert SubwordTokenizer.from_bytes(model.to_bytes()).sample_batch(TEXTS, alpha=0.3, seed=5) == usual
    monkeypatch.setattr(subword_sampling, "LONGEST_KEPT", 2)
    assert SubwordTokenizer.from_bytes(model.to_bytes()).sample_batch(TEXTS, alpha=0.3, seed=5) == usual


def test_without_dropout_the_best_pieces_and_with_all_of_it_characters() -> None:
    model = SubwordTokenizer.train(TEXTS, vocab_size=320)
    assert model.sample_batch(TEXTS, alpha=0.0, seed=1) == model.encode_batch(TEXTS)
    assert model.sample_batch(["the cat"], alpha=1.0, seed=1) == [["▁", *"the", "▁", *"cat"]]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_share_of_merges_left_out_is_alpha(seed: int) -> None:
    dropout = BpeDropout({**dict.fromkeys("ab", -9.0), "ab": -1.0})
    gaps = iter(np.random.default_rng(seed).geometric(0.3, 20_000).tolist())
    drawn = [dropout.draw("ab", gaps) for _ in range(4000)]
    assert abs(drawn.count(("a", "b")) / 4000 - 0.3) < 0.03


@pytest.mark.parametrize(("kind", "alpha"), [("bpe", -0.1), ("bpe", 1.1), ("unigram", -1.0), ("unigram", float("nan"))])
def test_shares_that_cannot_be(kind: str, alpha: float) -> None:
    with pytest.raises(ValueError, match=f"alpha must be from 0.*, not {alpha}"):
        PieceSampler({"a": 0.0}, model_type=kind).draw(["a"], alpha=alpha, seed=1)


def test_models_that_split_in_one_way_only_do_not_sample() -> None:
    letters = trained("char", vocab_size=40, hard_vocab_limit=False)
    with pytest.raises(ValueError, match="a model of the type char splits a text in one way only"):
        letters.sample_batch(["cat"], alpha=0.1, seed=1)
