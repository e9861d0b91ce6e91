"""XLIFF of both versions as pairs: inline codes, other translations and what nobody has translated left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.data.pairs import read_table_pairs
from nlpseq.errors import UserError

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">
<file original="a.html" source-language="en-GB" target-language="de-DE" datatype="html"><header/><body><group id="g">
<trans-unit id="1"><source>Press <g id="1">here</g><x id="2"/> &amp; <bpt id="3">[b]</bpt>go<ept id="3"/>.</source>
<target state="translated">Hier <mrk mtype="seg" mid="0">drücken</mrk>.</target>
<alt-trans><source>Press.</source><target>Drück.</target></alt-trans></trans-unit></group>
<trans-unit id="2"><source>Not yet.</source><target state="new">Not yet.</target></trans-unit>
<trans-unit id="3"><source>Nothing.</source></trans-unit>
<trans-unit id="4" translate="no"><source>x = 1</source><target>x = 1</target></trans-unit>
</body></file></xliff>"""
NEW = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="de">
<file id="f"><unit id="1">
<notes><note>For the cook.</note></notes>
<segment id="1"><source>A <pc id="1">warm</pc> soup.</source>
<target>Eine <pc id="1">warme</pc> Suppe.</target></segment>
<ignorable><source> </source></ignorable>
<segment id="2" state="initial"><source>Bread.</source><target>Bread.</target></segment></unit>
<group id="g"><unit id="2"><segment><source>Snow<ph id="1"/>!</source><target>Schnee!</target></segment></unit></group>
</file></xliff>"""


def read(path: Path, text: str, src: str = "en", tgt: str = "de") -> list[tuple[str, str]]:
    path.write_text(text, encoding="utf-8")
    return list(read_table_pairs(path, src=src, tgt=tgt))


def test_both_versions(tmp_path: Path) -> None:
    expected = [("Press here & go.", "Hier drücken."), ("Not yet.", ""), ("Nothing.", "")]
    assert read(tmp_path / "a.xlf", OLD) == expected
    assert read(tmp_path / "a.xliff", OLD, "de", "en") == [(tgt, src) for src, tgt in expected]
    assert read(tmp_path / "b.xlf", NEW) == [
        ("A warm soup.", "Eine warme Suppe."),
        ("Bread.", ""),
        ("Snow!", "Schnee!"),
    ]


def test_a_language_that_no_file_names(tmp_path: Path) -> None:
    unnamed = OLD.replace(' target-language="de-DE"', "")
    assert read(tmp_path / "a.xlf", unnamed)[0] == ("Press here & go.", "Hier drücken.")
    with pytest.raises(UserError, match=r"a\.xlf: no unit has both fr and es; its languages are de-DE, en-GB"):
        read(tmp_path / "a.xlf", OLD, "fr", "es")


@pytest.mark.parametrize(
    "text", [OLD[:400], "", "msgid", '<!DOCTYPE x [<!ENTITY a "aa">]><xliff><file><body>&a;</body></file></xliff>']
)
def test_a_damaged_or_malicious_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a\.xlf: not valid XLIFF"):
        read(tmp_path / "a.xlf", text)
