"""Several processes on one port, ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from nlpseq.config import GenerateSettings
from nlpseq.errors import UserError
from nlpseq.serve.workers import several_processes

START_SECONDS = 120


def test_a_gpu_takes_one_process() -> None:
    with pytest.raises(UserError, match="--workers 2: .* takes one process"), several_processes(2, on_cpu=False):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="processes share what was loaded there alone")
def test_two_processes_answer_and_end_together(story_run: GenerateSettings, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "nlpseq", "serve", story_run.run_dir, "--port", "0", "--workers", "2"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NLPSEQ_")}
    with (
        open(tmp_path / "errors.txt", "w") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment) as server,
    ):
        try:
            assert server.stdout is not None
            address = server.stdout.readline().split()[2]
            with httpx.Client(base_url=address, timeout=START_SECONDS) as site:
                assert site.get("/ready").json()["ready"]
                body = {"prompt": "a", "length": 5}
                assert len({site.post("/api/generate", json=body).json()["texts"][0] for _ in range(4)}) == 1
                assert 'nlpseq_requests_total{path="/api/generate",status="200"}' in site.get("/metrics").text
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(START_SECONDS) == 0, (tmp_path / "errors.txt").read_text()
