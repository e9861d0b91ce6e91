"""What a decoder's graphs give and read again."""

from __future__ import annotations

from tests.onnx.conftest import Exported


def test_states_and_memory_are_told_apart(exported: Exported) -> None:
    _, export = exported("translate", cell="lstm")
    assert export.network.states == [f"state_{number}" for number in range(4)]
    assert export.network.memory == ["memory", "keys", "mask", "summary"]


def test_a_network_that_copies_has_more_of_both(exported: Exported) -> None:
    _, export = exported("summarize")
    assert export.network.states == ["state_0", "state_1", "matches"]
    assert set(export.network.memory) == {"memory", "keys", "mask", "summary", "copy_keys", "copy_mask", "copies"}
