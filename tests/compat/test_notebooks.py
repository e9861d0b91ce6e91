"""Programs as notebooks have them, of three generations of torchtext: each runs with one line before it.

Those written before 0.9 run on the real torchtext 0.6.0 as well, where it is installed, without that line: they must
print the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import pytest

SENTIMENT = """
import random
import torch
from torch import nn
from torchtext{legacy} import data
from torchtext{legacy} import datasets

SEED = 1234
torch.manual_seed(SEED)
TEXT = data.Field(tokenize="basic_english", include_lengths=True)
LABEL = data.LabelField(dtype=torch.float)
whole, _, test_data = datasets.SST.splits(TEXT, LABEL, filter_pred=lambda ex: ex.label != "neutral")
random.seed(SEED)
train_data, valid_data = whole.split(random_state=random.getstate())
print(len(train_data), len(valid_data), len(test_data), sorted(vars(train_data.examples[0])))

TEXT.build_vocab(train_data, max_size=25_000, vectors="glove.6B.50d", unk_init=torch.Tensor.normal_)
LABEL.build_vocab(train_data)
print(len(TEXT.vocab), TEXT.vocab.freqs.most_common(2), LABEL.vocab.stoi["positive"], TEXT.vocab.itos[:5])
train_iterator, valid_iterator, test_iterator = data.BucketIterator.splits(
    (train_data, valid_data, test_data), batch_size=4, sort_within_batch=True, device=torch.device("cpu"))


class RNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(len(TEXT.vocab), 50, padding_idx=TEXT.vocab.stoi[TEXT.pad_token])
        self.rnn = nn.LSTM(50, 8, bidirectional=True)
        self.fc = nn.Linear(16, 1)

    def forward(self, text, text_lengths):
        packed = nn.utils.rnn.pack_padded_sequence(self.embedding(text), text_lengths.to("cpu"))
        _, (hidden, _) = self.rnn(packed)
        return self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1))


model = RNN()
model.embedding.weight.data.copy_(TEXT.vocab.vectors)
model.embedding.weight.data[TEXT.vocab.stoi[TEXT.unk_token]] = torch.zeros(50)
optimizer, criterion = torch.optim.Adam(model.parameters(), lr=0.02), nn.BCEWithLogitsLoss()
for epoch in range(4):
    for batch in train_iterator:
        optimizer.zero_grad()
        text, text_lengths = batch.text
        loss = criterion(model(text, text_lengths).squeeze(1), batch.label)
        loss.backward()
        optimizer.step()


def predict_sentiment(sentence):
    indexed = [TEXT.vocab.stoi[t] for t in TEXT.tokenize(sentence)]
    return torch.sigmoid(model(torch.LongTensor(indexed).unsqueeze(1), torch.LongTensor([len(indexed)]))).item()


print([round(predict_sentiment(sentence)) for sentence in ("This so great", "This so so so dull")])
"""

TRANSLATION = """
import torch
from torchtext{legacy}.datasets import Multi30k
from torchtext{legacy}.data import Field, BucketIterator

SRC = Field(tokenize=lambda text: text.split()[::-1], init_token="<sos>", eos_token="<eos>", lower=True)
TRG = Field(tokenize=str.split, init_token="<sos>", eos_token="<eos>", lower=True, batch_first=True)
train_data, valid_data, test_data = Multi30k.splits(exts=(".de", ".en"), fields=(SRC, TRG))
print(len(train_data.examples), vars(train_data.examples[0]))
SRC.build_vocab(train_data, min_freq=2)
TRG.build_vocab(train_data, min_freq=2)
train_iterator, valid_iterator, test_iterator = BucketIterator.splits(
    (train_data, valid_data, test_data), batch_size=3, sort_within_batch=True, sort_key=lambda x: len(x.src))
for i, batch in enumerate(valid_iterator):
    print(batch.src.shape, batch.trg.tolist(), [SRC.vocab.itos[i] for i in batch.src[:, 0]])
print(len(SRC.vocab), TRG.vocab.stoi["<eos>"], sum(len(batch) for batch in train_iterator))
"""

TABLES = """
import torch, torchtext
from torchtext{legacy}.data import Field, LabelField, RawField, TabularDataset, BucketIterator, Iterator

