"""Translations in XLIFF 1.2 and 2.0, what translators' programs work on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

from nlpseq.data.xmlfile import child, local_name, read_elements, text_in

# Where the languages of all units stand: in 1.2 at the file, in 2.0 at the root.
SOURCE, TARGET = ("source-language", "srcLang"), ("target-language", "trgLang")
# What nobody has translated yet may hold a copy of the source.
UNTRANSLATED = ("new", "needs-translation", "initial")
# What version 1.2 calls a target that a machine has made, and nobody has looked at.
MACHINE = {"state": "needs-review-translation", "state-qualifier": "mt-suggestion"}


def read_xliff(path: str | Path) -> Iterator[dict[str, str]]:
    """Yield the text by language of each segment, "" where it is not translated; an unnamed language is source or
    target.

    Raises:
        UserError: see `xmlfile.read_elements`.
    """
    for unit, parents in read_elements(path, {"trans-unit", "unit"}, kind="XLIFF"):
        if unit.get("translate") == "no":
            continue
        src, tgt = _language(parents, SOURCE) or "source", _language(parents, TARGET) or "target"
        parts = [unit] if local_name(unit) == "trans-unit" else [part for part in unit if local_name(part) == "segment"]
        for segment in parts:
            target = child(segment, "target")
            if target is not None and _is_open(segment, target):
                target = None
            yield {src: text_in(child(segment, "source")), tgt: text_in(target)}


def _is_open(segment: ElementTree.Element, target: ElementTree.Element) -> bool:
    """Whether nobody has translated a segment, whatever its target holds."""
    made = all(target.get(key) == value for key, value in MACHINE.items())
    return made or (segment.get("state") or target.get("state")) in UNTRANSLATED


def _language(parents: Sequence[ElementTree.Element], keys: Sequence[str]) -> str | None:
    """What the innermost of them says."""
    return next((found for parent in reversed(parents) for key in keys if (found := parent.get(key))), None)
