"""Tables in, tables out: a run's model on each row, and what it says in columns beside those that were there.

1. The column of the text is found.
2. The model reads the table chunk by chunk; what it says of each goes to a file in a folder beside the output, so that
   a call that was killed can be resumed.
3. The table is read again and written with the new columns, all of the output or nothing.

What comes from a pipe, or goes into one, is JSON, an object a line, and passes through at once.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.columns import text_column_by_value
from nlpseq.data.languages import find_name
from nlpseq.data.readers import AS_SEEN, Format, flat, missing_column, names_of, outer_names
from nlpseq.data.splits import file_checksums
from nlpseq.data.table import Chunk, Table, open_table
from nlpseq.data.table_writer import ColumnTypes, check_writable, write_table
from nlpseq.errors import UserError
from nlpseq.files import read_json, write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.onnx.folder import EXPORT_FILE, is_export, load_export
from nlpseq.runs.folder import CONFIG_FILE
from nlpseq.runs.lock import lock
from nlpseq.runs.saved_model import model_folder, model_settings, model_task
from nlpseq.runs.stages import fingerprint
from nlpseq.tasks import task_named

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger("nlpseq")

MADE_FROM = "made_from.json"

Columns = Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class PredictOptions:
    """What to say of each text, and how.

    Attributes:
        text: the column of the text, or several joined by "+"; found by itself if not given.
        everything: all that the model says, as the probability of each label.
        threshold: a label that is less probable is not given.
        otherwise: what is given instead.
    """

    text: str | None = None
    everything: bool = False
    threshold: float | None = None
    otherwise: str = "unsure"


class Predictor:
    """A run's model, and the way in which its answers become columns.

    Raises:
        UserError: there is no such run, or an option that is not for its task.
    """

    def __init__(self, run: str | Path, options: PredictOptions, *, device: str = "cpu") -> None:
        self.folder = model_folder(run)
        self.options = options
        name, _ = model_task(self.folder)
        self._task = task_named(name)
        self._exported = is_export(self.folder)
        self._model = load_export(self.folder) if self._exported else self._task.load(self.folder, device=device)
        if options.threshold is not None and "probability" not in self._model.columns([]):
            raise UserError(f"{run}: a run of the task {name}, which gives no probabilities for a threshold")

    def columns(self, texts: Sequence[str]) -> dict[str, list[Any]]:
        """What the model says of the texts, a list a column."""
        found: dict[str, list[Any]] = self._model.columns(texts, everything=self.options.everything)
        least = self.options.threshold
        if least is not None:
            labels = zip(found["label"], found["probability"], strict=True)
            found["label"] = [label if share >= least else self.options.otherwise for label, share in labels]
        return found

    @property
    def languages(self) -> tuple[str, str] | None:
        """From which one into which one the model translates, as the run's data name them; None if it does not."""
        found: tuple[str, str] | None = getattr(self._model, "languages", None)
        return found

    def types(self) -> pa.Schema:
        """What the columns hold, whatever rows there are."""
        import pyarrow as pa

        said = self.columns(["a"])  # a score may be missing, and labels none, in all rows of a part
        kinds = {name: pa.array(values).type for name, values in said.items()}
        texts = pa.list_(pa.string())
        return pa.schema({name: texts if pa.types.is_list(kind) else kind for name, kind in kinds.items()})

    def text_columns(self, names: Sequence[str], origin: str, rows: Sequence[Mapping[str, Any]] = ()) -> list[str]:
        """The columns of a table that hold the text: as asked for, as in the run's own data, by their usual names, or
        the one whose values are texts.

        Args:
            names: of all columns.
            origin: the table, for errors.
            rows: the first ones.

        Raises:
            UserError: there is no such column, or it is not obvious which one it is.
        """
        if (wanted := self.options.text) is not None:
            return _given(wanted, names, origin)
        own = self._own_column()
        if own is not None and (found := [name for name in own.split("+") if outer_names(names, [name])[0] in names]):
            return found
        if own is not None and (language := find_name(own, names)) is not None:
            return [language]
        fields = list(flat(rows[0])) if rows else names  # an object is no text
        by_lower = {name.casefold().strip(): name for name in reversed(fields)}
        for name in self._task.text_columns:
            if name in by_lower:
                return [by_lower[name]]
        if len(names) == 1:
            return list(names)
        if (found_by_value := text_column_by_value(map(flat, rows))) is not None:
            log.info("%s: the text is taken from column %s", origin, found_by_value)
            return [found_by_value]
        raise UserError(f"{origin}: not obvious which column holds the text; add --text with one of {names_of(names)}")

    def _own_column(self) -> str | None:
        """The column of the text in the run's own data, if that is a table."""
        if self._exported:
            found: object = read_json(self.folder / EXPORT_FILE, dict).get("text_column")
        else:
            found = getattr(model_settings(self.folder).data, self._task.text_columns[0], None)
        return found if isinstance(found, str) else None

    def fingerprint(self) -> str:
        """Of all that the answers depend on besides the table."""
        network = EXPORT_FILE if self._exported else MODEL_FILE
        model = file_checksums([self.folder / network, self.folder / CONFIG_FILE])
        return fingerprint(model, asdict(self.options))


