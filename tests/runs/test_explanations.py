"""What explains the mistakes of a run comes back as it was; a damaged file is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.errors import UserError
from nlpseq.models.attribution import Explanation
from nlpseq.runs.explanations import EXPLANATIONS_FILE, read_explanations, write_explanations

SURE = Explanation(["so", "cold"], [(0, 2), (3, 7)], [0.25, -1.5], baseline=0.5, residue=0.001)
UNSURE = SURE._replace(residue=-0.5)


def test_they_come_back(tmp_path: Path) -> None:
    write_explanations(tmp_path, {7: SURE, 2: UNSURE})
    found = read_explanations(tmp_path)
    assert found.weights == {7: [("so", 0.25), ("cold", -1.5)], 2: [("so", 0.25), ("cold", -1.5)]}
    assert found.places == {7: [(0, 2), (3, 7)], 2: [(0, 2), (3, 7)]}
    assert found.residues == {2: -0.5}  # the other is too small to be spoken of


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    write_explanations(tmp_path, {7: SURE})
    path = tmp_path / EXPLANATIONS_FILE
    path.write_text(path.read_text().replace("weights", "wights"))
    with pytest.raises(UserError, match=r"explanations\.json: damaged"):
        read_explanations(tmp_path)
