"""The verbs of a tagging: what they write, what a second call does again, and any corpus that they take."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from datasets import ClassLabel, Dataset, DatasetDict, Features, Sequence, Value
from safetensors.torch import load_file

from nlpseq.config import TaggedDataSettings, TagSettings
from nlpseq.errors import UserError
from nlpseq.tasks import verbs
from nlpseq.tasks.evaluate import evaluate
from nlpseq.tasks.tag import stages
from nlpseq.tasks.tag import tagger as tagger_module
from nlpseq.tasks.tag.stages import encoded, load_prepared
from nlpseq.tasks.tag.tagger import Tagger
from nlpseq.training import loop


def rows(run_dir: Path | str) -> list[dict[str, str]]:
    with open(Path(run_dir) / "curves.csv", encoding="utf-8") as file:
        return [
            {k: v for k, v in row.items() if k not in ("minutes", "tokens_per_second")} for row in csv.DictReader(file)
        ]


def test_a_run_folder_explains_itself(name_run: TagSettings) -> None:
    run_dir = Path(name_run.run_dir)
    for name in ("config.json", "settings.yaml", "model.safetensors", "report.html", "README.md", "predictions.tsv"):
        assert (run_dir / name).stat().st_size > 0, name
    metrics = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    assert metrics["sentences"] == 35 and metrics["entity_f1"] > 0.9 and metrics["scheme"] == "iob1"
    (memory,) = metrics["baselines"]
    assert 0.3 < memory["f1"] < metrics["entity_f1"]
    assert float(rows(run_dir)[-1]["val_f1"]) > 0.9


def test_the_same_command_again_does_nothing(name_run: TagSettings, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    metrics = verbs.run(name_run)
    assert metrics == evaluate(name_run.run_dir)
    assert [line.split(":")[0] for line in caplog.messages[:3]] == [
        "prepared already", "trained already", "evaluated already",
    ]  # fmt: skip


def test_an_interrupted_training_goes_on_to_the_same_weights(
    name_settings: TagSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = replace(name_settings, run_dir=str(tmp_path / "whole"), train=replace(name_settings.train, max_epochs=2))
    verbs.train(whole)
    broken, steps, step = replace(whole, run_dir=str(tmp_path / "broken")), [0], loop.train_step

    def stopped_step(*given: object) -> float:
        steps[0] += 1
        if steps[0] == 11:
            raise KeyboardInterrupt
        return step(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loop, "train_step", stopped_step)
        verbs.train(replace(broken, train=replace(broken.train, resume_every_steps=3)))
    verbs.train(broken)
    one, other = (load_file(tmp_path / name / "model.safetensors") for name in ("whole", "broken"))
    assert all((one[name] == other[name]).all() for name in one)
    assert rows(whole.run_dir) == rows(broken.run_dir)


def test_rows_hold_the_words_and_tags_of_the_corpus(name_run: TagSettings) -> None:
    prepared = load_prepared(name_run, Path(name_run.run_dir))
    found, forms = encoded(prepared, prepared.corpus["train"])
    words = [None, *dict.fromkeys(word for row in prepared.corpus["train"]["tokens"] for word in row)]
    for number in (0, 7, len(found) - 1):
        numbers, tags = found[number]
        row = prepared.corpus["train"][number]
        assert [words[place] for place in numbers] == row["tokens"]
        assert [prepared.words.lookup_token(index) for index in forms.ids[numbers]] == row["tokens"]
        bare = [prepared.tags[index].replace("B-", "I-").replace("S-", "I-").replace("E-", "I-") for index in tags]
        assert bare == row["tags"]


def test_plain_tags_from_a_saved_data_set(
    name_settings: TagSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Numbers with names, as the hub has them; what is not there is held out."""
    caplog.set_level("INFO", logger="nlpseq")
    features = Features({"id": Value("string"), "tokens": Sequence(Value("string")),
                         "upos": Sequence(ClassLabel(names=["DET", "NOUN", "VERB"]))})  # fmt: skip
    nouns, acts = ["dog", "cat", "boat", "king", "child"], ["sleeps", "waits", "sings"]
    lines = [["the", noun, verb] for noun in nouns for verb in acts] * 3
    table = {"id": [str(n) for n in range(len(lines))], "tokens": lines, "upos": [[0, 1, 2]] * len(lines)}
    DatasetDict(train=Dataset.from_dict(table, features=features)).save_to_disk(tmp_path / "saved")
    settings = replace(
        name_settings, run_dir=str(tmp_path / "run"), data=TaggedDataSettings(path=str(tmp_path / "saved")),
        train=replace(name_settings.train, max_epochs=6),
    )  # fmt: skip
    metrics = verbs.run(settings)
    assert metrics["token_accuracy"] == 1.0 and metrics["scheme"] == "plain" and "entity_f1" not in metrics
    assert any("tags: plain" in line for line in caplog.messages)
    assert any("held out of the training split" in line for line in caplog.messages)
    tagger = Tagger.from_pretrained(settings.run_dir)
    found = tagger.tag([["the", "king", "sings"]])[0]
    assert found.tags == ["DET", "NOUN", "VERB"] and [entity.label for entity in found] == found.tags
    assert "Token accuracy" in (tmp_path / "run" / "report.md").read_text(encoding="utf-8")


