"""One synthetic report of each task, with text in it that would break a careless page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.classification import score_classification
from nlpseq.evaluation.language_model import score_language_model
from nlpseq.evaluation.rouge import document_rouge, score_copying, score_rouge
from nlpseq.evaluation.significance import compare_classifiers, compare_scores
from nlpseq.evaluation.translation import score_translations
from nlpseq.report import (
    BaselineScores,
    ChunkLosses,
    ClassificationReport,
    GenerationReport,
    Sample,
    SentenceAttention,
    SummaryReport,
    TranslationReport,
    shown_mistakes,
)
from nlpseq.report import classification as classification_report
from nlpseq.report import generation as generation_report
from nlpseq.report import translation as translation_report
from nlpseq.report.differences import (
    LabelChoice,
    passage_differences,
    prediction_differences,
    score_differences,
)
from nlpseq.report.pair import Compared, PairReport
from nlpseq.report.wording import score_wording

EVIL = "<script>alert('x')</script> | *bold* `tick` & [link](http://example.org)"
WORDS = "ein hund rennt im park mit zwei kleinen roten autos und einem mann".split()
FACTS = {"Seed": "1", "Command": EVIL, "sha256 of train.en": "ab" * 32}


@pytest.fixture(scope="session")
def evil() -> str:
    return EVIL


@pytest.fixture(scope="session")
def curves_csv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lines = ["step,minutes,train_loss,val_loss,val_bleu,val_accuracy,val_rouge1,lr,tokens_per_second"]
    lines += [f"{step},{step / 200},{900 / (step + 90):.3f},,,,,0.001,2000" for step in range(1, 6000, 2)]
    lines += ["6000,30.0,0.14,2.5,36.9,0.912,40.1,0.0005,2100"]
    path = tmp_path_factory.mktemp("curves") / "curves.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def translation(curves_csv: Path) -> TranslationReport:
    rng = np.random.default_rng(1)
    refs = [" ".join(rng.choice(WORDS, size=rng.integers(3, 25))) for _ in range(1000)]
    hyps = [" ".join(w for w in ref.split() if rng.random() < 0.8) for ref in refs]
    refs[0], hyps[0] = EVIL, EVIL
    attention = {}
    for index in range(len(refs)):
        src, tgt = refs[index].split(), hyps[index].split()
        if tgt:
            attention[index] = SentenceAttention(src, tgt, rng.dirichlet(np.ones(len(src)), size=len(tgt)))
    return TranslationReport(
        title=f"Run {EVIL}",
        task="en-de",
        metrics=score_translations(hyps, refs, bootstrap_samples=100),
        sources=refs,
        hyps=hyps,
        refs=refs,
        wording=score_wording(refs, hyps, refs, seen=(set(WORDS), set(WORDS))),
        attention=attention,
        baselines=[BaselineScores("source, copied", {"bleu": 3.0, "chrf2": 20.0})],
        curves=curves_csv,
        facts=FACTS,
    )


@pytest.fixture(scope="session")
def classification(curves_csv: Path) -> ClassificationReport:
    """Three classes, one of which no test text has; a text of 2,000 words; weights of all kinds."""
    rng = np.random.default_rng(2)
    gold = rng.integers(2, size=1000)
    raw = rng.dirichlet([0.5, 0.5, 0.1], size=1000)
    raw[0], gold[0] = [0.0, 1.0, 0.0], 0
    calibrated = (raw**0.8) / (raw**0.8).sum(axis=1, keepdims=True)
    names = [EVIL, "pos$itive$", "absent"]
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(1, 60))) for _ in gold]
    texts[0], texts[1], texts[2] = EVIL, "", "wort " * 2000
    weights = {
        index: [(token, float(rng.normal())) for token in texts[index].split()]
        for index in [0, 1, 2, *sum(shown_mistakes(gold, calibrated, texts), [])]
    }
    return ClassificationReport(
        title=f"Run {EVIL}",
        data="reviews",
        metrics=score_classification(gold.tolist(), calibrated, names, bootstrap_samples=100),
        uncalibrated=score_classification(gold.tolist(), raw, names, bootstrap_samples=2),
        texts=texts,
        gold=gold,
        probabilities=calibrated,
        token_weights=weights,
        baselines=[BaselineScores(EVIL, {"accuracy": 0.5}), BaselineScores("bag of words", {"accuracy": 0.2})],
        curves=curves_csv,
        facts=FACTS,
    )


@pytest.fixture(scope="session")
def generation(curves_csv: Path) -> GenerationReport:
    rng = np.random.default_rng(3)
    losses = ChunkLosses(rng.uniform(100, 300, size=1000), rng.integers(90, 110, size=1000))
    dynamic = losses._replace(nats=0.9 * losses.nats)
    return GenerationReport(
        title=f"Run {EVIL}",
        data="verse",
        metrics=score_language_model(losses.nats, losses.characters, bootstrap_samples=100),
        losses=losses,
        dynamic_metrics=score_language_model(dynamic.nats, dynamic.characters, bootstrap_samples=100),
        dynamic_losses=dynamic,
        samples=[Sample(1.0, EVIL, "\n  and more", "seed 1"), Sample(0.5, "", "line\nline")],
        baselines=[BaselineScores("uniform", {"bits_per_character": 6.0, "perplexity": 64.0})],
        curves=curves_csv,
        facts=FACTS,
    )


@pytest.fixture(scope="session")
def summary(curves_csv: Path) -> SummaryReport:
    rng = np.random.default_rng(4)
    documents = [" ".join(rng.choice(WORDS, size=rng.integers(20, 400))) for _ in range(300)]
    refs = [" ".join(rng.choice([*WORDS, "neu"], size=rng.integers(1, 12))) for _ in documents]
    hyps = [" ".join(document.split()[3:9]) for document in documents]
    documents[0] = hyps[0] = refs[0] = EVIL
    hyps[1] = ""
    return SummaryReport(
        title=f"Run {EVIL}",
        data="headlines",
        metrics=score_rouge(hyps, refs, bootstrap_samples=100),
        documents=documents,
        hyps=hyps,
        refs=refs,
        rouge=document_rouge(hyps, refs)["rougeL"],
        copying={
            "summaries": score_copying(documents, hyps, bootstrap_samples=100),
            "references": score_copying(documents, refs, bootstrap_samples=100),
        },
        baselines=[BaselineScores("lead-8", {"rouge1": 20.0, "rouge2": 5.0, "rougeL": 19.0})],
        curves=curves_csv,
        facts=FACTS,
    )


def pair_of(
    score: object, comparison: object, sections: list, curves: Path, metrics: dict, **more: object
) -> PairReport:
    return PairReport(
        names=(EVIL, "b"),
        data=EVIL,
        metrics=(metrics, metrics),
        tests=[Compared(score, comparison)],
        differences=sections,
        curves=(curves, curves),
        settings=({"data.path": EVIL, "train.lr": 0.1}, {"data.path": "b", "train.lr": 0.1}),
        facts=(FACTS, {"Seed": "2"}),
        **more,
    )


@pytest.fixture(scope="session")
def translation_pair(translation: TranslationReport, curves_csv: Path) -> PairReport:
    rng = np.random.default_rng(5)
    first, second = rng.uniform(0, 100, size=(2, 1000))
    first[0], second[0] = 100.0, 0.0  # the sentence with the script in it is shown
    texts = {"Source": translation.sources, "Reference": translation.refs}
    hyps = translation.hyps, [EVIL if hyp == EVIL else hyp[:-1] for hyp in translation.hyps]
    sections = score_differences((EVIL, "b"), hyps, (first, second), given=texts, score="chrF", items="sentences")
    return pair_of(
        translation_report.BLEU, compare_scores(first, second), sections, curves_csv, dict(translation.metrics),
        items="sentences", scores=translation_report.SCORES, curve_scores=translation_report.CURVE_SCORES,
        loss_unit="nats per token",
    )  # fmt: skip


@pytest.fixture(scope="session")
def classification_pair(classification: ClassificationReport, curves_csv: Path) -> PairReport:
    labels = [classification.names[number] for number in classification.gold]
    wrong = [label if number % 3 else EVIL + "?" for number, label in enumerate(labels)]
    chosen = wrong, [label if number % 4 else "absent" for number, label in enumerate(labels)]
    predictions = tuple([LabelChoice(label, 0.5 + 0.4 / (1 + n)) for n, label in enumerate(some)] for some in chosen)
    sections = prediction_differences((EVIL, "b"), classification.texts, labels, (predictions[0], predictions[1]))
    return pair_of(
        classification_report.ACCURACY, compare_classifiers(labels, *chosen), sections, curves_csv,
        dict(classification.metrics), items="texts", scores=classification_report.SCORES,
        curve_scores=classification_report.CURVE_SCORES, loss_unit="nats per text",
    )  # fmt: skip


@pytest.fixture(scope="session")
def generation_pair(generation: GenerationReport, curves_csv: Path) -> PairReport:
    losses = generation.losses
    noise = np.random.default_rng(6).uniform(0.8, 1.1, size=len(losses.nats))
    noise[0] = 9.0
    other = losses._replace(nats=noise * losses.nats)
    passages = [EVIL, *("a passage " * 25 for _ in losses.nats[1:])]
    bits = [each.nats / losses.characters for each in (losses, other)]
    sections = passage_differences((EVIL, "b"), passages, (losses, other))
    return pair_of(
        generation_report.BITS, compare_scores(*bits), sections, curves_csv, dict(generation.metrics),
        items="passages", scores=generation_report.SCORES, loss_unit="nats per character",
    )  # fmt: skip
