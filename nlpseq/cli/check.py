"""`nlpseq check`: the data doctor, as tables on a terminal or as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nlpseq.cli.table import Column, print_table
from nlpseq.counting import counted
from nlpseq.errors import UserError

if TYPE_CHECKING:
    from nlpseq.tasks.check import Check

# Classes in a table; `--json` has all.
MOST_CLASSES = 20


def add(commands: Any) -> None:
    """Tell argparse of the command."""
    check = commands.add_parser(
        "check",
        help="look through a corpus: rows, classes, lengths, copies, leaks, encoding faults, unknown words",
        description=(
            "Look through a file, folder or hub name before anything is trained on it: rows, classes, lengths, what "
            "would be left out, copies, leaks between splits, labels that look alike, faults of encoding, and what "
            "each tokenizer would make of it. Settings of the data can be given: --data.text message."
        ),
    )
    check.add_argument("path", metavar="DATA", help="a file, a folder or a hub name")
    check.add_argument("--task", metavar="TASK", help="classify, translate, ...; default: the first that can read it")
    check.add_argument("--json", action="store_true", help="print one JSON object")
    check.set_defaults(call=_check, takes_settings=True)


def _check(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.config import RECIPES
    from nlpseq.tasks.check import check

    if options.task is not None and options.task not in RECIPES:
        raise UserError(f"--task {options.task}: choose one of {', '.join(RECIPES)}")
    found = check(options.task, {**_settings(rest), "path": options.path})
    if options.json:
        print(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        _print(found)


def _settings(words: list[str]) -> dict[str, str]:
    """`--data.KEY VALUE` as a dict."""
    found, rest = {}, iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not name.startswith("--data."):
            key = name.lstrip("-") if name.startswith("--") and len(name) > 2 else "text"
            raise UserError(f"{word}: unknown option; settings of the data are given as in --data.{key} VALUE")
        found[name.removeprefix("--data.")] = value if equals else next(rest, "")
    return found


def _print(found: Check) -> None:
    print(f"{found.task}: " + ", ".join(f"{split} {counted(rows, 'row')}" for split, rows in found.rows.items()) + "\n")
    if found.classes:
        total = sum(found.classes.values())
        shown = sorted(found.classes.items(), key=lambda pair: -pair[1])[:MOST_CLASSES]
        columns = [Column("Label", folds=True), Column("Texts", justify="right"), Column("Share", justify="right")]
        print_table(columns, [(label, f"{rows:,}", f"{rows / total:.1%}") for label, rows in shown])
        print(f"and {len(found.classes) - MOST_CLASSES} more\n" if len(found.classes) > MOST_CLASSES else "")
    if found.lengths:
        names = ("words_mean", "words_median", "words_95", "words_max", "characters_mean", "characters_max")
        heads: tuple[str, ...] = ("Words, mean", "median", "95%", "longest", "Characters, mean", "longest")
        print_table(
            [Column("Column"), *(Column(head, justify="right") for head in heads)],
            [(name, *(f"{row[key]:,.0f}" for key in names)) for name, row in found.lengths.items()],
        )
        print()
    if found.tokenizers:
        heads = ("Vocabulary", "Tokens a text", "Unknown")
        print_table(
            [Column("Tokenizer"), *(Column(head, justify="right") for head in heads)],
            [(kind, f"{row['vocabulary']:,.0f}", f"{row['tokens_a_text']:,.1f}", f"{row['unknown']:.1%}")
             for kind, row in found.tokenizers.items()],
        )  # fmt: skip
        print()
    for problem in found.problems:
        print(f"! {problem}")
    if not found.problems:
        print("nothing that would harm a training")
