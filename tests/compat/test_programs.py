"""Real programs that once stopped here, in small: each is the part of a published one that stopped it.

As in `test_notebooks.py` they run with one line before them, and those from before 0.9 on the real 0.6.0 as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

Run = Callable[[str, Iterable[str]], str]

# Ben Trevett's "Using your own datasets": of a csv file with three columns the second is left out.
OWN_DATA = """
import torch
from torchtext{legacy} import data
NAME, SAYING = data.Field(), data.Field()
fields = [("n", NAME), (None, None), ("s", SAYING)]
train_data, valid_data = data.TabularDataset.splits(
    path="data", train="train.csv", validation="valid.csv", format="csv", fields=fields, skip_header=True)
print(vars(train_data[0]))
NAME.build_vocab(train_data)
SAYING.build_vocab(train_data)
train_iterator, valid_iterator = data.BucketIterator.splits(
    (train_data, valid_data), sort=False, batch_size=1, device=torch.device("cpu"))
for batch in valid_iterator:
    print(str(batch).split("]", 1)[1].strip())
"""

# JoeyNMT 1.3, `translate`: the data set has sources alone and is asked for its targets.
SOURCES_ONLY = """
import io
from torchtext{legacy}.data import Dataset, Example, Field


class MonoDataset(Dataset):
    @staticmethod
    def sort_key(ex):
        return len(ex.src)

    def __init__(self, path, ext, field, **kwargs):
        fields = [("src", field)]
        with io.open(path + ext, mode="r", encoding="utf-8") as src_file:
            examples = [Example.fromlist([line.strip()], fields) for line in src_file if line.strip() != ""]
        super().__init__(examples, fields, **kwargs)


test_data = MonoDataset(path="test", ext=".de", field=Field())
print([" ".join(s) for s in test_data.src], [" ".join(t) for t in test_data.trg])
"""

# PyTorch's "Language Translation with nn.Transformer and torchtext", and language_translation of pytorch/examples.
TRANSFORMER = """
from torchtext.data.utils import get_tokenizer
from torchtext.vocab import build_vocab_from_iterator
from torchtext.datasets import multi30k, Multi30k
from typing import Iterable, List

multi30k.URL["train"] = "https://elsewhere/training.tar.gz"
multi30k.URL["valid"] = "https://elsewhere/validation.tar.gz"
SRC_LANGUAGE, TGT_LANGUAGE = "de", "en"
token_transform = {name: get_tokenizer("spacy", language=f"{name}_core_news_sm") for name in ("de", "en")}


def yield_tokens(data_iter: Iterable, language: str) -> List[str]:
    for data_sample in data_iter:
        yield token_transform[language](data_sample[{SRC_LANGUAGE: 0, TGT_LANGUAGE: 1}[language]])


for ln in (SRC_LANGUAGE, TGT_LANGUAGE):
    train_iter = Multi30k(split="train", language_pair=(SRC_LANGUAGE, TGT_LANGUAGE))
    vocab = build_vocab_from_iterator(yield_tokens(train_iter, ln), specials=["<unk>", "<pad>"], special_first=True)
    print(vocab.get_itos())
"""

# The Annotated Transformer: its second start loads the vocabularies that its first start saved.
RESTARTED = """
from os.path import exists
import torch
from torchtext.vocab import build_vocab_from_iterator
import torchtext.datasets as datasets


def build_vocabulary():
    train, val, test = datasets.Multi30k(language_pair=("de", "en"))
    vocabs = [
        build_vocab_from_iterator(
            (row[place].split() for row in train + val + test),
            min_freq=1,
            specials=["<s>", "</s>", "<blank>", "<unk>"],
        )
        for place in (0, 1)
    ]
    for vocab in vocabs:
        vocab.set_default_index(vocab["<unk>"])
    return vocabs


if not exists("vocab.pt"):
    vocab_src, vocab_tgt = build_vocabulary()
    torch.save((vocab_src, vocab_tgt), "vocab.pt")
    print("Finished.")
else:
    vocab_src, vocab_tgt = torch.load("vocab.pt")
