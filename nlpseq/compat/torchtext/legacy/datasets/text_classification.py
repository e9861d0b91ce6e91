"""Labelled texts as (label, ids), read from train.csv and test.csv as Zhang et al. (2015) published them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch
from torch import Tensor
from torch.utils.data import Dataset

from nlpseq.compat.torchtext.errors import UserFileNotFoundError
from nlpseq.compat.torchtext.files import read_lines
from nlpseq.compat.torchtext.legacy.data.utils import get_tokenizer, ngrams_iterator
from nlpseq.compat.torchtext.legacy.utils import extract_archive, unicode_csv_reader
from nlpseq.compat.torchtext.legacy.vocab import Vocab, build_vocab_from_iterator

__all__ = [
    "AG_NEWS",
    "AmazonReviewFull",
    "AmazonReviewPolarity",
    "DATASETS",
    "DBpedia",
    "LABELS",
    "SogouNews",
    "TextClassificationDataset",
    "URLS",
    "YahooAnswers",
    "YelpReviewFull",
    "YelpReviewPolarity",
]


class TextClassificationDataset(Dataset[tuple[int, Tensor]]):
    """Rows (label, ids) with what they were made with.

    Args:
        vocab: made the ids.
        data: the rows.
        labels: all labels in them.
    """

    def __init__(self, vocab: Vocab, data: Sequence[tuple[int, Tensor]], labels: set[int]) -> None:
        super().__init__()
        self._data = data
        self._labels = labels
        self._vocab = vocab

    def __getitem__(self, i: int) -> tuple[int, Tensor]:
        return self._data[i]

    def __len__(self) -> int:
        return len(self._data)

    def __iter__(self) -> Iterator[tuple[int, Tensor]]:
        return iter(self._data)

    def get_labels(self) -> set[int]:
        """The labels, from 0."""
        return self._labels

    def get_vocab(self) -> Vocab:
        """The vocabulary of the ids."""
        return self._vocab


def _setup(
    folder: str, root: str = ".data", ngrams: int = 1, vocab: Vocab | None = None, include_unk: bool = False
) -> tuple[TextClassificationDataset, TextClassificationDataset]:
    """The training and the test split.

    Args:
        folder: of the files in `root`; `<folder>.tar.gz` beside it is unpacked.
        ngrams: join neighbours to tokens of up to so many words.
        vocab: default: that of the training split.
        include_unk: keep tokens that the vocabulary has not.

    Raises:
        TypeError: `vocab` is something else.
        ValueError: the splits have different labels.
        UserError: the files are not there.
    """
    if vocab is not None and not isinstance(vocab, Vocab):
        raise TypeError(f"vocab: a Vocab is wanted, not {type(vocab).__name__}")
    train_path, test_path = (os.path.join(root, folder, f"{split}.csv") for split in ("train", "test"))
    archive = os.path.join(root, f"{folder}.tar.gz")
    if not os.path.isfile(train_path) and os.path.isfile(archive):
        extract_archive(archive, root)
    if not os.path.isfile(train_path):
        raise UserFileNotFoundError(
            f"{train_path}: not there, and neither is {archive}; get one of them and put it there"
        )
    if vocab is None:
        vocab = build_vocab_from_iterator(tokens for _, tokens in _rows(train_path, ngrams))
    train, test = (_encoded(path, ngrams, vocab, include_unk) for path in (train_path, test_path))
    if train.get_labels() != test.get_labels():
        raise ValueError(f"{test_path} has other labels than {train_path}")
    return train, test


def _rows(path: str, ngrams: int) -> Iterator[tuple[int, Iterator[str]]]:
    tokenize = get_tokenizer("basic_english")
    for row in unicode_csv_reader(f"{line}\n" for line in read_lines(path)):
        yield int(row[0]) - 1, ngrams_iterator(tokenize(" ".join(row[1:])), ngrams)


def _encoded(path: str, ngrams: int, vocab: Vocab, include_unk: bool) -> TextClassificationDataset:
    data = []
    for label, tokens in _rows(path, ngrams):
        ids = [vocab.stoi[token] for token in tokens if include_unk or token in vocab.stoi]
        data.append((label, torch.tensor(ids, dtype=torch.long)))
    return TextClassificationDataset(vocab, data, {label for label, _ in data})


Setup = Callable[..., tuple[TextClassificationDataset, TextClassificationDataset]]

DATASETS: dict[str, Setup] = {
    "AG_NEWS": partial(_setup, "ag_news_csv"),
    "SogouNews": partial(_setup, "sogou_news_csv"),
    "DBpedia": partial(_setup, "dbpedia_csv"),
    "YelpReviewPolarity": partial(_setup, "yelp_review_polarity_csv"),
    "YelpReviewFull": partial(_setup, "yelp_review_full_csv"),
    "YahooAnswers": partial(_setup, "yahoo_answers_csv"),
    "AmazonReviewPolarity": partial(_setup, "amazon_review_polarity_csv"),
    "AmazonReviewFull": partial(_setup, "amazon_review_full_csv"),
}
"""By name the function that gives a data set's training and test split; arguments as in `_setup`."""

