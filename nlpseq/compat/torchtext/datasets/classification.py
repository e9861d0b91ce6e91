"""Labelled texts: (label, text), labels counted from 1 as in the published files, except for SST2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Any

from nlpseq.compat.torchtext.datasets.rows import labelled, table
from nlpseq.compat.torchtext.datasets.source import Source, home, select
from nlpseq.compat.torchtext.files import read_lines
from nlpseq.compat.torchtext.notices import say_once
from nlpseq.compat.torchtext.utils import archive_members
from nlpseq.files import atomic_path

Splits = str | Iterable[str]
TRAIN_TEST = ("train", "test")
IMDB_LABELS = {"neg": 1, "pos": 2}


def _from_hub(columns: tuple[str, ...], label: str, row: Mapping[str, Any]) -> tuple[int, str]:
    """The hub counts labels from 0."""
    return row[label] + 1, " ".join(row[column] for column in columns)


def _csv_sources(
    folder: str, archive: str | None, hub: str | None = None, columns: tuple[str, ...] = ("text",), label: str = "label"
) -> dict[str, Source]:
    """The sources of the data sets that Zhang et al. (2015) published as train.csv and test.csv."""
    read = partial(table, convert=labelled, delimiter=",", quoted=True, header=False)
    convert: Callable[[Mapping[str, Any]], Any] = partial(_from_hub, columns, label)
    return {
        split: Source((f"{folder}{split}.csv",), read, archive=archive, hub=hub, hub_split=split, from_hub=convert)
        for split in TRAIN_TEST
    }


def AG_NEWS(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """News: (1 world, 2 sports, 3 business or 4 science, title and description)."""
    return select("AG_NEWS", root, split, _csv_sources("", None, "fancyzhx/ag_news"))


def AmazonReviewFull(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Reviews: (1 to 5 stars, title and text)."""
    return select("AmazonReviewFull", root, split, _csv_sources(*_packed("amazon_review_full_csv")))


def AmazonReviewPolarity(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Reviews: (1 negative or 2 positive, title and text)."""
    sources = _csv_sources(
        *_packed("amazon_review_polarity_csv"), "fancyzhx/amazon_polarity", columns=("title", "content")
    )
    return select("AmazonReviewPolarity", root, split, sources)


def DBpedia(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Wikipedia's articles: (1 to 14, their kind; title and abstract)."""
    sources = _csv_sources(*_packed("dbpedia_csv"), "fancyzhx/dbpedia_14", columns=("title", "content"))
    return select("DBpedia", root, split, sources)


def SogouNews(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Chinese news in pinyin: (1 to 5, their topic; title and text)."""
    return select("SogouNews", root, split, _csv_sources(*_packed("sogou_news_csv")))


def YahooAnswers(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Questions: (1 to 10, their topic; title, question and best answer)."""
    columns = ("question_title", "question_content", "best_answer")
    sources = _csv_sources(
        *_packed("yahoo_answers_csv"), "community-datasets/yahoo_answers_topics", columns=columns, label="topic"
    )
    return select("YahooAnswers", root, split, sources)


def YelpReviewFull(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Reviews: (1 to 5 stars, text)."""
    return select(
        "YelpReviewFull", root, split, _csv_sources(*_packed("yelp_review_full_csv"), "Yelp/yelp_review_full")
    )


def YelpReviewPolarity(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Reviews: (1 negative or 2 positive, text)."""
    sources = _csv_sources(*_packed("yelp_review_polarity_csv"), "fancyzhx/yelp_polarity")
    return select("YelpReviewPolarity", root, split, sources)


def _packed(name: str) -> tuple[str, str]:
    return f"{name}/", f"{name}.tar.gz"


def IMDB(root: str | None = None, split: Splits = TRAIN_TEST) -> Any:
    """Film reviews: (1 negative or 2 positive, text), the negative ones first.

    Reads `aclImdb_v1.tar.gz`, what torchtext made of it (`aclImdb_v1/train/neg`, one review a line), or the
    unpacked folder `aclImdb` with one file a review.
    """
    say_once(
        "IMDB: the labels are 1 (negative) and 2 (positive), as in torchtext since 0.14; code of 0.9 to 0.13 that "
        "compares them with 'neg' and 'pos' finds one class only: write label == 2 for label == 'pos'"
    )
    top = "aclImdb" if (home("IMDB", root) / "aclImdb").is_dir() else "aclImdb_v1"
    sources = {
        one: Source(
            [f"{top}/{one}/{label}" for label in IMDB_LABELS],
            _imdb_rows,
            archive="aclImdb_v1.tar.gz",
            unpack=partial(_unpack_imdb, one),
            hub="stanfordnlp/imdb",
            hub_split=one,
            from_hub=partial(_from_hub, ("text",), "label"),
        )
        for one in TRAIN_TEST
    }
    return select("IMDB", root, split, sources)


def _imdb_rows(*paths: Path) -> Iterator[tuple[int, str]]:
    for path in paths:
        if path.is_dir():
            names = sorted(path.glob("*.txt"), key=lambda file: (len(file.name.partition("_")[0]), file.name))
            texts: Iterable[str] = (file.read_text(encoding="utf-8") for file in names)
        else:
            texts = read_lines(path)
        for text in texts:
            yield IMDB_LABELS[path.name], text


def _unpack_imdb(split: str, archive: Path, folder: Path) -> None:
    """Write the reviews of one split to a file a label, as torchtext did."""
    with ExitStack() as stack:
        files: dict[tuple[str, ...], IO[str]] = {}
        for label in IMDB_LABELS:
            beside = stack.enter_context(atomic_path(folder / "aclImdb_v1" / split / label))
            files[split, label] = stack.enter_context(open(beside, "w", encoding="utf-8", newline="\n"))
        for member, open_member in archive_members(str(archive)):
            file = files.get(PurePosixPath(member).parts[-3:-1])
            if file is not None:
                with open_member() as review:
                    file.write(review.read().decode("utf-8").replace("\n", " ") + "\n")


def SST2(root: str | None = None, split: Splits = ("train", "dev", "test")) -> Any:
    """Sentences of film reviews: (text, 0 negative or 1 positive), and (text,) in the test split."""
    sources = {}
    for one, hub_split in {"train": "train", "dev": "validation", "test": "test"}.items():
        sources[one] = Source(
            (f"SST-2/{one}.tsv",),
            partial(table, convert=_sst2_text if one == "test" else _sst2_row),
            archive="SST-2.zip",
            hub="stanfordnlp/sst2",
            hub_split=hub_split,
            from_hub=_sst2_hub_text if one == "test" else _sst2_hub_row,
        )
    return select("SST2", root, split, sources)


def _sst2_row(row: Sequence[str]) -> tuple[str, int]:
    return row[0].strip(), int(row[1])


def _sst2_text(row: Sequence[str]) -> tuple[str]:
    return (row[1].strip(),)


def _sst2_hub_row(row: Mapping[str, Any]) -> tuple[str, int]:
    return row["sentence"].strip(), row["label"]


def _sst2_hub_text(row: Mapping[str, Any]) -> tuple[str]:
    return (row["sentence"].strip(),)
