"""PO files as pairs: plurals, what goes on over lines, guesses and obsolete messages left out, encodings."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from nlpseq.data.pairs import read_table_pairs
from nlpseq.errors import UserError

PO = r"""# Translators: nobody
msgid ""
msgstr ""
"Language: de_AT\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

#. A button
#: src/main.c:7
msgctxt "menu"
msgid "_Open the \"big\" door"
msgstr ""
"_Öffne die "
"„große“ Tür"
msgid "one file\t(%s)"
msgid_plural "%d files"
msgstr[0] "eine Datei\t(%s)"
msgstr[1] "%d Dateien"

#, fuzzy, c-format
#| msgid "Close"
msgid "Clothes"
msgstr "Schließen"

msgid "Not yet"
msgstr ""

#~ msgid "Old"
#~ msgstr "Alt"
"""
EXPECTED = [
    ('_Open the "big" door', "_Öffne die „große“ Tür"), ("one file\t(%s)", "eine Datei\t(%s)"),
    ("%d files", "%d Dateien"), ("Clothes", ""), ("Not yet", ""),
]  # fmt: skip


def read(path: Path, text: str | bytes, src: str = "en", tgt: str = "de") -> list[tuple[str, str]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_table_pairs(path, src=src, tgt=tgt))


def test_messages_and_their_translations(tmp_path: Path) -> None:
    assert read(tmp_path / "de.po", PO) == EXPECTED
    assert read(tmp_path / "de.po.gz", gzip.compress(PO.encode())) == EXPECTED
    assert read(tmp_path / "de.po", PO, "de", "en") == [(tgt, src) for src, tgt in EXPECTED]
    assert read(tmp_path / "de.po", PO.replace('"Language: de_AT\\n"\n', ""), "fr", "es") == EXPECTED
    with pytest.raises(UserError, match=r"de\.po: no unit has both fr and es; its languages are de_AT, source"):
        read(tmp_path / "de.po", PO, "fr", "es")


def test_other_encodings_and_one_form(tmp_path: Path) -> None:
    text = PO.replace("„große“", "große").replace("charset=UTF-8", "charset=ISO-8859-1")
    assert read(tmp_path / "de.po", text.encode("latin-1"))[0][1] == "_Öffne die große Tür"
    template = PO.replace("charset=UTF-8", "charset=CHARSET")
    assert read(tmp_path / "de.po", template) == EXPECTED
    japanese = 'msgid ""\nmsgstr "Language: ja\\n"\nmsgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d\\346\\227"\n'
    assert [pair[0] for pair in read(tmp_path / "ja.po", japanese, "en", "ja")] == ["%d days"]


@pytest.mark.parametrize(
    ("text", "line"),
    [('msgid "a\n', 1), ('msgid "a"\nmsgstr b\n', 2), ('"a"\n', 1), ("<xliff/>", 1), ('msgid "a"\nmsgstr "b" c\n', 2)],
)
def test_a_line_that_is_none_is_named(text: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"a\.po, line {line}: no line of a PO file"):
        read(tmp_path / "a.po", text)
