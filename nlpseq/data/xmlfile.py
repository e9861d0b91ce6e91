"""XML of strangers, element by element: what translators' programs exchange (TMX, XLIFF)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from nlpseq.data.textfile import unpacked
from nlpseq.errors import UserError, one_line
from nlpseq.program import install

# What these hold, in TMX and in XLIFF, is the layout's code of the original file, and no text.
CODES = frozenset("bpt ept it ph ut x bx ex sc ec cp".split())
# Elements one inside of another.
DEEPEST = 100


def read_elements(
    path: str | Path, names: Collection[str], *, kind: str
) -> Iterator[tuple[ElementTree.Element, Sequence[ElementTree.Element]]]:
    """Yield each element that has one of `names`, whole, and those that it stands in, the outermost first.

    One is forgotten when the next one is asked for. Entities that a file declares for itself are refused: a few lines
    of them unfold to gigabytes.

    Args:
        kind: the format's name, for errors.

    Raises:
        UserError: it cannot be read, or defusedxml is not installed.
    """
    try:
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import iterparse
    except ImportError as error:
        raise UserError(f"{path}: {kind} needs defusedxml; run {install('tables')}") from error
    parents: list[ElementTree.Element] = []
    try:
        with unpacked(path) as file:
            for event, element in iterparse(file, events=("start", "end")):
                if event == "start":
                    parents.append(element)
                    if len(parents) > DEEPEST:
                        raise UserError(
                            f"{path}: nested more than {DEEPEST} deep, which no {kind} file is; check the file"
                        )
                    continue
                parents.pop()
                if local_name(element) in names:
                    yield element, parents
                    element.clear()
                    if parents:
                        parents[-1].remove(element)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        reason = one_line(error, most=200)
        raise UserError(f"{path}: not valid {kind} ({reason}); check the file") from error


def text_in(element: ElementTree.Element | None) -> str:
    """The text of a segment without the codes in it; "" of None.

    >>> text_in(ElementTree.fromstring("<seg>Press <ph>[b]</ph><hi>here</hi>.</seg>"))
    'Press here.'
    """
    return "" if element is None else "".join(_parts(element)).strip()


def child(element: ElementTree.Element, name: str) -> ElementTree.Element | None:
    """The first element of this name right inside of another."""
    return next((part for part in element if local_name(part) == name), None)


def local_name(element: ElementTree.Element) -> str:
    """The name without that of its space."""
    return element.tag.rpartition("}")[2]


def _parts(element: ElementTree.Element) -> Iterator[str]:
    if local_name(element) not in CODES:
        yield element.text or ""
        for inner in element:
            yield from _parts(inner)
            yield inner.tail or ""
