"""The public page: every name on it is there and shows how it is used, and opening it costs nothing."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import nlpseq
from nlpseq.config import TranslateSettings

HEAVY = ["torch", "numpy", "spacy", "datasets", "lightning_fabric", "transformers", "matplotlib", "pandas", "sacrebleu"]
SILENT = "contextlib.redirect_stdout(io.StringIO())"


def imported_by(statement: str) -> set[str]:
    """The heavy modules that are there after `statement` in a new Python."""
    code = f"import sys\n{statement}\nprint(*(set({HEAVY}) & sys.modules.keys()))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import nlpseq",
        "import nlpseq.cli",
        "import nlpseq; nlpseq.UserError",
        "import nlpseq.config, nlpseq.stream",
        "import nlpseq.text, nlpseq.data",
        "from nlpseq import CharTokenizer, SubwordTokenizer, Tokenizer, Vocab, WordTokenizer, build_pipeline",
        "import nlpseq; nlpseq.build_pipeline(['ab'], kind='char', vocab_size=6).encode('ab')",
    ],
)
def test_importing_is_quick(statement: str) -> None:
    assert imported_by(statement) == set()


def test_help_is_quick() -> None:
    statement = f"import contextlib, io, nlpseq.cli\nwith {SILENT}: assert nlpseq.cli.main(['--help']) == 0"
    assert imported_by(statement) == set()


def test_reading_and_encoding_data_needs_no_torch() -> None:
    names = "BucketBatchSampler, EncodedTexts, encode_dataset, load_labelled, load_parallel, row_lengths"
    assert imported_by(f"from nlpseq import {names}") == {"numpy"}


def test_the_verbs_and_the_rows_of_tasks_need_no_torch() -> None:
    rows = "[nlpseq.tasks.task_named(name) for name in nlpseq.tasks.TASKS]"
    assert imported_by(f"import nlpseq.tasks; {rows}") == {"numpy"}
    assert imported_by("import nlpseq.tasks.verbs, nlpseq.tasks.compare, nlpseq.tasks.listing") == {"numpy"}


def test_a_finished_run_is_found_done_without_torch(tiny_run: TranslateSettings) -> None:
    run = f"main(['run', r'{tiny_run.run_dir}/settings.yaml'])"
    statement = f"from nlpseq.cli import main\nwith {SILENT}: assert {run} == 0"
    found = imported_by(f"import contextlib, io\n{statement}") - imported_by("import datasets")  # which may bring torch
    assert found.isdisjoint({"torch", "spacy", "matplotlib", "sacrebleu"})


def test_the_names_are_sorted_and_shown_by_dir() -> None:
    assert sorted(nlpseq.__all__) == nlpseq.__all__
    assert set(nlpseq.__all__) <= set(dir(nlpseq))
    assert "__version__" in dir(nlpseq)


@pytest.mark.parametrize("name", nlpseq.__all__)
def test_every_public_name_has_an_example(name: str) -> None:
    found = getattr(nlpseq, name)
    assert found.__name__ == name
    assert inspect.isclass(found) or inspect.isfunction(found)
    assert ">>>" in (found.__doc__ or "")


def functions_of(name: str) -> list[tuple[str, Callable[..., object]]]:
    """A public function, or the public methods and properties of a public class that it defines itself."""
    found = getattr(nlpseq, name)
    if not inspect.isclass(found):
        return [(name, found)]
    members = {key: member for key, member in vars(found).items() if not key.startswith("_")}
    bare = {key: getattr(member, "fget", getattr(member, "__func__", member)) for key, member in members.items()}
    return [(f"{name}.{key}", member) for key, member in bare.items() if inspect.isfunction(member)]


@pytest.mark.parametrize("name", nlpseq.__all__)
def test_every_public_call_says_what_it_takes_gives_and_does(name: str) -> None:
    for place, function in functions_of(name):
        signature = inspect.signature(function)
        taken = [parameter for parameter in signature.parameters.values() if parameter.name not in ("self", "cls")]
        assert all(parameter.annotation is not inspect.Parameter.empty for parameter in taken), place
        assert signature.return_annotation is not inspect.Signature.empty, place
        # What a network's forward pass does stands on the network.
        assert function.__doc__ or place.endswith(".forward"), place


@pytest.mark.parametrize("name", [name for name in nlpseq.__all__ if name != "UserError"])
def test_what_raises_says_so(name: str) -> None:
    source = inspect.getsource(getattr(nlpseq, name))
    assert "raise " not in source or "Raises:" in source or "Error " in source


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Transformer'"):
        nlpseq.Transformer  # noqa: B018


ROOT = Path(nlpseq.__file__).resolve().parents[1]


def test_type_checkers_see_the_names_that_there_are() -> None:
    (block,) = [
        node
        for node in ast.parse(Path(nlpseq.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    ]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    assert all(name.asname == name.name for node in imports for name in node.names)
    assert {name.name: node.module for node in imports for name in node.names} == nlpseq._HOME_OF


def checked(code: str, folder: Path) -> list[str]:
    """What mypy says of a program, a line each; of other libraries than nlpseq it sees nothing, which takes seconds."""
    program, settings = folder / "program.py", folder / "mypy.ini"
    program.write_text(code, encoding="utf-8")
    settings.write_text("[mypy]\nfollow_imports = skip\n[mypy-nlpseq.*]\nfollow_imports = silent\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", settings, "--cache-dir", folder / "cache", program]
    environment = os.environ | {"MYPYPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout.splitlines()


def test_the_public_names_have_types(tmp_path: Path) -> None:
    names = nlpseq.__all__
    program = [f"from nlpseq import {', '.join(names)}", *(f"reveal_type({name})" for name in names)]
    program += ["import nlpseq", 'Translator.from_pretraind("run")', "nlpseq.Translater"]
    lines = checked("\n".join(program), tmp_path)[:-1]
    said = dict(re.findall(r"^program.py:(\d+): (.*)$", line)[0] for line in lines)
    untyped = {name for number, name in enumerate(names, start=2) if '"Any"' in said[str(number)]}
    assert untyped <= {
        "beam_search",
        "greedy_search",
        "sample",
    }  # behind a decorator of torch, not seen here
    misspelt, unknown = (said[str(len(names) + number)] for number in (3, 4))
    assert '"type[Translator]" has no attribute "from_pretraind"' in misspelt
    assert 'Module has no attribute "Translater"' in unknown
