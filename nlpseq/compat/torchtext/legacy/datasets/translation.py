"""Pairs of sentences in two files: Multi30k, WMT14, or any others."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from nlpseq.compat.torchtext.files import read_plain_pairs
from nlpseq.compat.torchtext.legacy.data import Dataset, Example, interleave_keys
from nlpseq.compat.torchtext.refused import refused

__all__ = ["IWSLT", "Multi30k", "TranslationDataset", "WMT14"]


IWSLT = refused("IWSLT", "is not offered; use IWSLT2016 of nlpseq.compat.torchtext.datasets")


class TranslationDataset(Dataset):
    """Examples with `src` and `trg`; pairs with an empty side are left out.

    Args:
        path: what the paths of both files begin with.
        exts: what they end with, such as (".de", ".en").
        fields: of the source and of the target; or (name, field) of each.
        kwargs: go to `Dataset`.

    Raises:
        UserError: the files have different numbers of lines.
    """

    @staticmethod
    def sort_key(ex: Any) -> int:
        """The bits of both lengths in turn."""
        return interleave_keys(len(ex.src), len(ex.trg))

    def __init__(self, path: str, exts: Sequence[str], fields: Sequence[Any], **kwargs: Any) -> None:
        pairs = fields if isinstance(fields[0], tuple | list) else list(zip(("src", "trg"), fields, strict=True))
        src_path, trg_path = (os.path.expanduser(path + ext) for ext in exts)
        stripped = ((src.strip(), trg.strip()) for src, trg in read_plain_pairs(src_path, trg_path))
        super().__init__([Example.fromlist(both, pairs) for both in stripped if all(both)], pairs, **kwargs)

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        exts: Sequence[str],
        fields: Sequence[Any],
        path: str | None = None,
        root: str = ".data",
        train: str | None = "train",
        validation: str | None = "val",
        test: str | None = "test",
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a name, which is what their files' names begin with.

        Args:
            path: folder of the files; default: what `download(root)` gives.
        """
        return super().splits(path, root, train, validation, test, exts=exts, fields=fields, **kwargs)


class Multi30k(TranslationDataset):
    """Descriptions of pictures in English, German and French."""

    urls = [
        "https://www.quest.dcs.shef.ac.uk/wmt16_files_mmt/training.tar.gz",
        "https://www.quest.dcs.shef.ac.uk/wmt16_files_mmt/validation.tar.gz",
        "https://www.quest.dcs.shef.ac.uk/wmt17_files_mmt/mmt_task1_test2016.tar.gz",
    ]
    name = "multi30k"
    dirname = ""

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        exts: Sequence[str],
        fields: Sequence[Any],
        root: str = ".data",
        train: str | None = "train",
        validation: str | None = "val",
        test: str | None = "test2016",
        path: str | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a name; arguments as in `TranslationDataset.splits`."""
        return super().splits(exts, fields, path, root, train, validation, test, **kwargs)


class WMT14(TranslationDataset):
    """English and German, in byte pairs, as Google Brain prepared it."""

    urls = [("https://drive.google.com/uc?export=download&id=0B_bZck-ksdkpM25jRUN2X2UxMm8", "wmt16_en_de.tar.gz")]
    name = "wmt14"
    dirname = ""

    @classmethod
    def splits(  # type: ignore[override]  # torchtext's own order of arguments
        cls,
        exts: Sequence[str],
        fields: Sequence[Any],
        root: str = ".data",
        train: str | None = "train.tok.clean.bpe.32000",
        validation: str | None = "newstest2013.tok.bpe.32000",
        test: str | None = "newstest2014.tok.bpe.32000",
        path: str | None = None,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """The splits that have a name; arguments as in `TranslationDataset.splits`."""
        return super().splits(exts, fields, path, root, train, validation, test, **kwargs)
