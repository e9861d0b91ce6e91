"""`Dataset`: examples with their fields; and `TabularDataset`, read from a csv, tsv or json file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from torch.utils import data

from nlpseq.compat.torchtext.errors import UserAttributeError, UserIndexError, UserKeyError, UserValueError
from nlpseq.compat.torchtext.files import read_lines
from nlpseq.compat.torchtext.legacy.data.example import Example, as_pairs
from nlpseq.compat.torchtext.legacy.data.splitting import check_split_ratio, rationed_split, stratify
from nlpseq.compat.torchtext.legacy.data.utils import RandomShuffler
from nlpseq.compat.torchtext.legacy.utils import download_from_url, extract_archive, unicode_csv_reader
from nlpseq.data.readers import missing_column

__all__ = ["Dataset", "RandomShuffler", "TabularDataset", "check_split_ratio", "rationed_split", "stratify"]

ARCHIVES = (".zip", ".tgz", ".gz", ".xz")


class Dataset(data.Dataset[Any]):
    """Examples and the fields that their attributes went through; each field's name gives its column.

    Args:
        examples: the rows.
        fields: (name, field), or (names, fields); a name with None has no column.
        filter_pred: keep only the examples for which it is true.

    Attributes:
        sort_key: a function of an example by which iterators sort; None for none.
        name, dirname, urls: of a subclass that can be downloaded: its folder in `root`, the folder of its files in
            that, and what to get.

    >>> from nlpseq.compat.torchtext.legacy.data import RawField
    >>> field = RawField(int)
    >>> rows = Dataset([Example.fromlist([number], [("x", field)]) for number in "312"], [("x", field)])
    >>> len(rows), rows[0].x, list(rows.x)
    (3, 3, [3, 1, 2])
    """

    sort_key: Callable[[Any], Any] | None = None
    name: str
    dirname: str
    urls: Sequence[str | tuple[str, str]]

    def __init__(
        self,
        examples: Any,
        fields: Iterable[tuple[Any, Any]] | Mapping[str, Any],
        filter_pred: Callable[[Any], bool] | None = None,
    ) -> None:
        if filter_pred is not None:
            kept = filter(filter_pred, examples)
            examples = list(kept) if isinstance(examples, list) else kept
        self.examples = examples
        self.fields: dict[str, Any] = {}
        for name, field in dict(fields).items():
            self.fields.update(zip(name, field, strict=True) if isinstance(name, tuple) else [(name, field)])

    @classmethod
    def splits(
        cls,
        path: str | None = None,
        root: str = ".data",
        train: str | None = None,
        validation: str | None = None,
        test: str | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The data sets of those splits that have a name, in this order.

        Args:
            path: folder of the files; default: what `download(root)` gives.
            train, validation, test: name of the file of each.
            kwargs: go to the constructor.
        """
        folder = cls.download(root) if path is None else path
        return tuple(cls(os.path.join(folder, one), **kwargs) for one in (train, validation, test) if one is not None)

    def split(
        self,
        split_ratio: float | list[float] = 0.7,
        stratified: bool = False,
        strata_field: str = "label",
        random_state: tuple[Any, ...] | None = None,
    ) -> tuple[Dataset, ...]:
        """Deal the examples out at random to training, validation and test, in this order; empty ones are left out.

        Args:
            split_ratio: the share of training, the rest is for test; or two or three numbers for training, test and,
                last, validation.
            stratified: each value of `strata_field` is dealt out in these shares.
            random_state: of Python's `random`; default: its present one.

        Raises:
            AssertionError, ValueError: see `check_split_ratio`; ValueError also for an unknown field.
        """
        ratios = check_split_ratio(split_ratio)
        if stratified and strata_field not in self.fields:
            names = ", ".join(name for name in self.fields if isinstance(name, str))
            raise ValueError(f"strata_field: there is no {strata_field!r}; the fields are {names}")
        shuffler = RandomShuffler(random_state)
        groups = stratify(self.examples, strata_field) if stratified else [self.examples]
        dealt = [rationed_split(group, *ratios, shuffler) for group in groups]
        train, test, valid = ([example for parts in dealt for example in parts[share]] for share in range(3))
        splits = tuple(Dataset(part, self.fields) for part in (train, valid, test) if part)
        if self.sort_key is not None:
            for one in splits:
                one.sort_key = self.sort_key
        return splits

    def __getitem__(self, i: Any) -> Any:
        return self.examples[i]

    def __len__(self) -> int:
        try:
            return len(self.examples)
        except TypeError:  # an iterator
            return 2**32

    def __iter__(self) -> Iterator[Any]:
        return iter(self.examples)

    def __getattr__(self, attr: str) -> Iterator[Any]:
        """The column of a field; nothing for a name without one, as programs ask a source without targets for them."""
        if attr.startswith("_"):  # what Python looks for when it copies, pickles or shows the data set
            raise AttributeError(f"the data set has no attribute {attr!r}")
        known = attr in self.__dict__.get("fields", {})
        return (getattr(example, attr) for example in (self.examples if known else ()))

    @classmethod
    def download(cls, root: str, check: str | None = None) -> str:
        """The folder of the files, which are got and unpacked if they are not there.

        Args:
            root: folder of all data sets.
            check: the folder that is there once the files are; default: their own.

        Raises:
            UserError: a file cannot be got; it says where to put it.
        """
        folder = os.path.join(root, cls.name)
        files = os.path.join(folder, cls.dirname)
        there = os.path.isdir(files if check is None else check)
        for url in cls.urls:
            address, name = (url, os.path.basename(url)) if isinstance(url, str) else url
            packed = os.path.join(folder, name)
            if not there:
                download_from_url(address, packed)
            # Where an archive lies in the folder of its own files, that folder does not say that it was unpacked.
            if packed.endswith(ARCHIVES) and os.path.isfile(packed) and not (there and cls.dirname):
                extract_archive(packed, folder)
        return files

    def filter_examples(self, field_names: Iterable[str]) -> None:
        """Take the tokens out of the examples that are not in the vocabularies of these fields."""
        for name in field_names:
            known = self.fields[name].vocab.stoi
            for example in self.examples:
                setattr(example, name, [token for token in getattr(example, name) if token in known])


