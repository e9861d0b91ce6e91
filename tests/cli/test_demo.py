"""`nlpseq demo`: what is missing is trained, and all of it is served."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from nlpseq.cli import main
from nlpseq.recipe.shipped import shipped_recipes
from nlpseq.serve.served import served_tasks
from nlpseq.tasks import verbs

EMBEDDED = [
    recipe.name for recipe in shipped_recipes() if recipe.data.startswith("corpora/") and recipe.task in served_tasks()
]


@pytest.mark.parametrize("names", [[], ["translate", "classify"]])
def test_recipes_are_run_and_their_runs_served(
    names: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The trainings take minutes, so that only what is asked for is looked at here."""
    monkeypatch.chdir(tmp_path)
    ran: list[str] = []
    served: list[Any] = []
    monkeypatch.setattr(verbs, "run", lambda settings: ran.append(settings.run_dir))
    monkeypatch.setattr("nlpseq.cli.demo.serve_runs", lambda *arguments: served.append(arguments))
    assert main(["demo", *names, "--no-browser", "--port", "0"]) == 0
    expected = [f"runs/{name}" for name in names or EMBEDDED]
    (run_dirs, options, opened) = served[0]
    assert (ran, run_dirs, options.port, opened) == (expected, expected, 0, None)


def test_mistakes_come_before_any_training(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(verbs, "run", lambda settings: pytest.fail("it began to train"))
    assert main(["demo", "classify-imdb"]) == 2
    assert f"demo: no embedded recipe classify-imdb; it is one of {', '.join(EMBEDDED)}" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    assert main(["demo"]) == 2
    assert "serve needs uvicorn; run " in capsys.readouterr().err
