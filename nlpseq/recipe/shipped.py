"""The recipes that come with nlpseq, in a checkout at its top, in the wheel inside the package; each has a name.

What a recipe reaches stands in a comment of its file, as in `# Reaches 97.2% of 600 test texts in a minute.`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from nlpseq.files import read_bytes
from nlpseq.recipe.document import Scalar, Section, read_document

PACKAGE = Path(__file__).resolve().parents[1]
NAME = re.compile(r"(?P<name>[\w-]+)(\.ya?ml)?")
REACHES = re.compile(r"^# Reaches (.*?)\.?\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Shipped:
    """A recipe that comes with nlpseq; `reaches` is empty where that was not measured."""

    name: str
    path: Path
    task: str
    data: str
    title: str
    reaches: str


def shipped_paths() -> dict[str, Path]:
    """Name -> file of each recipe that comes with nlpseq.

    >>> shipped_paths()["classify"].name
    'classify.yaml'
    """
    inside = PACKAGE / "recipes"
    home = inside if inside.is_dir() else PACKAGE.parent / "recipes"
    return {path.stem: path for path in sorted(home.glob("*.yaml"), key=lambda path: path.stem)}


def shipped_recipes() -> list[Shipped]:
    """All recipes that come with nlpseq, as their first comments describe them.

    >>> next(recipe.title for recipe in shipped_recipes() if recipe.name == "classify")
    'Sentiment of the embedded reviews'
    """
    return [_described(name, path) for name, path in shipped_paths().items()]


def shipped(recipe: str | Path) -> Path | None:
    """The file of the recipe with this bare name, with or without its ending; None if there is none.

    >>> shipped("classify.yaml") == shipped("classify") is not None
    True
    >>> shipped("recipes/classify") is None
    True
    """
    match = NAME.fullmatch(str(recipe))
    return shipped_paths().get(match["name"]) if match else None


def _described(name: str, path: Path) -> Shipped:
    text = read_bytes(path).decode("utf-8")
    document = read_document(path).values
    task, data = document.get("task"), document.get("data")
    place = data.values.get("path") if isinstance(data, Section) else None
    title, _, _ = text.partition("\n")
    reaches = REACHES.search(text)
    return Shipped(
        name, path,
        task=task.text if isinstance(task, Scalar) else "translate",
        data=place.text if isinstance(place, Scalar) else "",
        title=title.removeprefix("# ").rstrip(".:"), reaches=reaches[1] if reaches else "",
    )  # fmt: skip
