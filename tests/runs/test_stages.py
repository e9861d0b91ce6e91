"""A stage is done with one fingerprint, equal things have equal ones, and a damaged record means: do it again."""

from __future__ import annotations

import json

import pytest

from nlpseq.runs.stages import Stages, fingerprint


def test_a_stage_is_done_with_its_last_fingerprint_only(tmp_path) -> None:
    stages = Stages(tmp_path / "run")
    assert not stages.done("train", "a")
    stages.mark("prepare", "p")
    stages.mark("train", "a")
    stages.mark("train", "b")
    for record in (stages, Stages(tmp_path / "run")):  # this process and the next one
        assert record.done("train", "b")
        assert not record.done("train", "a")
        assert record.done("prepare", "p")
        assert not record.done("evaluate", "p")
    assert json.loads((tmp_path / "run" / "stages.json").read_text()) == {"prepare": "p", "train": "b"}


@pytest.mark.parametrize("content", [b"", b'{"train": "a"', b"[1, 2]", b"3", b"\xff\xfe"])
def test_a_damaged_record_knows_nothing_and_is_mended(tmp_path, content) -> None:
    stages = Stages(tmp_path)
    stages.path.write_bytes(content)
    assert not stages.done("train", "a")
    stages.mark("train", "a")
    assert stages.done("train", "a")


def test_equal_parts_have_equal_fingerprints() -> None:
    assert fingerprint({"lr": 1e-3, "cell": "gru"}, ["ä"]) == fingerprint({"cell": "gru", "lr": 0.001}, ("ä",))
    assert len(fingerprint()) == 16


def test_different_parts_have_different_fingerprints() -> None:
    parts = [(), (1,), (1, 2), ([1, 2],), ("1",), (True,), (None,), ({"a": 1},), ({"a": "1"},), ({"b": 1},), (1.5,)]
    assert len({fingerprint(*each) for each in parts}) == len(parts)


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        fingerprint({1, 2})
