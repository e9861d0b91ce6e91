from __future__ import annotations

import gzip
import os
import zipfile
from pathlib import Path

import pytest
import torch

from nlpseq.compat.torchtext.vocab import CharNGram, FastText, GloVe, Vectors, pretrained_aliases, vectors
from nlpseq.errors import UserError


def write(folder: Path, text: str, name: str = "v.txt") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.fixture(autouse=True)
def own_torch_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize(
    ("text", "tokens", "rows"),
    [
        ("3 2\na 1 2\nb 3 4\nc 5 6\n", ["a", "b", "c"], [[1, 2], [3, 4], [5, 6]]),  # word2vec's header, two dimensions
        ("a 1 2 \n\nb 3 4", ["a", "b"], [[1, 2], [3, 4]]),  # fastText's space at the end, an empty line
        ("a 1 2\na 3 4\n", ["a", "a"], [[1, 2], [3, 4]]),
        ("x\u00a0y 1 -2e-1\n", ["x\u00a0y"], [[1, -0.2]]),
        (" 1 2\n", [""], [[1, 2]]),
    ],
)
def test_files_of_all_kinds(tmp_path: Path, text: str, tokens: list[str], rows: list[list[float]]) -> None:
    v = Vectors(str(write(tmp_path, text)), cache=str(tmp_path / "cache"))
    assert v.itos == tokens and torch.equal(v.vectors, torch.tensor(rows)) and v.dim == 2
    assert v.stoi == {token: row for row, token in enumerate(tokens)}


def test_a_token_that_is_no_utf8_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_bytes(b"a 1 2\n\xff 3 4\nb 5 6\n")
    assert Vectors("v.txt", cache=str(tmp_path)).itos == ["a", "b"]


def test_the_first_vectors_suffice(tmp_path: Path) -> None:
    path = write(tmp_path, "9 3\na 1 2 3\nb 4 5 6\nc broken\n")
    assert Vectors(str(path), max_vectors=2).itos == ["a", "b"]
    assert len(Vectors(str(write(tmp_path, "a 1 2\n")), max_vectors=10**9)) == 1


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("a 1 2\nb 3 4 5\n", RuntimeError, "line 2: 3 numbers after the token where the first has 2"),
        ("a 1 2\nb\n", RuntimeError, "line 2: no numbers after the token; each line must be"),
        ("a\nb\n", RuntimeError, "line 1: no numbers after the token"),
        ("a 1 x\n", UserError, "line 1: not all numbers after the token; mend it"),
        ("", UserError, "holds no vectors; each line must be a token and two or more numbers"),
        ("3 300\n", UserError, "holds no vectors"),
    ],
)
def test_damaged_files_are_named(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=rf"v\.txt.*{message}"):
        Vectors(str(write(tmp_path, text)))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"no vectors found at .*gone.txt"):
        Vectors("gone.txt", cache=str(tmp_path))


def test_unknown_tokens_begin_as_zeros(tmp_path: Path) -> None:
    given = []
    v = Vectors(str(write(tmp_path, "a 1 2\n")), unk_init=lambda zeros: given.append(zeros.clone()) or zeros.fill_(7))
    assert v["b"].tolist() == [7, 7] and given[0].tolist() == [0, 0] and "a" in v and "b" not in v


def test_several_tokens_in_any_sequence(tmp_path: Path) -> None:
    v = Vectors(str(write(tmp_path, "a 1 2\nb 3 4\n")))
    assert v.get_vecs_by_tokens(("b", "A")).tolist() == [[3, 4], [0, 0]]
    assert v.get_vecs_by_tokens(["A"], lower_case_backup=True).tolist() == [[1, 2]]
    assert v.get_vecs_by_tokens("A", lower_case_backup=True).tolist() == [1, 2]


def test_small_files_leave_no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Vectors(str(write(tmp_path, "a 1 2\n")))
    assert os.listdir(tmp_path) == ["v.txt"]


