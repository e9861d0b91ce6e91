"""A run becomes an export that is whole, checked, and used without torch by the same commands."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from nlpseq import load_export
from nlpseq.cli import main
from nlpseq.errors import UserError
from nlpseq.tasks import export as module
from nlpseq.tasks import task_named
from nlpseq.tasks.export import export_run

ROOT = Path(__file__).resolve().parent.parent.parent
# Runs a command as if nothing were installed that nlpseq-runtime does not ask for.
WITHOUT_THE_REST = """
import sys
MISSING = set(sys.argv.pop(1).split()) - sys.modules.keys()  # site imports one
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from nlpseq.cli import main
code = main(sys.argv[1:])
assert not MISSING & sys.modules.keys()
sys.exit(code)
"""
TEXTS = ["a dog sleeps here", "", "nobody waits by the sea"]


@cache
def not_of_the_runtime() -> str:
    """The names of the packages installed here that nlpseq-runtime without extras does not bring along."""
    listed = (ROOT / "runtime" / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.search(r"^dependencies = \[(.*?)^\]", listed, re.DOTALL | re.MULTILINE)
    assert asked is not None
    brought, waiting = {"nlpseq"}, re.findall(r'"([\w-]+)', asked[1])
    while waiting:
        name = normal(waiting.pop())
        if name not in brought:
            brought.add(name)
            with suppress(metadata.PackageNotFoundError):  # what another platform needs
                needs = [need for need in metadata.requires(name) or () if "extra ==" not in need]
                waiting += [re.split(r"[^\w.-]", need)[0] for need in needs]
    owners: dict[str, set[str]] = {}  # of each module; Python 3.10 tells those alone that a package lists
    for package in metadata.distributions():
        name = normal(package.name)  # reads a file, each time that it is asked
        for top in {file.parts[0].removesuffix(".py") for file in package.files or ()}:
            if top.isidentifier():
                owners.setdefault(top, set()).add(name)
    return " ".join(top for top, names in owners.items() if brought.isdisjoint(names))


def normal(name: str) -> str:
    """The name of a package as all of its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def without_torch(*words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_THE_REST, not_of_the_runtime(), *words]
    return subprocess.run(command, input=given, capture_output=True, text=True)


@pytest.fixture(scope="module")
def exports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Of a task: its run, and the export of it, each made once."""
    made: dict[str, tuple[str, Path]] = {}
    runs = {"translate": "tiny_run", "classify": "review_run", "generate": "story_run", "summarize": "notice_run",
            "tag": "name_run"}  # fmt: skip

    def of(task: str) -> tuple[str, Path]:
        if task not in made:
            run = request.getfixturevalue(runs[task]).run_dir
            made[task] = run, tmp_path_factory.mktemp("exports") / task
            export_run(run, made[task][1], texts=8)
        return made[task]

    return of


@pytest.mark.parametrize("task", ["translate", "classify", "generate", "summarize", "tag"])
def test_an_export_is_what_the_run_is(exports: Any, task: str) -> None:
    run, folder = exports(task)
    figures = json.loads((folder / "export.json").read_text())
    assert figures["largest_difference"] < 1e-5 and figures["precision"] == "fp32" and figures["texts"] > 0
    assert figures["score"]["export"] == pytest.approx(figures["score"]["run"], abs=1e-3)
    assert "load_export" in (folder / "README.md").read_text() and not list(folder.parent.glob(".*"))
    one, other = task_named(task).load(run).columns(TEXTS), load_export(folder).columns(TEXTS)
    assert one.keys() == other.keys()
    for name, values in one.items():
        if not values or not isinstance(values[0], float):
            assert [text for text in other[name] if "0." not in str(text)] == [v for v in values if "0." not in str(v)]


@pytest.mark.parametrize(
    ("command", "options"),
    [("translate", []), ("classify", []), ("summarize", []), ("tag", ["--pre-split"]), ("generate", ["--length", "9"])],
)
def test_the_commands_take_an_export_without_torch(
    exports: Any, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str, options: list[str]
) -> None:
    run, folder = exports(command)
    given = "".join(f"{text}\n" for text in TEXTS)
    without = without_torch(command, str(folder), *options, given=given)
    assert without.returncode == 0, without.stderr
    with open(folder.parent / "given.txt", "w+", encoding="utf-8") as file:
        file.write(given)
        file.seek(0)
        monkeypatch.setattr(sys, "stdin", file)
        assert main([command, run, *options]) == 0
    assert without.stdout == capfd.readouterr().out


def test_rows_pass_through_an_export_without_torch(exports: Any) -> None:
    given = '{"id": 1, "text": "a good film"}\n'
    found = without_torch("predict", str(exports("classify")[1]), "-", "-o", "-", given=given)
    assert found.returncode == 0 and json.loads(found.stdout).keys() == {"id", "text", "label", "probability"}


def test_the_runtime_alone_lacks_what_its_extras_bring() -> None:
    missing = set(not_of_the_runtime().split())
    assert missing >= {"jinja2", "torch", "fastapi", "pyarrow", "tqdm", "defusedxml", "yaml", "datasets", "sklearn"}
    assert missing.isdisjoint({"nlpseq", "numpy", "onnxruntime", "regex", "sentencepiece"})


def test_what_needs_torch_says_so(exports: Any) -> None:
    found = without_torch("evaluate", exports("classify")[0])
    assert found.returncode == 2 and "pip install" in found.stderr and "nlpseq" in found.stderr


def test_an_export_is_of_a_task(exports: Any, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["tag", str(exports("classify")[1])]) == 2
    assert "use nlpseq classify for it" in capfd.readouterr().err


def test_a_damaged_export_is_not_used(exports: Any, tmp_path: Path) -> None:
    out = tmp_path / "export"
    export_run(exports("generate")[0], out, texts=8)
    weights = out / "weights.bin"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\1")
    with pytest.raises(UserError, match="weights.bin: not as it was exported"):
        load_export(out)
    weights.unlink()
    with pytest.raises(UserError, match="weights.bin: no such file"):
        load_export(out)


def test_an_export_that_differs_is_not_written(exports: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = exports("generate")[0]
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("keep")
    with pytest.raises(UserError, match="holds something other than an export"):
        export_run(run, tmp_path / "notes")
    monkeypatch.setattr(module, "LARGEST_DIFFERENCE", 0.0)
    with pytest.raises(UserError, match="differs from the run's model"):
        export_run(run, tmp_path / "other", texts=8)
    monkeypatch.setattr(module, "LARGEST_RISE", -1.0)
    with pytest.raises(UserError, match="leave --int8 out"):
        export_run(run, tmp_path / "other", int8=True, texts=8)
    assert [path.name for path in tmp_path.iterdir()] == ["notes"]


def test_a_saved_model_has_no_texts_to_check_on(exports: Any, tmp_path: Path) -> None:
    task_named("generate").load(exports("generate")[0]).save_pretrained(tmp_path / "saved")
    with pytest.raises(UserError, match="export the run it is from"):
        export_run(tmp_path / "saved", tmp_path / "out")
    with pytest.raises(UserError, match="not an export"):
        load_export(tmp_path / "saved")