class TabularDataset(Dataset):
    """The rows of a csv, tsv or json file.

    Args:
        path: the file.
        format: "csv", "tsv" or "json" (one object a line), in any case.
        fields: (name, field) for each column, in their order, (name, None) for one to leave out; or, by column or
            key, (name, field) or a list of such pairs: a table then needs a header.
        skip_header: leave the first line out.
        csv_reader_params: for Python's `csv.reader`.
        kwargs: go to `Dataset`.

    Raises:
        ValueError: `skip_header` for a table whose header is needed, or a key is missing.
        UserError: another format, a column is missing, a row is too short or not JSON.

    >>> import tempfile
    >>> from nlpseq.compat.torchtext.legacy.data import Field, RawField
    >>> path = os.path.join(tempfile.mkdtemp(), "films.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("id,stars,review\\n1,4,A fine film\\n")
    >>> rows = TabularDataset(path, "csv", {"review": ("text", Field()), "stars": ("stars", RawField(int))})
    >>> rows[0].text, rows[0].stars
    (['A', 'fine', 'film'], 4)
    """

    def __init__(
        self,
        path: str,
        format: str,
        fields: Any,
        skip_header: bool = False,
        csv_reader_params: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        path, kind = os.path.expanduser(path), format.lower()
        if kind == "json":
            examples = _json_examples(path, fields, skip_header)
        elif kind in ("csv", "tsv"):
            params = {"delimiter": "\t" if kind == "tsv" else ",", **(csv_reader_params or {})}
            examples = _table_examples(path, fields, skip_header, params)
        else:
            raise UserKeyError(f"format: {format!r} is not known; choose csv, tsv or json")
        pairs = [pair for each in fields.values() for pair in as_pairs(each)] if isinstance(fields, dict) else fields
        super().__init__(examples, pairs, **kwargs)


def _json_examples(path: str, fields: Any, skip_header: bool) -> list[Example]:
    if not isinstance(fields, dict):
        raise UserAttributeError(f"{path}: json needs its fields by key, such as {{'review': ('text', TEXT)}}")
    examples = []
    for number, line in enumerate(read_lines(path), 1):
        if (skip_header and number == 1) or not line.strip():
            continue
        try:
            examples.append(Example.fromJSON(line, fields))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: {error}") from error
    return examples


def _table_examples(path: str, fields: Any, skip_header: bool, params: Mapping[str, Any]) -> list[Example]:
    rows = unicode_csv_reader((f"{line}\n" for line in read_lines(path)), **params)
    places = None
    if isinstance(fields, dict):
        if skip_header:
            raise ValueError("skip_header: the header says which column is which; leave it in, or list the fields")
        places = _places(path, next(rows, []), fields)
        used = list(places.values())
    else:
        used = [place for place, (_, field) in enumerate(fields) if field is not None]
        if skip_header:
            next(rows, None)
    examples = []
    for number, row in enumerate(rows, 2 if places or skip_header else 1):
        if row and len(row) <= max(used, default=0):
            raise UserIndexError(
                f"{path}, row {number}: {len(row)} columns where {max(used) + 1} are wanted; mend the row"
            )
        if row:
            examples.append(Example.fromCSV(row, fields, places))
    return examples


def _places(path: str, header: Sequence[str], columns: Iterable[str]) -> dict[str, int]:
    for name in columns:
        if name not in header:
            raise UserValueError(str(missing_column(path, name, header)))
    return {name: header.index(name) for name in columns}
