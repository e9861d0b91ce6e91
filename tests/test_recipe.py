"""A recipe is read with its types, a mistake in it is one sentence with the mend, and every shipped one is right."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from nlpseq.config import (
    DecodeSettings,
    ParallelDataSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)
from nlpseq.errors import UserError
from nlpseq.recipe import read_recipe, write_settings

RECIPES = sorted((Path(__file__).resolve().parent.parent / "recipes").glob("*.yaml"))


@pytest.fixture
def recipe(tmp_path: Path):
    """Writes a recipe and gives its path."""

    def write(content: str | bytes) -> Path:
        path = tmp_path / "mine.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_there_are_recipes() -> None:
    assert {path.stem for path in RECIPES} >= {"translate", "translate-multi30k"}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_shipped_recipe_reads_as_it_is_written(path) -> None:
    settings = read_recipe(path)
    assert settings.run_dir == f"runs/{path.stem}"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    for section, values in written.items():
        if isinstance(values, dict):
            found = {key: getattr(getattr(settings, section), key) for key in values}
            assert found == {key: float(v) if isinstance(found[key], float) else v for key, v in values.items()}


def test_what_is_left_out_has_its_default(recipe) -> None:
    assert read_recipe(recipe("data:\n  path: here\n")) == TranslateSettings(data=ParallelDataSettings(path="here"))


@pytest.mark.parametrize(
    ("written", "read"), [("1e-3", 1e-3), ("2e-3", 2e-3), ("1E-4", 1e-4), ("1", 1.0), (".5", 0.5), ("0.004", 0.004)]
)
def test_numbers_are_numbers_however_written(recipe, written, read) -> None:
    path = recipe(f"train:\n  lr: {written}\n")
    for found in (read_recipe(path), read_recipe(recipe("data:\n  path: x\n"), ["--train.lr", written])):
        assert found.train.lr == read
        assert isinstance(found.train.lr, float)


def test_the_command_line_overrules_the_file(recipe) -> None:
    path = recipe("run_dir: a\nmodel:\n  cell: lstm\n  layer_norm: true\ntrain:\n  max_minutes: 3\n")
    overrides = ["--model.cell", "rnn_tanh", "--model.layer_norm=false", "--train.max_minutes", "null", "--run_dir=b"]
    assert read_recipe(path).model == TranslatorSettings(cell="lstm", layer_norm=True)
    found = read_recipe(path, overrides)
    assert found.run_dir == "b"
    assert found.model == TranslatorSettings(cell="rnn_tanh")
    assert found.train == TranslateTrainSettings()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("train.lrr", "train.lr"),
        ("trian.lr", "train.lr"),
        ("train.dropout", "model.dropout"),  # the right name in the wrong section
        ("model.lr", "train.lr"),
        ("text.vocab_siz", "text.vocab_size"),
        ("decode.beam", "decode.beam_size"),
        ("rundir", "run_dir"),
        ("lr", "train.lr"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(recipe, key, meant) -> None:
    section, _, name = key.rpartition(".")
    in_file = recipe(f"{section}:\n  {name}: 1\n" if section else f"{name}: 1\n")
    message = f"^unknown setting {key}; did you mean {meant}\\?$"
    with pytest.raises(UserError, match=message):
        read_recipe(in_file)
    with pytest.raises(UserError, match=message):
        read_recipe(recipe("data:\n  path: x\n"), [f"--{key}", "1"])


@pytest.mark.parametrize(
    ("section", "setting", "message"),
    [
        ("train", "lr: fast", "train.lr: 'fast' is not a number"),
        ("train", "max_epochs: 2.5", "train.max_epochs: '2.5' is not a whole number"),
        ("model", "layer_norm: perhaps", "model.layer_norm: 'perhaps' is not true or false"),
        ("data", "src: no", "data.src: 'False' is not text; put it in quotes"),  # Norwegian, to YAML a boolean
        ("model", "cell: gruu", r"model.cell: 'gruu' is not one of \['gru', 'lstm', 'rnn_tanh', 'rnn_relu'\]"),
        ("model", "hidden_size: 7", "model.hidden_size must be even, not 7"),
        ("train", "lr: -1", "train.lr must be above 0, not -1"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(recipe, section, setting, message) -> None:
    with pytest.raises(UserError, match=f"^{message}"):
        read_recipe(recipe(f"{section}:\n  {setting}\n"))
    if "quotes" not in message:
        key, value = setting.split(": ")
        with pytest.raises(UserError, match=f"^{message}"):
            read_recipe(recipe("data:\n  path: x\n"), [f"--{section}.{key}", value])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("train:\n lr: 1\n   x: [\n", "mine.yaml: .*line 3"),
        ("data:\n\tpath: x\n", "mine.yaml: .*line 2"),
        (b"data:\n  path: \xff\xfe\n", "mine.yaml: not UTF-8"),
        ("", "mine.yaml: an empty file or section"),
        ("train:\n", "mine.yaml: an empty file or section"),
        ("- train\n- model\n", "mine.yaml: an empty file or section"),
        ("train: 3\n", "train: 3 is not a section"),
    ],
)
def test_a_broken_file_is_named(recipe, content, message) -> None:
    with pytest.raises(UserError, match=message):
        read_recipe(recipe(content))


@pytest.mark.parametrize("name", ["missing.yaml", "."])
def test_a_missing_file_is_named(tmp_path, name) -> None:
    with pytest.raises(UserError, match="no such recipe file"):
        read_recipe(tmp_path / name)


def test_written_settings_read_back_equal(tmp_path) -> None:
    settings = TranslateSettings(
        run_dir="läufe/1",
        data=ParallelDataSettings(path="Wörter: 'und' \"so\" #1", src="no", tgt="12"),
        train=TranslateTrainSettings(lr=1e-7, max_minutes=0.5, seed=12),
        decode=DecodeSettings(length_penalty="none"),
    )
    path = tmp_path / "new" / "settings.yaml"
    write_settings(settings, path)
    assert read_recipe(path) == settings
    write_settings(TranslateSettings(), path)
    assert read_recipe(path) == TranslateSettings()
