"""A prompt in, a text that begins with it out, repeatable in any batch; the likelihood of text in one pass."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
import pytest
import torch

from nlpseq.answers import continuation
from nlpseq.answers.continuation import Likelihood
from nlpseq.config import CharRNNSettings, GenerateSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.errors import UserError
from nlpseq.layers.recurrent import Cell
from nlpseq.tasks.generate import char_rnn
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.text.alphabet import Alphabet

PROMPTS = ["", "the cat ", "Zoë", "x", "\n", "漢字 \U0001f600", "a\r\nb\x00", "\ud800 lone", "the sea " * 600, "<unk>"]
GREEDY = SamplingOptions(temperature=0.0)


@pytest.fixture(scope="module")
def writer(story_run: GenerateSettings) -> CharRNN:
    return CharRNN.from_pretrained(story_run.run_dir)


@pytest.fixture(scope="module")
def bytes_writer() -> CharRNN:
    torch.manual_seed(0)
    return CharRNN.untrained(Alphabet.of_bytes(), CharRNNSettings(embedding_dim=5, hidden_size=9, num_layers=2))


def written(writer: CharRNN, prompt: str = "", **options) -> str:
    return "".join(writer.generate(prompt, **options))


def plain_logits(writer: CharRNN, ids: list[int]) -> torch.Tensor:
    """Of what follows `ids`, all of them read at once."""
    with torch.no_grad():
        return writer.model(torch.tensor([ids]))[0][0, -1]


# ---- scores


@pytest.mark.parametrize("cell", get_args(Cell))
def test_nats_are_those_of_a_plain_loop(cell: Cell, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    settings = CharRNNSettings(embedding_dim=4, hidden_size=6, num_layers=2, cell=cell, dropout=0.5, layer_norm=True)
    writer = CharRNN.untrained(Alphabet.of_bytes(), settings)
    ids = np.random.default_rng(0).integers(0, 256, 23).astype(np.uint8)
    writer.model.eval()
    expected = [
        -float(plain_logits(writer, ids[:place].tolist()).log_softmax(0)[int(ids[place])]) for place in range(1, 23)
    ]
    writer.model.train()
    for window in (2000, 22, 21, 7, 1):
        monkeypatch.setattr(char_rnn, "SCORE_WINDOW", window)
        nats = writer.nats(ids)
        assert nats.dtype == np.float64
        np.testing.assert_allclose(nats, expected, atol=1e-5)
    assert writer.model.training


@pytest.mark.parametrize("size", [0, 1])
def test_nothing_to_foretell(writer: CharRNN, size: int) -> None:
    assert writer.nats(np.zeros(size, dtype=np.uint8)).shape == (0,)


def test_a_text_is_scored_after_a_line_break(writer: CharRNN) -> None:
    text = "the cat sleeps in the house"
    score = writer.score(text)
    assert score == Likelihood(pytest.approx(float(writer.nats(writer.alphabet.encode(f"\n{text}")).sum())), len(text))
    assert score.bits_per_character == pytest.approx(score.nats / len(text) / math.log(2))
    assert score.bits_per_character < 2 < writer.score("xxqq zzyy").bits_per_character
    one = writer.score("Z")
    assert one.characters == 1 and one.nats == pytest.approx(-float(plain_logits_after_break(writer)["Z"]), abs=1e-5)


def plain_logits_after_break(writer: CharRNN) -> dict[str, float]:
    log_probs = plain_logits(writer, writer.alphabet.encode("\n").tolist()).log_softmax(0)
    return dict(zip(writer.alphabet.vocab.get_itos(), log_probs.tolist(), strict=True))


def test_the_whole_is_the_sum_of_its_lines_after_line_breaks(writer: CharRNN) -> None:
    """A line that begins a text begins as any other does, but for what was before it."""
    lines = writer.score("the boat\n"), writer.score("the boat")
    assert lines[0].nats > lines[1].nats and lines[0].characters == lines[1].characters + 1


def test_an_empty_text_costs_nothing(writer: CharRNN, bytes_writer: CharRNN) -> None:
    for each in (writer, bytes_writer):
        assert each.score("") == Likelihood(0.0, 0) and each.score("").bits_per_character == 0.0


def test_bytes_are_scored_by_the_character(bytes_writer: CharRNN) -> None:
    text = "é€\U0001f600x"
    score = bytes_writer.score(text)
    assert score.characters == 4
    nats = bytes_writer.nats(np.frombuffer(f"\n{text}".encode(), dtype=np.uint8))
    assert len(nats) == 10 and score.nats == pytest.approx(nats.sum())


@pytest.mark.parametrize("text", ["漢", "\ud800", "a\x00", "z" * 5000])
def test_any_text_has_a_score(writer: CharRNN, bytes_writer: CharRNN, text: str) -> None:
    for each in (writer, bytes_writer):
        assert each.score(text).characters == len(text) and 0 < each.score(text).nats < math.inf


# ---- prompts


@pytest.mark.parametrize("prompt", PROMPTS, ids=ascii)
def test_a_text_begins_with_its_prompt(writer: CharRNN, bytes_writer: CharRNN, prompt: str) -> None:
    for each in (writer, bytes_writer):
        pieces = list(each.generate(prompt, length=12))
        assert pieces[0] == prompt and all(pieces[1:])
        assert each.samples([prompt], length=12) == ["".join(pieces)]
    assert len(written(writer, prompt, length=12)) == len(prompt) + 12


def test_unseen_characters_are_named_once(writer: CharRNN, caplog: pytest.LogCaptureFixture) -> None:
    texts = writer.samples(["漢字 the", "a漢", "the"], length=5)
    assert [text[:2] for text in texts] == ["漢字", "a漢", "th"]
    assert caplog.messages == ["characters that the model has never seen are read as unknown ones: 漢字"]
    caplog.clear()
    written(writer, "the", length=5)
    assert caplog.messages == []


def test_unseen_characters_are_read_as_unknown_ones(writer: CharRNN) -> None:
    one, other = (written(writer, f"the {letter} ", length=30, options=GREEDY)[6:] for letter in "漢字")
    assert one == other != written(writer, "the c ", length=30, options=GREEDY)[6:]


def test_bytes_know_every_character(bytes_writer: CharRNN, caplog: pytest.LogCaptureFixture) -> None:
    written(bytes_writer, "漢字", length=3)
    assert caplog.messages == []


def test_of_a_very_long_prompt_the_end_is_read(writer: CharRNN, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuation, "PROMPT_WINDOW", 7)
    text = written(writer, "nobody waits by the sea", length=40)
    assert text == "nobody waits by " + written(writer, "the sea", length=40)
    assert writer.samples(["the sea", "nobody waits by the sea"], length=0) == ["the sea", "nobody waits by the sea"]


def test_no_prompt_is_a_line_break_that_is_not_shown(writer: CharRNN) -> None:
    assert f"\n{written(writer, length=20)}" == written(writer, "\n", length=20)


def test_an_alphabet_without_a_line_break_begins_with_an_unknown_character(caplog: pytest.LogCaptureFixture) -> None:
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "abc"]))
    writer = CharRNN.untrained(letters, CharRNNSettings(embedding_dim=2, hidden_size=3))
    assert set(written(writer, length=30)) <= set("abc") and writer.score("ab").nats > 0
    assert caplog.messages == []


# ---- texts


def test_it_has_learnt_to_write_words(writer: CharRNN) -> None:
    for beginning, whole in {"Z": "Zoë: ", "on the b": "on the big bridge", "by the ": "by the sea"}.items():
        assert written(writer, beginning, length=60, options=GREEDY).startswith(whole)


@pytest.mark.parametrize("options", [SamplingOptions(), SamplingOptions(temperature=0.7, top_p=0.9, min_p=0.01),
                                     SamplingOptions(top_k=5, repetition_penalty=1.5)])  # fmt: skip
def test_equal_seeds_give_equal_texts_in_any_batch(
    options: SamplingOptions, writer: CharRNN, bytes_writer: CharRNN
) -> None:
    """And streamed as in one piece, whatever the lengths of the prompts beside it."""
    prompts = ["the cat ", "", "Zoë: nobody sings on the big bridge", "q", "the cat "]
    for each in (writer, bytes_writer):
        together = each.samples(prompts, length=50, options=options, seed=7)
        for number, (prompt, text) in enumerate(zip(prompts, together, strict=True)):
            assert written(each, prompt, length=50, options=options, seed=7, number=number) == text
        assert each.samples(prompts[:2], length=50, options=options, seed=7) == together[:2]
        assert each.samples(prompts, length=50, options=options, seed=7) == together
        assert together[0] != together[4]  # the same prompt, but another number
        assert each.samples(prompts, length=50, options=options, seed=8) != together


@pytest.mark.parametrize("cell", get_args(Cell))
def test_every_cell_writes(cell: Cell) -> None:
    torch.manual_seed(0)
    settings = CharRNNSettings(
        embedding_dim=5, hidden_size=7, num_layers=2, cell=cell, tie_embeddings=True, residual=True, layer_norm=True
    )
    writer = CharRNN.untrained(Alphabet.of_counts(np.arange(128)), settings)
    texts = writer.samples(["ab", "abc", "a"], length=30, seed=3)
    assert [len(text) for text in texts] == [32, 33, 31]
    assert [written(writer, text[:-30], length=30, seed=3, number=n) for n, text in enumerate(texts)] == texts
    assert writer.model.training


def test_greedy_is_the_most_probable_character_each_time(writer: CharRNN) -> None:
    prompt = "Zoë: the cat"
    ids = writer.alphabet.encode(prompt).tolist()
    for _ in range(40):
        logits = plain_logits(writer, ids)
        logits[: len(writer.alphabet.special_ids)] = -math.inf
        ids.append(int(logits.argmax()))
    expected = writer.alphabet.decode(ids)
    for options in (GREEDY, SamplingOptions(top_k=1), SamplingOptions(top_k=1, temperature=2.0)):
        assert written(writer, prompt, length=40, options=options) == expected
        assert writer.samples([prompt] * 3, length=40, options=options, seed=9) == [expected] * 3


def test_special_symbols_are_never_written() -> None:
    """Even if the network wants nothing else."""
    letters = Alphabet.of_counts(np.bincount([ord(letter) for letter in "ab"]))
    writer = CharRNN.untrained(letters, CharRNNSettings(embedding_dim=2, hidden_size=3))
    writer.model.output.bias.data[:4] = 50.0
    assert set(written(writer, "a", length=200)) == set("ab")


def test_bytes_that_are_no_character_are_shown_as_such_but_for_an_unfinished_one(bytes_writer: CharRNN) -> None:
    bias = bytes_writer.model.output.bias
    before = bias.detach().clone()
    try:
        bias.data[0xC3] = 90.0
        assert list(bytes_writer.generate("a", length=3)) == ["a", "\ufffd", "\ufffd"]
        assert bytes_writer.samples(["a"], length=3) == ["a\ufffd\ufffd"]
    finally:
        bias.data.copy_(before)


# ---- ends


@pytest.mark.parametrize("length", [0, 1, 255, 256, 257, 600])
def test_a_text_is_as_long_as_asked(writer: CharRNN, length: int) -> None:
    assert len(written(writer, "the", length=length)) == 3 + length
    assert [len(text) for text in writer.samples(["the", ""], length=length)] == [3 + length, length]


def test_a_stop_string_ends_the_text_and_is_part_of_it(writer: CharRNN) -> None:
    whole = written(writer, "the", length=200, seed=3)
    for stop in ([" "], ["\n"], ["Zoë: "], ["q"], ["\n", "."], ["e ", " – ", "the "]):
        ends = [whole.index(each, 3) + len(each) for each in stop if each in whole[3:]]
        assert bool(ends) == (stop != ["q"])
        assert written(writer, "the", length=200, seed=3, stop=stop) == whole[: min(ends, default=203)]


def test_every_sample_stops_by_itself(writer: CharRNN) -> None:
    whole = writer.samples(["the"] * 9, length=80, seed=2)
    cut = writer.samples(["the"] * 9, length=80, seed=2, stop=["\n"])
    assert cut == [text[: text.index("\n") + 1] if "\n" in text else text for text in whole] != whole
    assert len({len(text) for text in cut}) > 2


@pytest.mark.parametrize("stop", [["漢"], ["", "the 漢", "\ud800"], [""], ["<unk>"]])
def test_what_cannot_be_written_stops_nothing(writer: CharRNN, stop: list[str]) -> None:
    assert written(writer, "the 漢", length=90, stop=stop) == written(writer, "the 漢", length=90)


def test_a_stop_string_of_several_bytes(bytes_writer: CharRNN) -> None:
    """It may begin and end amid what is not a character."""
    whole = bytes_writer.samples(["é"], length=300, seed=1)[0]
    letters = [letter for letter in whole[1:] if letter.isprintable() and letter != "\ufffd"]
    stop = letters[5]
    cut = written(bytes_writer, "é", length=300, seed=1, stop=[stop])
    assert cut == whole[: whole.index(stop, 1) + 1]


def test_a_stream_may_be_left(writer: CharRNN) -> None:
    stream = writer.generate("the", length=10**9)
    first = list(itertools.islice(stream, 30))
    stream.close()
    assert "".join(first) == written(writer, "the", length=29)


def test_nothing_is_made_before_it_is_asked_for(writer: CharRNN, caplog: pytest.LogCaptureFixture) -> None:
    stream = writer.generate("漢")
    assert next(stream) == "漢" and caplog.messages == []


def test_no_prompts_no_samples(writer: CharRNN) -> None:
    assert writer.samples([]) == [] and list(writer.stream([])) == []


def test_several_texts_are_streamed_at_once(writer: CharRNN, bytes_writer: CharRNN) -> None:
    """As they grow, and each ends where it would alone."""
    prompts = ["the cat ", "", "Zoë: nobody"]
    for each in (writer, bytes_writer):
        pieces = list(each.stream(prompts, length=70, seed=4, stop=["s", "\n"]))
        texts = ["".join(piece for place, piece in pieces if place == number) for number in range(3)]
        assert pieces[:3] == list(enumerate(prompts))
        assert texts == each.samples(prompts, length=70, seed=4, stop=["s", "\n"])
        assert len({len(text) for text in texts}) > 1
        turns = [place for place, _ in pieces[3:]]
        assert turns[:2] == [0, 1] and len(turns) > len(set(turns))
    alone = "".join(piece for _, piece in writer.stream(["the cat "], length=20, seed=4, numbers=[5]))
    assert alone == written(writer, "the cat ", length=20, seed=4, number=5)


def test_weights_that_are_no_numbers_are_one_sentence() -> None:
    writer = CharRNN.untrained(Alphabet.of_bytes(), CharRNNSettings(embedding_dim=2, hidden_size=3))
    writer.model.output.weight.data.fill_(math.nan)
    with pytest.raises(UserError, match="scores are not numbers"):
        written(writer, "a")


# ---- folders


def test_saved_and_loaded_it_says_the_same(writer: CharRNN, bytes_writer: CharRNN, tmp_path: Path) -> None:
    for number, each in enumerate((writer, bytes_writer)):
        folder = tmp_path / str(number)
        each.save_pretrained(folder)
        found = CharRNN.from_pretrained(folder)
        assert (found.alphabet, found.settings) == (each.alphabet, each.settings) and not found.model.training
        assert written(found, "the", length=50) == written(each, "the", length=50)
        assert found.score("the cat") == each.score("the cat")
        files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert files == {"README.md", "config.json", "model.safetensors", "text/alphabet.json"}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda config: config.update(task="classify"), "a run of the task classify, not generate"),
        (lambda config: config.pop("model"), r"config\.json: missing or damaged \('model'\)"),
        (lambda config: config["model"].update(hidden=3), r"config\.json: missing or damaged"),
        (lambda config: config["model"].update(hidden_size="wide"), r"config\.json: missing or damaged"),
        (lambda config: config["model"].update(cell="lstn"), r"config\.json: missing or damaged .*lstn"),
        (lambda config: config["model"].update(num_layers=2), r"model\.safetensors: damaged, or of another model"),
        (lambda config: config["model"].update(hidden_size=9), r"model\.safetensors: damaged, or of another model"),
    ],
)
def test_a_damaged_config_is_one_sentence(writer: CharRNN, tmp_path: Path, damage, message: str) -> None:
    writer.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    damage(config)
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=message):
        CharRNN.from_pretrained(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"alphabet\.json: damaged"),
        ("[1, 2]", r"alphabet\.json: damaged .not an object"),
        ('{"tokens": ["<pad>", "<unk>", "<s>", "</s>", "ab"], "default_index": 1}', "not an alphabet of nlpseq"),
        ('{"tokens": ["<pad>", "<unk>", "<s>", "</s>", "a"], "default_index": 1}', "damaged, or of another model"),
        (None, r"alphabet\.json: no such file"),
    ],
)
def test_a_damaged_alphabet_is_one_sentence(writer: CharRNN, tmp_path: Path, content: str | None, message: str) -> None:
    writer.save_pretrained(tmp_path)
    path = tmp_path / "text" / "alphabet.json"
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(UserError, match=r"alphabet\.json: (no such file|not as it was saved)"):
        CharRNN.from_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["sha256"]  # as models were saved before
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=message):
        CharRNN.from_pretrained(tmp_path)


def test_what_is_missing_is_named(writer: CharRNN, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such run folder"):
        CharRNN.from_pretrained(tmp_path / "none")
    with pytest.raises(UserError, match=r"config\.json: missing or damaged"):
        CharRNN.from_pretrained(tmp_path)
    writer.save_pretrained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-9])
    with pytest.raises(UserError, match="damaged, or of another model"):
        CharRNN.from_pretrained(tmp_path)
    weights.unlink()
    with pytest.raises(UserError, match="not there yet"):
        CharRNN.from_pretrained(tmp_path)


# ---- what is given, what is unknown, what is cut


def test_prompts_come_from_whatever_holds_them_and_must_be_texts(writer: CharRNN) -> None:
    prompts = ["the cat ", "a dog ", "x"]
    expected = writer.samples(prompts, length=5)
    assert writer.samples(pd.Series(prompts, index=[2, 0, 1]), length=5) == expected
    assert writer.samples(iter(prompts), length=5) == expected
    for call in (
        lambda: writer.samples(["a", None]),
        lambda: list(writer.stream(["a", float("nan")])),
        lambda: list(writer.generate(3)),
        lambda: writer.score(None),
    ):
        with pytest.raises(UserError, match="not a string"):
            call()


def test_an_unknown_character_costs_the_unknown_one_and_an_escape_over_unicode(
    writer: CharRNN, caplog: pytest.LogCaptureFixture
) -> None:
    known = len(writer.alphabet) - 4
    plain = writer.nats(np.array([4, 1, 5, 1]))
    logits = writer.model(torch.tensor([[4, 1, 5]]))[0].detach()[0].log_softmax(1)
    escape = math.log(1_114_112 - known)
    expected = [-float(logits[0, 1]) + escape, -float(logits[1, 5]), -float(logits[2, 1]) + escape]
    assert plain == pytest.approx(expected, rel=1e-4)
    found = writer.score("the 漢字!")
    assert (found.unknown, found.characters) == (2 + ("!" not in writer.alphabet.vocab), 7)
    assert found.nats > 2 * escape
    assert "of 7 characters: 漢字" in caplog.text
    caplog.clear()
    assert writer.score("the cat").unknown == 0 and not caplog.text


def test_to_know_less_makes_a_text_no_cheaper() -> None:
    text = "the cat sat on the mat and the dog on the rug "
    counts = np.bincount([ord(c) for c in text + "\n"])
    bits = []
    for min_freq in (1, 8):
        torch.manual_seed(0)
        alphabet = Alphabet.of_counts(counts, min_freq=min_freq)
        writer = CharRNN.untrained(alphabet, CharRNNSettings(embedding_dim=4, hidden_size=6))
        bits.append(writer.score(text).bits_per_character)
    assert bits[1] > bits[0]


def test_a_character_that_the_length_cuts_is_left_out(bytes_writer: CharRNN, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = list("我妈妈".encode())

    def steps(prompts, **_):  # type: ignore[no-untyped-def]
        return iter([index] * len(prompts) for index in ids[:8])

    monkeypatch.setattr(CharRNN, "_steps", lambda self, prompts, **options: steps(prompts, **options))
    assert written(bytes_writer, "a") == "a我妈"
    assert bytes_writer.samples(["a", "b"]) == ["a我妈", "b我妈"]
