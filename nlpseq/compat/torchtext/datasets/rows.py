"""Rows out of the files of the data sets, one reader a format."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nlpseq.compat.torchtext.errors import UserValueError, of_its_kind
from nlpseq.compat.torchtext.files import read_lines
from nlpseq.data.readers import LONGEST_FIELD


def stripped_lines(path: Path) -> Iterator[str]:
    """The lines without white space at either end."""
    return map(str.strip, read_lines(path))


def ended_lines(path: Path) -> Iterator[str]:
    """The lines with a line feed at the end."""
    return (f"{line}\n" for line in read_lines(path))


def table(
    path: Path,
    *,
    convert: Callable[[Sequence[str]], Any],
    delimiter: str = "\t",
    quoted: bool = False,
    header: bool = True,
    keep: Callable[[Sequence[str]], bool] = bool,
) -> Iterator[Any]:
    """What `convert` makes of the fields of each row.

    Args:
        quoted: fields may stand in double quotes, and hold delimiters and line feeds there.
        header: the first row names the columns.
        keep: whether a row counts; default: every one that is not empty.

    Raises:
        UserError: a row that cannot be converted.
    """
    if quoted:
        csv.field_size_limit(LONGEST_FIELD)
        rows: Iterator[Sequence[str]] = csv.reader((f"{line}\n" for line in read_lines(path)), delimiter=delimiter)
    else:
        rows = (line.split(delimiter) if line else [] for line in read_lines(path))
    for number, row in enumerate(rows, 1):
        if (header and number == 1) or not row or not keep(row):
            continue
        try:
            converted = convert(row)
        except (ValueError, IndexError, KeyError) as error:
            message = f"{path}, row {number}: not a row of this data set ({error}); get the file again"
            raise of_its_kind(error, message) from error
        yield converted


def labelled(row: Sequence[str]) -> tuple[int, str]:
    """(label, all further fields joined by spaces).

    >>> labelled(["3", "Title", "Text."])
    (3, 'Title Text.')
    """
    return int(row[0]), " ".join(row[1:])


def tagged(path: Path, *, delimiter: str) -> Iterator[list[list[str]]]:
    """The columns of each sentence of a file with one word a line and an empty line between sentences."""
    sentence: list[list[str]] = []
    for line in read_lines(path):
        fields = line.strip().split(delimiter) if line.strip() else []
        if fields and sentence and len(fields) != len(sentence[0]):
            raise UserValueError(f"{path}: {line!r} has other columns than the line before it; get the file again")
        if fields:
            sentence.append(fields)
        elif sentence:
            yield [list(column) for column in zip(*sentence, strict=True)]
            sentence = []
    if sentence:
        yield [list(column) for column in zip(*sentence, strict=True)]


def questions(path: Path) -> Iterator[tuple[str, str, list[str], list[int]]]:
    """(context, question, answers, where they start) of a SQuAD file; [""] and [-1] where there is no answer."""
    try:
        articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise of_its_kind(error, f"{path}: not a file of SQuAD ({error!r}); get it again") from error
    for article in articles:
        for paragraph in article["paragraphs"]:
            for item in paragraph["qas"]:
                answers = item["answers"] or [{"text": "", "answer_start": -1}]
                yield (
                    paragraph["context"],
                    item["question"],
                    [answer["text"] for answer in answers],
                    [answer["answer_start"] for answer in answers],
                )
