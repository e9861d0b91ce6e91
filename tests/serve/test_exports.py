"""Exports are served like runs, without torch too; what they cannot tell is refused in a sentence."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from nlpseq.serve.app import build_app
from nlpseq.serve.runs import load_runs
from nlpseq.tasks import task_named
from nlpseq.tasks.export import write_export

# Serves as if nothing were installed that the runtime and its extra do not ask for.
WITHOUT_TORCH = """
import sys
MISSING = set("torch lightning_fabric datasets scipy sklearn safetensors spacy onnx yaml pyarrow".split())
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Missing())
from nlpseq.cli import main
sys.exit(main(sys.argv[1:]))
"""
SENTENCE = "Good, and cheap."


@pytest.fixture(scope="module")
def exports(folders: list[Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An export of each run."""
    found = []
    for folder, task in zip(
        folders, ["translate", "classify", "summarize", "generate", "tag", "multilabel"], strict=True
    ):
        found.append(tmp_path_factory.mktemp("exports") / task)
        found[-1].mkdir()
        write_export(task_named(task), task_named(task).load(folder), found[-1])
    facts = json.loads((found[1] / "export.json").read_text())
    (found[1] / "export.json").write_text(json.dumps(facts | {"examples": [SENTENCE], "precision": "fp32"}))
    return found


@pytest.fixture(scope="module")
def client(exports: list[Path]) -> Iterator[TestClient]:
    runs = load_runs(exports)
    with TestClient(build_app(runs)) as client:
        yield client
    for run in runs:
        run.worker.close()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("translate", {"texts": ["a dog sleeps", ""], "n_best": 2, "attention": True, "beam_size": 3}),
        ("classify", {"texts": [SENTENCE]}),
        ("summarize", {"texts": ["the old king waits"]}),
        ("generate", {"prompt": "At noon ", "length": 9, "seed": 4}),
        ("tag", {"texts": ["Ann Hill lives in Bonn."]}),
        ("multilabel", {"texts": ["cold rain"]}),
    ],
)
def test_an_export_answers_as_its_run(client: TestClient, site, path: str, body: dict) -> None:
    one, other = client.post(f"/api/{path}", json=body), site.post(f"/api/{path}", json=body)
    assert one.status_code == other.status_code == 200
    if path == "generate":
        assert one.json()["texts"] == other.json()["texts"]
    for mine, theirs in zip(*(answer.json().get("results", []) for answer in (one, other)), strict=True):
        _same(mine, theirs)


def _same(one, other) -> None:
    """Equal but for rounding."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        one, other = list(one.values()), list(other.values())
    if isinstance(one, list):
        assert len(one) == len(other)
        for pair in zip(one, other, strict=True):
            _same(*pair)
    else:
        assert one == (pytest.approx(other, abs=2e-4) if isinstance(one, float) else other)


def test_what_an_export_cannot_tell_is_refused(client: TestClient) -> None:
    for path, wanted in (("classify", "explain"), ("multilabel", "explain"), ("summarize", "origins")):
        answer = client.post(f"/api/{path}", json={"texts": ["the old king waits"], wanted: True})
        assert answer.status_code == 422 and "ask the run itself" in answer.json()["error"]


def test_it_says_what_it_is(client: TestClient, exports: list[Path]) -> None:
    models = {entry["task"]: entry for entry in client.get("/api/models").json()["models"]}
    facts = json.loads((exports[1] / "export.json").read_text())
    assert all(entry["exported"] for entry in models.values())
    assert models["classify"]["sha256"] == facts["sha256"]["weights.bin"]
    assert models["classify"]["examples"] == [SENTENCE]
    assert models["classify"]["description"].endswith(" MiB") and ", fp32, " in models["classify"]["description"]


def test_without_torch(exports: list[Path]) -> None:
    command = [sys.executable, "-c", WITHOUT_TORCH, "serve", "--port", "0", str(exports[0]), str(exports[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            line = server.stdout.readline()
            assert "http://" in line, server.communicate()[1]
            where = "http://" + line.partition("http://")[2].split()[0]
            request = urllib.request.Request(
                f"{where}/api/classify",
                json.dumps({"texts": [SENTENCE]}).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
                assert len(json.load(answer)["results"]) == 1
        finally:
            server.send_signal(signal.SIGTERM)
            _, err = server.communicate(timeout=60)
    assert server.returncode == 0 and "Traceback" not in err
