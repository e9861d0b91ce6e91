"""A graph that cannot be run gives one sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.onnx.session import Session


def test_what_is_no_graph_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "step.onnx").write_bytes(b"nothing")
    with pytest.raises(UserError, match="step.onnx: cannot be run .* export the run again"):
        Session(tmp_path / "step.onnx")


def test_what_runs_it_is_named_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(UserError, match=r"run by onnxruntime; run .*nlpseq\[runtime\]"):
        Session(tmp_path / "model.onnx")
