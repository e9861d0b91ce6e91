"""`nlpseq run`, `prepare` and `train`: a recipe's stages, and what a finished run prints."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.cli.launch import launched
from nlpseq.errors import UserError
from nlpseq.program import speaks

if TYPE_CHECKING:
    from nlpseq.config import Settings

STOPPED = "stopped; what was finished is kept, and the same command goes on from there"


def add(commands: Any) -> None:
    """Tell argparse of the commands."""
    for name, text in (
        ("run", "prepare, train and evaluate a recipe; a second call only redoes what changed"),
        ("prepare", "read the corpus, train the tokenizers, encode the text"),
        ("train", "train the model, going on where an interrupted training was left"),
    ):
        # The settings have their own --help, so the command itself must not take it.
        command = commands.add_parser(name, help=text, add_help=False)
        command.add_argument("recipe", nargs="?", metavar="RECIPE")
        command.set_defaults(call=_recipe, takes_settings=True, stopped=STOPPED)


def _recipe(options: argparse.Namespace, rest: list[str]) -> None:
    from nlpseq.config import RECIPES
    from nlpseq.recipe import HELP, is_file, read_recipe
    from nlpseq.recipe.explain import explain

    prog = f"nlpseq {options.command}"
    if options.recipe is None:
        if set(HELP) & set(rest):
            print(explain(prog, RECIPES["translate"]()))
            print(f"\nThese are a translation's; {prog} RECIPE --help shows those of a recipe ({', '.join(RECIPES)}).")
            return
        raise UserError(f"{prog} needs a recipe, such as translate; nlpseq recipes lists those that come with it")
    later = next((word for word in rest if word.endswith((".yaml", ".yml")) and is_file(Path(word))), None)
    if later is not None and not is_file(Path(options.recipe)):
        raise UserError(f"the recipe comes first, and {options.recipe} is none: {prog} {later} --SECTION.KEY VALUE")
    rest, processes = _without("--processes", rest)
    words, seeds = _without("--seeds", rest)
    if seeds is not None and options.command != "run":
        raise UserError(f"--seeds is for nlpseq run; give --train.seed {seeds} to {prog}")
    settings = read_recipe(options.recipe, words, prog=prog)
    with launched(1 if processes is None else processes, [options.command, options.recipe, *rest]):
        _work(options.command, settings, seeds)


def _work(command: str, settings: Settings, seeds: int | None) -> None:
    from nlpseq.runs.record import cut_short, read_record

    if seeds is not None:
        from nlpseq.tasks.seeds import in_words, run_seeds

        found = run_seeds(settings, seeds)
        if speaks():
            print("\n".join(in_words(settings, found)))
        return
    from nlpseq.tasks import verbs

    result = getattr(verbs, command)(settings)
    if command == "run" and speaks():
        if notice := cut_short(read_record(Path(settings.run_dir)).training):
            print(f"\n{notice}")
        print("\n".join(_last_lines(settings, result)))


def _without(option: str, words: list[str]) -> tuple[list[str], int | None]:
    """The words without an option that is no setting, such as `--seeds N`, and its number, if it is among them."""
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name == option:
            end = place + 1 if equals else place + 2
            value = value if equals else next(iter(words[place + 1 :]), "")
            if not value.isdecimal():
                raise UserError(f"{option} {value}: give the number of {option[2:]}, as in {option} 5")
            return [*words[:place], *words[end:]], int(value)
    return words, None


def _last_lines(settings: Settings, metrics: dict[str, Any]) -> Iterator[str]:
    from nlpseq.cli.closing import closing
    from nlpseq.tasks import task_named

    run_dir = Path(settings.run_dir)
    task = task_named(settings.task)
    yield from task.words.last_lines(run_dir, metrics)
    if (run_dir / "report.html").is_file():
        yield from closing(settings.task, task.scores[0], run_dir, metrics)
    else:
        yield f"\nfigures: {run_dir / 'metrics.json'}"
