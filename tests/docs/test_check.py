"""What `docs/check.py` finds in a page."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "docs"))
from check import faults  # noqa: E402

sys.path.pop(0)


def test_dead_links_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<p id="here"></p><a href="#here"></a><a href="#gone"></a><a href="b.html"></a><a href="c%20d.css?v=1"></a>'
        '<a href="https://example.org/"></a><a href="mailto:a@b"></a><a href="c"></a>'
    )
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "index.html").write_text("")
    (tmp_path / "c d.css").write_text("p { background: url(data:image/png;base64,) }")
    assert faults(tmp_path) == ["a.html: #gone leads nowhere", "a.html: b.html leads nowhere"]


def test_what_is_fetched_from_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<script src="https://cdn.example/x.js"></script><link rel="stylesheet" href="//cdn.example/x.css">'
        '<link rel="canonical" href="https://example.org/a.html"><img src="here.png" alt="a cat"><img src="here.png">'
    )
    (tmp_path / "here.png").write_bytes(b"")
    (tmp_path / "x.css").write_text("@font-face { src: url('https://fonts.example/f.woff') }")
    assert faults(tmp_path) == [
        "a.html: https://cdn.example/x.js is fetched from elsewhere",
        "a.html: //cdn.example/x.css is fetched from elsewhere",
        "a.html: here.png has no words for those who do not see it",
        "x.css: https://fonts.example/f.woff is fetched from elsewhere",
    ]
