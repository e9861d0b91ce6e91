"""Fixtures that several test folders share."""

from __future__ import annotations

import json
import os
import site
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import replace
from ipaddress import ip_address
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from nlpseq.config import (
    CharRNNSettings,
    ClassifierSettings,
    ClassifierTextSettings,
    ClassifySettings,
    ClassifyTrainSettings,
    DecodeSettings,
    GenerateSettings,
    GenerateTrainSettings,
    LabelledDataSettings,
    ParallelDataSettings,
    PlainDataSettings,
    SampleSettings,
    SummarizerSettings,
    SummarizeSettings,
    SummarizeTrainSettings,
    SummaryDataSettings,
    SummaryDecodeSettings,
    TaggedDataSettings,
    TaggerSettings,
    TagSettings,
    TagTrainSettings,
    TextSettings,
    TranslateSettings,
    TranslateTrainSettings,
    TranslatorSettings,
)

# The networks of the tests are too small to share out: threads would only wait for one another. Set before torch comes.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# A loaded machine is no fault of ours.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

# Where libraries keep what they fetched or worked out.
CACHES = (
    "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HF_HOME", "HF_HUB_CACHE", "HF_DATASETS_CACHE", "TORCH_HOME", "MPLCONFIGDIR",
    "NLTK_DATA",
)  # fmt: skip

ROOT = Path(__file__).resolve().parent.parent

SUBJECTS = {
    "a dog": "ein Hund", "the cat": "die Katze", "my brother": "mein Bruder", "your sister": "deine Schwester",
    "the old king": "der alte König", "a small child": "ein kleines Kind", "nobody": "niemand", "the boat": "das Boot",
}  # fmt: skip
VERBS = {"sleeps": "schläft", "waits": "wartet", "sings": "singt", "stays": "bleibt"}
PLACES = {
    "in the house": "im Haus",
    "by the sea": "am Meer",
    "here": "hier",
    "on the big bridge": "auf der großen Brücke",
}


def pytest_configure(config: pytest.Config) -> None:
    """Give the tests and what they start a home folder that ends with them: nothing is left in the user's."""
    if "HOME" not in os.environ:
        return
    home = tempfile.TemporaryDirectory(prefix="home-of-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    for name in CACHES:
        os.environ.pop(name, None)
    os.environ |= {"PYTHONUSERBASE": site.getuserbase(), "HOME": home.name}


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, dict[str, Any] | None, Any]:
    """Reports travel between the processes of `make test` in UTF-8, which has no half of a surrogate pair."""
    return escaped((yield))


