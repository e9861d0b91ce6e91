"""Models go to the hub and come back: against a local server that speaks its HTTP interface, in a process of its own.

The libraries read the address of the hub when they are imported.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from nlpseq.config import GenerateSettings

TOKEN = "hf_secret"


class Hub(BaseHTTPRequestHandler):
    """One repository, private, its commits in the order of their coming."""

    commits: list[dict[str, bytes]]

    def log_message(self, *words: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._allowed():
            return
        if self.path == "/api/repos/create":
            self._json({"url": f"{self._own}/me/story", "name": "me/story", "id": "me/story"})
        elif self.path == "/api/validate-yaml":
            self._json({"errors": [], "warnings": []})
        elif "/preupload/" in self.path:
            files = json.loads(body)["files"]
            self._json({"files": [{"path": each["path"], "uploadMode": "regular", "shouldIgnore": False,
                                   "oid": None} for each in files]})  # fmt: skip
        elif "/commit/" in self.path:
            lines = [json.loads(line) for line in body.splitlines() if line.strip()]
            files = dict(self.commits[-1]) if self.commits else {}
            for line in lines:
                if line["key"] == "file":
                    files[line["value"]["path"]] = base64.b64decode(line["value"]["content"])
                elif line["key"] == "deletedFile":
                    files.pop(line["value"]["path"], None)
            self.commits.append(files)
            self._json({"commitUrl": f"{self._own}/me/story/commit/{self._oid(-1)}", "commitOid": self._oid(-1)})
        else:
            self._json({"error": "no such path"}, 404)

    def do_GET(self) -> None:
        if not self._allowed():
            return
        parts = self.path.partition("?")[0].strip("/").split("/")
        if parts[:2] == ["api", "models"]:
            revision = parts[5] if len(parts) > 5 else "main"
            self._info(revision) if "tree" not in parts else self._tree(revision)
        elif parts[2:3] == ["resolve"] and (found := self._files(parts[3])) is not None:
            content = found.get("/".join(parts[4:]))
            if content is None:
                return self._json({"error": "no such file"}, 404, {"X-Error-Code": "EntryNotFound"})
            self._send(content, "application/octet-stream", 200, {
                "ETag": hashlib.sha1(content).hexdigest(), "X-Repo-Commit": self._commit(parts[3]),
                "Accept-Ranges": "bytes",
            })  # fmt: skip
        else:
            self._json({"error": "no such path"}, 404, {"X-Error-Code": "RevisionNotFound"})

    do_HEAD = do_GET

    @property
    def _own(self) -> str:
        return f"http://{self.headers['Host']}"

    def _allowed(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {TOKEN}":
            return True
        self._json({"error": "no token"}, 401, {"X-Error-Code": "RepoNotFound"})
        return False

    def _oid(self, number: int) -> str:
        return f"{number % len(self.commits) + 1:040x}"

    def _commit(self, revision: str) -> str:
        return self._oid(-1) if revision == "main" else revision

    def _files(self, revision: str) -> dict[str, bytes] | None:
        numbers = {self._oid(number): number for number in range(len(self.commits))}
        number = numbers.get(self._commit(revision)) if self.commits else None
        return None if number is None else self.commits[number]

    def _info(self, revision: str) -> None:
        files = self._files(revision)
        if files is None:
            return self._json({"error": "no such revision"}, 404, {"X-Error-Code": "RevisionNotFound"})
        siblings = [{"rfilename": name} for name in files]
        self._json({"id": "me/story", "modelId": "me/story", "sha": self._commit(revision), "siblings": siblings,
                    "private": True, "tags": [], "downloads": 0})  # fmt: skip

    def _tree(self, revision: str) -> None:
        files = self._files(revision) or {}
        self._json([{"type": "file", "path": name, "size": len(content), "oid": hashlib.sha1(content).hexdigest()}
                    for name, content in files.items()])  # fmt: skip

    def _json(self, content: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(json.dumps(content).encode(), "application/json", status, headers or {})

    def _send(self, content: bytes, kind: str, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@pytest.fixture
def hub() -> Iterator[tuple[str, type[Hub]]]:
    """The address of a hub, and what it holds."""
    handler = type("OneHub", (Hub,), {"commits": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler
        server.shutdown()
        thread.join()


STEPS = """
import os, sys
from pathlib import Path
from nlpseq import CharRNN, UserError
from nlpseq.runs.hub import pull, push

run, place = sys.argv[1], Path(sys.argv[2])
first = CharRNN.from_pretrained(run)
address = first.push_to_hub("me/story")
print(address)
push(run, "me/story")  # the run itself: the same files
text = first.samples(["a"], length=9)
assert CharRNN.from_pretrained("me/story").samples(["a"], length=9) == text
assert CharRNN.from_pretrained("me/story", revision=address.rpartition("/")[2]).samples(["a"], length=9) == text
assert CharRNN.from_pretrained("me/story@main").samples(["a"], length=9) == text
found = pull("me/story", place / "pulled")
assert CharRNN.from_pretrained(found).samples(["a"], length=9) == text
for call in (
    lambda: CharRNN.from_pretrained("me/story", revision="none"),
    lambda: pull("me/story", place / "pulled"),
    lambda: push(run, "no name"),
    lambda: push(run, "me/story", token="hf_wrong"),
    lambda: push(place, "me/story"),
):
    try:
        call()
    except UserError as error:
        print(error)
    else:
        raise AssertionError("no error")
from huggingface_hub import constants
constants.HF_HUB_OFFLINE = True
assert CharRNN.from_pretrained("me/story").samples(["a"], length=9) == text
weights = next((Path(os.environ["HF_HOME"]) / "hub").rglob("model.safetensors"))
content = weights.read_bytes()
weights.resolve().write_bytes(content[:-4] + bytes(4))
try:
    pull("me/story", place / "again")
except UserError as error:
    print(error)
assert not list(place.glob("*again*"))
"""


def test_models_go_to_the_hub_and_come_back(
    hub: tuple[str, type[Hub]], story_run: GenerateSettings, tmp_path: Path
) -> None:
    address, held = hub
    environment = os.environ | {
        "HF_ENDPOINT": address, "HF_TOKEN": TOKEN, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_OFFLINE": "0", "NO_PROXY": "127.0.0.1",
    }  # fmt: skip
    found = subprocess.run(
        [sys.executable, "-c", STEPS, story_run.run_dir, str(tmp_path)], env=environment, capture_output=True, text=True
    )
    assert found.returncode == 0, found.stderr
    lines = found.stdout.splitlines()
    assert lines[0].startswith(f"{address}/me/story/commit/")
    for line, part in zip(
        lines[1:], ("revision none", "there already", "write owner/name", "check the name and the token",
                    "missing or damaged", "not as it was saved"), strict=True,
    ):  # fmt: skip
        assert part in line
    assert held.commits[0].keys() == {"README.md", "config.json", "model.safetensors", "text/alphabet.json"}
    assert held.commits[-1].keys() == held.commits[0].keys()
    assert b"library_name" in held.commits[0]["README.md"]
