"""Functions on token lists and batches of them; the transforms of the same names call these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from nlpseq.compat.torchtext.scripting import refuse_scripting_of

__all__ = ["add_token", "str_to_int", "to_tensor", "truncate"]


def is_row(value: object, kind: type) -> bool:
    """Whether `value` is a list of nothing but `kind`.

    >>> is_row([1, 2], int), is_row([], int), is_row([1, "a"], int), is_row((1, 2), int)
    (True, True, False, False)
    """
    return isinstance(value, list) and all(issubclass(found, kind) for found in set(map(type, value)))


def is_batch(value: object, kind: type) -> bool:
    """Whether `value` is a list of nothing but lists of `kind`.

    >>> is_batch([[1], []], int), is_batch([[1], ["a"]], int)
    (True, False)
    """
    return is_row(value, list) and all(is_row(row, kind) for row in value)  # type: ignore[attr-defined]


def unsupported() -> TypeError:
    """torchtext's error for input that is neither a list nor a list of lists of the right kind."""
    return TypeError("Input type not supported")


def map_texts(function: Callable[[str], Any], input: Any) -> Any:
    """`function` of a text, or of each in a list of texts; TypeError for anything else.

    >>> map_texts(str.split, "a b"), map_texts(str.split, ["a b", ""])
    (['a', 'b'], [['a', 'b'], []])
    """
    if isinstance(input, str):
        return function(input)
    if is_row(input, str):
        return list(map(function, input))
    raise unsupported()


def to_tensor(input: Any, padding_value: int | None = None, dtype: torch.dtype = torch.long) -> Tensor:
    """Ids as a tensor; rows of a batch are filled up with `padding_value` to the longest.

    Shape:
        (T,) for a list of ids, (B, T) for a batch.

    Raises:
        ValueError: rows of unequal length and no `padding_value`.
        TypeError: not a list of ids, nor a list of such lists.

    >>> to_tensor([[1, 2], [3]], padding_value=0)
    tensor([[1, 2],
            [3, 0]])
    """
    if is_row(input, int):
        return torch.tensor(input, dtype=dtype)
    if not is_batch(input, int):
        raise unsupported()
    if padding_value is None:
        return torch.tensor(input, dtype=dtype)
    rows = [torch.tensor(ids, dtype=dtype) for ids in input]
    return pad_sequence(rows, batch_first=True, padding_value=float(padding_value))


def truncate(input: Any, max_seq_len: int) -> Any:
    """The first `max_seq_len` tokens or ids, of each row where it is a batch.

    Raises:
        TypeError: not a list of tokens or ids, nor a list of such lists.

    >>> truncate([["a", "b", "c"], ["d"]], 2)
    [['a', 'b'], ['d']]
    """
    if is_row(input, int) or is_row(input, str):
        return input[:max_seq_len]
    if is_batch(input, int) or is_batch(input, str):
        return [row[:max_seq_len] for row in input]
    raise unsupported()


def add_token(input: Any, token_id: int | str, begin: bool = True) -> Any:
    """The same with `token_id` before, or else behind, each row.

    Raises:
        TypeError: `token_id` and what is in the list, or the lists, differ in type.

    >>> add_token([[1, 2], []], 0), add_token(["a"], "</s>", begin=False)
    ([[0, 1, 2], [0]], ['a', '</s>'])
    """
    before, behind = ([token_id], []) if begin else ([], [token_id])
    kind = int if isinstance(token_id, int) else str
    if not isinstance(token_id, kind):
        raise unsupported()
    if is_row(input, kind):
        return [*before, *input, *behind]
    if is_batch(input, kind):
        return [[*before, *row, *behind] for row in input]
    raise unsupported()


def str_to_int(input: Any) -> Any:
    """The numbers that the strings spell.

    Raises:
        ValueError: a string spells none.
        TypeError: not a list of strings, nor a list of such lists.

    >>> str_to_int([["1"], ["2", "3"]])
    [[1], [2, 3]]
    """
    if is_row(input, str):
        return list(map(int, input))
    if is_batch(input, str):
        return [list(map(int, row)) for row in input]
    raise unsupported()


for _function in (to_tensor, truncate, add_token, str_to_int):
    refuse_scripting_of(_function)
