"""What a server counts of itself, for Prometheus: requests, how long they took, queues, batches, characters read.

Several processes on one port count together, in files of the folder that `PROMETHEUS_MULTIPROC_DIR` names.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from nlpseq.serve.workers import FOLDER_VARIABLE

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128)
CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counts of one process.

    >>> metrics = Metrics()
    >>> metrics.request("/api/tag", 200, 0.02)
    >>> 'nlpseq_requests_total{path="/api/tag",status="200"} 1.0' in metrics.text([]).decode()
    True
    """

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter("nlpseq_requests", "Requests answered", ["path", "status"], registry=registry)
        self._seconds = Histogram(
            "nlpseq_request_seconds", "From a request to the end of its answer", ["path"], buckets=SECONDS,
            registry=registry,
        )  # fmt: skip
        self._batches = Histogram(
            "nlpseq_batch_texts", "Texts that one call of a model read", ["model"], buckets=SIZES, registry=registry
        )
        self._characters = Counter(
            "nlpseq_characters", "Characters that a model read, or wrote by itself", ["model"], registry=registry
        )
        self._queue = Gauge(
            "nlpseq_queue_requests", "Requests that wait for a model", ["model"], registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip

    def request(self, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered; `path` is one of the server's own."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def batch(self, model: str, texts: Sequence[str]) -> None:
        """Count a call of a model."""
        self._batches.labels(model).observe(len(texts))
        self._characters.labels(model).inc(sum(map(len, texts)))

    def written(self, model: str, text: str) -> None:
        """Count what a model wrote without reading anything."""
        self._characters.labels(model).inc(len(text))

    def text(self, queues: Sequence[tuple[str, int]]) -> bytes:
        """All counts as Prometheus reads them, with the queue of each model as it is now."""
        for model, waiting in queues:
            self._queue.labels(model).set(waiting)
        if not os.environ.get(FOLDER_VARIABLE):
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)
        return generate_latest(together)
