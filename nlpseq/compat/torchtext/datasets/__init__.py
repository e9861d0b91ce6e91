"""torchtext.datasets: the data sets, from torchtext's own files under `root` or from the Hugging Face hub.

All of them take `root`, the folder whose `datasets/<name>` has the files (default: torchtext's cache), and most take
`split`: one name gives one data pipe, several give a tuple of them. A pipe can be iterated over again, shared out
over a `DataLoader`'s workers and shuffled by it, and has `map`, `filter`, `batch` and torch's other methods.
A split that is not known raises TypeError, one that is found nowhere UserError with the files to get.

Each has a module of its own as well, `torchtext.datasets.imdb` and so on; see `datasets.modules`.

Nothing is fetched from the data sets' first homes: of those some are gone, and others give files to browsers only.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from nlpseq.compat.torchtext.datasets.classification import (
    AG_NEWS,
    IMDB,
    SST2,
    AmazonReviewFull,
    AmazonReviewPolarity,
    DBpedia,
    SogouNews,
    YahooAnswers,
    YelpReviewFull,
    YelpReviewPolarity,
)
from nlpseq.compat.torchtext.datasets.language_modeling import CC100, EnWik9, PennTreebank, WikiText2, WikiText103
from nlpseq.compat.torchtext.datasets.modules import add_module
from nlpseq.compat.torchtext.datasets.reading import CNNDM, SQuAD1, SQuAD2
from nlpseq.compat.torchtext.datasets.sentence_pairs import MNLI, MRPC, QNLI, QQP, RTE, STSB, WNLI, CoLA
from nlpseq.compat.torchtext.datasets.tagging import UDPOS, CoNLL2000Chunking
from nlpseq.compat.torchtext.datasets.translation import IWSLT2016, IWSLT2017, Multi30k
from nlpseq.compat.torchtext.refusals import missing

DATASETS: dict[str, Callable[..., Any]] = {
    data_set.__name__: data_set
    for data_set in (
        AG_NEWS, AmazonReviewFull, AmazonReviewPolarity, CC100, CNNDM, CoLA, CoNLL2000Chunking, DBpedia, EnWik9, IMDB,
        IWSLT2016, IWSLT2017, MNLI, MRPC, Multi30k, PennTreebank, QNLI, QQP, RTE, SQuAD1, SQuAD2, SST2, STSB, SogouNews,
        UDPOS, WNLI, WikiText103, WikiText2, YahooAnswers, YelpReviewFull, YelpReviewPolarity,
    )
}  # fmt: skip
__all__ = [*DATASETS]

for _name, _data_set in DATASETS.items():
    globals()[_name.lower()] = add_module(_name, _data_set)
URLS, MD5, NUM_LINES = (
    {name: getattr(globals()[name.lower()], fact) for name in DATASETS} for fact in ("URL", "MD5", "NUM_LINES")
)


def _refuse(name: str, method: str, *args: Any, **kwargs: Any) -> NoReturn:
    raise AttributeError(
        f"torchtext.datasets.{name} has no {method} since torchtext 0.9; give it split='train', or import the class "
        f"from {__name__.replace('.datasets', '.legacy.datasets')}"
    )


for _name, _data_set in DATASETS.items():
    for _method in ("splits", "iters"):
        setattr(_data_set, _method, partial(_refuse, _name, _method))


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