def escaped(report: Any) -> Any:
    """`report` with all that UTF-8 cannot hold written out, as in "\\ud800"."""
    if isinstance(report, str):
        return report.encode("utf-8", "backslashreplace").decode("utf-8")
    if isinstance(report, dict):
        return {escaped(key): escaped(value) for key, value in report.items()}
    return type(report)(map(escaped, report)) if isinstance(report, list | tuple) else report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, Any, Any]:
    """What a test or a fixture makes of the number of threads, as a server that shares them out does, ends with it.

    Sums of another number of threads are rounded otherwise, and a test behind it may compare with a process of its own.
    """
    found = yield
    torch, threads = sys.modules.get("torch"), int(os.environ["OMP_NUM_THREADS"])
    if torch and torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    return found


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """The whole suite asks for nothing outside this machine; who tries is refused, and the session is red."""
    asked: list[Any] = []
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(address[0]):
            asked.append(address)
            raise ConnectionRefusedError(f"tests stay on this machine: {address}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_here)
        yield
    assert asked == [], "a test wanted the network"


def is_here(host: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(scope="session")
def shared_corpora() -> Path:
    """The folder of real corpora beside the project, or a skip where it is not present."""
    folder = ROOT.parent / "shared" / "corpora"
    if not folder.is_dir():
        pytest.skip(f"no real corpora beside the project ({folder.name}/ not found)")
    return folder


@pytest.fixture(scope="session")
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache of `datasets` that ends with the tests, for this process and those it starts."""
    import datasets.config

    folder = tmp_path_factory.mktemp("datasets-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_DATASETS_CACHE", str(folder))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", folder)
        yield folder


@pytest.fixture(scope="session")
def tiny_corpus(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A folder of 128 English-German sentences: 105 to train on, 12 to validate and 11 to test."""
    return write_tiny_corpus(tmp_path_factory.mktemp("en-de"))


@pytest.fixture(scope="session")
def tiny_settings(tiny_corpus: Path) -> TranslateSettings:
    """Settings that train on the tiny corpus in about a second: 7 steps an epoch."""
    return TranslateSettings(
        data=ParallelDataSettings(path=str(tiny_corpus)),
        text=TextSettings(vocab_size=330),
        model=TranslatorSettings(embedding_dim=8, hidden_size=16, dropout=0.1),
        train=TranslateTrainSettings(
            max_epochs=4, batch_tokens=400, lr=1e-2, warmup_steps=3, ema_decay=0.9, precision="fp32", device="cpu"
        ),
        decode=DecodeSettings(beam_size=2, max_length_ratio=1.0),
    )


def write_tiny_corpus(folder: Path) -> Path:
    """Write every subject with every verb and place, dealt out so that each split has some of all."""
    parts = product(SUBJECTS.items(), VERBS.items(), PLACES.items())
    pairs = [tuple(f"{' '.join(words)}." for words in zip(*part, strict=True)) for part in parts]
    splits = {"val": pairs[5::11], "test": pairs[7::11]}
    splits["train"] = [pair for pair in pairs if pair not in splits["val"] + splits["test"]]
    for name, rows in splits.items():
        for side, language in enumerate(("en", "de")):
            text = "".join(f"{row[side]}\n" for row in rows)
            (folder / f"{name}.{language}").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_run(tiny_settings: TranslateSettings, tmp_path_factory: pytest.TempPathFactory) -> TranslateSettings:
    """The settings of a finished run that has learnt some of the tiny corpus; only to be read."""
    from nlpseq.tasks import verbs

    settings = replace(
        tiny_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "tiny"),
        model=replace(tiny_settings.model, embedding_dim=32, hidden_size=48),
        train=replace(tiny_settings.train, max_epochs=12, warmup_steps=10),
    )
    verbs.run(settings)
    return settings


@pytest.fixture(scope="session")
def review_corpus(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A folder of 144 short reviews whose label is decided by what stands after "but": 103 to train on, 21 and 20."""
    return write_review_corpus(tmp_path_factory.mktemp("reviews"))


def write_review_corpus(folder: Path) -> Path:
    """Write csv splits in which every word is as frequent in good reviews as in bad ones."""
    things = ["The film", "This book", "Our dinner", "The hotel"]
    words = {"fine": "good", "splendid": "good", "warm": "good", "dull": "bad", "awful": "bad", "cold": "bad"}
    rows = [
        (f"{thing} was {first}, but in the end {last}.", words[last])
        for thing, first, last in product(things, words, words)
    ]
    splits = {"validation": rows[1::7], "test": rows[4::7]}
    splits["train"] = [row for row in rows if row not in splits["validation"] + splits["test"]]
    for name, split in splits.items():
        lines = "".join(f'"{text}",{label}\n' for text, label in split)
        (folder / f"{name}.csv").write_text(f"text,label\n{lines}", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def review_settings(review_corpus: Path) -> ClassifySettings:
    """Settings that train on the small reviews in about a second: 7 steps an epoch."""
    return ClassifySettings(
        data=LabelledDataSettings(path=str(review_corpus)),
        text=ClassifierTextSettings(min_freq=1),
        model=ClassifierSettings(
            embedding_dim=12, hidden_size=10, dropout=0.1, embedding_dropout=0.0, word_dropout=0.0
        ),
        train=ClassifyTrainSettings(
            max_epochs=3, batch_size=16, lr=2e-2, warmup_steps=3, ema_decay=0.9, precision="fp32", device="cpu"
        ),
    )


@pytest.fixture(scope="session")
def review_run(review_settings: ClassifySettings, tmp_path_factory: pytest.TempPathFactory) -> ClassifySettings:
    """The settings of a finished classification run; only to be read."""
    from nlpseq.tasks import verbs

    settings = replace(
        review_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "reviews"),
        train=replace(review_settings.train, max_epochs=12),
    )
    verbs.run(settings)
    return settings


@pytest.fixture(scope="session")
def story_text(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 128 sentences, about 4,300 characters, a few of them beyond ASCII."""
    path = tmp_path_factory.mktemp("stories") / "story.txt"
    path.write_text(story(), encoding="utf-8")
    return path


def story() -> str:
    """Every subject with every verb and place, dealt out, two sentences a line."""
    sentences = [f"{who} {does} {where}" for who, does, where in product(SUBJECTS, VERBS, PLACES)]
    dealt = [sentences[53 * number % len(sentences)] for number in range(len(sentences))]
    return "".join(f"Zoë: {one} – {two}.\n" for one, two in zip(dealt[::2], dealt[1::2], strict=True))


@pytest.fixture(scope="session")
def story_settings(story_text: Path) -> GenerateSettings:
    """Settings that train on the story in about a second: 18 steps an epoch."""
    return GenerateSettings(
        data=PlainDataSettings(path=str(story_text), test_share=0.1),
        model=CharRNNSettings(embedding_dim=10, hidden_size=32, dropout=0.1),
        train=GenerateTrainSettings(
            max_epochs=3, batch_size=6, window=32, lr=2e-2, warmup_steps=3, ema_decay=0.9, precision="fp32",
            device="cpu",
        ),
        sample=SampleSettings(prompt="Zoë: ", length=40, temperatures=(0.5, 0.0)),
    )  # fmt: skip


@pytest.fixture(scope="session")
def story_run(story_settings: GenerateSettings, tmp_path_factory: pytest.TempPathFactory) -> GenerateSettings:
    """The settings of a finished run that has learnt some of the story; only to be read."""
    from nlpseq.tasks import verbs

    settings = replace(
        story_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "story"),
        train=replace(story_settings.train, max_epochs=8),
    )
    verbs.run(settings)
    return settings


# ---- notices and their headlines, for summaries

OPENINGS = ["Last week", "In the end", "On Monday", "As expected"]
DEEDS = {"won the cup": "WINS", "lost it all": "LOSES"}


@pytest.fixture(scope="session")
def notice_corpus(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A folder of 208 notices and their headlines in capitals: 160 to train on, 24 to validate and 24 to test."""
    return write_notice_corpus(tmp_path_factory.mktemp("notices"))


def write_notice_corpus(folder: Path) -> Path:
    """Write jsonl splits; a headline is the name in the notice, to be copied, and a word for what was done."""
    random = np.random.default_rng(0)
    for split, size in (("train", 160), ("validation", 24), ("test", 24)):
        lines = []
        for number in range(size):
            name = "".join(random.choice(list("abdeiklmnorstu"), random.integers(3, 6), replace=False)).capitalize()
            deed = list(DEEDS)[number % 2]
            document = f"{OPENINGS[number % 4]} [{name}] {deed}."
            lines.append(json.dumps({"document": document, "summary": f"{name.upper()} {DEEDS[deed]}"}) + "\n")
        (folder / f"{split}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def notice_settings(notice_corpus: Path) -> SummarizeSettings:
    """Settings that train on the notices in about a second: 7 steps an epoch."""
    return SummarizeSettings(
        data=SummaryDataSettings(path=str(notice_corpus)),
        model=SummarizerSettings(
            embedding_dim=16, hidden_size=32, encoder_layers=1, dropout=0.0, word_dropout=0.1, reduction=2
        ),
        train=SummarizeTrainSettings(
            max_epochs=2, batch_tokens=800, lr=1e-2, warmup_steps=5, ema_decay=0.9, precision="fp32", device="cpu"
        ),
        decode=SummaryDecodeSettings(beam_size=2),
    )


@pytest.fixture(scope="session")
def notice_run(notice_settings: SummarizeSettings, tmp_path_factory: pytest.TempPathFactory) -> SummarizeSettings:
    """The settings of a finished run that has learnt the notices; only to be read."""
    from nlpseq.tasks import verbs

    settings = replace(
        notice_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "notices"),
        train=replace(notice_settings.train, max_epochs=16, eval_every_steps=56),
    )
    verbs.run(settings)
    return settings


# ---- people and places, for tags

NAMES = ["Bonn", "Selby", "Ann Frost", "May", "Oslo", "Jo Hill", "Red Wharf Bay", "Kim"]
PATTERNS = ["Yesterday Dr {PER} went to {LOC} .", "They saw {LOC} with Dr {PER} .", "Dr {PER} and Dr {PER2} sing ."]


@pytest.fixture(scope="session")
def name_corpus(tmp_path_factory: pytest.TempPathFactory, own_cache: Path) -> Path:
    """A folder of CoNLL files: 122 sentences to train on, 35 to validate and 35 to test, in IOB1."""
    return write_name_corpus(tmp_path_factory.mktemp("names"))


def write_name_corpus(folder: Path) -> Path:
    """Write every pattern with every two names; the same name is now a person, now a place."""
    rows = [_sentence(pattern, *names) for names in product(NAMES, NAMES) for pattern in PATTERNS]
    splits = {"validation": rows[1::11] + rows[6::11], "test": rows[3::11] + rows[9::11]}
    splits["train"] = [row for row in rows if row not in splits["validation"] + splits["test"]]
    for name, sentences in splits.items():
        (folder / f"{name}.conll").write_text("".join(f"{sentence}\n" for sentence in sentences))
    return folder


def _sentence(pattern: str, one: str, other: str) -> str:
    lines = []
    for word in pattern.split():
        label = word[1:4] if word.startswith("{") else ""
        name = {"{PER}": one}.get(word, other) if label else word
        lines += [f"{token} {f'I-{label}' if label else 'O'}\n" for token in name.split()]
    return "".join(lines)


@pytest.fixture(scope="session")
def name_settings(name_corpus: Path) -> TagSettings:
    """Settings that train on the names in about a second: 8 steps an epoch."""
    return TagSettings(
        data=TaggedDataSettings(path=str(name_corpus)),
        model=TaggerSettings(
            embedding_dim=12, hidden_size=10, char_embedding_dim=4, char_hidden_size=4, dropout=0.1
        ),
        train=TagTrainSettings(
            max_epochs=3, batch_size=16, lr=2e-2, warmup_steps=3, ema_decay=0.9, precision="fp32", device="cpu"
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def name_run(name_settings: TagSettings, tmp_path_factory: pytest.TempPathFactory) -> TagSettings:
    """The settings of a finished run; only to be read."""
    from nlpseq.tasks import verbs

    settings = replace(
        name_settings,
        run_dir=str(tmp_path_factory.mktemp("runs") / "names"),
        train=replace(name_settings.train, max_epochs=8),
    )
    verbs.run(settings)
    return settings
