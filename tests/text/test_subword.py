from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer

from nlpseq.errors import UserError
from nlpseq.text.escape import ESCAPE
from nlpseq.text.subword import ModelType, SubwordTokenizer
from nlpseq.text.vocab import SPECIALS

WORDS = [first + second for first in ("cat", "mouse", "für", "zebra") for second in ("ing", "ly", "hood", "s", "")]
TEXTS = [f"the {WORDS[i % 20]} number {i} sat on {WORDS[i * 7 % 19]}, <s> and </s>" for i in range(200)]
MODELS = {
    kind: SubwordTokenizer.train(TEXTS, vocab_size=320, model_type=kind)  # type: ignore[arg-type]
    for kind in ("bpe", "unigram")
}
kinds = pytest.mark.parametrize("kind", ["bpe", "unigram"])
unicode_text = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
tricky_parts = ["▁", ESCAPE, " ", "\n", "\0", "a", "cat", "<0x41>", "<unk>", "▅", "\t"]
tricky_text = st.lists(st.sampled_from(tricky_parts)).map("".join)


@kinds
@settings(derandomize=True, deadline=None, max_examples=100)
@given(text=unicode_text | tricky_text)
@example(text="  ▁the▁ cat \0\u2028\ufeff\r\n ")
@example(text="<0x41> <pad> <s>")
def test_any_text_comes_back(kind: str, text: str) -> None:
    model = MODELS[kind]
    assert model.decode(model.encode(text)) == text
    assert model.encode_batch([text, "cat"]) == [model.encode(text), model.encode("cat")]
    assert model.decode(model.sample_batch([text], alpha=0.3, seed=3)[0]) == text


@kinds
def test_text_becomes_pieces_of_the_list_and_never_specials(kind: str) -> None:
    model = MODELS[kind]
    assert len(model.pieces) == len(set(model.pieces)) == 320 - len(SPECIALS)
    pieces = model.encode("<s> the </s> <unk> <pad> 日本 cat")
    assert set(pieces) <= set(model.pieces) and not set(pieces) & set(SPECIALS)
    assert model.encode("") == [] and model.encode_batch([]) == []


@kinds
def test_sampling_repeats_for_a_seed_and_differs_between_seeds(kind: str) -> None:
    model, texts = MODELS[kind], ["the number cat sat on zebras"] * 17
    first = model.sample_batch(texts, alpha=0.2, seed=5)
    other = model.sample_batch(texts, alpha=0.2, seed=6)
    assert model.sample_batch(texts, alpha=0.2, seed=5) == first != other
    assert len(set(map(tuple, first))) > 1
    assert model.encode(texts[0]) == model.encode(texts[1])  # encoding itself stays as it was


@pytest.mark.parametrize("seed", [-1, 0, 0xFFFFFFFF, 2**40 + 1])
def test_every_integer_is_a_seed(seed: int) -> None:
    texts = ["the number cat sat on zebras"] * 5
    sample = MODELS["bpe"].sample_batch(texts, alpha=0.5, seed=seed)
    assert MODELS["bpe"].sample_batch(texts, alpha=0.5, seed=seed) == sample


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        (["<0xF0>", "<0x9F>", "▁cat"], "\ufffd cat"),
        (["<0xE6>", "<0x97>", "<0xA5>"], "日"),
        (["▁the", "<unk>", "▁cat"], "the<unk> cat"),
        (["cat", "▁the"], "cat the"),
        (["<0xFF>"], "\ufffd"),
        (["▁"], ""),
        ([], ""),
    ],
)
def test_pieces_that_a_model_wrote_become_text(pieces: list[str], text: str) -> None:
    assert MODELS["bpe"].decode(pieces) == text


@kinds
def test_training_repeats_and_prints_nothing(kind: ModelType, capfd: pytest.CaptureFixture[str]) -> None:
    again = SubwordTokenizer.train(iter(TEXTS), vocab_size=320, model_type=kind)
    assert again.to_bytes() == MODELS[kind].to_bytes()
    assert again.signature() == MODELS[kind].signature()
    assert again.signature().startswith(f"subword:{kind}:320:")
    assert capfd.readouterr() == ("", "")


def test_the_seed_chooses_the_lines_of_a_large_corpus() -> None:
    models = [SubwordTokenizer.train(TEXTS, vocab_size=290, seed=seed, max_lines=3) for seed in (1, 1, 2)]
    assert models[0].to_bytes() == models[1].to_bytes() != models[2].to_bytes()


def test_a_long_line_is_not_dropped() -> None:
    model = SubwordTokenizer.train(["short line", "zebra " * 20_000], vocab_size=278)
    assert model.encode("zebra") == ["▁zebra"]


def test_characters_get_pieces_unless_they_would_fill_the_vocabulary() -> None:
    assert "ü" in MODELS["bpe"].pieces
    signs = [chr(0x4E00 + i) for i in range(300)]
    texts = ["".join(signs[:20]) * 400 + sign for sign in signs[20:]]
    few = SubwordTokenizer.train(texts, vocab_size=320)
    assert set(signs[:20]) <= set(few.pieces) and not set(signs[20:]) & set(few.pieces)
    assert few.decode(few.encode(signs[299])) == signs[299]


