"""What each side of `text_speed.py` does: one side and one measurement a process, one repetition a line of input.

    python text_sides.py WHAT CASE SIDE FOLDER

runs with the interpreter of that side, prepares, prints "ready", and then for each line on standard input measures
once and prints the figures as JSON. FOLDER holds the texts as `<corpus>.json`, so that no side needs a reader.
"""

from __future__ import annotations

import gc
import json
import sys
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ctypes import CDLL
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

SPECIALS = ["<pad>", "<unk>", "<s>", "</s>"]
MEGABYTE = 2**20
Figures = dict[str, Any]
Repetition = Callable[[], Figures]


class Library(NamedTuple):
    """A way to tokenise a text, to count and order tokens into a vocabulary, and to make one of ordered tokens."""

    tokenise: Callable[[str], list[str]]
    build: Callable[[Iterable[list[str]], int], Any]
    of_tokens: Callable[[list[str]], Any]


def library(side: str) -> Library:
    """The library of a side, imported."""
    if side == "nlpseq":
        from nlpseq.text import BasicEnglishTokenizer, Vocab

        return Library(
            BasicEnglishTokenizer().encode,
            lambda token_lists, min_freq: Vocab.from_iterator(token_lists, min_freq=min_freq),
            lambda tokens: Vocab(tokens, default_index=1),
        )
    if side.startswith("nlpseq.compat"):
        from nlpseq.compat.torchtext import vocab
        from nlpseq.compat.torchtext.data.utils import get_tokenizer
    else:
        import torchtext

        torchtext.disable_torchtext_deprecation_warning()
        from torchtext import vocab
        from torchtext.data.utils import get_tokenizer

    def build(token_lists: Iterable[list[str]], min_freq: int) -> Any:
        words = vocab.build_vocab_from_iterator(token_lists, min_freq=min_freq, specials=SPECIALS)
        words.set_default_index(1)
        return words

    tokenise = get_tokenizer("basic_english")
    if side == "torchtext 0.18, C++ tokenizer":
        from torchtext.prototype.transforms import basic_english_normalize

        tokenise = basic_english_normalize()
    return Library(tokenise, build, lambda tokens: vocab.vocab(OrderedDict.fromkeys(tokens, 1)))


@contextmanager
def clock(figures: Figures) -> Iterator[None]:
    """Wall and processor seconds of the block."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    figures["seconds"] = round(time.perf_counter() - wall, 5)
    figures["cpu_seconds"] = round(time.process_time() - cpu, 5)


def memory(name: str) -> int:
    """Bytes that /proc/self/status calls `name`: VmRSS is the resident set now, VmHWM its peak."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def give_back_free_memory() -> int:
    """Bytes of the resident set without garbage; the peak starts anew from there."""
    gc.collect()
    CDLL("libc.so.6").malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return memory("VmRSS")


def build(corpus: str, side: str, folder: Path) -> Repetition:
    """Tokenise a corpus, count the tokens, and order them into a vocabulary."""
    texts = json.loads((folder / f"{corpus}.json").read_text())
    tools = library(side)

    def once() -> Figures:
        figures: Figures = {}
        before = give_back_free_memory()
        with clock(figures):
            vocab = tools.build(map(tools.tokenise, texts), 1)
        return figures | {
            "tokens_in_vocab": len(vocab),
            "peak_extra_megabytes": round((memory("VmHWM") - before) / MEGABYTE, 2),
        }

    return once


def small(words: str, side: str, folder: Path) -> Repetition:
    """Make a vocabulary of words from a file and keep it; what stays is counted, the words included."""
    tools = library(side)
    words = (folder / f"{words}.json").read_text()

    def once() -> Figures:
        before = give_back_free_memory()
        vocab = tools.of_tokens(json.loads(words))
        return {"tokens_in_vocab": len(vocab), "megabytes": round((give_back_free_memory() - before) / MEGABYTE, 2)}

    return once


def lookup(lists: str, side: str, folder: Path) -> Repetition:
    """Look token lists up: single words, captions or reviews, in a vocabulary without the tokens that come once.

    Each repetition tokenises anew, since Python keeps the hash of a string that has been looked up.
    """
    corpus, kept = {"words": ("multi30k", 8000), "multi30k": ("multi30k", 29_000), "imdb": ("imdb", 4000)}[lists]
    texts = json.loads((folder / f"{corpus}.json").read_text())[:kept]
    tools = library(side)
    vocab = tools.build(map(tools.tokenise, texts), 2)
    find = vocab.encode if side == "nlpseq" else vocab.lookup_indices if side.endswith("lookup_indices") else vocab

    def once() -> Figures:
        figures: Figures = {}
        token_lists = list(map(tools.tokenise, texts))
        if lists == "words":
            token_lists = [[token] for token in chain.from_iterable(token_lists)]
        with clock(figures):
            for token_list in token_lists:
                find(token_list)
        return figures | {"tokens_per_second": round(sum(map(len, token_lists)) / figures["seconds"])}

    return once


