"""Trees in brackets, read as nltk reads them."""

from __future__ import annotations

import random

import pytest

from nlpseq.compat.torchtext.legacy.data.tree import Tree

nltk_tree = pytest.importorskip("nltk.tree")


def write(draw: random.Random, depth: int) -> str:
    label = draw.choice(["0", "1", "NP", "é", ""])
    children = [
        write(draw, depth - 1) if depth and draw.random() < 0.7 else draw.choice(["a", "-LRB-", "3.5", "né"])
        for _ in range(draw.randint(1, 3))
    ]
    if not label and not children[0].startswith("("):
        label = "X"  # a first word would be the label
    space = draw.choice([" ", "  ", "\n"])
    return f"({label}{space}{space.join(children)})"


@pytest.mark.parametrize("seed", range(60))
def test_trees_are_those_of_nltk(seed: int) -> None:
    text = write(random.Random(seed), depth=4)
    ours, theirs = Tree.parse(text), nltk_tree.Tree.fromstring(text)
    assert ours.leaves() == theirs.leaves()
    assert [(node.label, node.leaves()) for node in ours.subtrees()] == [
        (node.label(), node.leaves()) for node in theirs.subtrees()
    ]


@pytest.mark.parametrize("text", ["", "word", "(a b", "(a b))", "(a b) (c d)", "(a b) c", ")(", "a (b c)"])
def test_what_is_not_one_tree_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not one tree in matching brackets"):
        Tree.parse(text)
    with pytest.raises(ValueError):
        nltk_tree.Tree.fromstring(text)
