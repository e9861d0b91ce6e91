"""Names of the Hugging Face hub: which path is one, and a request that neither surprises nor hangs.

`hf://owner/name` is always a name of the hub; plain `owner/name` is one only where nothing local is called `owner`.
All that looks like a path of this machine stays on it: a slip of the pen asks no server and loads no stranger's files.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from nlpseq.errors import UserError

logger = logging.getLogger("nlpseq")

# `Path("hf://a/b")` has one slash left. "datasets/" and "models/" are how fsspec writes it.
SCHEME = r"hf:/{1,2}(?:datasets/|models/)?"
# The hub's own rules: letters, digits, "-", "_", "."; a part neither begins nor ends with "-" or ".".
PART = r"\w(?:[\w.-]*\w)?"
HUB_NAME = re.compile(rf"(?P<scheme>{SCHEME})?(?P<name>{PART}/{PART})(:(?P<config>[\w.-]+))?", re.ASCII)
# What people call folders of their own, and where this project's commands put theirs. They need hf:// before them.
LOCAL_FOLDERS = frozenset(
    "checkpoint checkpoints corpora corpus data dataset datasets home model models out output outputs "
    "recipe recipes run runs saved shared tmp".split()
)
# The ending of a file, as in `me/train.csv`: a name of the hub may end so, and then needs hf:// too.
LOCAL_ENDING = re.compile(
    r"\.(csv|tsv|tab|txt|text|jsonl?|ndjson|parquet|arrow|tmx|xlf|xliff|po|xlsx?|gz|bz2|xz|zip|tar|tgz|ya?ml|md|pt|ckpt|safetensors)$",
    re.IGNORECASE,
)
TIMEOUT_SECONDS = 10.0


def hub_name(path: str | Path) -> str | None:
    """The hub's name of what `path` names, `owner/name` or `owner/name:config`; None if it is a path of this machine.

    Raises:
        UserError: it begins with hf:// and is no name of the hub.

    >>> hub_name("hf://stanfordnlp/imdb"), hub_name("Helsinki-NLP/opus-100:de-en")
    ('stanfordnlp/imdb', 'Helsinki-NLP/opus-100:de-en')
    >>> [hub_name(path) for path in ("corpora/reviews", "./owner/name", "owner/train.csv", "a/b/c", "name")]
    [None, None, None, None, None]
    """
    text = str(path)
    match = HUB_NAME.fullmatch(text)
    if match is not None and match["scheme"]:
        return text.removeprefix(match["scheme"])
    if text.startswith("hf:/"):
        raise UserError(f"{text}: not a name of the hub; write hf://owner/name")
    if match is None or LOCAL_ENDING.search(match["name"]):
        return None
    owner = text.partition("/")[0]
    return None if owner.lower() in LOCAL_FOLDERS or os.path.lexists(owner) else text


@contextmanager
def hub_request(name: str, kind: Literal["dataset", "model"], *, token: str | None = None) -> Iterator[None]:
    """Fetch `name` from the hub in this block: said first, quiet, and at once at an end where there is no connection.

    One short look decides whether the hub can be reached. If not, or if HF_HUB_OFFLINE is set, the libraries read
    their cache in this block and try nothing again.
    """
    from huggingface_hub import constants

    offline = bool(constants.HF_HUB_OFFLINE)
    where = "the cache of huggingface.co (HF_HUB_OFFLINE is set)" if offline else "huggingface.co"
    logger.info("%s: not a local path; looking for it in %s", name, where)
    with _quiet_hub():
        with _offline(offline or not _answers(name.partition(":")[0], kind, token)):
            yield


def _answers(name: str, kind: Literal["dataset", "model"], token: str | None) -> bool:
    """Whether the hub says anything of `name` at all, be it that there is no such thing."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    try:
        HfApi(token=token).repo_info(name, repo_type=kind, timeout=TIMEOUT_SECONDS)
    except HfHubHTTPError as error:
        return error.response is None or error.response.status_code < 500
    except Exception:  # requests, httpx and what comes after them: each release has errors of another library
        return False
    return True


@contextmanager
def _offline(offline: bool) -> Iterator[None]:
    """Both libraries read these when they are imported and look at them at each request."""
    import datasets.config
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE
    if offline:
        constants.HF_HUB_OFFLINE = datasets.config.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE, datasets.config.HF_HUB_OFFLINE = before


@contextmanager
def _quiet_hub() -> Iterator[None]:
    """The libraries' own lines on retries, tokens and caches say nothing that our sentence does not."""
    loggers = [logging.getLogger(name) for name in ("huggingface_hub", "huggingface_hub.utils._http", "datasets")]
    levels = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for one, level in zip(loggers, levels, strict=True):
            one.setLevel(level)
