"""`Pipeline`, as torchtext 0.6.0 has it."""

from __future__ import annotations

from typing import Any


def test_pipelines(torchtext: Any, recorded: Any) -> None:
    Pipeline = torchtext.data.Pipeline
    one = Pipeline(str.lower).add_before(lambda token: token + "A").add_after(Pipeline(lambda token: token + "Z"))
    two = Pipeline(lambda token, more: token + more)
    recorded([one("X"), one(["X", "Y"]), one.call("X"), two("x", "!"), Pipeline()([1, [2]]), Pipeline.identity(3)])
