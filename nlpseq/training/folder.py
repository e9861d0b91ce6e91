"""What a training leaves in its folder: the checkpoint first, then all that is shown, which follows from it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from nlpseq.errors import UserError
from nlpseq.files import atomic_path, remove_parts, write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.models.weights import own_weights, save_weights
from nlpseq.training import BEST_FOLDER, CURVES_FILE, RESUME_FILE
from nlpseq.training.state import Candidate, TrainState


class TrainingFolder:
    """`resume.ckpt`, `best/step-N.safetensors`, and what follows from them: `curves.csv`, `model.safetensors`.

    The order is: a model that is among the best, the checkpoint that knows of it, what is shown, and only then are
    models removed that the checkpoint has forgotten. Killed anywhere in between, a resume finds all that its
    checkpoint names, and shows nothing that the checkpoint does not know.

    Of several processes, the first reads and writes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoint_path = path / RESUME_FILE
        self._shown = 0  # rows of the curves

    def load(self, state: TrainState) -> bool:
        """Bring `state` to where the folder's checkpoint stands; whether there is one.

        Raises:
            UserError: the checkpoint cannot be resumed from.
        """
        try:
            saved = state.ranks.told(self._read)
            if saved is None:
                return False
            state.load_state_dict(saved)
            if gone := [self._model(candidate) for candidate in state.best if not self._model(candidate).is_file()]:
                raise ValueError(f"{gone[0].name} is gone")
        except (UserError, OSError):
            raise
        except Exception as error:  # a damaged file can raise anything
            raise UserError(
                f"{self.checkpoint_path}: cannot be resumed from; delete it to train from the start"
            ) from error
        self._show(state)
        return True

    def keep(self, state: TrainState, candidate: Candidate) -> None:
        """Write the model as it is now, which is among the best."""
        if state.ranks.first:
            save_weights(own_weights(state.model), self._model(candidate))

    def checkpoint(self, state: TrainState) -> None:
        """Write all that a resume needs, beside its place and then into it, and bring all else up to it."""
        state.saved = state.step
        saved = state.state_dict()
        if state.ranks.first:
            with atomic_path(self.checkpoint_path) as beside:
                save_checkpoint(saved, beside)
            self._show(state)

    def average(self, state: TrainState) -> None:
        """Make `model.safetensors` the mean of the best models."""
        if not state.ranks.first:
            return
        models = [load_file(self._model(candidate)) for candidate in state.best]
        mean = {name: torch.stack([model[name] for model in models]).mean(0) for name in models[0]}
        save_weights(mean, self.path / MODEL_FILE)

    def _read(self) -> Any:
        """What the checkpoint holds; None if there is none."""
        remove_parts(self.path)
        if not self.checkpoint_path.exists():
            return None
        return torch.load(self.checkpoint_path, map_location="cpu", weights_only=True)

    def _show(self, state: TrainState) -> None:
        if len(state.rows) == self._shown or not state.ranks.first:
            return
        self._shown = len(state.rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, state.rows[0])
        writer.writeheader()
        writer.writerows(state.rows)
        write_text_atomically(self.path / CURVES_FILE, text.getvalue())
        with atomic_path(self.path / MODEL_FILE) as beside:
            shutil.copyfile(self._model(state.best[0]), beside)
        wanted = {self._model(candidate) for candidate in state.best}
        for path in (self.path / BEST_FOLDER).glob("step-*.safetensors"):
            if path not in wanted:
                path.unlink()

    def _model(self, candidate: Candidate) -> Path:
        return self.path / BEST_FOLDER / f"step-{candidate.step:07d}.safetensors"


def save_checkpoint(saved: dict[str, Any], path: Path) -> None:
    """Write a saved state, which `torch.load` reads with `weights_only`; a full disk is an OSError."""
    with open(path, "wb") as file:
        torch.save(saved, file)
