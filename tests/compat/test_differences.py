"""The table of differences names tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = re.compile(r"`((?:[\w/]+\.py)?)(?:::)?((?:test_\w+)?)`")


def test_every_difference_has_its_test() -> None:
    lines = (ROOT / "docs" / "torchtext-differences.md").read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("|") and not line.startswith(("|---", "| torchtext 0."))]
    assert len(rows) > 40
    file = function = ""
    for row in rows:
        assert row.count(" | ") == 2, row
        tests = row.rpartition(" | ")[2].removesuffix(" |")
        if tests == "the same":  # as in the row above
            continue
        found = REFERENCE.findall(tests)
        assert found, row
        for named, function in found:
            file = named or file
            path = ROOT / file if file.startswith("tests/") else ROOT / "tests" / "compat" / file
            assert path.is_file(), row
            assert not function or f"def {function}(" in path.read_text(encoding="utf-8"), (file, function)