def test_large_files_are_cached_until_they_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CACHED_BYTES", 0)
    path, cache = write(tmp_path, "a 1 2\nwört\u2028 3 4\n"), str(tmp_path / "cache")
    first = Vectors(str(path), cache=cache)
    (saved,) = Path(cache).iterdir()
    assert saved.name == "v.txt.safetensors"
    monkeypatch.setattr(vectors, "_read", None)  # from here on nothing may be read but the cache
    again = Vectors(str(path), cache=cache)
    assert again.itos == first.itos and torch.equal(again.vectors, first.vectors)
    monkeypatch.undo()
    write(tmp_path, "a 5 6\n")
    assert Vectors(str(path), cache=cache)["a"].tolist() == [5, 6]


def test_two_files_of_one_name_are_not_confused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "CACHED_BYTES", 0)
    for folder, text in (("one", "a 1 2\n"), ("two", "a 3 4\n")):
        (tmp_path / folder).mkdir()
        v = Vectors(str(write(tmp_path / folder, text)), cache=str(tmp_path))
        assert v["a"].tolist() == [float(number) for number in text.split()[1:]]


def test_torchtexts_own_cache_is_read(tmp_path: Path) -> None:
    for name in ("v.txt.pt", "v.txt_1.pt"):
        torch.save((["a"], {"a": 0}, torch.tensor([[1.0, 2.0]]), 2), tmp_path / name)
    for options in ({}, {"max_vectors": 1}):
        v = Vectors("v.txt", cache=str(tmp_path), **options)
        assert v["a"].tolist() == [1, 2] and v.dim == 2 and len(v) == 1


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "v.vec.gz", "wb") as file:
        file.write(b"2 2\na 1 2\nb 3 4\n")
    assert Vectors("v.vec.gz", cache=str(tmp_path))["b"].tolist() == [3, 4]


def test_only_the_file_that_is_wanted_is_taken_out_of_a_download(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "glove.6B.zip", "w") as archive:
        for dim in (50, 100):
            archive.writestr(f"glove.6B.{dim}d.txt", f"a {'1 ' * dim}\n")
    monkeypatch.setitem(GloVe.url, "6B", (tmp_path / "glove.6B.zip").as_uri())
    cache = tmp_path / "cache"
    assert pretrained_aliases["glove.6B.50d"](cache=str(cache)).dim == 50
    assert sorted(os.listdir(cache)) == ["glove.6B.50d.txt", "glove.6B.zip"]
    assert isinstance(GloVe("6B", 100, cache=str(cache)), Vectors)


def test_fasttexts_file_is_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "1 2\nja 1 2\n", "wiki.de.vec")
    monkeypatch.setattr(FastText, "url_base", (tmp_path / "wiki.{}.vec").as_uri().replace("%7B%7D", "{}"))
    assert FastText("de", cache=str(tmp_path / "cache"))["ja"].tolist() == [1, 2]


def test_unknown_names_are_told_the_known_ones() -> None:
    with pytest.raises(UserError, match="GloVe: no vectors are called '7B'; choose one of 42B, 840B, twitter.27B, 6B"):
        GloVe("7B")


def test_a_word_has_the_mean_of_its_ngrams(tmp_path: Path) -> None:
    write(tmp_path, "2gram-#BEGIN#a 1 2\n2gram-a#END# 3 4\n3gram-#BEGIN#a#END# 5 9\n2gram-zz 7 7\n", "charNgram.txt")
    v = CharNGram(cache=str(tmp_path))
    assert v["a"].tolist() == [[3, 5]] and v["q"].tolist() == v["<unk>"].tolist() == [[0, 0]]
    assert v.get_vecs_by_tokens(["a", "q"]).shape == (2, 1, 2)


def test_every_alias_names_a_set_of_vectors() -> None:
    assert len(pretrained_aliases) == 13
    for name, load in pretrained_aliases.items():
        options = load.keywords  # type: ignore[attr-defined]
        if load.func is GloVe:  # type: ignore[attr-defined]
            assert name == f"glove.{options['name']}.{options['dim']}d" and options["name"] in GloVe.url
