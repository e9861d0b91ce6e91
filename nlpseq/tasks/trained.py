"""What every trained model can do, whatever its task: be trained, loaded, saved, and tell of the run it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypedDict

from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.models import MODEL_FILE
from nlpseq.runs.folder import METRICS_FILE
from nlpseq.runs.length_batches import Batch, Found, InBatches, on_threads
from nlpseq.runs.saved_model import SavedModel, load_saved, seal, write_config
from nlpseq.runs.swap import home

if TYPE_CHECKING:
    import torch
    from typing_extensions import Self, Unpack

REPORT_FILE = "report.html"


class TrainOptions(TypedDict, total=False):
    """What `train` can be told, whatever the task.

    The same call again gives the same model, or goes on where it was stopped; so does one with more `minutes`. Ctrl-C
    gives the best model so far.

    Args:
        recipe: a recipe's file, or the name of one that comes with nlpseq; default: settings chosen from the data.
        minutes: budget of the training.
        init_from: a run, saved model or hub name to begin from: its text pipeline, sizes and weights.
        run_dir: folder of the run; default: one for these data and settings, below `runs`.
        settings: any others by their names on the command line: `{"model.hidden_size": 256}`.
        quiet: log nothing on the way.
    """

    recipe: str | Path | None
    minutes: float | None
    init_from: str | Path | None
    run_dir: str | Path | None
    settings: Mapping[str, Any] | None
    quiet: bool


class Trained(InBatches, Protocol):
    """A model with the folder that it was loaded from, if any: a run's, or that of a saved model."""

    task: ClassVar[str]
    model: Any
    folder: Path | None

    def __repr__(self) -> str:
        """In one line: a network's own fills a screen of a notebook."""
        size = sum(weight.numel() for weight in self.model.parameters())
        return f"{type(self).__name__}({size:,} parameters{'' if self.folder is None else f', {self.run_dir}'})"

    @property
    def config(self) -> dict[str, Any]:
        """What `config.json` says of the model, but its seal."""
        ...

    @classmethod
    def _revived(cls, saved: SavedModel, device: str) -> Self:
        """The model in a folder; ValueError, KeyError or TypeError where its `config.json` is not what it should be."""
        ...

    def _save_text(self, folder: Path) -> None:
        """Write what the network needs to read and write text."""
        ...

    @classmethod
    def from_pretrained(
        cls, name_or_path: str | Path, *, device: str = "cpu", revision: str | None = None, token: str | None = None
    ) -> Self:
        """Load a run folder, a folder of `save_pretrained`, or a model on the Hugging Face hub.

        `revision` (a branch, a tag or a commit) and `token` are those of the hub.

        Raises:
            UserError: there is no such run, or a file of it is missing or damaged.
        """
        return load_saved(name_or_path, cls.task, partial(cls._revived, device=device), revision=revision, token=token)

    @classmethod
    def _learnt(cls, data: Any, columns: Mapping[str, str | None], **options: Unpack[TrainOptions]) -> Self:
        """The model of a run that is trained on `data`, see `learn`."""
        from nlpseq.tasks.learn import learn

        if strange := [name for name in options if name not in TrainOptions.__annotations__]:
            known = ", ".join(TrainOptions.__annotations__)
            raise UserError(
                f"{strange[0]}: no option of train, which are {known}; settings take any other, "
                'as in settings={"train.max_epochs": 3}'
            )
        found: Self = learn(cls.task, data, columns=columns, **options)
        return found

    def save_pretrained(self, folder: str | Path) -> None:
        """Write weights, settings, what reads the text, and a model card to `folder`; nothing in it is a pickle."""
        from nlpseq.models.weights import own_weights, save_weights
        from nlpseq.tasks.card import write_card

        folder = Path(folder)
        self.save_without_weights(folder)
        write_card(folder, self.model, source=self.folder)
        save_weights(own_weights(self.model), folder / MODEL_FILE)
        seal(folder, self.config)  # once all is there

    def save_without_weights(self, folder: Path) -> None:
        """Write all of `save_pretrained` but the network's weights, the card and the seal."""
        self._save_text(folder)
        write_config(folder, self.config)

    def push_to_hub(self, name: str, *, token: str | None = None, private: bool = False) -> str:
        """Upload the model and its card to the Hugging Face hub as owner/name; the address of the commit.

        Raises:
            UserError: the hub does not take it.
        """
        from nlpseq.runs.hub import push

        with TemporaryDirectory(prefix="nlpseq-") as folder:
            self.save_pretrained(folder)
            return push(folder, name, token=token, private=private)

    @property
    def run_dir(self) -> Path | None:
        """The folder of the run, None for a model that comes from none."""
        return None if self.folder is None else home(self.folder)

    @property
    def metrics(self) -> dict[str, Any]:
        """The scores of the run's test split, as in `metrics.json`; empty for a run that was not evaluated."""
        path = None if self.folder is None else self.folder / METRICS_FILE
        return read_json(path, dict) if path is not None and path.is_file() else {}

    def report(self) -> Path:
        """The page of the run's report, to be opened in a browser.

        Raises:
            UserError: the model comes from no run, or the run was not evaluated.
        """
        path = None if self.folder is None else self.folder / REPORT_FILE
        if path is None or not path.is_file():
            raise UserError(f"{self.folder or 'this model'}: no report here; a run that has come to its end has one")
        return path.absolute()

    @property
    def _device(self) -> torch.device:
        """Where the network computes."""
        device: torch.device = next(self.model.parameters()).device
        return device

    @property
    def _at_once(self) -> int:
        """As many as torch has threads, on the CPU: a step's products are too small to be shared out among them."""
        import torch

        return torch.get_num_threads() if self._device.type == "cpu" else 1

    def _each(self, work: Callable[[Batch], Found], batches: Iterable[Batch]) -> Iterator[Found]:
        from nlpseq.models.inference import inference

        left = iter(batches)
        # Some for each thread: the last ones to end keep the others waiting.
        while group := list(islice(left, 1 if self._at_once == 1 else 4 * self._at_once)):
            with inference(self.model):  # for all of them: none may end it for the others
                found = on_threads(work, group, self._device)
            yield from found
