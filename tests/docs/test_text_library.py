"""docs/text-library.md is one program, and what it says comes out does."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "text-library.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


def run(block: str, names: dict[str, Any]) -> int:
    """Run a block, compare each value with the comment behind it, and count those."""
    lines, compared = block.splitlines(), 0
    for statement in ast.parse(block).body:
        code = ast.get_source_segment(block, statement)
        assert code is not None
        comment = lines[(statement.end_lineno or 0) - 1].encode()[statement.end_col_offset :].decode().strip()
        if not isinstance(statement, ast.Expr) or not comment:
            exec(code, names)
            continue
        value = eval(code, names)
        if value is not None:  # else the comment says what the call is for
            assert comment == f"# {value!r}", code
            compared += 1
    return compared


def test_the_blocks_run_and_say_what_comes_out(
    tmp_path: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    assert sum(run(block, names) for block in BLOCKS) >= 15
    assert sorted(path.name for path in tmp_path.iterdir()) == ["subwords.model", "vocab.json"]


def test_what_it_names_is_there() -> None:
    import nlpseq

    for name in re.findall(r"from nlpseq import (.+)", TEXT):
        assert set(name.split(", ")) <= set(nlpseq.__all__)
    for link in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (DOCUMENT.parent / link).exists(), link
