"""Each list of names stands once, and so does each default: networks take sizes from the settings."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import get_args, get_origin

import pytest
from torch import nn

import nlpseq
from nlpseq.config import (
    CharRNNSettings,
    ClassifierSettings,
    SummarizerSettings,
    TaggerSettings,
    TranslatorSettings,
    choices,
)
from nlpseq.models.char_rnn import CharRNNModel
from nlpseq.models.classifier import ClassifierModel
from nlpseq.models.summarizer import SummarizerModel
from nlpseq.models.tagger import TaggerModel
from nlpseq.models.translator import TranslatorModel

PACKAGE = Path(nlpseq.__file__).parent
LISTS = {name: set(get_args(kind)) for name, kind in vars(choices).items() if get_origin(kind)}
NETWORKS = [
    (TranslatorModel, TranslatorSettings),
    (SummarizerModel, SummarizerSettings),
    (CharRNNModel, CharRNNSettings),
    (ClassifierModel, ClassifierSettings),
    (TaggerModel, TaggerSettings),
]
# What a parameter of a network may be when nobody says anything: off, or one layer (one token a block).
NEUTRAL = (0, 0.0, False, 1, "none")


def written_lists(path: Path) -> list[set[str]]:
    """Every tuple, list and set of words in a file, those in `Literal[...]` and `in (...)` too."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    rows = [node.elts for node in nodes if isinstance(node, (ast.Tuple, ast.List, ast.Set))]
    words = [[item.value for item in row if isinstance(item, ast.Constant)] for row in rows]
    return [set(row) for row, nodes in zip(words, rows, strict=True) if row and len(row) == len(nodes)]


def test_each_list_of_names_stands_once() -> None:
    assert {"Cell", "AttentionScore", "Pool", "TokenizerKind", "Optimizer", "Schedule", "LengthPenalty"} <= set(LISTS)
    again = [
        (str(path.relative_to(PACKAGE)), name)
        for path in PACKAGE.rglob("*.py")
        if path.name != "choices.py" and "compat" not in path.parts
        for found in written_lists(path)
        for name, names in LISTS.items()
        if len(names) > 2 and len(found) >= len(names) - 1 and found <= names
    ]
    assert again == []


def test_every_cell_has_a_written_name() -> None:
    assert set(choices.CELL_NAMES) == LISTS["Cell"] > LISTS["TorchCell"]


def test_the_names_need_no_torch() -> None:
    code = "import sys, nlpseq.config.choices; print({'torch', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.parametrize(("network", "settings"), NETWORKS)
def test_sizes_have_their_defaults_among_the_settings_alone(network: type, settings: type) -> None:
    parameters = inspect.signature(network).parameters
    for name in ("embedding_dim", "hidden_size"):
        assert parameters[name].default is inspect.Parameter.empty
        assert getattr(settings(), name) > 1


def test_no_network_has_a_size_of_its_own() -> None:
    networks = {
        found
        for file in (PACKAGE / "models").glob("*.py")
        for found in vars(import_module(f"nlpseq.models.{file.stem}")).values()
        if inspect.isclass(found) and issubclass(found, nn.Module) and found.__module__ == f"nlpseq.models.{file.stem}"
    }
    assert {TranslatorModel, ClassifierModel} < networks
    given = {
        f"{network.__name__}.{name}": parameter.default
        for network in networks
        for name, parameter in inspect.signature(network).parameters.items()
        if name.endswith(("_dim", "_size")) and parameter.default is not inspect.Parameter.empty
    }
    assert given == {}


@pytest.mark.parametrize(("network", "settings"), NETWORKS)
def test_a_network_s_default_is_neutral_or_that_of_the_settings(network: type, settings: type) -> None:
    recipe = {field.name: field.default for field in dataclasses.fields(settings)}
    given = {name: one.default for name, one in inspect.signature(network).parameters.items() if name in recipe}
    assert set(given) == set(recipe), "a setting that the network does not take"
    unlike = {
        name: default
        for name, default in given.items()
        if default is not inspect.Parameter.empty and default not in NEUTRAL and default != recipe[name]
    }
    assert unlike == {}
    assert {given[name] for name in given if name.endswith("dropout")} == {0.0}