def test_other_text_is_scored_whatever_the_scheme_of_its_tags(name_run: TagSettings, tmp_path: Path) -> None:
    before = (Path(name_run.run_dir) / "metrics.json").read_bytes()
    (tmp_path / "new.jsonl").write_text(
        json.dumps({"tokens": ["They", "saw", "Oslo", "."], "tags": ["O", "O", "S-LOC", "O"]})
        + "\n"
        + json.dumps({"tokens": ["Dr", "Ann", "Frost"], "tags": ["O", "B-PER", "E-PER"]})
        + "\n"
    )
    metrics = evaluate(name_run.run_dir, data=TaggedDataSettings(path=str(tmp_path / "new.jsonl")))
    assert metrics["entity_f1"] == 1.0 and metrics["entities"] == 2 and metrics["split"] == "all"
    assert evaluate(name_run.run_dir, split="validation")["sentences"] == 35
    assert (Path(name_run.run_dir) / "metrics.json").read_bytes() == before


def test_word_vectors_give_the_embedding_its_start(name_settings: TagSettings, tmp_path: Path) -> None:
    (tmp_path / "v.txt").write_text("".join(f"{word} {' '.join(['0.5'] * 12)}\n" for word in ("Dr", "Bonn", "Rome")))
    text = replace(name_settings.text, vectors=str(tmp_path / "v.txt"), freeze_vectors=True)
    tagger = verbs.train(replace(name_settings, run_dir=str(tmp_path / "run"), text=text))
    weight = tagger.model.embedding.weight[tagger.words["Bonn"]]
    assert weight.tolist() == pytest.approx([12**-0.5] * 12)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "no sentences"),
        ("Ann B-PER\nsaw\n", "line 2"),
        ("Ann\nsaw\n", "one column"),
    ],
)
def test_mistakes_in_the_corpus_are_one_sentence(
    name_settings: TagSettings, tmp_path: Path, content: str, named: str
) -> None:
    (tmp_path / "train.conll").write_text(content)
    data = TaggedDataSettings(path=str(tmp_path / "train.conll"))
    with pytest.raises(UserError, match=named):
        verbs.run(replace(name_settings, run_dir=str(tmp_path / "run"), data=data))
    assert not (tmp_path / "run" / "data").exists()
    with pytest.raises(UserError, match="data.path is not set"):
        verbs.run(replace(name_settings, data=TaggedDataSettings()))


def test_labels_that_training_lacks_are_not_learnt(name_settings: TagSettings, tmp_path: Path) -> None:
    (tmp_path / "train.conll").write_text("Ann B-PER\nsings O\n\n" * 4)
    (tmp_path / "validation.conll").write_text("Bonn B-LOC\nsings O\n\nAnn B-PER\nsings O\n")
    (tmp_path / "test.conll").write_text("Bonn B-LOC\nsings O\n")
    settings = replace(
        name_settings, run_dir=str(tmp_path / "run"), data=TaggedDataSettings(path=str(tmp_path)),
        train=replace(name_settings.train, max_epochs=1),
    )  # fmt: skip
    metrics = verbs.run(settings)
    assert [row["name"] for row in metrics["labels"] if row["support"]] == ["LOC"]


def test_of_very_many_tags_each_is_learnt_by_itself(
    name_settings: TagSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="nlpseq")
    monkeypatch.setattr(stages, "MOST_CRF_TAGS", 8)
    monkeypatch.setattr(tagger_module, "MOST_SCORES", 9**2 * 30)  # a batch has 30 tokens
    train = replace(name_settings.train, max_epochs=1)
    tagger = verbs.train(replace(name_settings, run_dir=str(tmp_path / "run"), train=train))
    assert "a CRF over 9 tags takes too long; each is learnt by itself" in caplog.text
    assert not tagger.settings.crf and not tagger.model.crf.transitions.any()
    sentences = [["They", "saw", "Bonn", "."]] * 20 + [["Dr", "May"]]
    assert [len(found.tags) for found in tagger.tag(sentences)] == [4] * 20 + [2]
