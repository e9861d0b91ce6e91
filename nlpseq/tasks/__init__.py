"""Where text, data, networks, training and evaluation meet: a task is a folder, and a verb takes any run.

- task.py: what is asked of a task, one row `TASK = Task(...)`
- trained.py: what every trained model can do; text_network.py: what those that label texts share
- translate/, classify/, generate/, summarize/, tag/, multilabel/: the tasks, with the same file names in each
- verbs.py: a recipe prepared, trained and run
- together.py: the same in several processes, as torchrun starts them
- learn.py: the same from Python, on data in memory or anywhere
- check.py: what is in a corpus, before anything is trained on it
- suggest.py: a recipe for it
- search.py, ranges.py: trials of a recipe with other settings
- seeds.py: a recipe over several seeds
- evaluate.py: a run decoded, then scored, then reported
- last_run.py: the run before it that it is compared with
- card.py: the model card of a run, and of a saved model
- export.py: a run's model as ONNX, compared with it
- compare.py: two runs side by side
- listing.py: all runs below a folder
- predict.py: a table read, and written with what a run's model says of each row
- fill.py: a translator's file, written with what a run's model makes of what nobody has translated
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlpseq.tasks.task import Task

# What `task:` says in a recipe -> the folder with its row.
TASKS = {
    "translate": "nlpseq.tasks.translate",
    "classify": "nlpseq.tasks.classify",
    "generate": "nlpseq.tasks.generate",
    "summarize": "nlpseq.tasks.summarize",
    "tag": "nlpseq.tasks.tag",
    "multilabel": "nlpseq.tasks.multilabel",
}


def task_named(name: str) -> Task:
    """The row of a task, which is imported when it is asked for."""
    row: Task = import_module(TASKS[name]).TASK
    return row
