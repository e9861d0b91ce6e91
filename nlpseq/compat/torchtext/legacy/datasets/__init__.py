"""torchtext.datasets of 0.6: data sets of examples, read from files under `root`.

A data set is looked for in `<root>/<name>`, where torchtext put it; what is packed there is unpacked. Files that are
not there are fetched from their first home, with certificates checked, where that still exists; if not, the error says
where to put them.
"""

from __future__ import annotations

from typing import Any

from nlpseq.compat.torchtext.legacy.datasets.imdb import IMDB
from nlpseq.compat.torchtext.legacy.datasets.language_modeling import (
    LanguageModelingDataset,
    PennTreebank,
    WikiText2,
    WikiText103,
)
from nlpseq.compat.torchtext.legacy.datasets.nli import SNLI, XNLI, MultiNLI
from nlpseq.compat.torchtext.legacy.datasets.sequence_tagging import UDPOS, CoNLL2000Chunking, SequenceTaggingDataset
from nlpseq.compat.torchtext.legacy.datasets.sst import SST
from nlpseq.compat.torchtext.legacy.datasets.text_classification import (
    AG_NEWS,
    AmazonReviewFull,
    AmazonReviewPolarity,
    DBpedia,
    SogouNews,
    TextClassificationDataset,
    YahooAnswers,
    YelpReviewFull,
    YelpReviewPolarity,
)
from nlpseq.compat.torchtext.legacy.datasets.translation import IWSLT, WMT14, Multi30k, TranslationDataset
from nlpseq.compat.torchtext.legacy.datasets.trec import TREC
from nlpseq.compat.torchtext.refusals import missing
from nlpseq.compat.torchtext.refused import refused

__all__ = [
    "AG_NEWS",
    "BABI20",
    "IMDB",
    "IWSLT",
    "SNLI",
    "SST",
    "TREC",
    "UDPOS",
    "WMT14",
    "XNLI",
    "AmazonReviewFull",
    "AmazonReviewPolarity",
    "CoNLL2000Chunking",
    "DBpedia",
    "EnWik9",
    "LanguageModelingDataset",
    "Multi30k",
    "MultiNLI",
    "PennTreebank",
    "SequenceTaggingDataset",
    "SogouNews",
    "TextClassificationDataset",
    "TranslationDataset",
    "WikiText103",
    "WikiText2",
    "YahooAnswers",
    "YelpReviewFull",
    "YelpReviewPolarity",
]

BABI20 = refused("BABI20", "is not offered; load facebook/babi_qa with the datasets library")
EnWik9 = refused("EnWik9", "is not offered; use EnWik9 of nlpseq.compat.torchtext.datasets")


def __getattr__(name: str) -> Any:
    raise missing(__name__, name)
