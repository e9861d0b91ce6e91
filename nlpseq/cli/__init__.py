"""The command line: parses, calls the tasks, prints. Results go to stdout, logs and progress to stderr.

Each command is a module here with one function `add` that tells argparse of it.
"""

from __future__ import annotations

import argparse
import difflib
import errno
import os
import re
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from nlpseq import __version__
from nlpseq.cli import (
    check,
    classify,
    compare,
    console,
    demo,
    diagnose,
    evaluate,
    export,
    generate,
    hub,
    init,
    multilabel,
    options,
    predict,
    recipe,
    recipes,
    report,
    runs,
    score,
    search,
    serve,
    summarize,
    tag,
    translate,
)
from nlpseq.cli.signals import TERMINATED, sigterm_ends
from nlpseq.errors import ProcessError, UserError, one_line
from nlpseq.files import DISK_FULL, FILE_TOO_LARGE, UNWRITABLE
from nlpseq.program import install_for, speaks

EPILOG = """\
examples:
  nlpseq recipes
  nlpseq check my.csv
  nlpseq init classify my.csv > my.yaml
  nlpseq run translate
  nlpseq run recipes/translate-multi30k.yaml --data.path my/corpus --data.src de --data.tgt en --run_dir runs/de-en
  nlpseq run translate --print_config                       (all settings, as YAML)
  nlpseq run translate --help                               (all settings, explained)
  nlpseq run recipes/classify-imdb.yaml --data.path my/reviews
  echo 'The boy opens the door.' | nlpseq translate runs/translate
  echo 'Not bad at all.' | nlpseq classify runs/classify
  nlpseq summarize runs/summarize < documents.txt
  nlpseq tag runs/tag --json < lines.txt
  nlpseq generate runs/generate --prompt 'Once ' --temperature 0.8
  nlpseq predict runs/classify reviews.csv -o labelled.csv --text comment
  nlpseq export runs/translate --int8 -o exports/translate
  nlpseq push runs/translate owner/name
  nlpseq serve runs/translate runs/classify
  nlpseq runs runs --sort date
  nlpseq report runs/classify runs/classify-gru
  nlpseq compare runs/classify runs/classify-gru
  nlpseq run classify --seeds 5
  nlpseq run translate --processes 2
  nlpseq search classify --trials 12 --minutes 60
  nlpseq diagnose gradients recipes/classify.yaml --model.hidden_size 256
  nlpseq evaluate runs/translate --decode.beam_size 10
"""
# What a command says of itself, rather than what it is told.
NO_OPTIONS = ("call", "command", "stopped", "takes_settings", "run", "runs", "table", "path")
# Commands whose texts come on standard input.
READ_LINES = ("translate", "classify", "multilabel", "summarize", "tag", "score")
# Longer names are no slip of the keyboard, and take long to look for.
MOST_NAME = 100
NO_MEMORY = re.compile(r"alloc_cpu|can't allocate memory|not enough memory|[Oo]ut of memory|bad_alloc|cannot allocate")
LESS_MEMORY = (
    "lower train.batch_tokens or train.batch_size (in training), decode.beam_size or decode.batch_sentences (after "
    "it), or model.hidden_size, or free some memory"
)


