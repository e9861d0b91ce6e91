"""The recipes that come with nlpseq: each can be read, says what it is, and has its text where the wheel has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.config import RECIPES
from nlpseq.recipe import read_recipe
from nlpseq.recipe.shipped import Shipped, shipped, shipped_recipes

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("recipe", shipped_recipes(), ids=lambda recipe: recipe.name)
def test_each_recipe_describes_itself(recipe: Shipped) -> None:
    settings = read_recipe(recipe.path)
    assert (recipe.task, settings.run_dir) == (settings.task, f"runs/{recipe.name}")
    assert recipe.title and not recipe.title.startswith("#") and recipe.data
    assert shipped(recipe.name) == recipe.path


def test_there_is_an_embedded_recipe_for_each_task() -> None:
    assert {recipe.task for recipe in shipped_recipes() if recipe.data.startswith("corpora/")} == set(RECIPES)


def test_the_wheel_holds_the_recipes_and_their_corpora() -> None:
    tomllib = pytest.importorskip("tomllib", reason="Python 3.10 has no reader of TOML")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    wanted = {"recipes", *(recipe.data for recipe in shipped_recipes() if recipe.data.startswith("corpora/"))}
    assert wanted <= set(included)
    for source, target in included.items():
        assert (ROOT / source).exists() and target == f"nlpseq/{source}"


@pytest.mark.parametrize(
    "name", ["", "/", "../classify", "recipes/classify.yaml", "classify.yaml.yaml", "x" * 5000, "a\0"]
)
def test_what_is_no_bare_name_is_not_shipped(name: str) -> None:
    assert shipped(name) is None
