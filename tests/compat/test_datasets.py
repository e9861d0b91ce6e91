"""Each data set from files in torchtext's layout; the texts are made up here."""

from __future__ import annotations

import copy
import importlib
import json
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from torch.utils.data import DataLoader, get_worker_info

from nlpseq.compat.torchtext import datasets
from nlpseq.compat.torchtext.datasets.modules import Links
from nlpseq.compat.torchtext.datasets.rows import tagged
from nlpseq.compat.torchtext.errors import UserFileNotFoundError, UserValueError
from nlpseq.compat.torchtext.notices import say_once
from nlpseq.errors import UserError

CSV_SETS = {
    "AG_NEWS": "",
    "AmazonReviewFull": "amazon_review_full_csv/",
    "AmazonReviewPolarity": "amazon_review_polarity_csv/",
    "DBpedia": "dbpedia_csv/",
    "SogouNews": "sogou_news_csv/",
    "YahooAnswers": "yahoo_answers_csv/",
    "YelpReviewFull": "yelp_review_full_csv/",
    "YelpReviewPolarity": "yelp_review_polarity_csv/",
}
ANSWERS = [{"text": "A cat", "answer_start": 0}, {"text": "cat", "answer_start": 2}]
SQUAD = {
    "data": [
        {
            "title": "t",
            "paragraphs": [
                {
                    "context": "A cat sat.",
                    "qas": [
                        {"question": "Who?", "answers": ANSWERS},
                        {"question": "Why?", "answers": []},
                    ],
                }
            ],
        }
    ]
}
SQUAD_ROWS = [("A cat sat.", "Who?", ["A cat", "cat"], [0, 2]), ("A cat sat.", "Why?", [""], [-1])]
MNLI_TEXT = "gold_label\n" + "\n".join(
    "\t".join([label, "", "", "", "", "first", "second", ""]) for label in ("neutral", "-", "2", "contradiction")
)
CHUNKS = "He PRP B-NP\nsat VBD B-VP\n\n\nYes UH O\n"

# name of the data set, split, its file, what stands there, what comes out
CASES: list[tuple[str, str, str, str, list[Any]]] = [
    *(
        (
            name,
            "train",
            f"{folder}train.csv",
            '"2","Good ""news""","Two\nlines, here."\n"1","Bad","ß"\n',
            [(2, 'Good "news" Two\nlines, here.'), (1, "Bad ß")],
        )
        for name, folder in CSV_SETS.items()
    ),
    ("IMDB", "train", "aclImdb_v1/train/pos", "Great.<br />\nFine.\n", [(2, "Great.<br />"), (2, "Fine.")]),
    ("SST2", "dev", "SST-2/dev.tsv", 'sentence\tlabel\n"fine \t1\nbad\t0\n', [('"fine', 1), ("bad", 0)]),
    ("SST2", "test", "SST-2/test.tsv", "index\tsentence\n0\tso so \n", [("so so",)]),
    ("CoLA", "train", "cola_public/raw/in_domain_train.tsv", "gj04\t1\t\tHe sat.\ngj04\t0\t*\tSat he.\n",
     [("gj04", 1, "He sat."), ("gj04", 0, "Sat he.")]),
    ("CoLA", "test", "cola_public/raw/out_of_domain_dev.tsv", "x\t1\t\tYes.\nbroken\n", [("x", 1, "Yes.")]),
    ("MNLI", "dev_matched", "multinli_1.0_dev_matched.txt", MNLI_TEXT,
     [(1, "first", "second"), (2, "first", "second")]),
    ("MRPC", "test", "msr_paraphrase_test.txt", "Quality\tid\tid\ta\tb\n1\t7\t8\tHe's.\tHe is.\n",
     [(1, "He's.", "He is.")]),
    ("QQP", "", "quora_duplicate_questions.tsv",
     'id\tq1\tq2\ta\tb\tsame\n0\t1\t2\t"Why ""so""?"\tHow\t0\n', [(0, 'Why "so"?', "How")]),
    ("QNLI", "dev", "QNLI/dev.tsv", "index\tq\ts\tlabel\n0\tWho?\tHe.\tentailment\n1\tWhy?\tShe.\tnot_entailment\n",
     [(0, "Who?", "He."), (1, "Why?", "She.")]),
    ("QNLI", "test", "QNLI/test.tsv", "index\tq\ts\n0\tWho?\tHe.\n", [("Who?", "He.")]),
    ("RTE", "train", "RTE/train.tsv", "index\ta\tb\tlabel\n0\tA.\tB.\tnot_entailment\n", [(1, "A.", "B.")]),
    ("WNLI", "train", "WNLI/train.tsv", 'index\ta\tb\tlabel\n0\t"A.\tB."\t1\n', [(1, '"A.', 'B."')]),
    ("STSB", "dev", "sts-dev.csv", "news\tf\t2015\t0007\t3.400\tA.\tB.\tsource\n", [(7, 3.4, "A.", "B.")]),
    ("SQuAD1", "dev", "dev-v1.1.json", json.dumps(SQUAD), SQUAD_ROWS),
    ("SQuAD2", "train", "train-v2.0.json", json.dumps(SQUAD), SQUAD_ROWS),
    ("UDPOS", "valid", "dev.txt", "He\tPRON\tPRP\nsat\tVERB\tVBD\n\n",
     [[["He", "sat"], ["PRON", "VERB"], ["PRP", "VBD"]]]),
    ("CoNLL2000Chunking", "test", "test.txt", CHUNKS,
     [[["He", "sat"], ["PRP", "VBD"], ["B-NP", "B-VP"]], [["Yes"], ["UH"], ["O"]]]),
    ("WikiText2", "test", "wikitext-2/wiki.test.tokens", " \n = Title = \n", [" \n", " = Title = \n"]),
    ("WikiText103", "valid", "wikitext-103/wiki.valid.tokens", " one\n", [" one\n"]),
    ("PennTreebank", "valid", "ptb.valid.txt", " no <unk> here \n N \n", ["no <unk> here", "N"]),
    ("EnWik9", "", "enwik9", "<page>\n\n", ["<page>", ""]),
]  # fmt: skip


