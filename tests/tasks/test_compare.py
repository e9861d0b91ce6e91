"""Two runs side by side, from their folders: every task, text that is no markup, what cannot be compared."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpseq.config import ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.errors import UserError
from nlpseq.tasks import verbs
from nlpseq.tasks.compare import report_pair
from nlpseq.tasks.generate.report import read_pair

EVIL = "<script>alert(1)</script> | *b*"


def copy_of(
    settings: TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings, folder: Path
) -> Path:
    return Path(shutil.copytree(settings.run_dir, folder))


def pages_of(page: Path) -> tuple[str, str]:
    found, text = page.read_text(encoding="utf-8"), page.with_suffix(".md").read_text(encoding="utf-8")
    assert "<script" not in found and "<script" not in text and len(found) < 2_000_000
    return found, text


@pytest.mark.parametrize(
    ("fixture", "outputs", "score"),
    [("tiny_run", "translations.txt", "BLEU"), ("notice_run", "summaries.txt", "ROUGE-1")],
)
def test_texts(fixture: str, outputs: str, score: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    settings = request.getfixturevalue(fixture)
    other = copy_of(settings, tmp_path / "other")
    lines = (other / outputs).read_text(encoding="utf-8").splitlines()
    (other / outputs).write_text("".join(f"{EVIL}\n" for _ in lines), encoding="utf-8")
    run = Path(settings.run_dir)
    page = report_pair(run, other)
    assert page == other / f"report-beside-{run.name}.html"
    found, text = pages_of(page)
    assert f"\n{run.name} is really better than other: {score} " in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *b*" in found
    assert r"&lt;script&gt;alert(1)&lt;/script&gt; \| \*b\*" in text
    assert "## Learning curves over each other" in text and f"## Where {run.name} is ahead" in text
    assert f"0 of {len(lines)}" in text  # the other one is never ahead


def test_classifiers(review_run: ClassifySettings, tmp_path: Path) -> None:
    other = copy_of(review_run, tmp_path / "other")
    head, *rows = (other / "predictions.tsv").read_text(encoding="utf-8").splitlines()
    # The first text is taken for what it is not, or for what it is where that was wrong.
    label, chosen, _ = rows[0].split("\t")
    rows[0] = f"{label}\t{'nonsense' if chosen == label else label}\t0.987000"
    (other / "predictions.tsv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    _, text = pages_of(report_pair(review_run.run_dir, other, out=tmp_path / "both.html"))
    right, wrong = ("reviews", "other") if chosen == label else ("other", "reviews")
    section = text.partition(f"## Right by {right}, wrong by {wrong}\n")[2].partition("\n## ")[0]
    assert f"1 of {len(rows)} texts" in section and "98.7% sure" in section
    assert "may well be equally good: Accuracy" in text and "by exact McNemar" in text


def test_language_models_of_characters_and_of_bytes(story_run: GenerateSettings, tmp_path: Path) -> None:
    lines = Path(story_run.data.path).read_text(encoding="utf-8").splitlines(keepends=True)
    for split, some in (("train", lines[:48]), ("validation", lines[48:54]), ("test", lines[54:])):
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / f"{split}.txt").write_text("".join(some), encoding="utf-8")
    run, other = tmp_path / "characters", tmp_path / "bytes"
    for folder, unit in ((run, "codepoint"), (other, "byte")):
        data = replace(story_run.data, path=str(tmp_path / "texts"), test_share=0.0)
        text, train = replace(story_run.text, unit=unit), replace(story_run.train, max_epochs=1)
        verbs.run(replace(story_run, run_dir=str(folder), data=data, text=text, train=train))
    pair = read_pair(run, other)
    one, two = pair.losses
    assert np.array_equal(one.characters, two.characters) and "".join(pair.passages).count("Zoë") > 1
    assert [len(passage) for passage in pair.passages] == one.characters.tolist()
    _, text = pages_of(report_pair(run, other))
    bits = [f"{each.bits_per_character:.3f}" for each in pair.losses]
    assert f"Bits per character {bits[0]} and {bits[1]} on the same" in text
    assert "| text.unit | codepoint | byte |" in text and "## Bits per character over the text" in text
    first = re.search(r"### Passage \d+: ([\d.]+) bits per character fewer by (characters|bytes)", text)
    assert first is not None


def test_what_cannot_be_compared(
    tiny_run: TranslateSettings, review_run: ClassifySettings, story_run: GenerateSettings, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="is a run of the task translate and .* of classify; compare two of one task"):
        report_pair(tiny_run.run_dir, review_run.run_dir)
    with pytest.raises(UserError, match="are one run; name two, or one alone"):
        report_pair(tiny_run.run_dir, tiny_run.run_dir)
    with pytest.raises(UserError, match=r"the page is HTML; give a name that ends in \.html"):
        report_pair(tiny_run.run_dir, tmp_path, out="both.txt")
    with pytest.raises(UserError, match="not a run folder"):
        report_pair(tiny_run.run_dir, tmp_path)
    (copied := copy_of(tiny_run, tmp_path / "copy")).joinpath("metrics.json").unlink()
    with pytest.raises(UserError, match=r"metrics\.json: not there yet; run nlpseq evaluate"):
        report_pair(tiny_run.run_dir, copied)
    other = copy_of(story_run, tmp_path / "story")
    ids = np.load(other / "data" / "test.npy")
    np.save(other / "data" / "test.npy", ids[::-1])
    with pytest.raises(UserError, match="were tested on different texts"):
        report_pair(story_run.run_dir, other)


def test_texts_of_equal_labels_are_still_other_texts(review_run: ClassifySettings, tmp_path: Path) -> None:
    from datasets import load_from_disk

    other = copy_of(review_run, tmp_path / "other")
    corpus = load_from_disk(Path(review_run.run_dir) / "data" / "corpus")
    corpus["test"] = corpus["test"].map(lambda row: {"text": row["text"] + "!"}, load_from_cache_file=False)
    shutil.rmtree(other / "data" / "corpus")
    corpus.save_to_disk(other / "data" / "corpus")
    with pytest.raises(UserError, match=r"were tested on different texts \(20 and 20\)"):
        report_pair(review_run.run_dir, other)
