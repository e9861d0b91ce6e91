"""What is said once, however often it comes to pass."""

from __future__ import annotations

import logging
from functools import cache

logger = logging.getLogger("nlpseq")


@cache
def say_once(message: str) -> None:
    """Log a warning, the first time only."""
    logger.warning(message)
