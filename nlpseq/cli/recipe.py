"""`nlpseq run`, `prepare` and `train`: a recipe's stages, and what a finished run prints."""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError

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
    from nlpseq.runs.record import cut_short, read_record

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
    settings = read_recipe(options.recipe, rest, prog=prog)
    task = import_module(f"nlpseq.tasks.{settings.task}")
    result = getattr(task, options.command)(settings)
    if options.command == "run":
        if notice := cut_short(read_record(Path(settings.run_dir)).training):
            print(f"\n{notice}")
        print(_SUMMARIES[settings.task](settings, result))


def _translate_summary(settings: Settings, metrics: dict[str, Any]) -> str:
    from nlpseq.tasks.translate.outputs import sample_translations

    run_dir = Path(settings.run_dir)
    lines = [
        f"\n{metrics['task']}, {metrics['sentences']} test sentences, beam {metrics['decode']['beam_size']}",
        f"  BLEU   {metrics['bleu']:.1f}  ({_interval(metrics['bleu_interval'], 1)})  {metrics['bleu_signature']}",
        f"  chrF2  {metrics['chrf2']:.1f}    perplexity {metrics['perplexity']:.2f}",
    ]
    for source, hyp, ref in sample_translations(run_dir):
        lines += [f"\n  source     {source}", f"  output     {hyp}", f"  reference  {ref}"]
    return "\n".join([*lines, f"\nreport: {run_dir / 'report.html'}", f"try it: nlpseq translate {run_dir}"])


def _classify_summary(settings: Settings, metrics: dict[str, Any]) -> str:
    from nlpseq.report.classification import never_predicted
    from nlpseq.tasks.classify.outputs import sample_predictions

    run_dir = Path(settings.run_dir)
    if "folds" in metrics:
        folds = "  ".join(f"{100 * value:.2f}" for value in metrics["accuracy_folds"])
        return (
            f"\n{metrics['folds']} folds\n"
            f"  accuracy  {100 * metrics['accuracy']:.2f} ± {100 * metrics['accuracy_deviation']:.2f}  ({folds})\n"
            f"  macro F1  {100 * metrics['macro_f1']:.2f} ± {100 * metrics['macro_f1_deviation']:.2f}\n"
            f"\nfigures: {run_dir / 'metrics.json'}"
        )
    lines = [
        f"\n{metrics['texts']} test texts",
        f"  accuracy  {100 * metrics['accuracy']:.2f}  ({_interval(metrics['accuracy_interval'], 2, scale=100)})",
        f"  macro F1  {100 * metrics['macro_f1']:.2f}    calibration error {100 * metrics['ece']:.2f}",
    ]
    lines += [
        f"  {base['name']}  {100 * base['accuracy']:.2f}"
        + (f", macro F1 {100 * base['macro_f1']:.2f}" if "macro_f1" in base else "")
        for base in metrics.get("baselines", [])
    ]
    if missed := never_predicted(metrics):
        lines.append(f"  never predicted: {', '.join(missed[:10])}{', ...' * (len(missed) > 10)}")
    for text, label, guess, probability in sample_predictions(run_dir):
        shown = text if len(text) <= 100 else text[:97] + "..."
        lines += [f"\n  text       {shown}", f"  label      {label}, found {guess} ({probability:.2f})"]
    return "\n".join([*lines, f"\nreport: {run_dir / 'report.html'}", f"try it: nlpseq classify {run_dir}"])


def _generate_summary(settings: Settings, metrics: dict[str, Any]) -> str:
    from nlpseq.decoding.processors import SamplingOptions
    from nlpseq.tasks.generate.char_rnn import CharRNN

    run_dir = Path(settings.run_dir)
    around, unknown = _interval(metrics["nats_per_character_interval"], 4), metrics.get("unknown_share") or ""
    lines = [
        f"\n{metrics['split']} split, {metrics['characters']:,} characters"
        f"{unknown and f', {unknown:.2%} of them unknown to the model'}",
        f"  nats per character  {metrics['nats_per_character']:.4f}  ({around})",
        f"  bits per character  {metrics['bits_per_character']:.4f}    perplexity {metrics['perplexity']:.3f}",
    ]
    lines += [f"  {base['name']:<18}  {base['nats_per_character']:.4f}" for base in metrics["baselines"]]
    if "dynamic" in metrics:
        lines.append(f"  with dynamic evaluation  {metrics['dynamic']['nats_per_character']:.4f} nats")
    writer = CharRNN.from_pretrained(run_dir)
    options = SamplingOptions(temperature=0.8)
    for number in range(2):
        text = "".join(writer.generate(length=300, options=options, number=number))
        lines.append(f"\n--- sample {number + 1}, temperature 0.8\n{text}")
    return "\n".join([*lines, f"\nreport: {run_dir / 'report.html'}", f"try it: nlpseq generate {run_dir}"])


def _summarize_summary(settings: Settings, metrics: dict[str, Any]) -> str:
    from nlpseq.tasks.summarize.outputs import sample_summaries

    run_dir = Path(settings.run_dir)
    lines = [f"\n{metrics['documents']} test documents, beam {metrics['decode']['beam_size']}"]
    for key, label in (("rouge1", "ROUGE-1"), ("rouge2", "ROUGE-2"), ("rougeL", "ROUGE-L")):
        beside = ", ".join(f"{base['name']} {base[key]:.1f}" for base in metrics["baselines"])
        lines.append(f"  {label}  {metrics[key]:.1f}  ({_interval(metrics[f'{key}_interval'], 1)}; {beside})")
    for document, output, reference in sample_summaries(run_dir):
        shown = document if len(document) <= 200 else document[:197] + "..."
        lines += [f"\n  document   {shown}", f"  output     {output}", f"  reference  {reference}"]
    return "\n".join([*lines, f"\nreport: {run_dir / 'report.html'}", f"try it: nlpseq summarize {run_dir}"])


def _interval(ends: list[float] | None, digits: int, *, scale: int = 1) -> str:
    """A 95% interval in words; where all resamples score the same there is none."""
    if ends is None:
        return "95% interval not known"
    return f"95% interval {scale * ends[0]:.{digits}f} to {scale * ends[1]:.{digits}f}"


_SUMMARIES = {
    "translate": _translate_summary,
    "classify": _classify_summary,
    "generate": _generate_summary,
    "summarize": _summarize_summary,
}
