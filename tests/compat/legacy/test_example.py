"""`Example`, as torchtext 0.6.0 has it."""

from __future__ import annotations

from typing import Any


def test_examples(torchtext: Any, recorded: Any, raised: Any) -> None:
    Example, TEXT, RAW = torchtext.data.Example, torchtext.data.Field(), torchtext.data.RawField()
    nested = '{"a": {"b": [{"c": "x y"}, {"c": "z"}]}, "n": 3, "t": "u v"}'
    tree = "(3 (2 (2 A) (2 film)) (4 (3 that) (4 shines)))"
    pair = [("text", TEXT), ("label", RAW)]
    recorded(
        {
            "list": vars(Example.fromlist(["a b\n", 2], pair)),
            "more values": vars(Example.fromlist(["a b", 2, "c"], pair)),
            "left out": vars(Example.fromlist(["a b", "c"], [("text", TEXT), ("no", None)])),
            "several": vars(Example.fromlist(["a b"], [(("one", "two"), (TEXT, RAW))])),
            "dict": vars(Example.fromdict({"x": "a b", "y": 1, "z": 2}, {"x": [("t", TEXT), ("r", RAW)], "y": None})),
            "json": vars(Example.fromJSON(nested, {"a.b.c": ("c", RAW), "n": ("n", RAW), "t": ("t", TEXT)})),
            "csv": vars(Example.fromCSV(["1", "a b"], pair[:1])),
            "columns": vars(Example.fromCSV(["1", "a b"], {"x": ("text", TEXT)}, {"x": 1})),
            "tree": vars(Example.fromtree(tree, pair)),
            "subtrees": [vars(example) for example in Example.fromtree(tree, pair, subtrees=True)],
            "no key": raised(lambda: Example.fromdict({}, {"x": ("x", RAW)})),
            "no key in json": raised(lambda: Example.fromJSON(nested, {"a.x": ("x", RAW)})),
            "no key in a list": raised(lambda: Example.fromJSON(nested, {"a.b.x": ("x", RAW)})),
        }
    )