tokenize = lambda x: x.split()
TEXT = Field(sequential=True, tokenize=tokenize, lower=True, fix_length=6, batch_first=True, stop_words=["a"])
LABEL = Field(sequential=False, use_vocab=False)
datafields = [("id", None), ("comment_text", TEXT), ("toxic", LABEL)]
trn, vld = TabularDataset.splits(
    path=".", train="train.csv", validation="valid.csv", format="csv", skip_header=True, fields=datafields)
tst = TabularDataset(
    path="test.json", format="json", fields={{"text": ("comment_text", TEXT), "id": ("id", RawField())}})
TEXT.build_vocab(trn, vld, max_size=9)
print(TEXT.vocab.itos, trn[0].__dict__, tst.examples[0].id)
train_iter, val_iter = BucketIterator.splits(
    (trn, vld), batch_sizes=(2, 2), device=-1, sort_key=lambda x: len(x.comment_text), sort_within_batch=False,
    repeat=False, shuffle=False)
test_iter = Iterator(tst, batch_size=2, device=-1, sort=False, sort_within_batch=False, repeat=False, train=False)
for iterator in (train_iter, val_iter, test_iter):
    for batch in iterator:
        x, y = batch.comment_text, getattr(batch, "toxic", None)
        print(x.tolist(), y if y is None else y.tolist(), getattr(batch, "id", None))
"""

LANGUAGE_MODEL = """
import torch, torchtext
from torchtext.data.utils import get_tokenizer
TEXT = torchtext{legacy}.data.Field(
    tokenize=get_tokenizer("basic_english"), init_token="<sos>", eos_token="<eos>", lower=True)
train_txt, val_txt, test_txt = torchtext{legacy}.datasets.WikiText2.splits(TEXT)
TEXT.build_vocab(train_txt)
device = torch.device("cpu")


def batchify(data, bsz):
    data = TEXT.numericalize([data.examples[0].text])
    nbatch = data.size(0) // bsz
    return data.narrow(0, 0, nbatch * bsz).view(bsz, -1).t().contiguous().to(device)


print(len(TEXT.vocab.stoi), batchify(train_txt, 4)[:2].tolist())
train_iter, valid_iter, test_iter = torchtext{legacy}.data.BPTTIterator.splits(
    (train_txt, val_txt, test_txt), batch_size=2, bptt_len=5, device=device, repeat=False)
batch = next(iter(train_iter))
print(batch.text.tolist(), batch.target.tolist(), len(train_iter))
"""

NGRAMS = """
import torch
from torch.utils.data import DataLoader
from torch.utils.data.dataset import random_split
from torchtext.datasets import text_classification
train_dataset, test_dataset = text_classification.DATASETS["AG_NEWS"](root="./.data", ngrams=2, vocab=None)


def generate_batch(batch):
    label = torch.tensor([entry[0] for entry in batch])
    text = [entry[1] for entry in batch]
    offsets = torch.tensor([0] + [len(entry) for entry in text][:-1]).cumsum(dim=0)
    return torch.cat(text), offsets, label


train_len = int(len(train_dataset) * 0.8)
sub_train_, sub_valid_ = random_split(train_dataset, [train_len, len(train_dataset) - train_len])
data = DataLoader(sub_train_, batch_size=2, shuffle=True, collate_fn=generate_batch)
print(len(train_dataset.get_vocab()) > 9, train_dataset.get_labels(), sum(len(label) for _, _, label in data))
"""

COUNTED = """
import torch
from collections import Counter
from torchtext.data.utils import get_tokenizer
from torchtext.datasets import AG_NEWS
from torchtext.legacy.vocab import Vocab
tokenizer = get_tokenizer("basic_english")
counter = Counter()
for label, line in AG_NEWS(split="train"):
    counter.update(tokenizer(line))
vocab = Vocab(counter, min_freq=1, specials=("<unk>", "<pad>"))
print([vocab[token] for token in ["<pad>", "never", "news"]], vocab.stoi["news"], vocab.lookup_indices(["never"]))
"""

CLASSIFICATION = """
import torch
from torch.utils.data import DataLoader
from torch.utils.data.dataset import random_split
from torchtext.data.functional import to_map_style_dataset
from torchtext.data.utils import get_tokenizer
from torchtext.datasets import AG_NEWS
from torchtext.vocab import build_vocab_from_iterator

tokenizer = get_tokenizer("basic_english")
train_iter, test_iter = AG_NEWS()


