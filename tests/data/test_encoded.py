"""Encoded rows say what the text said, in every sampled copy, and lie on disk."""

from __future__ import annotations

import logging
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset

from nlpseq.data.encoded import FILE_NAME, EncodedPairs
from nlpseq.errors import UserError
from nlpseq.text.pipeline import TextPipeline, build_pipeline

WORDS = ["red", "green", "blue", "yellow", "brown", "running", "walking", "sleeping", "little", "bigger"]


@pytest.fixture(scope="module")
def corpus() -> Dataset:
    generator = np.random.default_rng(5)
    src = [" ".join(generator.choice(WORDS, generator.integers(1, 9))) for _ in range(2203)]
    return Dataset.from_dict({"src": src, "tgt": [text.upper()[: 1 + len(text) // 2].strip() for text in src]})


@pytest.fixture(scope="module")
def pipelines(corpus: Dataset) -> tuple[TextPipeline, TextPipeline]:
    src = build_pipeline(corpus["src"], kind="subword", vocab_size=300)
    return src, build_pipeline(corpus["tgt"], kind="subword", vocab_size=310)


def test_rows_are_the_encoded_texts_and_their_end_marks(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    EncodedPairs.build(corpus, *pipelines, tmp_path)
    encoded = EncodedPairs.load(tmp_path)
    assert (len(encoded), encoded.samples) == (2203, 1)
    for index in (0, 999, 1000, 2202):
        for ids, pipeline, column in zip(encoded[index], pipelines, ("src", "tgt"), strict=True):
            assert ids.dtype == np.int32
            assert ids.tolist() == [*pipeline.encode(corpus[index][column]), pipeline.eos_id]
    src_lengths, tgt_lengths = encoded.lengths()
    assert src_lengths.tolist() == [[len(encoded[index][0]) for index in range(2203)]]
    assert tgt_lengths.tolist() == [[len(encoded[index][1]) for index in range(2203)]]
    with pytest.raises(IndexError, match="row 2203 of 2203"):
        encoded[2203]


def test_reading_copies_nothing(corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path) -> None:
    encoded = EncodedPairs.build(corpus, *pipelines, tmp_path)
    src, tgt = encoded.copies[0]
    assert not any(array.flags.owndata or array.flags.writeable for array in (*src, *tgt))
    assert np.shares_memory(encoded[1500][1], tgt.values)


def test_sampled_copies_differ_in_pieces_but_not_in_text(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    encoded = EncodedPairs.build(corpus, *pipelines, tmp_path, samples=3, alpha=0.3)
    views = [encoded.view(epoch) for epoch in range(3)]
    assert [len(view) for view in views] == [2203] * 3
    assert encoded.view(5).copies == views[2].copies
    for column, pipeline, side in (("src", pipelines[0], 0), ("tgt", pipelines[1], 1)):
        for view in views:
            assert [pipeline.decode(view[i][side].tolist()) for i in range(0, 2203, 101)] == corpus[column][::101]
        for one, other in combinations(views, 2):
            assert sum(one[i][side].tolist() != other[i][side].tolist() for i in range(2203)) > 1000
    lengths = encoded.lengths()[0]
    assert lengths.shape == (3, 2203)
    assert lengths[1].tolist() == views[1].lengths()[0][0].tolist()


def test_the_same_seed_samples_the_same(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    few = corpus.select(range(1203))
    first, again, other = (
        EncodedPairs.build(few, *pipelines, tmp_path / name, samples=2, alpha=0.3, seed=seed)
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert (tmp_path / "a" / FILE_NAME).read_bytes() == (tmp_path / "b" / FILE_NAME).read_bytes()
    assert first.copies[1][0].values.tolist() == again.copies[1][0].values.tolist()
    assert first.copies[1][0].values.tolist() != other.copies[1][0].values.tolist()


def test_long_pairs_leave_every_copy_together(
    corpus: Dataset,
    pipelines: tuple[TextPipeline, TextPipeline],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = EncodedPairs.build(corpus, *pipelines, tmp_path / "whole", samples=2, alpha=0.3)
    longest = np.maximum(*whole.lengths()).max(axis=0) - 1  # the end mark is no token of the text
    limit = int(np.median(longest))
    kept = np.flatnonzero(longest <= limit)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        short = EncodedPairs.build(corpus, *pipelines, tmp_path / "short", samples=2, alpha=0.3, max_length=limit)
    assert caplog.records[-1].getMessage() == (f"left out {2203 - len(kept)} of 2203 pairs longer than {limit} tokens")
    for epoch in range(2):
        assert [short.view(epoch)[i][1].tolist() for i in range(len(short))] == [
            whole.view(epoch)[i][1].tolist() for i in kept
        ]


def test_no_pair_short_enough(corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"none of 2,203 pairs is within data\.max_length = 0 tokens a side; raise"):
        EncodedPairs.build(corpus, *pipelines, tmp_path, max_length=0)


def test_a_pair_of_just_the_longest_length_stays(tmp_path: Path) -> None:
    rows = Dataset.from_dict({"src": ["a b c", "a b c d"], "tgt": ["x", "x"]})
    words = build_pipeline(["a b c d x"], kind="basic_english", vocab_size=20)
    assert len(EncodedPairs.build(rows, words, words, tmp_path, max_length=3)) == 1
    assert len(EncodedPairs.build(rows, words, words, tmp_path, max_length=4)) == 2


def test_equal_copies_are_refused(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="samples=2 must be 1, or more with alpha above 0"):
        EncodedPairs.build(corpus, *pipelines, tmp_path, samples=2)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "other"])
def test_a_damaged_folder_is_named(
    corpus: Dataset, pipelines: tuple[TextPipeline, TextPipeline], tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "encoded" / FILE_NAME
    EncodedPairs.build(corpus.select(range(50)), *pipelines, path.parent, samples=2, alpha=0.1)
    whole = path.read_bytes()
    path.unlink()
    if damage != "missing":
        path.write_bytes({"empty": b"", "truncated": whole[: len(whole) * 2 // 3], "other": b"no arrow"}[damage])
    with pytest.raises(UserError, match="encoded: the encoded corpus is missing or damaged; delete this folder"):
        EncodedPairs.load(path.parent)
