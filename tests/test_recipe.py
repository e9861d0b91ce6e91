"""A recipe is read with its types, a mistake in it is one sentence with the mend, and every shipped one is right."""

from __future__ import annotations

import os
import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
import yaml

from nlpseq.config import RECIPES as TASKS
from nlpseq.config import (
    DecodeSettings,
    ParallelDataSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)
from nlpseq.errors import UserError, one_line
from nlpseq.recipe import _keys, read_recipe, write_settings

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
        ("model", "cell: gruu", r"model.cell: 'gruu' is not one of \['rnn_tanh', 'rnn_relu', 'gru', 'lstm'\]"),
        ("model", "hidden_size: 7", "model.hidden_size must be even, not 7"),
        ("train", "lr: -1", "train.lr must be above 0, not -1"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(recipe, section, setting, message) -> None:
    with pytest.raises(UserError, match=f"^{message}"):
        read_recipe(recipe(f"{section}:\n  {setting}\n"))
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


# ---- what no recipe needs is refused


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("train: &a {lr: 1}\n", r"mine.yaml, line 1: an anchor or alias \('a'\); write the value out"),
        ("data: {path: x}\ntrain: *a\n", "line 2: an anchor or alias"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "line 1: an anchor or alias"),
        ("<<: {train: {lr: 1}}\n", "unknown setting <<"),
        ("train:\n  lr: !!float abc\n", "line 2: a tag"),
        ("!!python/object/apply:os.system ['true']\n", "line 1: a tag"),
        ("train: {lr: 0.5}\nmodel: {hidden_size: 8}\ntrain: {max_epochs: 3}\n", "line 3: 'train' stands in line 1"),
        ("train:\n  lr: 1\n  lr: 2\n", "line 3: 'lr' stands in line 2 already; keep one"),
        ("train:\n  'lr': 1\n  \"lr\": 2\n", "line 3: 'lr' stands in line 2 already; keep one"),
        ("[" * 100_000, "line 1: nested too deeply"),
        ("train: " + "[" * 500 + "]" * 500, "line 1: nested too deeply"),
        ("- " * 5_000 + "x", "line 1: nested too deeply"),
        ("a: {" * 1000, "nested too deeply"),
        ("train: {lr: 1}\n---\ntrain: {lr: 2}\n", "line 2: a second document"),
        ("a: b\n" * 200_001, "larger than 1,000,000 bytes"),
        ("".join(f"key{number}: 1\n" for number in range(9000)), "more than 10,000 values"),
        ("? [a, b]\n: 1\n", "line 1: a list or section as a key"),
        ("train:\n  ? {a: b}\n  : 1\n", "line 2: a list or section as a key"),
        ("train: {lr: 1\x07}\n", "mine.yaml: not YAML"),
        ("train\n", "mine.yaml: an empty file or section"),
        ("null\n", "mine.yaml: an empty file or section"),
        ("# nothing but words\n", "mine.yaml: an empty file or section"),
        ("{}\n", "mine.yaml: an empty file or section"),
        ("train:\n  lr:\n", "train.lr: no value .*line 2.*; write one behind it, or take the line out"),
        ("train:\n  lr: null\n", "train.lr: no value"),
        ("train:\n  lr: ~\n", "train.lr: no value"),
        ("run_dir:\n", "run_dir: no value"),
        ("run_dir: ''\n", "run_dir is empty; name a folder"),
        ("run_dir: \"a\\0b\"\n", r"run_dir: 'a\\x00b' holds what no text file can"),
        ("task:\n", "task: '' is not a task"),
        ("task: [translate]\n", "task: a list or section is not a task"),
        ("task: {translate: 1}\n", "task: a list or section is not a task"),
        ("task: clasify\n", r"task: 'clasify' is not a task \(recipe .*\); did you mean classify\?"),
        ("task: generate\nsample: {temperatures: }\n", "sample.temperatures: no value"),
        ("task: generate\nsample: {temperatures: 0.5}\n", "sample.temperatures: '0.5' is not a list"),
        ("task: generate\nsample: {temperatures: [a]}\n", "sample.temperatures: 'a' is not a number"),
        ("task: generate\nsample: {temperatures: [[1]]}\n", "sample.temperatures: a list is not a number"),
        ("train: other.yaml\n", "train: other.yaml is not a section"),
        ("config: other.yaml\n", "unknown setting config"),
        ("train: [lr, 1]\n", "train: a list is not a section"),
        ("train: {lr: {a: 1}}\n", "train.lr: a section is not a number"),
        ("train: {max_epochs: 1:30}\n", "train.max_epochs: '1:30' is not a whole number"),
        ("train: {max_minutes: 1:30}\n", "train.max_minutes: '1:30' is not a number or null"),
        ("train: {max_minutes: 2 minutes}\n", r"train.max_minutes: '2 minutes' is not a number or null \(.*line 1\)"),
        ("train: {max_epochs: 0x10}\n", "train.max_epochs: '0x10' is not a whole number"),
        ("train: {max_epochs: 10000000000000000000000000000000000}\n", "max_epochs: .* is not a whole number"),
        ("train: {max_epochs: 100000000000000000000}\n", "train.max_epochs must be at most 100,000, not"),
        ("train: {lr: 1e999}\n", "train.lr must be at most 1,000, not inf"),
        ("train: {lr: .nan}\n", "train.lr must be a number, not nan"),
        ("train: {seed: -1}\n", "train.seed must not be negative, not -1"),
        ("train: {seed: 4294967296}\n", "train.seed must be at most 4,294,967,295, not 4294967296"),
        ("train.lr: 1\n", "train.lr: not a key of the top level; write train: and, below it, lr:"),
        ("model: {cell: gru2}\n", r"model.cell: 'gru2' is not one of .*; did you mean gru\?"),
        ("train: {average: best}\n", "train.average best .* set train.keep_best to 2 or more, not 1"),
        ("model: {attention: none}\ndecode: {coverage_penalty: 0.2}\n", "set decode.coverage_penalty to 0"),
        ("task: classify\nmodel: {num_layers: 2}\npretrain: {max_epochs: 1}\n", "pretrain.max_epochs needs"),
        ("task: summarize\ndecode: {max_length: 5, min_length: 6}\n", "decode.min_length must be at most"),
    ],
    ids=lambda text: ascii(text)[:40],
)  # fmt: skip
def test_what_no_recipe_needs_is_refused_in_a_sentence(recipe, content, message) -> None:
    with pytest.raises(UserError, match=message) as refusal:
        read_recipe(recipe(content))
    assert len(one_line(refusal.value)) <= 500


