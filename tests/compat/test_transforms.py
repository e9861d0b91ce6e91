from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext import functional as F
from nlpseq.compat.torchtext import transforms as T
from nlpseq.compat.torchtext.vocab import vocab
from nlpseq.errors import UserError


@pytest.mark.parametrize("bad", [(1, 2), "ab", None, [1.0], [1, "a"], [[1], ["a"]], [[1], 2]])
def test_only_lists_of_one_kind_are_taken(bad: Any) -> None:
    for call in (F.to_tensor, lambda rows: F.truncate(rows, 1), lambda rows: F.add_token(rows, 0), F.str_to_int):
        with pytest.raises(TypeError, match="Input type not supported"):
            call(bad)


def test_empty_rows_pass() -> None:
    assert F.truncate([], 2) == [] and F.truncate([[]], 2) == [[]]
    assert F.add_token([], "x") == ["x"] and F.add_token([[], [1]], 9, begin=False) == [[9], [1, 9]]
    assert F.to_tensor([[], [1, 2]], padding_value=7).tolist() == [[7, 7], [1, 2]]
    assert F.to_tensor([]).shape == (0,) and F.str_to_int([[], ["3"]]) == [[], [3]]


def test_a_single_row_has_the_dtype_asked_for() -> None:
    assert T.ToTensor(dtype=torch.int32)([1, 2]).dtype == torch.int32


def test_padding_reaches_the_last_dimension_only() -> None:
    padded = T.PadTransform(4, 9)(torch.ones(2, 3, 1))
    assert padded.shape == (2, 3, 4) and padded[..., 1:].eq(9).all()


def test_labels_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("wörld \n\nsport\n", encoding="utf-8")
    labels = T.LabelToIndex(label_path=str(tmp_path / "labels.txt"))
    assert labels.label_names == ["wörld", "sport"] and labels(["sport", "wörld"]) == [1, 0]
    for options in ({}, {"label_names": ["a"], "label_path": "b"}):
        with pytest.raises(AssertionError, match="label_names or label_path is needed, and not both"):
            T.LabelToIndex(**options)


@pytest.mark.parametrize(
    ("patterns", "text", "tokens"),
    [
        ([(r"[,.]", " "), (r"\s+", " ")], "a,b.\tc", ["a", "b", "c"]),
        ([(r"(\d+)", r" <\1\0> ")], "a12", ["a", "<1212>"]),
        ([(r"\w+", "W ")], "aé b", ["W", "é", "W"]),
        ([], "a\tb  c\n", ["a\tb", "c\n"]),
        ([("x", r"\\0")], "x", [r"\0"]),
    ],
)
def test_patterns_are_replaced_in_order_and_spaces_split(
    patterns: list[tuple[str, str]], text: str, tokens: list[str]
) -> None:
    assert T.RegexTokenizer(patterns)(text) == tokens


@pytest.mark.parametrize("pair", [("(", ""), ("a", r"\9"), ("a", r"\g<b>")])
def test_a_bad_pattern_is_an_error(pair: tuple[str, str]) -> None:
    with pytest.raises(UserError, match="RegexTokenizer: Python's re does not take"):
        T.RegexTokenizer([pair])


def test_pieces_of_texts(tmp_path: Path) -> None:
    from nlpseq.compat.torchtext.data.functional import generate_sp_model

    (tmp_path / "texts.txt").write_text("\n".join(["ab abc abcd"] * 30), encoding="utf-8")
    generate_sp_model(str(tmp_path / "texts.txt"), vocab_size=9, model_type="char", model_prefix=str(tmp_path / "m"))
    pieces = T.SentencePieceTokenizer(str(tmp_path / "m.model"))
    assert pieces("ab c") == ["▁", "a", "b", "▁", "c"] and pieces(["a", ""]) == [["▁", "a"], []]
    with pytest.raises(TypeError, match="Input type not supported"):
        pieces(3)


def test_a_pipeline_of_all_pickles() -> None:
    v = vocab({"a": 1, "b": 1}, specials=["<unk>"])
    pipeline = T.Sequential(T.VocabTransform(v), T.Truncate(2), T.AddToken(0, begin=False), T.ToTensor(9))
    batch = [["a", "b", "a"], ["b"]]
    assert pickle.loads(pickle.dumps(pipeline))(batch).tolist() == pipeline(batch).tolist() == [[1, 2, 0], [2, 0, 9]]


def test_a_vocab_transform_takes_a_vocabulary_only() -> None:
    with pytest.raises(AssertionError, match="a torchtext.vocab.Vocab is wanted, not dict"):
        T.VocabTransform({"a": 0})  # type: ignore[arg-type]


@pytest.mark.parametrize("mask_bos", [False, True])
def test_masks_fall_on_words_alone_and_say_where(mask_bos: bool) -> None:
    torch.manual_seed(5)
    bos, pad, mask, size = 1, 0, 2, 40
    tokens = torch.randint(3, size, (60, 33))
    tokens[:, 0] = bos
    tokens[:, 25:] = pad
    masked, targets, where = T.MaskTransform(size, mask, bos, pad, mask_bos=mask_bos, mask_prob=0.3)(tokens)
    chosen = where.bool()
    assert torch.equal(targets, tokens[chosen]) and torch.equal(masked[~chosen], tokens[~chosen])
    assert not chosen[:, 25:].any() and bool(chosen[:, 0].any()) == mask_bos
    assert 0.2 < chosen[:, 1:25].float().mean() < 0.4
    assert 0.75 < (masked[chosen] == mask).float().mean() < 0.85
    kept = (masked[chosen] == targets).float().mean()
    assert 0.07 < kept < 0.14  # 10%, and some random tokens that are the right one


def test_one_token_is_masked_in_any_case() -> None:
    tokens = torch.tensor([[1, 5], [1, 6]])
    _, targets, where = T.MaskTransform(9, 2, 1, 0, mask_prob=0.0)(tokens)
    assert targets.tolist() == [1] and where.tolist() == [[1, 0], [0, 0]]


class Cut(torch.nn.Module):
    """A program's own module that calls one of our functions."""

    def forward(self, ids: list[int]) -> list[int]:
        return F.truncate(ids, 2)


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")
@pytest.mark.parametrize(
    ("compiled", "name"),
    [
        (F.to_tensor, "to_tensor"),
        (F.truncate, "truncate"),
        (F.add_token, "add_token"),
        (F.str_to_int, "str_to_int"),
        (Cut(), "truncate"),
        (torch.nn.Sequential(T.Truncate(2)), "Truncate"),
    ],
)
def test_what_is_compiled_says_that_it_cannot_be(compiled: Any, name: str) -> None:
    with pytest.raises(UserError, match=f"^torch.jit.script: {name} is plain Python here and cannot be compiled; call"):
        torch.jit.script(compiled)