@kinds
@pytest.mark.parametrize("texts", [TEXTS, ["one"], [" "], ["日本語" * 9, "и так далее"]])
def test_a_vocabulary_that_the_texts_cannot_fill_is_lowered_and_said(
    kind: ModelType, texts: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    model = SubwordTokenizer.train(texts, vocab_size=8000, model_type=kind)
    (said,) = [record.getMessage() for record in caplog.records]
    most = len(model.pieces) + 4
    assert said == f"text.vocab_size: the training texts fill {most} pieces, not 8000; lowered to that"
    assert [model.decode(model.encode(text)) for text in texts] == texts
    caplog.clear()
    again = SubwordTokenizer.train(texts, vocab_size=most, model_type=kind)
    assert again.to_bytes() == model.to_bytes()
    assert not caplog.records


@kinds
def test_the_mark_that_drops_a_text_from_training_drops_none(kind: ModelType) -> None:
    model = SubwordTokenizer.train([f"{text} ▅▅" for text in TEXTS], vocab_size=300, model_type=kind)
    assert len(model.pieces) == 296
    for text in ("▅", "a▅b ▁▅", "￮1▅"):
        assert model.decode(model.encode(text)) == text
    assert SubwordTokenizer.train(["▅"], vocab_size=300).decode(["▁"]) == ""


@kinds
def test_a_vocabulary_size_that_is_too_small_is_the_users_mistake(kind: ModelType) -> None:
    for small in (270, 275):
        with pytest.raises(UserError, match=r"^text\.vocab_size: .* too small .*; set it to \d+ or more$"):
            SubwordTokenizer.train(TEXTS, vocab_size=small, model_type=kind)
    with pytest.raises(UserError, match=r"^text\.vocab_size: 260 is too small, .* need 260"):
        SubwordTokenizer.train(TEXTS, vocab_size=260, model_type=kind)


@pytest.mark.parametrize("texts", [[], [""], ["", ""]])
def test_training_on_nothing_is_the_users_mistake(texts: list[str]) -> None:
    with pytest.raises(UserError, match="texts to train on are empty"):
        SubwordTokenizer.train(texts, vocab_size=300)


@kinds
def test_a_file_bytes_and_pickle_keep_the_model(kind: ModelType, tmp_path: Path) -> None:
    model = MODELS[kind]
    model.save(tmp_path / "m.model")
    read = SubwordTokenizer.load(tmp_path / "m.model")
    for copy in (read, SubwordTokenizer.from_bytes(model.to_bytes()), pickle.loads(pickle.dumps(model))):
        assert copy.model_type == kind
        assert copy.signature() == model.signature()
        assert copy.encode("a new cat") == model.encode("a new cat")


@pytest.mark.parametrize("damaged", [b"", b"garbage", MODELS["bpe"].to_bytes()[:1000]])
def test_damaged_bytes_are_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="not a SentencePiece model"):
        SubwordTokenizer.from_bytes(damaged)


def test_sentencepiece_reads_the_file_and_its_own_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "m.model"
    MODELS["bpe"].save(path)
    processor = SentencePieceProcessor(model_file=str(path))
    assert processor.encode("the cat", out_type=str) == MODELS["bpe"].encode("the cat")
    (tmp_path / "texts.txt").write_text("\n".join(TEXTS), encoding="utf-8")
    SentencePieceTrainer.train(
        input=str(tmp_path / "texts.txt"), model_prefix=str(tmp_path / "own"), vocab_size=30, model_type="char",
        minloglevel=2,
    )  # fmt: skip
    theirs = SubwordTokenizer.load(tmp_path / "own.model")
    assert theirs.model_type == "char" and theirs.decode(theirs.encode("the cat")) == "the cat"


def test_files_are_texts_line_by_line(tmp_path: Path) -> None:
    first, second = tmp_path / "a.txt", tmp_path / "b.txt"
    first.write_text("".join(f"{text}\n" for text in TEXTS[:90]), encoding="utf-8")
    second.write_text("\n".join(TEXTS[90:]), encoding="utf-8")
    model = MODELS["bpe"].to_bytes()
    assert SubwordTokenizer.train([first, second], vocab_size=320).to_bytes() == model
    assert SubwordTokenizer.train([*TEXTS[:90], second], vocab_size=320).to_bytes() == model
    for name in (first, str(first)):
        one = SubwordTokenizer.train(name, vocab_size=300)
        assert one.to_bytes() == SubwordTokenizer.train(TEXTS[:90], vocab_size=300).to_bytes()


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("für".encode("latin-1"))
    with pytest.raises(UserError, match=r"latin\.txt: not UTF-8 text \(byte 1\); convert it"):
        SubwordTokenizer.train(tmp_path / "latin.txt")
    with pytest.raises(UserError, match="^the cat sat: cannot be read .*; name a text file or give a list of texts"):
        SubwordTokenizer.train("the cat sat")
    with pytest.raises(UserError, match=r"no\.model: no such file; check the path"):
        SubwordTokenizer.load(tmp_path / "no.model")
    with pytest.raises(UserError, match=r"latin\.txt: not a SentencePiece model; give the \.model file"):
        SubwordTokenizer.load(tmp_path / "latin.txt")


def test_real_sentences_come_back(shared_corpora: Path) -> None:
    files = [shared_corpora / "multi30k" / name for name in ("val.en", "val.de")]
    texts = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    model = SubwordTokenizer.train(texts, vocab_size=2000)
    assert [model.decode(pieces) for pieces in model.encode_batch(texts)] == texts
