"""`nlpseq predict`: a run's model on each row of tables, its answers as columns beside those that were there."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.cli.device import add_device, chosen_device
from nlpseq.cli.options import within
from nlpseq.counting import counted
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from nlpseq.data.readers import Format
    from nlpseq.data.table import Chunk
    from nlpseq.tasks.predict import PredictOptions

PIPE = "-"
PART_ROWS, MOST_ROWS = 10_000, 100_000_000
MOST_WORKERS = 100_000
STOPPED = "stopped; the same command with --resume goes on from there"


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    predict = commands.add_parser(
        "predict",
        help="a table in, the same with labels, translations or summaries out: csv, tsv, jsonl, parquet, po, xliff",
        description=(
            "Read a table (csv, tsv, xlsx, jsonl, json, parquet or Arrow), and write it with columns for what the "
            "model says of each row: label and probability, translation and score, summary, bits per character. "
            "All columns, the rows and their order stay. Without files JSON comes and goes through a pipe, an object "
            "a line. Many tables go to a folder of parts; --engine ray shares them out over processors and machines. A "
            "PO or XLIFF file (.po, .xlf, .xliff) is a table of its languages; written to one of its kind, what has no "
            "translation gets one, marked as fuzzy or to be reviewed, and all else stays. A template (.pot) is written "
            "to a .po alone."
        ),
    )
    predict.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    predict.add_argument(
        "table", nargs="?", default=PIPE, metavar="TABLE",
        help="the table, a folder of tables or a pattern such as 'data/*.parquet'; default: standard input",
    )  # fmt: skip
    predict.add_argument(
        "-o", "--output", default=PIPE, metavar="FILE",
        help="a csv, tsv, jsonl or parquet file, whole or not there; a folder (out/) gets parts in the order of the "
        "rows; default: standard output",
    )  # fmt: skip
    predict.add_argument(
        "--text", metavar="COLUMN", help="the column of the text, or several joined by +; found by itself if not given"
    )
    predict.add_argument("--all", action="store_true", help="all that the model says: the probability of each label")
    predict.add_argument("--threshold", type=float, metavar="P", help="give no label that is less probable than this")
    predict.add_argument("--else", metavar="LABEL", help="what to give instead (default: unsure)")
    predict.add_argument("--resume", action="store_true", help="go on where the same command was stopped")
    predict.add_argument("--data.encoding", help="of a text file that does not say it; default: UTF-8")
    predict.add_argument("--data.separator", help="of its columns; default: as seen")
    add_device(predict)
    parts = predict.add_argument_group("a folder of parts")
    parts.add_argument("--part-rows", type=int, default=PART_ROWS, metavar="N", help=f"rows of a part ({PART_ROWS:,})")
    parts.add_argument("--engine", choices=("ray",), help="what shares the parts out; default: this process does them")
    parts.add_argument("--address", help="of a Ray cluster, or auto; default: Ray on the processors of this machine")
    parts.add_argument("--workers", type=int, metavar="N", help="of Ray, each with the model; default: one a processor")
    predict.set_defaults(call=_predict, takes_settings=False, stopped=STOPPED)


def _predict(options: argparse.Namespace, rest: list[str]) -> None:
    within(options, threshold=(0, 1), part_rows=(1, MOST_ROWS), workers=(1, MOST_WORKERS))
    # Names that Python has no attributes for; were they others, a slip would be told the wrong name.
    otherwise, encoding, separator = (vars(options)[name] for name in ("else", "data.encoding", "data.separator"))
    if otherwise is not None and options.threshold is None:
        raise UserError("--else is what to give below a threshold; add --threshold 0.8")
    if options.engine is None and (options.address or options.workers):
        raise UserError("--address and --workers are of Ray; add --engine ray")
    from nlpseq.config.checks import text_format
    from nlpseq.data.readers import file_format
    from nlpseq.data.table import find_tables
    from nlpseq.onnx.folder import is_export
    from nlpseq.tasks.fill import fill_file, is_fillable
    from nlpseq.tasks.predict import PredictOptions, Predictor, predict_table

    text_format(encoding, separator)
    form = file_format(encoding, separator)
    tables = [] if options.table == PIPE else find_tables(options.table)
    in_parts = _in_parts(options, len(tables))
    options.table = str(tables[0]) if len(tables) == 1 else options.table
    piped = PIPE in (options.table, options.output)
    if options.resume and piped:
        raise UserError("--resume is for a table that goes from a file to a file; a pipe begins where it begins")
    if options.table == PIPE:
        _check_pipe(options.output)
    asked = PredictOptions(
        text=options.text, everything=options.all, threshold=options.threshold, otherwise=otherwise or "unsure"
    )
    device = "cpu" if is_export(options.run) else chosen_device(options)
    if in_parts:
        _to_parts(options, tables, asked, form, device)
        return
    predictor = Predictor(options.run, asked, device=device)
    if piped:
        _pass_through(predictor, options, form)
        return
    if is_fillable(options.output):
        count = fill_file(predictor, options.table, options.output, form=form, resume=options.resume)
        print(f"{options.output}: {counted(count, 'new translation')}, to be reviewed", file=sys.stderr)
        return
    rows = predict_table(predictor, options.table, options.output, form=form, resume=options.resume)
    print(f"{options.output}: {counted(rows, 'row')}", file=sys.stderr)


def _in_parts(options: argparse.Namespace, tables: int) -> bool:
    """Whether the output is a folder.

    Raises:
        UserError: it is a file, and should be a folder, or it is none that can be written.
    """
    from nlpseq.data.table_writer import check_writable
    from nlpseq.tasks.fill import is_fillable

    output = options.output
    is_folder = output.endswith(("/", os.sep)) or os.path.isdir(output) or not Path(output).suffix
    if tables and output != PIPE and is_folder:
        return True
    if tables > 1:
        raise UserError(f"{options.table}: {tables:,} tables, which go to a folder of parts; name one, as in -o out/")
    if options.engine:
        raise UserError("--engine ray: tables are shared out, and go to a folder of parts; name both, as in -o out/")
    if is_fillable(output):
        if options.text or options.all:
            raise UserError(f"{output}: --text and --all are of a table; leave them out, or write a .csv")
    elif output != PIPE:
        check_writable(output)
    return False


def _to_parts(
    options: argparse.Namespace, tables: Sequence[Path], asked: PredictOptions, form: Format, device: str
) -> None:
    from nlpseq.tasks.parts import predict_folder
    from nlpseq.tasks.predict import Predictor

    engine = None
    if options.engine == "ray":
        from nlpseq.scale.ray_data import Cluster, on_ray, ray_installed

        ray_installed()  # before the model is loaded
        kind, _, _ = device.partition(":")  # each worker has a GPU of its own, and finds no other one
        cluster = Cluster(options.address, options.workers, kind)
        engine, device = partial(on_ray, options.run, asked, cluster), "cpu"  # here it only looks at the tables
    rows = predict_folder(
        Predictor(options.run, asked, device=device), tables, options.output,
        form=form, part_rows=options.part_rows, resume=options.resume, engine=engine,
    )  # fmt: skip
    print(f"{options.output}: {counted(rows, 'row')}", file=sys.stderr)


def _check_pipe(output: str) -> None:
    if sys.stdin.isatty():
        raise UserError("no table; name a file, or pipe JSON into the command, an object a line")
    if output != PIPE and Path(output).suffix.lower() != ".jsonl":
        raise UserError(f"{output}: what comes from a pipe is written to a .jsonl file; name one")


def _pass_through(predictor: Any, options: argparse.Namespace, form: Format) -> None:
    """From or to a pipe, chunk by chunk."""
    from nlpseq.data.table import open_table
    from nlpseq.data.table_writer import json_line
    from nlpseq.files import atomic_path
    from nlpseq.tasks.predict import predict_stream

    piped = options.table == PIPE
    chunks = _piped_chunks() if piped else open_table(options.table, form).chunks()
    found = predict_stream(predictor, chunks, "standard input" if piped else options.table)
    if options.output == PIPE:
        for rows in found:
            for row in rows:
                print(json_line(row))
            sys.stdout.flush()
        return
    with atomic_path(options.output) as beside, open(beside, "w", encoding="utf-8") as file:
        file.writelines(json_line(row) + "\n" for rows in found for row in rows)


def _piped_chunks() -> Iterator[Chunk]:
    """The objects on standard input as they come; blank lines are left out."""
    from nlpseq.data.table import Chunk
    from nlpseq.stream import read_lines

    first = 1
    for lines in read_lines(sys.stdin.fileno()):
        places = {f"standard input, line {number}": line for number, line in enumerate(lines, first) if line.strip()}
        first += len(lines)
        if places:
            yield Chunk(list(places), [_object(place, line) for place, line in places.items()])


def _object(place: str, line: str) -> dict[str, Any]:
    from nlpseq.data.readers import parse_object

    try:
        return parse_object(place, line)
    except UserError as error:
        raise UserError(f"{error}; name other tables, as in nlpseq predict RUN new.csv -o labelled.csv") from error