@pytest.mark.parametrize("written", ["no", "12", "1e3", "true", "2020-01-01", "'null'", "1:30"])
def test_text_is_text_without_quotes_too(recipe, written) -> None:
    """Norwegian is a language, whatever YAML 1.1 says; what is written comes back as it was written."""
    found = read_recipe(recipe(f"data:\n  src: {written}\n"))
    assert found.data.src == written.strip("'")
    path = recipe("")
    write_settings(found, path)
    assert read_recipe(path) == found


@pytest.mark.parametrize(("written", "read"), [("yes", True), ("No", False), ("TRUE", True), ("off", False)])
def test_a_switch_in_any_words(recipe, written, read) -> None:
    assert read_recipe(recipe(f"model:\n  layer_norm: {written}\n")).model.layer_norm is read


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--train.lr"], "--train.lr has no value; give one behind it"),
        (["--train.lr", "--train.seed", "1"], "--train.lr has no value"),
        (["train.lr", "1"], "'train.lr' is no setting; give settings as --SECTION.KEY VALUE"),
        (["--"], "'--' is no setting"),
        (["--train", "other.yaml"], "train: other.yaml is not a section"),
        (["--data", "my.csv"], r"data: my.csv is not a section \(--data\); did you mean data.path\?$"),
        ([__file__], r"test_recipe.py: settings have names; did you mean --data.path .*test_recipe.py\?$"),
        (["--output", "x"], r"did you mean run_dir\?$"),
        (["--config", "other.yaml"], "unknown setting config"),
        (["--learning_rate", "1"], r"^unknown setting learning_rate; did you mean train.lr\?$"),
        (["--epochs", "1"], r"did you mean train.max_epochs\?$"),
        (["--train.lr", ""], "train.lr: '' is not a number"),
        (["--train.lr.x", "1"], "train.lr: a section is not a number"),
        (["--a.b.c.d.e.f", "1"], "unknown setting a.b"),
        (["--", "1"], "no setting"),
        (["--=1"], "unknown setting"),
        (["--.=1"], "unknown setting"),
        (["--train.max_minutes", "2 minutes"], r"'2 minutes' is not a number or null \(--train.max_minutes\)"),
        (["--" + "x" * 300_000, "1"], "unknown setting xxx"),
        (["--data.path", "\udcff"], "data.path: .* holds what no text file can"),
        (["--train", "{a: " * 100_000], "nested too deeply"),
    ],
    ids=lambda words: ascii(words)[:40],
)  # fmt: skip
def test_a_wrong_word_of_the_command_line_is_named(recipe, words, message) -> None:
    with pytest.raises(UserError, match=message) as refusal:
        read_recipe(recipe("data: {path: x}\n"), words)
    assert len(one_line(refusal.value)) <= 500


