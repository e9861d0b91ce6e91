"""A stranger's folder takes no memory, follows no link, and is used only if all of it belongs together."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from nlpseq import cli
from nlpseq.config import CharRNNSettings, ClassifierSettings, DecodeSettings
from nlpseq.errors import UserError
from nlpseq.runs.saved_model import model_folder, model_task, seal, settings_of
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.translate.translator import Translator
from nlpseq.text import build_pipeline
from nlpseq.text.alphabet import Alphabet
from nlpseq.text.vocab import SPECIALS, Vocab

SETTINGS = CharRNNSettings(embedding_dim=4, hidden_size=6, cell="gru")


def new_writer(letters: str = "abc \n", seed: int = 0) -> CharRNN:
    torch.manual_seed(seed)
    return CharRNN.untrained(Alphabet(Vocab([*SPECIALS, *letters], default_index=1)), SETTINGS)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    new_writer().save_pretrained(folder)
    return folder


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    config = json.loads((folder / "config.json").read_text())
    change(config)
    (folder / "config.json").write_text(json.dumps(config))


def refused(folder: Path, match: str, load: Callable[[Path], object] = CharRNN.from_pretrained) -> None:
    with pytest.raises(UserError, match=match) as caught:
        load(folder)
    message = str(caught.value)
    assert len(message) <= 500 and message.isprintable()


# ---- sizes


@pytest.mark.parametrize("name", ["embedding_dim", "hidden_size", "num_layers"])
@pytest.mark.parametrize("size", [30_000, 1_000_000_000, 1 << 40, 1 << 63, 10**30, -1, 0, 1.5, "6", None, True, [6]])
def test_a_size_that_the_weights_do_not_have_takes_no_memory(saved: Path, name: str, size: object) -> None:
    rewrite(saved, lambda config: config["model"].update({name: size}))
    refused(saved, r"(config\.json|model\.safetensors): .*damaged")


@pytest.mark.parametrize(
    "change",
    [
        lambda config: config.update(model=[]),
        lambda config: config.update(model=None),
        lambda config: config["model"].update(dropout=float("nan")),
        lambda config: config["model"].update(dropout="0.1"),
        lambda config: config["model"].update(layer_norm=1),
        lambda config: config["model"].update(cell=["gru"]),
        lambda config: config.update(task=["generate"]),
        lambda config: config.update(task="x" * 200_000),
        lambda config: config.update(task="\x1b[31mred"),
        lambda config: config.update(sha256=3),
        lambda config: config.update(sha256={"../../secret": "0"}),
        lambda config: config.update(sha256={"text/": "0"}),
        lambda config: config.update(sha256={"text/alphabet.json": 0}),
    ],
)
def test_a_setting_of_the_wrong_type_is_one_sentence(saved: Path, change: Callable[[dict[str, Any]], object]) -> None:
    rewrite(saved, change)
    refused(saved, r"config\.json: missing or damaged")


def test_sections_are_of_their_types() -> None:
    assert settings_of(ClassifierSettings, {"dropout": 0, "bidirectional": False}).dropout == 0
    for section in ({"beam_size": 2.0}, {"alpha": 10**400}, {"replace_unk": "yes"}, {"beam_size": 0}, {"beams": 1}):
        with pytest.raises((ValueError, TypeError)):
            settings_of(DecodeSettings, section)


def test_what_a_classifier_says_of_itself_is_checked(tmp_path: Path) -> None:
    words = build_pipeline(["good film", "bad film"], kind="basic_english", vocab_size=9)
    settings = ClassifierSettings(embedding_dim=4, hidden_size=3)
    Classifier.untrained(words, settings, labels=["neg", "pos"], max_length=9, keep="both").save_pretrained(tmp_path)
    whole = (tmp_path / "config.json").read_text()
    for wrong in (
        {"max_length": None}, {"max_length": "x"}, {"max_length": 0}, {"max_length": 1.5}, {"max_length": 1 << 40},
        {"truncate": "none"}, {"truncate": ["both"]}, {"temperature": 0}, {"temperature": float("nan")},
        {"temperature": "1"}, {"ngram_weight": float("inf")}, {"labels": "np"}, {"labels": ["neg", "neg"]},
        {"labels": [1, 2]}, {"labels": ["neg", "\x1b[31mpos"]}, {"labels": {"neg": 0, "pos": 1}},
    ):  # fmt: skip
        (tmp_path / "config.json").write_text(json.dumps(json.loads(whole) | wrong))
        refused(tmp_path, r"config\.json: missing or damaged", Classifier.from_pretrained)


# ---- the seal


def test_a_flipped_bit_is_noticed(saved: Path) -> None:
    assert CharRNN.from_pretrained(saved).settings == SETTINGS
    path = saved / "model.safetensors"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    refused(saved, r"model\.safetensors: not as it was saved with this config\.json; train it again")


@pytest.mark.parametrize("name", ["model.safetensors", "text/alphabet.json", "config.json"])
def test_a_file_of_another_model_of_the_same_shape_is_noticed(saved: Path, tmp_path: Path, name: str) -> None:
    new_writer("xyz \n", seed=1).save_pretrained(tmp_path / "other")
    shutil.copy(tmp_path / "other" / name, saved / name)
    refused(saved, r": not as it was saved with this config\.json")


def test_tokenizers_of_two_sides_cannot_change_places(tmp_path: Path) -> None:
    from nlpseq.config import TranslatorSettings

    sides = [build_pipeline([text], kind="char", vocab_size=9) for text in ("abc", "xyz")]
    settings = TranslatorSettings(embedding_dim=4, hidden_size=6)
    Translator.untrained(*sides, settings, languages=("a", "x")).save_pretrained(tmp_path)
    text = tmp_path / "text"
    for end in ("tokenizer.json", "vocab.json"):
        (text / f"src.{end}").rename(text / "beside")
        (text / f"tgt.{end}").rename(text / f"src.{end}")
        (text / "beside").rename(text / f"tgt.{end}")
    refused(tmp_path, "not as it was saved", Translator.from_pretrained)
    rewrite(tmp_path, lambda config: config.pop("sha256"))
    refused(tmp_path, r"tokenizer\.json: not a tokenizer of nlpseq .its checksums", Translator.from_pretrained)


def test_a_model_that_was_saved_before_seals_is_loaded(saved: Path) -> None:
    rewrite(saved, lambda config: config.pop("sha256"))
    assert CharRNN.from_pretrained(saved).score("abc") == new_writer().score("abc")
    seal(saved, json.loads((saved / "config.json").read_text()))
    assert set(json.loads((saved / "config.json").read_text())["sha256"]) == {"model.safetensors", "text/alphabet.json"}
    assert CharRNN.from_pretrained(saved).score("abc") == new_writer().score("abc")


# ---- links, pipes and devices


def make_link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


def make_socket(path: Path) -> None:
    here = os.getcwd()
    os.chdir(path.parent)  # the address of a socket must be short
    with socket.socket(socket.AF_UNIX) as found:
        found.bind(path.name)
    os.chdir(here)


STRANGE = {
    "pipe": (os.mkfifo, "neither a file nor a folder"),
    "socket": (make_socket, "neither a file nor a folder"),
    "device": (make_link("/dev/zero"), "leads out of the folder"),
    "link out": (make_link("/etc/hostname"), "leads out of the folder"),
    "link to a folder out": (make_link("/etc"), "leads out of the folder"),
    "link to the folder above": (make_link("../.."), "leads out of the folder"),
    "link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
}


@pytest.mark.parametrize("name", ["config.json", "model.safetensors", "text", "text/alphabet.json", "README.md", "new"])
@pytest.mark.parametrize("make, message", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_no_file_is_not_opened(
    saved: Path, make: Callable[[Path], None], message: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = saved / name
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    make(path)
    refused(saved, message)
    assert cli.main(["score", str(saved)]) == 2
    assert message in capsys.readouterr().err


def test_links_within_the_folder_and_to_the_folder_are_followed(saved: Path, tmp_path: Path) -> None:
    (saved / "text" / "alphabet.json").rename(saved / "letters")
    (saved / "text" / "alphabet.json").symlink_to("../letters")
    (tmp_path / "linked").symlink_to(saved)
    assert CharRNN.from_pretrained(tmp_path / "linked").score("abc") == new_writer().score("abc")


def test_a_snapshot_of_the_hub_cache_links_to_its_blobs(saved: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--owner--name" / "snapshots" / "0123abcd"
    blobs = snapshot.parent.parent / "blobs"
    blobs.mkdir(parents=True)
    for number, name in enumerate(("config.json", "model.safetensors", "text/alphabet.json")):
        shutil.copy(saved / name, blobs / str(number))
        (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
        (snapshot / name).symlink_to(os.path.relpath(blobs / str(number), (snapshot / name).parent))
    assert CharRNN.from_pretrained(snapshot).score("abc") == new_writer().score("abc")
    (tmp_path / "secret").write_text("{}")
    (snapshot / "new").symlink_to("../../../secret")
    refused(snapshot, "leads out of the folder")


def test_a_sparse_tail_is_refused_at_once(saved: Path) -> None:
    for name, message in (
        ("config.json", "too large"),
        ("text/alphabet.json", "too large"),
        ("model.safetensors", "damaged"),
    ):
        size = (saved / name).stat().st_size
        os.truncate(saved / name, 5 << 30)
        refused(saved, message)
        os.truncate(saved / name, size)
    assert CharRNN.from_pretrained(saved).settings == SETTINGS


# ---- weights


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_refused(saved: Path, value: float) -> None:
    weights = load_file(saved / "model.safetensors")
    weights["rnn.layers.0.weight_hh_l0"][2, 3] = value
    save_file(weights, saved / "model.safetensors")
    seal(saved, json.loads((saved / "config.json").read_text()))
    refused(saved, r"model\.safetensors: rnn\.layers\.0\.weight_hh_l0 holds NaN or infinity")


@pytest.mark.parametrize("kind", [torch.int32, torch.bool, torch.float16, torch.float64, torch.uint8])
def test_weights_of_another_type_are_refused(saved: Path, kind: torch.dtype) -> None:
    weights = load_file(saved / "model.safetensors")
    save_file({name: weight.to(kind) for name, weight in weights.items()}, saved / "model.safetensors")
    seal(saved, json.loads((saved / "config.json").read_text()))
    refused(saved, r"model\.safetensors: damaged, or of another model .*should have shape .* of F32")


def test_weights_without_permission_are_not_called_damaged(saved: Path) -> None:
    from nlpseq.models.stored import stored_weights

    (saved / "model.safetensors").chmod(0)
    user = os.geteuid()
    saved.parent.chmod(0o755)
    if user == 0:
        try:
            os.seteuid(65534)  # all files are open to root
        except OSError:  # in a container of one user
            pytest.skip("all files are open to root, and there is no other user")
    try:
        with pytest.raises(UserError, match="no permission to read it; change its rights"):
            stored_weights(saved / "model.safetensors")
    finally:
        os.seteuid(user)


# ---- names


@pytest.mark.parametrize("name", ["", " "])
def test_an_empty_name_is_said(name: str) -> None:
    with pytest.raises(UserError, match="the name of the run folder is empty"):
        model_folder(name)


@pytest.mark.parametrize("name", ["runs/transalte", "here/transalte", "saved/no", "a\0b", "x" * 5000, "https://a/b"])
def test_a_mistyped_folder_is_not_asked_for_on_the_internet(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path)

    def asked(*arguments: object) -> None:
        raise AssertionError("the internet was asked")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.setattr(socket.socket, "connect", asked)
    with pytest.raises(UserError, match="no such run folder; a model of the hub is named hf://owner/name") as caught:
        model_folder(name)
    assert len(str(caught.value)) <= 500


def test_a_model_of_the_hub_is_said_before_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path))
    caplog.set_level("INFO", logger="nlpseq")
    with pytest.raises(UserError, match="^owner/name: no such run folder, and no model of that name"):
        model_folder("hf://owner/name")
    assert any("owner/name" in message for message in caplog.messages)
    with pytest.raises(UserError, match="only data sets have a part after a colon"):
        model_folder("hf://owner/name:part")


def test_a_folder_of_runs_is_told_from_a_damaged_run(tmp_path: Path) -> None:
    """`nlpseq translate runs` for `nlpseq translate runs/translate`."""
    with pytest.raises(UserError, match="missing or damaged .*; name the folder of a run, or train it first"):
        model_task(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "translate").mkdir()
    (tmp_path / "translate" / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match="config.json: missing or damaged .*; name one run, such as .*translate$"):
        model_task(tmp_path)
