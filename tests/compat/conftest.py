"""What the tests of nlpseq.compat share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def torchtext_records() -> dict[str, Any]:
    """Inputs and outputs recorded from torchtext 0.18.0, or a skip where they are not present."""
    path = Path(__file__).parents[3] / "shared" / "torchtext_parity" / "torchtext_0_18_0.json"
    if not path.is_file():
        pytest.skip(f"no torchtext records beside the project ({path.name} not found)")
    return json.loads(path.read_text(encoding="utf-8"))