def yield_tokens(data_iter):
    for _, text in data_iter:
        yield tokenizer(text)


vocab = build_vocab_from_iterator(yield_tokens(train_iter), specials=["<unk>"])
vocab.set_default_index(vocab["<unk>"])
text_pipeline = lambda x: vocab(tokenizer(x))
label_pipeline = lambda x: int(x) - 1


def collate_batch(batch):
    labels, texts, offsets = [], [], [0]
    for label, text in batch:
        labels.append(label_pipeline(label))
        texts.append(torch.tensor(text_pipeline(text), dtype=torch.int64))
        offsets.append(texts[-1].size(0))
    return torch.tensor(labels), torch.tensor(offsets[:-1]).cumsum(dim=0), torch.cat(texts)


train_dataset = to_map_style_dataset(train_iter)
num_train = int(len(train_dataset) * 0.8)
split_train_, split_valid_ = random_split(train_dataset, [num_train, len(train_dataset) - num_train])
dataloader = DataLoader(split_train_, batch_size=2, shuffle=True, collate_fn=collate_batch)
model = torch.nn.EmbeddingBag(len(vocab), 4)
print(vocab(["news", "never"]), sum(len(model(text, offsets)) for _, offsets, text in dataloader))
"""

PAIRS = """
import torch
import torchtext.transforms as T
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
from torchtext.data.utils import get_tokenizer
from torchtext.datasets import Multi30k
from torchtext.vocab import build_vocab_from_iterator

SRC_LANGUAGE, TGT_LANGUAGE = "de", "en"
tokens = {name: get_tokenizer("spacy", language=f"{name}_core_news_sm") for name in (SRC_LANGUAGE, TGT_LANGUAGE)}
special_symbols = ["<unk>", "<pad>", "<bos>", "<eos>"]
vocabs = {}
for place, name in enumerate((SRC_LANGUAGE, TGT_LANGUAGE)):
    rows = Multi30k(root=".data", split="train", language_pair=(SRC_LANGUAGE, TGT_LANGUAGE))
    vocabs[name] = build_vocab_from_iterator(
        (tokens[name](row[place]) for row in rows), min_freq=1, specials=special_symbols, special_first=True)
    vocabs[name].set_default_index(0)
transform = T.Sequential(
    T.VocabTransform(vocabs["en"]), T.Truncate(3), T.AddToken(2, begin=True), T.AddToken(3, begin=False), T.ToTensor())


def collate_fn(batch):
    return pad_sequence([transform(tokens["en"](trg)) for _, trg in batch], padding_value=1)


valid = Multi30k(root=".data", split="valid", language_pair=(SRC_LANGUAGE, TGT_LANGUAGE))
print([batch.tolist() for batch in DataLoader(valid, batch_size=4, collate_fn=collate_fn)])
print(vocabs["de"].lookup_tokens([2, 4]), vocabs["en"].get_stoi()["<eos>"], len(vocabs["de"]))
"""

LABELS = ((0, "dull"), (1, "bad"), (2, "what"), (3, "fine"), (4, "great"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data sets where the programs look for them: of 0.6 in `.data/<name>`, of 0.18 in `.data/datasets/<name>`."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / ".data" / "sst" / "trees").mkdir(parents=True)
    for split in ("train", "dev", "test"):
        trees = [
            f"({label} (2 This) {'(2 so)' * (number + 1)} (2 {word}))" for number in range(9) for label, word in LABELS
        ]
        (tmp_path / ".data" / "sst" / "trees" / f"{split}.txt").write_text("\n".join(trees) + "\n")
    vectors = tmp_path / ".vector_cache" / "glove.6B.50d.txt"
    vectors.parent.mkdir()
    vectors.write_text("".join(f"{word} {' '.join(['0.5', '-1'] * 25)}\n" for word in ("film", "fine", "this")))
    for home, test in ((".data/multi30k", "test2016"), (".data/datasets/Multi30k", "test")):
        (tmp_path / home).mkdir(parents=True)
        for split in ("train", "val", test):
            (tmp_path / home / f"{split}.de").write_text("Ein Hund\nEin Hund schläft hier\nEin Kind\nein Hund !\n")
            (tmp_path / home / f"{split}.en").write_text("A dog\nA dog sleeps here\nA child\na dog !\n")
    for split in ("train", "valid"):
        rows = '1,A fine film,1\n2,"the film, the dull film it was",0\n3,a b c d e f g h,0\n'
        (tmp_path / f"{split}.csv").write_text(f"id,comment_text,toxic\n{rows}")
    (tmp_path / "test.json").write_text('{"id": 7, "text": "the film"}\n{"id": 8, "text": "dull never"}\n')
    (tmp_path / ".data" / "wikitext-2" / "wikitext-2").mkdir(parents=True)
    for split in ("train", "valid", "test"):
        path = tmp_path / ".data" / "wikitext-2" / "wikitext-2" / f"wiki.{split}.tokens"
        path.write_text(" = Title = \n\n The cat sat on the <unk> mat . \n It was the cat 's mat . \n" * 3)
    for home in (".data/ag_news_csv", "home/text/datasets/AG_NEWS"):
        (tmp_path / home).mkdir(parents=True)
        for split in ("train", "test"):
            (tmp_path / home / f"{split}.csv").write_text('"1","A title","Good news"\n"2","B","no news"\n' * 3)
    return tmp_path


EXPECTED = {
    "sentiment": """
