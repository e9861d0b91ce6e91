"""A recipe's YAML as a tree of texts that know where they stand: no aliases, no tags, no key twice, no other file.

What a text means is not decided here: a setting's type says it (`nlpseq.recipe.values`). So `no` is a language where
a language is wanted, and false where a switch is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlpseq.errors import UserError, one_line, shown_value

if TYPE_CHECKING:
    from yaml import Event

# A recipe with all settings and their explanations has about 20 kB, in sections that hold lists at the most.
MOST_BYTES = 1_000_000
MOST_VALUES = 10_000
MOST_DEPTH = 20
EMPTY = "an empty file or section, or a list; write settings such as train: and, below it, lr: 1e-3"


@dataclass(frozen=True)
class Scalar:
    """A value as it is written; `plain` without quotes."""

    place: str
    text: str
    plain: bool = True


@dataclass(frozen=True)
class Items:
    """A list."""

    place: str
    values: list[Node]


@dataclass(frozen=True)
class Section:
    """Keys and what they stand for, and the place of each key."""

    place: str
    values: dict[str, Node]


Node = Scalar | Items | Section


def read_document(recipe: Path) -> Section:
    """The settings that a recipe file gives.

    Raises:
        UserError: it is no file, too large, not UTF-8, not YAML, or YAML that no recipe needs.
    """
    try:
        with recipe.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UserError(f"{recipe}: cannot be read ({reason}); check the file") from None
    if len(content) > MOST_BYTES:
        raise UserError(f"{recipe}: larger than {MOST_BYTES:,} bytes, so no recipe; name a YAML file of settings")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(f"{recipe}: not UTF-8 text; a recipe is a YAML file") from None
    document = parse(text, str(recipe))
    if not isinstance(document, Section) or not document.values:
        raise UserError(f"{recipe}: {EMPTY}")
    return document


def parse(text: str, name: str) -> Node:
    """The tree of a YAML text of one document.

    Raises:
        UserError: it is not YAML, or uses what is refused here; the message names the line.

    >>> parse("train: {lr: 1e-3}", "small.yaml").values["train"].values["lr"]
    Scalar(place='small.yaml, line 1', text='1e-3', plain=True)
    """
    import yaml

    try:
        return _tree(plain_events(text, name), name)
    except yaml.MarkedYAMLError as error:
        line = "" if error.problem_mark is None else f"line {error.problem_mark.line + 1}: "
        reason = ", ".join(part for part in (error.context, error.problem) if part)
        raise UserError(f"{name}: not YAML ({line}{one_line(reason, most=200)}); correct the line") from None
    except yaml.YAMLError as error:  # a character that YAML does not allow
        raise UserError(f"{name}: not YAML ({one_line(error, most=200)}); take the character out") from None


def plain_events(text: str, name: str) -> Iterator[Event]:
    """YAML's events, as long as they are those of a recipe; read as they are asked for, so the rest costs nothing.

    Raises:
        UserError: from the first event on that no recipe has.
        yaml.YAMLError: it is not YAML.
    """
    import yaml

    depth = documents = 0
    for number, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        line = f"{name}, line {event.start_mark.line + 1}"
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
            raise UserError(f"{line}: an anchor or alias ({shown_value(event.anchor)}); write the value out")
        if getattr(event, "tag", None) is not None:
            raise UserError(f"{line}: a tag ({shown_value(event.tag)}); write the value alone")
        if depth > MOST_DEPTH:
            raise UserError(f"{line}: nested too deeply; a recipe has sections, and settings in them")
        if number > MOST_VALUES:
            raise UserError(f"{line}: more than {MOST_VALUES:,} values, so no recipe")
        if documents > 1:
            raise UserError(f"{line}: a second document; keep one, without --- between")
        yield event


def _tree(events: Iterator[Event], name: str) -> Node:
    """The value of the document that the events tell of."""
    import yaml

    for event in events:
        if isinstance(event, yaml.NodeEvent):
            node = _node(event, events, name)
            for _ in events:  # what stands behind it may be wrong as well
                pass
            return node
    return Scalar(name, "")


def _node(event: Any, events: Iterator[Event], name: str) -> Node:
    import yaml

    place = f"{name}, line {event.start_mark.line + 1}"
    if isinstance(event, yaml.ScalarEvent):
        return Scalar(place, event.value, plain=event.style is None)
    if isinstance(event, yaml.SequenceStartEvent):
        return Items(place, [_node(item, events, name) for item in _until(yaml.SequenceEndEvent, events)])
    values: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for key in _until(yaml.MappingEndEvent, events):
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarEvent):
            raise UserError(f"{name}, line {line}: a list or section as a key; a key is the name of a setting")
        if key.value in values:
            raise UserError(
                f"{name}, line {line}: {shown_value(key.value)} stands in line {lines[key.value]} already; keep one"
            )
        lines[key.value] = line
        values[key.value] = _node(next(events), events, name)
    return Section(place, values)


def _until(end: type, events: Iterator[Event]) -> Iterator[Any]:
    for event in events:
        if isinstance(event, end):
            return
        yield event
