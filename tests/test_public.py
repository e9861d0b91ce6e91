"""The public page: every name on it is there and shows how it is used, and opening it costs nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable

import pytest

import nlpseq

HEAVY = ["torch", "numpy", "spacy", "datasets", "lightning", "transformers", "matplotlib", "pandas", "sacrebleu"]


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
    silent = "contextlib.redirect_stdout(io.StringIO())"
    statement = f"import contextlib, io, nlpseq.cli\nwith {silent}: assert nlpseq.cli.main(['--help']) == 0"
    assert imported_by(statement) == set()


def test_reading_and_encoding_data_needs_no_torch() -> None:
    names = "BucketBatchSampler, EncodedTexts, encode_dataset, load_labelled, load_parallel, row_lengths"
    assert imported_by(f"from nlpseq import {names}") == {"numpy"}


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
