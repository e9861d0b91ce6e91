"""What a trained model knows of the run that it comes from."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from nlpseq.errors import UserError
from nlpseq.files import read_json
from nlpseq.runs.folder import METRICS_FILE
from nlpseq.runs.swap import home

REPORT_FILE = "report.html"


class Trained(Protocol):
    """A model with the folder that it was loaded from, if any: a run's, or that of a saved model."""

    folder: Path | None

    @property
    def run_dir(self) -> Path | None:
        """The folder of the run, None for a model that comes from none."""
        return None if self.folder is None else home(self.folder)

    @property
    def metrics(self) -> dict[str, Any]:
        """The scores of the run's test split, as in `metrics.json`; empty for a run that was not evaluated."""
        path = None if self.folder is None else self.folder / METRICS_FILE
        return read_json(path, dict) if path is not None and path.is_file() else {}

    def save_pretrained(self, folder: str | Path) -> None:
        """Write all that `from_pretrained` needs, and a card, to `folder`."""
        ...

    def push_to_hub(self, name: str, *, token: str | None = None, private: bool = False) -> str:
        """Upload the model and its card to the Hugging Face hub as owner/name; the address of the commit.

        Raises:
            UserError: the hub does not take it.
        """
        from nlpseq.runs.hub import push

        with TemporaryDirectory(prefix="nlpseq-") as folder:
            self.save_pretrained(folder)
            return push(folder, name, token=token, private=private)

    def report(self) -> Path:
        """The page of the run's report, to be opened in a browser.

        Raises:
            UserError: the model comes from no run, or the run was not evaluated.
        """
        path = None if self.folder is None else self.folder / REPORT_FILE
        if path is None or not path.is_file():
            raise UserError(f"{self.folder or 'this model'}: no report here; a run that has come to its end has one")
        return path.absolute()
