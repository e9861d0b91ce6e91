"""Documents in, summaries out: one line each, the same whatever their neighbours; characters never seen are copied."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import torch

from nlpseq.cli import main
from nlpseq.config import SummarizeSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.errors import UserError
from nlpseq.models.weights import own_weights
from nlpseq.runs.length_batches import forget_workers
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.text.copy_alphabet import one_line

NOTICE = "Last week [Kamo] won the cup."
TEXTS = [
    NOTICE, "", "\t \n", "On Monday [Ωλξq] lost it all.", "In the end [漢字\U0001f600] won the cup.", "[Kamo] " * 300,
    "Last week [Kamo]\nwon\u2028the cup.", "\ud800 lone", "x",
]  # fmt: skip


@pytest.fixture(scope="module")
def summarizer(notice_run: SummarizeSettings) -> Summarizer:
    return Summarizer.from_pretrained(notice_run.run_dir)


def test_characters_never_seen_in_training_are_copied_in_capitals(summarizer: Summarizer) -> None:
    assert not set("Ωλξ漢字\U0001f600") & set(summarizer.alphabet.shared.vocab)
    found = summarizer.summarize(TEXTS)
    assert found[0] == "KAMO WINS" == summarizer.summarize(NOTICE)
    assert found[3].startswith("ΩΛΞ")
    assert found[4].startswith("漢字\U0001f600 ")
    assert found[6] == found[0]  # white space is white space


def test_each_document_has_one_line_whatever_its_neighbours(summarizer: Summarizer) -> None:
    together = summarizer.summarize(TEXTS)
    assert len(together) == len(TEXTS) and together[1] == together[2] == ""
    for text in together:
        assert text.splitlines() in ([], [text]) and len(text) <= summarizer.max_length
        text.encode()
    for order in ([8, 0, 4, 2, 1, 7, 3, 6, 5], range(len(TEXTS))):
        assert [summarizer.summarize([TEXTS[i]])[0] for i in order] == [together[i] for i in order]
    few = replace(summarizer, decode=replace(summarizer.decode, batch_documents=2))
    assert few.summarize(TEXTS) == together
    assert summarizer.summarize([]) == summarizer.search([]) == []


def test_batches_on_several_threads_give_what_one_thread_gives(summarizer: Summarizer) -> None:
    decode = replace(summarizer.decode, batch_documents=1)
    expected = summarizer.summarize(TEXTS * 4, decode=decode)
    torch.set_num_threads(3)
    forget_workers()
    assert summarizer.summarize(TEXTS * 4, decode=decode) == expected
    assert torch.get_num_threads() == 3


def test_the_n_best_are_ranked_and_scored(summarizer: Summarizer) -> None:
    found = summarizer.search(TEXTS, n_best=3)
    assert found[1] == found[2] == []
    for text, summaries in zip(TEXTS, found, strict=True):
        assert len(summaries) in (0, 3)
        assert sorted((s.score for s in summaries), reverse=True) == [s.score for s in summaries]
        assert len({s.text for s in summaries}) == len(summaries)
        ended = [s for s in summaries if len(s.text) < summarizer.max_length and s.text == one_line(s.text)]
        scores = summarizer.score([text] * len(ended), [s.text for s in ended])
        torch.testing.assert_close(scores, torch.tensor([s.log_prob for s in ended]), atol=1e-4, rtol=1e-4)
    greedy = replace(summarizer.decode, beam_size=1)
    assert [s.text for s in summarizer.search([NOTICE], decode=greedy)[0]] == summarizer.summarize([NOTICE])
    assert not summarizer.model.training


def test_the_search_obeys_its_settings(summarizer: Summarizer) -> None:
    def found(**settings: object) -> list[str]:
        return summarizer.summarize(TEXTS[3:], decode=replace(summarizer.decode, **settings))  # type: ignore[arg-type]

    assert max(map(len, found(max_length=3))) == 3
    assert min(map(len, found(min_length=12))) >= 12
    for text in found(no_repeat_ngram_size=1, min_length=5):
        assert len(set(text)) == len(text)


def test_a_summary_neither_begins_nor_ends_with_a_blank(summarizer: Summarizer) -> None:
    """Nor has it two in a row: whatever the network would rather write."""
    blank = summarizer.alphabet.blank_id
    assert blank is not None
    wordy = copy.deepcopy(summarizer)
    with torch.no_grad():
        wordy.model.translator.output.bias[blank] += 30.0
    for beam in (1, 3):
        decode = replace(wordy.decode, beam_size=beam, max_length=8)
        found = [summary.text for texts in wordy.search(TEXTS, n_best=beam, decode=decode) for summary in texts]
        assert found and all(text == " ".join(text.split()) for text in found)
        assert any(" " in text for text in found)
    drawn = wordy.sample(TEXTS, options=SamplingOptions(temperature=1.5))
    assert all(text == " ".join(text.split()) for text in drawn)


def test_origins_say_what_was_copied_from_where(summarizer: Summarizer) -> None:
    for summaries in summarizer.search([*TEXTS, NOTICE], n_best=2, origins=True):
        for summary in summaries:
            assert summary.origin is not None
            assert len(summary.origin.copied) == len(summary.origin.places) == len(summary.text)
            assert all(0 <= share <= 1 for share in summary.origin.copied)
            for share, place in zip(summary.origin.copied, summary.origin.places, strict=True):
                assert (place is not None) == (share > 0.5)
    (best,) = summarizer.search([NOTICE], origins=True)[0]
    assert best.origin is not None and best.text == "KAMO WINS"
    assert best.origin.places[:4] == [NOTICE.index("[") + n for n in range(1, 5)]
    read = summarizer.alphabet.read(TEXTS[6])
    for origin in summarizer.origins([TEXTS[6], "", NOTICE], [best.text, "any", ""]):
        for character, place in zip(best.text, origin.places, strict=False):
            assert place is None or read[place].upper() == character
    assert summarizer.origins([NOTICE], [""])[0].copied == []
    assert summarizer.origins(["", NOTICE], ["any", "ж"])[1].places == [None]
    assert summarizer.origins([], []) == []


def test_scores_do_not_depend_on_neighbours(summarizer: Summarizer) -> None:
    summaries = ["KAMO WINS", "", "x", "ΩΛΞQ LOSES", "漢字\U0001f600 WINS", "never €", "KAMO\nWINS", "a" * 99, "\udfff"]
    together = summarizer.score(TEXTS, summaries)
    assert together.isfinite().all() and (together < 0).all()
    alone = torch.cat([summarizer.score([d], [s]) for d, s in zip(TEXTS, summaries, strict=True)])
    torch.testing.assert_close(alone, together, atol=1e-4, rtol=1e-4)
    assert float(together[0]) == pytest.approx(float(together[6]), abs=1e-4)
    assert summarizer.score([], []).shape == (0,)


def test_equal_seeds_draw_equal_summaries(summarizer: Summarizer) -> None:
    wild = SamplingOptions(temperature=1.5)
    first = summarizer.sample(TEXTS, options=wild, seed=5)
    assert first == summarizer.sample(TEXTS, options=wild, seed=5) != summarizer.sample(TEXTS, options=wild, seed=6)
    assert first[1] == first[2] == "" and max(map(len, first)) <= summarizer.max_length
    assert all(text.splitlines() in ([], [text]) for text in first)
    assert summarizer.sample([TEXTS[3]], options=wild, seed=5, numbers=[3]) == [first[3]]
    tame = summarizer.sample(TEXTS, options=SamplingOptions(temperature=0))
    greedy = summarizer.summarize(TEXTS, decode=replace(summarizer.decode, beam_size=1))
    assert tame == greedy
    assert summarizer.sample([]) == []


def test_saved_and_loaded_it_says_the_same(summarizer: Summarizer, tmp_path: Path) -> None:
    narrow = replace(summarizer, max_length=7, decode=replace(summarizer.decode, beam_size=3))
    narrow.save_pretrained(tmp_path)
    found = Summarizer.from_pretrained(tmp_path)
    assert (found.max_length, found.decode, found.settings) == (7, narrow.decode, narrow.settings)
    assert found.summarize(TEXTS) == narrow.summarize(TEXTS)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".json", ".md", ".safetensors"}


def test_without_copying_it_writes_what_it_knows(summarizer: Summarizer, tmp_path: Path) -> None:
    settings = replace(summarizer.settings, copy=False)
    torch.manual_seed(0)
    plain = Summarizer.untrained(summarizer.alphabet, settings, max_length=6)
    plain.save_pretrained(tmp_path)
    found = Summarizer.from_pretrained(tmp_path)
    assert own_weights(found.model).keys() < own_weights(summarizer.model).keys()
    texts = found.summarize(TEXTS)
    assert set("".join(texts)) <= set(summarizer.alphabet.shared.vocab)
    assert found.search([NOTICE], origins=True)[0][0].origin is None
    assert found.score(TEXTS[:1], ["Ω"]).isfinite().all()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda config: config.update(task="translate"), "a run of the task translate, not summarize"),
        (lambda config: config.pop("max_length"), r"config\.json: missing or damaged \('max_length'\)"),
        (lambda config: config["model"].update(hidden=3), r"config\.json: missing or damaged"),
        (lambda config: config["decode"].update(beam_size="two"), r"config\.json: missing or damaged"),
        (lambda config: config["model"].update(embedding_dim=9), r"model\.safetensors: damaged, or of another model"),
    ],
)
def test_a_damaged_model_is_one_sentence(
    summarizer: Summarizer, tmp_path: Path, damage: Callable[[dict], object], message: str
) -> None:
    summarizer.save_pretrained(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text())
    damage(config)
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(UserError, match=message):
        Summarizer.from_pretrained(tmp_path)


def test_what_is_missing_is_named(summarizer: Summarizer, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such run folder"):
        Summarizer.from_pretrained(tmp_path / "none")
    summarizer.save_pretrained(tmp_path)
    (tmp_path / "text" / "reading.json").unlink()
    with pytest.raises(UserError, match=r"reading\.json: no such file; train the run again"):
        Summarizer.from_pretrained(tmp_path)


# ---- nlpseq summarize


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def nlpseq(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Call the command line in this process, with the given bytes on its standard input."""

    def run(*arguments: object, stdin: bytes = b"") -> Ended:
        (tmp_path / "stdin").write_bytes(stdin)
        with open(tmp_path / "stdin", encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            code = main([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return run


def test_each_line_gives_one_line(
    nlpseq: Callable[..., Ended], notice_run: SummarizeSettings, summarizer: Summarizer
) -> None:
    lines = [
        NOTICE,
        "",
        "  \t",
        TEXTS[3],
        "one\u2028two \U0001f600 \x00 \x85 \x0b end",
        NOTICE * 99,
        f"{NOTICE}\r",
        NOTICE,
    ]
    ended = nlpseq("summarize", notice_run.run_dir, stdin="\n".join(lines).encode())
    outputs = ended.out.split("\n")
    assert (ended.code, outputs.pop()) == (0, "") and len(outputs) == len(lines) == len(ended.out.splitlines())
    assert outputs[1] == outputs[2] == ""
    assert outputs[0] == outputs[6] == outputs[7] == "KAMO WINS"
    assert outputs[3] == summarizer.summarize(TEXTS[3])
    assert nlpseq("summarize", notice_run.run_dir) == (0, "", "")


def test_json_lines_hold_scores_and_marks(nlpseq: Callable[..., Ended], notice_run: SummarizeSettings) -> None:
    ended = nlpseq("summarize", notice_run.run_dir, "--json", "--n-best", 2, stdin=f"{NOTICE}\n\n".encode())
    first, blank = map(json.loads, ended.out.splitlines())
    assert (first["document"], first["text"]) == (NOTICE, "KAMO WINS") and first["score"] < 0
    assert [NOTICE[place] for place in first["places"][:4]] == list("Kamo")
    assert len(first["copied"]) == len(first["places"]) == len(first["text"])
    assert len(first["n_best"]) == 2 and first["n_best"][0]["text"] == first["text"]
    assert blank == {
        "document": "", "text": "", "score": None, "log_prob": None, "copied": [], "places": [], "n_best": [],
    }  # fmt: skip
    ended = nlpseq("summarize", notice_run.run_dir, "--n-best", 2, stdin=f"{NOTICE}\n\n{NOTICE}\n".encode())
    assert [line.split(" ||| ")[0] for line in ended.out.splitlines()] == ["0", "0", "1", "2", "2"]


def test_samples_are_repeatable(nlpseq: Callable[..., Ended], notice_run: SummarizeSettings) -> None:
    stdin = f"{NOTICE}\n\n{NOTICE}\n".encode()
    run = ("summarize", notice_run.run_dir, "--sample", "--temperature", 2, "--top-p", 0.99)
    drawn = nlpseq(*run, "--seed", 3, stdin=stdin)
    first, blank, third = drawn.out.split("\n")[:-1]
    assert drawn.code == 0 and blank == "" and first != third
    assert nlpseq(*run, "--seed", 3, stdin=stdin) == drawn != nlpseq(*run, "--seed", 4, stdin=stdin)
    entry = json.loads(nlpseq(*run, "--seed", 3, "--json", stdin=stdin).out.splitlines()[0])
    assert (entry["text"], entry["seed"], len(entry["places"])) == (first, 3, len(first))


def test_mistakes_of_summarize(nlpseq: Callable[..., Ended], notice_run: SummarizeSettings, tmp_path: Path) -> None:
    run = notice_run.run_dir
    for arguments, message in (
        ((run, "--beam-size", 0), "--beam-size must be 1 or more, not 0"),
        ((run, "--n-best", -1), "--n-best must be 1 or more, not -1"),
        ((run, "--seed", 2), "--seed is for samples; add --sample"),
        ((run, "--top-p", 0.5), "--top-p is for samples"),
        ((run, "--sample", "--n-best", 2), "--sample draws a summary"),
        ((run, "--sample", "--temperature", -1), "temperature"),
        ((run, "--jsn"), "did you mean --json?"),
        ((tmp_path / "none",), "none: no such run folder"),
        ((tmp_path,), "config.json: missing"),
    ):
        ended = nlpseq("summarize", *arguments)
        assert (ended.code, ended.out) == (2, "") and message in ended.err
    ended = nlpseq("summarize", run, stdin=b"fine\n\xff\n")
    assert ended.code == 2 and "standard input, line 2" in ended.err
    assert nlpseq("summarize", "--help").code == 0


def test_run_and_evaluate_print_the_scores(nlpseq: Callable[..., Ended], notice_run: SummarizeSettings) -> None:
    ended = nlpseq("run", Path(notice_run.run_dir) / "settings.yaml")
    assert ended.code == 0 and "24 test documents, beam 2" in ended.out and "lead-12" in ended.out
    assert ended.out.count("  reference  ") == 3 and f"nlpseq summarize {notice_run.run_dir}" in ended.out
    greedy = json.loads(nlpseq("evaluate", notice_run.run_dir, "--decode.beam_size", 1, "--split", "validation").out)
    assert (greedy["documents"], greedy["decode"]["beam_size"]) == (24, 1)
    assert np.isfinite(greedy["rouge2"])


@pytest.mark.parametrize(
    "hold",
    [
        tuple,
        iter,
        lambda texts: pd.Series(texts, index=range(len(texts), 0, -1)),
        lambda texts: pd.Series(texts, index=[7] * 3),
    ],
)
def test_whatever_holds_the_documents_their_order_stays(summarizer: Summarizer, hold: Callable) -> None:
    documents = [TEXTS[3], TEXTS[0], TEXTS[4]]
    expected = summarizer.summarize(documents)
    assert len(set(expected)) == 3
    assert summarizer.summarize(hold(documents)) == expected
    assert torch.equal(summarizer.score(hold(documents), hold(expected)), summarizer.score(documents, expected))
    assert summarizer.origins(hold(documents), hold(expected)) == summarizer.origins(documents, expected)
    sampled = summarizer.sample(hold(documents), seed=2)
    assert sampled == summarizer.sample(documents, seed=2)


@pytest.mark.parametrize("bad", [None, float("nan"), 3])
def test_what_is_no_text_is_named_by_its_position(summarizer: Summarizer, bad: object) -> None:
    for call in (
        lambda: summarizer.summarize(["a", bad]),
        lambda: summarizer.search(["a", bad]),
        lambda: summarizer.sample(["a", bad]),
        lambda: summarizer.score(["a", "b"], ["a", bad]),
        lambda: summarizer.origins(["a", bad], ["a", "b"]),
    ):
        with pytest.raises(UserError, match=r"\[1\] is .*, not a string"):
            call()
    with pytest.raises(ValueError, match="2 documents but 1 summaries"):
        summarizer.score(["a", "b"], ["a"])


def test_short_summaries_are_not_padded_to_a_long_one(summarizer: Summarizer, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = []

    def watched(src, copies, src_lengths, tgt_input, tgt, tgt_lengths):  # type: ignore[no-untyped-def]
        cells.append(tgt.numel() * src.size(1))
        return tgt.new_zeros(tgt.size(0), dtype=torch.float)

    monkeypatch.setattr(summarizer.model, "log_probs", watched)
    long = "x" * 200_000
    summarizer.score([*["a b"] * 63, "a b"], [*["WINS"] * 63, long])
    assert max(cells) <= 200_001 * 4  # that one alone: before, 64 rows as long as it