def write(root: Path, name: str, file: str, text: str) -> Path:
    path = root / "datasets" / name / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def load(name: str, root: Path, split: str, **options: Any) -> Any:
    wanted = {"split": split} if split else {}
    return getattr(datasets, name)(root=str(root), **wanted, **options)


@pytest.mark.parametrize(("name", "split", "file", "text", "rows"), CASES)
def test_rows_of_local_files(tmp_path: Path, name: str, split: str, file: str, text: str, rows: list[Any]) -> None:
    write(tmp_path, name, file, text)
    if name == "IMDB":
        write(tmp_path, name, "aclImdb_v1/train/neg", "")
    pipe = load(name, tmp_path, split)
    assert list(pipe) == rows
    assert list(pipe) == rows  # once more from the start


def test_every_data_set_has_a_test() -> None:
    elsewhere = {"CC100", "CNNDM", "IWSLT2016", "IWSLT2017", "Multi30k"}
    assert set(datasets.DATASETS) == set(datasets.__all__) == {case[0] for case in CASES} | elsewhere
    assert len(datasets.DATASETS) == 31


def pack_zip(archive: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(archive, "w") as packed:
        for member, text in members.items():
            packed.writestr(member, text)


def pack_tar(archive: Path, members: dict[str, str]) -> None:
    with tarfile.open(archive, "w:gz") as packed:
        for member, text in members.items():
            (archive.parent / "member").write_text(text, encoding="utf-8")
            packed.add(archive.parent / "member", member)


@pytest.mark.parametrize(
    ("name", "archive", "member", "pack"),
    [
        ("WikiText2", "wikitext-2-v1.zip", "wikitext-2/wiki.test.tokens", pack_zip),
        ("SST2", "SST-2.zip", "SST-2/dev.tsv", pack_zip),
        ("MNLI", "multinli_1.0.zip", "multinli_1.0/multinli_1.0_dev_matched.txt", pack_zip),
        ("STSB", "Stsbenchmark.tar.gz", "stsbenchmark/sts-dev.csv", pack_tar),
        ("DBpedia", "dbpedia_csv.tar.gz", "dbpedia_csv/train.csv", pack_tar),
    ],
)
def test_a_download_is_unpacked(
    tmp_path: Path, name: str, archive: str, member: str, pack: Callable[[Path, dict[str, str]], None]
) -> None:
    split, text, rows = next(
        (case[1], case[3], case[4]) for case in CASES if case[0] == name and Path(case[2]).name == Path(member).name
    )
    folder = tmp_path / "datasets" / name
    folder.mkdir(parents=True)
    hidden = str(Path(member).with_name(f"._{Path(member).name}"))  # what a Mac puts into archives
    pack(folder / archive, {f"__MACOSX/{hidden}": "no text", member: text})
    assert list(load(name, tmp_path, split)) == rows
    (folder / archive).unlink()
    assert list(load(name, tmp_path, split)) == rows


def test_a_damaged_download_is_named(tmp_path: Path) -> None:
    write(tmp_path, "WikiText2", "wikitext-2-v1.zip", "no archive")
    with pytest.raises(UserError, match=r"wikitext-2-v1.zip: cannot be unpacked \(.*\); get the archive again"):
        datasets.WikiText2(root=str(tmp_path))


def test_imdb_as_a_folder_and_as_a_download(tmp_path: Path) -> None:
    reviews = {"neg/10_2.txt": "Ten.", "neg/9_1.txt": "Nine\u2028.", "pos/0_9.txt": "Great.", "unsup/0_0.txt": "?"}
    for file, text in reviews.items():
        write(tmp_path / "folder", "IMDB", f"aclImdb/train/{file}", text)
    assert list(datasets.IMDB(str(tmp_path / "folder"), "train")) == [(1, "Nine\u2028."), (1, "Ten."), (2, "Great.")]
    folder = tmp_path / "packed" / "datasets" / "IMDB"
    folder.mkdir(parents=True)
    members = {f"aclImdb/train/{file}": text for file, text in reviews.items()} | {"aclImdb/test/neg/0_1.txt": "Test."}
    pack_tar(folder / "aclImdb_v1.tar.gz", members)
    train, test = datasets.IMDB(str(tmp_path / "packed"))
    assert list(train) == [(1, "Ten."), (1, "Nine\u2028."), (2, "Great.")]  # in the order of the archive
    assert list(test) == [(1, "Test.")]


@pytest.mark.parametrize("pair", [("de", "en"), ("en", "de")])
def test_multi30k_in_both_directions(tmp_path: Path, pair: tuple[str, str]) -> None:
    texts = {"de": "Ein Hund .\n\n", "en": "A dog .\n\n"}
    for language, text in texts.items():
        write(tmp_path, "Multi30k", f"val.{language}", text)
    rows = list(datasets.Multi30k(str(tmp_path), "valid", language_pair=pair))
    assert rows == [(texts[pair[0]].split("\n")[0], texts[pair[1]].split("\n")[0]), ("", "")]
    write(tmp_path, "Multi30k", "val.de", "Ein Hund .\n")
    with pytest.raises(UserError, match="has 1 line but .* has 2|has 2 lines but .* has 1"):
        list(datasets.Multi30k(str(tmp_path), "valid", language_pair=pair))
    with pytest.raises(AssertionError, match=r"Multi30k has the pairs \('de', 'en'\) and \('en', 'de'\)"):
        datasets.Multi30k(str(tmp_path), "valid", language_pair=("en", "fr"))


TRAIN_TAGS = "<url>http://x</url>\n<title>T</title>\n Hallo Welt. \nZweite Zeile.\n"
EVAL_XML = (
    '<mteval><srcset><doc><url>u</url><seg id="1"> Eins &amp; zwei </seg><seg id="2"></seg></doc></srcset></mteval>'
)


def write_talks(folder: Path, year: int, valid: str, test: str) -> None:
    folder.mkdir(parents=True)
    for language in ("de", "en"):
        (folder / f"train.tags.de-en.{language}").write_text(TRAIN_TAGS, encoding="utf-8")
        for one in (valid, test):
            (folder / f"IWSLT{year}.TED.{one}.de-en.{language}.xml").write_text(EVAL_XML, encoding="utf-8")


def check_talks(pipes: Any) -> None:
    train, valid, test = pipes
    assert list(train) == [("Hallo Welt.\n",) * 2, ("Zweite Zeile.\n",) * 2]
    assert list(valid) == list(test) == [("Eins & zwei\n",) * 2, ("\n",) * 2]


def test_iwslt_from_published_files_and_from_torchtexts(tmp_path: Path) -> None:
    inner = tmp_path / "datasets/IWSLT2016/2016-01/texts/de/en/de-en"
    write_talks(inner, 16, "tst2013", "tst2014")
    check_talks(datasets.IWSLT2016(str(tmp_path)))
    for language in ("de", "en"):
        (inner / f"train.de-en.{language}").write_text("Sauber.\n", encoding="utf-8")
    assert list(datasets.IWSLT2016(str(tmp_path), "train")) == [("Sauber.\n", "Sauber.\n")]
    (inner / "train.de-en.en").write_text("Clean.\nMore.\n", encoding="utf-8")
    with pytest.raises(UserError, match="have different numbers of lines; get both files again"):
        list(datasets.IWSLT2016(str(tmp_path), "train"))


def test_iwslt_from_the_download(tmp_path: Path) -> None:
    folder = tmp_path / "datasets" / "IWSLT2017"
    folder.mkdir(parents=True)
    name = "DeEnItNlRo-DeEnItNlRo"
    write_talks(tmp_path / name, 17, "dev2010", "tst2010")
    with tarfile.open(tmp_path / f"{name}.tgz", "w:gz") as packed:
        packed.add(tmp_path / name, name)
    with tarfile.open(folder / "2017-01-trnmted.tgz", "w:gz") as packed:
        packed.add(tmp_path / f"{name}.tgz", f"2017-01-trnmted/texts/DeEnItNlRo/DeEnItNlRo/{name}.tgz")
    check_talks(datasets.IWSLT2017(str(tmp_path)))


def test_iwslt_has_certain_pairs_and_sets() -> None:
    with pytest.raises(ValueError, match="IWSLT2016 has no pair 'de' to 'fr'; choose from en to ar de fr cs, ar to en"):
        datasets.IWSLT2016(language_pair=("de", "fr"))
    with pytest.raises(ValueError, match="IWSLT2016 has no set 'tst2014' for cs and en"):
        datasets.IWSLT2016(language_pair=["cs", "en"])
    with pytest.raises(ValueError, match="IWSLT2017 has no pair 'de' to 'de'"):
        datasets.IWSLT2017(language_pair=("de", "de"))
    with pytest.raises(ValueError, match="language_pair: a tuple of two languages is wanted, not 'de-en'"):
        datasets.IWSLT2017(language_pair="de-en")


def test_cc100_names_its_language(tmp_path: Path) -> None:
    import lzma

    folder = tmp_path / "datasets" / "CC100"
    folder.mkdir(parents=True)
    with lzma.open(folder / "xh.txt.xz", "wt", encoding="utf-8") as packed:
        packed.write("Molo\n\n")
    assert list(datasets.CC100(str(tmp_path), "xh")) == [("xh", "Molo"), ("xh", "")]
    with pytest.raises(UserFileNotFoundError, match=r"^CC100: get its files .* put there .*yo\.txt, or yo\.txt\.xz$"):
        datasets.CC100(str(tmp_path), "yo")
    with pytest.raises(UserValueError, match="^CC100 has no language 'qq'; see torchtext.datasets.cc100.VALID_CODES$"):
        datasets.CC100(str(tmp_path), "qq")


def test_each_data_set_has_a_module() -> None:
    for name, data_set in datasets.DATASETS.items():
        module = importlib.import_module(f"{datasets.__name__}.{name.lower()}")
        assert getattr(module, name) is data_set and getattr(datasets, name.lower()) is module
        assert module.DATASET_NAME == name and datasets.URLS[name] is module.URL
        assert datasets.MD5[name] is module.MD5 and datasets.NUM_LINES[name] is module.NUM_LINES
    from nlpseq.compat.torchtext.datasets.ag_news import NUM_LINES

    from nlpseq.compat.torchtext.datasets import imdb, multi30k

    assert imdb.URL.endswith("/aclImdb_v1.tar.gz") and imdb.MAP_LABELS == {"neg": 1, "pos": 2}
    assert NUM_LINES == {"train": 120000, "test": 7600}
    assert sorted(multi30k.MD5) == sorted(multi30k.NUM_LINES) == ["test", "train", "valid"]


@pytest.mark.parametrize("link", [str, lambda _: "https://elsewhere/training.tar.gz"])
def test_links_of_ones_own_are_told_once_that_nobody_follows_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, link: Callable[[str], str]
) -> None:
    say_once.cache_clear()
    for language in ("de", "en"):
        write(tmp_path, "Multi30k", f"train.{language}", "x\n")
    write(tmp_path, "EnWik9", "enwik9", "x\n")
    datasets.Multi30k(str(tmp_path), "train")
    datasets.EnWik9(str(tmp_path))
    assert not caplog.messages
    monkeypatch.setattr(datasets.multi30k, "URL", Links(datasets.multi30k.URL))
    datasets.multi30k.URL["train"] = link(datasets.multi30k.URL["train"])
    monkeypatch.setattr(datasets.enwik9, "URL", "https://elsewhere/enwik9.zip")
    for _ in range(2):
        assert list(datasets.Multi30k(str(tmp_path), "train")) == [("x", "x")]
        assert list(datasets.EnWik9(str(tmp_path))) == ["x"]
    first, second = caplog.messages
    assert first.startswith("Multi30k: the links written to torchtext.datasets.multi30k.URL are not used; ")
    assert second.startswith("EnWik9: ")


