"""What an XLIFF file of either version leaves open is filled in, and not a byte more."""

from __future__ import annotations

import gzip
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nlpseq.data.pairs import read_table_pairs
from nlpseq.data.xliff_gaps import xliff_gaps
from nlpseq.errors import UserError

MADE = 'state="needs-review-translation" state-qualifier="mt-suggestion"'
OLD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- by hand -->
<x:xliff version='1.2' xmlns:x="urn:oasis:names:tc:xliff:document:1.2">
<x:file original="a > b" source-language="en-GB" target-language="de-DE"><x:body><x:group id="g">
  <x:trans-unit id="1">
    <x:source>Press <x:g id="1">here</x:g><x:x id="2"/> &amp; <x:bpt id="3">[b]</x:bpt>go<x:ept id="3"/>.</x:source>
    <x:alt-trans><x:source>Press.</x:source><x:target>Drück.</x:target></x:alt-trans>
  </x:trans-unit></x:group>
  <x:trans-unit id="2"><x:source>Not <![CDATA[<yet>]]>. </x:source><x:target xml:lang="de"  state='new'>Not &lt;yet>.</x:target></x:trans-unit>
  <x:trans-unit id="3"><x:source>Nothing.</x:source><x:target/><x:note>?</x:note></x:trans-unit>
  <x:trans-unit id="4" translate="no"><x:source>x = 1</x:source></x:trans-unit>
  <x:group id="h" translate="no"><x:trans-unit id="5"><x:source>y = 1</x:source></x:trans-unit>
  <x:trans-unit id="6" translate="yes"><x:source>Why?</x:source></x:trans-unit></x:group>
  <x:trans-unit id="7"><x:source>Done.</x:source><x:target state="needs-translation">Fertig.</x:target></x:trans-unit>
  <x:trans-unit id="8"><x:source>Left out.</x:source><x:target state="final"></x:target></x:trans-unit>
  <x:trans-unit id="9"><x:source> </x:source></x:trans-unit>
  <x:trans-unit id="10"><x:source>Ten.</x:source><x:target>Zehn.</x:target></x:trans-unit>
</x:body></x:file></x:xliff>
"""  # noqa: E501
OLD_FILLED = [
    ('<x:ept id="3"/>.</x:source>', f'<x:ept id="3"/>.</x:source>\n    <x:target {MADE}>A &lt; B &amp; C.</x:target>'),
    ("<x:target xml:lang=\"de\"  state='new'>Not &lt;yet>.</x:target>",
     f'<x:target xml:lang="de" {MADE}>Noch nicht. </x:target>'),
    ("<x:target/>", f"<x:target {MADE}>Nichts.</x:target>"),
    ("Why?</x:source>", f"Why?</x:source><x:target {MADE}>„Wieso?“</x:target>"),
]  # fmt: skip
NEW = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="de">
<file id="f"><unit id="1">
<segment id="1"><source>A <pc id="1">warm</pc> soup.</source></segment>
<ignorable><source> </source></ignorable>
<segment id="2" state="initial"><source>Bread.</source><target xml:lang="de">Bread.</target></segment>
<segment id="3" state="final"><source>Salt.</source></segment>
<segment id="4"><source>Milk.</source><target>Milch.</target></segment></unit>
<unit id="2" translate="no"><segment><source>Snow.</source></segment></unit></file></xliff>"""
NEW_FILLED = [
    ("soup.</source>", "soup.</source><target>Eine Suppe.</target>"),
    ('<target xml:lang="de">Bread.</target>', '<target xml:lang="de">Brot.</target>'),
]


def filled(text: str, changes: list[tuple[str, str]]) -> str:
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-15"])
def test_the_old_version(encoding: str, tmp_path: Path) -> None:
    path, text = tmp_path / "a.xlf", OLD.replace("UTF-8", encoding.removesuffix("-sig"))
    path.write_bytes(text.encode(encoding))
    gaps = xliff_gaps(path)
    assert list(gaps.texts) == ["Press here & go.", "Not <yet>. ", "Nothing.", "Why?"]
    assert gaps.languages == ("en-GB", "de-DE") and gaps.without_codes == 1
    found = gaps.filled(["A < B & C.", "Noch\0 nicht.", "Nichts.", "„Wieso?“"])
    expected = filled(text, OLD_FILLED)
    if encoding == "utf-16":  # without ASCII the line is not taken up
        expected = expected.replace("\n    <x:target", "<x:target")
    elif encoding == "iso-8859-15":
        expected = expected.replace("„Wieso?“", "&#8222;Wieso?&#8220;")
    assert found == expected.encode(encoding)
    ElementTree.fromstring(found)
    assert gaps.filled([""] * 4) == path.read_bytes()
    path.write_bytes(found)
    assert list(xliff_gaps(path).texts) == []  # what waits for a review is not made again
    assert [tgt for _, tgt in read_table_pairs(path, src="en", tgt="de") if tgt] == ["Zehn."]  # nor learnt from


def test_the_new_version(tmp_path: Path) -> None:
    (tmp_path / "b.xliff").write_text(NEW)
    gaps = xliff_gaps(tmp_path / "b.xliff")
    assert list(gaps.texts) == ["A warm soup.", "Bread."]
    assert gaps.filled(["Eine Suppe.", "Brot."]).decode() == filled(NEW, NEW_FILLED)


@pytest.mark.parametrize(
    "text", [OLD[:400], "", "msgid", '<!DOCTYPE x [<!ENTITY a "aa">]><xliff><file><body>&a;</body></file></xliff>',
             '<?xml version="1.0" encoding="klingon"?><xliff/>']
)  # fmt: skip
def test_a_damaged_or_malicious_file_is_one_sentence(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.xlf").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"a\.xlf: not valid XLIFF .*; check the file"):
        xliff_gaps(tmp_path / "a.xlf")


def test_a_file_without_end_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpseq.data.xliff_gaps.MOST_BYTES", 1 << 20)
    (tmp_path / "a.xlf.gz").write_bytes(gzip.compress(b" " * (1 << 21)))
    with pytest.raises(UserError, match=r"a\.xlf\.gz: more than 1 MiB; split the file"):
        xliff_gaps(tmp_path / "a.xlf.gz")
