"""A graph that cannot be run gives one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.onnx.session import Session


def test_what_is_no_graph_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "step.onnx").write_bytes(b"nothing")
    with pytest.raises(UserError, match="step.onnx: cannot be run .* export the run again"):
        Session(tmp_path / "step.onnx")
