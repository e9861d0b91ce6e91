"""The campaign: many cases, a table of what fell, and each fault with what repeats it."""

from __future__ import annotations

import argparse
import gc
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

# Forked children and threads do not go together; and nothing here is to leave the machine.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1")

from . import corpora, flags, folders, recipes, strings  # noqa: E402
from .bases import Base, make_bases  # noqa: E402
from .driver import Case, Ended, fault, run  # noqa: E402

Deal = Callable[[random.Random, Path, dict[str, Base]], Case]
# How often each kind comes, of a hundred cases or so.
KINDS: list[tuple[Deal, int]] = [
    (recipes.values, 22), (recipes.structure, 15), (recipes.allowed, 2), (flags.flags, 18), (corpora.corpora, 10),
    (folders.runs, 15), (folders.models, 13), (folders.exports, 5), (strings.strings, 5),
]  # fmt: skip


def main() -> int:
    """Run the campaign that the command line asks for; 1 if anything fell."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=300, help="how many (300)")
    parser.add_argument("--first", type=int, default=0, help="number of the first case (0)")
    parser.add_argument("--minutes", type=float, default=1e9, help="begin no case after so long")
    parser.add_argument("--seed", type=int, default=1, help="of the campaign (1)")
    parser.add_argument("--kind", default="", help="cases of these kinds alone: recipes, folders.runs, ...")
    parser.add_argument("--only", type=int, help="the case of this number alone")
    parser.add_argument("--keep", action="store_true", help="keep the folders of the cases that fall")
    options = parser.parse_args()
    began = time.monotonic()
    home = Path(tempfile.mkdtemp(prefix="nlpseq-fuzz-"))
    os.environ["HF_HOME"] = str(home / "cache")
    _import_everything()
    try:
        bases = make_bases(home / "bases")
        print(f"set up in {time.monotonic() - began:.0f} s", flush=True)
        faults = _campaign(options, home, bases)
        print(f"{time.monotonic() - began:.0f} s in all")
    finally:
        if not options.keep:
            shutil.rmtree(home, ignore_errors=True)
    return 1 if faults else 0


def _campaign(options: argparse.Namespace, home: Path, bases: dict[str, Base]) -> int:
    tried: Counter[str] = Counter()
    fell: Counter[str] = Counter()
    most: dict[str, tuple[float, float]] = {}
    end = time.monotonic() + 60 * options.minutes
    for number in [options.only] if options.only is not None else range(options.first, options.first + options.cases):
        if time.monotonic() > end:
            print(f"stopped before case {number}: {options.minutes:g} minutes are over")
            break
        folder = home / f"case-{number}"
        folder.mkdir()
        case = deal(options.seed, number, folder, bases, options.kind)
        ended = run(case, folder)
        wrong = fault(ended)
        tried[case.kind] += 1
        seconds, gib = most.get(case.kind, (0.0, 0.0))
        most[case.kind] = max(seconds, ended.seconds), max(gib, ended.memory / 2**30)
        if wrong or options.only is not None:
            fell[case.kind] += bool(wrong)
            _tell(options, number, case, ended, wrong)
        if not (options.keep and (wrong or options.only is not None)):
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{'kind':<20}{'tried':>7}{'failed':>8}{'most s':>8}{'most GiB':>10}")
    for kind in sorted(tried):
        print(f"{kind:<20}{tried[kind]:>7}{fell[kind]:>8}{most[kind][0]:>8.1f}{most[kind][1]:>10.2f}")
    print(f"{'all':<20}{tried.total():>7}{fell.total():>8}", flush=True)
    return fell.total()


def deal(seed: int, number: int, folder: Path, bases: dict[str, Base], kind: str = "") -> Case:
    """The case of this number of the campaign of this seed, its files written into `folder`."""
    dice = random.Random(f"{seed} {number}")
    deals = {f"{of.__module__.rpartition('.')[2]}.{of.__name__}": (of, weight) for of, weight in KINDS}
    chosen, weights = zip(*(deal for name, deal in deals.items() if name.startswith(kind)), strict=True)
    return dice.choices(chosen, weights)[0](dice, folder, bases)


def _tell(options: argparse.Namespace, number: int, case: Case, ended: Ended, wrong: str) -> None:
    kind = f" --kind {options.kind}" if options.kind else ""
    words = " ".join(ascii(word)[1:-1][:120] for word in case.arguments)
    print(
        f"FELL {case.kind}: {wrong}" if wrong else f"stood {case.kind}: code {ended.code}, {ended.err.strip()[-500:]}"
    )
    print(f"    {ascii(case.note)}\n    nlpseq {words}")
    print(f"    python -m tests.fuzz --seed {options.seed} --only {number} --keep{kind}", flush=True)


def _import_everything() -> None:
    """All that commands import, once, so that a case costs a fork."""
    from importlib import import_module
    from pkgutil import walk_packages

    import nlpseq

    for module in walk_packages(nlpseq.__path__, "nlpseq."):
        if not module.name.startswith(("nlpseq.compat", "nlpseq.__main__")):
            import_module(module.name)
    for name in (
        "datasets", "evaluate", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "onnxruntime",
        "PIL.features",
        "pyarrow.parquet", "rouge_score.rouge_scorer", "sacrebleu", "scipy.stats",
        "sentencepiece.sentencepiece_model_pb2", "sklearn.metrics", "torch.utils.tensorboard",
    ):  # fmt: skip
        import_module(name)
    import torch

    torch.set_num_threads(1)
    gc.freeze()  # the children share what is there for as long as nobody writes to it


if __name__ == "__main__":
    sys.exit(main())
