"""Translation memories in TMX, the format in which translators' programs exchange them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from nlpseq.data.textfile import unpacked
from nlpseq.errors import UserError, one_line
from nlpseq.program import install

LANGUAGE = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")
# What these hold is the layout's code of the original file, and no text.
CODES = ("bpt", "ept", "it", "ph", "ut")
# Elements one inside of another.
DEEPEST = 100


def read_units(path: str | Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield (number, text by language) of each unit of translation, read one after the other.

    Entities that a file declares for itself are refused: a few lines of them unfold to gigabytes.

    Raises:
        UserError: it cannot be read, or defusedxml is not installed.
    """
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse
    except ImportError as error:
        raise UserError(f"{path}: .tmx needs defusedxml; run {install('tables')}") from error
    number, parents = 0, []
    try:
        with unpacked(path) as file:
            for event, element in iterparse(file, events=("start", "end")):
                if event == "start":
                    parents.append(element)
                    if len(parents) > DEEPEST:
                        raise UserError(
                            f"{path}: nested more than {DEEPEST} deep, which no TMX file is; check the file"
                        )
                    continue
                parents.pop()
                if _name(element) == "tu":
                    number += 1
                    yield number, _texts(element)
                    element.clear()
                    if parents:
                        parents[-1].remove(element)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reason = one_line(error, most=200)
        raise UserError(f"{path}: not valid TMX ({reason}); check the file") from error


def _texts(unit: ElementTree.Element) -> dict[str, str]:
    """Language -> text; of several in one language the first."""
    texts: dict[str, str] = {}
    for variant in unit:
        language = next((variant.get(key) for key in LANGUAGE if variant.get(key)), None)
        segment = next((part for part in variant if _name(part) == "seg"), None)
        if _name(variant) == "tuv" and language and segment is not None:
            texts.setdefault(language, "".join(_text_of(segment)).strip())
    return texts


def _text_of(element: ElementTree.Element) -> Iterator[str]:
    if _name(element) not in CODES:
        yield element.text or ""
        for inner in element:
            yield from _text_of(inner)
            yield inner.tail or ""


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
