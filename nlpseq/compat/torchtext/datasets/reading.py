"""Questions about texts, and summaries of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nlpseq.compat.torchtext.datasets.rows import questions
from nlpseq.compat.torchtext.datasets.source import Source, select

Splits = str | Iterable[str]
TRAIN_DEV = {"train": "train", "dev": "validation"}


def SQuAD1(root: str | None = None, split: Splits = tuple(TRAIN_DEV)) -> Any:
    """(context, question, answers, the character where each starts) of SQuAD 1.1."""
    return select("SQuAD1", root, split, _squad("v1.1", "rajpurkar/squad"))


def SQuAD2(root: str | None = None, split: Splits = tuple(TRAIN_DEV)) -> Any:
    """(context, question, answers, where they start), [""] and [-1] if there is none."""
    return select("SQuAD2", root, split, _squad("v2.0", "rajpurkar/squad_v2"))


def _squad(version: str, hub: str) -> dict[str, Source]:
    return {
        split: Source((f"{split}-{version}.json",), questions, hub=hub, hub_split=hub_split, from_hub=_question_of_hub)
        for split, hub_split in TRAIN_DEV.items()
    }


def _question_of_hub(row: Mapping[str, Any]) -> tuple[str, str, list[str], list[int]]:
    answers = row["answers"]
    return row["context"], row["question"], answers["text"] or [""], answers["answer_start"] or [-1]


def CNNDM(root: str | None = None, split: Splits = ("train", "val", "test")) -> Any:
    """(article, summary) of CNN and Daily Mail, from the hub alone."""
    sources = {
        one: Source(hub="abisee/cnn_dailymail:3.0.0", hub_split=hub_split, from_hub=_summary_of_hub)
        for one, hub_split in {"train": "train", "val": "validation", "test": "test"}.items()
    }
    return select("CNNDM", root, split, sources)


def _summary_of_hub(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["article"], row["highlights"].replace("\n", " ")
