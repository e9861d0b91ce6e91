"""Between a list of sequences, a padded batch and torch's packed form, the order kept throughout.

Thin calls over `torch.nn.utils.rnn` for code that runs torch's own recurrent layers. `Recurrent` takes padded batches
as they are, and is faster on the CPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence, pad_sequence

Lengths = Tensor | Sequence[int]


def pack(padded: Tensor, lengths: Lengths, *, on_empty: Literal["error", "clamp"] = "error") -> PackedSequence:
    """The rows of a padded batch in torch's packed form, which its recurrent layers read without the padding.

    Args:
        padded: (B, S, ...), the padding last.
        lengths: (B,) integers in any order, on any device.
        on_empty: what becomes of a row of length 0, which torch cannot pack: an error, or its first step is read as if
            it were real.

    Raises:
        ValueError: lengths that are no integers, not one a row, negative, 0 without `on_empty="clamp"`, or more than S.

    >>> packed = pack(torch.tensor([[1, 2, 0], [3, 4, 5]]), [2, 3])
    >>> packed.data.tolist(), packed.batch_sizes.tolist()  # the first steps of both rows, the longer row first
    ([3, 1, 4, 2, 5], [2, 2, 1])
    >>> pack(torch.zeros(2, 3), [3, 0])
    Traceback (most recent call last):
    ...
    ValueError: row 1 has length 0 and cannot be packed; leave the row out, or say on_empty="clamp"
    """
    if on_empty not in ("error", "clamp"):
        raise ValueError(f'on_empty must be "error" or "clamp", not {on_empty!r}')
    on_cpu = _checked(padded, lengths)
    if on_empty == "clamp":
        on_cpu = on_cpu.clamp(min=1)
    elif not on_cpu.all():
        row = int((on_cpu == 0).nonzero()[0])
        raise ValueError(f'row {row} has length 0 and cannot be packed; leave the row out, or say on_empty="clamp"')
    return pack_padded_sequence(padded, on_cpu, batch_first=True, enforce_sorted=False)


def pad(
    rows: PackedSequence | Sequence[Tensor], *, value: float = 0.0, width: int | None = None
) -> tuple[Tensor, Tensor]:
    """The rows of a list or of a packed batch as one tensor, and their lengths.

    Args:
        rows: packed, or tensors (length, ...) that differ in their first size only, on one device.
        value: what the padding holds.
        width: S, at least the longest length, which is the default.

    Shape:
        -> (B, S, ...) on the device of the rows, (B,) int64 on the CPU

    Raises:
        ValueError: there are no rows, or `width` is less than the longest.

    >>> padded, lengths = pad([torch.tensor([1, 2]), torch.tensor([3, 4, 5])])
    >>> padded.tolist(), lengths.tolist()
    ([[1, 2, 0], [3, 4, 5]], [2, 3])
    >>> torch.equal(pad(pack(padded, lengths))[0], padded)
    True
    """
    if isinstance(rows, PackedSequence):
        longest = len(rows.batch_sizes)
        _check_width(width, longest)
        return pad_packed_sequence(rows, batch_first=True, padding_value=value, total_length=width)
    if not rows:
        raise ValueError("there are no rows to pad")
    lengths = torch.tensor([len(row) for row in rows])
    longest = int(lengths.max())
    _check_width(width, longest)
    padded = pad_sequence(list(rows), batch_first=True, padding_value=value)
    if width is not None and width > longest:
        more = padded.new_full((len(rows), width - longest, *padded.shape[2:]), value)
        padded = torch.cat([padded, more], dim=1)
    return padded, lengths


def unpad(batch: PackedSequence | Tensor, lengths: Lengths | None = None) -> list[Tensor]:
    """The rows of a padded or packed batch, each without its padding: views, not copies.

    Args:
        batch: (B, S, ...), or packed.
        lengths: (B,) integers from 0 to S, in any order, on any device; a packed batch knows its own, and needs them
            only where `pack` clamped one.

    Shape:
        -> B tensors (length, ...)

    Raises:
        ValueError: a padded batch without lengths, or lengths that do not fit it.

    >>> rows = unpad(torch.tensor([[1, 2, 0], [3, 4, 5]]), [2, 3])
    >>> [row.tolist() for row in rows]
    [[1, 2], [3, 4, 5]]
    """
    if isinstance(batch, PackedSequence):
        batch, own = pad(batch)
        lengths = own if lengths is None else lengths
    if lengths is None:
        raise ValueError("a padded batch does not say where its rows end; give their lengths")
    return [row[:length] for row, length in zip(batch, _checked(batch, lengths).tolist(), strict=True)]


def integer_lengths(lengths: Lengths) -> Tensor:
    """The lengths (B,) of a tensor, a list or the like as a tensor, on the device that they are on.

    Raises:
        ValueError: they are no integers.

    >>> integer_lengths([3, 1]).tolist(), integer_lengths([]).dtype
    ([3, 1], torch.int64)
    """
    found = torch.as_tensor(lengths)
    if not found.numel():
        return found.to(torch.int64)
    if found.dtype == torch.bool or found.is_floating_point() or found.is_complex():
        raise ValueError(f"lengths must be integers, not {found.dtype}")
    return found


def _checked(padded: Tensor, lengths: Lengths) -> Tensor:
    """The lengths on the CPU, where torch wants them, int64."""
    found = integer_lengths(lengths)
    if padded.dim() < 2:
        raise ValueError(
            f"a padded batch has rows and steps, (B, S, ...), and this one the shape {tuple(padded.shape)}"
        )
    batch, steps = padded.shape[:2]
    if found.shape != (batch,):
        raise ValueError(f"lengths must be {batch} numbers, one a row, not of shape {tuple(found.shape)}")
    found = found.to("cpu", torch.int64)
    wrong = ((found < 0) | (found > steps)).nonzero()
    if len(wrong):
        row = int(wrong[0])
        raise ValueError(f"row {row} has length {int(found[row])} in a batch of {steps} steps")
    return found


def _check_width(width: int | None, longest: int) -> None:
    if width is not None and width < longest:
        raise ValueError(f"width {width} is less than the longest row, which has {longest} steps")
