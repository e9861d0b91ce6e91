"""The data room's first page names its files."""

from __future__ import annotations

import re
from pathlib import Path

import nlpseq.data


def test_every_file_has_its_line() -> None:
    named = re.findall(r"^   (\w+\.py) +\S", nlpseq.data.__doc__ or "", re.M)
    files = [path.name for path in Path(nlpseq.data.__file__).parent.glob("*.py") if path.name != "__init__.py"]
    assert sorted(named) == sorted(files)
