"""BLEU, chrF and TER against values worked out by hand, their signatures, intervals and errors."""

from __future__ import annotations

import importlib.util
import json
import math
import os
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from nlpseq.errors import UserError
from nlpseq.evaluation.translation import (
    bleu_tokenizer,
    score_bleu,
    score_chrf,
    score_ter,
    score_translations,
    sentence_chrf,
)

ROOT = Path(__file__).resolve().parents[2]

BLEU_CASES = [
    # 5/6 * 3/5 * 1/4 and no 4-gram of 3: 1/6 after exponential smoothing; fourth root
    ("Ein Hund läuft im Park.", "Ein Hund rennt im Park.", "13a", 37.992),
    # 13a splits the full stop from the word, so that text tokenised by spaces loses nothing
    ("Ein Hund rennt im Park .", "Ein Hund rennt im Park.", "13a", 100.0),
    # "none" does not: 4/6 * 3/5 * 2/4 * 1/3, no brevity penalty
    ("Ein Hund rennt im Park .", "Ein Hund rennt im Park.", "none", 50.813),
    # the same words but half the length: brevity penalty exp(1 - 8/4)
    ("a b c d", "a b c d e f g h", "13a", 36.788),
    # Chinese characters are tokens: 3/5 * 1/4 * 1/6 * 1/8
    ("我爱北京。", "我爱上海。", "zh", 23.644),
    # without a tokenizer for Chinese the sentence is one wrong token
    ("我爱北京。", "我爱上海。", "none", 0.0),
    # Japanese by characters: 3/4 * 2/3 * 1/2 * 1/2
    ("猫が好き", "犬が好き", "char", 59.460),
    ("", "Ein Hund rennt im Park.", "13a", 0.0),
]


@pytest.mark.parametrize(("hyp", "ref", "tokenize", "expected"), BLEU_CASES)
def test_bleu_equals_the_value_worked_out_by_hand(hyp: str, ref: str, tokenize: str, expected: float) -> None:
    result = score_bleu([hyp], [ref], tokenize=tokenize, bootstrap_samples=0)
    assert result["bleu"] == pytest.approx(expected, abs=1e-3)
    assert f"tok:{tokenize}|" in result["bleu_signature"]


def test_lowercase_is_another_score_with_another_signature() -> None:
    texts = ["der hund rennt heute"], ["Der Hund rennt heute"]
    cased, lowercase = score_bleu(*texts), score_bleu(*texts, lowercase=True)
    assert lowercase["bleu"] == pytest.approx(100.0) and cased["bleu"] < 50
    assert "case:mixed" in cased["bleu_signature"] and "case:lc" in lowercase["bleu_signature"]
    assert score_chrf(*texts)["chrf2"] < score_chrf(*texts, lowercase=True)["chrf2"] == 100.0


def test_more_references_for_one_sentence_than_for_another() -> None:
    hyps, refs = ["a b c d e", "k l m n o"], [["x", "a b c d e"], ["k l m n o"]]
    result = score_bleu(hyps, refs)
    assert result["bleu"] == pytest.approx(100.0)
    assert "nrefs:var" in result["bleu_signature"]
    assert score_translations(hyps, refs, bootstrap_samples=0)["bleu"] == 100.0


@pytest.mark.parametrize(
    ("hyp", "ref", "expected"),
    [
        ("ab", "ab", 100.0),
        ("ab", "ac", 25.0),  # one of two characters, no pair of one: precision and recall (1/2 + 0) / 2
        ("", "ab", 0.0),
    ],
)
def test_chrf_by_hand(hyp: str, ref: str, expected: float) -> None:
    result = score_chrf([hyp], [ref])
    assert result["chrf2"] == pytest.approx(expected)
    assert sentence_chrf([hyp], [ref]) == pytest.approx([expected])


@pytest.mark.parametrize(
    ("hyp", "lowercase", "expected"),
    [
        ("a b c d", True, 0.0),
        ("a b c x", True, 25.0),  # one substitution for four reference words
        ("c d a b", True, 25.0),  # one shift
        ("A b c d", True, 0.0),
        ("A b c d", False, 25.0),
        ("", True, 100.0),
    ],
)
def test_ter_by_hand(hyp: str, lowercase: bool, expected: float) -> None:
    result = score_ter([hyp], ["a b c d"], lowercase=lowercase)
    assert result["ter"] == pytest.approx(expected)


def test_the_other_modules_import_nothing_heavy() -> None:
    code = (
        "import sys, nlpseq.report, nlpseq.evaluation.bootstrap, nlpseq.evaluation.machine;"
        "print({'evaluate', 'datasets', 'matplotlib', 'torch', 'jinja2'} & set(sys.modules))"
    )
    done = run_python(code, dict(os.environ))
    assert done.stdout == "set()\n", done.stderr


