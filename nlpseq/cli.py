"""The command line: parses, calls the tasks, prints. Results go to stdout, logs and progress to stderr."""

from __future__ import annotations

import argparse
import difflib
import io
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from nlpseq import __version__
from nlpseq.errors import UserError
from nlpseq.files import DISK_FULL, UNWRITABLE

if TYPE_CHECKING:
    from nlpseq.config import TranslateSettings
    from nlpseq.tasks.translator import Hypothesis, Translator

EPILOG = """\
examples:
  nlpseq run recipes/translate.yaml
  nlpseq run recipes/translate-multi30k.yaml --data.path my/corpus --data.src de --data.tgt en --run_dir runs/de-en
  nlpseq run recipes/translate.yaml --print_config          (all settings, as YAML)
  nlpseq run recipes/translate.yaml --help                  (all settings, explained)
  echo 'A dog runs.' | nlpseq translate runs/translate
  nlpseq evaluate runs/translate --decode.beam_size 10
"""


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
    try:
        options, rest = _parser().parse_known_args(arguments)
        if rest and not options.takes_settings:
            known = [f"--{name.replace('_', '-')}" for name in vars(options)]
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
        return _fail("stopped; what was finished is kept, and the same command goes on from there", 130)
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
    parser.add_argument("--version", action="version", version=f"nlpseq {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, text in (
        ("run", "prepare, train and evaluate a recipe; a second call only redoes what changed"),
        ("prepare", "read the corpus, train the tokenizers, encode the text"),
        ("train", "train the model, going on where an interrupted training was left"),
    ):
        # The settings have their own --help, so the command itself must not take it.
        command = commands.add_parser(name, help=text, add_help=False)
        command.add_argument("recipe", nargs="?", metavar="RECIPE")
        command.set_defaults(call=_recipe, takes_settings=True)
    evaluate = commands.add_parser(
        "evaluate",
        help="score a run on its test split, or on other text; prints JSON",
        description="Decode a split with the run's model and print BLEU, chrF2, TER and perplexity as JSON.",
        epilog="Any --data.KEY and --decode.KEY setting of the recipe can be given too, as in --decode.beam_size 10.",
    )
    evaluate.add_argument("run", metavar="RUN", help="a run folder")
    evaluate.add_argument("--split", help="name of the split, as in test_2016_flickr (default: the run's test split)")
    evaluate.set_defaults(call=_evaluate, takes_settings=True)
    _add_translate(commands)
    return parser


def _add_translate(commands: Any) -> None:
    translate = commands.add_parser(
        "translate",
        help="translate standard input, one line of output per line; a prompt on a terminal",
        description="Translate each line of standard input to one line of standard output. Empty lines stay empty.",
    )
    translate.add_argument("run", metavar="RUN", help="a run folder, a saved model or a hub name")
    translate.add_argument("--beam-size", type=int, metavar="K", help="hypotheses kept a sentence; 1 is greedy")
    translate.add_argument(
        "--n-best", type=int, default=1, metavar="N", help="print the N best as 'line number ||| text ||| score'"
    )
    translate.add_argument(
        "--json", action="store_true", help="print a JSON object a line: text, score, tokens, alignment"
    )
    translate.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    translate.set_defaults(call=_translate, takes_settings=False)


