"""The data sets of GLUE (Wang et al., 2019) other than SST2: sentences and pairs of them, with labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from nlpseq.compat.torchtext.datasets.rows import table
from nlpseq.compat.torchtext.datasets.source import Source, select

Splits = str | Iterable[str]
TRAIN_DEV_TEST = ("train", "dev", "test")
ENTAILMENT = {"entailment": 0, "not_entailment": 1}
NLI = {"entailment": 0, "neutral": 1, "contradiction": 2}


def CoLA(root: str | None = None, split: Splits = TRAIN_DEV_TEST) -> Any:
    """Acceptable sentences or not: (their source, 1 or 0, sentence); "test" is the one out of domain."""
    files = {"train": "in_domain_train", "dev": "in_domain_dev", "test": "out_of_domain_dev"}
    read = partial(table, convert=_cola_row, header=False, keep=_has_four_fields)
    sources = {
        one: Source((f"cola_public/raw/{file}.tsv",), read, archive="cola_public_1.1.zip")
        for one, file in files.items()
    }
    return select("CoLA", root, split, sources)


def _has_four_fields(row: Sequence[str]) -> bool:
    return len(row) == 4


def _cola_row(row: Sequence[str]) -> tuple[str, int, str]:
    return row[0], int(row[1]), row[3]


def MNLI(root: str | None = None, split: Splits = ("train", "dev_matched", "dev_mismatched")) -> Any:
    """(0 entailment, 1 neutral or 2 contradiction, premise, hypothesis), if agreed upon."""
    hub_splits = {
        "train": "train",
        "dev_matched": "validation_matched",
        "dev_mismatched": "validation_mismatched",
    }
    sources = {
        one: Source(
            (f"multinli_1.0_{one}.txt",),
            partial(table, convert=_mnli_row, keep=_is_agreed_upon),
            archive="multinli_1.0.zip",
            hub="nyu-mll/glue:mnli",
            hub_split=hub_split,
            from_hub=partial(_from_hub, ("label", "premise", "hypothesis")),
        )
        for one, hub_split in hub_splits.items()
    }
    return select("MNLI", root, split, sources)


def _is_agreed_upon(row: Sequence[str]) -> bool:
    return row[0] in NLI  # else "-", or a label of other data in this form: torchtext passes over both


def _mnli_row(row: Sequence[str]) -> tuple[int, str, str]:
    return NLI[row[0]], row[5], row[6]


def MRPC(root: str | None = None, split: Splits = ("train", "test")) -> Any:
    """Paraphrases or not: (1 or 0, sentence, sentence)."""
    read = partial(table, convert=_mrpc_row)
    return select("MRPC", root, split, {one: Source((f"msr_paraphrase_{one}.txt",), read) for one in ("train", "test")})


def _mrpc_row(row: Sequence[str]) -> tuple[int, str, str]:
    return int(row[0]), row[3], row[4]


def QQP(root: str | None = None) -> Any:
    """Questions of one meaning or not: (1 or 0, question, question)."""
    source = Source(("quora_duplicate_questions.tsv",), partial(table, convert=_qqp_row, quoted=True))
    return select("QQP", root, "train", {"train": source})


def _qqp_row(row: Sequence[str]) -> tuple[int, str, str]:
    return int(row[5]), row[3], row[4]


def QNLI(root: str | None = None, split: Splits = TRAIN_DEV_TEST) -> Any:
    """(0 the sentence answers the question or 1 not, question, sentence), test without label."""
    sources = _glue("QNLI", "QNLIv2.zip", _entailment_row, columns=("label", "question", "sentence"))
    return select("QNLI", root, split, sources)


def RTE(root: str | None = None, split: Splits = TRAIN_DEV_TEST) -> Any:
    """(0 entailment or 1 not, premise, hypothesis), test without label."""
    return select("RTE", root, split, _glue("RTE", "RTE.zip", _entailment_row))


def WNLI(root: str | None = None, split: Splits = TRAIN_DEV_TEST) -> Any:
    """(1 the pronoun means what the second sentence says or 0 not, sentence, sentence), test without label."""
    return select("WNLI", root, split, _glue("WNLI", "WNLI.zip", _wnli_row))


def _glue(
    name: str,
    archive: str,
    convert: Callable[[Sequence[str]], Any],
    *,
    columns: tuple[str, ...] = ("label", "sentence1", "sentence2"),
) -> dict[str, Source]:
    return {
        split: Source(
            (f"{name}/{split}.tsv",),
            partial(table, convert=_bare_pair if split == "test" else convert),
            archive=archive,
            hub=f"nyu-mll/glue:{name.lower()}",
            hub_split=hub_split,
            from_hub=partial(_from_hub, columns[1:] if split == "test" else columns),
        )
        for split, hub_split in {"train": "train", "dev": "validation", "test": "test"}.items()
    }


def _from_hub(columns: tuple[str, ...], row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in columns)


def _bare_pair(row: Sequence[str]) -> tuple[str, str]:
    return row[1], row[2]


def _entailment_row(row: Sequence[str]) -> tuple[int, str, str]:
    return ENTAILMENT[row[3]], row[1], row[2]


def _wnli_row(row: Sequence[str]) -> tuple[int, str, str]:
    return int(row[3]), row[1], row[2]


def STSB(root: str | None = None, split: Splits = TRAIN_DEV_TEST) -> Any:
    """How alike two sentences are: (number in its part, 0.0 to 5.0, sentence, sentence)."""
    read = partial(table, convert=_stsb_row, header=False)
    sources = {one: Source((f"sts-{one}.csv",), read, archive="Stsbenchmark.tar.gz") for one in TRAIN_DEV_TEST}
    return select("STSB", root, split, sources)


def _stsb_row(row: Sequence[str]) -> tuple[int, float, str, str]:
    return int(row[3]), float(row[4]), row[5], row[6]
