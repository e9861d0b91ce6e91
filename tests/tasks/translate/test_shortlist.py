"""The table of likely target tokens: what pairs teach, what a search then writes, and what a damaged file is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import TranslateSettings
from nlpseq.config.translate import LARGEST_SHORTLIST
from nlpseq.data.encode import Ragged
from nlpseq.errors import UserError
from nlpseq.tasks import verbs
from nlpseq.tasks.translate import shortlist as module
from nlpseq.tasks.translate.shortlist import SHORTLIST_FILE, Shortlist
from nlpseq.tasks.translate.translator import Translator

EOS, SHIFT, FILLER = 3, 20, 50
SIZES = {"src_size": 30, "tgt_size": 60}


def ragged(rows: list[list[int]]) -> Ragged:
    return Ragged(np.concatenate(rows).astype(np.int32), np.cumsum([0, *map(len, rows)]).astype(np.int32))


def pairs(count: int = 400) -> tuple[Ragged, Ragged]:
    """Source token i is translated to i + 20, in another order, and each sentence has a word that means nothing."""
    random = np.random.default_rng(1)
    rows = [random.choice(np.arange(4, 30), size=random.integers(2, 7), replace=False).tolist() for _ in range(count)]
    return (
        ragged([[*row, EOS] for row in rows]),
        ragged([[FILLER, *(token + SHIFT for token in reversed(row)), EOS] for row in rows]),
    )


@pytest.mark.parametrize("most_cells", [module.MOST_CELLS, 3000])
def test_pairs_teach_what_means_what(most_cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_CELLS", most_cells)
    found = Shortlist.of(*pairs(), **SIZES)
    assert found.candidates.shape == (30, LARGEST_SHORTLIST)
    assert found.candidates[4:, 0].tolist() == list(range(4 + SHIFT, 30 + SHIFT))
    assert (found.candidates[:3] == -1).all()  # never seen
    assert set(found.common[:2].tolist()) == {FILLER, EOS}


def test_candidates_are_those_of_all_tokens_with_the_special_ones_first() -> None:
    found = replace(Shortlist.of(*pairs(), **SIZES), common=np.array([FILLER], dtype=np.int32))
    assert found.ids([7, 9, 9, 0], 1).tolist() == [0, 1, 2, 3, 7 + SHIFT, 9 + SHIFT, FILLER]
    assert found.ids([0], 100).tolist() == [0, 1, 2, 3, FILLER]


def test_it_comes_back_from_a_file(tmp_path: Path) -> None:
    assert Shortlist.load(tmp_path, **SIZES) is None
    written = Shortlist.of(*pairs(), **SIZES)
    written.save(tmp_path)
    read = Shortlist.load(tmp_path, **SIZES)
    assert read is not None
    assert np.array_equal(read.candidates, written.candidates) and np.array_equal(read.common, written.common)


@pytest.mark.parametrize("sizes", [{"src_size": 31, "tgt_size": 60}, {"src_size": 30, "tgt_size": 49}])
def test_a_table_of_other_vocabularies_is_named(sizes: dict[str, int], tmp_path: Path) -> None:
    Shortlist.of(*pairs(), **SIZES).save(tmp_path)
    with pytest.raises(UserError, match=r"shortlist\.safetensors: damaged \(of another"):
        Shortlist.load(tmp_path, **sizes)


def test_a_damaged_table_is_named(tmp_path: Path) -> None:
    (tmp_path / SHORTLIST_FILE).write_bytes(b"no tensors")
    with pytest.raises(UserError, match=r"shortlist\.safetensors: damaged .*make the model again"):
        Shortlist.load(tmp_path, **SIZES)


def test_a_run_makes_its_table_without_training_again(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    translator = Translator.from_pretrained(tiny_run.run_dir)
    with pytest.raises(UserError, match=r"decode\.shortlist needs a table that this model lacks; make the run again"):
        translator.translate("a dog sleeps here.", decode=replace(tiny_run.decode, shortlist=5))

    settings = replace(tiny_run, run_dir=str(tmp_path / "run"), decode=replace(tiny_run.decode, shortlist=5))
    verbs.train(settings)
    found = Translator.from_pretrained(settings.run_dir)
    assert found.shortlist is not None and found.decode.shortlist == 5
    assert (tmp_path / "run" / "text" / SHORTLIST_FILE).is_file()
    written = set(found.search("a dog sleeps here.")[0][0].tokens)
    allowed = found.shortlist.ids(found.read(["a dog sleeps here."])[0].ids, 5)
    assert written <= set(found.tgt.vocab.decode(allowed.tolist()))
    found.save_pretrained(tmp_path / "saved")
    assert Translator.from_pretrained(tmp_path / "saved").translate("a dog sleeps here.") == found.translate(
        "a dog sleeps here."
    )


@pytest.mark.parametrize("beam_size", [1, 3])
def test_with_the_whole_vocabulary_as_candidates_nothing_changes(tiny_run: TranslateSettings, beam_size: int) -> None:
    translator = Translator.from_pretrained(tiny_run.run_dir)
    size = len(translator.tgt.vocab)
    everything = Shortlist(
        np.full((len(translator.src.vocab), LARGEST_SHORTLIST), -1, np.int32), np.arange(size, dtype=np.int32)
    )
    complete = replace(translator, shortlist=everything)
    texts, decode = ["a dog sleeps here.", "nobody waits by the sea."], replace(tiny_run.decode, beam_size=beam_size)
    expected = translator.search(texts, decode=decode, prefixes=["der hund", "niemand"])
    found = complete.search(texts, decode=replace(decode, shortlist=1), prefixes=["der hund", "niemand"])
    for row, other in zip(found, expected, strict=True):
        assert [hypothesis.tokens for hypothesis in row] == [hypothesis.tokens for hypothesis in other]
        assert [h.score for h in row] == pytest.approx([h.score for h in other], rel=1e-5)