def batching(rows_a_batch: str, side: str, folder: Path) -> Repetition:
    """An epoch of shuffled, bucketed, padded batches of Multi30k's pairs, both sides tokenised beforehand."""
    tokenise = library("nlpseq").tokenise
    src, tgt = (
        list(map(tokenise, json.loads((folder / f"{name}.json").read_text()))) for name in ("multi30k", "multi30k-de")
    )
    start = our_batches if side.startswith("nlpseq,") else their_batches
    first_marks, epoch = start(side, src, tgt, int(rows_a_batch))

    def once() -> Figures:
        figures: Figures = {}
        with clock(figures):
            batches = [
                (src.shape, src_lengths, tgt.shape, tgt_lengths) for src, src_lengths, tgt, tgt_lengths in epoch()
            ]
        cells = sum(rows * (width + tgt_width - first_marks) for (rows, width), _, (_, tgt_width), _ in batches)
        tokens = sum(int(a.sum() + b.sum()) - first_marks * len(b) for _, a, _, b in batches)
        return figures | {
            "examples_per_second": round(len(src) / figures["seconds"]),
            "padded_share": round(1 - tokens / cells, 4),
            "batches": len(batches),
        }

    return once


def our_batches(side: str, src: list[list[str]], tgt: list[list[str]], rows: int) -> tuple[int, Callable[[], Any]]:
    """nlpseq's batches: of ids that were looked up once, or of tokens, all looked up as an epoch begins or, with the
    DataLoader, batch by batch, as torchtext does.

    A batch has three tensors, since the decoder's input is one of its own: the target has no first mark to count.
    """
    from functools import partial

    import numpy as np
    from torch.utils.data import DataLoader

    from nlpseq.data.batch import collate_pairs
    from nlpseq.data.encode import Ragged
    from nlpseq.data.loader import BatchLoader
    from nlpseq.data.rows import Rows
    from nlpseq.data.sampler import BucketBatchSampler
    from nlpseq.text import Vocab

    src_vocab, tgt_vocab = (Vocab.from_iterator(token_lists, min_freq=2) for token_lists in (src, tgt))
    src, tgt = ([[*tokens, "</s>"] for tokens in token_lists] for token_lists in (src, tgt))
    lengths = [np.array(list(map(len, token_lists))) for token_lists in (src, tgt)]
    sampler = BucketBatchSampler(*lengths, batch_tokens=50 * rows, max_batch_size=rows, seed=1)
    collate = partial(collate_pairs, pad_id=0, bos_id=2)

    def look_up(token_lists: list[list[str]], vocab: Vocab) -> Ragged:
        ids = np.array(vocab.encode(chain.from_iterable(token_lists)), dtype=np.int32)
        return Ragged(ids, np.cumsum([0, *map(len, token_lists)]))

    def look_all_up() -> Rows:
        return Rows(({"src": look_up(src, src_vocab), "tgt": look_up(tgt, tgt_vocab)},))

    def look_up_and_collate(pairs: list[tuple[list[str], list[str]]]) -> Any:
        return collate([(src_vocab.encode(source), tgt_vocab.encode(target)) for source, target in pairs])

    encoded, pairs = look_all_up(), list(zip(src, tgt, strict=True))
    loaders: dict[str, Callable[[], Any]] = {
        "nlpseq, from ids": lambda: BatchLoader(encoded, sampler, collate),
        "nlpseq, from ids, DataLoader": lambda: DataLoader(encoded, batch_sampler=sampler, collate_fn=collate),
        "nlpseq, from tokens": lambda: BatchLoader(look_all_up(), sampler, collate),
        "nlpseq, from tokens, DataLoader": lambda: DataLoader(
            pairs, batch_sampler=sampler, collate_fn=look_up_and_collate
        ),
    }
    loader = loaders[side]
    return 0, lambda: ((batch.src, batch.src_lengths, batch.tgt, batch.tgt_lengths) for batch in loader())


def their_batches(side: str, src: list[list[str]], tgt: list[list[str]], rows: int) -> tuple[int, Callable[[], Any]]:
    """torchtext's, with the sort key that its own TranslationDataset has, and rows of like length in a batch.

    Each batch pads the tokens and looks them up anew: the original has no other way.
    """
    if side.startswith("nlpseq.compat"):
        from nlpseq.compat.torchtext.legacy import data
    else:
        from torchtext import data

    source = data.Field(eos_token="</s>", include_lengths=True, batch_first=True)
    target = data.Field(init_token="<s>", eos_token="</s>", include_lengths=True, batch_first=True)
    fields = [("src", source), ("trg", target)]
    pairs = data.Dataset([data.Example.fromlist(pair, fields) for pair in zip(src, tgt, strict=True)], fields)
    for field in (source, target):
        field.build_vocab(pairs, min_freq=2)
    iterator = data.BucketIterator(
        pairs,
        batch_size=rows,
        sort_key=lambda pair: data.interleave_keys(len(pair.src), len(pair.trg)),
        sort_within_batch=True,
    )
    return 1, lambda: ((*batch.src, *batch.trg) for batch in iterator)


def main() -> None:
    warnings.simplefilter("ignore")
    what, case, side, folder = sys.argv[1:]
    once = {"build": build, "small": small, "lookup": lookup, "batching": batching}[what](case, side, Path(folder))
    print("ready", flush=True)
    for _ in sys.stdin:
        print(json.dumps(once()), flush=True)


if __name__ == "__main__":
    main()
