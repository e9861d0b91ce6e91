"""Code that catches the errors of torchtext catches ours: each is of the same type, and a `UserError`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext import datasets, utils
from nlpseq.compat.torchtext import functional as F
from nlpseq.compat.torchtext import transforms as T
from nlpseq.compat.torchtext.data.utils import get_tokenizer
from nlpseq.compat.torchtext.legacy import data, vocab
from nlpseq.compat.torchtext.legacy import datasets as legacy_datasets
from nlpseq.errors import UserError

TEXT = data.Field(sequential=False)
COLUMNS = {"nothing": ("text", TEXT)}


def table(text: str, fields: Any, kind: str = "csv") -> Callable[[], Any]:
    def read() -> Any:
        Path("rows").write_text(text, encoding="utf-8")
        return data.TabularDataset("rows", kind, fields)

    return read


def vectors(content: bytes) -> Callable[[], Any]:
    def read() -> Any:
        Path("vectors.txt").write_bytes(content)
        return vocab.Vectors("vectors.txt", cache="cache")

    return read


def news(row: str, name: str = "AG_NEWS", file: str = "train.csv", split: str = "train") -> Callable[[], Any]:
    def read() -> Any:
        path = Path("datasets", name, file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(row.encode("latin-1"))
        return list(getattr(datasets, name)(root=".", split=split))

    return read


def bert_without_unknown() -> Any:
    Path("bert.txt").write_text("a\n")
    return T.BERTTokenizer("bert.txt")


def encoder_of_another_model() -> Any:
    Path("encoder.json").write_text(json.dumps({"a": 0}))
    Path("merges.txt").write_text("#version\n")
    return T.GPT2BPETokenizer("encoder.json", "merges.txt")("b")


def without_unknown() -> Any:
    LABEL = data.LabelField()
    LABEL.build_vocab(["a"])
    return LABEL.process(["b"])


def iterator(rows: Any, **options: Any) -> Callable[[], Any]:
    return lambda: list(data.Iterator(rows, batch_size=1, **options))


def two_rows() -> Any:
    columns = [("text", TEXT)]
    return data.Dataset([data.Example.fromlist([word], columns) for word in "ab"], columns)


# what torchtext raises (0.18.0 and 0.6.0 by their sources), and a mistake
CASES: list[tuple[type[Exception], Callable[[], Any]]] = [
    (ValueError, table("text,label\na,b\n", COLUMNS)),
    (AttributeError, table("{}\n", [("text", TEXT)], "json")),
    (KeyError, table("a\n", [("text", TEXT)], "xlsx")),
    (IndexError, table("label,nothing\na\n", COLUMNS)),
    (KeyError, lambda: vocab.GloVe("7B")),
    (ValueError, vectors(b"a 1 2 x\n")),
    (KeyError, without_unknown),
    (AttributeError, lambda: data.Field().process([["a"]])),
    (TypeError, lambda: vocab.Vocab(Counter(["a", 1]))),
    (AttributeError, iterator((two_rows(),))),
    (AttributeError, iterator([1, 2])),
    (TypeError, iterator(two_rows(), sort=True)),
    (TypeError, lambda: list(data.pool("ab", 1, None, sort_within_batch=True))),
    (AttributeError, lambda: legacy_datasets.BABI20.splits),
    (ValueError, news("x,text\n")),
    (ValueError, news("1,\xe4\n")),
    (IndexError, news("index\tq\ts\tlabel\n0\tWho?\n", "QNLI", "QNLI/dev.tsv", "dev")),
    (KeyError, news("index\tq\ts\tlabel\n0\tWho?\tHe.\tmaybe\n", "QNLI", "QNLI/dev.tsv", "dev")),
    (ValueError, news("{", "SQuAD1", "dev-v1.1.json", "dev")),
    (OSError, lambda: datasets.PennTreebank(root=".")),
    (OSError, lambda: datasets.AG_NEWS(root=".")),
    (ValueError, lambda: datasets.CC100(root=".", language_code="qq")),
    (OSError, lambda: legacy_datasets.AG_NEWS(root=".")),
    (RuntimeError, bert_without_unknown),
    (IndexError, encoder_of_another_model),
    (ValueError, lambda: T.RegexTokenizer([("(", "")])),
    (OSError, lambda: T.SentencePieceTokenizer("gone.model")),
    (OSError, lambda: utils.download_from_url("https://drive.google.com/uc?id=1", "x")),
    (ValueError, lambda: utils.download_from_url("no-scheme/file")),
    (OSError, lambda: get_tokenizer("spacy", "zz_core_web_sm")),
    (RuntimeError, lambda: torch.jit.script(T.Truncate(2))),
    (RuntimeError, lambda: torch.jit.script(F.truncate)),
]


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize(("kind", "mistake"), CASES)
def test_errors_are_caught_as_they_were(
    kind: type[Exception], mistake: Callable[[], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(kind) as raised:
        mistake()
    first, *more = str(raised.value).split("\n")
    assert isinstance(raised.value, UserError) and raised.value.args == (str(raised.value),) and len(first) <= 500
    assert all(line.startswith("This exception is thrown by __iter__ of") for line in more)  # torch's own line