print(len(vocab_src), vocab_tgt(["A", "dog", "flies"]))
"""

# torchtext's migration tutorial of 0.9, with its labels as they were, and what the guide says to write today.
MIGRATED = """
import torch
from collections import Counter
from torch.utils.data import DataLoader
from torchtext.datasets import IMDB
from torchtext.legacy.vocab import Vocab
train_iter = IMDB(split="train")
counter = Counter()
for label, line in train_iter:
    counter.update(line.split())
vocab = Vocab(counter, min_freq=1, specials=("<unk>", "<BOS>", "<EOS>", "<PAD>"))
old, new = (lambda x: 1 if x == "pos" else 0), (lambda x: 1 if x == 2 else 0)
rows = list(train_iter)
print(len(vocab), [old(label) for label, _ in rows], [new(label) for label, _ in rows])
"""

# text_classification among torchtext's examples: the imports are for an option that is not given.
WITH_AN_OPTION = """
from torchtext.datasets import DATASETS
from torchtext.prototype.transforms import load_sp_model, PRETRAINED_SP_MODEL, SentencePieceTokenizer
from torchtext.experimental.transforms import SentencePieceTokenizer as Older
from torchtext.utils import download_from_url
from torchtext.data.utils import get_tokenizer
use_sp_tokenizer = False
if use_sp_tokenizer:
    tokenizer = SentencePieceTokenizer(load_sp_model(download_from_url(PRETRAINED_SP_MODEL["text_unigram_15000"])))
else:
    tokenizer = get_tokenizer("basic_english")
print([(label, tokenizer(text)) for label, text in DATASETS["AG_NEWS"](root=".data", split="train")])
try:
    load_sp_model("m.model")
except Exception as error:
    print(error)
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the programs read."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    texts = {
        "data/train.csv": "name,location,quote\nJohn,United Kingdom,i love my country\n",
        "data/valid.csv": "name,location,quote\nMary,United States,i want\n",
        "test.de": "Ein Hund\n\nEine Katze schläft\n",
        "home/text/datasets/IMDB/aclImdb_v1/train/neg": "a dull film\n",
        "home/text/datasets/IMDB/aclImdb_v1/train/pos": "a fine film\n",
        ".data/datasets/AG_NEWS/train.csv": '"3","Oil","Prices rise."\n',
    }
    for split in ("train", "val", "test"):
        texts[f"home/text/datasets/Multi30k/{split}.de"] = "Ein Hund\nein Hund !\n"
        texts[f"home/text/datasets/Multi30k/{split}.en"] = "A dog\na dog !\n"
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


OLD = """
{'n': ['John'], 's': ['i', 'love', 'my', 'country']}
[.n]:[torch.LongTensor of size 1x1]
\t[.s]:[torch.LongTensor of size 2x1]
['Ein Hund', 'Eine Katze schläft'] []
""".lstrip()


def old_programs(legacy: str) -> list[str]:
    return [code.format(legacy=legacy) for code in (OWN_DATA, SOURCES_ONLY)]


@pytest.mark.parametrize(("generation", "legacy"), [("before 0.9", ""), ("0.9 to 0.11", ".legacy")])
def test_those_with_fields(files: Path, run: Run, generation: str, legacy: str) -> None:
    assert run(generation, old_programs(legacy)).startswith(OLD)


def test_the_real_torchtext_prints_the_same(files: Path, run: Run, original: ModuleType) -> None:
    assert run("the real one", old_programs("")).startswith(OLD)


NEW = """
['<unk>', '<pad>', 'Hund', '!', 'Ein', 'ein']
['<unk>', '<pad>', 'dog', '!', 'A', 'a']
Finished.
8 [6, 4, 3]
8 [6, 4, 3]
8 [0, 0] [0, 1]
[(3, ['oil', 'prices', 'rise', '.'])]
torchtext.prototype.transforms.load_sp_model is not offered; its tokenizers are in torchtext.transforms, \
its generation in transformers
""".lstrip()


def test_those_without(files: Path, run: Run) -> None:
    printed = run("0.12 to 0.18", [TRANSFORMER, RESTARTED, RESTARTED, MIGRATED, WITH_AN_OPTION])
    assert printed.startswith(NEW)
    assert printed.count("Multi30k: the links written to torchtext.datasets.multi30k.URL are not used; ") == 1
    assert printed.count("IMDB: the labels are 1 (negative) and 2 (positive), as in torchtext since 0.14; ") == 1
