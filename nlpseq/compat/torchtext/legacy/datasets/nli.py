"""Sentence pairs with what the first says about the second: SNLI, MultiNLI, XNLI."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nlpseq.compat.torchtext.legacy.data import Field, TabularDataset, interleave_keys
from nlpseq.compat.torchtext.legacy.datasets.iterators import bucket_iterators

__all__ = ["MultiNLI", "NLIDataset", "ParsedTextField", "SNLI", "ShiftReduceField", "XNLI"]


class ShiftReduceField(Field):
    """What a parser does to make a tree in brackets: "shift" for each word, "reduce" for each closing bracket.

    >>> ShiftReduceField().preprocess("( ( The cat ) sleeps )")
    ['shift', 'shift', 'reduce', 'shift', 'reduce']
    """

    def __init__(self) -> None:
        super().__init__(preprocessing=_transitions)
        self.build_vocab([["reduce"], ["shift"]])


class ParsedTextField(Field):
    """The words of a tree in brackets.

    Args:
        eos_token, lower: see `Field`.
        reverse: the last word first.

    >>> ParsedTextField().preprocess("( ( The cat ) sleeps )")
    ['The', 'cat', 'sleeps']
    """

    def __init__(self, eos_token: str | None = "<pad>", lower: bool = False, reverse: bool = False) -> None:
        super().__init__(
            eos_token=eos_token, lower=lower, preprocessing=_words, postprocessing=_reversed if reverse else None,
            include_lengths=True,
        )  # fmt: skip


class NLIDataset(TabularDataset):
    """Examples with `premise`, `hypothesis` and `label`, from files with one JSON object a line.

    Pairs on whose label the annotators did not agree are left out.
    """

    urls: list[str] = []
    dirname = ""
    name = "nli"

    @staticmethod
    def sort_key(ex: Any) -> int:
        """The bits of both lengths in turn."""
        return interleave_keys(len(ex.premise), len(ex.hypothesis))

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        parse_field: Any = None,
        extra_fields: Mapping[str, tuple[str, Any]] | None = None,
        root: str = ".data",
        train: str | None = "train.jsonl",
        validation: str | None = "val.jsonl",
        test: str | None = "test.jsonl",
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives.

        Args:
            text_field, label_field: of both sentences, and of the label.
            parse_field: of `premise_transitions` and `hypothesis_transitions`; the texts are read from the trees then.
            extra_fields: by key of the JSON objects (name, field).
        """
        fields: dict[str, Any] = {"gold_label": ("label", label_field)}
        for number, name in (("1", "premise"), ("2", "hypothesis")):
            if parse_field is None:
                fields[f"sentence{number}"] = (name, text_field)
            else:
                fields[f"sentence{number}_binary_parse"] = [(name, text_field), (f"{name}_transitions", parse_field)]
        return super().splits(
            cls.download(root), root, train, validation, test, format="json", fields={**(extra_fields or {}), **fields},
            filter_pred=_agreed,
        )  # fmt: skip

    @classmethod
    def iters(
        cls,
        batch_size: int = 32,
        device: Any = None,
        root: str = ".data",
        vectors: Any = None,
        trees: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Iterators over the splits, with fields and vocabularies made from the first.

        Args:
            batch_size, device: see `BucketIterator`.
            root, kwargs: see `splits`.
            vectors: see `Vocab`.
            trees: read the trees, and have the parser's transitions as well.
        """
        text = ParsedTextField() if trees else Field(tokenize="spacy")
        transitions = ShiftReduceField() if trees else None
        return bucket_iterators(
            cls.splits, transitions, text=text, batch_size=batch_size, device=device, root=root, vectors=vectors,
            **kwargs,
        )  # fmt: skip


class SNLI(NLIDataset):
    """Stanford's pairs (Bowman et al., 2015)."""

    urls = ["https://nlp.stanford.edu/projects/snli/snli_1.0.zip"]
    dirname = "snli_1.0"
    name = "snli"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        parse_field: Any = None,
        root: str = ".data",
        train: str | None = "snli_1.0_train.jsonl",
        validation: str | None = "snli_1.0_dev.jsonl",
        test: str | None = "snli_1.0_test.jsonl",
    ) -> tuple[Any, ...]:
        """The splits that have a file name; arguments as in `NLIDataset.splits`."""
        return super().splits(
            text_field, label_field, parse_field, root=root, train=train, validation=validation, test=test
        )


class MultiNLI(NLIDataset):
    """Pairs of many kinds of text (Williams et al., 2018), with their `genre` if it is given a field."""

    urls = ["https://cims.nyu.edu/~sbowman/multinli/multinli_1.0.zip"]
    dirname = "multinli_1.0"
    name = "multinli"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        parse_field: Any = None,
        genre_field: Any = None,
        root: str = ".data",
        train: str | None = "multinli_1.0_train.jsonl",
        validation: str | None = "multinli_1.0_dev_matched.jsonl",
        test: str | None = "multinli_1.0_dev_mismatched.jsonl",
    ) -> tuple[Any, ...]:
        """The splits that have a file name; arguments as in `NLIDataset.splits`."""
        extra = {"genre": ("genre", genre_field)} if genre_field is not None else {}
        return super().splits(
            text_field, label_field, parse_field, extra, root=root, train=train, validation=validation, test=test
        )


class XNLI(NLIDataset):
    """Pairs in fifteen languages (Conneau et al., 2018), for validation and test only."""

    urls = ["https://dl.fbaipublicfiles.com/XNLI/XNLI-1.0.zip"]
    dirname = "XNLI-1.0"
    name = "xnli"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        label_field: Any,
        genre_field: Any = None,
        language_field: Any = None,
        root: str = ".data",
        validation: str | None = "xnli.dev.jsonl",
        test: str | None = "xnli.test.jsonl",
    ) -> tuple[Any, ...]:
        """The splits that have a file name; arguments as in `NLIDataset.splits`."""
        given = {"genre": genre_field, "language": language_field}
        extra = {name: (name, field) for name, field in given.items() if field is not None}
        return super().splits(
            text_field, label_field, extra_fields=extra, root=root, train=None, validation=validation, test=test
        )

    @classmethod
    def iters(cls, *args: Any, **kwargs: Any) -> tuple[Any, ...]:
        """NotImplementedError: there is no training split to make vocabularies of."""
        raise NotImplementedError("XNLI has no training split to make vocabularies of; use splits")


def _transitions(parse: list[str]) -> list[str]:
    return ["reduce" if token == ")" else "shift" for token in parse if token != "("]


def _words(parse: list[str]) -> list[str]:
    return [token for token in parse if token not in ("(", ")")]


def _reversed(rows: list[list[int]], _: Any) -> list[list[int]]:
    return [row[::-1] for row in rows]


def _agreed(example: Any) -> bool:
    return example.label != "-"
