"""Counts of calls and queues."""

from __future__ import annotations

from nlpseq.serve.batches import Batches
from nlpseq.serve.metrics import Metrics


def test_calls_of_a_model_are_counted() -> None:
    metrics = Metrics()
    batches = Batches("upper", lambda texts, _: [text.upper() for text in texts], metrics=metrics)
    assert batches.submit(["ab", "c"], None).future.result() == ["AB", "C"]
    assert batches.close()
    text = metrics.text([("upper", 3)]).decode()
    assert 'nlpseq_batch_texts_count{model="upper"} 1.0' in text
    assert 'nlpseq_characters_total{model="upper"} 3.0' in text
    assert 'nlpseq_queue_requests{model="upper"} 3.0' in text