def _recipe(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.recipe import read_recipe, settings_parser

    prog = f"nlpseq {options.command}"
    if options.recipe is None:
        if {"-h", "--help"} & set(rest):
            settings_parser(prog).print_help()
            return
        raise UserError(f"{prog} needs a recipe, such as recipes/translate.yaml; see {prog} --help")
    settings = read_recipe(options.recipe, rest, prog=prog)
    from nlpseq.tasks import translate

    if options.command == "prepare":
        translate.prepare(settings)
    elif options.command == "train":
        translate.train(settings)
    else:
        _print_summary(settings, translate.run(settings))


def _print_summary(settings: TranslateSettings, metrics: dict[str, Any]) -> None:
    from nlpseq.tasks.translate import sample_translations

    run_dir = Path(settings.run_dir)
    low, high = metrics["bleu_interval"]
    print(f"\n{metrics['task']}, {metrics['sentences']} test sentences, beam {metrics['decode']['beam_size']}")
    print(f"  BLEU   {metrics['bleu']:.1f}  (95% interval {low:.1f} to {high:.1f})  {metrics['bleu_signature']}")
    print(f"  chrF2  {metrics['chrf2']:.1f}    perplexity {metrics['perplexity']:.2f}")
    for source, hyp, ref in sample_translations(run_dir):
        print(f"\n  source     {source}\n  output     {hyp}\n  reference  {ref}")
    print(f"\nreport: {run_dir / 'report.html'}\ntry it: nlpseq translate {run_dir}")


def _evaluate(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.recipe import read_recipe
    from nlpseq.tasks.translate import SETTINGS_FILE, evaluate, load_settings

    run_dir = Path(options.run)
    own = load_settings(run_dir)
    given = replace(read_recipe(run_dir / SETTINGS_FILE, rest, prog="nlpseq evaluate"), run_dir=own.run_dir)
    if replace(given, data=own.data, decode=own.decode) != own:
        raise UserError(
            "nlpseq evaluate takes --data.KEY and --decode.KEY settings only; the others belong to training"
        )
    metrics = evaluate(
        run_dir,
        split=options.split,
        data=given.data if given.data != own.data else None,
        decode=given.decode if given.decode != own.decode else None,
    )
    print(json.dumps(metrics, indent=2, ensure_ascii=False))


def _translate(options: argparse.Namespace, rest: list[str]) -> None:
    for name in ("beam_size", "n_best"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise UserError(f"--{name.replace('_', '-')} must be 1 or more, not {value}")
    import torch

    from nlpseq.tasks.translator import Translator

    device = options.device if options.device != "auto" else ("cuda" if torch.cuda.is_available() else "cpu")
    if device == "cuda" and not torch.cuda.is_available():
        raise UserError("--device cuda: torch finds no CUDA device; leave it out to use the CPU")
    translator = Translator.from_pretrained(options.run, device=device)
    if options.beam_size:
        translator = replace(translator, decode=replace(translator.decode, beam_size=options.beam_size))
    if sys.stdin.isatty():
        _prompt(translator, options)
        return
    from nlpseq.stream import read_lines

    number = 0
    for lines in read_lines(sys.stdin.fileno()):
        found = translator.search(lines, n_best=options.n_best, attention=options.json)
        for line, hypotheses in zip(lines, found, strict=True):
            print(_format(line, hypotheses, number, options))
            number += 1
        sys.stdout.flush()


def _prompt(translator: Translator, options: argparse.Namespace) -> None:
    import readline  # noqa: F401  (line editing and history for input())

    source, target = translator.languages
    print(f"{source} -> {target}; an empty line or Ctrl-D ends", file=sys.stderr)
    for number in range(sys.maxsize):
        try:
            line = input(f"{source}> ")
        except EOFError:
            return
        if not line.strip():
            return
        found = translator.search([line], n_best=options.n_best, attention=options.json)
        print(_format(line, found[0], number, options))


def _format(line: str, hypotheses: list[Hypothesis], number: int, options: argparse.Namespace) -> str:
    from nlpseq.tasks.translate import one_line

    if options.json:
        entries = [
            {"text": h.text, "score": round(h.score, 4), "log_prob": round(h.log_prob, 4), "tokens": h.tokens,
             "source_tokens": h.source_tokens, "alignment": h.alignment()}
            for h in hypotheses
        ]  # fmt: skip
        best = entries[0] if entries else {"text": "", "score": None, "tokens": [], "alignment": []}
        extra = {"n_best": entries} if options.n_best > 1 else {}
        return json.dumps({"source": line, **best, **extra}, ensure_ascii=False)
    if options.n_best > 1:
        return (
            "\n".join(f"{number} ||| {one_line(h.text)} ||| {h.score:.4f}" for h in hypotheses) or f"{number} |||  ||| "
        )
    return one_line(hypotheses[0].text) if hypotheses else ""


if __name__ == "__main__":
    sys.exit(main())
