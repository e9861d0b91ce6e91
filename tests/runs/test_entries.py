"""A folder that a stranger made holds files of bounded sizes, and nothing leads out of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.runs.entries import check_folder


@pytest.mark.parametrize("name", ["data/corpus/train/state.json", "settings.yaml", "translations.txt", "curves.csv"])
def test_a_sparse_file_in_any_part_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    assert check_folder(tmp_path) == tmp_path
    os.truncate(path, 3 << 30)
    with pytest.raises(UserError, match=f"{name}: too large"):
        check_folder(tmp_path)
