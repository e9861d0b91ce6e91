"""A translator's file through a model: the gaps are filled, whatever stops on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from nlpseq.config import ClassifySettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.tasks.fill import fill_file
from nlpseq.tasks.predict import PredictOptions, Predictor
from nlpseq.tasks.translate.translator import Translator

TEXTS = ["the old king", "a small child", "nobody"]
HEAD = 'msgid ""\nmsgstr "Language: {}\\n"\n\n'
XLIFF = '<xliff version="1.2"><file source-language="en"><body>{}</body></file></xliff>'


def po_of(path: Path, language: str = "de") -> Path:
    messages = "".join(f'msgid "{text}"\nmsgstr ""\n\n' for text in TEXTS)
    path.write_text(HEAD.format(language) + messages + 'msgid "a"\nmsgstr "ein"\n', encoding="utf-8")
    return path


@pytest.fixture
def predictor(tiny_run: TranslateSettings) -> Predictor:
    return Predictor(tiny_run.run_dir, PredictOptions())


@pytest.fixture
def said(tiny_run: TranslateSettings) -> list[str]:
    return [text.strip() for text in Translator.from_pretrained(tiny_run.run_dir).translate(TEXTS)]


def test_a_po_file_is_filled_in_also_onto_itself(
    predictor: Predictor, said: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = po_of(tmp_path / "de.po")
    assert fill_file(predictor, path, path) == sum(map(bool, said)) > 0
    entries = path.read_text(encoding="utf-8").split("\n\n")
    assert entries[1:] == [
        *((f'#, fuzzy\nmsgid "{text}"\nmsgstr "{one}"' if one else f'msgid "{text}"\nmsgstr ""')
          for text, one in zip(TEXTS, said, strict=True)),
        'msgid "a"\nmsgstr "ein"\n',
    ]  # fmt: skip
    assert [one.name for one in tmp_path.iterdir()] == ["de.po"] and not caplog.messages
    fill_file(predictor, po_of(tmp_path / "fr.po", "fr_CA"), tmp_path / "out.po")
    assert caplog.messages == [f"{tmp_path / 'fr.po'} is to be translated into fr_CA, and the run translates into de"]


def test_an_xliff_file_is_filled_in(
    predictor: Predictor, said: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    units = "".join(f"<trans-unit><source>{text}<x/></source></trans-unit>" for text in TEXTS[:1])
    (tmp_path / "in.xliff").write_text(XLIFF.format(units))
    assert fill_file(predictor, tmp_path / "in.xliff", tmp_path / "new" / "out.xlf") == 1
    assert f">{said[0]}</target></trans-unit>" in (tmp_path / "new" / "out.xlf").read_text(encoding="utf-8")
    assert caplog.messages == [f"{tmp_path / 'new' / 'out.xlf'}: 1 text had inline codes, which its translation lacks"]


def test_a_stopped_call_goes_on(predictor: Predictor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlpseq.tasks.fill.PART_TEXTS", 2)
    path, target = po_of(tmp_path / "in.po"), tmp_path / "out.po"
    read: list[str] = []
    columns = Translator.columns

    def interrupted(self: Translator, texts: Sequence[str], **options: Any) -> dict[str, list[Any]]:
        if len(read) == 2:
            raise KeyboardInterrupt
        read.extend(texts)
        return columns(self, texts, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Translator, "columns", interrupted)
        with pytest.raises(KeyboardInterrupt):
            fill_file(predictor, path, target)
        assert not target.exists()
        read[:] = ["one more"]
        fill_file(predictor, path, target, resume=True)
    assert read == ["one more", TEXTS[2]] and sorted(one.name for one in tmp_path.iterdir()) == ["in.po", "out.po"]


def test_what_cannot_be_filled_in(predictor: Predictor, review_run: ClassifySettings, tmp_path: Path) -> None:
    path = po_of(tmp_path / "in.po")
    (tmp_path / "in.csv").write_text("text\na\n")
    for source in (tmp_path / "in.csv", path):
        with pytest.raises(UserError, match=r"out\.xlf: made from a \.xlf file that leaves something to be translated"):
            fill_file(predictor, source, tmp_path / "out.xlf")
    with pytest.raises(UserError, match=r"out\.po: filled in by a run of the task translate; write what this one says"):
        fill_file(Predictor(review_run.run_dir, PredictOptions()), path, tmp_path / "out.po")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "in.po"]
