"""Translation memories in TMX, the format in which translators' programs exchange them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from nlpseq.data.xmlfile import child, local_name, read_elements, text_in

LANGUAGE = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")


def read_tmx(path: str | Path) -> Iterator[dict[str, str]]:
    """Yield the text by language of each unit of translation, read one after the other.

    Raises:
        UserError: see `xmlfile.read_elements`.
    """
    for unit, _ in read_elements(path, {"tu"}, kind="TMX"):
        yield _texts(unit)


def _texts(unit: ElementTree.Element) -> dict[str, str]:
    """Language -> text; of several in one language the first."""
    texts: dict[str, str] = {}
    for variant in unit:
        language = next((variant.get(key) for key in LANGUAGE if variant.get(key)), None)
        segment = child(variant, "seg")
        if local_name(variant) == "tuv" and language and segment is not None:
            texts.setdefault(language, text_in(segment))
    return texts
