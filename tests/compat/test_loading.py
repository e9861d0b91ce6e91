"""Files that the real torchtext 0.18 wrote, and our own, are read by `pickle.load` and by `torch.load` as it is today.

The real ones are put together here from what its C++ classes give a pickle (register_pybindings.cpp of 0.18.0): no
torch that this project runs on can load that library.
"""

from __future__ import annotations

import io
import pickle
import types
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext import transforms as T
from nlpseq.compat.torchtext.alias import PACKAGE, AliasFinder
from nlpseq.compat.torchtext.byte_pairs import bytes_to_unicode
from nlpseq.compat.torchtext.errors import UserRuntimeError
from nlpseq.compat.torchtext.legacy import data
from nlpseq.compat.torchtext.legacy import vocab as legacy_vocab
from nlpseq.compat.torchtext.loading import allow_loading
from nlpseq.compat.torchtext.vocab import vocab
from nlpseq.errors import UserError
from nlpseq.text import vocab as text


class Real:
    """An object of the real torchtext, as a pickle sees it: its class by name, and its state."""

    def __init__(self, name: str, state: Any, *, module: bool = False) -> None:
        self.home, _, self.name = name.rpartition(".")
        self.state = {**vars(torch.nn.Module()), **state} if module else state


class RealPickler(pickle._Pickler):  # type: ignore[name-defined]
    dispatch = dict(pickle._Pickler.dispatch)  # type: ignore[attr-defined]

    def save_real(self, obj: Real) -> None:
        self.write(pickle.GLOBAL + f"{obj.home}\n{obj.name}\n".encode() + pickle.EMPTY_TUPLE + pickle.NEWOBJ)
        self.save(obj.state)
        self.write(pickle.BUILD)

    dispatch[Real] = save_real


