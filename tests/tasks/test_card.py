"""A card tells the figures of its model, of no other; the hub can read its head; its snippet runs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from huggingface_hub import EvalResult, ModelCard

from nlpseq.config import CharRNNSettings, ClassifySettings, GenerateSettings, SummarizeSettings, TranslateSettings
from nlpseq.tasks.card import CARD_FILE, write_run_card
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.tasks.translate.translator import Translator
from nlpseq.text.alphabet import Alphabet

RUNS = ("tiny_run", "review_run", "story_run", "notice_run")
MODELS = {
    "tiny_run": Translator,
    "review_run": Classifier,
    "story_run": CharRNN,
    "notice_run": Summarizer,
}


@pytest.fixture
def run_dir(request: pytest.FixtureRequest) -> Path:
    """The folder of a finished run; only to be read."""
    settings: TranslateSettings | ClassifySettings | GenerateSettings | SummarizeSettings
    settings = request.getfixturevalue(request.param)
    return Path(settings.run_dir)


@pytest.fixture
def copied_run(tiny_run: TranslateSettings, tmp_path: Path) -> Path:
    """The folder of a finished run that a test may change."""
    return Path(shutil.copytree(tiny_run.run_dir, tmp_path / "run"))


def metrics_of(run_dir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run_dir / "metrics.json").read_text(encoding="utf-8"))
    return found


def results_of(folder: Path) -> dict[str, EvalResult]:
    """The results that the hub reads, by the name of the score."""
    return {str(found.metric_name): found for found in ModelCard.load(folder / CARD_FILE).data.eval_results or []}


@pytest.mark.parametrize(
    ("run_dir", "tag", "scores"),
    [
        ("tiny_run", "translation", {"BLEU": ("bleu", "bleu"), "chrF2": ("chrf", "chrf2"), "TER": ("ter", "ter")}),
        (
            "review_run",
            "text-classification",
            {"Accuracy": ("accuracy", "accuracy"), "Macro F1": ("f1", "macro_f1")},
        ),
        (
            "story_run",
            "text-generation",
            {
                "Bits per character": ("bits_per_character", "bits_per_character"),
                "Perplexity": ("perplexity", "perplexity"),
            },
        ),
        (
            "notice_run",
            "summarization",
            {f"ROUGE-{kind}": ("rouge", f"rouge{kind}") for kind in ("1", "2", "L")},
        ),
    ],
    indirect=["run_dir"],
)
def test_the_hub_reads_the_scores_of_a_run(run_dir: Path, tag: str, scores: dict[str, tuple[str, str]]) -> None:
    metrics = metrics_of(run_dir)
    data = ModelCard.load(run_dir / CARD_FILE).data
    assert (data.pipeline_tag, data.library_name, data.model_name) == (tag, "nlpseq", run_dir.name)
    assert data.tags[0] == "rnn" and tag in data.tags
    assert data.metrics == list(dict.fromkeys(name for name, _ in scores.values()))
    results = results_of(run_dir)
    assert list(results) == list(scores)
    for label, (name, key) in scores.items():
        found = results[label]
        assert (found.metric_type, found.metric_value, found.task_type) == (name, metrics[key], tag)
        assert found.dataset_split == metrics["split"]
        assert found.metric_args is not None
        assert found.metric_args.get("interval_95") == metrics[f"{key}_interval"]  # none of a perfect macro F1
        assert "seed:12345" in found.metric_args["signature"]


def test_languages_are_given_where_they_are_known(tiny_run: TranslateSettings, review_run: ClassifySettings) -> None:
    assert ModelCard.load(Path(tiny_run.run_dir) / CARD_FILE).data.language == ["en", "de"]
    assert ModelCard.load(Path(review_run.run_dir) / CARD_FILE).data.language is None


@pytest.mark.parametrize("run_dir", RUNS, indirect=True)
def test_all_cards_have_one_shape(run_dir: Path) -> None:
    text = (run_dir / CARD_FILE).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Use", "Scores", "Data", "Training", "Limits"]
    training = json.loads((run_dir / "training.json").read_text(encoding="utf-8"))
    assert f"{training['parameters']:,} parameters" in text
    for name in ("Minutes", "Seed", "CPU", "PyTorch", "Software"):
        assert re.search(rf"^\| {name} \| \S", text, re.MULTILINE), name
    for split in json.loads((run_dir / "data" / "checksums.json").read_text(encoding="utf-8")).values():
        for file, digest in split.items():
            assert digest in text and file in text
    # A perfect score has no interval.
    assert text.count("with 95% confidence between") + text.count("how sure that is is not known") == 1
    assert str(run_dir) not in text and str(run_dir.parent) not in text


@pytest.mark.parametrize(
    ("run_dir", "sizes", "unit"),
    [
        ("tiny_run", {"train": 105, "validation": 12, "test": 11}, "sentence pairs"),
        ("review_run", {"train": 103, "validation": 21, "test": 20}, "texts"),
        ("notice_run", {"train": 160, "validation": 24, "test": 24}, "documents"),
    ],
    indirect=["run_dir"],
)
def test_the_sizes_of_the_data(run_dir: Path, sizes: dict[str, int], unit: str) -> None:
    text = (run_dir / CARD_FILE).read_text(encoding="utf-8")
    lines = [f"| Split | Size in {unit} |", "|---|---:|", *(f"| {name} | {size} |" for name, size in sizes.items())]
    assert "\n".join(lines) in text


@pytest.mark.parametrize("run_dir", RUNS, indirect=True)
def test_the_snippet_runs_in_the_folder(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    snippet = re.search(r"```python\n(.*?)\n```", (run_dir / CARD_FILE).read_text(encoding="utf-8"), re.DOTALL)
    assert snippet is not None
    monkeypatch.chdir(run_dir)
    exec(snippet[1], {})
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("run_dir", RUNS, indirect=True)
def test_the_recipe_of_the_card_makes_the_same_model(run_dir: Path, tmp_path: Path) -> None:
    from nlpseq.recipe import read_recipe

    text = (run_dir / CARD_FILE).read_text(encoding="utf-8")
    recipe = re.search(r"```yaml\n(.*?)\n```", text, re.DOTALL)
    assert recipe is not None
    (tmp_path / "recipe.yaml").write_text(recipe[1], encoding="utf-8")
    found, wanted = read_recipe(tmp_path / "recipe.yaml"), read_recipe(run_dir / "settings.yaml")
    assert (found.task, found.model, found.text) == (wanted.task, wanted.model, wanted.text)
    assert found.train.lr == wanted.train.lr and found.train.max_epochs == wanted.train.max_epochs
    assert Path(found.data.path).name == Path(wanted.data.path).name


@pytest.mark.parametrize(("run_dir", "model"), MODELS.items(), indirect=["run_dir"])
def test_a_saved_model_takes_its_figures_along(run_dir: Path, model: Any, tmp_path: Path) -> None:
    model.from_pretrained(run_dir).save_pretrained(tmp_path / "mine")
    ours, theirs = results_of(tmp_path / "mine"), results_of(run_dir)
    assert ours.keys() == theirs.keys() and ours
    for name, result in ours.items():
        assert result == theirs[name]
    assert ModelCard.load(tmp_path / "mine" / CARD_FILE).data.model_name == "mine"


def test_a_model_saved_twice_keeps_what_the_user_wrote_into_its_card(copied_run: Path, tmp_path: Path) -> None:
    Translator.from_pretrained(copied_run).save_pretrained(tmp_path / "a")
    card = tmp_path / "a" / CARD_FILE
    card.write_text(card.read_text(encoding="utf-8") + "\nWritten by hand.\n", encoding="utf-8")
    again = Translator.from_pretrained(tmp_path / "a")
    again.save_pretrained(tmp_path / "b")
    again.save_pretrained(tmp_path / "a")
    for name in "ab":
        assert (tmp_path / name / CARD_FILE).read_bytes() == card.read_bytes()
        assert card.read_text(encoding="utf-8").endswith("\nWritten by hand.\n")


def test_weights_that_were_changed_have_no_scores(copied_run: Path, tmp_path: Path) -> None:
    translator = Translator.from_pretrained(copied_run)
    translator.model.output.bias.data.add_(0.5)
    for place in (tmp_path / "elsewhere", copied_run):
        translator.save_pretrained(place)
        text = (place / CARD_FILE).read_text(encoding="utf-8")
        assert "is not known" in text and "BLEU" not in text
        assert not results_of(place) and "model-index" not in text and "model_name" not in text


def test_a_model_that_was_never_trained_says_so(tmp_path: Path) -> None:
    letters = Alphabet.of_counts(np.bincount([97, 98]))
    CharRNN.untrained(letters, CharRNNSettings(embedding_dim=4, hidden_size=6)).save_pretrained(tmp_path / "new")
    text = (tmp_path / "new" / CARD_FILE).read_text(encoding="utf-8")
    assert "is not known" in text
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Use", "Limits"]


def test_a_run_that_was_trained_and_not_evaluated_has_a_card_without_scores(copied_run: Path) -> None:
    (copied_run / "metrics.json").unlink()
    write_run_card(copied_run)
    text = (copied_run / CARD_FILE).read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Use", "Data", "Training", "Limits"]
    assert not results_of(copied_run)


def test_a_licence_outlives_the_next_evaluation(copied_run: Path) -> None:
    card = copied_run / CARD_FILE
    card.write_text(card.read_text(encoding="utf-8").replace("---\n", "---\nlicense: cc0-1.0\n", 1), encoding="utf-8")
    write_run_card(copied_run)
    data = ModelCard.load(card).data
    assert data.license == "cc0-1.0"
    assert data.library_name == "nlpseq" and data.eval_results


DEEP = f"---\nlibrary_name: nlpseq\nx: {'[' * 50_000}\n---\n"


@pytest.mark.parametrize(
    "content",
    [
        "# My project\n\nNot to be lost.\n",
        "---\nlibrary_name: other\n---\n# Theirs\n",
        "---\n[\n---\n",
        "\udcff",
        DEEP,
        "x" * 2_000_000,
    ],
    ids=["no head", "of another library", "not YAML", "not UTF-8", "nested deeply", "large"],
)
def test_a_readme_of_the_users_own_is_left_alone(
    content: str, copied_run: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = content.encode("utf-8", "surrogateescape")
    (copied_run / CARD_FILE).write_bytes(before)
    write_run_card(copied_run)
    Translator.from_pretrained(copied_run).save_pretrained(copied_run)
    assert (copied_run / CARD_FILE).read_bytes() == before
    assert "not a model card of nlpseq's, and left as it is" in caplog.text


HOSTILE = "no: [x](javascript:y)\n---\n<script>|`a`*b*_c_ ```` #"


def test_hostile_names_are_shown_as_text(copied_run: Path) -> None:
    """Whatever a recipe, a file or a language is called, the head stays YAML and the body has no markup of theirs."""
    edit(copied_run / "settings.yaml", lambda found: found["data"].update(path=HOSTILE, src="no", tgt=HOSTILE))
    edit(copied_run / "config.json", lambda found: found.update(src="no", tgt=HOSTILE))
    edit(copied_run / "metrics.json", lambda found: found.update(split=HOSTILE, bleu_signature=HOSTILE))
    edit(copied_run / "data" / "checksums.json", lambda found: found["train"].update({HOSTILE: HOSTILE}))
    write_run_card(copied_run)
    card = ModelCard.load(copied_run / CARD_FILE)
    assert card.data.language == ["no"]
    result = results_of(copied_run)["BLEU"]
    assert result.metric_args is not None
    assert (result.dataset_split, result.metric_args["signature"]) == (HOSTILE, HOSTILE)
    prose = "".join(outside_fences(card.text))
    assert "<script>" not in prose and not re.search(r"(?<!\\)\]\(", prose) and "\n---\n" not in prose
    assert "\\[x\\](javascript:y) --- &lt;script&gt;\\|\\`a\\`" in prose
    for table in re.findall(r"(?:^\|.*\n)+", prose, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, table


def edit(path: Path, change: Any) -> None:
    """Change a JSON or YAML file."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content) if path.suffix == ".json" else yaml.safe_dump(content), encoding="utf-8")


def outside_fences(text: str) -> Iterator[str]:
    """The lines of Markdown that are no code."""
    fence = ""
    for line in text.splitlines(keepends=True):
        mark = re.match(r"`{3,}", line)
        if not fence and mark:
            fence = mark[0]
        elif fence and line.strip() == fence:
            fence = ""
        elif not fence:
            yield line