_DRIVE = "https://drive.google.com/uc?export=download&id=0Bz8a_Dbh9Qhb"
URLS = {
    "AG_NEWS": f"{_DRIVE}UDNpeUdjb0wxRms",
    "SogouNews": f"{_DRIVE}UkVqNEszd0pHaFE",
    "DBpedia": f"{_DRIVE}Q2Vic1kxMmZZQ1k",
    "YelpReviewPolarity": f"{_DRIVE}NUpYQ2N3SGlFaDg",
    "YelpReviewFull": f"{_DRIVE}ZlU4dXhHTFhZQU0",
    "YahooAnswers": f"{_DRIVE}d2JNdDBsQUdocVU",
    "AmazonReviewPolarity": f"{_DRIVE}aW12WVVZS2drcnM",
    "AmazonReviewFull": f"{_DRIVE}ZVhsUnRWRDhETzA",
}
"""Where the archives were published; to be opened in a browser."""


def _numbered(names: str) -> dict[int, str]:
    return dict(enumerate(names.split(", "), 1))


LABELS = {
    "AG_NEWS": _numbered("World, Sports, Business, Sci/Tech"),
    "SogouNews": _numbered("Sports, Finance, Entertainment, Automobile, Technology"),
    "DBpedia": _numbered(
        "Company, EducationalInstitution, Artist, Athlete, OfficeHolder, MeanOfTransportation, Building, NaturalPlace, "
        "Village, Animal, Plant, Album, Film, WrittenWork"
    ),
    "YelpReviewPolarity": _numbered("Negative polarity, Positive polarity"),
    "YelpReviewFull": _numbered("score 1, score 2, score 3, score 4, score 5"),
    "YahooAnswers": _numbered(
        "Society & Culture, Science & Mathematics, Health, Education & Reference, Computers & Internet, Sports, "
        "Business & Finance, Entertainment & Music, Family & Relationships, Politics & Government"
    ),
    "AmazonReviewPolarity": _numbered("Negative polarity, Positive polarity"),
    "AmazonReviewFull": _numbered("score 1, score 2, score 3, score 4, score 5"),
}
"""What the labels mean, counted from 1 as in the files."""

AG_NEWS = DATASETS["AG_NEWS"]
SogouNews = DATASETS["SogouNews"]
DBpedia = DATASETS["DBpedia"]
YelpReviewPolarity = DATASETS["YelpReviewPolarity"]
YelpReviewFull = DATASETS["YelpReviewFull"]
YahooAnswers = DATASETS["YahooAnswers"]
AmazonReviewPolarity = DATASETS["AmazonReviewPolarity"]
AmazonReviewFull = DATASETS["AmazonReviewFull"]
