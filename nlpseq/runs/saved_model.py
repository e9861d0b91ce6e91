"""The folder of a saved model, or of a run that has one: found, checked as a stranger's, and sealed when it is whole.

`load_saved` takes these steps for every task:

1. `model_folder` finds it, here or on the hub, and refuses what leads out of it.
2. `read_config` reads `config.json`, and checks the files of `text/` by the checksums that stand in it.
3. `settings_of` makes a section of it settings, each value of the type that it must have.
4. `models/weights.py` compares the weights with the network before it takes memory for them.
5. `seal` writes the checksums, once all files are there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from nlpseq.config import RECIPES
from nlpseq.data.hub import hub_name, hub_request
from nlpseq.errors import UserError
from nlpseq.files import file_sha256, read_bytes, read_json, write_text_atomically
from nlpseq.models import MODEL_FILE
from nlpseq.models.stored import check_sha256, stored_weights
from nlpseq.recipe import read_recipe, write_settings
from nlpseq.runs.entries import check_folder
from nlpseq.runs.folder import CONFIG_FILE, SETTINGS_FILE, any_run_settings
from nlpseq.runs.swap import in_force, whole

if TYPE_CHECKING:
    from torch import nn

log = logging.getLogger("nlpseq")

NGRAMS_FILE = "ngrams.safetensors"
# The files of tokenizers and alphabets.
TEXT_FOLDER = "text"
# Larger ones are no size of anything.
LARGEST_INTEGER = 2**31 - 1
LARGEST_FLOAT = 1e300
FIX = "train the run again"

AnySection = TypeVar("AnySection")
Loaded = TypeVar("Loaded")
Network = TypeVar("Network", bound="nn.Module")


@dataclass(frozen=True)
class SavedModel:
    """A folder with a model, and what its `config.json` says."""

    folder: Path
    config: dict[str, Any]

    def settings(self, section: str, kind: type[AnySection]) -> AnySection:
        """A section of the config as settings of this kind; see `settings_of`."""
        return settings_of(kind, self.config[section])

    def network(self, build: Callable[[], Network], *, layers: int, device: str) -> Network:
        """The network that `build` makes, with the saved weights, ready to be used; see `load_network`."""
        from nlpseq.models.weights import load_network

        sha256 = self.config["sha256"].get(MODEL_FILE)
        return load_network(build, self.folder / MODEL_FILE, layers=layers, sha256=sha256).to(device).eval()


def load_saved(
    name_or_path: str | Path,
    task: str,
    revive: Callable[[SavedModel], Loaded],
    *,
    revision: str | None = None,
    token: str | None = None,
) -> Loaded:
    """What `revive` makes of a run folder, a folder of `save_pretrained` or a model on the hub, which is for `task`.

    `revision` and `token` are those of the hub.

    Raises:
        UserError: there is no such model, it is of another task, or a file of it is missing or damaged.
    """

    name_or_path = os.path.expanduser(name_or_path)

    def load() -> Loaded:
        folder = model_folder(name_or_path, revision=revision, token=token)
        saved = SavedModel(folder, read_config(folder, task))
        try:
            return revive(saved)
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(folder, error) from error

    return whole(Path(name_or_path), load)


def model_folder(name_or_path: str | Path, *, revision: str | None = None, token: str | None = None) -> Path:
    """The folder of a run or a saved model; a hub name (owner/name, or hf://owner/name) is fetched.

    A revision, which is a branch, a tag or a commit, may stand behind the name too, as in owner/name@v1.

    Raises:
        UserError: there is neither, or something in the folder is no file or leads out of it.
    """
    name_or_path = os.path.expanduser(name_or_path)
    name = str(name_or_path)
    if not name.strip():
        raise UserError("the name of the run folder is empty; give one, such as runs/translate, or . for this folder")
    if os.path.isdir(name_or_path):
        folder = in_force(Path(name_or_path))
        if folder != Path(name_or_path):
            log.warning("%s: its training is not finished; this is its best model so far", name)
        return check_folder(folder)
    name, _, behind = name.partition("@")
    if (wanted := hub_name(name)) is None:
        raise UserError(f"{name[:200]}: no such run folder; a model of the hub is named hf://owner/name")
    if ":" in wanted:
        raise UserError(f"{name[:200]}: only data sets have a part after a colon; name the model as owner/name")
    return check_folder(_fetched(wanted, revision=revision or behind or None, token=token))


def model_task(folder: Path) -> tuple[str, dict[str, Any]]:
    """The task of the model in a folder, and all that its `config.json` says.

    Raises:
        UserError: the file is missing or damaged.
    """
    if not (folder / CONFIG_FILE).is_file():
        raise _no_model(folder)
    config = read_json(folder / CONFIG_FILE, dict, fix=FIX)
    task = config.get("task")
    if not isinstance(task, str) or task not in RECIPES:
        raise damaged(folder, f"no task is called {task!r:.60}")
    return task, config


def _no_model(folder: Path) -> UserError:
    """What to say of a folder without a model, with one below it that has one."""
    if (folder / "fold-1" / CONFIG_FILE).is_file():
        return UserError(f"{folder}: a cross-validation; use one of its folds, as in {folder / 'fold-1'}")
    below = next((path for path in sorted(folder.iterdir()) if (path / CONFIG_FILE).is_file()), None)
    fix = f"name one run, such as {below}" if below is not None else "name the folder of a run, or train it first"
    return UserError(f"{folder / CONFIG_FILE}: missing or damaged (there is no model in this folder); {fix}")


def read_config(folder: Path, task: str) -> dict[str, Any]:
    """What `config.json` says of a model of `task`, whose files in `text/` are those that it was saved with.

    Its "sha256" is there in any case, empty for a model that is not sealed.

    Raises:
        UserError: it is missing, damaged or of another task, or a file of `text/` is not as it was saved.
    """
    found, config = model_task(folder)
    if found != task:
        raise UserError(f"{folder}: a run of the task {found}, not {task}; use nlpseq {found} for it")
    config["sha256"] = checksums(folder, config)
    for name, digest in config["sha256"].items():
        path = folder / name
        if name.startswith(f"{TEXT_FOLDER}/") and hashlib.sha256(read_bytes(path, fix=FIX)).hexdigest() != digest:
            raise UserError(f"{path}: not as it was saved with this config.json; {FIX}")
    return config


def model_settings(folder: Path, overrides: Sequence[str] = ()) -> Any:
    """The settings that the run in a folder was made with; of a saved model, which has none, those of its task.

    Args:
        folder: of a run or a saved model.
        overrides: options such as `["--data.path", "new.csv"]`.

    Raises:
        UserError: it is neither, or an option is wrong.
    """
    if (folder / SETTINGS_FILE).is_file() or not (folder / CONFIG_FILE).is_file():
        settings = any_run_settings(folder)  # which says what is wrong
        found = read_recipe(folder / SETTINGS_FILE, overrides, prog="nlpseq evaluate") if overrides else settings
        return replace(found, run_dir=settings.run_dir)
    task, config = model_task(folder)
    defaults: Any = RECIPES[task](run_dir=str(folder))
    if languages := {side: config.get(side) for side in ("src", "tgt") if hasattr(defaults.data, side)}:
        defaults = replace(defaults, data=replace(defaults.data, **languages))
    with TemporaryDirectory(prefix="nlpseq-") as place:
        write_settings(defaults, Path(place) / SETTINGS_FILE)
        return read_recipe(Path(place) / SETTINGS_FILE, overrides, prog="nlpseq evaluate")


def settings_of(kind: type[AnySection], found: object) -> AnySection:
    """A section of `config.json` as settings of this kind.

    Raises:
        ValueError, TypeError: a key that there is not, a value of another type, or one that is not allowed.

    >>> from nlpseq.config import CharRNNSettings
    >>> settings_of(CharRNNSettings, {"hidden_size": 8, "cell": "gru"}).hidden_size
    8
    >>> settings_of(CharRNNSettings, {"hidden_size": 8.5})
    Traceback (most recent call last):
    ...
    ValueError: hidden_size is 8.5
    """
    if not isinstance(found, dict):
        raise ValueError("a section is not an object")
    hints = get_type_hints(kind)
    for name, value in found.items():
        if name in hints and not _fits(value, hints[name]):
            raise ValueError(f"{name} is {value!r}"[:100])
    try:
        return kind(**found)
    except UserError as error:  # it does not name the file
        raise ValueError(str(error)) from error


def seal(folder: Path, config: Mapping[str, Any]) -> None:
    """Write `config.json` with the SHA-256 of each file that the model is made of; they are checked when it is loaded.

    To be called once all are there.

    Raises:
        UserError: a file is missing.
    """
    texts = sorted(path.name for path in (folder / TEXT_FOLDER).iterdir() if not path.name.startswith("."))
    names = [MODEL_FILE, *(f"{TEXT_FOLDER}/{name}" for name in texts)]
    if (folder / NGRAMS_FILE).is_file() and config.get("ngram_weight"):
        names.append(NGRAMS_FILE)
    write_config(folder, {**config, "sha256": {name: file_sha256(folder / name) for name in names}})


def is_whole(folder: Path) -> bool:
    """Whether the weights in a folder can be read and are those that `config.json` was sealed with, if it was."""
    path, config = folder / MODEL_FILE, {}
    with suppress(UserError):  # a damaged one is no reason to give up the weights
        config = read_json(folder / CONFIG_FILE, dict)
    try:
        stored_weights(path)
        check_sha256(path, checksums(folder, config).get(MODEL_FILE))
    except UserError:
        return False
    return True


def write_config(folder: Path, config: Mapping[str, Any]) -> None:
    """Write `config.json`."""
    write_text_atomically(folder / CONFIG_FILE, json.dumps(config, indent=2, ensure_ascii=False) + "\n")


def checksums(folder: Path, config: Mapping[str, Any]) -> dict[str, str]:
    """The SHA-256 of each file of a sealed model, by its name; empty for one that is not sealed.

    Raises:
        UserError: it names files that are no part of a model.
    """
    found = config.get("sha256", {})
    if not isinstance(found, dict) or not all(isinstance(digest, str) for digest in found.values()):
        raise damaged(folder, "sha256 is not a table of checksums")
    for name in found:
        place, _, last = name.rpartition("/")
        if name not in (MODEL_FILE, NGRAMS_FILE) and (place != TEXT_FOLDER or not last):
            raise damaged(folder, f"{name!r} is no file of a model"[:100])
    return found


def damaged(folder: Path, error: Exception | str) -> UserError:
    """What to say when `config.json` does not hold what it should."""
    return UserError(f"{folder / CONFIG_FILE}: missing or damaged ({str(error)[:200]}); {FIX}")


def check_count(name: str, value: object, most: int = LARGEST_INTEGER) -> int:
    """The value, which must be a whole number from 1 on; ValueError if it is not."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise ValueError(f"{name} is {value!r}"[:100])
    return value


def check_number(name: str, value: object) -> float:
    """The value, which must be a finite number; ValueError if it is not."""
    if not _fits(value, float):
        raise ValueError(f"{name} is {value!r}"[:100])
    return float(value)  # type: ignore[arg-type]


def check_temperature(value: object) -> float:
    """The value, which must be a finite number above 0; ValueError if it is not."""
    temperature = check_number("temperature", value)
    if temperature <= 0:
        raise ValueError(f"temperature is {temperature}")
    return temperature


def check_names(name: str, value: object) -> tuple[str, ...]:
    """The value, which must be a list of different words that can be shown; ValueError if it is not."""
    if not isinstance(value, list) or not all(isinstance(word, str) and word.strip() for word in value):
        raise ValueError(f"{name} is not a list of words")
    if len(set(value)) < len(value) or any(ord(character) < 32 for word in value for character in word):
        raise ValueError(f"{name} has the same twice, or words with control characters")
    return tuple(value)


def _fetched(name: str, *, revision: str | None, token: str | None) -> Path:
    from huggingface_hub import snapshot_download

    try:
        with hub_request(name, "model", token=token):
            return Path(snapshot_download(name, revision=revision, token=token))
    except Exception as error:  # of several libraries, and of other ones in each release
        at = f", revision {revision[:60]}" if revision else ""
        raise UserError(f"{name}: no such run folder, and no model of that name{at} can be had from the hub") from error


def _fits(value: object, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return any(value == choice and type(value) is type(choice) for choice in get_args(hint))
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool) and -LARGEST_FLOAT < value < LARGEST_FLOAT
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER
    return hint not in (bool, str, type(None)) or isinstance(value, hint)
