"""The command line: what goes to which stream, exit codes, and one sentence for each mistake."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from nlpseq.cli import main
from nlpseq.config import ClassifySettings, GenerateSettings, SampleSettings, TranslateSettings
from nlpseq.decoding import SamplingOptions
from nlpseq.recipe import write_settings
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.translate.translator import Translator

ROOT = Path(__file__).resolve().parent.parent


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def nlpseq(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command line in this process, with the given bytes on its standard input."""

    def run(*arguments: object, stdin: bytes = b"") -> Ended:
        (tmp_path / "stdin").write_bytes(stdin)
        with open(tmp_path / "stdin", encoding="utf-8") as file:
            monkeypatch.setattr(sys, "stdin", file)
            code = main([str(argument) for argument in arguments])
        return Ended(code, *capfd.readouterr())

    return run


def start(*arguments: object, **popen: object) -> subprocess.Popen[bytes]:
    """The command line as a process of its own."""
    command = [sys.executable, "-m", "nlpseq", *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | popen
    return subprocess.Popen(command, cwd=ROOT, **pipes)  # type: ignore[call-overload]


def recipe_of(settings: TranslateSettings | ClassifySettings | GenerateSettings, folder: Path) -> Path:
    write_settings(settings, folder / "recipe.yaml")
    return folder / "recipe.yaml"


def assert_mistake(ended: Ended, *named: str) -> None:
    """The user's mistake: code 2, nothing on stdout, a last line of one sentence that names what is wrong."""
    assert ended.code == 2, ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    last = ended.err.splitlines()[-1]
    assert last.startswith("nlpseq: ")
    for part in named:
        assert part in last


# ---- translate


def test_each_line_gives_one_line(nlpseq: Run, tiny_run: TranslateSettings) -> None:
    translator = Translator.from_pretrained(tiny_run.run_dir)
    lines = [
        "a dog sleeps here.", "", "   \t", "nobody waits by the sea.", "one\u2028two \U0001f600 \x00 \x85 \x0b end",
        "the cat " * 2500, "a dog sleeps here.\r", "a dog sleeps here.",
    ]  # fmt: skip
    ended = nlpseq("translate", tiny_run.run_dir, stdin="\n".join(lines).encode())
    outputs = ended.out.split("\n")
    assert ended.code == 0
    assert len(outputs) == len(lines) + 1 and outputs.pop() == ""
    assert len(ended.out.splitlines()) == len(lines)  # nor does any other reader of lines see more
    assert outputs[1] == outputs[2] == ""
    # Neither the neighbours in a batch nor a carriage return make a difference.
    assert outputs[0] == outputs[-1] == outputs[-2] == translator.translate("a dog sleeps here.")
    assert outputs[3] == translator.translate("nobody waits by the sea.") != outputs[0]
    assert nlpseq("translate", tiny_run.run_dir) == (0, "", "")


def test_json_lines_hold_the_search_and_its_alignment(nlpseq: Run, tiny_run: TranslateSettings) -> None:
    text = "a dog sleeps here.\n\nnobody sings\u2028here.\n"
    ended = nlpseq("translate", tiny_run.run_dir, "--json", "--n-best", 2, stdin=text.encode())
    first, blank, odd = map(json.loads, ended.out.split("\n")[:-1])
    assert first["source"] == "a dog sleeps here." and first["text"]
    assert first["score"] < 0
    assert len(first["alignment"]) == len(first["tokens"])
    assert all(0 <= place < len(first["source_tokens"]) for place in first["alignment"])
    assert [entry["text"] for entry in first["n_best"]][0] == first["text"] and len(first["n_best"]) == 2
    assert (blank["text"], blank["tokens"], blank["alignment"], blank["n_best"]) == ("", [], [], [])
    assert list(blank) == list(first) and (blank["log_prob"], blank["source_tokens"]) == (None, [])
    assert odd["source"] == "nobody sings\u2028here."


def test_n_best_lines_are_numbered_by_input_line(nlpseq: Run, tiny_run: TranslateSettings) -> None:
    ended = nlpseq("translate", tiny_run.run_dir, "--n-best", 2, stdin=b"a dog sleeps here.\n\nthe cat waits here.\n")
    fields = [line.split(" ||| ") for line in ended.out.splitlines()]
    assert [field[0] for field in fields] == ["0", "0", "1", "2", "2"]
    assert float(fields[0][2]) >= float(fields[1][2])
    greedy = nlpseq("translate", tiny_run.run_dir, "--beam-size", 1, stdin=b"a dog sleeps here.\n")
    decode = replace(tiny_run.decode, beam_size=1)
    best = Translator.from_pretrained(tiny_run.run_dir).translate("a dog sleeps here.", decode=decode)
    assert greedy.out == f"{best}\n"
    if hasattr(torch.ops.onednn, "qlinear_prepack"):
        coarse = nlpseq("translate", tiny_run.run_dir, "--precision", "int8", stdin=b"a dog sleeps here.\n")
        assert coarse.code == 0 and coarse.out.strip()


def test_a_pipe_is_answered_line_by_line_and_may_close(tiny_run: TranslateSettings) -> None:
    # The input is UTF-8 and so is the output, whatever the locale.
    process = start("translate", tiny_run.run_dir, env=os.environ | {"PYTHONIOENCODING": "latin-1"})
    assert process.stdin and process.stdout and process.stderr
    for source in ["nobody waits in the old house.", "", "\u2028😀"] * 2:
        process.stdin.write(f"{source}\n".encode())
        process.stdin.flush()
        answer = process.stdout.readline().decode()
        assert answer.endswith("\n") and bool(answer.strip()) == bool(source)
    process.stdout.close()  # as `| head` does
    process.stdin.write(b"a dog waits here.\n" * 9)
    process.stdin.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 0
    process.stderr.close()


def test_mistakes_of_translate(nlpseq: Run, tiny_run: TranslateSettings, tmp_path: Path) -> None:
    run = tiny_run.run_dir
    broken = nlpseq("translate", run, stdin=b"a dog.\nk\xf6nig\n")
    assert_mistake(broken._replace(out=""), "standard input, line 2", "UTF-8")
    assert_mistake(nlpseq("translate", run, "--beam-size", 0), "--beam-size must be 1 or more, not 0")
    assert_mistake(nlpseq("translate", run, "--n-best", -1), "--n-best must be 1 or more, not -1")
    assert_mistake(nlpseq("translate", run, "--beam-size", "two"), "--beam-size", "'two'")
    assert_mistake(nlpseq("translate", run, "--beamsize", 2), "unknown option --beamsize", "--beam-size")
    assert_mistake(nlpseq("translate", run, "--frobnicate"), "unknown option --frobnicate", "translate --help")
    assert_mistake(nlpseq("translate", run, "A dog's"), """standard input: echo 'A dog'"'"'s' | nlpseq translate RUN""")
    assert_mistake(nlpseq("translate", run, __file__), f"standard input, nlpseq translate RUN < {__file__}; a table")
    assert_mistake(nlpseq("compare", run, run, "x"), "x: nlpseq compare has no place for it")
    assert_mistake(nlpseq("translate", tmp_path / "none"), "none: no such run folder")
    assert_mistake(nlpseq("translate", tmp_path), "config.json: missing")
    assert_mistake(nlpseq("translate"), "RUN")


# ---- evaluate


def test_evaluate_prints_json_alone_and_takes_other_text(
    nlpseq: Run, tiny_run: TranslateSettings, tmp_path: Path
) -> None:
    own = nlpseq("evaluate", tiny_run.run_dir)
    metrics = json.loads(own.out)
    assert metrics == json.loads(Path(tiny_run.run_dir, "metrics.json").read_text(encoding="utf-8"))
    assert metrics["sentences"] == 11 and metrics["decode"]["beam_size"] == 2

    greedy = json.loads(nlpseq("evaluate", tiny_run.run_dir, "--decode.beam_size", 1).out)
    assert greedy["decode"]["beam_size"] == 1
    assert json.loads(nlpseq("evaluate", tiny_run.run_dir, "--split", "val").out)["sentences"] == 12

    (tmp_path / "test.en").write_text("a dog sleeps here.\nthe cat waits here.\nthe boat stays here.\n")
    (tmp_path / "test.de").write_text("ein Hund schläft hier.\ndie Katze wartet hier.\ndas Boot bleibt hier.\n")
    other = json.loads(nlpseq("evaluate", tiny_run.run_dir, "--data.path", tmp_path).out)
    assert other["sentences"] == 3
    # The run's own numbers are still those of its own test split.
    assert json.loads(nlpseq("evaluate", tiny_run.run_dir).out) == metrics


def test_mistakes_of_evaluate(nlpseq: Run, tiny_run: TranslateSettings, tmp_path: Path) -> None:
    assert_mistake(nlpseq("evaluate", tmp_path), "not a run folder")
    assert_mistake(nlpseq("evaluate", tiny_run.run_dir, "--split", "tset"), "tset")
    assert_mistake(nlpseq("evaluate", tiny_run.run_dir, "--train.lr", 1), "belong to training")
    assert_mistake(nlpseq("evaluate", tiny_run.run_dir, "--decode.beam", 1), "decode.beam", "decode.beam_size")


# ---- run, prepare, train


def test_run_prints_a_summary_with_samples_and_prepare_stops_before(
    nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    recipe = recipe_of(replace(tiny_settings, run_dir=str(tmp_path / "run")), tmp_path)
    prepared = nlpseq("prepare", recipe)
    assert (prepared.code, prepared.out) == (0, "")
    assert not (tmp_path / "run" / "model.safetensors").exists()

    ended = nlpseq("run", recipe, "--train.max_epochs", 1)
    assert ended.code == 0
    assert "prepared already" in caplog.text
    assert "en-de, 11 test sentences, beam 2" in ended.out
    assert len(re.findall(r"^  source     \S", ended.out, re.MULTILINE)) == 3
    assert str(tmp_path / "run" / "report.html") in ended.out


@pytest.mark.parametrize(
    "command", [[], ["run"], ["prepare"], ["train"], ["evaluate"], ["translate"], ["generate"], ["score"]]
)
def test_help_explains_itself(command: list[str], nlpseq: Run) -> None:
    ended = nlpseq(*command, "--help")
    assert (ended.code, ended.err) == (0, "")
    assert "--train.batch_tokens" in ended.out or command not in (["run"], ["prepare"], ["train"])
    assert "usage: nlpseq" in ended.out


def test_print_config_is_a_recipe(nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    printed = nlpseq("run", recipe_of(tiny_settings, tmp_path), "--train.lr", "5e-4", "--print_config")
    assert printed.code == 0 and not printed.err
    (tmp_path / "again.yaml").write_text(printed.out, encoding="utf-8")
    assert "lr: 0.0005" in printed.out
    assert nlpseq("run", tmp_path / "again.yaml", "--print_config").out == printed.out


def test_mistakes_in_words_of_the_command_line(nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    recipe = recipe_of(replace(tiny_settings, run_dir=str(tmp_path / "run")), tmp_path)
    assert_mistake(nlpseq("trian", recipe), "unknown command trian", "did you mean train?")
    assert_mistake(nlpseq("x"), "unknown command x", "run, prepare, train, evaluate")
    assert_mistake(nlpseq(), "COMMAND")
    assert_mistake(nlpseq("run"), "needs a recipe")
    assert_mistake(nlpseq("run", tmp_path / "none.yaml"), "none.yaml: no such recipe")
    assert_mistake(nlpseq("run", recipe, "--train.batch_token", 1), "train.batch_token", "train.batch_tokens")
    assert_mistake(nlpseq("run", recipe, "--train.batch_tokens", "many"), "train.batch_tokens", "'many'")
    assert_mistake(nlpseq("run", recipe, "--train.lr", 0), "train.lr must be above 0")
    assert not (tmp_path / "run").exists()


def corpus_mistakes() -> dict[str, tuple[dict[str, bytes], tuple[str, ...]]]:
    """Name -> (the files of a corpus, what the message names)."""
    return {
        "missing": ({}, ("corpus",)),
        "unequal": ({"train.en": b"a\nb\n", "train.de": b"c\n"}, ("train.en has 2 lines", "train.de has 1")),
        "broken": ({"train.en": b"a\nb\xff\n", "train.de": b"c\nd\n"}, ("train.en, line 2", "UTF-8")),
        "empty": ({"train.en": b"", "train.de": b""}, ("train.en", "no pairs")),
        "blank": (
            {"train.en": b"\n \n", "train.de": b"a\nb\n"},
            ("corpus", "nothing but training pairs with an empty side"),
        ),
        "column": ({"train.tsv": b"en\tfr\tid\na\tb\t1\n"}, ("train.tsv", "'de'", "en, fr, id")),
        "partner": ({"train.en": b"a\n"}, ("train.en", "train.de")),
    }


@pytest.mark.parametrize("name", corpus_mistakes())
def test_mistakes_in_the_corpus(
    name: str, nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path, own_cache: Path
) -> None:
    files, named = corpus_mistakes()[name]
    corpus = tmp_path / "corpus"
    if files:
        corpus.mkdir()
    for file, content in files.items():
        (corpus / file).write_bytes(content)
    recipe = recipe_of(replace(tiny_settings, run_dir=str(tmp_path / "run")), tmp_path)
    assert_mistake(nlpseq("run", recipe, "--data.path", corpus), *named)
    assert not (tmp_path / "run" / "settings.yaml").exists()


def test_a_disk_that_fills_up_leaves_the_old_files(tiny_run: TranslateSettings, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(tiny_run.run_dir, copy)
    # All but the record of stages, which says that a preparation is under way.
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file() and path.name != "stages.json"}
    recipe = recipe_of(replace(tiny_run, run_dir=str(copy)), tmp_path)
    limit = max(path.stat().st_size for path in (copy / "data").rglob("*")) // 2

    process = start(
        "prepare", recipe, "--text.vocab_size", 340, "--text.sampling_alpha", 0.1,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    out, err = process.communicate(timeout=60)
    assert_mistake(Ended(process.returncode, out.decode(), err.decode()), "pairs.arrow", "the disk is full")
    assert {path: path.read_bytes() for path in before} == before
    assert not list(copy.rglob(".*part*"))


def test_a_folder_that_cannot_be_made_is_named(nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    recipe = recipe_of(replace(tiny_settings, run_dir=str(tmp_path / "file" / "run")), tmp_path)
    assert_mistake(nlpseq("run", recipe), str(tmp_path / "file"))


def test_our_own_faults_are_one_line_and_code_1(
    nlpseq: Run, tiny_run: TranslateSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object, **__: object) -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr("nlpseq.tasks.translate.translator.Translator.from_pretrained", fault)
    ended = nlpseq("translate", tiny_run.run_dir)
    assert ended.code == 1 and ended.out == ""
    assert ended.err == "nlpseq: a fault of nlpseq's own: ZeroDivisionError: one two (NLPSEQ_DEBUG=1 shows where)\n"
    monkeypatch.setenv("NLPSEQ_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        nlpseq("translate", tiny_run.run_dir)


# ---- a process that is ended from outside


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes], *, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        assert time.monotonic() < end
        time.sleep(0.005)


def take_ctrl_c() -> None:
    """Even where the tests themselves were started in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def long_training(settings: TranslateSettings, run_dir: Path) -> TranslateSettings:
    train = replace(settings.train, max_epochs=8, accumulate=2, eval_every_steps=5, resume_every_steps=4, patience=9)
    return replace(settings, run_dir=str(run_dir), train=train)


def test_a_killed_process_goes_on_to_the_same_end(
    nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = long_training(tiny_settings, tmp_path / "whole")
    assert nlpseq("train", recipe_of(whole, tmp_path)).code == 0

    run_dir = tmp_path / "killed"
    recipe = recipe_of(long_training(tiny_settings, run_dir), tmp_path)
    checkpoint, curves = run_dir / "training" / "resume.ckpt", run_dir / "training" / "curves.csv"
    for done in (checkpoint.exists, lambda: curves.exists() and len(curves.read_text().splitlines()) > 3):
        process = start("train", recipe, stderr=subprocess.DEVNULL)
        wait_for(done, process)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        assert checkpoint.exists()
    ended = nlpseq("train", recipe)
    assert ended.code == 0 and "going on from" in caplog.text
    for name in ("model.safetensors", "config.json"):
        assert (run_dir / name).read_bytes() == Path(whole.run_dir, name).read_bytes()


def test_ctrl_c_leaves_a_model_and_code_130(nlpseq: Run, tiny_settings: TranslateSettings, tmp_path: Path) -> None:
    run_dir = tmp_path / "run"
    settings = replace(tiny_settings, run_dir=str(run_dir))
    settings = replace(settings, train=replace(settings.train, max_epochs=900, eval_every_steps=6000))
    process = start("train", recipe_of(settings, tmp_path), "--train.resume_every_steps", 1, preexec_fn=take_ctrl_c)
    wait_for((run_dir / "training" / "resume.ckpt").exists, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err.decode()
    assert "Traceback" not in err.decode()
    assert err.decode().splitlines()[-1].startswith("nlpseq: stopped; ")
    ended = nlpseq("translate", run_dir, stdin=b"a dog\n")
    assert ended.code == 0 and ended.out.count("\n") == 1


# ---- classify, compare


def test_each_line_gets_its_label(nlpseq: Run, review_run: ClassifySettings) -> None:
    classifier = Classifier.from_pretrained(review_run.run_dir)
    lines = [
        "The film was dull, but in the end splendid.",
        "",
        "  ",
        "x\u2028y \x85 z",
        "The film was warm, but in the end cold.\r",
    ]
    ended = nlpseq("classify", review_run.run_dir, stdin="\n".join(lines).encode())
    outputs = ended.out.split("\n")
    assert ended.code == 0 and outputs.pop() == "" and len(outputs) == len(lines)
    labels, shares = zip(*(line.split("\t") for line in outputs), strict=True)
    assert labels[0] == "good" and labels[-1] == "bad"
    for line, label, share in zip(lines, labels, shares, strict=True):
        prediction = classifier.predict(line)
        assert label == prediction.label and float(share) == pytest.approx(prediction.probability, abs=1e-4)
    assert nlpseq("classify", review_run.run_dir) == (0, "", "")


def test_json_lines_hold_probabilities_and_weights(nlpseq: Run, review_run: ClassifySettings) -> None:
    text = "The film was dull, but in the end splendid."
    ended = nlpseq("classify", review_run.run_dir, "--json", stdin=f"{text}\n\n".encode())
    first, empty = map(json.loads, ended.out.split("\n")[:-1])
    assert first["text"] == text and first["label"] == "good"
    assert first["probabilities"].keys() == {"good", "bad"}
    assert sum(first["probabilities"].values()) == pytest.approx(1.0, abs=1e-5)
    assert [token for token, _ in first["tokens"]][:3] == ["the", "film", "was"]
    assert empty["tokens"] == [] and empty["label"] in ("good", "bad")


def test_mistakes_of_classify(
    nlpseq: Run, review_run: ClassifySettings, tiny_run: TranslateSettings, tmp_path: Path
) -> None:
    assert_mistake(nlpseq("classify", tmp_path / "none"), "none: no such run folder")
    assert_mistake(nlpseq("classify", tiny_run.run_dir), "a run of the task translate, not classify")
    assert_mistake(nlpseq("translate", review_run.run_dir), "a run of the task classify, not translate")
    assert_mistake(nlpseq("classify", review_run.run_dir, "--jsn"), "unknown option --jsn", "did you mean --json?")
    ended = nlpseq("classify", review_run.run_dir, stdin=b"fine\n\xff\xfe\n")
    assert ended.code == 2 and "standard input, line 2: not UTF-8" in ended.err


def test_two_runs_are_compared_in_one_sentence(
    nlpseq: Run, review_run: ClassifySettings, tiny_run: TranslateSettings, tmp_path: Path
) -> None:
    other = shutil.copytree(review_run.run_dir, tmp_path / "other")
    rows = (other / "predictions.tsv").read_text().splitlines()
    swapped = [row.replace("good\tgood", "good\tbad").replace("bad\tbad", "bad\tgood") for row in rows]
    (other / "predictions.tsv").write_text("\n".join(swapped) + "\n")
    ended = nlpseq("compare", review_run.run_dir, other)
    assert ended.code == 0 and ended.out.count("\n") == 1
    assert f"{review_run.run_dir} really scores higher than {other}" in ended.out
    assert "exact McNemar" in ended.out and "95% interval" in ended.out and "p " in ended.out
    same = json.loads(nlpseq("compare", "--json", review_run.run_dir, review_run.run_dir).out)
    assert same["p_value"] == 1.0 and same["difference"] == 0.0 and same["discordant"] == [0, 0]
    translated = nlpseq("compare", tiny_run.run_dir, tiny_run.run_dir)
    assert "may well be equally good: BLEU" in translated.out and "paired bootstrap" in translated.out

    assert_mistake(nlpseq("compare", review_run.run_dir, tiny_run.run_dir), "task classify", "of translate")
    (other / "predictions.tsv").write_text("\n".join(swapped[:-1]) + "\n")
    assert_mistake(nlpseq("compare", review_run.run_dir, other), "predictions.tsv: damaged (19 lines for 20 rows")
    (other / "predictions.tsv").unlink()
    assert_mistake(nlpseq("compare", review_run.run_dir, other), "predictions.tsv: not there yet; run nlpseq evaluate")
    assert_mistake(nlpseq("compare", review_run.run_dir, tmp_path), "not a run folder")


def test_a_classification_prints_its_summary(nlpseq: Run, review_settings: ClassifySettings, tmp_path: Path) -> None:
    recipe = recipe_of(replace(review_settings, run_dir=str(tmp_path / "run")), tmp_path)
    ended = nlpseq("run", recipe, "--train.max_epochs", 2)
    assert ended.code == 0
    for part in (
        "20 test texts",
        "accuracy",
        "95% interval",
        "majority",
        "bag of words",
        "NB-SVM",
        "try it: nlpseq classify",
    ):
        assert part in ended.out
    found = json.loads(nlpseq("evaluate", tmp_path / "run", "--split", "validation").out)
    assert found["texts"] == 21 and found["split"] == "validation"
    assert_mistake(nlpseq("evaluate", tmp_path / "run", "--model.cell", "gru"), "takes --data.KEY settings only")
    folded = nlpseq("run", recipe, "--data.folds", 2, "--train.max_epochs", 1, "--run_dir", tmp_path / "cv")
    assert "2 folds" in folded.out and "±" in folded.out
    assert_mistake(nlpseq("run", recipe, "--data.folds", 1), "data.folds must be 2 or more")
    assert_mistake(nlpseq("run", recipe, "--task", "clasify"), "task")


# ---- generate, score


def test_a_prompt_goes_on_as_in_python(nlpseq: Run, story_run: GenerateSettings) -> None:
    run = story_run.run_dir
    writer = CharRNN.from_pretrained(run)
    ended = nlpseq("generate", run, "--prompt", "Zoë: the", "--length", 60, "--seed", 5)
    assert ended == (0, "".join(writer.generate("Zoë: the", length=60, seed=5)) + "\n", "")
    assert nlpseq("generate", run).out == "".join(writer.generate()) + "\n"
    chosen = ["--temperature", 0.7, "--top-k", 9, "--top-p", 0.9, "--min-p", 0.01, "--repetition-penalty", 1.2]
    options = SamplingOptions(temperature=0.7, top_k=9, top_p=0.9, min_p=0.01, repetition_penalty=1.2)
    stops = [" – ", "."]
    ended = nlpseq("generate", run, *chosen, "--stop", stops[0], "--stop", stops[1])
    assert ended.out == "".join(writer.generate(options=options, stop=stops)) + "\n"
    assert ended.out.endswith((" – \n", ".\n"))
    greedy = nlpseq("generate", run, "--prompt", "the", "--temperature", 0, "--seed", 8)
    assert greedy.out == nlpseq("generate", run, "--prompt", "the", "--top-k", 1).out


def test_several_samples_come_out_of_one_batch(nlpseq: Run, story_run: GenerateSettings) -> None:
    arguments = ["generate", story_run.run_dir, "--prompt", "the ", "--length", 30, "--seed", 4]
    texts = CharRNN.from_pretrained(story_run.run_dir).samples(["the "] * 3, length=30, seed=4)
    assert nlpseq(*arguments, "--samples", 3).out == "\n\n--------\n\n".join(texts) + "\n"
    assert nlpseq(*arguments).out == f"{texts[0]}\n"
    entries = [json.loads(line) for line in nlpseq(*arguments, "--samples", 3, "--json").out.split("\n")[:-1]]
    assert entries == [{"prompt": "the ", "text": text, "seed": 4, "number": n} for n, text in enumerate(texts)]
    assert json.loads(nlpseq(*arguments, "--json").out) == entries[0]


@pytest.mark.parametrize(
    ("stdin", "prompt"),
    [
        (b"the cat", "the cat"),
        (b"the cat\n", "the cat"),
        (b"\xef\xbb\xbfthe cat\r\n\r\n", "the cat\n"),
        ("漢 \U0001f600\u2028".encode(), "漢 \U0001f600\u2028"),
        (b"", ""),
    ],
)
def test_a_prompt_may_come_from_standard_input(
    stdin: bytes, prompt: str, nlpseq: Run, story_run: GenerateSettings
) -> None:
    ended = nlpseq("generate", story_run.run_dir, "--prompt", "-", "--length", 20, stdin=stdin)
    assert ended.code == 0
    assert ended.out == nlpseq("generate", story_run.run_dir, "--prompt", prompt, "--length", 20).out
    assert ended.out.startswith(prompt) and len(ended.out) == len(prompt) + 21


def test_unseen_characters_are_named_on_stderr(nlpseq: Run, story_run: GenerateSettings, tmp_path: Path) -> None:
    process = start("generate", story_run.run_dir, "--prompt", "漢 字漢", "--samples", 2, "--length", 9)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and all(
        part.startswith("漢 字漢") for part in out.decode().split("\n\n--------\n\n")
    )
    assert err.decode() == "characters that the model has never seen are read as unknown ones: 漢字\n"


def test_a_stream_may_be_closed_or_stopped(story_run: GenerateSettings) -> None:
    expected = "".join(CharRNN.from_pretrained(story_run.run_dir).generate("Zoë", length=40)).encode()
    command = ["generate", story_run.run_dir, "--prompt", "Zoë", "--length", 10**9]
    for interrupted in (False, True):
        with start(*command, stdin=subprocess.DEVNULL, preexec_fn=take_ctrl_c) as process:
            assert process.stdout and process.stderr
            assert process.stdout.read(len(expected)) == expected  # it is there while the text is being written
            if interrupted:
                process.send_signal(signal.SIGINT)
                process.stdout.read()
            process.stdout.close()  # as `| head -c 50` does
            err = process.stderr.read().decode()
        assert process.returncode == (130 if interrupted else 0)
        assert err == ("nlpseq: stopped\n" if interrupted else "")  # there is nothing to go on from


def test_mistakes_of_generate(
    nlpseq: Run, story_run: GenerateSettings, review_run: ClassifySettings, tmp_path: Path
) -> None:
    run = story_run.run_dir
    for option, value, named in (
        ("--length", 0, "--length must be 1 or more, not 0"),
        ("--samples", -1, "--samples must be 1 or more, not -1"),
        ("--temperature", -1, "temperature: must be 0, or 0.001 or more, not -1"),
        ("--temperature", "nan", "temperature: must be 0, or 0.001 or more, not nan"),
        ("--top-k", -3, "top_k: must be 0 or more, not -3"),
        ("--top-p", 0, "top_p: must be above 0 and at most 1, not 0"),
        ("--min-p", 2, "min_p: must be from 0 to 1, not 2"),
        ("--repetition-penalty", 0.5, "repetition_penalty: must be 1 or more, not 0.5"),
        ("--seed", "x", "argument --seed: invalid int value: 'x'"),
        ("--prompt", "caf\udce9", "--prompt is not UTF-8"),
        ("--promt", "a", "unknown option --promt; did you mean --prompt?"),
    ):
        assert_mistake(nlpseq("generate", run, option, value), named)
    assert_mistake(nlpseq("generate", run, "--prompt", "-", stdin=b"a\nb\xff"), "standard input, line 2: not UTF-8")
    assert_mistake(nlpseq("generate", tmp_path / "none"), "none: no such run folder")
    assert_mistake(nlpseq("generate", review_run.run_dir), "a run of the task classify, not generate")
    assert_mistake(nlpseq("classify", run), "a run of the task generate, not classify")
    assert_mistake(nlpseq("generate"), "RUN")


def test_a_text_is_scored_whole_or_by_the_line(nlpseq: Run, story_run: GenerateSettings) -> None:
    run = story_run.run_dir
    writer = CharRNN.from_pretrained(run)

    def shown(text: str) -> str:
        score = writer.score(text)
        return f"{score.bits_per_character:.4f}\t{score.characters}\n"

    lines = ["the cat waits here", "", "Zoë: 漢", "x\u2028y \x85 z", "the sea"]
    text = "\n".join(lines)
    assert nlpseq("score", run, stdin=text.encode()) == (0, shown(text), "")
    assert nlpseq("score", run, stdin=f"{text}\n".encode()).out == shown(f"{text}\n")
    by_line = nlpseq("score", run, "--per-line", stdin=text.encode())
    assert by_line == (0, "".join(map(shown, lines)), "")
    assert by_line.out.split("\n")[1] == "0.0000\t0"
    # Neither how lines end nor a byte order mark makes a difference.
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert nlpseq("score", run, stdin=windows).out == shown(text)
    assert nlpseq("score", run, "--per-line", stdin=windows + b"\r\n").out == by_line.out
    found = json.loads(nlpseq("score", run, "--json", stdin=text.encode()).out)
    score = writer.score(text)
    assert found == {
        "bits_per_character": round(score.bits_per_character, 6), "nats": score.nats, "characters": len(text),
        "unknown": score.unknown,
    }  # fmt: skip
    each = [
        json.loads(line) for line in nlpseq("score", run, "--per-line", "--json", stdin=text.encode()).out.splitlines()
    ]
    assert [entry["characters"] for entry in each] == [len(line) for line in lines]


def test_nothing_to_score(nlpseq: Run, story_run: GenerateSettings) -> None:
    assert nlpseq("score", story_run.run_dir) == (0, "0.0000\t0\n", "")
    assert nlpseq("score", story_run.run_dir, "--per-line") == (0, "", "")
    assert nlpseq("score", story_run.run_dir, "--per-line", stdin=b"\n\n").out == "0.0000\t0\n" * 2


def test_mistakes_of_score(
    nlpseq: Run, story_run: GenerateSettings, tiny_run: TranslateSettings, tmp_path: Path
) -> None:
    broken = b"\xef\xbb\xbfthe cat\nk\xf6nig\n"
    assert_mistake(nlpseq("score", story_run.run_dir, stdin=broken), "standard input, line 2: not UTF-8")
    ended = nlpseq("score", story_run.run_dir, "--per-line", stdin=broken)
    assert_mistake(ended._replace(out=""), "standard input, line 2: not UTF-8")
    assert_mistake(nlpseq("score", story_run.run_dir, "--per-lines"), "unknown option --per-lines", "--per-line?")
    assert_mistake(nlpseq("score", tiny_run.run_dir), "a run of the task translate, not generate")
    assert_mistake(nlpseq("score", tmp_path / "none"), "none: no such run folder")


def test_a_character_model_prints_its_summary(nlpseq: Run, story_settings: GenerateSettings, tmp_path: Path) -> None:
    settings = replace(story_settings, run_dir=str(tmp_path / "run"), sample=SampleSettings(temperatures=()))
    recipe = recipe_of(settings, tmp_path)
    ended = nlpseq("run", recipe, "--train.max_epochs", 1, "--dynamic_lr", 0.01)
    assert ended.code == 0, ended.err
    for part in (
        "test split, ", "nats per character", "bits per character", "95% interval", "unigram", "5-gram",
        "with dynamic evaluation", "--- sample 2, temperature 0.8", "report.html", "try it: nlpseq generate",
    ):  # fmt: skip
        assert part in ended.out
    run_dir = tmp_path / "run"
    own = json.loads(nlpseq("evaluate", run_dir).out)
    assert own == json.loads((run_dir / "metrics.json").read_text(encoding="utf-8")) and own["split"] == "test"
    assert json.loads(nlpseq("evaluate", run_dir, "--split", "validation").out)["split"] == "validation"
    (tmp_path / "other.txt").write_text("nobody sings.\n")
    other = json.loads(nlpseq("evaluate", run_dir, "--data.path", tmp_path / "other.txt").out)
    assert (other["split"], other["characters"]) == ("all", 13)
    assert_mistake(nlpseq("evaluate", run_dir, "--split", "dev"), "no split dev; it has train, validation, test")
    assert_mistake(nlpseq("evaluate", run_dir, "--sample.length", 3), "takes --data.KEY settings only")
    assert_mistake(nlpseq("evaluate", run_dir, "--data.test_share", 0.3), "belong to training; give a data.path alone")
    assert_mistake(
        nlpseq("evaluate", run_dir, "--data.path", tmp_path / "gone.txt"), "gone.txt: no such file or folder"
    )


def test_mistakes_in_the_recipe_of_a_character_model(
    nlpseq: Run, story_settings: GenerateSettings, tmp_path: Path
) -> None:
    recipe = recipe_of(replace(story_settings, run_dir=str(tmp_path / "run")), tmp_path)
    for arguments, named in (
        (["--data.path", tmp_path / "gone.txt"], "gone.txt: no such file or folder; check data.path"),
        (["--data.path", tmp_path], "there is no text in it; choose a file with text"),
        (["--data.path", ""], "data.path is not set; give a text file or a folder"),
        (["--data.validation_share", "0.6", "--data.test_share", "0.5"], "must be below 1 together"),
        (["--model.cell", "min_gru", "--model.recurrent_dropout", "0.2"], "set that to 0"),
        (["--sample.temperatures", "[0.5,-1]"], "sample.temperatures must each be 0, or 0.001 or more"),
        (["--text.unit", "words"], "text.unit"),
        (["--train.windows", "3"], "unknown setting train.windows; did you mean train.window?"),
    ):
        assert_mistake(nlpseq("run", recipe, *arguments), named)
    (tmp_path / "latin.txt").write_bytes("schöne Töne\n".encode("latin-1") * 50)
    assert_mistake(
        nlpseq("run", recipe, "--data.path", tmp_path / "latin.txt"), "latin.txt, line 1", "set data.encoding"
    )
    assert not (tmp_path / "run").exists()