def test_imdb_says_once_what_its_labels_are(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    say_once.cache_clear()
    for label in ("neg", "pos"):
        write(tmp_path, "IMDB", f"aclImdb_v1/train/{label}", "Fine.\n")
    assert [label for _ in range(2) for label, _ in datasets.IMDB(str(tmp_path), "train")] == [1, 2, 1, 2]
    (said,) = caplog.messages
    assert said.startswith("IMDB: the labels are 1 (negative) and 2 (positive), as in torchtext since 0.14; ")


def test_splits_come_as_they_are_asked_for(tmp_path: Path) -> None:
    for split in ("train", "test"):
        write(tmp_path, "AG_NEWS", f"{split}.csv", f"1,{split}\n")
    assert [list(pipe) for pipe in datasets.AG_NEWS(str(tmp_path))] == [[(1, "train")], [(1, "test")]]
    assert [list(pipe) for pipe in datasets.AG_NEWS(str(tmp_path), split=["test"])] == [[(1, "test")]]
    assert list(datasets.AG_NEWS(str(tmp_path), "test")) == [(1, "test")]
    with pytest.raises(TypeError, match="AG_NEWS has no split 'valid'; choose from train, test"):
        datasets.AG_NEWS(str(tmp_path), "valid")


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    write(tmp_path, "AG_NEWS", "train.csv", "1,fine\nworld,bad\n")
    with pytest.raises(
        UserError, match=r"train.csv, row 2: not a row of this data set \(.*'world'\); get the file again"
    ):
        list(datasets.AG_NEWS(str(tmp_path), "train"))
    write(tmp_path, "SQuAD1", "dev-v1.1.json", "[1]")
    with pytest.raises(UserError, match="dev-v1.1.json: not a file of SQuAD"):
        list(datasets.SQuAD1(str(tmp_path), "dev"))
    with pytest.raises(UserError, match="has other columns than the line before it"):
        list(tagged(write(tmp_path, "UDPOS", "train.txt", "a\tb\nc\n"), delimiter="\t"))


def test_the_default_folder_is_torchtexts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    write(tmp_path / "text", "PennTreebank", "ptb.test.txt", " a \n")
    assert list(datasets.PennTreebank(split="test")) == ["a"]


def seen_by_worker(row: tuple[int, str]) -> tuple[str, int]:
    info = get_worker_info()
    return row[1], -1 if info is None else info.id


def test_a_loader_batches_shuffles_and_shares_out(tmp_path: Path) -> None:
    write(tmp_path, "AG_NEWS", "train.csv", "".join(f"1,{number}\n" for number in range(7)))
    numbers = [str(number) for number in range(7)]
    pipe = datasets.AG_NEWS(str(tmp_path), "train")
    batches = [list(texts) for _, texts in DataLoader(pipe, batch_size=3)]
    assert batches == [numbers[:3], numbers[3:6], numbers[6:]]
    assert [text for _, text in pipe.filter(lambda row: row[1] > "4")] == ["5", "6"]
    shared = list(DataLoader(pipe.map(seen_by_worker), batch_size=None, num_workers=2))
    assert sorted(text for text, _ in shared) == numbers and {worker for _, worker in shared} == {0, 1}
    shuffled = [text for _, text in DataLoader(pipe, batch_size=None, shuffle=True)]
    assert sorted(shuffled) == numbers


def test_methods_of_torchdata_name_it(tmp_path: Path) -> None:
    write(tmp_path, "AG_NEWS", "train.csv", "1,a\n")
    pipe = datasets.AG_NEWS(str(tmp_path), "train")
    for method in ("header", "enumerate", "bucketbatch", "cycle", "random_split", "rows2columnar"):
        with pytest.raises(AttributeError, match=f"^a data pipe has {method} where torchdata is imported: pip install"):
            getattr(pipe, method)
    with pytest.raises(AttributeError, match="'ShardingFilterIterDataPipe' object has no attribute 'unheard"):
        pipe.unheard  # noqa: B018
    assert list(pickle.loads(pickle.dumps(pipe))) == list(copy.deepcopy(pipe)) == [(1, "a")]


@pytest.mark.parametrize("method", ["splits", "iters"])
def test_what_data_sets_had_before_0_9_names_where_it_is(method: str) -> None:
    with pytest.raises(AttributeError, match=f"IMDB has no {method} since torchtext 0.9; .*torchtext.legacy.datasets$"):
        getattr(datasets.IMDB, method)("TEXT", "LABEL", root=".data")