def run_python(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    environment["PYTHONPATH"] = str(ROOT)
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


HYPS = ["der Hund rennt im Park .", "eine Katze schläft", "zwei Männer reden zusammen am Tisch", "ein Auto"]
REFS = ["der Hund läuft im Park .", "eine Katze schläft", "zwei Männer sprechen am Tisch", "ein Haus"]


def test_score_translations_has_everything_and_is_set_by_its_seed() -> None:
    scores = score_translations(HYPS, REFS, bootstrap_samples=200, seed=3)
    for key in ("bleu", "bleu_lowercase", "chrf2", "ter"):
        low, high = scores[f"{key}_interval"]
        assert low <= scores[key] <= high
        assert "bs:200|seed:3" in scores[f"{key}_signature"]
    assert scores["sentences"] == 4 and scores["length_ratio"] == pytest.approx(17 / 16, abs=1e-4)
    assert score_translations(HYPS, REFS, bootstrap_samples=200, seed=3) == scores
    other = score_translations(HYPS, REFS, bootstrap_samples=200, seed=4)
    assert other["bleu_interval"] != scores["bleu_interval"] and other["bleu"] == scores["bleu"]
    assert score_bleu(HYPS, REFS, bootstrap_samples=200, seed=3)["bleu_interval"] == scores["bleu_interval"]


def test_the_caller_s_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "77")
    score_bleu(HYPS, REFS, seed=3)
    assert os.environ["SACREBLEU_SEED"] == "77"
    monkeypatch.delenv("SACREBLEU_SEED")
    score_bleu(HYPS, REFS, seed=3)
    assert "SACREBLEU_SEED" not in os.environ


def test_ter_is_left_out_where_it_would_take_minutes() -> None:
    long = " ".join(str(number) for number in range(400))
    scores = score_translations([long], [long], bootstrap_samples=0)
    assert (scores["bleu"], scores["ter"], scores["ter_signature"]) == (100.0, None, None)


@pytest.mark.parametrize(
    ("hyps", "refs", "message"),
    [
        (["a", "b", "c"], ["a", "b"], "3 hypotheses but 2 references"),
        ([], [], "no sentences"),
        (["a", "b"], [["a"], []], "sentence 1 has no reference"),
        ("ab", ["a", "b"], "not one string"),
    ],
)
def test_bad_input(hyps: list[str], refs: list[str], message: str) -> None:
    for score in (score_translations, score_bleu, sentence_chrf):
        with pytest.raises(ValueError, match=message):
            score(hyps, refs)


def test_unknown_tokenizer_names_the_nearest() -> None:
    with pytest.raises(UserError, match="did you mean '13a'"):
        score_translations(["a"], ["a"], tokenize="v13a")


def test_japanese_tokenizer_scores_words_or_says_what_to_install() -> None:
    if importlib.util.find_spec("MeCab") and importlib.util.find_spec("ipadic"):
        # 猫 が 好き です: 3/4 * 2/3 * 1/2 and no 4-gram of 1
        score = score_bleu(["猫が好きです"], ["犬が好きです"], tokenize="ja-mecab")
        assert score["bleu"] == pytest.approx(59.46, abs=0.01)
    else:
        with pytest.raises(UserError, match=r"sacrebleu\[ja\]"):
            score_bleu(["猫が好きです"], ["犬が好きです"], tokenize="ja-mecab")


SCRIPTS = [
    ("target", ["今天天气很好，我们去公园散步吧。", "他喜欢吃苹果 (apple) 和橘子"], "zh"),
    ("cmn", ["今天天气很好"], "zh"),
    ("yue", ["佢鍾意食蘋果"], "zh"),
    ("x", ["彼はリンゴが好きです。", "東京"], "char"),
    ("x", ["ฉันรักประเทศไทย"], "char"),
    ("x", ["나는 사과를 좋아한다."], "char"),
    ("x", ["ខ្ញុំចូលចិត្ត", "ပန်းသီး", "ຂ້ອຍມັກ", "ང་ཀུ་ཤུ"], "char"),
    ("zh", ["The capital is Beijing (北京)."], "13a"),
    ("de", ["Der Hund läuft."], "13a"),
    ("x", ["Собака бежит", "الكلب يجري", "कुत्ता दौड़ता है"], "13a"),
    ("zh", ["12", ""], "zh"),
    ("jpn_Jpan", [], "char"),
    ("zho_Hans", [], "zh"),
    ("zho_Hant", [], "zh"),
    ("cmn", [], "zh"),
    ("tha", [], "char"),
    ("kor_Hang", [], "char"),
    ("Chinese", [], "zh"),
    ("cmn_Latn", [], "13a"),
    ("target", [], "13a"),
]


