"""One synthetic report of each task, with text in it that would break a careless page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlpseq.evaluation.classification import score_classification
from nlpseq.evaluation.language_model import score_language_model
from nlpseq.evaluation.metrics import score_translations
from nlpseq.evaluation.report import (
    Attention,
    BaselineScores,
    ChunkLosses,
    ClassificationReport,
    GenerationReport,
    Sample,
    SummaryReport,
    TranslationReport,
    confident_mistakes,
)
from nlpseq.evaluation.rouge import document_rouge, score_copying, score_rouge

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
            attention[index] = Attention(src, tgt, rng.dirichlet(np.ones(len(src)), size=len(tgt)))
    return TranslationReport(
        title=f"Run {EVIL}",
        task="en-de",
        metrics=score_translations(hyps, refs, bootstrap_samples=100),
        sources=refs,
        hyps=hyps,
        refs=refs,
        attention=attention,
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
        for index in [0, 1, 2, *confident_mistakes(gold, calibrated)]
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
