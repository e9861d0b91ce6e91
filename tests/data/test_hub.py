"""What looks like a path of this machine is never asked for elsewhere, and a request ends at once where it must."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from nlpseq.data.hub import hub_name, hub_request
from nlpseq.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("hf://owner/name", "owner/name"),
        (Path("hf://owner/name"), "owner/name"),
        ("hf://datasets/owner/name", "owner/name"),
        ("hf://models/owner/name", "owner/name"),
        ("hf://runs/translate", "runs/translate"),
        ("hf://owner/name.csv:config-1", "owner/name.csv:config-1"),
        ("stanfordnlp/imdb", "stanfordnlp/imdb"),
        ("Helsinki-NLP/opus-100:de-en", "Helsinki-NLP/opus-100:de-en"),
        ("owner/v1.5", "owner/v1.5"),
    ],
)
def test_names_of_the_hub(path: str | Path, name: str) -> None:
    assert hub_name(path) == name


@pytest.mark.parametrize(
    "path",
    [
        "name", "a/b/c", "./owner/name", "../name", "/owner/name", "~/name", "owner/", "/name", "", ".", "owner/.git",
        "corpora/reviews", "runs/translate", "Data/mine", "owner/train.csv", "owner/TRAIN.TSV.GZ", "me/my.jsonl",
        "C:\\name", "ow ner/name", "owner/na\nme", "owner//name", "-o/name", "../../x",
    ],
)  # fmt: skip
def test_what_looks_local_is_no_name_of_the_hub(path: str) -> None:
    assert hub_name(path) is None


def test_an_owner_that_exists_here_is_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert hub_name("acme/customers") == "acme/customers"
    (tmp_path / "acme").mkdir()
    assert hub_name("acme/customers") is None
    assert hub_name("hf://acme/customers") == "acme/customers"
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert hub_name("gone/customers") is None


@pytest.mark.parametrize("path", ["hf://", "hf://name", "hf://a/b/c", "hf://../b", "hf://a/b:c/d", "hf://spaces/a/b"])
def test_a_wrong_name_of_the_hub_is_an_error(path: str) -> None:
    with pytest.raises(UserError, match="not a name of the hub; write hf://owner/name"):
        hub_name(path)


def test_without_a_connection_it_is_said_once_and_not_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    with caplog.at_level(logging.DEBUG):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(constants, "HF_HUB_OFFLINE", True)
            with hub_request("owner/name", "dataset"):
                import datasets.config

                assert constants.HF_HUB_OFFLINE and datasets.config.HF_HUB_OFFLINE
    assert constants.HF_HUB_OFFLINE is before
    said = [record.getMessage() for record in caplog.records if record.name == "nlpseq"]
    assert said == [
        "owner/name: not a local path; looking for it in the cache of huggingface.co (HF_HUB_OFFLINE is set)"
    ]


def test_a_server_that_cannot_be_reached_costs_one_request(tmp_path: Path) -> None:
    code = (
        "import logging\n"
        "from nlpseq.data.parallel import load_parallel\n"
        "from nlpseq.errors import UserError\n"
        "logging.basicConfig(format='%(message)s')\n"
        "logging.getLogger('nlpseq').setLevel(logging.INFO)\n"
        "try:\n"
        f"    load_parallel('someone/some-corpus', src='en', tgt='de', cache_dir={str(tmp_path)!r})\n"
        "except UserError as error:\n"
        "    print(error)\n"
    )
    # Nothing listens on the discard port of this machine: the answer is a refusal, at once.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    environment |= {"HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": str(ROOT), "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "Retrying" not in done.stderr
    assert done.stderr.splitlines() == ["someone/some-corpus: not a local path; looking for it in huggingface.co"]
    assert done.stdout.startswith("someone/some-corpus: no such local file or folder, and the hub cannot be reached")
    assert done.stdout.count("\n") == 1
