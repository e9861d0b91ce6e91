from __future__ import annotations

import io
from pathlib import Path

import pytest

from nlpseq.compat.torchtext.data import functional as F
from nlpseq.compat.torchtext.errors import UserRuntimeError

TEXTS = [f"the cat sat on mat number {number}" for number in range(60)]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pieces")
    (folder / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    F.generate_sp_model(str(folder / "texts.txt"), vocab_size=40, model_type="bpe", model_prefix=str(folder / "m"))
    assert (folder / "m.vocab").is_file()
    return folder / "m.model"


def test_pieces_and_their_ids_belong_together(model: Path) -> None:
    sp = F.load_sp_model(str(model))
    pieces = list(F.sentencepiece_tokenizer(sp)(["the cat sat", "", "mat 7"]))
    ids = list(F.sentencepiece_numericalizer(sp)(["the cat sat", "", "mat 7"]))
    assert pieces[1] == ids[1] == [] and "".join(pieces[0]) == "▁the▁cat▁sat"
    assert [sp.PieceToId(piece) for piece in pieces[0]] == ids[0] and len(sp) == 40


def test_a_model_loads_from_an_open_file(model: Path) -> None:
    expected = F.load_sp_model(str(model)).EncodeAsIds("the mat")
    with open(model, "rb") as file:
        assert F.load_sp_model(file).EncodeAsIds("the mat") == expected
    assert F.load_sp_model(io.BytesIO(model.read_bytes())).EncodeAsIds("the mat") == expected


@pytest.mark.parametrize(("size", "kind", "sentence"), [
    (20_000, "unigram", r"^vocab_size: the text of .*texts.txt fills no 20,000 pieces; set it to \d+ or less$"),
    (20_000, "word", r"fills no 20,000 pieces; set it to \d+ or less$"),
    (2, "bpe", r"^.*texts.txt: SentencePiece cannot make 2 pieces of it \((?i:internal): "),
    (5, "bpe", r"^vocab_size: 5 is too small for the characters of .*texts.txt; set it to \d+ or more$"),
])  # fmt: skip
def test_a_vocabulary_that_does_not_fit_the_text_is_named(
    model: Path, tmp_path: Path, size: int, kind: str, sentence: str
) -> None:
    with pytest.raises(UserRuntimeError, match=sentence):
        F.generate_sp_model(str(model.with_name("texts.txt")), size, kind, str(tmp_path / "m"))
    assert not list(tmp_path.iterdir())


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="a path or a file opened with 'rb' is wanted, not int"):
        F.load_sp_model(3)  # type: ignore[arg-type]
    with pytest.raises((OSError, RuntimeError), match="gone.model"):  # by SentencePiece's version
        F.load_sp_model(str(tmp_path / "gone.model"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("#REDIRECT [[Elsewhere]]", []),
        ("   \n", []),
        ("<page>", []),
        ("A &amp; B &lt; C", ["a b c"]),
        ("In 1969, [[Apollo 11|the Eagle]] landed.", ["in one nine six nine the eagle landed"]),
        ("{{Infobox}} {table} [http://x.org a link] text", ["a link text"]),
        ("[[category:physics|x]] [[de:Physik]] done", ["physics done"]),  # torchtext: "one done"
        ("first line\n second line", ["first line second line"]),  # torchtext: "first linesecond line"
        ("Zürich &nbsp; naïve", ["z rich na ve"]),
    ],
)
def test_wikipedias_markup_is_taken_out(line: str, words: list[str]) -> None:
    assert list(F.filter_wikipedia_xml([line])) == words


def test_the_dump_must_be_iterable() -> None:
    with pytest.raises(TypeError):
        list(F.filter_wikipedia_xml(5))  # type: ignore[arg-type]


def test_removed_tokens_have_no_ids() -> None:
    rows = F.numericalize_tokens_from_iterator({"a": 0, "b": 1}, [["a", "zz", "b"], []], removed_tokens={"zz"})
    assert [list(row) for row in rows] == [[0, 1], []]
    with pytest.raises(KeyError):
        list(F.numericalize_tokens_from_iterator({}, [["a"]]))


def test_a_map_style_dataset_can_be_shuffled() -> None:
    from torch.utils.data import DataLoader

    rows = F.to_map_style_dataset((number, str(number)) for number in range(7))
    loaded = DataLoader(rows, batch_size=None, shuffle=True)
    assert len(rows) == 7 and sorted(loaded) == [[number, str(number)] for number in range(7)]
    assert len(F.to_map_style_dataset([])) == 0
