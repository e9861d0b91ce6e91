"""Many tables in, a folder of parts out: stopped anywhere, it goes on with the parts that are not there yet.

1. Each table is looked at: which column holds the text, and what the new columns are called.
2. It is read once, and cut into parts of some thousands of rows that follow one another.
3. The model reads a part; the part is written with the new columns, all of it or nothing.

A part is named by its table and its place in it, so that names in order are rows in order, and whoever makes a part
anew makes the same. The second and third step may be another machine's: `nlpseq.scale.ray_data`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from nlpseq.data.arrowfile import ARROW_SUFFIXES, BATCH_ROWS
from nlpseq.data.memories import MEMORY_SUFFIXES
from nlpseq.data.readers import AS_SEEN, Format
from nlpseq.data.splits import file_checksums
from nlpseq.data.table import Chunk, open_table
from nlpseq.data.table_writer import write_table
from nlpseq.data.textfile import is_hidden, suffix_of
from nlpseq.errors import UserError
from nlpseq.files import read_json, remove_parts, write_text_atomically
from nlpseq.runs.lock import LOCK_FILE, lock
from nlpseq.runs.stages import fingerprint
from nlpseq.tasks.predict import Predictor, new_names

if TYPE_CHECKING:
    import pyarrow as pa

# What the parts were made from, and the number of rows once all are there; readers of folders pass by such a name.
STATE_FILE = "_parts.json"
# How the parts of a table are written; of the others as they are read.
WRITTEN = {
    ".xlsx": ".csv",
    **dict.fromkeys((".json", *MEMORY_SUFFIXES), ".jsonl"),
    **dict.fromkeys(ARROW_SUFFIXES, ".parquet"),
}


class InputTable(NamedTuple):
    """A table: its number among the others, its columns of text, and what each new column is called in it."""

    path: Path
    number: int
    texts: Sequence[str]
    new: Mapping[str, str]


@dataclass(frozen=True)
class Job:
    """All that reading the tables needs, wherever it is done.

    Attributes:
        sources: the tables.
        folder: of the parts.
        form: of the text files among the tables.
        types: what the model's columns hold.
        part_rows: rows of a part.
        done: names of the parts that are there.
    """

    sources: Sequence[InputTable]
    folder: Path
    form: Format
    types: pa.Schema
    part_rows: int
    done: frozenset[str]


@dataclass(frozen=True)
class Part:
    """Rows that follow one another, and where they go; no chunks of a part that is there already."""

    target: Path
    rows: int
    chunks: Sequence[Chunk]
    schema: pa.Schema
    source: InputTable


# Does a job, and gives the number of rows of each part as it is there.
Engine = Callable[[Job], Iterable[int]]


def predict_folder(
    predictor: Predictor,
    tables: Sequence[Path],
    folder: str | Path,
    *,
    form: Format = AS_SEEN,
    part_rows: int = 10_000,
    resume: bool = False,
    engine: Engine | None = None,
) -> int:
    """Write the tables to a folder of parts with what the model says of each row; the number of rows.

    Args:
        predictor: the model.
        tables: csv, tsv, xlsx, jsonl, json, parquet or Arrow; each keeps its columns, and its format if it is one of
            those that are written.
        folder: a new one, or with `resume` that of an earlier call with the same arguments.
        form: encoding and separator of text files that do not say them themselves.
        part_rows: rows of a part.
        engine: does the work; default: this process, part by part.

    Raises:
        UserError: a table that cannot be read, one without the column of the text, or a folder with other things in it.
    """
    from tqdm import tqdm

    folder, rows = Path(folder), 0
    if any(path.resolve().parent == folder.resolve() for path in tables):
        raise UserError(f"{folder}: the tables themselves lie there; name another folder for the parts")
    sources = [_source(predictor, number, path, form) for number, path in enumerate(tables)]
    sums = [file_checksums([path]) for path in tables]
    made_from = fingerprint(predictor.fingerprint(), sums, list(form), part_rows)
    with _begun(folder, made_from, resume=resume) as done:
        job = Job(sources, folder, form, predictor.types(), part_rows, done)
        with tqdm(desc="predicting", unit=" rows", disable=None) as progress:
            for count in (engine or partial(in_this_process, predictor))(job):
                rows += count
                progress.update(count)
        remove_parts(folder)  # of workers that were killed
        _write_state(folder, made_from, rows)
    return rows


def in_this_process(predictor: Predictor, job: Job) -> Iterator[int]:
    """Read, answer and write part after part; the rows of each."""
    for source in job.sources:
        for part in read_parts(job, source):
            yield write_part(predictor, part)


def read_parts(job: Job, source: InputTable) -> Iterator[Part]:
    """Cut a table into its parts, those that are there already among them; a table without rows is one part.

    Raises:
        UserError: it cannot be read.
    """
    import pyarrow as pa

    table = open_table(source.path, job.form)
    added = [field.with_name(source.new[field.name]) for field in job.types]
    own = table.schema if table.schema is not None else pa.schema([])
    schema = pa.schema([*own, *added], metadata=own.metadata)
    ending = suffix_of(source.path)
    for number, chunks in enumerate(_cut(table.chunks(), job.part_rows)):
        name = f"part-{source.number:05}-{number:06}{WRITTEN.get(ending, ending)}"
        rows = sum(map(len, chunks))
        yield Part(job.folder / name, rows, [] if name in job.done else chunks, schema, source)


def write_part(predictor: Predictor, part: Part) -> int:
    """Ask the model, and write the part, unless it is there; its number of rows.

    Raises:
        UserError: a row without text in its column, or the part cannot be written.
    """
    if not part.target.is_file():
        write_table(part.target, part.schema, ((chunk, _said(predictor, chunk, part.source)) for chunk in part.chunks))
    return part.rows


def _said(predictor: Predictor, chunk: Chunk, source: InputTable) -> dict[str, list[object]]:
    return {source.new[name]: values for name, values in predictor.columns(chunk.texts(source.texts)).items()}


def _source(predictor: Predictor, number: int, path: Path, form: Format) -> InputTable:
    table = open_table(path, form)
    new = new_names(predictor.columns([]), table.columns, quiet=number > 0)
    return InputTable(path, number, predictor.text_columns(table.columns, str(path), table.head()), new)


def _cut(chunks: Iterable[Chunk], rows: int) -> Iterator[list[Chunk]]:
    part: list[Chunk] = []
    count = parts = 0
    for chunk in chunks:
        start = 0
        while start < len(chunk):
            part.append(chunk.between(start, start + min(rows - count, BATCH_ROWS)))
            start, count = start + len(part[-1]), count + len(part[-1])
            if count == rows:
                yield part
                part, count, parts = [], 0, parts + 1
    if part or not parts:
        yield part


@contextmanager
def _begun(folder: Path, made_from: str, *, resume: bool) -> Iterator[frozenset[str]]:
    """The parts that an earlier call left, for as long as no other call works in the folder.

    Raises:
        UserError: another one does, or what lies there is not of the same call.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(f"{folder}: no folder can be made there ({error.strerror}); name another") from error
    with lock(folder) as free:
        if not free:
            raise UserError(f"{folder}: another nlpseq is at work in it; wait for its end, or name another folder")
        names = {path.name for path in folder.iterdir() if not is_hidden(path) and path.name != LOCK_FILE}
        if names and not resume:
            raise UserError(
                f"{folder}: not empty; add --resume to go on where the same command was stopped, or name another folder"
            )
        if names and _read_state(folder) != made_from:
            raise UserError(
                f"{folder}: what lies there was made from other tables, with another model or with other options; "
                "name another folder"
            )
        remove_parts(folder)
        _write_state(folder, made_from, None)
        yield frozenset(names - {STATE_FILE})


def _read_state(folder: Path) -> object:
    try:
        return read_json(folder / STATE_FILE, dict).get("made_from")
    except UserError:
        return None


def _write_state(folder: Path, made_from: str, rows: int | None) -> None:
    write_text_atomically(folder / STATE_FILE, json.dumps({"made_from": made_from, "rows": rows}) + "\n")
