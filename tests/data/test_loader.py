"""The loader's batches are the sampler's rows, and a state resumes them to the batch."""

from __future__ import annotations

from functools import partial
from itertools import islice

import numpy as np
import pytest

from nlpseq.data.batch import PairBatch, collate_pairs
from nlpseq.data.encode import Ragged
from nlpseq.data.loader import BatchLoader, EpochStream
from nlpseq.data.rows import Rows
from nlpseq.data.sampler import BucketBatchSampler

PAD, BOS, EOS = 0, 2, 3
COLLATE = partial(collate_pairs, pad_id=PAD, bos_id=BOS)


def encoded_pairs(count: int, copies: int) -> Rows:
    generator = np.random.default_rng(copies)

    def side(longest: int) -> Ragged:
        rows = [np.append(generator.integers(4, 999, generator.integers(0, longest)), EOS) for _ in range(count)]
        return Ragged(np.concatenate(rows).astype(np.int32), np.cumsum([0, *map(len, rows)]))

    return Rows(tuple({"src": side(9), "tgt": side(13)} for _ in range(copies)))


def loader_over(encoded: Rows) -> BatchLoader:
    sampler = BucketBatchSampler(encoded.lengths(), batch_tokens=60, seed=1)
    return BatchLoader(encoded, sampler, COLLATE)


def content(batch: PairBatch) -> list[list[list[int]]]:
    return [batch.src.tolist(), batch.tgt.tolist(), batch.tgt_input.tolist()]


def test_an_epoch_holds_every_row_of_its_copy() -> None:
    encoded = encoded_pairs(103, copies=2)
    loader = loader_over(encoded)
    for epoch in range(3):
        rows = []
        batches = list(loader)
        assert len(batches) == len(loader)
        for batch in batches:
            for src, src_length, tgt, tgt_length in zip(
                batch.src.tolist(), batch.src_lengths, batch.tgt.tolist(), batch.tgt_lengths, strict=True
            ):
                rows.append((src[:src_length], tgt[:tgt_length]))
        view = encoded.view(epoch)
        assert sorted(rows) == sorted((view[i][0].tolist(), view[i][1].tolist()) for i in range(103))


@pytest.mark.parametrize("consumed", [0, 3, 7])
def test_a_state_resumes_with_the_next_batch(consumed: int) -> None:
    encoded = encoded_pairs(103, copies=2)
    whole = loader_over(encoded)
    expected = [content(batch) for _ in range(3) for batch in whole]
    saved, resumed = loader_over(encoded), loader_over(encoded)
    list(saved)
    list(islice(iter(saved), consumed))
    resumed.load_state_dict(saved.state_dict())
    going_on = [content(batch) for _ in range(2) for batch in resumed]
    assert going_on == expected[len(whole) + consumed :]


def test_a_sampler_of_other_data_is_refused() -> None:
    sampler = BucketBatchSampler(encoded_pairs(5, copies=1).lengths(), batch_tokens=60, seed=1)
    with pytest.raises(ValueError, match="the sampler knows 5 rows, the data have 7"):
        BatchLoader(encoded_pairs(7, copies=1), sampler, COLLATE)


@pytest.mark.parametrize("total", [1, 23, 24, 25])
def test_a_stream_goes_on_to_the_batch_from_every_state_also_to_another_end(total: int) -> None:
    encoded = encoded_pairs(53, copies=2)
    epoch = len(loader_over(encoded))
    longest = [content(batch) for batch in EpochStream(loader_over(encoded), total=3 * epoch)]
    assert len(longest) == 3 * epoch > 25
    saved = EpochStream(loader_over(encoded), total=2 * epoch)
    batches = iter(saved)
    # The first batch, inside of an epoch, at its end, after it.
    for drawn in range(1, 2 * epoch + 1):
        next(batches)
        resumed = EpochStream(loader_over(encoded), total=total)
        resumed.load_state_dict(saved.state_dict())
        assert [content(batch) for batch in resumed] == longest[drawn:total]
