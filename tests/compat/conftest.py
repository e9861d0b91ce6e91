"""What the tests of nlpseq.compat share."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
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
