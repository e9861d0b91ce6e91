"""The public page: every name on it is there and shows how it is used, and opening it costs nothing."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

import nlpseq

HEAVY = ["torch", "numpy", "spacy", "datasets", "lightning", "transformers", "matplotlib", "pandas", "sacrebleu"]


def imported_by(statement: str) -> set[str]:
    """The heavy modules that are there after `statement` in a new Python."""
    code = f"import sys; {statement}; print(*({HEAVY} & sys.modules.keys()))".replace(str(HEAVY), str(set(HEAVY)))
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "statement",
    ["import nlpseq", "import nlpseq.cli", "import nlpseq; nlpseq.UserError", "import nlpseq.config, nlpseq.stream"],
)
def test_importing_is_quick(statement) -> None:
    assert imported_by(statement) == set()


def test_text_needs_no_torch() -> None:
    assert "torch" not in imported_by("import nlpseq; nlpseq.build_pipeline(['ab'], kind='char', vocab_size=6)")


def test_the_names_are_sorted_and_shown_by_dir() -> None:
    assert sorted(nlpseq.__all__) == nlpseq.__all__
    assert set(nlpseq.__all__) <= set(dir(nlpseq))
    assert "__version__" in dir(nlpseq)


@pytest.mark.parametrize("name", nlpseq.__all__)
def test_every_public_name_has_an_example(name) -> None:
    found = getattr(nlpseq, name)
    assert found.__name__ == name
    assert inspect.isclass(found) or inspect.isfunction(found)
    assert ">>>" in (found.__doc__ or "")


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Transformer'"):
        nlpseq.Transformer  # noqa: B018