def predict_table(
    predictor: Predictor, source: str | Path, target: str | Path, *, form: Format = AS_SEEN, resume: bool = False
) -> int:
    """Write the table in `source` to `target` with what the model says of each row; the number of rows.

    Args:
        predictor: the model.
        source: csv, tsv, xlsx, jsonl, json, parquet or Arrow.
        target: csv, tsv, jsonl or parquet; all of it is there at the end, and nothing before.
        form: encoding and separator of a text file that does not say them itself.
        resume: go on where an earlier call with the same arguments was stopped.

    Raises:
        UserError: a file that cannot be read or written, or the column of the text is not there.
    """
    check_writable(target)
    table = open_table(source, form)
    names = table.columns
    texts = predictor.text_columns(names, str(source), table.head())
    made_from = _made_from(predictor, source, form)
    types, new, rows = ColumnTypes(table.schema), new_names(predictor.columns([]), names), 0
    with answers_beside(Path(target), resume=resume, made_from=made_from) as answers:
        for number, (chunk, found) in enumerate(_answered(predictor, table, texts, answers)):
            rows += len(chunk.places)
            if table.schema is None:
                types.learn(chunk.records())
            for name, values in found.items():
                types.learn_column(new[name], values)
            answers.keep(number, found)
        for name in new.values() if rows == 0 else ():
            types.learn_column(name, [])
        parts = (
            (chunk, {new[name]: values for name, values in answers.get(number).items()})
            for number, chunk in enumerate(table.chunks())
        )
        write_table(target, types.schema(), parts)
        answers.remove()
    return rows


def predict_stream(predictor: Predictor, chunks: Iterable[Chunk], origin: str) -> Iterator[list[dict[str, Any]]]:
    """The rows of each chunk with what the model says of them, as objects.

    Raises:
        UserError: a row lacks the column of the text.
    """
    columns: list[str] = []
    new: dict[str, str] = {}
    for chunk in chunks:
        rows = [dict(row) for row in chunk.records()]
        if not columns and rows:
            columns = predictor.text_columns(list(rows[0]), origin, rows)
            new = new_names(predictor.columns([]), list(rows[0]), quiet=True)
        for name, values in predictor.columns(chunk.texts(columns)).items():
            for row, value in zip(rows, values, strict=True):
                row[new[name]] = value
        yield rows


@contextmanager
def answers_beside(target: Path, *, resume: bool, made_from: str) -> Iterator[Answers]:
    """The answers for an output, those of an earlier call if it is to be resumed; no other process writes them.

    Raises:
        UserError: another process does.
    """
    folder = target.with_name(f".{target.name}.answers")
    folder.mkdir(parents=True, exist_ok=True)
    with lock(folder) as free:
        if not free:
            raise UserError(f"{target}: another nlpseq is at work on it; wait for its end, or name another file")
        yield Answers(target, folder, resume=resume, made_from=made_from)
    with suppress(OSError):  # where the lock was a file in it
        folder.rmdir()


class Answers:
    """The folder beside the output with a file of answers for each chunk; it is gone once the output is there."""

    def __init__(self, target: Path, folder: Path, *, resume: bool, made_from: str) -> None:
        self._folder = folder
        if not resume or self._made_from() != made_from:
            if resume and self._made_from() is not None:
                log.warning("%s: what was begun there was for another table or model; it begins anew", target)
            for path in folder.glob("*.json"):
                path.unlink()
            write_text_atomically(self._folder / MADE_FROM, json.dumps(made_from) + "\n")

    def get(self, number: int) -> dict[str, list[Any]]:
        return read_json(self._path(number), dict, max_bytes=1 << 30)

    def has(self, number: int) -> bool:
        return self._path(number).is_file()

    def keep(self, number: int, answers: Columns) -> None:
        if not self.has(number):
            write_text_atomically(self._path(number), json.dumps(answers, ensure_ascii=False))

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:06}.json"

    def _made_from(self) -> object:
        try:
            return read_json(self._folder / MADE_FROM, str)
        except UserError:
            return None


def _answered(
    predictor: Predictor, table: Table, texts: list[str], answers: Answers
) -> Iterator[tuple[Chunk, dict[str, list[Any]]]]:
    from tqdm import tqdm

    with tqdm(desc="predicting", unit=" rows", disable=None) as progress:
        for number, chunk in enumerate(table.chunks()):
            found = answers.get(number) if answers.has(number) else predictor.columns(chunk.texts(texts))
            progress.update(len(chunk.places))
            yield chunk, found


def _made_from(predictor: Predictor, source: str | Path, form: Format) -> str:
    return fingerprint(predictor.fingerprint(), file_checksums([Path(source)]), list(form))


def _given(text: str, names: Sequence[str], origin: str) -> list[str]:
    wanted = [text] if text in names else text.split("+")
    for name in outer_names(names, wanted):
        if name not in names:
            raise missing_column(origin, name, names)
    return wanted


def new_names(added: Iterable[str], names: Sequence[str], *, quiet: bool = False) -> dict[str, str]:
    """What the added columns are called, so that each column that was there stays."""
    found: dict[str, str] = {}
    for name in added:
        free = name
        while free in names or free in found.values():
            free = f"predicted_{free}"
        found[name] = free
        if free != name and not quiet:
            log.info("the table has a column %s, so what is predicted is called %s", name, free)
    return found
