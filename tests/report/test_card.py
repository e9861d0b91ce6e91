"""A card of literal figures: what the hub reads at its head, and what it says below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from nlpseq.report.card import Card, CardWords, TrainedRun, Wording, card_markdown
from nlpseq.report.card.metadata import metadata
from nlpseq.report.scores import ScoreKind

BLEU = ScoreKind("bleu", "BLEU", "0 to 100, higher is better", "bleu_signature")
METRICS = {
    "sentences": 20, "split": "test", "bleu": 31.25, "bleu_interval": [30.0, 32.5], "bleu_signature": "tok:13a",
    "decode": {"beam_size": 4}, "baselines": [{"name": "copy", "bleu": 3.1}],
}  # fmt: skip
RUN = TrainedRun(
    data="multi|30k", from_hub=False, metrics=METRICS, sizes={"train": 29000}, checksums={"train": {"a.en": "12ab"}},
    facts={"Epochs": "2"}, recipe={"task": "translate"},
)  # fmt: skip
WORDS = CardWords("translation", "pairs", ("sentences", "sentences"), {"bleu": "bleu"}, wording=lambda *_: WORDING)
WORDING = Wording("A title", "It translates.", "print(1)", "echo", ["It errs."], ["en", "de"])
CARD = Card(name="small", cell="gru", parameters=1234, words=WORDS, wording=WORDING, scores=[BLEU], run=RUN)


def head(card: Card, **kept: Any) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(metadata(card, kept))
    return found


def test_the_head_has_the_scores_of_an_evaluated_run() -> None:
    found = head(CARD, license="mit")
    assert found["license"] == "mit" and found["language"] == ["en", "de"]
    assert found["tags"] == ["rnn", "gru", "translation"]
    (result,) = found["model-index"][0]["results"]
    assert result["metrics"][0] | {"args": None} == {"type": "bleu", "value": 31.25, "name": "BLEU", "args": None}
    assert result["dataset"]["name"] == "multi|30k" and "datasets" not in found
    assert head(replace(CARD, run=replace(RUN, from_hub=True)))["datasets"] == ["multi|30k"]
    for run in (None, replace(RUN, metrics={})):
        assert "model-index" not in head(replace(CARD, run=run))


def test_the_card_says_how_good_it_is_and_where_it_comes_from() -> None:
    text = card_markdown(CARD, {})
    assert "On the 20 sentences of the split test of multi\\|30k it reaches 31.2 BLEU with a beam of 4" in text
    assert "| BLEU | 31.2 | 30.0 to 32.5 | 0 to 100, higher is better |" in text
    assert "| copy | 3.1 |" in text and "| BLEU | tok:13a |" in text
    assert "| train | 29,000 |" in text and "| train | a.en | 12ab |" in text and "task: translate" in text
    assert "- It errs." in text and "1,234 parameters" in text


def test_what_is_not_known_is_not_said() -> None:
    unknown = card_markdown(replace(CARD, run=None), {})
    assert "is not known: its weights are not those of a finished run." in unknown and "## Scores" not in unknown
    trained = card_markdown(replace(CARD, run=replace(RUN, metrics={}, notice="It was cut short.")), {})
    assert "It was cut short." in trained and "## Scores" not in trained and "## Training" in trained
