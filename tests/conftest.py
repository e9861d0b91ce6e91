"""Fixtures that several test folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of real corpora beside the project, or a skip where it is not present."""
    folder = ROOT.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no real corpora beside the project ({folder.name}/ not found)")
    return folder
