"""Runs that are trained anew take the place of those that are served, without a request that is dropped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from nlpseq.errors import UserError
from nlpseq.serve.served import ServedRun

log = logging.getLogger("nlpseq")

# A request that has just chosen an old run still gives it its texts.
LINGER_SECONDS = 1.0


class Reloading:
    """Loads runs anew in a thread of its own, one time after the other.

    Args:
        runs: those that are served, replaced in place.
        load: gives the new ones, their threads at work.
        seconds: that the old ones have to finish what they have.
    """

    def __init__(self, runs: list[ServedRun], load: Callable[[], Sequence[ServedRun]], *, seconds: float) -> None:
        self._runs, self._load, self._seconds = runs, load, seconds
        self._one = threading.Lock()

    def begin(self) -> threading.Thread:
        """Start; what cannot be loaded leaves the old runs in force, and a line in the log."""
        thread = threading.Thread(target=self._reload, name="nlpseq-reload", daemon=True)
        thread.start()
        return thread

    def _reload(self) -> None:
        with self._one:
            try:
                new = list(self._load())
            except UserError as error:
                log.error("%s; the models that were there go on", error)
                return
            except Exception as error:  # a fault of ours must not end what works
                log.error("the models could not be loaded (%s: %s); those that were there go on", type(error), error)
                return
            old, self._runs[:] = list(self._runs), new
            log.error("loaded anew: %s", ", ".join(run.name for run in new))
            time.sleep(LINGER_SECONDS)
            for run in old:
                run.worker.close(self._seconds)
