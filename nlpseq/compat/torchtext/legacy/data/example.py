"""One row of a data set: an object with an attribute for each field."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any

from nlpseq.compat.torchtext.legacy.data.tree import Tree

__all__ = ["Example"]


class Example:
    """A row; its attributes are called as its fields are.

    >>> from nlpseq.compat.torchtext.legacy.data import Field
    >>> example = Example.fromlist(["A film", "4"], [("text", Field()), ("stars", Field(sequential=False))])
    >>> example.text, example.stars
    (['A', 'film'], '4')
    """

    @classmethod
    def fromlist(cls, data: Sequence[Any], fields: Iterable[tuple[Any, Any]]) -> Example:
        """The example of values in the order of the fields.

        Args:
            fields: (name, field), (name, None) for a value to leave out, or (names, fields) for a value that makes
                several attributes.
        """
        example = cls()
        for (name, field), value in zip(fields, data, strict=False):
            if field is None:
                continue
            value = value.rstrip("\n") if isinstance(value, str) else value
            pairs = zip(name, field, strict=True) if isinstance(name, tuple) else [(name, field)]
            for one, its_field in pairs:
                setattr(example, one, its_field.preprocess(value))
        return example

    @classmethod
    def fromdict(cls, data: Mapping[str, Any], fields: Mapping[str, Any]) -> Example:
        """The example of values by key.

        Args:
            fields: by key (name, field), a list of such pairs, or None for a value to leave out.

        Raises:
            ValueError: a key is missing.
        """
        example = cls()
        for key, pairs in fields.items():
            if key not in data:
                raise _missing(key, data)
            for name, field in as_pairs(pairs):
                setattr(example, name, field.preprocess(data[key]))
        return example

    @classmethod
    def fromJSON(cls, data: str, fields: Mapping[str, Any]) -> Example:
        """The example of a JSON object.

        Args:
            fields: as in `fromdict`; a key such as "author.name" goes into objects, and into each of a list of them.

        Raises:
            ValueError: not JSON, or a key is missing.
        """
        example, value = cls(), json.loads(data)
        for key, pairs in fields.items():
            for name, field in as_pairs(pairs):
                setattr(example, name, field.preprocess(reduce(_inside, key.split("."), value)))
        return example

    @classmethod
    def fromCSV(cls, data: Sequence[str], fields: Any, field_to_index: Mapping[str, int] | None = None) -> Example:
        """The example of a row of a table.

        Args:
            fields: as in `fromlist`; or as in `fromdict`, with `field_to_index`.
            field_to_index: the place of each column.
        """
        if field_to_index is None:
            return cls.fromlist(data, fields)
        return cls.fromdict({name: data[index] for name, index in field_to_index.items()}, fields)

    @classmethod
    def fromtree(cls, data: str, fields: Sequence[tuple[Any, Any]], subtrees: bool = False) -> Any:
        """The example of the words and the label of a tree in brackets, or the list of those of all its subtrees.

        Raises:
            ValueError: not one tree.
        """
        tree = Tree.parse(data)
        if subtrees:
            return [cls.fromlist([" ".join(node.leaves()), node.label], fields) for node in tree.subtrees()]
        return cls.fromlist([" ".join(tree.leaves()), tree.label], fields)


def as_pairs(pairs: Any) -> list[tuple[Any, Any]]:
    """What stands in a mapping of fields as a list of (name, field), without those to leave out.

    >>> as_pairs(None), as_pairs(("text", None)), as_pairs([("a", 1), ("b", 2)])
    ([], [], [('a', 1), ('b', 2)])
    """
    several = pairs if isinstance(pairs, list) else [pairs]
    return [pair for pair in several if pair is not None and pair[1] is not None]


def _inside(value: Any, key: str) -> Any:
    if isinstance(value, list):
        return [_inside(item, key) for item in value]
    if key not in value:
        raise _missing(key, value)
    return value[key]


def _missing(key: str, data: Any) -> ValueError:
    return ValueError(f"the input has no key {key!r}; it has {', '.join(map(str, data)) or 'none'}")
