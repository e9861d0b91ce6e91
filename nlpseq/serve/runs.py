"""The runs that are served: each with its name, what a page says of it, and the thread that works for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import torch

from nlpseq.runs.record import read_record
from nlpseq.runs.saved_model import model_folder, model_task
from nlpseq.serve.batches import Batches
from nlpseq.serve.examples import PROMPTS, examples
from nlpseq.serve.generation import Generation
from nlpseq.serve.limits import DEFAULT_LIMITS, Limits
from nlpseq.serve.refusals import Refusal

if TYPE_CHECKING:
    from nlpseq.tasks.classify.classifier import Classifier, Prediction
    from nlpseq.tasks.generate.char_rnn import CharRNN
    from nlpseq.tasks.summarize.summarizer import Summarizer, Summary
    from nlpseq.tasks.translate.translator import Hypothesis, Translator

# Of a classifier with more labels their number is said instead.
NAMED_LABELS = 4


class SearchOptions(NamedTuple):
    """What requests to a translator or summariser must share to be decoded together."""

    n_best: int
    details: bool


@dataclass(frozen=True)
class Run:
    """A trained run as it is served.

    `batches` answers all tasks but "generate", for which `writer` writes and `generation` has the thread. `unfinished`
    says how far the training came where it was cut short, and so does the `description`.
    """

    name: str
    task: str
    description: str
    examples: list[str]
    languages: list[str] | None = None
    labels: list[str] | None = None
    batches: Batches | None = None
    writer: CharRNN | None = None
    generation: Generation | None = None
    unfinished: str | None = None

    def waiting(self) -> int:
        """Requests that wait for it."""
        return sum(thread.waiting() for thread in (self.batches, self.generation) if thread is not None)

    def alive(self) -> bool:
        """Whether its threads are at work."""
        return all(thread.alive() for thread in (self.batches, self.generation) if thread is not None)

    def close(self, timeout_seconds: float | None = None) -> bool:
        """Finish what was begun, and end the thread; whether that was done in time."""
        threads = [thread for thread in (self.batches, self.generation) if thread is not None]
        return all([thread.close(timeout_seconds) for thread in threads])


def load_runs(
    names_or_paths: Sequence[str | Path], *, device: str = "cpu", limits: Limits = DEFAULT_LIMITS
) -> list[Run]:
    """Load each run and start its thread; runs of one name get the names NAME, NAME-2 and so on.

    The processor's threads, as torch counts them, are shared out among the runs.

    Raises:
        UserError: one of them is no run, or a file of it is missing or damaged.
    """
    folders = [model_folder(name_or_path) for name_or_path in names_or_paths]
    tasks = [model_task(folder)[0] for folder in folders]
    threads = max(1, torch.get_num_threads() // len(folders))
    torch.set_num_threads(threads)
    # OpenMP counts for each thread apart.
    start = {"limits": limits, "prepare_thread": partial(torch.set_num_threads, threads)}
    loaders = {"translate": _translate, "classify": _classify, "summarize": _summarize, "generate": _generate}
    runs: list[Run] = []
    try:
        for folder, name, task in zip(folders, unique_names(names_or_paths), tasks, strict=True):
            run = loaders[task](folder, name, device, start)
            if unfinished := read_record(folder).unfinished:
                run = replace(run, description=f"{run.description}; {unfinished}", unfinished=unfinished)
            runs.append(run)
    except BaseException:
        for run in runs:
            run.close()
        raise
    return runs


def unique_names(paths: Sequence[str | Path]) -> list[str]:
    """The last part of each path, made different by numbers.

    >>> unique_names(["runs/a", "old/a/", "b", "a-2"])
    ['a', 'a-2', 'b', 'a-2-2']
    """
    names: list[str] = []
    for path in paths:
        name = Path(path).resolve().name or "run"
        number, found = 1, name
        while found in names:
            number += 1
            found = f"{name}-{number}"
        names.append(found)
    return names


def chosen(runs: Sequence[Run], task: str, name: str | None) -> Run:
    """The run of this name, or the first one of the task.

    Raises:
        Refusal: there is none that is for the task.
    """
    for run in runs:
        if run.task == task and name in (None, run.name):
            return run
    if name is None:
        raise Refusal(404, f"no run is served that can {task}; GET /api/models lists those that are")
    raise Refusal(404, f"no run of that name is served that can {task}; GET /api/models lists those that are")


def _translate(folder: Path, name: str, device: str, start: dict[str, Any]) -> Run:
    from nlpseq.tasks.translate.translator import Translator

    translator = Translator.from_pretrained(folder, device=device)
    return Run(
        name, "translate",
        _described(f"translates {translator.languages[0]} to {translator.languages[1]}", translator),
        examples(folder, "src"),
        languages=list(translator.languages),
        batches=Batches(name, partial(_search, translator), **start),
    )  # fmt: skip


def _search(translator: Translator, texts: list[str], options: SearchOptions) -> list[list[Hypothesis]]:
    return translator.search(texts, n_best=options.n_best, attention=options.details, split_sentences=True)


def _classify(folder: Path, name: str, device: str, start: dict[str, Any]) -> Run:
    from nlpseq.tasks.classify.classifier import Classifier

    classifier = Classifier.from_pretrained(folder, device=device)
    labels = list(classifier.labels)
    told = ", ".join(labels) if len(labels) <= NAMED_LABELS else f"{len(labels)} labels"
    return Run(
        name, "classify", _described(f"chooses among {told}", classifier), examples(folder, "text"),
        labels=labels, batches=Batches(name, partial(_predict, classifier), **start),
    )  # fmt: skip


def _predict(classifier: Classifier, texts: list[str], explain: bool) -> list[Prediction]:
    return classifier.predict(texts, explain=explain)


def _summarize(folder: Path, name: str, device: str, start: dict[str, Any]) -> Run:
    from nlpseq.tasks.summarize.summarizer import Summarizer

    summarizer = Summarizer.from_pretrained(folder, device=device)
    return Run(
        name, "summarize", _described("writes a headline for a text", summarizer), examples(folder, "src"),
        batches=Batches(name, partial(_summaries, summarizer), **start),
    )  # fmt: skip


def _summaries(summarizer: Summarizer, texts: list[str], options: SearchOptions) -> list[list[Summary]]:
    return summarizer.search(texts, n_best=options.n_best, origins=options.details)


def _generate(folder: Path, name: str, device: str, start: dict[str, Any]) -> Run:
    from nlpseq.tasks.generate.char_rnn import CharRNN

    writer = CharRNN.from_pretrained(folder, device=device)
    known = [prompt for prompt in PROMPTS if not writer.alphabet.unknown(prompt)]
    return Run(
        name, "generate", _described("goes on from a prompt", writer), known,
        writer=writer, generation=Generation(name, **start),
    )  # fmt: skip


def _described(does: str, model: Translator | Classifier | Summarizer | CharRNN) -> str:
    count = sum(weight.numel() for weight in model.model.parameters())
    size = f"{count / 1e6:.1f} million" if count >= 1e5 else f"{count:,}"
    return f"{does}; {model.settings.cell}, {size} parameters"
