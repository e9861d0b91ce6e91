"""What the tests of nlpseq.compat share."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


@pytest.fixture(scope="session")
def torchtext_records() -> dict[str, Any]:
    """Inputs and outputs recorded from torchtext 0.18.0, or a skip where they are not present."""
    path = Path(__file__).parents[3] / "shared" / "torchtext_parity" / "torchtext_0_18_0.json"
    if not path.is_file():
        pytest.skip(f"no torchtext records beside the project ({path.name} not found)")
    return json.loads(path.read_text(encoding="utf-8"))


def load_original() -> ModuleType | None:
    """The real torchtext 0.6.0, or None."""
    try:
        import torchtext
    except Exception:  # a later version's library does not fit this torch
        return None
    return torchtext if torchtext.__version__ == "0.6.0" else None


@pytest.fixture
def original(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The real torchtext 0.6.0, or a skip."""
    # Its `Vectors` switch the check of certificates off for all of Python: put back after the test.
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_default_https_context)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = load_original()
        if found is None:
            pytest.skip("torchtext 0.6.0 is not installed; pip install --no-deps torchtext==0.6.0")
        yield found


HIDE = """
import sys
class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "torchtext":
            raise ModuleNotFoundError("No module named 'torchtext'", name=name)
sys.meta_path.insert(0, Hidden)
"""


@pytest.fixture
def python(tmp_path: Path) -> Callable[..., str]:
    """Gives what code prints in a fresh interpreter in `tmp_path`, where modules are looked for first.

    A torchtext that is installed is hidden from it, unless `hide` is False.
    """

    def run(code: str, *, hide: bool = True) -> str:
        code = f"{HIDE if hide else ''}import sys; sys.path.insert(0, {str(tmp_path)!r})\n{code}"
        done = subprocess.run(
            [sys.executable, "-W", "always", "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run


INSTALL = "import nlpseq.compat.torchtext; nlpseq.compat.torchtext.install({})\n"
ADDED = {
    "before 0.9": INSTALL.format("legacy=True"),
    "0.9 to 0.11": INSTALL.format(""),
    "0.12 to 0.18": INSTALL.format(""),
    "the real one": "",
}


@pytest.fixture
def run(python: Callable[..., str]) -> Callable[[str, Iterable[str]], str]:
    """Gives what programs print that were written for a generation of torchtext, with one line before the first.

    They run one after the other, each with names of its own: an interpreter each would take its time.
    """

    def run_all(generation: str, programs: Iterable[str]) -> str:
        one_by_one = (f"exec({code!r}, {{'__name__': '__main__'}})\n" for code in programs)
        return python(ADDED[generation] + "".join(one_by_one), hide=generation != "the real one")

    return run_all
