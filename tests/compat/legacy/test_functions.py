"""BLEU, archives and text functions, as torchtext 0.6.0 has them."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path
from typing import Any

import torch


def test_archives(torchtext: Any, recorded: Any, raised: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "rows.zip", "w") as archive:
        archive.writestr("inner/a.txt", "one")
    files = torchtext.utils.extract_archive(str(tmp_path / "rows.zip"), str(tmp_path / "out"))
    rows = list(torchtext.utils.unicode_csv_reader(["a,'b,c'"], quotechar="'"))
    missing = raised(lambda: torchtext.utils.extract_archive(str(tmp_path / "rows.rar")))
    recorded([[Path(file).relative_to(tmp_path).as_posix() for file in files], rows, missing])


def test_bleu(torchtext: Any, recorded: Any, raised: Any, text_of: Any) -> None:
    draw, found = random.Random(1), []
    for _ in range(60):
        count = draw.randint(1, 4)
        hyps = [text_of(draw.randrange(10**6), draw.randint(0, 12), "abc") for _ in range(count)]
        refs = [[text_of(draw.randrange(10**6), draw.randint(1, 12), "abc") for _ in range(draw.randint(1, 3))]
                for _ in range(count)]  # fmt: skip
        max_n = draw.randint(1, 5)
        found.append(round(torchtext.data.bleu_score(hyps, refs, max_n=max_n, weights=[1 / max_n] * max_n), 6))
    found.append(raised(lambda: torchtext.data.bleu_score([["a"]], [[["a"]]], max_n=2)))
    found.append(raised(lambda: torchtext.data.bleu_score([["a"]], [])))
    recorded(found)


def test_functions(torchtext: Any, recorded: Any) -> None:
    ids = torchtext.data.numericalize_tokens_from_iterator({"a": 0, "b": 1}, [["a", "b"], ["b"]], removed_tokens=["a"])
    recorded(
        [
            torchtext.data.custom_replace([(r"S", "s"), (r"\s+", " ")])(["aS  b", "S"]),
            torchtext.data.simple_space_split(["a  b", ""]),
            ids,
            torchtext.data.get_tokenizer("basic_english")("Isn't <br />it; (a) TEST: done!"),
            torchtext.data.utils.dtype_to_attr(torch.int16),
        ]
    )
