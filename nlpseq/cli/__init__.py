"""The command line: parses, calls the tasks, prints. Results go to stdout, logs and progress to stderr.

Each command is a module here with one function `add` that tells argparse of it.
"""

from __future__ import annotations

import argparse
import difflib
import io
import logging
import os
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

from nlpseq import __version__
from nlpseq.cli import (
    classify,
    compare,
    diagnose,
    evaluate,
    generate,
    recipe,
    report,
    runs,
    score,
    serve,
    summarize,
    translate,
)
from nlpseq.errors import UserError
from nlpseq.files import DISK_FULL, UNWRITABLE

EPILOG = """\
examples:
  nlpseq run recipes/translate.yaml
  nlpseq run recipes/translate-multi30k.yaml --data.path my/corpus --data.src de --data.tgt en --run_dir runs/de-en
  nlpseq run recipes/translate.yaml --print_config          (all settings, as YAML)
  nlpseq run recipes/translate.yaml --help                  (all settings, explained)
  nlpseq run recipes/classify-imdb.yaml --data.path my/reviews
  echo 'A dog runs.' | nlpseq translate runs/translate
  echo 'Not bad at all.' | nlpseq classify runs/classify
  nlpseq summarize runs/summarize < documents.txt
  nlpseq generate runs/generate --prompt 'Once ' --temperature 0.8
  nlpseq serve runs/translate runs/classify
  nlpseq runs runs --sort date
  nlpseq report runs/classify runs/classify-gru
  nlpseq compare runs/classify runs/classify-gru
  nlpseq diagnose gradients recipes/classify.yaml --model.hidden_size 256
  nlpseq evaluate runs/translate --decode.beam_size 10
"""
# What a command says of itself, rather than what it is told.
NO_OPTIONS = ("call", "command", "stopped", "takes_settings")


class _Parser(argparse.ArgumentParser):
    """argparse, but its complaints are one sentence like all others."""

    def error(self, message: str) -> NoReturn:
        if unknown := re.search(r"invalid choice: '(.*?)' \(choose from (.*)\)", message):
            word, choices = unknown[1], re.findall(r"[\w-]+", unknown[2])
            place = message.removeprefix("argument ").partition(":")[0].replace("COMMAND", "command")
            mend = _nearest(word, choices) or f"it is one of {', '.join(choices)}"
            raise UserError(f"unknown {place} {word}; {mend}")
        raise UserError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0, 2 for the user's mistakes, 1 for ours, 130 for Ctrl-C."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("nlpseq").setLevel(logging.INFO)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # as the input is read, whatever the locale
    stopped = "stopped"
    try:
        options, rest = _parser().parse_known_args(arguments)
        stopped = options.stopped
        if rest and not options.takes_settings:
            known = [f"--{name.replace('_', '-')}" for name in vars(options) if name not in NO_OPTIONS]
            raise UserError(
                f"unknown option {rest[0]}; {_nearest(rest[0], known) or f'see nlpseq {options.command} --help'}"
            )
        options.call(options, rest)
        sys.stdout.flush()
        return 0
    except UserError as error:
        return _fail(str(error), 2)
    except SystemExit as stop:  # --help, --version and --print_config
        return stop.code if isinstance(stop.code, int) else 0
    except KeyboardInterrupt:
        return _fail(stopped, 130)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in DISK_FULL:
            return _fail(f"{error.filename or 'the disk'}: {error.strerror}; free some space and run it again", 2)
        if isinstance(error, OSError) and error.errno in UNWRITABLE:
            return _fail(f"{error.filename}: {error.strerror}; choose another folder, or change its rights", 2)
        if os.environ.get("NLPSEQ_DEBUG"):
            raise
        reason = " ".join(str(error).split())
        return _fail(f"a fault of nlpseq's own: {type(error).__name__}: {reason} (NLPSEQ_DEBUG=1 shows where)", 1)


def _fail(message: str, code: int) -> int:
    print(f"nlpseq: {message}", file=sys.stderr)
    return code


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else ""


def _parser() -> argparse.ArgumentParser:
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
        recipe, evaluate, report, compare, diagnose, translate, classify, summarize, generate, score, serve, runs
    ):  # fmt: skip
        command.add(commands)
    return parser
