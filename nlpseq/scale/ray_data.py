"""A run's model on many tables, on Ray Data (Moritz et al., 2018): this machine's processors, or those of a cluster.

1. A task reads each table and cuts it into parts; a part is one block, so that parts of one table go to all workers.
2. Workers, actors that load the model once, answer a part and write it where all machines find it.
3. A worker that dies is started anew, and its part is given out again: what it has half written is no part.
"""

from __future__ import annotations

import logging
import os
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from nlpseq.errors import UserError, one_line
from nlpseq.program import install
from nlpseq.tasks.parts import Job, Part, read_parts, write_part
from nlpseq.tasks.predict import PredictOptions, Predictor

# Workers that may die on a part: one that takes more memory than there is would end each of them, for ever.
MOST_TRIES = 4
# Ray asks its makers' server what it may tell it, serves a page, and says much; none of it is wanted here.
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_BACKEND_LOG_LEVEL": "fatal", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


class Cluster(NamedTuple):
    """Where the work is done.

    Attributes:
        address: of a cluster that runs, as `ray.init` takes it; None starts one of this machine's processors.
        workers: that load the model; default: one a GPU where the model runs on those, else one a processor.
        device: "cpu" or "cuda".
    """

    address: str | None = None
    workers: int | None = None
    device: str = "cpu"


def on_ray(run: str | Path, options: PredictOptions, cluster: Cluster, job: Job) -> Iterator[int]:
    """Do the job; the number of rows of each part as it is there, in any order.

    Args:
        run: the model; each worker loads it, so it, the tables and the folder of the parts lie where all machines find
            them.

    Raises:
        UserError: what `read_parts` and `write_part` raise; Ray is not installed, not reached, or its workers died on
            one part again and again.
    """
    ray, job = ray_installed(), _absolute(job)
    run = os.path.abspath(run) if os.path.exists(run) else run
    with _started(ray, cluster.address):
        for left in job.folder.glob(_tries(job.folder / "*").name):
            left.unlink()
        workers = cluster.workers or _as_many(ray, cluster.device)
        # Readers take no processor of their own: those are all the workers', who would wait for them for ever.
        tables = [{"table": number} for number in range(len(job.sources))]
        parts = ray.data.from_items(tables, override_num_blocks=len(tables)).flat_map(
            partial(_pickled_parts, job=job), num_cpus=0, compute=ray.data.TaskPoolStrategy(size=-(-workers // 4))
        )
        answered = parts.map_batches(
            Worker, fn_constructor_args=(run, options, cluster.device), batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=workers), num_cpus=1, num_gpus=int(cluster.device != "cpu"),
        )  # fmt: skip
        try:
            for row in answered.iter_rows():
                if row["error"]:
                    raise UserError(row["error"])
                yield row["rows"]
        except ray.exceptions.RayTaskError:  # a fault of ours
            raise
        except ray.exceptions.RayError as error:
            raise UserError(
                f"{job.folder}: Ray gave up ({one_line(error, most=200)}); the same command with --resume goes on"
            ) from error


def ray_installed() -> Any:
    """The library.

    Raises:
        UserError: it is not there.
    """
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise UserError(f"--engine ray: Ray is not installed; run {install('ray')}") from error
    return ray


class Worker:
    """A process with the model, which it loads when the first part comes."""

    def __init__(self, run: str | Path, options: PredictOptions, device: str) -> None:
        self._load = partial(Predictor, run, options, device=device)

    @cached_property
    def _predictor(self) -> Predictor:
        return self._load()

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Answer and write the parts of a batch, pickled; the rows of each, and what is wrong with it."""
        found: list[tuple[int, str]] = []
        for pickled in batch["part"]:
            part = pickle.loads(pickled)
            try:
                found.append((0, str(part)) if isinstance(part, UserError) else (self._write(part), ""))
            except UserError as error:
                found.append((0, str(error)))
        return {"rows": [rows for rows, _ in found], "error": [error for _, error in found]}

    def _write(self, part: Part) -> int:
        tries = _tries(part.target)
        with open(tries, "ab") as file:
            file.write(b".")
        if tries.stat().st_size > MOST_TRIES:
            raise UserError(
                f"{part.target}: {MOST_TRIES} workers died while they made it; give them more memory, or the parts "
                "fewer rows (--part-rows) in another folder"
            )
        rows = write_part(self._predictor, part)
        tries.unlink()
        return rows


def _tries(target: Path) -> Path:
    """A file with a byte for each worker that has begun a part."""
    return target.with_name(f".{target.name}.tries")


def _pickled_parts(row: Mapping[str, int], job: Job) -> Iterator[dict[str, bytes]]:
    """The parts of a table; where it cannot be read on, the error, which is one sentence and not Ray's."""
    try:
        for part in read_parts(job, job.sources[row["table"]]):
            yield {"part": pickle.dumps(part)}
    except UserError as error:
        yield {"part": pickle.dumps(error)}


@contextmanager
def _started(ray: Any, address: str | None) -> Iterator[None]:
    try:
        local = {} if address else {"include_dashboard": False}
        ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **local)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UserError(f"--address {address}: no Ray is reached there ({one_line(error, most=200)})") from error
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = 1  # each row of the readers', which is a part, is a block
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        ray.shutdown()


def _as_many(ray: Any, device: str) -> int:
    return max(1, int(ray.cluster_resources().get("GPU" if device != "cpu" else "CPU", 1)))


def _absolute(job: Job) -> Job:
    """Other machines work in other folders."""
    sources = [source._replace(path=Path(os.path.abspath(source.path))) for source in job.sources]
    return replace(job, sources=sources, folder=Path(os.path.abspath(job.folder)))