class _Parser(argparse.ArgumentParser):
    """argparse, but its complaints are one sentence like all others."""

    def error(self, message: str) -> NoReturn:
        if unknown := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            word, choices = one_line(unknown[1], most=MOST_NAME), re.findall(r"[\w-]+", unknown[2])
            place = message.removeprefix("argument ").partition(":")[0].replace("COMMAND", "command")
            fix = _nearest(word, choices) or f"it is one of {', '.join(choices)}"
            raise UserError(f"unknown {place} {word}; {fix}")
        raise UserError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for the user's mistakes, 1 for ours, 130 for Ctrl-C, 143 for
    SIGTERM."""
    console.set_up()
    stopped = "stopped"
    try:
        with sigterm_ends():
            given, rest = parser().parse_known_args(arguments)
            stopped = given.stopped
            _run(given, rest)
        return 0
    except SystemExit as stop:  # --help, --version and --print_config
        return _fail(stopped, stop.code, quiet=not speaks()) if stop.code == TERMINATED else _exit_code(stop)
    except KeyboardInterrupt:
        return _fail(stopped, 130, quiet=not speaks())
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        console.drop_output()
        return 0
    except Exception as error:
        return _explain(error)


def _run(given: argparse.Namespace, rest: list[str]) -> None:
    if rest and not given.takes_settings:
        if not rest[0].startswith("-"):
            raise UserError(_no_place_for(rest[0], given.command))
        known = [f"--{name.replace('_', '-')}" for name in vars(given) if name not in NO_OPTIONS]
        near = _nearest(rest[0][:MOST_NAME], known)
        raise UserError(f"unknown option {one_line(rest[0], most=MOST_NAME)}; {near or _see_help(given.command)}")
    options.check_names(given)
    given.call(given, rest)
    sys.stdout.flush()


def _no_place_for(word: str, command: str) -> str:
    """The sentence for a word that is neither an option nor the value of one."""
    word = one_line(word, most=MOST_NAME)
    if command not in READ_LINES:
        return f"{word}: nlpseq {command} has no place for it; {_see_help(command)}"
    if os.path.isfile(word):
        return f"{word}: lines come on standard input, nlpseq {command} RUN < {word}; a table goes to nlpseq predict"
    return f"{word}: texts come on standard input: echo {shlex.quote(word)} | nlpseq {command} RUN"


def _exit_code(stop: SystemExit) -> int:
    return stop.code if isinstance(stop.code, int) else 0


def _explain(error: Exception) -> int:
    """Say what went wrong, and give the exit code: 2 where the user can fix it, 1 where the fault is ours."""
    if isinstance(error, UserError):
        return _fail(str(error), 2, quiet=not speaks() and not isinstance(error, ProcessError))
    if os.environ.get("NLPSEQ_DEBUG"):
        raise error
    if is_out_of_memory(error):
        return _fail(f"not enough memory; {LESS_MEMORY}", 2)
    if isinstance(error, (NotImplementedError, RuntimeError, TypeError)) and re.search(r"\bMPS\b", str(error)):
        return _fail(
            f"Apple's GPU cannot do this ({one_line(error, most=200)}); set train.device, or --device, to cpu", 2
        )
    if isinstance(error, ModuleNotFoundError) and error.name:
        name = error.name.partition(".")[0]
        return _fail(f"this needs {name}, which is not installed; run {install_for(name)}, or install {name} alone", 2)
    if isinstance(error, RecursionError):
        return _fail("a file is nested too deeply to be read; check the files that were named", 2)
    if isinstance(error, OSError):
        return _fail(_of_the_system(error), 2)
    return _fail(f"a fault of nlpseq's own: {type(error).__name__}: {error} (NLPSEQ_DEBUG=1 shows where)", 1)


def _of_the_system(error: OSError) -> str:
    """The sentence for what the operating system refused."""
    if error.errno in (errno.EIO, *DISK_FULL) and error.filename is None:
        console.drop_output()  # it may have been standard output
    if error.errno == errno.EFBIG:
        return f"{error.filename or 'a file'}: {FILE_TOO_LARGE}; raise the limit and run the same command again"
    if error.errno in DISK_FULL:
        return f"{error.filename or 'the disk'}: {error.strerror}; free some space and run it again"
    if error.errno in UNWRITABLE:
        return f"{error.filename}: {error.strerror}; choose another folder, or change its rights"
    # Libraries raise it without a number for files that are not what they should be.
    return f"{error.filename or 'a file or stream'}: {error.strerror or error}; check that it is there and can be used"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether this, or what it came from, is memory that was asked for in vain; torch says so in words alone."""
    while True:
        if isinstance(error, MemoryError) or getattr(error, "errno", None) == errno.ENOMEM:
            return True
        if isinstance(error, RuntimeError) and NO_MEMORY.search(str(error)):
            return True
        if error.__cause__ is None:
            return False
        error = error.__cause__


def _fail(message: str, code: int, *, quiet: bool = False) -> int:
    """The code, said why unless `quiet`: another process says it."""
    if quiet:
        return code
    with suppress(OSError, ValueError):  # a standard error that cannot be written to
        print(one_line(f"nlpseq: {message}"), file=sys.stderr, flush=True)
    return code


def _see_help(command: str) -> str:
    return f"see nlpseq {command} --help"


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def parser() -> argparse.ArgumentParser:
    """The parser of the command line, with a parser for each command."""
    parser = _Parser(
        prog="nlpseq",
        description="Recurrent NLP on today's PyTorch, from raw text to an evaluated model.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(stopped="stopped")
    parser.add_argument("--version", action="version", version=f"nlpseq {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in (
        recipes, init, check, recipe, evaluate, report, compare, diagnose, translate, classify, multilabel, summarize,
        tag, generate, score, predict, export, hub, serve, runs, search, demo,
    ):  # fmt: skip
        command.add(commands)
    return parser
