"""What a run folder says of its scores is read whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.runs.folder import evaluated_metrics, read_metrics, reading_outputs
from nlpseq.runs.stages import Stages

DAMAGE = [b"", b'{"bleu": 3', b"[1, 2]", b"3", b"\xff\xfe"]


def test_metrics_are_read_as_they_were_written(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text(json.dumps({"bleu": 38.1, "task": "en-de"}))
    assert read_metrics(tmp_path) == {"bleu": 38.1, "task": "en-de"}


def test_a_run_that_was_not_evaluated(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"metrics\.json: not there yet; run nlpseq evaluate .* first$"):
        read_metrics(tmp_path)
    Stages(tmp_path).mark("evaluate", "a")
    assert evaluated_metrics(tmp_path, "a") is None


@pytest.mark.parametrize("content", DAMAGE)
def test_damaged_metrics_are_named_and_made_again(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_bytes(content)
    with pytest.raises(UserError, match=r"metrics\.json: damaged \(.*\); delete it and evaluate the run again$"):
        read_metrics(tmp_path)
    Stages(tmp_path).mark("evaluate", "a")
    assert evaluated_metrics(tmp_path, "a") is None


def test_metrics_of_another_evaluation_are_none(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    (tmp_path / "metrics.json").write_text("{}")
    Stages(tmp_path).mark("evaluate", "a")
    assert evaluated_metrics(tmp_path, "b") is None and not caplog.messages
    assert evaluated_metrics(tmp_path, "a") == {}
    assert caplog.messages == [f"evaluated already: {tmp_path / 'metrics.json'}"]


def test_outputs_that_do_not_fit_are_one_sentence(tmp_path: Path) -> None:
    for error in (KeyError("split"), TypeError("no number"), ValueError("x"), IndexError("y"), ZeroDivisionError()):
        with pytest.raises(UserError, match="a file of the run is damaged or of another run .*evaluate again$"):
            with reading_outputs(tmp_path):
                raise error
    for ours in (UserError("as it is"), RuntimeError("ours")):
        with pytest.raises(type(ours), match=str(ours)), reading_outputs(tmp_path):
            raise ours
