"""A batch holds its rows, pads only behind them, and leaves its lengths on the CPU."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nlpseq.data.batch import PairBatch, collate_pairs, collate_summaries, pad_sequences

PAD, BOS, EOS = 0, 2, 3


def ragged_rows(count: int, seed: int) -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(seed)

    def side(longest: int) -> np.ndarray:
        ids = generator.integers(4, 99, generator.integers(0, longest))
        return np.append(ids, EOS).astype(np.int32)

    return [(side(7), side(11)) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 5, 17])
def test_rows_come_back_and_pads_stand_behind_them(count: int) -> None:
    rows = ragged_rows(count, seed=count)
    batch = collate_pairs(rows, pad_id=PAD, bos_id=BOS)
    for ids, lengths, side in ((batch.src, batch.src_lengths, 0), (batch.tgt, batch.tgt_lengths, 1)):
        assert ids.shape == (count, max(len(row[side]) for row in rows))
        assert ids.dtype == lengths.dtype == torch.int64
        for row, padded, length in zip(rows, ids.tolist(), lengths.tolist(), strict=True):
            assert padded[:length] == row[side].tolist()
            assert set(padded[length:]) <= {PAD}


def test_the_decoder_reads_bos_and_all_but_the_end_mark() -> None:
    batch = collate_pairs([([9, EOS], [5, 6, EOS]), ([EOS], [EOS]), ([EOS], [7, EOS])], pad_id=PAD, bos_id=BOS)
    assert batch.tgt.tolist() == [[5, 6, EOS], [EOS, PAD, PAD], [7, EOS, PAD]]
    assert batch.tgt_input.tolist() == [[BOS, 5, 6], [BOS, PAD, PAD], [BOS, 7, PAD]]
    assert batch.num_tokens == 6


@pytest.mark.parametrize("pad_id", [0, 42])
def test_pad_sequences_takes_lists_arrays_and_empty_ones(pad_id: int) -> None:
    ids, lengths = pad_sequences([[], [5, 6], np.array([7])], pad_id)
    assert ids.tolist() == [[pad_id, pad_id], [5, 6], [7, pad_id]]
    assert lengths.tolist() == [0, 2, 1]
    assert pad_sequences([[], []], pad_id)[0].shape == (2, 0)
    assert pad_sequences([], pad_id)[0].shape == (0, 0)


def test_only_the_ids_move() -> None:
    batch = collate_pairs(ragged_rows(3, seed=1), pad_id=PAD, bos_id=BOS)
    moved = batch.to("meta", non_blocking=True)
    assert [moved.src.device.type, moved.tgt.device.type, moved.tgt_input.device.type] == ["meta"] * 3
    assert moved.src_lengths is batch.src_lengths
    assert moved.tgt_lengths is batch.tgt_lengths


def test_lightning_moves_a_batch_by_its_own_method() -> None:
    from lightning_fabric.utilities import move_data_to_device

    moved = move_data_to_device(collate_pairs(ragged_rows(3, seed=1), pad_id=PAD, bos_id=BOS), torch.device("meta"))
    assert isinstance(moved, PairBatch)
    assert (moved.tgt.device.type, moved.tgt_lengths.device.type) == ("meta", "cpu")


def test_a_row_without_an_end_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="at least its end mark"):
        collate_pairs([([EOS], [EOS]), ([], [EOS])], pad_id=PAD, bos_id=BOS)


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
