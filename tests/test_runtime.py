"""The second distribution: the same sources and versions, and nothing of torch."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def requirements(path: Path, section: str) -> dict[str, str]:
    """Package -> its bound in a list of a pyproject.toml."""
    listed = re.search(rf"^{section} = \[(.*?)^\]", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert listed is not None
    return dict(re.findall(r'"([\w-]+)([^"]*)"', listed[1]))


def test_what_runs_an_export_needs_no_torch_and_the_same_versions() -> None:
    own = requirements(ROOT / "runtime" / "pyproject.toml", "dependencies")
    assert own.keys() == {"numpy", "onnxruntime", "regex", "sentencepiece"}
    full = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for name, bound in own.items():
        assert f'"{name}{bound}"' in full, name


def test_both_are_one_version_of_one_package() -> None:
    runtime = (ROOT / "runtime" / "pyproject.toml").read_text(encoding="utf-8")
    assert '"../nlpseq/__init__.py"' in runtime and '"../nlpseq" = "nlpseq"' in runtime
