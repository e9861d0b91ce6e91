"""Encoded rows say what documents and summaries said, and lie on disk."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset

from nlpseq.data.batch import collate_summaries
from nlpseq.data.encoded_summaries import FILE_NAME, EncodedSummaries
from nlpseq.errors import UserError
from nlpseq.text.copy_alphabet import CopyAlphabet, build_copy_alphabet

LETTERS = list("abcdefgh  ABCDE")


@pytest.fixture(scope="module")
def corpus() -> Dataset:
    random = np.random.default_rng(3)
    documents = ["".join(random.choice(LETTERS, random.integers(0, 40))) for _ in range(1203)]
    documents[::7] = [f"{text[:3]}ж{text[3:]}" for text in documents[::7]]
    return Dataset.from_dict({"src": documents, "tgt": [text.upper()[2:9] + "!" for text in documents]})


@pytest.fixture(scope="module")
def alphabet(corpus: Dataset) -> CopyAlphabet:
    found = build_copy_alphabet(corpus["src"], corpus["tgt"], case="auto", max_characters=30, min_freq=400)
    assert found.case == "upper" and not {"ж", "Ж"} & set(found.shared.vocab)
    return found


def test_rows_are_the_encoded_texts(corpus: Dataset, alphabet: CopyAlphabet, tmp_path: Path) -> None:
    EncodedSummaries.build(corpus, alphabet, tmp_path, max_summary_characters=9)
    encoded = EncodedSummaries.load(tmp_path)
    assert len(encoded) == 1203 and encoded.view(5) is encoded
    for index in (0, 999, 1000, 1202):
        source = alphabet.source(corpus[index]["src"])
        summary = alphabet.summary(corpus[index]["tgt"], source.extra)
        for found, expected in zip(encoded[index], (source.src, source.copies, summary), strict=True):
            assert found.dtype == np.int32 and found.tolist() == expected.tolist()
    src, tgt = encoded.lengths()
    assert src.tolist() == [len(encoded[index][0]) for index in range(1203)]
    assert tgt.tolist() == [len(encoded[index][2]) for index in range(1203)]
    with pytest.raises(IndexError, match="row 1203 of 1203"):
        encoded[1203]
    assert not any(part.flags.owndata or part.flags.writeable for part in encoded[7])


def test_long_summaries_are_left_out(
    corpus: Dataset, alphabet: CopyAlphabet, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = EncodedSummaries.build(corpus, alphabet, tmp_path / "whole", max_summary_characters=8)
    kept = np.flatnonzero(whole.lengths()[1] <= 7 + 1)
    with caplog.at_level(logging.WARNING, logger="nlpseq"):
        short = EncodedSummaries.build(corpus, alphabet, tmp_path / "short", max_summary_characters=7)
    assert 0 < len(kept) == len(short) < 1203
    assert caplog.messages == [
        f"left out {1203 - len(kept)} of 1203 training pairs with a summary longer than 7 characters"
    ]
    assert [short[i][2].tolist() for i in range(len(short))] == [whole[i][2].tolist() for i in kept]
    with pytest.raises(UserError, match=r"none of 9 training summaries is within text\.max_summary_characters \(1\)"):
        some = corpus.select([int(place) for place in np.flatnonzero(whole.lengths()[1] > 3)[:9]])
        EncodedSummaries.build(some, alphabet, tmp_path / "none", max_summary_characters=1)


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_folder_is_named(corpus: Dataset, alphabet: CopyAlphabet, tmp_path: Path, damage: str) -> None:
    EncodedSummaries.build(corpus.select(range(50)), alphabet, tmp_path, max_summary_characters=9)
    whole = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).unlink()
    if damage == "truncated":
        (tmp_path / FILE_NAME).write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(UserError, match="the encoded corpus is missing or damaged; delete this folder"):
        EncodedSummaries.load(tmp_path)


def test_a_batch_has_the_copies_beside_the_sources() -> None:
    rows = [([7, 1, 5, 3], [5, 9, 6, 3], [9, 5, 3]), ([3], [3], [3]), ([8, 3], [8, 3], [8, 9, 8, 3])]
    batch = collate_summaries([tuple(map(np.array, row)) for row in rows], pad_id=0, bos_id=2)  # type: ignore[misc]
    assert batch.src.tolist() == [[7, 1, 5, 3], [3, 0, 0, 0], [8, 3, 0, 0]]
    assert batch.copies.tolist() == [[5, 9, 6, 3], [3, 0, 0, 0], [8, 3, 0, 0]]
    assert batch.tgt_input.tolist() == [[2, 9, 5, 0], [2, 0, 0, 0], [2, 8, 9, 8]]
    assert (batch.src_lengths.tolist(), batch.tgt_lengths.tolist(), batch.num_tokens) == ([4, 1, 2], [3, 1, 4], 8)
    moved = batch.to("meta", non_blocking=True)
    assert {part.device.type for part in (moved.src, moved.copies, moved.tgt_input, moved.tgt)} == {"meta"}
    assert moved.src_lengths is batch.src_lengths and moved.tgt_lengths is batch.tgt_lengths
    with pytest.raises(ValueError, match="each source id needs the id that its copy writes"):
        collate_summaries([([7, 3], [7, 8, 3], [3])], pad_id=0, bos_id=2)
    with pytest.raises(ValueError, match="at least its end mark"):
        collate_summaries([([7, 3], [7, 3], [])], pad_id=0, bos_id=2)
