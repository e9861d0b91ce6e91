"""Commands that the program prints work in the shell that it was called from."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from nlpseq import program
from nlpseq.program import command, install, install_for, place, speaks


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in with the programs of an environment that is not active."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("nlpseq", "python"):
        (programs / name).touch()
        (programs / name).chmod(stat.S_IRWXU)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.setattr(sys, "argv", [str(programs / "nlpseq"), "run"])
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    return programs


def test_an_environment_that_is_not_active_is_named(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command("classify", "runs/a b") == f"{Path('.venv/bin/nlpseq')} classify 'runs/a b'"
    assert install("serve") == f'{Path(".venv/bin/python")} -m pip install "nlpseq[serve]"'
    monkeypatch.chdir(environment)
    assert command("runs").endswith("nlpseq runs")
    monkeypatch.chdir("/")
    assert command("runs") == f"{str(environment / 'nlpseq').lstrip('/')} runs"


def test_an_active_one_needs_no_path(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(environment))
    assert (command("runs"), install("tables")) == ("nlpseq runs", 'python -m pip install "nlpseq[tables]"')


def test_called_as_a_module(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/nlpseq/__main__.py", "run"])
    assert command("runs") == f"{Path('.venv/bin/python')} -m nlpseq runs"
    for other in ("-c", "/somewhere/pytest/__main__.py"):
        monkeypatch.setattr(sys, "argv", [other])
        assert command("runs") == "nlpseq runs"


def test_a_runtime_names_its_own_extras(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is installed is what lies on the path: here the runtime alone, as its wheel writes it down."""
    folder = tmp_path / "nlpseq_runtime-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: nlpseq-runtime\nVersion: 1.0\nRequires-Dist: numpy>=1.26\n"
        "Provides-Extra: serve\nRequires-Dist: fastapi>=0.115; extra == 'serve'\n"
        "Provides-Extra: ngrams\nRequires-Dist: scikit-learn>=1.4; extra == 'ngrams'\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert install("serve").endswith('-m pip install "nlpseq-runtime[serve]"')
    assert install("search").endswith('-m pip install "nlpseq[search]"')
    assert install().endswith("-m pip install nlpseq") and install_for("torch") == install()
    assert install_for("fastapi") == install("serve") and install_for("sklearn") == install("ngrams")
    monkeypatch.setattr(program.sys, "path", [])
    assert install_for("fastapi").endswith("-m pip install nlpseq")


@pytest.mark.parametrize(
    ("rank", "size", "found"),
    [
        ("1", "3", (1, 3)),
        ("0", "2", (0, 2)),
        ("0", "1", (0, 1)),
        ("2", "2", (0, 1)),
        ("", "2", (0, 1)),
        ("x", "2", (0, 1)),
    ],
)
def test_the_place_among_the_processes_of_torchrun(
    rank: str, size: str, found: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("RANK", rank), ("WORLD_SIZE", size), ("MASTER_ADDR", "localhost")):
        monkeypatch.setenv(name, value)
    assert place() == found and speaks() is (found[0] == 0)
    monkeypatch.delenv("MASTER_ADDR")
    assert place() == (0, 1) and speaks()
