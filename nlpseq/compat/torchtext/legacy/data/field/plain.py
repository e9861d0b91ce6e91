"""`Field`, `LabelField` and `RawField`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np
import torch
from torch import Tensor

from nlpseq.compat.torchtext.data.utils import SpacyTokenizer
from nlpseq.compat.torchtext.errors import UserAttributeError, UserKeyError, UserValueError
from nlpseq.compat.torchtext.legacy.data.dataset import Dataset
from nlpseq.compat.torchtext.legacy.data.field.padding import pad_ids, pad_rows
from nlpseq.compat.torchtext.legacy.data.pipeline import Pipeline
from nlpseq.compat.torchtext.legacy.data.utils import get_tokenizer
from nlpseq.compat.torchtext.legacy.vocab import Vocab


class RawField:
    """A column whose values stay as they are.

    Args:
        preprocessing: makes of each value what an `Example` keeps.
        postprocessing: makes of the list of a batch's values what the `Batch` has.
        is_target: iterating over a batch gives it among the targets.

    >>> RawField(preprocessing=int).preprocess("3")
    3
    """

    def __init__(
        self,
        preprocessing: Callable[..., Any] | None = None,
        postprocessing: Callable[..., Any] | None = None,
        is_target: bool = False,
    ) -> None:
        self.preprocessing = preprocessing
        self.postprocessing = postprocessing
        self.is_target = is_target

    def preprocess(self, x: Any) -> Any:
        """What an example keeps of the value `x`."""
        return x if self.preprocessing is None else self.preprocessing(x)

    def process(self, batch: Iterable[Any], device: torch.device | str | None = None) -> Any:
        """What a batch has of its examples' values; `device` is for fields that make tensors."""
        return batch if self.postprocessing is None else self.postprocessing(batch)


