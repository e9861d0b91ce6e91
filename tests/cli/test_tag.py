"""`nlpseq tag`: a line out for each line in, whatever is in it, in three forms."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlpseq.cli import main
from nlpseq.config import TagSettings

LINES = ["Dr Selby went to Red Wharf Bay.", "", "  ", "a\u2028b\tc \x85", "They saw Bonn with Dr Kim.", "x " * 3000]


@pytest.fixture
def tag(
    name_run: TagSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Call the command with the given bytes on its standard input: code, output, errors."""

    def run(*arguments: str, stdin: bytes) -> tuple[int, str, str]:
        (tmp_path / "stdin").write_bytes(stdin)
        with open(tmp_path / "stdin", encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            code = main(["tag", name_run.run_dir, *arguments])
        return code, *capfd.readouterr()

    return run


def test_each_line_gives_one_line(tag: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = tag(stdin="\n".join(LINES).encode())
    lines = out.split("\n")
    assert (code, err, lines.pop()) == (0, "", "")
    assert len(lines) == len(LINES) and lines[1] == lines[2] == ""
    assert lines[0].split(" ")[0] == "Dr/O" and lines[4] == "They/O saw/O Bonn/I-LOC with/O Dr/O Kim/I-PER ./O"
    assert len(lines[5].split(" ")) == 3000
    assert tag(stdin=b"") == (0, "", "")


def test_json_lines_hold_entities_and_their_places(tag: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = tag("--json", stdin="\n".join(LINES).encode())
    found = [json.loads(line) for line in out.split("\n")[:-1]]
    assert code == 0 and [entry["text"] for entry in found] == LINES
    for entry in found:
        assert [entry["text"][start:end] for start, end in entry["places"]] == entry["tokens"]
        assert len(entry["tags"]) == len(entry["tokens"])
    first, second = found[4]["entities"]
    assert first | {"probability": 0} == {"text": "Bonn", "label": "LOC", "start": 9, "end": 13, "probability": 0}
    assert second["label"] == "PER" and 0.5 < second["probability"] <= 1
    assert found[1] == {"text": "", "tokens": [], "places": [], "tags": [], "entities": []}


def test_columns_can_be_read_again(tag: Callable[..., tuple[int, str, str]]) -> None:
    code, out, _ = tag("--format", "conll", "--pre-split", stdin=b"They saw Bonn with Dr.Kim\n\nDr May\r\n")
    assert code == 0
    assert re.sub(r"\t\S+", "", out) == "They\nsaw\nBonn\nwith\nDr.Kim\n\n\nDr\nMay\n\n"
    assert out.startswith("They\tO\nsaw\tO\nBonn\tI-LOC\n")


def test_mistakes_are_one_sentence(tag: Callable[..., tuple[int, str, str]]) -> None:
    code, out, err = tag(stdin=b"fine\nbroken \xff\n")
    assert (code, out) == (2, "") and "standard input, line 2: not UTF-8" in err
    code, out, err = tag("--format", "xml", stdin=b"")
    assert code == 2 and "slash, json, conll" in err