25 11 36 ['label', 'text']
8 [('so', 128), ('this', 25)] 0 ['<unk>', '<pad>', 'so', 'this', 'great']
[0, 1]
""",
    "translation": """
4 {'src': ['hund', 'ein'], 'trg': ['a', 'dog']}
torch.Size([5, 3]) [[2, 4, 5, 0, 3], [2, 4, 0, 3, 1], [2, 4, 5, 3, 1]] ['<sos>', '<unk>', 'hund', 'ein', '<eos>']
torch.Size([6, 1]) [[2, 4, 5, 0, 0, 3]] ['<sos>', '<unk>', '<unk>', 'hund', 'ein', '<eos>']
6 3 4
""",
    "tables": """
['<unk>', '<pad>', 'film', 'the', 'b', 'c', 'd', 'dull', 'e', 'f', 'film,'] {'comment_text': ['fine', 'film'], \
'toxic': '1'} 7
[[0, 2, 1, 1, 1, 1], [3, 10, 3, 7, 2, 0]] [1, 0] None
[[4, 5, 6, 8, 9, 0]] [0] None
[[0, 2, 1, 1, 1, 1], [3, 10, 3, 7, 2, 0]] [1, 0] None
[[4, 5, 6, 8, 9, 0]] [0] None
[[3, 2, 1, 1, 1, 1], [7, 0, 1, 1, 1, 1]] None [7, 8]
""",
    "language model": """
16 [[6, 7, 8, 4], [14, 9, 5, 7]]
[[6, 5], [14, 3], [6, 10], [3, 15], [3, 4]] [[14, 3], [6, 10], [3, 15], [3, 4], [4, 7]] 7
""",
}
PROGRAMS = {"sentiment": SENTIMENT, "translation": TRANSLATION, "tables": TABLES, "language model": LANGUAGE_MODEL}
PRINTED = "".join(EXPECTED[name].lstrip() for name in PROGRAMS)


def all_programs(legacy: str) -> list[str]:
    return [code.format(legacy=legacy) for code in PROGRAMS.values()]


Run = Callable[[str, Iterable[str]], str]


def test_those_from_before_0_9(files: Path, run: Run) -> None:
    assert run("before 0.9", [*all_programs(""), NGRAMS]).startswith(PRINTED + "True {0, 1} 4\n")


def test_they_print_what_they_did_on_the_real_torchtext(files: Path, run: Run, original: ModuleType) -> None:
    # All but NGRAMS, whose data set is fetched in any case.
    assert run("the real one", all_programs("")).startswith(PRINTED)


def test_those_of_0_9_to_0_11(files: Path, run: Run) -> None:
    assert run("0.9 to 0.11", [*all_programs(".legacy"), COUNTED]).startswith(PRINTED + "[1, 0, 2] 2 [0]\n")


def test_those_of_0_12_to_0_18(files: Path, run: Run) -> None:
    printed = """
[1, 0] 4
[[[2, 2, 2, 2], [4, 4, 4, 7], [5, 5, 8, 5], [3, 10, 3, 6], [1, 3, 1, 3]]]
['<bos>', 'Ein'] 3 11
"""
    assert run("0.12 to 0.18", [CLASSIFICATION, PAIRS]).startswith(printed.lstrip())
