"""Ids are the same whoever works them out, are worked out once, and Ctrl-C is obeyed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import numpy as np
import pytest
from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict

from nlpseq.data import encode
from nlpseq.data.encode import column_texts, encode_dataset, encoded_batches
from nlpseq.data.rows import encode_pairs, encode_texts
from nlpseq.errors import UserError
from nlpseq.text import SPECIALS, TextPipeline, Vocab, WordTokenizer, build_pipeline

WORDS = ["red", "green", "blue's", "yellow", "brown", "running", "walking,", "sleeping", "(little)", "bigger"]
# Some versions of Python warn of a fork while other threads run, as those of torch do from other tests.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    generator = np.random.default_rng(5)
    return [" ".join(generator.choice(WORDS, generator.integers(0, 9))) for _ in range(2203)]


@pytest.fixture(scope="module")
def pipelines(texts: list[str]) -> dict[str, TextPipeline]:
    return {
        "words": build_pipeline(texts, kind="word", lang="en", vocab_size=100),
        "pieces": build_pipeline(texts, kind="subword", vocab_size=300),
    }


@pytest.fixture
def on_disk(texts: list[str], own_cache: Path, tmp_path: Path) -> Dataset:
    rows = Dataset.from_dict({"words": texts, "number": range(2203), "pieces": [text.upper() for text in texts]})
    rows.save_to_disk(tmp_path / "rows")
    return Dataset.load_from_disk(str(tmp_path / "rows"))


def test_two_processes_give_what_one_gives(on_disk: Dataset, pipelines: dict[str, TextPipeline]) -> None:
    plain = on_disk.select(range(2203))  # by way of indices, under a name of its own
    shared, alone = encode_dataset(on_disk, pipelines, num_proc=2), encode_dataset(plain, pipelines, num_proc=1)
    assert shared[:] == alone[:]
    assert shared.column_names == on_disk.column_names and shared["number"][:] == list(range(2203))
    assert str(shared.features["words"].feature.dtype) == "int32"
    for row in (0, 1101, 1102, 2202):
        for column, pipeline in pipelines.items():
            assert shared[row][column] == pipeline.encode(on_disk[row][column])


def test_batches_keep_their_order_and_number_over_processes(texts: list[str]) -> None:
    rows = Dataset.from_dict({"text": texts})

    def numbered(batch: dict[str, list[str]], number: int) -> tuple[int, list[str]]:
        return number, batch["text"]

    alone, shared = (list(encoded_batches(rows, ["text"], numbered, num_proc=processes)) for processes in (1, 2))
    assert alone == shared == [(number, texts[number * 1000 : (number + 1) * 1000]) for number in range(3)]
    assert list(encoded_batches(rows.select([]), ["text"], numbered)) == []


def test_little_is_done_ahead_of_what_is_asked_for(texts: list[str], tmp_path: Path) -> None:
    rows = Dataset.from_dict({"text": texts * 20})

    def begun(batch: dict[str, list[str]], number: int) -> int:
        (tmp_path / str(number)).touch()
        return number

    found = encoded_batches(rows, ["text"], begun, num_proc=2)
    assert [next(found), next(found)] == [0, 1]
    time.sleep(0.5)
    assert len(list(tmp_path.iterdir())) <= 2 + 2 * encode.AHEAD
    found.close()


def test_a_worker_that_is_killed_is_an_error_and_no_wait(texts: list[str]) -> None:
    def killed(batch: dict[str, list[str]], number: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return number

    with pytest.raises(BrokenProcessPool):
        list(encoded_batches(Dataset.from_dict({"text": texts}), ["text"], killed, num_proc=2))


def test_the_texts_of_a_column_come_one_by_one_in_their_order() -> None:
    rows = Dataset.from_dict({"text": [f"line {number}" for number in range(2345)], "other": range(2345)})
    assert list(column_texts(rows, "text")) == rows["text"][:]


def test_a_small_corpus_takes_one_process_and_a_large_one_the_cores(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def who(batch: dict[str, list[str]], number: int) -> int:
        time.sleep(0.2)  # so that one alone cannot take all
        return os.getpid()

    rows = Dataset.from_dict({"text": texts})
    assert set(encoded_batches(rows, ["text"], who)) == {os.getpid()}
    monkeypatch.setattr(encode, "BYTES_A_PROCESS", 1000)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {3, 5}, raising=False)
    workers = set(encoded_batches(rows, ["text"], who))
    assert len(workers) == 2 and os.getpid() not in workers


def test_encoded_splits_do_not_depend_on_the_processes(
    texts: list[str], pipelines: dict[str, TextPipeline], tmp_path: Path
) -> None:
    pairs, labels = Dataset.from_dict({"src": texts, "tgt": texts[::-1]}), ["good", "bad", "good"] * 735
    reviews = Dataset.from_dict({"text": texts, "label": labels[:2203]})
    for num_proc in (1, 2):
        pieces, words = pipelines["pieces"], pipelines["words"]
        encode_pairs(pairs, pieces, pieces, tmp_path / str(num_proc), samples=2, alpha=0.3, num_proc=num_proc)
        encode_texts(
            reviews, words, ["bad", "good"], tmp_path / str(num_proc), max_length=5, keep="both", num_proc=num_proc
        )
    for name in ("pairs.arrow", "texts.arrow"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


ELSEWHERE = """
import multiprocess, sys
from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict
from nlpseq.data.encode import encode_dataset
from nlpseq.text import TextPipeline
multiprocess.set_start_method("spawn")  # nothing is there that this process has
pipelines = {name: TextPipeline.load(sys.argv[1], name) for name in ("pieces", "words")}
print(encode_dataset(Dataset.load_from_disk(sys.argv[1] + "/rows"), pipelines, num_proc=2)._fingerprint)
"""


def test_what_other_processes_encoded_is_not_encoded_again(
    on_disk: Dataset, pipelines: dict[str, TextPipeline], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, pipeline in pipelines.items():
        pipeline.save(tmp_path, name)
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", ELSEWHERE, str(tmp_path)]
    fingerprint = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    expected = {name: pipeline.encode_batch(on_disk[name][:]) for name, pipeline in pipelines.items()}

    def never(self: TextPipeline, texts: list[str]) -> list[list[int]]:
        raise AssertionError("encoded again")

    monkeypatch.setattr(TextPipeline, "encode_batch", never)
    found = encode_dataset(on_disk, pipelines)  # however many processes it was
    assert found._fingerprint == fingerprint
    assert {name: found[name][:] for name in pipelines} == expected
    other = build_pipeline(["other words"], kind="word", lang="en", vocab_size=100)
    with pytest.raises(AssertionError, match="encoded again"):
        encode_dataset(on_disk, pipelines | {"words": other})


INTERRUPTED = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's children ignore it
from pathlib import Path
from datasets import Dataset, DatasetDict, IterableDataset, IterableDatasetDict
from nlpseq.data.encode import encode_dataset, encoded_batches

class Slow:
    def signature(self):
        return "slow"
    def encode_batch(self, texts):
        Path(sys.argv[1], str(os.getpid())).touch()
        time.sleep(300)

rows = Dataset.from_dict({"text": ["a"] * 3000})
try:
    if sys.argv[2] == "column":
        list(encoded_batches(rows, ["text"], lambda batch, number: Slow().encode_batch(batch["text"]), num_proc=2))
    else:
        encode_dataset(rows, {"text": Slow()}, num_proc=2)
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("call", ["column", "dataset"])
def test_ctrl_c_ends_all_processes_and_only_the_first_says_so(call: str, tmp_path: Path) -> None:
    working = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path), call],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    for _ in range(1200):
        if len(workers := list(tmp_path.iterdir())) == 2 or working.poll() is not None:
            break
        time.sleep(0.1)
    os.killpg(working.pid, signal.SIGINT)  # to all of them, as a terminal does
    out, err = working.communicate(timeout=120)
    assert (out, err) == ("interrupted\n", "") and len(workers) == 2
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(int(worker.name), 0)


def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    working = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path), "column"], stderr=subprocess.PIPE, text=True
    )
    for _ in range(1200):
        if len(workers := list(tmp_path.iterdir())) == 2 or working.poll() is not None:
            break
        time.sleep(0.1)
    working.kill()
    working.communicate(timeout=60)  # they have its standard error
    assert len(workers) == 2 and working.returncode == -signal.SIGKILL


def test_progress_goes_to_standard_error(
    texts: list[str],
    pipelines: dict[str, TextPipeline],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    rows = Dataset.from_dict({"words": texts[:20]})
    encode_dataset(rows, {"words": pipelines["words"]})
    assert capfd.readouterr() == ("", "")
    monkeypatch.setattr(encode, "QUIET_BYTES", 0)
    encode_dataset(rows.select(range(19)), {"words": pipelines["words"]})
    out, err = capfd.readouterr()
    assert out == "" and "encoding" in err and "19/19" in err


def test_an_error_of_a_worker_arrives_as_it_is() -> None:
    unknown = TextPipeline(WordTokenizer("qq"), Vocab(SPECIALS))
    with pytest.raises(UserError, match="^lang: spaCy does not know 'qq'; choose one of"):
        encode_dataset(Dataset.from_dict({"text": ["a", "b"]}), {"text": unknown}, num_proc=2)


def streamed() -> Iterator[dict[str, object]]:
    yield from ({"words": text, "number": number} for number, text in enumerate(["red green", "", "blue's"]))


@pytest.mark.parametrize(
    "stream",
    [
        Dataset.from_list(list(streamed())).to_iterable_dataset(),
        IterableDataset.from_generator(streamed),  # which does not know its columns
        IterableDataset.from_generator(streamed).shuffle(seed=1, buffer_size=1),
    ],
)
def test_a_stream_is_encoded_as_it_is_read(stream: IterableDataset, pipelines: dict[str, TextPipeline]) -> None:
    words = pipelines["words"]
    expected = [{"words": words.encode(row["words"]), "number": row["number"]} for row in streamed()]  # type: ignore
    encoded = encode_dataset(stream, {"words": words}, num_proc=1)
    assert list(encoded) == list(encoded) == expected


def test_splits_are_encoded_one_by_one(pipelines: dict[str, TextPipeline]) -> None:
    rows, words = Dataset.from_list(list(streamed())), {"words": pipelines["words"]}
    encoded = encode_dataset(DatasetDict(train=rows, test=rows.select([0])), words, num_proc=1)
    assert isinstance(encoded, DatasetDict) and list(encoded) == ["train", "test"]
    assert encoded["train"][:] == encode_dataset(rows, words, num_proc=1)[:]
    streams = encode_dataset(IterableDatasetDict(test=rows.to_iterable_dataset()), words)
    assert isinstance(streams, IterableDatasetDict) and list(streams["test"]) == list(encoded["train"])


def test_what_has_no_rows_to_count_is_the_users_mistake(pipelines: dict[str, TextPipeline], tmp_path: Path) -> None:
    rows = Dataset.from_dict({"src": ["red"], "tgt": ["rot"]})
    for other, sentence in (
        (rows.to_iterable_dataset(), "a Dataset of the datasets library is wanted, not IterableDataset"),
        (DatasetDict(train=rows, test=rows), "give one of its splits: train, test"),
    ):
        with pytest.raises(UserError, match=f"^the data set: {sentence}"):
            encode_pairs(other, pipelines["words"], pipelines["words"], tmp_path / "pairs")  # type: ignore[arg-type]


def test_mistakes_with_a_stream_are_the_users(pipelines: dict[str, TextPipeline]) -> None:
    words, stream = {"words": pipelines["words"]}, IterableDataset.from_generator(streamed)
    known = Dataset.from_list(list(streamed())).to_iterable_dataset()
    with pytest.raises(UserError, match="the data set: no column 'words'; its columns are number"):
        encode_dataset(known.remove_columns("words"), words)
    with pytest.raises(UserError, match="the data set: 'number' must be a string, not int64"):
        encode_dataset(known, {"number": pipelines["words"]})
    with pytest.raises(UserError, match="the data set: no column 'words'; its columns are number"):
        list(encode_dataset(stream.remove_columns("words"), words))
    for value, kind in ((None, "null"), (3, "int")):
        broken = stream.map(lambda row, value=value: {"words": value})
        with pytest.raises(UserError, match=f"the data set: 'words' must be a string, not {kind}"):
            list(encode_dataset(broken, words))
    with pytest.raises(ValueError, match="num_proc must be at least 1"):
        encode_dataset(stream, words, num_proc=0)
    with pytest.raises(UserError, match="a Dataset of the datasets library is wanted, not list"):
        encode_dataset(["red"], words)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"comment": ["a"]}, "the data set: no column 'text'; its columns are comment"),
        ({"text": [1]}, "the data set: 'text' must be a string, not int64"),
        ({"text": [["a"]]}, "the data set: 'text' must be a string, not list"),
        ({"text": ["a", None]}, "the data set: 'text' must be a string, not null"),
    ],
)
def test_columns_that_hold_no_text_are_the_users_mistake(
    rows: dict[str, list[object]], message: str, pipelines: dict[str, TextPipeline]
) -> None:
    with pytest.raises(UserError, match=message):
        encode_dataset(Dataset.from_dict(rows), {"text": pipelines["words"]})


def test_no_process_at_all_is_refused(pipelines: dict[str, TextPipeline]) -> None:
    with pytest.raises(ValueError, match="num_proc must be at least 1, not 0"):
        encode_dataset(Dataset.from_dict({"text": ["a"]}), {"text": pipelines["words"]}, num_proc=0)
