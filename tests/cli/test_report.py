"""`nlpseq report`: the path of the page on standard output, mistakes in one sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import ClassifySettings


def test_one_run_and_two(review_run: ClassifySettings, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run = Path(shutil.copytree(review_run.run_dir, tmp_path / "run"))
    (run / "report.html").unlink()
    assert main(["report", str(run)]) == 0
    assert capfd.readouterr().out == f"{run / 'report.html'}\n"
    assert (run / "report.html").is_file()
    out = tmp_path / "new" / "both.html"
    assert main(["report", review_run.run_dir, str(run), "--out", str(out)]) == 0
    assert capfd.readouterr().out == f"{out}\n"
    assert out.is_file() and out.with_suffix(".md").is_file()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["runs/nope"], "runs/nope: not a run folder"),
        (["RUN", "--out", "x.html"], "--out is for the report of two runs; that of one run stands in its folder"),
        (["RUN", "RUN"], "are one run; name two, or one alone"),
        (["RUN", "runs/nope"], "runs/nope: not a run folder"),
        ([], "the following arguments are required: RUN"),
    ],
)
def test_mistakes(
    review_run: ClassifySettings, capfd: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    assert main(["report", *(review_run.run_dir if each == "RUN" else each for each in arguments)]) == 2
    out, err = capfd.readouterr()
    assert out == "" and named in err and "Traceback" not in err
