"""SIGKILL at random moments of `nlpseq run`, over an empty folder and over a finished run: is anything ever lost?

    python benchmarks/kill_campaign.py [--kills 50] [--tasks translate classify ...] [--out FILE.md]

Each of the tasks is run once without a break, into an empty folder, and once more with other settings over that
finished run. Then both are repeated `--kills` times in a child process that is killed: at a random moment, or (every
second time) at a random change of the file system. After each kill

1. the folder must give a whole model, that of the run before or of the run under way, or say that there is none;
2. the same command again must leave all files as the unbroken run left them, byte for byte, and nothing else.

The clock of the program stands still in all runs, so that times do not tell them apart. TensorBoard's files, whose
names hold a time, are left out, and checkpoints are compared by what they hold.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
TASKS = ("translate", "classify", "generate", "summarize", "tag", "multilabel")
TASK_PARTS = ("stages", "outputs", "report")
MODULES = (
    *(f"tasks.{task}.{part}" for task in TASKS for part in TASK_PARTS),
    "tasks.evaluate", "tasks.verbs", "tasks.card", "runs.training", "training.fit", "training.loop",
    "training.folder", "evaluation.translation", "evaluation.rouge", "evaluation.baselines", "evaluation.machine",
    "report", "tasks.translate.translator", "tasks.classify.classifier", "tasks.generate.char_rnn",
    "tasks.summarize.summarizer", "tasks.tag.tagger", "evaluation.tagging", "tasks.multilabel.labeller",
)  # fmt: skip


def settings_of(task: str, folder: Path) -> Any:
    """A recipe that trains for a second or two on a few lines of an embedded corpus."""
    from nlpseq import config as c

    short = {"max_epochs": 3, "precision": "fp32", "device": "cpu", "ema_decay": 0.9, "warmup_steps": 3}
    if task == "translate":
        heads = {"train": 300, "val": 30, "test": 30}
        for split, lines in heads.items():
            for side in ("en", "de"):
                head(CORPORA / "en-de" / f"{split}.{side}", folder / f"{split}.{side}", lines)
        return c.TranslateSettings(
            data=c.ParallelDataSettings(path=str(folder)), text=c.TextSettings(vocab_size=400),
            model=c.TranslatorSettings(embedding_dim=12, hidden_size=20),
            train=c.TranslateTrainSettings(batch_tokens=900, lr=1e-2, resume_every_steps=3, **short),
            decode=c.DecodeSettings(beam_size=2, max_length_ratio=1.0),
        )  # fmt: skip
    if task == "classify":
        for split, lines in {"train": 200, "validation": 40, "test": 40}.items():
            head(CORPORA / "reviews" / f"{split}.jsonl", folder / f"{split}.jsonl", lines)
        return c.ClassifySettings(
            data=c.LabelledDataSettings(path=str(folder)), text=c.ClassifierTextSettings(min_freq=1),
            model=c.ClassifierSettings(embedding_dim=12, hidden_size=10),
            train=c.ClassifyTrainSettings(batch_size=32, lr=1e-2, resume_every_steps=3, **short),
        )  # fmt: skip
    if task == "generate":
        text = (CORPORA / "stories" / "stories.txt").read_text(encoding="utf-8")[:9000]
        (folder / "text.txt").write_text(text, encoding="utf-8")
        return c.GenerateSettings(
            data=c.PlainDataSettings(path=str(folder / "text.txt"), test_share=0.1),
            model=c.CharRNNSettings(embedding_dim=8, hidden_size=24),
            train=c.GenerateTrainSettings(batch_size=6, window=64, lr=1e-2, resume_every_steps=3, **short),
            sample=c.SampleSettings(length=30, temperatures=(0.5,)),
        )  # fmt: skip
    if task == "tag":
        for split, lines in {"train": 2000, "validation": 200, "test": 200}.items():
            head(CORPORA / "entities" / f"{split}.conll", folder / f"{split}.conll", lines)
        return c.TagSettings(
            data=c.TaggedDataSettings(path=str(folder)),
            model=c.TaggerSettings(embedding_dim=12, hidden_size=10, char_hidden_size=4),
            train=c.TagTrainSettings(batch_size=16, lr=1e-2, resume_every_steps=3, **short),
        )  # fmt: skip
    if task == "multilabel":
        for split, lines in {"train": 200, "validation": 40, "test": 40}.items():
            head(CORPORA / "messages" / f"{split}.jsonl", folder / f"{split}.jsonl", lines)
        return c.MultiLabelSettings(
            data=c.MultiLabelDataSettings(path=str(folder)), text=c.ClassifierTextSettings(min_freq=1),
            model=c.ClassifierSettings(embedding_dim=12, hidden_size=10),
            train=c.MultiLabelTrainSettings(batch_size=32, lr=1e-2, resume_every_steps=3, **short),
        )  # fmt: skip
    for split, lines in {"train": 200, "validation": 20, "test": 20}.items():
        head(CORPORA / "notices" / f"{split}.jsonl", folder / f"{split}.jsonl", lines)
    return c.SummarizeSettings(
        data=c.SummaryDataSettings(path=str(folder)),
        model=c.SummarizerSettings(embedding_dim=12, hidden_size=16, encoder_layers=1),
        train=c.SummarizeTrainSettings(batch_tokens=4000, lr=1e-2, resume_every_steps=3, **short),
        decode=c.SummaryDecodeSettings(beam_size=2),
    )


def head(source: Path, target: Path, lines: int) -> None:
    """The first lines of a file."""
    target.write_text("".join(source.read_text(encoding="utf-8").splitlines(keepends=True)[:lines]), encoding="utf-8")


def still_clock() -> None:
    """What the program measures of time and memory is the same in every run."""
    from nlpseq.evaluation import machine

    machine.peak_memory_mib = lambda: 1.0
    for name, module in list(sys.modules.items()):
        if name.startswith("nlpseq.") and getattr(module, "time", None) is time:
            ticks = iter(range(10**9))
            module.time = SimpleNamespace(  # type: ignore[attr-defined]
                perf_counter=lambda ticks=ticks: float(next(ticks)), monotonic=lambda: 0.0, sleep=time.sleep,
                strftime=lambda form: "2026-01-01", time=lambda: 0.0, time_ns=time.time_ns,
            )  # fmt: skip


class Events:
    """Counts the changes of the file system below a folder, and kills the process at one of them."""

    def __init__(self, folder: Path, kill_at: int) -> None:
        self.folder, self.kill_at, self.seen = str(folder), kill_at, 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
        if not writes and event not in ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link"):
            return
        if not any(isinstance(part, str | os.PathLike) and self.folder in str(part) for part in arguments[:2]):
            return
        self.seen += 1
        if self.seen == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)


def child(work: Callable[[], None], log: Path) -> int:
    """Fork, do the work quietly in the child, and give its process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        with open(log, "a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        still_clock()
        work()
        status = 0
    except BaseException as error:  # told in the log, and by the status
        os.write(2, f"{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(status)


def ended(pid: int) -> int:
    """The exit status of a child: 0, an error, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def contents(run_dir: Path) -> dict[str, bytes]:
    """All files of a run but TensorBoard's; of a checkpoint its values."""
    found = {}
    for path in sorted(run_dir.rglob("*")):
        name = path.relative_to(run_dir).as_posix()
        if path.is_file() and "tensorboard" not in path.parts:
            # One that was being written when the process was killed holds nothing yet.
            whole = path.suffix == ".ckpt" and not path.name.startswith(".")
            found[name] = checkpoint(path) if whole else path.read_bytes()
    return found


def checkpoint(path: Path) -> bytes:
    import torch

    return repr(plain(torch.load(path, weights_only=True))).encode()


def plain(value: Any) -> Any:
    """A checkpoint in plain values, in one order."""
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, dict):
        return sorted((str(key), plain(inner)) for key, inner in value.items())
    return [plain(inner) for inner in value] if isinstance(value, list | tuple) else value


class Campaign:
    """The kills of one task, over an empty folder or over a finished run."""

    def __init__(self, task: str, over: bool, folder: Path, random_numbers: random.Random) -> None:
        self.task, self.over, self.folder, self.random = task, over, folder, random_numbers
        self.verbs = import_module("nlpseq.tasks.verbs")
        (folder / "corpus").mkdir(parents=True, exist_ok=True)
        self.run_dir, self.log = folder / "run", folder / "log.txt"
        self.first = replace(settings_of(task, folder / "corpus"), run_dir=str(self.run_dir))
        self.settings = self.first
        self.start: dict[str, bytes] = {}
        if over:
            self.settings = replace(self.first, train=replace(self.first.train, lr=5e-3, max_epochs=2))
            assert ended(child(lambda: self.verbs.run(self.first), self.log)) == 0, self.log.read_text()
            shutil.copytree(self.run_dir, folder / "finished")
            self.start = contents(self.run_dir)
        started = time.monotonic()
        assert ended(child(self.unbroken, self.log)) == 0, self.log.read_text()
        self.seconds = time.monotonic() - started
        self.events = int((folder / "events").read_text())
        self.expected = contents(self.run_dir)
        self.models = {bytes_of(self.start), bytes_of(self.expected)}

    def unbroken(self) -> None:
        events = Events(self.run_dir, -1)
        self.verbs.run(self.settings)
        (self.folder / "events").write_text(str(events.seen))

    def kill(self, number: int) -> list[str]:
        """One kill; what was wrong after it."""
        shutil.rmtree(self.run_dir)
        if self.over:
            shutil.copytree(self.folder / "finished", self.run_dir)
        at_event = number % 2 == 0
        place = self.random.randint(1, self.events) if at_event else -1

        def work() -> None:
            Events(self.run_dir, place)
            self.verbs.run(self.settings)

        pid = child(work, self.log)
        if not at_event:
            time.sleep(self.random.uniform(0, self.seconds))
            os.kill(pid, signal.SIGKILL)
        status = ended(pid)
        where = f"{'event ' + str(place) if at_event else 'a moment'}"
        faults = [] if status in (0, -signal.SIGKILL) else [f"{where}: ended with {status}"]
        faults += self.answer(where)
        if (status := ended(child(lambda: self.verbs.run(self.settings), self.log))) != 0:
            return [*faults, f"{where}: the same command again ended with {status}"]
        now = contents(self.run_dir)
        differing = sorted(
            name for name in now.keys() | self.expected.keys() if now.get(name) != self.expected.get(name)
        )
        return [*faults, f"{where}: {', '.join(differing)} differ"] if differing else faults

    def answer(self, where: str) -> list[str]:
        """Whether the folder gives a whole model, the old or the new one, or says that there is none."""

        def load() -> None:
            from nlpseq.errors import UserError

            try:
                model = import_module("nlpseq.tasks").task_named(self.task).load(self.run_dir, device="cpu")
            except UserError as error:
                if self.over:
                    raise
                assert "no such run folder" in str(error) or "there is no model" in str(error), error
                return
            if self.over:
                assert bytes_of(contents(Path(model.folder))) in self.models

        status = ended(child(load, self.log))
        return [f"{where}: no whole model and no word of it"] if status else []


def bytes_of(files: dict[str, bytes]) -> bytes:
    """The files of the model itself."""
    names = ("config.json", "model.safetensors", "ngrams.safetensors")
    return b"".join(data for name, data in sorted(files.items()) if name in names or name.startswith("text/"))


def main() -> None:
    """Run the campaign and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50, help="for each task and each kind of folder (default: 50)")
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="write the table here too")
    options = parser.parse_args()
    for name in MODULES:
        import_module(f"nlpseq.{name}")
    lines = ["| task | folder | kills | file events a run | faults |", "|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    failed = False
    for task in options.tasks:
        for over in (False, True):
            with tempfile.TemporaryDirectory(prefix="nlpseq-kill-") as folder:
                campaign = Campaign(task, over, Path(folder), random.Random(f"{options.seed} {task} {over}"))
                faults = [fault for number in range(options.kills) for fault in campaign.kill(number)]
                if faults:
                    print(campaign.log.read_text()[-3000:], file=sys.stderr)
            kind = "a finished run of other settings" if over else "empty"
            lines.append(f"| {task} | {kind} | {options.kills} | {campaign.events} | {'; '.join(faults) or '0'} |")
            print(lines[-1], flush=True)
            failed = failed or bool(faults)
    if options.out:
        options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(failed)


if __name__ == "__main__":
    main()
