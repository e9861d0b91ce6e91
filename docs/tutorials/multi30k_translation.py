"""German into English with attention: the classic torchtext tutorial on a current torch, then with nlpseq alone.

    python docs/tutorials/multi30k_translation.py            # Multi30k in .data/multi30k: train.de, val.de, test2016.de
    python docs/tutorials/multi30k_translation.py --small    # a few generated sentences, a few seconds

The first half is written as such code was for torchtext 0.6: two fields, a bucket iterator, a GRU encoder over packed
sequences, a decoder that attends to it (Bahdanau et al., 2015) step by step; only its import differs.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from itertools import product
from pathlib import Path

import torch
from torch import nn, optim
from torch.nn import functional as F

import nlpseq
from nlpseq.compat.torchtext.legacy.data import BucketIterator, Field  # was: from torchtext.data import ...
from nlpseq.compat.torchtext.legacy.data.metrics import bleu_score
from nlpseq.compat.torchtext.legacy.datasets import Multi30k
from nlpseq.evaluation.translation import score_bleu
from nlpseq.models.translator import length_mask
from nlpseq.models.translator_stepper import translator_stepper

# 1. As it was written for torchtext


class Encoder(nn.Module):
    def __init__(self, input_dim, emb_dim, hid_dim, dropout):
        super().__init__()
        self.embedding = nn.Embedding(input_dim, emb_dim)
        self.rnn = nn.GRU(emb_dim, hid_dim, bidirectional=True)
        self.fc = nn.Linear(hid_dim * 2, hid_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, src, src_len):
        packed = nn.utils.rnn.pack_padded_sequence(self.dropout(self.embedding(src)), src_len)
        outputs, hidden = self.rnn(packed)
        outputs, _ = nn.utils.rnn.pad_packed_sequence(outputs)  # (S, B, 2H)
        return outputs, torch.tanh(self.fc(torch.cat((hidden[-2], hidden[-1]), dim=1)))


class Attention(nn.Module):
    def __init__(self, hid_dim):
        super().__init__()
        self.attn = nn.Linear(hid_dim * 3, hid_dim)
        self.v = nn.Linear(hid_dim, 1, bias=False)

    def forward(self, hidden, encoder_outputs, mask):
        repeated = hidden.expand(encoder_outputs.shape[0], -1, -1)
        energy = torch.tanh(self.attn(torch.cat((repeated, encoder_outputs), dim=2)))
        scores = self.v(energy).squeeze(2).masked_fill(~mask, -1e10)  # (S, B)
        return F.softmax(scores, dim=0)


class Decoder(nn.Module):
    def __init__(self, output_dim, emb_dim, hid_dim, dropout, attention):
        super().__init__()
        self.attention = attention
        self.embedding = nn.Embedding(output_dim, emb_dim)
        self.rnn = nn.GRU(hid_dim * 2 + emb_dim, hid_dim)
        self.fc_out = nn.Linear(hid_dim * 3 + emb_dim, output_dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, token, hidden, encoder_outputs, mask):
        embedded = self.dropout(self.embedding(token))  # (B, E)
        weights = self.attention(hidden, encoder_outputs, mask)  # (S, B)
        context = torch.einsum("sb,sbh->bh", weights, encoder_outputs)
        output, hidden = self.rnn(torch.cat((embedded, context), dim=1).unsqueeze(0), hidden.unsqueeze(0))
        return self.fc_out(torch.cat((output.squeeze(0), context, embedded), dim=1)), hidden.squeeze(0)


class Seq2Seq(nn.Module):
    def __init__(self, encoder, decoder, src_pad_idx):
        super().__init__()
        self.encoder, self.decoder, self.src_pad_idx = encoder, decoder, src_pad_idx

    def forward(self, src, src_len, trg, teacher_forcing_ratio=0.5):
        encoder_outputs, hidden = self.encoder(src, src_len)
        mask = src != self.src_pad_idx
        token, outputs = trg[0], []
        for t in range(1, trg.shape[0]):
            output, hidden = self.decoder(token, hidden, encoder_outputs, mask)
            outputs.append(output)
            token = trg[t] if random.random() < teacher_forcing_ratio else output.argmax(1)
        return torch.stack(outputs)  # (T - 1, B, V)

    @torch.no_grad()
    def translate(self, src, src_len, sos_idx, max_len=50):
        encoder_outputs, hidden = self.encoder(src, src_len)
        mask = src != self.src_pad_idx
        token, tokens = src.new_full((src.shape[1],), sos_idx), []
        for _ in range(max_len):
            output, hidden = self.decoder(token, hidden, encoder_outputs, mask)
            token = output.argmax(1)
            tokens.append(token)
        return torch.stack(tokens, dim=1)  # (B, max_len)


def with_torchtext(args, device):
    marks = {"init_token": "<sos>", "eos_token": "<eos>", "lower": True}
    SRC = Field(tokenize="spacy", tokenizer_language="de", include_lengths=True, **marks)
    TRG = Field(tokenize="spacy", tokenizer_language="en", **marks)
    train_data, valid_data, test_data = Multi30k.splits(
        exts=(".de", ".en"), fields=(SRC, TRG), root=args.root, test=args.test
    )
    SRC.build_vocab(train_data, min_freq=args.min_freq)
    TRG.build_vocab(train_data, min_freq=args.min_freq)

    train_iterator, valid_iterator, test_iterator = BucketIterator.splits(
        (train_data, valid_data, test_data), batch_size=args.batch_size, sort_within_batch=True,
        sort_key=lambda x: len(x.src), device=device,
    )  # fmt: skip

    trg_pad_idx = TRG.vocab.stoi[TRG.pad_token]
    encoder = Encoder(len(SRC.vocab), args.emb_dim, args.hid_dim, args.dropout)
    decoder = Decoder(len(TRG.vocab), args.emb_dim, args.hid_dim, args.dropout, Attention(args.hid_dim))
    model = Seq2Seq(encoder, decoder, SRC.vocab.stoi[SRC.pad_token]).to(device)
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    criterion = nn.CrossEntropyLoss(ignore_index=trg_pad_idx)

    for epoch in range(args.epochs):
        model.train()
        for batch in train_iterator:
            src, src_len = batch.src
            optimizer.zero_grad()
            output = model(src, src_len, batch.trg)
            criterion(output.flatten(0, 1), batch.trg[1:].flatten()).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
        print(f"epoch {epoch + 1}: validation BLEU {100 * bleu(model, valid_iterator, TRG):.1f}")
    return 100 * bleu(model, test_iterator, TRG)


def bleu(model, iterator, TRG):
    model.eval()
    hyps, refs = [], []
    for batch in iterator:
        for row in model.translate(*batch.src, TRG.vocab.stoi[TRG.init_token]).tolist():
            tokens = [TRG.vocab.itos[index] for index in row]
            hyps.append(tokens[: tokens.index(TRG.eos_token)] if TRG.eos_token in tokens else tokens)
        for row in batch.trg[1:].t().tolist():
            tokens = [TRG.vocab.itos[index] for index in row]
            refs.append([tokens[: tokens.index(TRG.eos_token)]])
    return bleu_score(hyps, refs)


# 2. With nlpseq alone


def with_nlpseq(args, device):
    names = {"train": "train", "validation": "val", "test": args.test}
    splits = nlpseq.load_parallel(
        Path(args.root, "multi30k"), src="de", tgt="en", splits=names, cache_dir=Path(args.root, "cache")
    )
    src, tgt = (
        nlpseq.build_pipeline(splits["train"][side], kind="word", lang=lang, vocab_size=10_000, min_freq=args.min_freq)
        for side, lang in (("src", "de"), ("tgt", "en"))
    )
    encoded = nlpseq.EncodedPairs.build(splits["train"], src, tgt, Path(args.root, "encoded"))
    sampler = nlpseq.BucketBatchSampler(*encoded.lengths(), batch_tokens=args.batch_tokens, seed=1)
    loader = nlpseq.BatchLoader(
        encoded, sampler, lambda rows: nlpseq.collate_pairs(rows, pad_id=tgt.pad_id, bos_id=tgt.bos_id)
    )

    model = nlpseq.TranslatorModel(
        len(src.vocab), len(tgt.vocab), embedding_dim=args.emb_dim, hidden_size=args.hid_dim, attention="additive",
        dropout=args.dropout,
    ).to(device)  # fmt: skip
    optimizer = optim.Adam(model.parameters(), lr=args.lr)
    for epoch in range(args.epochs):
        model.train()
        for batch in loader:
            batch = batch.to(device)
            optimizer.zero_grad()
            logits = model(batch.src, batch.src_lengths, batch.tgt_input, batch.tgt_lengths)  # real tokens only
            F.cross_entropy(logits, batch.tgt[length_mask(batch.tgt_lengths, batch.tgt)]).backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1)
            optimizer.step()
        hyps = translate(model, src, tgt, splits["validation"]["src"], device)
        score = score_bleu(hyps, splits["validation"]["tgt"], bootstrap_samples=0)["bleu"]
        print(f"epoch {epoch + 1}: validation BLEU {score:.1f}")
    scores = score_bleu(translate(model, src, tgt, splits["test"]["src"], device), splits["test"]["tgt"])
    print(scores["bleu_interval"], scores["bleu_signature"])
    return scores["bleu"]


@torch.no_grad()
def translate(model, src, tgt, texts, device, batch_size=100):
    model.eval()
    hyps = []
    for start in range(0, len(texts), batch_size):
        rows = [[*ids, src.eos_id] for ids in src.encode_batch(list(texts[start : start + batch_size]))]
        ids, lengths = nlpseq.pad_sequences(rows, pad_id=src.pad_id)
        encoded, stepper = model.encode(ids.to(device), lengths), translator_stepper(model)
        found = nlpseq.beam_search(
            stepper, model.first_hidden(encoded), stepper.memory(encoded), bos_id=tgt.bos_id, eos_id=tgt.eos_id,
            pad_id=tgt.pad_id, max_lengths=2 * lengths + 10, options=nlpseq.DecodingOptions(beam_size=5),
        )  # fmt: skip
        hyps += [tgt.decode(row) for row in found.tokens[:, 0].tolist()]
    return hyps


# Both


def write_small_sentences(root):
    """Sentences in the files that Multi30k has, with a verb at another place in German."""
    who = {"Ein Hund": "A dog", "Die Katze": "The cat", "Mein Bruder": "My brother", "Ein Kind": "A child"}
    can = {"kann": "can", "will": "wants to", "muss": "must", "darf": "may"}
    where = {"hier": "here", "im Haus": "in the house", "am Meer": "by the sea", "auf der Brücke": "on the bridge"}
    what = {"schlafen": "sleep", "warten": "wait", "singen": "sing", "spielen": "play", "bleiben": "stay"}
    pairs = [
        (f"{s[0]} {c[0]} {w[0]} {v[0]}.", f"{s[1]} {c[1]} {v[1]} {w[1]}.")
        for s, c, w, v in product(*(part.items() for part in (who, can, where, what)))
    ]
    random.Random(1).shuffle(pairs)
    folder = Path(root, "multi30k")
    folder.mkdir()
    for name, rows in (("train", pairs[:260]), ("val", pairs[260:290]), ("test", pairs[290:])):
        for side, language in enumerate(("de", "en")):
            (folder / f"{name}.{language}").write_text("".join(f"{row[side]}\n" for row in rows), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--small", action="store_true", help="a few generated sentences")
    parser.add_argument("--root", default=".data", help="folder of the data (default: .data)")
    parser.add_argument("--test", default="test2016", help="name of the test files (default: test2016)")
    parser.add_argument("--epochs", type=int, default=10)
    args = parser.parse_args()
    args.emb_dim, args.hid_dim, args.dropout, args.lr, args.min_freq = 256, 512, 0.5, 1e-3, 2
    args.batch_size, args.batch_tokens = 128, 2500
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    with tempfile.TemporaryDirectory() as folder:
        if args.small:
            args.root, args.test, args.epochs = folder, "test", 6
            args.emb_dim, args.hid_dim, args.dropout, args.lr, args.min_freq = 24, 32, 0.1, 1e-2, 1
            args.batch_size, args.batch_tokens = 16, 130
            write_small_sentences(folder)
        for name, tutorial in (("torchtext", with_torchtext), ("nlpseq", with_nlpseq)):
            random.seed(1234)
            torch.manual_seed(1234)
            print(f"with {name}: test BLEU {tutorial(args, device):.1f}")


if __name__ == "__main__":
    main()
