"""Data that a program holds in memory, written as a corpus that a recipe can name: one table for each split."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.arrowfile import damage_of
from nlpseq.data.readers import missing_column, names_of
from nlpseq.data.splits import USUAL_NAMES
from nlpseq.errors import UserError

if TYPE_CHECKING:
    import pyarrow as pa

KINDS = "a DataFrame, a list of tuples or dicts, a Dataset or DatasetDict of datasets, a path or a hub name"


def write_given(data: Any, folder: Path, *, roles: Mapping[str, str | None]) -> None:
    """Write data in memory as `folder`/train.parquet, and its other splits beside it.

    Args:
        data: rows, as a data frame, an Arrow table, a `Dataset`, a list of tuples (in the order of `roles`) or of
            dicts, a dict of columns; or a dict or `DatasetDict` of such by the names of the splits.
        roles: what each column is for -> its name; None is found by its name later.

    Raises:
        UserError: no such data, a column that is not there, or a value that no table can hold.

    >>> import tempfile
    >>> import pyarrow.parquet as pq
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_given([("fine", 1), ("bad", 0)], folder, roles={"text": None, "label": "stars"})
    >>> pq.read_table(folder / "train.parquet").to_pylist()
    [{'text': 'fine', 'stars': 1}, {'text': 'bad', 'stars': 0}]
    """
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    for split, part in _splits(data).items():
        name = "data" if split == "train" else f"data, split {split}"
        with damage_of(name):
            pq.write_table(_table(part, name, roles), folder / f"{split}.parquet")


def write_text(data: Any, path: Path, *, column: str | None) -> None:
    """Write texts, or the text column of a table, one after the other as one text file, a line break between them.

    Raises:
        UserError: there is no such column, or something in it is no text.
    """
    from nlpseq.text.texts import as_texts

    if not isinstance(data, str) and (isinstance(data, Mapping) or hasattr(data, "columns") or _is_dataset(data)):
        table = _table(data, "data", {"text": column or "text"})
        data = table.column(column or "text").to_pylist()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(as_texts(data, name="data")), encoding="utf-8", newline="\n")


def is_text_or_table(data: Any) -> bool:
    """Whether something is data itself, rather than a path: a string of several lines is a text.

    >>> is_text_or_table("corpora/reviews"), is_text_or_table("Once upon a time\\nthere was"), is_text_or_table([])
    (False, True, True)
    """
    return not isinstance(data, str | Path) or "\n" in str(data)


def _splits(data: Any) -> dict[str, Any]:
    """Split -> its rows; what has no splits is all for training."""
    known = {name: split for split, names in USUAL_NAMES.items() for name in names}
    if isinstance(data, Mapping) and "train" in data and set(data) <= set(known):
        return {known[name]: part for name, part in data.items()}
    if isinstance(data, Mapping) and data and all(map(_is_dataset, data.values())):
        raise UserError(f"data: no split 'train'; found {names_of(list(data))}")
    return {"train": data}


def _table(data: Any, name: str, roles: Mapping[str, str | None]) -> pa.Table:
    import pyarrow as pa

    if hasattr(data, "to_frame") and not hasattr(data, "columns"):
        raise UserError(f"{name}: a {type(data).__name__} is one column; give {KINDS}")
    wanted = [column for columns in roles.values() if columns is not None for column in columns.split("+")]
    if None in roles.values() or set(roles) == {"src", "tgt"}:
        wanted = []  # one is found among all, or by the name of its language
    if _is_dataset(data):
        _check_columns(wanted, data.column_names, name)
        chosen = data.select_columns(wanted) if wanted else data
        return chosen.with_format("arrow")[:].replace_schema_metadata(chosen.features.arrow_schema.metadata)
    if hasattr(data, "columns") and hasattr(data, "to_dict") and hasattr(data, "iloc"):  # pandas
        frame = data.rename(columns=str)
        _check_columns(wanted, list(frame.columns), name)
        return pa.Table.from_pandas(frame[wanted] if wanted else frame, preserve_index=False)
    if hasattr(data, "__arrow_c_stream__"):
        table = pa.table(data)
    elif isinstance(data, Mapping):
        table = pa.table({str(column): list(values) for column, values in data.items()})
    else:
        table = _of_rows(data, name, roles)
    _check_columns(wanted, table.column_names, name)
    return table.select(wanted) if wanted else table


def _of_rows(data: Any, name: str, roles: Mapping[str, str | None]) -> pa.Table:
    import pyarrow as pa

    if isinstance(data, str | bytes) or not isinstance(data, Iterable):
        raise UserError(f"{name} must be {KINDS}, not {type(data).__name__}")
    rows = list(data)
    if not rows:
        raise UserError(f"{name}: holds no rows; give it some")
    if all(isinstance(row, Mapping) for row in rows):
        names = list(dict.fromkeys(column for row in rows for column in row))
        return pa.table({str(column): [row.get(column) for row in rows] for column in names})
    columns = [column or role for role, column in roles.items()]
    for place, row in enumerate(rows):
        if isinstance(row, str) or not isinstance(row, Sequence) or len(row) != len(columns):
            expected = f"({', '.join(columns)})"
            raise UserError(f"{name}[{place}] is {_kind(row)}; each row must be a tuple {expected}, or each a dict")
    return pa.table(dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))


def _check_columns(wanted: Sequence[str], found: Sequence[str], name: str) -> None:
    for column in wanted:
        if column not in found:
            raise missing_column(name, column, found)


def _is_dataset(data: Any) -> bool:
    return hasattr(data, "column_names") and hasattr(data, "features") and hasattr(data, "select_columns")


def _kind(row: Any) -> str:
    sized = isinstance(row, Sequence) and not isinstance(row, str)
    return f"a {type(row).__name__}" + (f" of {len(row)}" if sized else "")