class Field(RawField):
    """A column of texts, or of numbers, that becomes a tensor.

    Args:
        sequential: a value is a text or a list; otherwise it is one token or number.
        use_vocab: values are tokens, to be looked up in `vocab`; otherwise they are numbers.
        init_token, eos_token: put at the beginning and at the end of every row; None for none.
        fix_length: length of all rows with the two marks; default: that of the longest one in the batch.
        dtype: of the tensor.
        preprocessing: called with the tokens of a value, the last step of `preprocess`.
        postprocessing: called with the ids of a batch and the vocabulary (None without one), before the tensor is made.
        lower: whether tokens become lower case.
        tokenize: a function from a text to its tokens, or a name, see `get_tokenizer`; default: split at white space.
        tokenizer_language: for spaCy.
        include_lengths: a batch is (tensor, lengths), the lengths (B,) int64 and always on the CPU, as packing wants
            them.
        batch_first: the tensor is (B, T), not (T, B).
        pad_token, unk_token: what fills rows up, and what unknown tokens become; None for none.
        pad_first: pads stand at the beginning.
        truncate_first: `fix_length` cuts off the beginning.
        stop_words: tokens to leave out.
        is_target: iterating over a batch gives it among the targets.

    Attributes:
        vocab: there after `build_vocab`.

    Raises:
        ValueError: `stop_words` are no set, or no tokenizer is called so.

    >>> TEXT = Field(lower=True, batch_first=True, include_lengths=True)
    >>> rows = [TEXT.preprocess(text) for text in ["A film", "The film of the book"]]
    >>> TEXT.build_vocab(rows)
    >>> TEXT.process(rows)
    (tensor([[4, 2, 1, 1, 1],
            [3, 2, 6, 3, 5]]), tensor([2, 5]))
    """

    vocab_cls: Callable[..., Any] = Vocab
    vocab: Any
    # What makes a number of a string, where there is no vocabulary.
    dtypes: dict[torch.dtype, Callable[[str], float]] = {
        **dict.fromkeys((torch.float16, torch.float32, torch.float64), float),
        **dict.fromkeys((torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64), int),
    }

    def __init__(
        self,
        sequential: bool = True,
        use_vocab: bool = True,
        init_token: str | None = None,
        eos_token: str | None = None,
        fix_length: int | None = None,
        dtype: torch.dtype = torch.long,
        preprocessing: Callable[..., Any] | None = None,
        postprocessing: Callable[..., Any] | None = None,
        lower: bool = False,
        tokenize: str | Callable[[str], Any] | None = None,
        tokenizer_language: str = "en",
        include_lengths: bool = False,
        batch_first: bool = False,
        pad_token: Any = "<pad>",
        unk_token: Any = "<unk>",
        pad_first: bool = False,
        truncate_first: bool = False,
        stop_words: Iterable[str] | None = None,
        is_target: bool = False,
    ) -> None:
        super().__init__(preprocessing, postprocessing, is_target)
        self.sequential = sequential
        self.use_vocab = use_vocab
        self.init_token = init_token
        self.eos_token = eos_token
        self.unk_token = unk_token
        self.fix_length = fix_length
        self.dtype = dtype
        self.lower = lower
        self.tokenizer_args = (tokenize, tokenizer_language)
        self.tokenize = get_tokenizer(tokenize, tokenizer_language)
        self.include_lengths = include_lengths
        self.batch_first = batch_first
        self.pad_token = pad_token if sequential else None
        self.pad_first = pad_first
        self.truncate_first = truncate_first
        try:
            self.stop_words = None if stop_words is None else set(stop_words)
        except TypeError as error:
            raise ValueError("stop_words: a list or a set of tokens is wanted") from error

    def __setstate__(self, state: dict[str, Any]) -> None:
        # In a pickle of the real torchtext dtypes are names, and spaCy's tokenizer is left out.
        dtype, tokenize = state["dtype"], state["tokenize"]
        self.__dict__.update(state)
        self.dtype = getattr(torch, dtype) if isinstance(dtype, str) else dtype
        self.tokenize = tokenize or SpacyTokenizer(state["tokenizer_args"][1])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RawField) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(Field)  # equal fields must have equal ones, and all that makes them equal can change

    def preprocess(self, x: Any) -> Any:
        """The tokens of a text; of a value that is no text, or of a field that is not sequential, the value itself."""
        if self.sequential and isinstance(x, str):
            x = self.tokenize(x.rstrip("\n"))
        if self.lower:
            x = Pipeline(str.lower)(x)
        if self.sequential and self.use_vocab and self.stop_words is not None:
            x = [token for token in x if token not in self.stop_words]
        return super().preprocess(x)

    def process(self, batch: Iterable[Any], device: torch.device | str | None = None) -> Any:
        """The tensor of a batch's values, (T, B) or (B, T), or (B,) if the field is not sequential.

        With `include_lengths` it is (tensor, lengths (B,)). The errors are those of `pad` and `numericalize`.
        """
        rows = list(batch)
        if not self._is_plain():
            return self.numericalize(self.pad(rows), device=device)
        table, lengths = pad_ids(
            rows, self._ids, width=self._width(rows), init=self.init_token, eos=self.eos_token, pad=self.pad_token,
            pad_first=self.pad_first, truncate_first=self.truncate_first,
        )  # fmt: skip
        tensor = self._tensor(table, device)
        return (tensor, torch.from_numpy(lengths)) if self.include_lengths else tensor

    def pad(self, minibatch: Iterable[Any]) -> Any:
        """The rows with their marks and pads; with `include_lengths` (rows, how long each is without its pads).

        Raises:
            UserError: `fix_length` has no room for the marks.
        """
        rows = list(minibatch)
        if not self.sequential:
            return rows
        padded, lengths = pad_rows(
            rows, width=self._width(rows), init=self.init_token, eos=self.eos_token, pad=self.pad_token,
            pad_first=self.pad_first, truncate_first=self.truncate_first,
        )  # fmt: skip
        return (padded, lengths) if self.include_lengths else padded

    def build_vocab(self, *args: Any, **kwargs: Any) -> None:
        """Make `vocab` of the tokens in data sets, or in lists of the values of examples.

        Args:
            args: of a data set all columns of this field are counted.
            kwargs: those of `Vocab`; `specials` come after the field's own.
        """
        counter: Counter[Any] = Counter()
        for value in chain.from_iterable(self._columns(args)):
            try:
                counter.update(value if self.sequential else [value])
            except TypeError:  # a list of lists
                counter.update(chain.from_iterable(value))
        specials = [self.unk_token, self.pad_token, self.init_token, self.eos_token, *kwargs.pop("specials", [])]
        self.vocab = self.vocab_cls(
            counter, specials=list(dict.fromkeys(token for token in specials if token is not None)), **kwargs
        )
        if self.unk_token is not None and isinstance(self.vocab, Vocab) and self.vocab.unk_index is None:
            self.vocab.set_unknown(self.unk_token)

    def numericalize(self, arr: Any, device: torch.device | str | None = None) -> Any:
        """The tensor of padded rows; with `include_lengths` `arr` is (rows, lengths), and so is the result.

        Raises:
            ValueError: `include_lengths` without lengths, rows of unequal lengths, or a dtype that strings cannot
                become.
            UserError: there is no vocabulary yet, or a token that it has not and no unknown token to take its place.
        """
        rows, lengths = self._without_lengths(arr)
        numbers: Any
        if self.use_vocab:
            numbers = self._look_up(rows)
            if self.postprocessing is not None:
                numbers = self.postprocessing(numbers.tolist(), self.vocab)
        else:
            numbers = rows if self.sequential else self._as_numbers(rows)
            if self.postprocessing is not None:
                numbers = self.postprocessing(numbers, None)
        tensor = self._tensor(numbers, device)
        return (tensor, *lengths) if self.include_lengths else tensor

    def _is_plain(self) -> bool:
        """Whether `process` may do the work of `pad` and `numericalize` at once, which is quicker."""
        kind = type(self)
        own = kind.pad is Field.pad and kind.numericalize is Field.numericalize
        return own and self.sequential and self.use_vocab and self.postprocessing is None

    def _tensor(self, numbers: Any, device: torch.device | str | None) -> Tensor:
        tensor = torch.tensor(numbers, dtype=self.dtype, device=device)
        if self.sequential and not self.batch_first:
            tensor = tensor.t()
        return tensor.contiguous()

    def _width(self, rows: Sequence[Sequence[Any]]) -> int:
        """Tokens of each padded row without the two marks."""
        if self.fix_length is None:
            return max(map(len, rows), default=0)
        width = self.fix_length - count_marks(self)
        if width < 0:
            raise UserValueError(
                f"fix_length: {self.fix_length} has no room for {self.init_token} and {self.eos_token}"
            )
        return width

    def _columns(self, sources: Iterable[Any]) -> list[Iterable[Any]]:
        """Of each data set the columns of this field, of other sources themselves."""
        columns: list[Iterable[Any]] = []
        for source in sources:
            if isinstance(source, Dataset):
                columns += [getattr(source, name) for name, field in source.fields.items() if field is self]
            else:
                columns.append(source)
        return columns

    def _without_lengths(self, arr: Any) -> tuple[Any, list[Tensor]]:
        if not self.include_lengths:
            return arr, []
        if not isinstance(arr, tuple):
            raise ValueError("the field has include_lengths=True; give (rows, lengths), as its pad does")
        rows, *lengths = arr
        return rows, [torch.tensor(each, dtype=torch.long) for each in lengths]

    def _look_up(self, rows: Sequence[Any]) -> np.ndarray:
        if not self.sequential:
            return self._ids(rows, len(rows))
        width = len(rows[0]) if len(rows) else 0
        if any(len(row) != width for row in rows):
            raise ValueError("the rows have unequal lengths; pad them first")
        return self._ids(chain.from_iterable(rows), len(rows) * width).reshape(len(rows), width)

    def _ids(self, tokens: Iterable[Hashable], count: int) -> np.ndarray:
        if not hasattr(self, "vocab"):
            raise UserAttributeError(
                "this field has no vocabulary yet; call its build_vocab with the training data first"
            )
        try:
            return np.fromiter(map(self.vocab.stoi.__getitem__, tokens), np.int64, count)
        except KeyError as error:
            raise UserKeyError(
                f"{error.args[0]!r} is not in the field's vocabulary, and there is no unk_token to take its place; "
                "build the vocabulary of all data, or give the field an unk_token"
            ) from error

    def _as_numbers(self, values: Sequence[Any]) -> list[Any]:
        if self.dtype not in self.dtypes:
            raise ValueError(f"strings cannot become {self.dtype}; use another dtype, or give numbers")
        convert = self.dtypes[self.dtype]
        return [convert(value) if isinstance(value, str) else value for value in values]


class LabelField(Field):
    """A column of classes: a `Field` that is not sequential, has no unknown token and is a target.

    Args:
        kwargs: those of `Field`; these three are set in any case.

    >>> LABEL = LabelField()
    >>> LABEL.build_vocab(["pos", "neg", "pos"])
    >>> LABEL.process(["neg", "pos"])
    tensor([1, 0])
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "sequential": False, "unk_token": None, "is_target": True})


def count_marks(field: Field) -> int:
    """How many of its two marks a field has."""
    return 2 - (field.init_token, field.eos_token).count(None)
