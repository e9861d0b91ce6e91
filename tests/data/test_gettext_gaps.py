"""What a PO file leaves open is filled in, and not a character more."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from nlpseq.data.gettext_gaps import po_gaps
from nlpseq.data.memories import find_gaps
from nlpseq.data.pairs import read_table_pairs
from nlpseq.errors import UserError

PO = r"""# Translators: nobody
msgid ""
msgstr ""
"Language: de_AT\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=3; plural=(n != 1);\n"

#. A button
msgctxt "menu"
msgid "_Open"
msgstr "_Öffnen"

#: src/main.c:7
#, c-format
msgid "one file\t(%s)"
msgid_plural "%d \"files\""
msgstr[0] ""
msgstr[1] ""
msgstr[2] ""
#, fuzzy, c-format
msgid "Clothes"
msgstr "Schließen"

#. Two lines
msgctxt "dialog"
msgid ""
"Not yet.\n"
"Wait.\n"
msgstr ""
""

msgid "  "
msgstr ""

#, fuzzy
msgid "Blank"
msgstr ""

msgid "No word"
msgstr ""
#~ msgid "Old"
#~ msgstr ""
"""
TEXTS = ["one file\t(%s)", '%d "files"', '%d "files"', "Not yet.\nWait.\n", "Blank", "No word"]
FILLED = [("msgstr[0] \"\"\nmsgstr[1] \"\"\nmsgstr[2] \"\"", r'''msgstr[0] "eine \"Datei\""
msgstr[1] "%d Dateien"
msgstr[2] "%d\tDateien"'''), ("#, c-format\nmsgid \"one", "#, fuzzy, c-format\nmsgid \"one"),
          ('msgctxt "dialog"', '#, fuzzy\nmsgctxt "dialog"'),
          ('msgstr ""\n""\n', 'msgstr ""\n"Noch nicht.\\n"\n"Wart\\\\e.\\n"\n'),
          ('msgid "Blank"\nmsgstr ""', 'msgid "Blank"\nmsgstr "Leer"')]  # fmt: skip
TRANSLATIONS = ['eine "Datei"', "%d Dateien", "%d\tDateien\n", " Noch nicht.\nWart\\e.", "Leer", ""]


def expected(text: str = PO) -> str:
    for old, new in FILLED:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_is_open_is_filled_and_all_else_stays(end: str, tmp_path: Path) -> None:
    path = tmp_path / "de.po"
    path.write_bytes(PO.replace("\n", end).encode())
    gaps = po_gaps(path)
    assert list(gaps.texts) == TEXTS and gaps.languages == (None, "de_AT")
    assert gaps.filled(TRANSLATIONS).decode() == expected().replace("\n", end)
    assert gaps.filled([""] * 6) == path.read_bytes()
    path.write_bytes(gaps.filled(TRANSLATIONS))
    assert list(po_gaps(path).texts) == ["No word"]  # what waits for a review is not made again
    assert [tgt for _, tgt in read_table_pairs(path, src="en", tgt="de") if tgt] == ["_Öffnen"]  # nor learnt from


def test_one_form_for_all_numbers_is_the_plural(tmp_path: Path) -> None:
    (tmp_path / "ja.po").write_text('msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] ""')
    gaps = po_gaps(tmp_path / "ja.po")
    assert list(gaps.texts) == ["%d days"]
    assert gaps.filled(["%d x"]) == b'#, fuzzy\nmsgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d x"\n'


def test_forms_without_a_plural_are_of_the_one_text(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text('msgid "a"\nmsgstr[0] ""\nmsgstr[1] ""\n')
    gaps = po_gaps(tmp_path / "de.po")
    assert list(gaps.texts) == ["a", "a"]
    assert gaps.filled(["x", "y"]) == b'#, fuzzy\nmsgid "a"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'


def test_a_template_becomes_a_file_of_a_language(tmp_path: Path) -> None:
    header = 'msgid ""\nmsgstr ""\n"Language: \\n"\n"Content-Type: text/plain; charset=CHARSET\\n"\n\n'
    (tmp_path / "app.pot").write_text(f'{header}msgid "Open"\nmsgstr ""\n')
    gaps = find_gaps(tmp_path / "app.pot")
    assert (list(gaps.texts), gaps.languages) == (["Open"], (None, None))
    said = header.replace("charset=CHARSET", "charset=UTF-8")
    assert gaps.filled(["Öffnen"]).decode() == f'{said}#, fuzzy\nmsgid "Open"\nmsgstr "Öffnen"\n'


def test_an_encoding_without_a_character_is_a_sentence(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=ISO-8859-1\\n"\n'
    (tmp_path / "de.po").write_bytes(f'{head}msgid "é"\nmsgstr ""\n'.encode("latin-1"))
    gaps = po_gaps(tmp_path / "de.po")
    assert gaps.texts == ["é"] and gaps.filled(["ö"]).decode("latin-1").endswith('msgid "é"\nmsgstr "ö"\n')
    with pytest.raises(UserError, match=r"de\.po: ISO-8859-1 lacks '„' .*msgconv --to-code=UTF-8"):
        gaps.filled(["„ö“"])


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="gettext is not installed")
def test_gettext_finds_nothing_to_say(tmp_path: Path) -> None:
    (tmp_path / "de.po").write_text(PO, encoding="utf-8")
    (tmp_path / "out.po").write_bytes(po_gaps(tmp_path / "de.po").filled(TRANSLATIONS))
    subprocess.run(["msgfmt", "--use-fuzzy", "-o", tmp_path / "out.mo", tmp_path / "out.po"], check=True)