def test_words_of_the_command_line(recipe) -> None:
    path = recipe("task: generate\ntrain: {lr: 1}\n")
    found = read_recipe(path, ["--run-dir", "here", "--train.max-epochs=3", "--sample.temperatures", "[0, .5]"])
    assert (found.run_dir, found.train.max_epochs, found.train.lr) == ("here", 3, 1.0)
    assert found.sample.temperatures == (0.0, 0.5)
    assert read_recipe(path, ["--train.lr=2", "--train.lr=3"]).train.lr == 3  # the last one, as everywhere
    assert read_recipe(path, ["--sample.prompt", ""]).sample.prompt == ""


# ---- files that are not there, or elsewhere


@pytest.mark.parametrize(
    "name",
    ["a\0b.yaml", "x" * 5000, "\udcff.yaml", "", "/dev/null", "/proc/self/mem"],
    ids=lambda name: ascii(name)[:20],
)
def test_what_is_no_file_is_no_recipe(name) -> None:
    with pytest.raises(UserError, match="no such recipe file|cannot be read"):
        read_recipe(name)


def test_a_pipe_is_no_recipe(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(UserError, match="no such recipe file"):
        read_recipe(tmp_path / "pipe.yaml")


def test_a_mistyped_recipe_names_the_nearest(recipe, monkeypatch, tmp_path) -> None:
    mine = recipe("data: {path: x}\n")
    with pytest.raises(UserError, match=r"mien.yaml: no such recipe file; did you mean .*mine.yaml\?"):
        read_recipe(mine.parent / "mien.yaml")
    monkeypatch.chdir(tmp_path)
    for name in ("recipes/classify", "recipes/classfy.yaml", "clasify"):
        with pytest.raises(UserError, match=rf"{name}: no such recipe file; did you mean classify\?"):
            read_recipe(name)
    (tmp_path / "recipes").mkdir()
    (tmp_path / "recipes" / "classify.yaml").write_text("task: classify\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"clasify: no such recipe file; did you mean recipes/classify.yaml\?"):
        read_recipe("clasify")


def test_a_recipe_that_comes_with_nlpseq_needs_its_name_alone(monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("classify", "classify.yaml"):
        settings = read_recipe(name, ["--model.hidden_size", "8"])
        assert (Path(settings.data.path) / "train.jsonl").is_file()
        assert settings.model.hidden_size == 8
    (tmp_path / "classify").write_text("task: classify\nrun_dir: mine\n", encoding="utf-8")
    assert read_recipe("classify").run_dir == "mine"  # a file of this name goes before


def test_a_run_folder_names_its_recipe(tmp_path) -> None:
    write_settings(TranslateSettings(), tmp_path / "run" / "settings.yaml")
    with pytest.raises(UserError, match="run: no such recipe file, but a run folder; its recipe is .*settings.yaml"):
        read_recipe(tmp_path / "run")


def test_a_relative_path_is_found_beside_the_recipe(tmp_path, monkeypatch, caplog) -> None:
    """As the shipped recipes name the shipped corpora, from wherever they are called."""
    (tmp_path / "clone" / "recipes").mkdir(parents=True)
    (tmp_path / "clone" / "corpora" / "mine").mkdir(parents=True)
    (tmp_path / "clone" / "recipes" / "vectors.txt").touch()
    (tmp_path / "elsewhere" / "local").mkdir(parents=True)
    path = tmp_path / "clone" / "recipes" / "mine.yaml"
    path.write_text("task: classify\ndata: {path: corpora/mine}\ntext: {vectors: vectors.txt}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "elsewhere")
    with caplog.at_level("INFO", logger="nlpseq"):
        found = read_recipe(path)
    assert [message.partition(":")[0] for message in caplog.messages] == ["data.path", "text.vectors"]
    assert found.data.path == str(tmp_path / "clone" / "corpora" / "mine")
    assert found.text.vectors == str(tmp_path / "clone" / "recipes" / "vectors.txt")
    caplog.clear()
    with caplog.at_level("INFO", logger="nlpseq"):  # and nothing is said of a place that is overruled
        assert read_recipe(path, ["--data.path", "local", "--text.vectors=none"]).data.path == "local"
        assert read_recipe(path, ["--data", "{path: local}", "--text.vectors=none"]).data.path == "local"
    assert not caplog.messages
    assert read_recipe(path, ["--data.path", "corpora/mine"]).data.path == "corpora/mine"  # not from the recipe
    monkeypatch.chdir(tmp_path / "clone")
    assert read_recipe(path).data.path == "corpora/mine"


# ---- --help and --print_config


@pytest.mark.parametrize("task", TASKS)
def test_help_explains_every_setting_with_the_value_it_has(recipe, task, capsys) -> None:
    path = recipe(f"task: {task}\ntrain: {{lr: 0.0123}}\n")
    with pytest.raises(SystemExit) as end:
        read_recipe(path, ["--help", "all", "--train.max_epochs", "77"])
    assert end.value.code == 0
    text = capsys.readouterr().out
    settings = TASKS[task]()
    for field in fields(settings):
        part = getattr(settings, field.name)
        names = [f"{field.name}.{inner.name}" for inner in fields(part)] if is_dataclass(part) else [field.name]
        assert all(f"--{name} " in text for name in names if name != "task")
    assert "(0.0123)" in text and "(77)" in text
    assert max(map(len, text.splitlines())) <= 130


@pytest.mark.parametrize("task", TASKS)
def test_help_begins_with_what_is_changed_first_and_has_sections(recipe, task, capsys) -> None:
    path = recipe(f"task: {task}\ntrain: {{lr: 0.0123}}\n")
    assert set(TASKS[task].main) <= set(_keys(TASKS[task]))
    with pytest.raises(SystemExit):
        read_recipe(path, ["-h"])
    text = capsys.readouterr().out
    shown = re.findall(r"^  --(?!help)(\S+)", text, re.MULTILINE)
    assert shown == list(TASKS[task].main) and "(0.0123)" in text and "--help train" in text
    with pytest.raises(SystemExit):
        read_recipe(path, ["--train.lr", "0.5", "--help", "train"])
    text = capsys.readouterr().out
    shown = re.findall(r"^  --(\S+)", text, re.MULTILINE)
    assert shown == [f"train.{field.name}" for field in fields(TASKS[task]().train)] and "(0.5)" in text
    with pytest.raises(UserError, match=r"--help trian: no such section; did you mean train\?"):
        read_recipe(path, ["--help", "trian"])


@pytest.mark.parametrize("task", TASKS)
def test_printed_settings_are_a_recipe(recipe, task, capsys) -> None:
    with pytest.raises(SystemExit):
        read_recipe(recipe(f"task: {task}\ntrain: {{lr: 0.0123}}\n"), ["--print_config"])
    found = read_recipe(recipe(capsys.readouterr().out))
    assert found == replace(TASKS[task](), train=replace(TASKS[task]().train, lr=0.0123))
