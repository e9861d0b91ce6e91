"""Several processes on one run, as torchrun starts them: the first does all of it, the others help it to train.

1. Every process calls the same verb. The first one does it: it alone locks the folder, prepares, evaluates and writes.
2. Where it trains, it asks the others to. They load the prepared text, and train on their share of each batch
   (`nlpseq.training.ranks`).
3. They get what the verb gave, or end when it ends.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from nlpseq.errors import ProcessError, UserError
from nlpseq.program import place
from nlpseq.tasks import task_named

Found = TypeVar("Found")


def together(verb: Callable[[], Found]) -> Found:
    """What `verb` gives, done by the first of several processes; whatever it is must travel between them.

    >>> together(lambda: 7)  # alone
    7
    """
    if place() == (0, 1):  # as nearly always, and torch need not come yet
        return verb()
    from nlpseq.training.ranks import joined

    return joined().lead(verb)


def all_training(settings: Any, prepared_in: Path, folder: Path, fingerprint: str) -> AbstractContextManager[None]:
    """A block in which the other processes, if there are any, train too; the arguments are those of `Task.train`."""
    if place() == (0, 1):
        return nullcontext()
    from nlpseq.training.ranks import joined

    return joined().asked(partial(_help, settings, prepared_in, folder, fingerprint))


def refuse_several(what: str) -> None:
    """Keep what cannot be shared out off several processes.

    Raises:
        UserError: there are several.
    """
    if place() != (0, 1):
        raise UserError(f"{what} works in one process; start it without torchrun")


def _help(settings: Any, prepared_in: Path, folder: Path, fingerprint: str) -> None:
    from nlpseq.training.validation import Diverged

    task = task_named(settings.task)
    try:
        task.stages.train(settings, task.stages.load_prepared(settings, prepared_in), folder, fingerprint)
    except (Diverged, ProcessError):
        raise
    except UserError as error:
        rank, size = place()
        raise ProcessError(f"process {rank + 1} of {size}: {error}") from error
