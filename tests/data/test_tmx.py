"""Translation memories as pairs; damaged and malicious ones are one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.data.pairs import read_table_pairs
from nlpseq.errors import UserError


def read(path: Path, text: str | bytes, src: str = "en", tgt: str = "de") -> list[tuple[str, str]]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_table_pairs(path, src=src, tgt=tgt))


TMX = """<?xml version="1.0"?>
<!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header creationtool="x" segtype="sentence" srclang="EN-US"/><body>
<tu tuid="1"><prop type="x">no text</prop>
<tuv xml:lang="EN-US"><seg>Press <bpt i="1">&lt;b&gt;</bpt>here<ept i="1"/> &amp; go.</seg></tuv>
<tuv xml:lang="de-DE"><seg>Hier <hi>drücken</hi>.</seg></tuv><tuv xml:lang="fr"><seg>x</seg></tuv></tu>
<tu><tuv lang="de"><seg>Nur deutsch.</seg></tuv></tu>
</body></tmx>"""


def test_a_translation_memory(tmp_path: Path) -> None:
    expected = [("Press here & go.", "Hier drücken."), ("", "Nur deutsch.")]
    for encoding in ("utf-8", "utf-16"):
        assert (
            read(tmp_path / "a.tmx", TMX.replace('"1.0"', f'"1.0" encoding="{encoding}"').encode(encoding)) == expected
        )
    with pytest.raises(UserError, match=r"a\.tmx: no unit has both en and es; its languages are EN-US, de, de-DE, fr"):
        read(tmp_path / "a.tmx", TMX, tgt="es")


BOMB = """<?xml version="1.0"?><!DOCTYPE tmx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<tmx><body><tu><tuv lang="en"><seg>&b;</seg></tuv></tu></body></tmx>"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TMX[:300], "not valid TMX"),
        ("", "not valid TMX"),
        ("en\tde\n", "not valid TMX"),
        (BOMB, "not valid TMX"),
        ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><tmx><tu><tuv lang="en"><seg>&e;</seg></tuv></tu>',
         "not valid TMX"),
        ("<a>" * 5000, "nested more than 100 deep"),
    ],
)  # fmt: skip
def test_a_damaged_or_malicious_memory_is_one_sentence(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        read(tmp_path / "a.tmx", text)
    assert f"a.tmx: {message}" in str(caught.value)
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()