def pickled(obj: Any) -> bytes:
    file = io.BytesIO()
    RealPickler(file, 2).dump(obj)
    return file.getvalue()


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`torchtext` is ours in this test, whatever else is installed."""
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "torchtext"]:
        monkeypatch.delitem(sys.modules, name)
    before, load_part = torch.serialization.get_safe_globals(), torch._C.ScriptObject.__setstate__
    monkeypatch.setattr(sys, "meta_path", [AliasFinder(PACKAGE), *sys.meta_path])
    allow_loading()
    yield
    torch.serialization.clear_safe_globals()
    torch.serialization.add_safe_globals(before)
    torch._C.ScriptObject.__setstate__ = load_part
    for name in [name for name in sys.modules if name.partition(".")[0] == "torchtext"]:
        del sys.modules[name]


WORDS = ["[UNK]", "two", "##s", "words", "[SEP]"]
BERT = {"_vocab_path": "gone.txt", "_do_lower_case": True, "_strip_accents": None, "_return_tokens": True}
PAIRS = {"l\u0001o": 0, "": 1, "lo\u0001w</w>": 2, "lo\u0001w": 3}
BYTES = bytes_to_unicode()


def encoder(*tokens: str) -> dict[str, int]:
    return {token: index for index, token in enumerate(tokens)}


CPP = "torchtext._torchtext."
# name of the class, what its attributes are there, a text, what comes out
TRANSFORMS: list[tuple[str, dict[str, Any], str, list[Any]]] = [
    ("BERTTokenizer", {**BERT, "_never_split": ["[SEP]"],
                       "bert_model": Real(f"{CPP}BERTEncoder", (True, None, ["[SEP]"], WORDS))},
     "Twos wörds wort [SEP]", ["two", "##s", "words", "[UNK]", "[SEP]"]),
    ("BERTTokenizer", {**BERT, "_return_tokens": False, "bert_model": Real(f"{CPP}BERTEncoder", (True, None, WORDS))},
     "twos words", ["1", "2", "3"]),
    ("GPT2BPETokenizer", {"_seperator": "\u0001", "_return_tokens": False, "bpe": Real(
        f"{CPP}GPT2BPEEncoder", (encoder("low", "\u0120", "l"), PAIRS, "\u0001", BYTES, True))},
     "low low", ["0", "1", "0"]),
    ("CLIPTokenizer", {"_seperator": "\u0001", "_return_tokens": False, "bpe": Real(
        f"{CPP}CLIPEncoder", (encoder("low</w>", "<|endoftext|>"), PAIRS, "\u0001", BYTES, True))},
     "LOW <|endoftext|>", ["0", "1"]),
    ("RegexTokenizer", {"regex_tokenizer": Real(f"{CPP}RegexTokenizer", (["[,.]", r"(\d)"], ["", r" <\1> "], False))},
     "a1,b2.", ["a", "<1>", "b", "<2>"]),
    ("CharBPETokenizer", {
        "_encoder": encoder("<unk>", "low</w>", "<s>", "l", "o"), "_decoder": {}, "_return_tokens": False,
        "_bpe_ranks": {("l", "o"): 0, ("lo", "w</w>"): 1, (): 2}, "_cache": {"<s>": "<s>", "lo": "l o</w>"},
        "_pat": r"\S+\n?", "_unk_token": "<unk>", "_suffix": "</w>"},
     "<s> low lo", [2, 1, 3, 0]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "state", "line", "tokens"), TRANSFORMS)
def test_tokenizers_of_the_real_torchtext(name: str, state: dict[str, Any], line: str, tokens: list[Any]) -> None:
    for obj, inside in (
        (Real(f"torchtext.transforms.{name}", state, module=True), lambda loaded: loaded),
        ({"epoch": 3, "tokenizer": Real(f"torchtext.transforms.{name}", state, module=True)},
         lambda loaded: loaded["tokenizer"]),
    ):  # fmt: skip
        tokenizer = inside(pickle.loads(pickled(obj)))
        assert type(tokenizer) is getattr(T, name)
        assert tokenizer(line) == tokens
        assert pickle.loads(pickle.dumps(tokenizer))(line) == tokens


class RealModule(types.SimpleNamespace):
    """Stands for the module pickle in `torch.save`."""

    Pickler = RealPickler


@pytest.mark.parametrize(("name", "state", "line", "tokens"), TRANSFORMS)
def test_they_are_safe_to_load(tmp_path: Path, name: str, state: dict[str, Any], line: str, tokens: list[Any]) -> None:
    real = Real(f"torchtext.transforms.{name}", state, module=True)
    torch.save({"tokenizer": real}, tmp_path / "real.pt", pickle_module=RealModule)
    tokenizer = torch.load(tmp_path / "real.pt")["tokenizer"]
    assert tokenizer(line) == tokens
    torch.save(T.Sequential(tokenizer), tmp_path / "ours.pt")
    assert torch.load(tmp_path / "ours.pt")(line) == tokens


def test_a_vocabulary_of_the_real_torchtext_is_safe_to_load(tmp_path: Path) -> None:
    inside = Real(f"{CPP}Vocab", ("0.0.2", [0], ["<unk>", "a"], []))
    real = Real("torchtext.vocab.vocab.Vocab", {"vocab": inside}, module=True)
    torch.save((real, Real("torchtext.transforms.VocabTransform", {"vocab": real}, module=True)), tmp_path / "v.pt",
               pickle_module=RealModule)  # fmt: skip
    words, transform = torch.load(tmp_path / "v.pt")
    assert words(["a", "zz"]) == transform(["a", "zz"]) == [1, 0]


@pytest.mark.parametrize("kind", ["Vocab", "SentencePiece"])
def test_what_the_library_alone_can_load_says_what_to_do(kind: str) -> None:
    part = Real(
        "torch._C.ScriptObject", (("0.0.2", [], ["neg", "pos"], []), f"__torch__.torch.classes.torchtext.{kind}")
    )
    state = {"_label_vocab": part, "sp_model": part}
    with pytest.raises(UserRuntimeError, match=f"the file holds a {kind} that only .* make a LabelToIndex anew from"):
        pickle.loads(pickled(Real("torchtext.transforms.LabelToIndex", state, module=True)))
    other = Real("torch._C.ScriptObject", ((), "__torch__.torch.classes.others.Thing"))
    with pytest.raises(RuntimeError, match="Tried to deserialize class __torch__.torch.classes.others.Thing") as raised:
        pickle.loads(pickled(other))
    assert not isinstance(raised.value, UserError)


def fields() -> Any:
    TEXT = data.Field(tokenize="spacy", lower=True, include_lengths=True, stop_words=["the"], preprocessing=None)
    TEXT.build_vocab([["a", "film"]])
    TEXT.vocab.set_vectors({"a": 0}, torch.ones(1, 2), 2)
    LABEL = data.LabelField(dtype=torch.float)
    LABEL.build_vocab(["good", "bad"])
    return {"text": TEXT, "label": LABEL, "chars": data.NestedField(data.Field(tokenize="basic_english"))}


def rows() -> Any:
    TEXT = data.Field()
    return data.Dataset([data.Example.fromlist(["a b"], [("text", TEXT)])], [("text", TEXT)])


def words() -> Any:
    return vocab(OrderedDict(a=3, b=2), specials=["<unk>"])


OURS: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (words, lambda v: (v.get_itos(), v.get_default_index())),
    (lambda: words().vocab, lambda v: (list(v), v.get_default_index())),
    (lambda: text.Vocab.from_iterator([["a"]]), lambda v: v.encode(["a", "zz"])),
    (lambda: T.Sequential(T.VocabTransform(words()), T.Truncate(2), T.AddToken(7), T.ToTensor(0)),
     lambda t: t([["a", "b", "a"], ["b"]]).tolist()),
    (lambda: (T.LabelToIndex(["x", "y"]), T.PadTransform(3, 1), T.StrToIntTransform(), T.MaskTransform(9, 1, 2, 3)),
     lambda t: (t[0]("y"), t[1](torch.tensor([1])).tolist(), t[2](["4"]), t[3].mask_idx)),
    (lambda: legacy_vocab.Vocab(Counter("abba")), lambda v: (v.itos, dict(v.stoi), v["zz"], v.freqs)),
    (fields, lambda f: (f["text"].process([f["text"].preprocess("The film's")])[0].tolist(),
                        f["text"].vocab.vectors[2].tolist(),
                        f["label"].process(["good", "bad"]).tolist(), f["chars"].preprocess("a B"))),
    (rows, lambda r: ([example.text for example in r], list(r.fields))),
]  # fmt: skip


@pytest.mark.parametrize(("make", "seen"), OURS)
def test_ours_are_safe_to_load(tmp_path: Path, make: Callable[[], Any], seen: Callable[[Any], Any]) -> None:
    made = make()
    torch.save(made, tmp_path / "ours.pt")
    assert seen(torch.load(tmp_path / "ours.pt")) == seen(made)
