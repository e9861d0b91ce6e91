"""Is a film review good or bad? The classic torchtext tutorial on a current torch, then the same with nlpseq alone.

    python docs/tutorials/imdb_sentiment.py            # IMDb in .data/imdb, fetched if it is not there
    python docs/tutorials/imdb_sentiment.py --small    # a few generated reviews, a few seconds

The first half is written as such code was for torchtext 0.6: fields, a bucket iterator, a bidirectional LSTM over
packed sequences; only its import differs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

import torch
from torch import nn, optim
from torch.nn import functional as F

import nlpseq
from nlpseq.compat.torchtext.legacy import data, datasets  # was: from torchtext import data, datasets

# 1. As it was written for torchtext


class RNN(nn.Module):
    """A bidirectional LSTM whose last states of both directions decide."""

    def __init__(self, vocab_size, embedding_dim, hidden_dim, n_layers, dropout, pad_idx):
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=pad_idx)
        self.rnn = nn.LSTM(embedding_dim, hidden_dim, num_layers=n_layers, bidirectional=True, dropout=dropout)
        self.fc = nn.Linear(hidden_dim * 2, 1)
        self.dropout = nn.Dropout(dropout)

    def forward(self, text, text_lengths):
        embedded = self.dropout(self.embedding(text))  # (T, B, E)
        packed = nn.utils.rnn.pack_padded_sequence(embedded, text_lengths)
        _, (hidden, _) = self.rnn(packed)  # (layers * 2, B, H)
        return self.fc(self.dropout(torch.cat((hidden[-2], hidden[-1]), dim=1))).squeeze(1)


def binary_accuracy(predictions, labels):
    return (torch.round(torch.sigmoid(predictions)) == labels).float().mean()


def with_torchtext(args, device):
    TEXT = data.Field(tokenize="basic_english", include_lengths=True)
    LABEL = data.LabelField(dtype=torch.float)
    train_data, test_data = datasets.IMDB.splits(TEXT, LABEL, root=args.root)
    train_data, valid_data = train_data.split(random_state=random.getstate())

    vectors = {"vectors": args.vectors, "unk_init": torch.Tensor.normal_} if args.vectors else {}
    TEXT.build_vocab(train_data, max_size=25_000, **vectors)
    LABEL.build_vocab(train_data)
    print(TEXT.vocab.freqs.most_common(5), LABEL.vocab.stoi)

    train_iterator, valid_iterator, test_iterator = data.BucketIterator.splits(
        (train_data, valid_data, test_data), batch_size=64, sort_within_batch=True, device=device
    )

    pad_idx = TEXT.vocab.stoi[TEXT.pad_token]
    model = RNN(len(TEXT.vocab), args.embedding_dim, args.hidden_dim, 2, 0.5, pad_idx).to(device)
    if args.vectors:
        model.embedding.weight.data.copy_(TEXT.vocab.vectors)
    model.embedding.weight.data[pad_idx] = 0
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.BCEWithLogitsLoss()

    for epoch in range(args.epochs):
        model.train()
        for batch in train_iterator:
            text, text_lengths = batch.text
            optimizer.zero_grad()
            loss = criterion(model(text, text_lengths), batch.label)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch + 1}: validation accuracy {evaluate(model, valid_iterator):.3f}")

    model.eval()
    for sentence in ("This film is great", "This film is terrible"):
        tokens = TEXT.preprocess(sentence)
        tensor, length = TEXT.process([tokens], device=device)
        print(f"{sentence}: {torch.sigmoid(model(tensor, length)).item():.3f} for {LABEL.vocab.itos[1]}")
    return evaluate(model, test_iterator)


@torch.no_grad()
def evaluate(model, iterator):
    model.eval()
    right = sum(binary_accuracy(model(*batch.text), batch.label).item() * len(batch) for batch in iterator)
    return right / len(iterator.dataset)


# 2. With nlpseq alone


def with_nlpseq(args, device):
    splits = nlpseq.load_labelled(Path(args.root, "imdb", "aclImdb"), cache_dir=Path(args.root, "cache"))
    held_out = nlpseq.hold_out(splits["train"], validation_size=len(splits["train"]) * 3 // 10, stratify="label")
    pipeline = nlpseq.build_pipeline(held_out["train"]["text"], kind="basic_english", vocab_size=25_000)
    names = sorted(set(held_out["train"]["label"]))

    loaders = {}
    for name, rows in {**held_out, "test": splits["test"]}.items():
        folder = Path(args.root, "encoded", name)
        encoded = nlpseq.EncodedTexts.build(rows, pipeline, names, folder, max_length=500, keep="both")
        sampler = nlpseq.BucketBatchSampler(
            encoded.lengths(), batch_tokens=args.batch_tokens, seed=1, shuffle=name == "train"
        )
        loaders[name] = nlpseq.BatchLoader(
            encoded, sampler, lambda rows: nlpseq.collate_texts(rows, pad_id=pipeline.pad_id)
        )

    model = nlpseq.ClassifierModel(
        len(pipeline.vocab), len(names), embedding_dim=args.embedding_dim, hidden_size=args.hidden_dim, num_layers=2,
        pooling="last", dropout=0.5,
    ).to(device)  # fmt: skip
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        model.train()
        for batch in loaders["train"]:
            batch = batch.to(device)
            optimizer.zero_grad()
            F.cross_entropy(model(batch.ids, batch.lengths), batch.labels).backward()
            optimizer.step()
        print(f"epoch {epoch + 1}: validation accuracy {accuracy(model, loaders['validation'], device):.3f}")

    model.eval()
    for sentence in ("This film is great", "This film is terrible"):
        ids, lengths = nlpseq.pad_sequences([pipeline.encode(sentence)], pad_id=pipeline.pad_id)
        print(f"{sentence}: {model(ids.to(device), lengths).softmax(1)[0, 1].item():.3f} for {names[1]}")
    return accuracy(model, loaders["test"], device)


@torch.no_grad()
def accuracy(model, loader, device):
    model.eval()
    right = 0
    for batch in loader:
        batch = batch.to(device)
        right += (model(batch.ids, batch.lengths).argmax(1) == batch.labels).sum().item()
    return right / len(loader.encoded)


# Both


def write_small_reviews(root):
    """Reviews in the layout of IMDb's, in which the order of the words decides."""
    draw = random.Random(1)
    words = {"pos": ["great", "fine", "splendid", "warm"], "neg": ["terrible", "dull", "awful", "cold"]}
    for split, count in (("train", 150), ("test", 40)):
        for number in range(count):
            for label, other in (("pos", "neg"), ("neg", "pos")):
                thing = draw.choice(["This film", "The story", "Her play", "The music"])
                said = f"{thing} is {draw.choice(words[label])}"
                if draw.random() < 0.5:
                    said = f"{thing} seemed {draw.choice(words[other])}, but it is {draw.choice(words[label])}"
                path = Path(root, "imdb", "aclImdb", split, label, f"{number}_5.txt")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{said}{draw.choice(['.', '!', ' indeed.'])}", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a few generated reviews")
    parser.add_argument("--root", default=".data", help="folder of the data (default: .data)")
    parser.add_argument("--vectors", help="name of torchtext's, such as glove.6B.100d, as large as the embeddings")
    parser.add_argument("--epochs", type=int, default=5)
    args = parser.parse_args()
    args.embedding_dim, args.hidden_dim, args.lr, args.batch_tokens = 100, 256, 1e-3, 20_000
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as folder:
        if args.small:
            args.root, args.epochs = folder, 8
            args.embedding_dim, args.hidden_dim, args.lr, args.batch_tokens = 16, 16, 2e-2, 500
            write_small_reviews(folder)
        for name, tutorial in (("torchtext", with_torchtext), ("nlpseq", with_nlpseq)):
            random.seed(1234)
            torch.manual_seed(1234)
            print(f"with {name}: test accuracy {tutorial(args, device):.3f}")


if __name__ == "__main__":
    main()
