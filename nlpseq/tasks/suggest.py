"""A recipe for a corpus that nobody has written one for: the settings that matter, with values chosen from the data.

What a task suggests, and why, stands in its own `suggest.py`; here that becomes a recipe.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.data.partition import rows_of_size
from nlpseq.data.textfile import stem_of
from nlpseq.errors import UserError
from nlpseq.tasks import task_named

if TYPE_CHECKING:
    from datasets import DatasetDict

# Texts that lengths are measured on.
SAMPLE = 5000


@dataclass(frozen=True)
class Suggestion:
    """A setting by its dotted name, its value, and the reason in a few words."""

    key: str
    value: Any
    reason: str = ""


def suggest(task: str, data: Any, *, run_dir: str | None = None) -> str:
    """The text of a recipe for the corpus that `data` names, a comment behind each setting.

    Args:
        task: such as classify.
        data: the task's settings of the data, such as `LabelledDataSettings`.
        run_dir: of the run; by default named after the corpus.

    Raises:
        UserError: there is no such corpus, or it is not fit for the task.
    """
    check_path(data.path)
    title, suggestions = task_named(task).suggest(data)
    suggestions = [*suggestions, *_told(data, {suggestion.key for suggestion in suggestions})]
    run_dir = run_dir or f"runs/{stem_of(str(data.path)) or task}"
    head = [f"# {title}", f"task: {task}", f"run_dir: {_scalar(run_dir)}"]
    return "\n".join([*head, *_lines(suggestions)]) + "\n"


def _told(data: Any, keys: Collection[str]) -> Iterator[Suggestion]:
    """What was said of the data and is not among `keys`: without it, the recipe would not read the same corpus."""
    for item in fields(data):
        key, value = f"data.{item.name}", getattr(data, item.name)
        if key not in keys and value != item.default:
            yield Suggestion(key, value, "as it was told")


def named(data: Any, found: Mapping[str, str | None]) -> Iterator[Suggestion]:
    """The columns that a corpus was found to have, those that were asked for too."""
    for key, name in found.items():
        if name is not None:
            given = getattr(data, key, None) is not None
            yield Suggestion(f"data.{key}", name, "the column that was named" if given else "found by itself")


def held_out(corpus: DatasetDict, data: Any) -> Iterator[Suggestion]:
    """How many rows are held out where a corpus has no validation or test split."""
    rows = len(corpus["train"])
    for split in ("validation", "test"):
        size = getattr(data, f"{split}_size")
        if split not in corpus:
            why = "as asked for" if size is not None else f"there is no {split} split: a tenth of it, at most 500"
            yield Suggestion(f"data.{split}_size", rows_of_size(size, rows), why)


def epochs_for(steps: int, steps_per_epoch: float, *, least: int, most: int) -> int:
    """Epochs that make about so many steps.

    >>> epochs_for(1500, 50, least=4, most=40), epochs_for(1500, 5000, least=4, most=40)
    (30, 4)
    """
    return max(least, min(most, round(steps / max(1, steps_per_epoch))))


def round_up(value: float, multiple: int) -> int:
    """The next multiple.

    >>> round_up(113, 20)
    120
    """
    return max(1, -(-int(value) // multiple)) * multiple


def sample(rows: Sequence[Any], most: int = SAMPLE) -> list[Any]:
    """Rows spread evenly over all of them."""
    return [rows[len(rows) * place // min(most, len(rows))] for place in range(min(most, len(rows)))]


def _lines(suggestions: Iterable[Suggestion]) -> Iterator[str]:
    sections: dict[str, list[Suggestion]] = {}
    for suggestion in suggestions:
        sections.setdefault(suggestion.key.rpartition(".")[0], []).append(suggestion)
    for name, group in sections.items():
        if name:
            yield f"{name}:"
        for suggestion in group:
            line = f"{'  ' * bool(name)}{suggestion.key.rpartition('.')[2]}: {_scalar(suggestion.value)}"
            yield f"{line}  # {suggestion.reason}" if suggestion.reason else line


def _scalar(value: Any) -> str:
    """A value as YAML has it."""
    import yaml

    return yaml.safe_dump(value, allow_unicode=True, width=10**6).removesuffix("\n").removesuffix("\n...")


def check_path(path: str | Path) -> None:
    """Raise UserError unless something is named."""
    if not str(path).strip():
        raise UserError("no data; name a file, a folder or a hub name, such as my.csv")
