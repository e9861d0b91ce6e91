"""Rows of the hub become torchtext's; no hub is within reach of the tests: what it would give is built here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datasets as hub
import huggingface_hub
import pytest

from nlpseq.compat.torchtext import datasets
from nlpseq.errors import UserError

PAIR = {"label": 1, "sentence1": "A.", "sentence2": "B."}
ANSWER = {"context": "A cat.", "question": "Who?", "answers": {"text": ["cat"], "answer_start": [2]}}
NO_ANSWER = {"context": "A cat.", "question": "Why?", "answers": {"text": [], "answer_start": []}}

# name of the data set, split, the hub's name, configuration and split, its row, torchtext's
CASES: list[tuple[str, str, str, str | None, str, dict[str, Any], Any]] = [
    ("AG_NEWS", "test", "fancyzhx/ag_news", None, "test", {"text": "News.", "label": 3}, (4, "News.")),
    ("AmazonReviewPolarity", "train", "fancyzhx/amazon_polarity", None, "train",
     {"label": 0, "title": "Bad", "content": "Broke."}, (1, "Bad Broke.")),
    ("DBpedia", "train", "fancyzhx/dbpedia_14", None, "train",
     {"label": 13, "title": "A", "content": " A is B."}, (14, "A  A is B.")),
    ("YahooAnswers", "test", "community-datasets/yahoo_answers_topics", None, "test",
     {"id": 0, "topic": 4, "question_title": "Why?", "question_content": "", "best_answer": "So."}, (5, "Why?  So.")),
    ("YelpReviewFull", "train", "Yelp/yelp_review_full", None, "train", {"label": 4, "text": "Good."}, (5, "Good.")),
    ("YelpReviewPolarity", "train", "fancyzhx/yelp_polarity", None, "train", {"text": "Bad.", "label": 0}, (1, "Bad.")),
    ("IMDB", "train", "stanfordnlp/imdb", None, "train", {"text": "Great.", "label": 1}, (2, "Great.")),
    ("SST2", "dev", "stanfordnlp/sst2", None, "validation", {"sentence": "fine ", "label": 1}, ("fine", 1)),
    ("SST2", "test", "stanfordnlp/sst2", None, "test", {"sentence": "fine ", "label": -1}, ("fine",)),
    ("MNLI", "dev_mismatched", "nyu-mll/glue", "mnli", "validation_mismatched",
     {"premise": "A.", "hypothesis": "B.", "label": 2, "idx": 0}, (2, "A.", "B.")),
    ("QNLI", "dev", "nyu-mll/glue", "qnli", "validation",
     {"question": "Who?", "sentence": "He.", "label": 0}, (0, "Who?", "He.")),
    ("QNLI", "test", "nyu-mll/glue", "qnli", "test",
     {"question": "Who?", "sentence": "He.", "label": -1}, ("Who?", "He.")),
    ("RTE", "train", "nyu-mll/glue", "rte", "train", PAIR, (1, "A.", "B.")),
    ("WNLI", "test", "nyu-mll/glue", "wnli", "test", PAIR, ("A.", "B.")),
    ("SQuAD1", "dev", "rajpurkar/squad", None, "validation", ANSWER, ("A cat.", "Who?", ["cat"], [2])),
    ("SQuAD2", "train", "rajpurkar/squad_v2", None, "train", NO_ANSWER, ("A cat.", "Why?", [""], [-1])),
    ("WikiText2", "valid", "Salesforce/wikitext", "wikitext-2-v1", "validation", {"text": ""}, " \n"),
    ("WikiText103", "test", "Salesforce/wikitext", "wikitext-103-v1", "test", {"text": " a \n"}, " a \n"),
    ("Multi30k", "valid", "bentrevett/multi30k", None, "validation", {"en": "A dog.", "de": "Ein Hund."},
     ("Ein Hund.", "A dog.")),
    ("CNNDM", "val", "abisee/cnn_dailymail", "3.0.0", "validation",
     {"article": "Long.", "highlights": "One .\nTwo .", "id": "0"}, ("Long.", "One . Two .")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "split", "hub_name", "config", "hub_split", "row", "expected"), CASES)
def test_a_row_of_the_hub(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    split: str,
    hub_name: str,
    config: str | None,
    hub_split: str,
    row: dict[str, Any],
    expected: Any,
) -> None:
    def load_dataset(asked: str, asked_config: str | None, cache_dir: str | None) -> hub.DatasetDict:
        assert (asked, asked_config) == (hub_name, config)
        return hub.DatasetDict({hub_split: hub.Dataset.from_list([row, row])})

    monkeypatch.setattr(hub, "load_dataset", load_dataset)
    pipe = datasets.DATASETS[name](root=str(tmp_path), split=split)
    assert list(pipe) == list(pipe) == [expected] * 2


def test_local_files_come_before_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "load_dataset", None)
    path = tmp_path / "datasets" / "AG_NEWS" / "train.csv"
    path.parent.mkdir(parents=True)
    path.write_text("2,here\n")
    assert list(datasets.AG_NEWS(str(tmp_path), "train")) == [(2, "here")]


def test_without_files_and_without_the_hub_one_sentence_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load_dataset(*_: Any, **__: Any) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(hub, "load_dataset", load_dataset)
    with pytest.raises(UserError) as refused:
        datasets.WikiText2(str(tmp_path), "train")
    message = str(refused.value)
    assert message.startswith("WikiText2: Salesforce/wikitext:wikitext-2-v1: ") and "\n" not in message
    assert "wiki.train.tokens, or " in message and "wikitext-2-v1.zip" in message


def test_a_hub_that_is_not_there_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def repo_info(self: Any, name: str, **_: Any) -> None:
        asked.append(name)
        raise ConnectionError("no route")

    monkeypatch.setattr(huggingface_hub.HfApi, "repo_info", repo_info)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path))
    with pytest.raises(UserError, match=r"^AG_NEWS: fancyzhx/ag_news: .*the hub cannot be reached"):
        datasets.AG_NEWS(str(tmp_path), "train")
    assert asked == ["fancyzhx/ag_news"]


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("PennTreebank", "ptb.train.txt"),
        ("SogouNews", "sogou_news_csv.tar.gz"),
        ("CoLA", "cola_public_1.1.zip"),
        ("EnWik9", "enwik9.zip"),
        ("IWSLT2016", "2016-01.tgz"),
    ],
)
def test_what_no_hub_has_names_the_files_to_get(tmp_path: Path, name: str, file: str) -> None:
    with pytest.raises(
        UserError, match=rf"^{name}: get its files from where they are published and put there .*{file}"
    ):
        datasets.DATASETS[name](root=str(tmp_path))
