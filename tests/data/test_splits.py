"""Which files of a folder are which split."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlpseq.data.splits import corpus_files, file_checksums, labelled_files, left_out, text_files
from nlpseq.errors import UserError


def folder_of(path: Path, *names: str) -> Path:
    for name in names:
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).touch()
    return path


def found(path: Path, **splits: str | None) -> dict[str, list[str]]:
    files = corpus_files(path, src="en", tgt="de", splits=splits or None)
    return {split: [file.name for file in paths] for split, paths in files.items()}


@pytest.mark.parametrize("stem", ["validation", "valid", "val", "dev"])
def test_the_usual_names_are_found(tmp_path: Path, stem: str) -> None:
    folder_of(tmp_path, "train.de", "train.en", f"{stem}.en", f"{stem}.de", "README.md")
    assert found(tmp_path) == {"train": ["train.en", "train.de"], "validation": [f"{stem}.en", f"{stem}.de"]}


def test_the_first_test_set_in_order_unless_one_is_just_test(tmp_path: Path) -> None:
    folder_of(tmp_path, *(f"test_{year}.{lang}" for year in (2018, 2016) for lang in ("en", "de")))
    assert found(tmp_path, test=None) == {"test": ["test_2016.en", "test_2016.de"]}
    folder_of(tmp_path, "test.en", "test.de")
    assert found(tmp_path, test=None) == {"test": ["test.en", "test.de"]}


def test_a_named_split_alone(tmp_path: Path) -> None:
    folder_of(tmp_path, "test_2016.en", "test_2016.de", "test_2017.en", "test_2017.de")
    assert found(tmp_path, test="test_2017") == {"test": ["test_2017.en", "test_2017.de"]}


def test_tables_and_their_pieces(tmp_path: Path) -> None:
    pieces = [f"train-0000{piece}-of-00003.parquet" for piece in range(3)]
    folder_of(tmp_path, *pieces, "dev.tsv")
    assert found(tmp_path) == {"train": pieces, "validation": ["dev.tsv"]}


@pytest.mark.parametrize("ending", ["tsv", "jsonl.gz", "parquet"])
@pytest.mark.parametrize("numbers", [("0", "1"), ("1", "2", "3"), ("000", "001"), tuple(map(str, range(11)))])
def test_tables_in_numbered_pieces(tmp_path: Path, numbers: tuple[str, ...], ending: str) -> None:
    pieces = [f"train.{number}.{ending}" for number in numbers]
    assert found(folder_of(tmp_path, *pieces, "dev.tsv")) == {"train": pieces, "validation": ["dev.tsv"]}


def test_texts_in_numbered_pieces(tmp_path: Path) -> None:
    pieces = [f"train-{number}.{side}.gz" for number in (1, 2, 10) for side in ("en", "de")]
    folder_of(tmp_path, *pieces, *(f"train-{number}.{side}" for number in range(3, 10) for side in ("en", "de")))
    assert [name.removesuffix(".gz") for name in found(tmp_path)["train"]] == [
        f"train-{number}.{side}" for number in range(1, 11) for side in ("en", "de")
    ]
    (tmp_path / "train-7.de").unlink()
    with pytest.raises(UserError, match="train-7.en: its partner train-7.de is missing"):
        found(tmp_path)


def test_what_has_a_gap_or_two_forms_is_not_joined(tmp_path: Path) -> None:
    folder_of(tmp_path, "train.tsv", "test.2016.tsv", "test.2018.tsv", "train.1.tsv")
    assert found(tmp_path) == {"train": ["train.tsv"], "test": ["test.2016.tsv"]}
    with pytest.raises(UserError, match="no split 'train'"):
        found(folder_of(tmp_path / "other", "train.1.tsv", "train.1.jsonl", "train.2.tsv"))


def test_plain_files_win_over_a_table(tmp_path: Path) -> None:
    assert found(folder_of(tmp_path, "train.tsv", "train.de", "train.en")) == {"train": ["train.en", "train.de"]}


def test_one_file_is_the_first_split_asked_for(tmp_path: Path) -> None:
    path = folder_of(tmp_path, "mine.tsv") / "mine.tsv"
    assert found(path) == {"train": ["mine.tsv"]}
    assert found(path, test=None) == {"test": ["mine.tsv"]}


def test_a_hub_name_has_no_local_files() -> None:
    assert found(Path("someone/some-corpus")) == {}
    assert found(Path("hf://runs/corpus")) == {}


@pytest.mark.parametrize(
    ("names", "splits", "message"),
    [
        (["train.en", "val.de"], {}, "train.en: its partner train.de is missing; add it"),
        (["train.de"], {}, "train.de: its partner train.en is missing; add it"),
        (
            ["a.txt", "b.txt"],
            {},
            "no split 'train'; found a.txt, b.txt; expected train.en and train.de, or train.tsv",
        ),
        ([], {}, "no split 'train'; found nothing; expected train.en and train.de"),
        (["val.en", "val.de"], {}, "no split 'train'; found val.de, val.en; expected"),
        (["train.en", "train.de"], {"test": None}, "no split test; found train.de, train.en; expected"),
        (["test.en", "test.de"], {"test": "test_b"}, "no split 'test_b'; found test.de, test.en; expected"),
        (["train.csv", "train.tsv"], {}, "train.csv and train.tsv are the same split; keep one of them"),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, names: list[str], splits: dict[str, str | None], message: str
) -> None:
    with pytest.raises(UserError) as caught:
        found(folder_of(tmp_path, *names), **splits)
    assert message in str(caught.value)


@pytest.mark.parametrize("names", [["corpus.en", "corpus.de"], ["all.en-de.en", "all.en-de.de"], ["pairs.tsv"]])
def test_all_that_there_is_in_a_folder_is_one_split(tmp_path: Path, names: list[str]) -> None:
    assert found(folder_of(tmp_path, *names), train=None, validation=None) == {"train": names}
    with pytest.raises(UserError, match="no split 'dev', as all of this file is one split; leave out data.validation"):
        found(tmp_path, train=None, validation="dev")


def test_a_long_listing_is_cut(tmp_path: Path) -> None:
    folder_of(tmp_path, *(f"f{number:02}.txt" for number in range(13)))
    with pytest.raises(UserError, match=r"f09\.txt and 3 more; expected"):
        found(tmp_path)


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nowhere: no such file or folder; check the path, or write hf://owner/name"):
        found(tmp_path / "nowhere")


def test_a_slip_inside_of_a_folder_is_no_hub_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpora").mkdir()
    with pytest.raises(UserError, match="corpora/mul: no such file or folder"):
        found(Path("corpora/mul"))


def test_a_single_file_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"train\.en: a single file must end in \.tsv"):
        found(folder_of(tmp_path, "train.en") / "train.en")


def test_one_language_twice(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="source and target language are both 'en'; name two different ones"):
        corpus_files(tmp_path, src="en", tgt="en")


def test_checksums_are_sha256(tmp_path: Path) -> None:
    path = tmp_path / "a.en"
    path.write_bytes(b"abc")
    # The test vector of FIPS 180-2, appendix B.1.
    assert file_checksums([path]) == {"a.en": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}


def test_the_checksum_of_a_class_folder_sees_its_texts_and_their_names(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, "pos/1.txt", "pos/2.txt") / "pos"
    (folder / "1.txt").write_text("fine")
    seen = {file_checksums([folder])["pos"]}
    (folder / "urls").write_text("not a text")
    assert {file_checksums([folder])["pos"]} == seen
    (folder / "2.txt").write_text("splendid")
    seen.add(file_checksums([folder])["pos"])
    (folder / "2.txt").rename(folder / "3.txt")
    seen.add(file_checksums([folder])["pos"])
    assert len(seen) == 3


def found_labelled(path: Path, **splits: str | None) -> dict[str, list[str]]:
    files = labelled_files(path, splits=splits or None)
    return {split: [str(file.relative_to(path)) for file in paths] for split, paths in files.items()}


ACL_IMDB = (
    "README", "imdbEr.txt", "train/urls_pos.txt", "train/labeledBow.feat", "train/pos/0_9.txt", "train/neg/0_3.txt",
    "train/unsup/0_0.txt", "test/urls_pos.txt", "test/pos/0_10.txt", "test/neg/0_2.txt",
)  # fmt: skip


def test_the_layout_of_acl_imdb(tmp_path: Path) -> None:
    folder_of(tmp_path, *ACL_IMDB)
    assert found_labelled(tmp_path) == {"train": ["train/neg", "train/pos"], "test": ["test/neg", "test/pos"]}
    assert found_labelled(tmp_path / "train") == {"train": ["neg", "pos"]}
    assert found_labelled(tmp_path, validation=None, test="test") == {"test": ["test/neg", "test/pos"]}


@pytest.mark.parametrize("split", ["validation", "valid", "val", "dev"])
def test_class_folders_of_each_split(tmp_path: Path, split: str) -> None:
    folder_of(tmp_path, "train/a b/1.txt", "train/c/1.txt", f"{split}/c/1.txt", ".git/c/1.txt", "train/empty/1.png")
    assert found_labelled(tmp_path) == {"train": ["train/a b", "train/c"], "validation": [f"{split}/c"]}


def test_class_folders_without_splits_are_the_first_one_asked_for(tmp_path: Path) -> None:
    folder_of(tmp_path, "pos/1.txt", "neg/1.txt", "notes.txt")
    assert found_labelled(tmp_path) == {"train": ["neg", "pos"]}
    assert found_labelled(tmp_path, test="test") == {"test": ["neg", "pos"]}


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "json", "parquet", "txt"])
def test_labelled_tables(tmp_path: Path, suffix: str) -> None:
    folder_of(tmp_path, f"train.{suffix}", f"dev.{suffix}", f"test_a.{suffix}", "images/1.png")
    assert found_labelled(tmp_path) == {
        "train": [f"train.{suffix}"], "validation": [f"dev.{suffix}"], "test": [f"test_a.{suffix}"]
    }  # fmt: skip
    assert list(labelled_files(tmp_path / f"dev.{suffix}")) == ["train"]


@pytest.mark.parametrize(
    ("names", "splits", "message"),
    [
        (["train/1.txt", "test/1.txt"], {}, "no split 'train'; found test, train; expected train.csv, train.tsv"),
        (["train.csv", "train.txt"], {}, "train.csv and train.txt are the same split; keep one of them"),
        (["train/pos/1.txt", "train/neg/1.txt"], {"test": "test"}, "no split 'test'; found train"),
    ],
)
def test_what_labelled_files_refuse(
    tmp_path: Path, names: list[str], splits: dict[str, str | None], message: str
) -> None:
    with pytest.raises(UserError) as caught:
        found_labelled(folder_of(tmp_path, *names), **splits)
    assert message in str(caught.value)


def test_a_single_labelled_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(
        UserError, match=r"train\.xml: a single file must end in .*; for one text a file give the folder"
    ):
        labelled_files(folder_of(tmp_path, "train.xml") / "train.xml")


LAYOUTS = {
    "suffixes": ["train.en", "train.de", "dev.en", "dev.de"],
    "capitals": ["Train.EN", "Train.DE", "DEV.en", "DEV.de"],
    "gzip": ["train.en.gz", "train.de.gz", "dev.en.gz", "dev.de"],
    "txt": ["train.en.txt", "train.de.txt", "dev.en.TXT", "dev.de.TXT"],
    "opennmt": ["src-train.txt", "tgt-train.txt", "src-dev.txt", "tgt-dev.txt"],
    "sides": ["train.src", "train.trg", "dev.source", "dev.target"],
    "dashes": ["train-en.txt", "train-de.txt", "dev_en.txt.gz", "dev_de.txt"],
    "folders": ["en/train.txt", "de/train.txt", "en/dev.txt", "de/dev.txt"],
    "folders and suffixes": ["en/train.en", "de/train.de", "en/dev", "de/dev"],
    "fairseq": ["train.de-en.en", "train.de-en.de", "dev.de-en.en", "dev.de-en.de"],
    "other names": ["train.eng", "train.deu", "dev.English", "dev.German"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_ways_in_which_plain_text_is_kept(layout: str, tmp_path: Path) -> None:
    names = LAYOUTS[layout]
    folder_of(tmp_path, *names, ".git/train.en", "._train.en", ".ipynb_checkpoints/train.en", "README.md", "notes.txt")
    files = corpus_files(tmp_path, src="en", tgt="de")
    assert {split: [str(file.relative_to(tmp_path)) for file in paths] for split, paths in files.items()} == {
        "train": names[:2], "validation": names[2:]
    }  # fmt: skip
    assert len(file_checksums(files["train"])) == 2
    turned = corpus_files(tmp_path, src="de", tgt="en")["train"]
    if "src" not in "".join(names):
        assert turned == files["train"][::-1]


def test_an_unpacked_file_goes_before_the_same_one_packed(tmp_path: Path) -> None:
    folder_of(tmp_path, "train.en.gz", "train.en", "train.de.gz")
    assert found(tmp_path) == {"train": ["train.en", "train.de.gz"]}


@pytest.mark.parametrize("name", ["Train.csv", "train.CSV", "TRAIN.Csv.GZ", "train.ndjson", "train.tab", "train.xlsx"])
def test_tables_in_any_case(name: str, tmp_path: Path) -> None:
    folder_of(tmp_path, name, ".train.csv", "~$train.xlsx", "._train.csv")
    assert found(tmp_path) == {"train": [name]}
    assert found_labelled(tmp_path) == {"train": [name]}
    assert found_labelled(tmp_path, train="TRAIN") == {"train": [name]}
    assert list(labelled_files(tmp_path / name)) == ["train"]


def test_fasttext_files(tmp_path: Path) -> None:
    folder_of(tmp_path, "train.ft.txt", "test.ft.txt.gz")
    assert found_labelled(tmp_path) == {"train": ["train.ft.txt"], "test": ["test.ft.txt.gz"]}


NINE = [f"{name}/{n}.txt" for name in ("bug", "docs", "test", "dev") for n in range(2)]


def test_classes_at_any_depth_in_any_case_and_with_any_name(tmp_path: Path) -> None:
    folder_of(
        tmp_path, *NINE, "wish/2024/may/1.txt", "other/1.TXT", "packed/1.txt.gz", "bare/37261", "mail/1.7c53336b37003"
    )
    classes = ["bare", "bug", "dev", "docs", "mail", "other", "packed", "test", "wish"]
    assert found_labelled(tmp_path) == {"train": classes}
    assert found_labelled(tmp_path, test=None) == {"test": classes}
    assert [path.name for path in text_files(tmp_path / "wish")] == ["1.txt"]


def test_a_class_called_test_with_folders_inside(tmp_path: Path) -> None:
    folder_of(tmp_path, *NINE, "test/2024/1.txt")
    assert found_labelled(tmp_path) == {"train": ["bug", "dev", "docs", "test"]}
    folder_of(tmp_path, "Train/bug/1.txt", "Train/docs/1.txt")
    assert found_labelled(tmp_path)["train"] == ["Train/bug", "Train/docs"]


def test_only_texts_are_read_and_the_others_counted(tmp_path: Path) -> None:
    folder_of(
        tmp_path, "a/b.txt", "a/c/d.txt", "a/.git/e.txt", "a/._b.txt", "a/x.png", "a/README", "a/.DS_Store", "y.csv"
    )
    texts = text_files(tmp_path / "a")
    assert [path.name for path in texts] == ["b.txt", "d.txt"]
    assert left_out(tmp_path, texts) == "left out as no text: y.csv, a/README, a/x.png"


@pytest.mark.parametrize(
    ("names", "splits", "message"),
    [
        (
            ["mine.tsv"],
            {"train": "train", "test": "nosuch"},
            "no split 'nosuch', as all of this file is one split; leave",
        ),
        (["mine.tsv"], {"train": "train", "validation": "dev", "test": None}, "no split 'dev', as all of this file"),
        (["mine.tsv"], {"train": "nonsense"}, "no split 'nonsense'"),
        (["mine.tsv"], {"test": "validation"}, "no split 'validation'"),
    ],
)
def test_a_split_that_one_file_does_not_have(
    names: list[str], splits: dict[str, str | None], message: str, tmp_path: Path
) -> None:
    path = folder_of(tmp_path, *names) / names[0]
    for find in (
        lambda: corpus_files(path, src="en", tgt="de", splits=splits),
        lambda: labelled_files(path, splits=splits),
    ):
        with pytest.raises(UserError, match=message):
            find()
    folder_of(tmp_path / "classes", "pos/1.txt", "neg/1.txt")
    with pytest.raises(UserError, match=message.replace("this file", "this folder of classes")):
        labelled_files(tmp_path / "classes", splits=splits)
    assert list(labelled_files(path, splits={"test": "test"})) == ["test"]
    assert list(labelled_files(path, splits={"train": "mine"})) == ["train"]


@pytest.mark.parametrize("target", ["/", "..", "."])
def test_a_link_to_where_the_corpus_lies_is_no_class(target: str, tmp_path: Path) -> None:
    """All of the machine would be looked through for texts."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (tmp_path / "note.txt").write_text("a text")
    (corpus / "train.jsonl").symlink_to(target)
    with pytest.raises(UserError, match="corpus"):
        labelled_files(corpus)
