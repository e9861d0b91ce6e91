"""Labelled trees in brackets, `(3 (2 A) (4 joy))`, as the Stanford Sentiment Treebank has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

PIECE = re.compile(r"[()]|[^\s()]+")


@dataclass
class Tree:
    """A node with its label and its children, trees or words.

    >>> tree = Tree.parse("(3 (2 A) (4 joy))")
    >>> tree.leaves(), [node.label for node in tree.subtrees()]
    (['A', 'joy'], ['3', '2', '4'])
    """

    label: str
    children: list[Tree | str] = field(default_factory=list)

    @classmethod
    def parse(cls, text: str) -> Tree:
        """The one tree that `text` holds.

        Raises:
            ValueError: brackets that do not match, or something outside of them.
        """
        top = cls("")
        open_nodes = [top]
        pieces = PIECE.findall(text)
        for before, piece in zip([None, *pieces], pieces, strict=False):
            if piece == "(":
                open_nodes.append(cls(""))
                open_nodes[-2].children.append(open_nodes[-1])
            elif piece == ")":
                open_nodes.pop()
            elif before == "(":
                open_nodes[-1].label = piece
            else:
                open_nodes[-1].children.append(piece)
            if not open_nodes:
                break
        if open_nodes != [top] or len(top.children) != 1 or not isinstance(top.children[0], cls):
            raise ValueError(f"not one tree in matching brackets: {text.strip()[:60]!r}")
        return top.children[0]

    def leaves(self) -> list[str]:
        """The words from left to right."""
        return [word for child in self.children for word in ([child] if isinstance(child, str) else child.leaves())]

    def subtrees(self) -> Iterator[Tree]:
        """This node, then those below it, each before its children."""
        yield self
        for child in self.children:
            if isinstance(child, Tree):
                yield from child.subtrees()
