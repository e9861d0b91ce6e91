"""Measure one toolkit on the data that prepare.py wrote: training, or with --beam decoding.

The toolkit runs as its users run it, from its own command line. Its progress lines are timed as they arrive,
so that start-up and the first 20 steps are left out. Prints one JSON line; the log stays under DIR/runs.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from string import Template

WARM_UP_STEPS = 20
REPORT_STEPS = 20
DECODE_TOKENS = 15  # forced, because the measured model has hardly been trained
TRAIN = {
    "opennmt": "{env}/bin/onmt_train -config {config}",
    "eole": "{env}/bin/eole train -config {config}",
    "joeynmt": "{env}/bin/python -m joeynmt train {config} --skip-test",
}
DECODE = (
    "{env}/bin/eole predict --model_path {run}/model --src {data}/test.src --output {run}/hyps.txt "
    "--report_time --beam_size {beam} --batch_type sents --batch_size {batch} --min_length {length} "
    "--max_length {length}"
)
BATCH_SENTENCES = 128  # JoeyNMT's, whose log does not name it
PARAMETERS = re.compile(r"(?:number of parameters|Total params): (\d+)")
# OpenNMT-py and Eole print the mean tokens and sentences a step, JoeyNMT the target tokens a second.
MEANS = re.compile(r"Step\s+(\d+)/.*bsz:\s*(\d+)/\s*(\d+)/\s*(\d+);")
RATE = re.compile(r"Step:\s+(\d+),.*Tokens per Sec:\s+(\d+)")
DECODE_SECONDS = re.compile(r"(?:Step 0 time|Subsequent prediction time including all) \(s\): ([\d.]+)")


def timed_lines(command: str, *, log: Path, threads: int) -> Iterator[tuple[float, str]]:
    """Run a command and yield its lines, each with the second it came; if it fails, exit naming its log."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    process = subprocess.Popen(
        command.split(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None
    with log.open("w", encoding="utf-8") as copy:
        for line in process.stdout:
            now = time.monotonic()
            copy.write(line)
            yield now, line
    if process.wait() != 0:
        sys.exit(f"{command.split()[0]} failed with status {process.returncode}: see {log}")


def measure_training(directory: Path, toolkit: str, *, steps: int, threads: int) -> dict[str, object]:
    """Train for the warm-up and then `steps` steps (a multiple of REPORT_STEPS)."""
    run = directory / "runs" / toolkit
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True)
    template = Template(Path(__file__).with_name(f"{toolkit}.yaml").read_text(encoding="utf-8"))
    config = directory / "runs" / f"{toolkit}.yaml"
    config.write_text(template.substitute(DIR=directory, STEPS=WARM_UP_STEPS + steps, REPORT=REPORT_STEPS))
    command = TRAIN[toolkit].format(env=directory / toolkit, config=config)
    parameters, last = 0, 0.0
    seconds = target_tokens = source_tokens = sentences = 0.0
    for now, line in timed_lines(command, log=directory / "runs" / f"{toolkit}.log", threads=threads):
        if found := PARAMETERS.search(line):
            parameters = int(found[1])
        if not (found := MEANS.search(line) or RATE.search(line)):
            continue
        elapsed, last = now - last, now
        if int(found[1]) <= WARM_UP_STEPS:
            continue
        seconds += elapsed
        if found.re is RATE:
            target_tokens += int(found[2]) * elapsed
            sentences += REPORT_STEPS * BATCH_SENTENCES
        else:
            source_tokens += int(found[2]) * REPORT_STEPS
            target_tokens += int(found[3]) * REPORT_STEPS
            sentences += int(found[4]) * REPORT_STEPS
    return {
        "toolkit": toolkit,
        "target_tokens_per_second": round(target_tokens / seconds, 1),
        "source_tokens_per_second": round(source_tokens / seconds, 1) or None,  # JoeyNMT does not count them
        "sentences_per_step": sentences / steps,
        "target_tokens_per_step": round(target_tokens / steps, 1),
        "steps": steps,
        "parameters": parameters,
        "seconds": round(seconds, 1),
    }


def measure_decoding(directory: Path, *, beam: int, threads: int) -> dict[str, object]:
    """Translate the test set with the Eole model of the last training measurement; loading is not counted."""
    run, data, length = directory / "runs" / "eole", directory / "data", DECODE_TOKENS
    command = DECODE.format(env=directory / "eole", run=run, data=data, beam=beam, batch=BATCH_SENTENCES, length=length)
    log = directory / "runs" / "eole.decode.log"
    seconds = sum(
        float(found[1])
        for _, line in timed_lines(command, log=log, threads=threads)
        if (found := DECODE_SECONDS.search(line))
    )
    hyps = (run / "hyps.txt").read_text(encoding="utf-8").splitlines()
    return {
        "toolkit": "eole",
        "beam": beam,
        "sentences_per_second": round(len(hyps) / seconds, 1),
        "tokens_per_sentence": sum(len(hyp.split()) for hyp in hyps) / len(hyps),
        "sentences": len(hyps),
        "seconds": round(seconds, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, metavar="DIR", help="folder given to setup.sh and prepare.py")
    parser.add_argument("--toolkit", choices=sorted(TRAIN), required=True)
    parser.add_argument("--steps", type=int, default=200, help=f"a multiple of {REPORT_STEPS} (default 200)")
    parser.add_argument("--beam", type=int, help="measure decoding with this beam instead (1: greedy)")
    parser.add_argument("--threads", type=int, default=2, help="OMP_NUM_THREADS of the toolkit (default 2)")
    arguments = parser.parse_args()
    directory, threads = arguments.directory.resolve(), arguments.threads
    if arguments.beam is not None:
        if arguments.toolkit != "eole":
            parser.error("--beam measures Eole only: the README says why")
        result = measure_decoding(directory, beam=arguments.beam, threads=threads)
    else:
        if arguments.steps < REPORT_STEPS or arguments.steps % REPORT_STEPS:
            parser.error(f"--steps must be a multiple of {REPORT_STEPS}")
        result = measure_training(directory, arguments.toolkit, steps=arguments.steps, threads=threads)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
