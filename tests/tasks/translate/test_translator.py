"""Text in, text out: no batch, no blank line and no copy on a disk changes a translation."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import datasets
import numpy as np
import pandas as pd
import pytest
import torch

from nlpseq.answers.hypothesis import Hypothesis
from nlpseq.answers.translation import MAX_SOURCE_TOKENS
from nlpseq.config import DecodeSettings, TranslatorSettings
from nlpseq.data.batch import collate_pairs
from nlpseq.errors import UserError
from nlpseq.runs.length_batches import forget_workers
from nlpseq.runs.size_batches import size_batches
from nlpseq.tasks.translate.translator import Translator
from nlpseq.text import TextPipeline, build_pipeline

ENGLISH = [
    "The old dog sleeps.", "A small child sings, and we listen!", "Who lives in this house?", "The cat waits.",
    "My brother (the tall one) reads a book.", "We walk along the river.", "Nobody came.", "It rains again today.",
]  # fmt: skip
GERMAN = [
    "Der alte Hund schläft.", "Ein kleines Kind singt, und wir hören zu!", "Wer wohnt in diesem Haus?",
    "Die Katze wartet.", "Mein Bruder (der große) liest ein Buch.", "Wir gehen am Fluss entlang.",
    "Niemand kam.", "Heute regnet es schon wieder.",
]  # fmt: skip
# Of unequal lengths, with words and letters that no vocabulary above holds.
SOURCES = ["A dog.", "", "We listen to the old cat, and it sleeps again.", "Nobody, nobody!", " \t", "Čapek", "house"]
BLANK = [1, 4]
UNK, EOS = 1, 3


def pipeline(kind: str, texts: list[str], lang: str) -> TextPipeline:
    size = 320 if kind == "subword" else 40
    return build_pipeline(texts, kind=kind, lang=lang, vocab_size=size)  # type: ignore[arg-type]


def build(kind: str, **model) -> Translator:
    """A translator whose random weights are large enough for decided outputs."""
    torch.manual_seed(0)
    if model.get("tie_embeddings") == "all":
        src = tgt = pipeline(kind, ENGLISH + GERMAN, "en")
    else:
        src, tgt = pipeline(kind, ENGLISH, "en"), pipeline(kind, GERMAN, "de")
    settings = TranslatorSettings(embedding_dim=6, hidden_size=10, **model)
    decode = DecodeSettings(beam_size=3, max_length_ratio=1.0, batch_sentences=4)
    translator = Translator.untrained(src, tgt, settings, languages=("en", "de"), decode=decode)
    with torch.no_grad():
        for name, weight in translator.model.named_parameters():
            if weight.dim() > 1 and "embedding" not in name:
                weight.mul_(1.5)
        translator.model.output.bias.normal_()
        translator.model.output.bias[EOS] = 1.0
    return translator


KINDS = {
    "char": {},
    "word": {"attention": "additive"},
    "basic_english": {"attention": "none", "cell": "lstm"},
    "subword": {"tie_embeddings": "all", "layer_norm": True},
}


@pytest.fixture(scope="module", params=KINDS)
def translator(request: pytest.FixtureRequest) -> Translator:
    """One of each kind of tokens, each with another network."""
    return build(request.param, **KINDS[request.param])


@pytest.fixture(scope="module")
def letters() -> Translator:
    """Characters, so that any output is read back as the same tokens."""
    return build("char")


def as_tuples(found: list[list[Hypothesis]]) -> list[list[tuple]]:
    return [[(h.text, h.tokens, h.source_tokens) for h in hypotheses] for hypotheses in found]


# --- in and out ---


def test_one_text_in_one_text_out(letters) -> None:
    one = letters.translate("The cat waits.")
    assert isinstance(one, str)
    assert letters.translate(["The cat waits."]) == [one]
    assert letters.translate([]) == []


def test_blank_texts_give_empty_ones_in_their_places(translator) -> None:
    found = translator.translate(SOURCES)
    assert [i for i, text in enumerate(found) if text == ""] == BLANK
    assert [translator.translate(text) for text in SOURCES] == found
    assert translator.translate(["", "\n"]) == ["", ""]
    assert [len(hypotheses) for hypotheses in translator.search(SOURCES)] == [1, 0, 1, 1, 0, 1, 1]


def test_a_text_without_tokens_is_a_blank_one() -> None:
    """basic_english drops quotation marks; there is then no word to put in the place of an unknown one."""
    unsure = build("basic_english")
    unsure.model.output.bias.data[UNK] = 50.0
    assert unsure.translate(['"', "dog"])[0] == ""


def test_a_very_long_text_is_cut(letters) -> None:
    found = letters.search(["dog " * MAX_SOURCE_TOKENS], decode=replace(letters.decode, max_length_ratio=0.01))
    assert len(found[0][0].source_tokens) == MAX_SOURCE_TOKENS + 1


@pytest.mark.parametrize("batch_sentences", [1, 2, 7])
@pytest.mark.parametrize("beam_size", [1, 3])
def test_batches_and_order_change_nothing(translator, batch_sentences, beam_size) -> None:
    decode = replace(translator.decode, beam_size=beam_size)
    expected = [translator.search([text], decode=decode)[0] for text in SOURCES]
    order = [6, 2, 0, 4, 3, 5, 1]
    for places in (range(len(SOURCES)), order):
        texts = [SOURCES[place] for place in places]
        found = translator.search(texts, decode=replace(decode, batch_sentences=batch_sentences))
        assert as_tuples(found) == as_tuples([expected[place] for place in places])
        for place, hypotheses in zip(places, found, strict=True):
            for a, b in zip(hypotheses, expected[place], strict=True):
                assert (a.score, a.log_prob) == pytest.approx((b.score, b.log_prob), rel=1e-6, abs=1e-5)


@pytest.mark.parametrize("beam_size", [1, 3])
def test_batches_on_several_threads_give_what_one_thread_gives(beam_size) -> None:
    wild = build("char", dropout=0.9)
    wild.model.train()  # a thread that ends must not bring the dropout back to the others
    texts, decode = SOURCES * 5, replace(wild.decode, beam_size=beam_size, batch_sentences=1)
    expected = wild.search(texts, decode=decode)
    torch.set_num_threads(3)
    forget_workers()
    found = wild.search(texts, decode=decode)
    assert as_tuples(found) == as_tuples(expected)
    assert torch.get_num_threads() == 3 and all(module.training for module in wild.model.modules())


def test_batches_come_short_texts_first_and_each_once(letters) -> None:
    found = list(letters.search_batches(SOURCES))
    sizes = [len(hypotheses[0].source_tokens) for _, hypotheses in found]
    assert sizes == sorted(sizes)
    assert sorted(index for index, _ in found) == [0, 2, 3, 5, 6]


def test_n_best_is_sorted_and_distinct(letters) -> None:
    for hypotheses in letters.search(["A dog.", "Nobody came."], n_best=7):  # more than the beam of 3
        assert len(hypotheses) == 7
        scores = [h.score for h in hypotheses]
        assert scores == sorted(scores, reverse=True)
        assert len({h.text for h in hypotheses}) == 7


def test_training_mode_is_left_as_it_was_and_not_used() -> None:
    wild = build("char", dropout=0.9)
    expected = wild.translate(SOURCES)
    scores = wild.score(SOURCES[:1], ["Hund"])
    wild.model.train()
    assert wild.translate(SOURCES) == expected
    assert torch.equal(wild.score(SOURCES[:1], ["Hund"]), scores)
    assert wild.model.training


def test_attention_has_a_row_a_token_and_points_at_the_source(letters) -> None:
    (hypothesis,) = letters.search(["A dog."], attention=True)[0]
    assert hypothesis.source_tokens == [*"A dog.", "</s>"]
    assert hypothesis.attention is not None
    assert hypothesis.attention.shape == (len(hypothesis.tokens), 7)
    np.testing.assert_allclose(hypothesis.attention.sum(axis=1), 1.0, rtol=1e-5)
    assert hypothesis.alignment() == [row.tolist().index(max(row)) for row in hypothesis.attention]
    assert build("char", attention="none").search(["A dog."], attention=True)[0][0].alignment() is None


# --- forced beginnings ---


@pytest.mark.parametrize("batch_sentences", [1, 7])
def test_translations_begin_as_they_must(letters, batch_sentences) -> None:
    texts, prefixes = ["A dog.", "Nobody came.", "", "house"], ["Wer", "", "x", "Der alte"]
    decode = replace(letters.decode, batch_sentences=batch_sentences)
    found = letters.search(texts, n_best=2, prefixes=prefixes, decode=decode)
    free = letters.search(texts, n_best=2)
    assert found[2] == []
    for row in (0, 1, 3):
        assert all(h.text.startswith(prefixes[row]) for h in found[row])
    assert as_tuples([found[1]]) == as_tuples([free[1]])


def test_a_long_beginning_is_not_cut(letters) -> None:
    begin = "Der alte Hund schläft. " * 3
    assert letters.search(["A"], prefixes=[begin])[0][0].text.startswith(begin)


def test_each_text_needs_its_beginning(letters) -> None:
    with pytest.raises(ValueError, match="2 texts need as many prefixes, not 1"):
        letters.search(["a", "b"], prefixes=["c"])


# --- scores ---


@pytest.mark.parametrize("batch_sentences", [1, 3, 64])
def test_scores_are_the_networks_own_row_by_row(translator, batch_sentences) -> None:
    src, tgt = translator.src, translator.tgt
    found = translator.score([*ENGLISH, ""], [*GERMAN, ""], batch_sentences=batch_sentences)
    for row, (source, target) in enumerate(zip([*ENGLISH, ""], [*GERMAN, ""], strict=True)):
        pair = ([*src.encode(source), src.eos_id], [*tgt.encode(target), tgt.eos_id])
        one = collate_pairs([pair], tgt.pad_id, tgt.bos_id)
        with torch.no_grad():
            expected = translator.model.eval().log_probs(
                one.src, one.src_lengths, one.tgt_input, one.tgt, one.tgt_lengths
            )
        assert float(found[row]) == pytest.approx(expected.item(), rel=1e-5)


def test_the_search_and_the_score_agree_on_a_translation() -> None:
    brief = build("char")
    brief.model.output.bias.data[EOS] = 3.0
    brief = replace(brief, decode=replace(brief.decode, replace_unk=False))
    compared = 0
    for text, hypotheses in zip(ENGLISH, brief.search(ENGLISH, n_best=5), strict=True):
        for hypothesis in hypotheses:
            if len(hypothesis.tokens) < len(text) + 11:  # not cut, so its end is in both
                scored = brief.score([text], [hypothesis.text])
                assert hypothesis.log_prob == pytest.approx(scored.item(), abs=1e-4)
                compared += 1
    assert compared > 20


def test_each_source_needs_its_target(letters) -> None:
    with pytest.raises(ValueError, match="2 sources but 1 targets: every pair needs both"):
        letters.score(["a", "b"], ["c"])


# --- unknown words ---


@pytest.mark.parametrize("beam_size", [1, 3])
def test_an_unknown_word_becomes_the_source_word_with_most_attention(beam_size) -> None:
    unsure = build("word")
    unsure.model.output.bias.data[UNK] = 50.0
    sources = ["The Čapek brothers sleep", "house", "Nobody sings", "Wait here"]
    at_the_end = 0
    for source, (found,) in zip(
        sources, unsure.search(sources, decode=replace(unsure.decode, beam_size=beam_size)), strict=True
    ):
        assert found.source_tokens == [*source.split(), "</s>"]
        assert found.attention is not None
        # The end mark has no word to lend, even where it has the most attention.
        at_the_end += sum(place == len(source.split()) for place in found.attention.argmax(axis=1))
        assert found.alignment() == found.attention[:, :-1].argmax(axis=1).tolist()
        assert found.tokens == [found.source_tokens[place] for place in found.attention[:, :-1].argmax(axis=1)]
        assert found.text == " ".join(found.tokens) != ""
    assert at_the_end > 0


@pytest.mark.parametrize(("kind", "settings"), [("word", {"attention": "none"}), ("subword", {})])
def test_without_a_source_word_to_take_unk_is_never_written(kind, settings) -> None:
    unsure = build(kind, **settings)
    unsure.model.output.bias.data[UNK] = 50.0
    for hypotheses in unsure.search(ENGLISH, n_best=3):
        assert all("<unk>" not in h.tokens for h in hypotheses)


def test_replacement_can_be_switched_off() -> None:
    unsure = build("word")
    unsure.model.output.bias.data[UNK] = 50.0
    found = unsure.search(ENGLISH, decode=replace(unsure.decode, replace_unk=False))
    assert all(set(h.tokens) <= set(unsure.tgt.vocab.get_itos()) - {"<unk>"} for (h,) in found)


# --- on a disk ---


@pytest.fixture
def saved(letters, tmp_path) -> Path:
    letters.save_pretrained(tmp_path / "saved")
    return tmp_path / "saved"


def test_a_saved_translator_comes_back(translator, tmp_path) -> None:
    translator.save_pretrained(tmp_path)
    again = Translator.from_pretrained(str(tmp_path))
    assert not again.model.training
    assert (again.settings, again.decode, again.languages) == (
        translator.settings, translator.decode, translator.languages,
    )  # fmt: skip
    weights = translator.model.state_dict()
    assert weights.keys() == again.model.state_dict().keys()
    assert all(torch.equal(weight, weights[name]) for name, weight in again.model.state_dict().items())
    tied = translator.settings.tie_embeddings
    assert (again.model.output.weight is again.model.tgt_embedding.weight) == (tied != "none")
    expected, found = (each.search(SOURCES, n_best=2, attention=True) for each in (translator, again))
    assert as_tuples(found) == as_tuples(expected)
    assert [[h.log_prob for h in row] for row in found] == [[h.log_prob for h in row] for row in expected]


def test_nothing_saved_is_a_pickle(translator, tmp_path) -> None:
    translator.save_pretrained(tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"config.json", "model.safetensors", "src.vocab.json", "tgt.vocab.json"}
    for path in files:
        assert path.name.endswith((".json", ".safetensors", ".subword.model")) or path.name == "README.md"
        assert not path.read_bytes().startswith((b"\x80", b"PK"))  # a pickle, and torch's zip of one
        if path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))


def rewrite(**changes):
    """Damage to config.json."""

    def apply(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return apply


@pytest.mark.parametrize(
    ("name", "damage", "named"),
    [
        ("config.json", Path.unlink, "config.json"),
        ("config.json", lambda path: path.write_text(""), "config.json"),
        ("config.json", lambda path: path.write_text('{"task": "transl'), "config.json"),
        ("config.json", lambda path: path.write_text("[]"), "config.json"),
        ("config.json", lambda path: path.write_text("{}"), "config.json"),
        ("config.json", lambda path: path.write_bytes(b"\xff\xfe"), "config.json"),
        ("config.json", rewrite(task="classify"), "saved: a run of the task classify"),
        ("config.json", rewrite(model={"hidden": 3}), "config.json"),
        ("config.json", rewrite(model={"hidden_size": "many"}), "config.json"),
        ("config.json", rewrite(model={"cell": "grru"}), "config.json"),
        ("config.json", rewrite(model={"embedding_dim": 4, "hidden_size": 6}), "model.safetensors"),
        (
            "config.json",
            rewrite(model={"embedding_dim": 6, "hidden_size": 10, "layer_norm": True}),
            "model.safetensors",
        ),
        (
            "config.json",
            rewrite(model={"embedding_dim": 6, "hidden_size": 10, "tie_embeddings": "none"}),
            "model.safetensors",
        ),
        ("model.safetensors", Path.unlink, "model.safetensors"),
        ("model.safetensors", lambda path: path.write_bytes(b""), "model.safetensors"),
        ("model.safetensors", lambda path: path.write_bytes(path.read_bytes()[:-40]), "model.safetensors"),
        ("model.safetensors", lambda path: path.write_bytes(b"\x80\x04pickle me"), "model.safetensors"),
        ("text/src.tokenizer.json", Path.unlink, "src.tokenizer.json"),
        ("text/tgt.vocab.json", Path.unlink, "tgt.vocab.json"),
        ("text/tgt.vocab.json", lambda path: path.write_text("{}"), "tgt.vocab.json"),
    ],
)
def test_a_damaged_or_missing_file_is_named(saved, name, damage, named) -> None:
    damage(saved / name)
    with pytest.raises(UserError, match=named):
        Translator.from_pretrained(saved)


@pytest.mark.parametrize("name", ["no/such/folder", "./run", "/nowhere/run", "~/run", "run"])
def test_a_folder_that_is_not_there(name) -> None:
    told = re.escape(os.path.expanduser(name))
    with pytest.raises(UserError, match=f"^{told}: no such run folder; a model of the hub is named hf://owner/name$"):
        Translator.from_pretrained(name)


@pytest.mark.parametrize("name", ["someone/some-model", "hf://runs/some-model"])
def test_a_hub_name_without_a_network(monkeypatch, tmp_path, name) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(
        UserError, match=f"^{name.removeprefix('hf://')}: no such run folder, and no model of that name"
    ):
        Translator.from_pretrained(name)


HOLDERS = {
    "tuple": tuple,
    "array": np.array,
    "objects": lambda texts: np.array(texts, dtype=object),
    "series": lambda texts: pd.Series(texts, index=range(len(texts), 0, -1)),
    "labelled": lambda texts: pd.Series(texts, index=[f"row {n % 3}" for n in range(len(texts))]),
    "column": lambda texts: datasets.Dataset.from_dict({"text": texts})["text"],
    "generator": iter,
}


@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS)
def test_whatever_holds_the_texts_they_are_translated_in_their_order(letters: Translator, hold) -> None:
    assert letters.translate(hold(SOURCES)) == letters.translate(SOURCES)
    found = letters.search(hold(SOURCES), attention=True)
    assert [row[0].source_tokens if row else [] for row in found] == [
        row[0].source_tokens if row else [] for row in letters.search(SOURCES)
    ]
    assert torch.allclose(letters.score(hold(SOURCES), hold(SOURCES)), letters.score(SOURCES, SOURCES), atol=1e-4)


@pytest.mark.parametrize("bad", [None, float("nan"), 3, b"text"])
def test_what_is_no_text_is_named_by_its_position(letters: Translator, bad) -> None:
    for call in (
        lambda: letters.translate(["a", bad]),
        lambda: letters.search(["a", bad]),
        lambda: letters.search(["a", "b"], prefixes=["a", bad]),
        lambda: letters.score(["a", bad], ["a", "b"]),
        lambda: letters.score(["a", "b"], ["a", bad]),
        lambda: next(letters.search_batches(["a", bad])),
    ):
        with pytest.raises(UserError, match=r"\[1\] is .*, not a string"):
            call()
    with pytest.raises(UserError, match="texts must be a string or a list of strings, not"):
        letters.translate(bad)


PARAGRAPH = "The cat waits. Nobody came! Who lives in this house?"


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\n\n"])
def test_the_sentences_of_a_paragraph_are_translated_one_by_one_and_its_line_breaks_kept(
    translator: Translator, ends: str
) -> None:
    one, two, three = translator.translate(["The cat waits.", "Nobody came!", "Who lives in this house?"])
    joined = " ".join(filter(None, [one, two, three]))
    text = f"{PARAGRAPH}{ends}  Nobody came!{ends}"
    assert translator.translate(PARAGRAPH) == joined
    assert translator.translate([PARAGRAPH, "house"]) == [joined, translator.translate("house")]
    assert translator.translate(text) == f"{joined}{ends}{translator.translate('  Nobody came!')}{ends}"
    whole = translator.search([PARAGRAPH])[0][0].text
    assert translator.translate(PARAGRAPH, split_sentences=False) == whole


@pytest.mark.parametrize("text", [*SOURCES, "A dog.", " Dr. Ray came at 3.30 p.m. today. "])
def test_a_text_of_one_sentence_is_translated_as_it_stands(letters: Translator, text: str) -> None:
    found = letters.search([text])[0]
    assert letters.translate(text) == (found[0].text if found else "")


def test_a_paragraphs_hypotheses_are_made_of_its_sentences(letters: Translator) -> None:
    parts = letters.search(["The cat waits.", "Nobody came!"], n_best=2, attention=True)
    joined = letters.search(["The cat waits. Nobody came!"], n_best=2, attention=True, split_sentences=True)[0]
    assert [found.score for found in joined] == sorted((found.score for found in joined), reverse=True)
    for n, found in enumerate(joined):
        first, second = (part[n] for part in parts)
        assert found.text == f"{first.text} {second.text}"
        assert found.log_prob == pytest.approx(first.log_prob + second.log_prob, abs=1e-4)
        assert found.source_tokens == first.source_tokens + second.source_tokens
        assert found.attention.shape == (len(found.tokens), len(found.source_tokens))
        width = len(first.source_tokens)
        shifted = [place + width for place in second.alignment()]
        assert found.alignment() == first.alignment() + shifted
        assert "</s>" not in {found.source_tokens[place] for place in found.alignment()}


def test_n_best_translations_are_unlike_each_other(translator: Translator) -> None:
    for found in translator.search(SOURCES, n_best=5):
        texts = [hypothesis.text for hypothesis in found]
        assert len(texts) == len(set(texts)) <= 5
        assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_one_very_long_line_is_searched_and_scored_alone(letters: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "The cat waits by the river. " * 30
    texts = [*ENGLISH, long]
    short = replace(letters.decode, max_length_ratio=0.02)
    usual = letters.score(texts, texts), letters.translate(texts, decode=short, split_sentences=False)
    shapes = []
    real = letters.model.log_probs

    def watched(src, src_lengths, tgt_input, tgt, tgt_lengths):
        shapes.append((tgt.size(0), tgt.size(1), src.size(1)))
        return real(src, src_lengths, tgt_input, tgt, tgt_lengths)

    monkeypatch.setattr(letters.model, "log_probs", watched)
    monkeypatch.setattr(size_batches, "__kwdefaults__", {"most_cells": 20_000})
    bounded = letters.score(texts, texts), letters.translate(texts, decode=short, split_sentences=False)
    assert torch.allclose(bounded[0], usual[0], rtol=1e-4)
    assert bounded[1] == usual[1]
    assert shapes[-1][0] == 1 and shapes[-1][1] > 800
    assert all(
        rows == 1 or rows * target * (source + 38) <= 20_000 + 40 * rows * target for rows, target, source in shapes
    )
    assert max(rows for rows, _, _ in shapes) > 1


def test_short_lines_are_not_padded_to_a_long_one(letters: Translator, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = []

    def watched(src, src_lengths, tgt_input, tgt, tgt_lengths):
        cells.append(tgt.numel() * (src.size(1) + 40))
        return tgt.new_zeros(tgt.size(0), dtype=torch.float)

    monkeypatch.setattr(letters.model, "log_probs", watched)
    letters.score([*["A dog."] * 63, "dog " * 3000], [*["Hund"] * 63, "Hund " * 2600])
    assert max(cells) <= 13_001 * 1041  # that line alone: before, 64 rows as long as it


def test_what_is_cut_is_said(letters: Translator, caplog: pytest.LogCaptureFixture) -> None:
    long = "The cat waits by the river " * 60
    short = replace(letters.decode, beam_size=1, max_length_ratio=0.01)
    for call in (
        lambda: letters.search(["cat", long, long], decode=short),
        lambda: letters.score(["cat", long, long], ["a", "b", "c"]),
    ):
        caplog.clear()
        call()
        assert "of 2 of 3 texts only the beginning is read: longer than 1,000 tokens" in caplog.text
    caplog.clear()
    letters.translate(["cat", "The cat waits. " * 100], decode=short)  # sentences of it are short
    assert not caplog.text


def test_the_network_is_as_it_was_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    letters = build("char")
    letters.model.train()
    monkeypatch.setattr(letters.model, "encode", lambda *_: 1 / 0)
    for call in (lambda: letters.translate("cat"), lambda: letters.score("cat", "Hund")):
        with pytest.raises(ZeroDivisionError):
            call()
        assert all(module.training for module in letters.model.modules())