@pytest.mark.parametrize(("lang", "refs", "expected"), SCRIPTS)
def test_bleus_tokenizer_follows_the_script_of_the_references(lang: str, refs: list[str], expected: str) -> None:
    assert bleu_tokenizer(lang, refs) == expected
    assert bleu_tokenizer(lang, [[ref] for ref in refs]) == expected


def test_a_score_takes_the_tokenizer_of_the_script_unless_it_is_told_another() -> None:
    hyps, refs = ["今天天气很好我们去公园玩吧"], ["今天天气很好我们去公园散步吧"]
    assert score_translations(hyps, refs)["tokenize"] == "zh"
    assert score_bleu(hyps, refs)["bleu"] > 60
    assert score_translations(hyps, refs, tokenize="none")["bleu"] == 0.0


@pytest.mark.parametrize(
    ("hyp", "ref", "expected"),
    [
        ("我爱北京。", "我爱上海。", 40.0),  # two of five characters
        ("東京は好き", "大阪は好き", 40.0),
        ("ฉันรักเธอ", "ฉันรักเขา", None),
        ("나는 사과", "나는 배", 50.0),
        ("a b c d", "a b c e", 25.0),
    ],
)
def test_ter_counts_characters_where_sacrebleu_can_and_is_left_out_elsewhere(
    hyp: str, ref: str, expected: float | None
) -> None:
    scores = score_translations([hyp], [ref], bootstrap_samples=0)
    assert scores["ter"] == (None if expected is None else pytest.approx(expected, abs=1e-3))
    if scores["tokenize"] == "zh":
        assert "asian:yes" in scores["ter_signature"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 20, 60])
@pytest.mark.parametrize("seed", range(6))
def test_outputs_that_are_empty_or_nearly_so_have_scores_and_intervals(count: int, seed: int) -> None:
    draw = random.Random(seed)
    words = ["", "", "", "ja", "ein Hund", "zwei Katzen schlafen heute", "x", "日", " ", "."]
    hyps, refs = ([draw.choice(words) for _ in range(count)] for _ in range(2))
    scores = score_translations(hyps, refs, bootstrap_samples=100) | score_chrf(hyps, refs, bootstrap_samples=100)
    for key in ("bleu", "bleu_lowercase", "chrf2", "ter"):
        interval = scores[f"{key}_interval"]
        assert interval is None or 0 <= interval[0] <= interval[1] <= (math.inf if key == "ter" else 100)
        assert count > 1 or interval is None
    json.dumps(scores, allow_nan=False)


def test_four_lines_of_which_three_are_empty() -> None:
    scores = score_translations(["", "", "", "ja"], ["ein Hund", "zwei", "drei", "ja"])
    low, high = scores["chrf2_interval"]
    assert low <= scores["chrf2"] <= high


@pytest.mark.parametrize("hyp", ["a b c d e", ""])
def test_resamples_that_all_score_the_same_are_no_interval(hyp: str) -> None:
    scores = score_translations([hyp] * 3, ["a b c d e"] * 3)
    assert scores["bleu"] == (100.0 if hyp else 0.0)
    assert {scores[f"{key}_interval"] for key in ("bleu", "chrf2", "ter")} == {None}


@pytest.mark.parametrize("metric", ["bleu", "chrf", "ter"])
def test_intervals_are_those_of_sacrebleu(metric: str) -> None:
    from sacrebleu.metrics import BLEU, CHRF, TER

    theirs = {"bleu": BLEU, "chrf": CHRF, "ter": TER}[metric]()
    hyps = [f"{hyp} {number % 7}" for number, hyp in enumerate(HYPS * 9)]
    refs = [f"{ref} {number % 5}" for number, ref in enumerate(REFS * 9)]
    score = theirs.corpus_score(hyps, [refs], n_bootstrap=300)
    ours = score_translations(hyps, refs, bootstrap_samples=300)
    key = {"chrf": "chrf2"}.get(metric, metric)
    assert ours[key] == pytest.approx(score.score, abs=1e-3)
    assert ours[f"{key}_interval"] == pytest.approx([score._mean - score._ci, score._mean + score._ci], abs=2e-3)


def test_texts_may_be_series_of_any_index_and_must_be_texts() -> None:
    hyps, refs = pd.Series(HYPS, index=[3, 1, 0, 2]), pd.Series(REFS, index=[0, 1, 2, 3])
    assert score_translations(hyps, refs) == score_translations(HYPS, REFS)
    with pytest.raises(UserError, match=r"hyps\[1\] is None, not a string"):
        score_bleu(["a", None], ["a", "b"])  # type: ignore[list-item]
    with pytest.raises(UserError, match=r"refs\[1\].* is of type int|refs\[1\] must be a string .* not int"):
        score_bleu(["a", "b"], ["a", 3])  # type: ignore[list-item]
