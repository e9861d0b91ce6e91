"""The numbers of torch's own packing, in the rows' own order, and clear words where torch has none."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from nlpseq.layers.packing import pack, pad, unpad

LENGTHS = [2, 5, 1, 4, 5]


def padded_batch(*features: int, device: str = "cpu") -> Tensor:
    """Rows of `LENGTHS` steps, NaN where padding is."""
    torch.manual_seed(3)
    batch = torch.randn(5, 6, *features)
    for row, length in enumerate(LENGTHS):
        batch[row, length:] = torch.nan
    return batch.to(device)


@pytest.mark.parametrize("lengths", [LENGTHS, torch.tensor(LENGTHS), torch.tensor(LENGTHS, dtype=torch.int32)])
def test_packing_equals_torch(lengths: list[int] | Tensor) -> None:
    batch = padded_batch(3)
    expected = pack_padded_sequence(batch, torch.tensor(LENGTHS), batch_first=True, enforce_sorted=False)
    for ours, theirs in zip(pack(batch, lengths), expected, strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("features", [(), (3,), (3, 2)])
def test_rows_come_back_in_their_order(features: tuple[int, ...]) -> None:
    batch = padded_batch(*features)
    rows = [batch[row, :length] for row, length in enumerate(LENGTHS)]
    packed = pack(batch, LENGTHS)
    for found in (unpad(batch, LENGTHS), unpad(packed), unpad(pack(*pad(rows)))):
        assert all(map(torch.equal, found, rows)) and len(found) == 5
    padded, lengths = pad(packed, value=-1.0, width=6)
    assert lengths.tolist() == LENGTHS and padded.shape == batch.shape
    assert torch.equal(padded, batch.nan_to_num(-1.0))
    assert torch.equal(pad(rows, value=-1.0, width=6)[0], padded)
    assert torch.equal(pad(rows, value=-1.0)[0], padded[:, :5])


def test_rows_of_ids_keep_their_type_and_may_be_empty() -> None:
    rows = [torch.tensor([7, 8]), torch.tensor([], dtype=torch.int64), torch.tensor([9])]
    padded, lengths = pad(rows, value=1)
    assert padded.tolist() == [[7, 8], [1, 1], [9, 1]] and padded.dtype == torch.int64
    assert lengths.tolist() == [2, 0, 1] and lengths.dtype == torch.int64
    assert [row.tolist() for row in unpad(padded, lengths)] == [[7, 8], [], [9]]


def test_a_recurrent_layer_reads_it_and_gradients_reach_the_tokens_only() -> None:
    torch.manual_seed(0)
    lstm = nn.LSTM(3, 4, bidirectional=True, batch_first=True)
    batch = padded_batch(3).nan_to_num(0.0).requires_grad_()
    outputs, (h_n, _) = lstm(pack(batch, LENGTHS))
    rows = unpad(outputs)
    for row, length in enumerate(LENGTHS):
        alone, (last, _) = lstm(batch[row : row + 1, :length])
        torch.testing.assert_close(rows[row], alone[0])
        torch.testing.assert_close(h_n[:, row], last[:, 0])
    sum(output.square().sum() for output in rows).backward()
    assert batch.grad is not None
    touched = batch.grad.abs().sum(2) > 0
    assert torch.equal(touched, torch.arange(6) < torch.tensor(LENGTHS)[:, None])


def test_padding_passes_gradients_on() -> None:
    rows = [torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True)]
    padded, _ = pad(rows, width=7)
    padded.pow(2).sum().backward()
    assert [row.grad.tolist() for row in rows if row.grad is not None] == [[2.0, 2.0], [2.0, 2.0, 2.0]]


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_lengths_may_lie_on_the_gpu() -> None:
    batch = padded_batch(3, device="cuda")
    packed = pack(batch, torch.tensor(LENGTHS, device="cuda"))
    assert packed.data.is_cuda and packed.batch_sizes.device.type == "cpu"
    padded, lengths = pad(packed, width=6)
    assert padded.is_cuda and lengths.device.type == "cpu"
    assert torch.equal(padded, batch.nan_to_num(0.0))
    assert all(row.is_cuda for row in unpad(batch, lengths.cuda()))


def test_a_row_without_steps_is_refused_or_clamped_by_choice() -> None:
    batch = torch.arange(6.0).view(3, 2)
    message = 'row 1 has length 0 and cannot be packed; leave the row out, or say on_empty="clamp"'
    with pytest.raises(ValueError, match=re.escape(message)):
        pack(batch, [2, 0, 0])
    lengths = torch.tensor([2, 0, 1])
    clamped = pack(batch, lengths, on_empty="clamp")
    assert lengths.tolist() == [2, 0, 1]
    assert [row.tolist() for row in unpad(clamped)] == [[0.0, 1.0], [2.0], [4.0]]
    assert [row.tolist() for row in unpad(clamped, lengths)] == [[0.0, 1.0], [], [4.0]]
    theirs = pack_padded_sequence(batch, lengths.clamp(min=1), batch_first=True, enforce_sorted=False)
    assert torch.equal(pad(clamped)[0], pad_packed_sequence(theirs, batch_first=True)[0])


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([1, 4], "row 1 has length 4 in a batch of 3 steps"),
        ([-1, 3], "row 0 has length -1 in a batch of 3 steps"),
        ([1.0, 2.0], "lengths must be integers, not torch.float32"),
        (torch.tensor([True, True]), "lengths must be integers, not torch.bool"),
        ([1, 2, 3], r"lengths must be 2 numbers, one a row, not of shape \(3,\)"),
        ([], r"lengths must be 2 numbers, one a row, not of shape \(0,\)"),
    ],
)
def test_lengths_that_do_not_fit_are_refused(lengths: list[int] | Tensor, message: str) -> None:
    batch = torch.zeros(2, 3, 4)
    for call in (pack, unpad):
        with pytest.raises(ValueError, match=message):
            call(batch, lengths)


def test_what_cannot_be_padded_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows to pad"):
        pad([])
    for rows in ([torch.zeros(3)], pack(torch.zeros(1, 3), [3])):
        with pytest.raises(ValueError, match="width 2 is less than the longest row, which has 3 steps"):
            pad(rows, width=2)
    with pytest.raises(ValueError, match="give their lengths"):
        unpad(torch.zeros(1, 3))
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        pack(torch.zeros(3), [3])
    with pytest.raises(ValueError, match='on_empty must be "error" or "clamp", not \'skip\''):
        pack(torch.zeros(1, 3), [3], on_empty="skip")  # type: ignore[arg-type]
