"""nanoGPT's side of generate_speed.py: its CPU recipe, its exact loss, its sampler.

`folder` is a copy of github.com/karpathy/nanoGPT whose data/shakespeare_char/prepare.py was run.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F

# Its readme's, "I only have a macbook".
RECIPE = (
    "config/train_shakespeare_char.py --device=cpu --compile=False --eval_iters=20 --log_interval=1 --block_size=64 "
    "--batch_size=12 --n_layer=4 --n_head=4 --n_embd=128 --lr_decay_iters=2000 --dropout=0.0"
)
BLOCK = 1024  # of sampling: a context of 1,000 characters fits in
SIZES = {"0.8M": (4, 4, 128), "10.65M": (6, 6, 384)}  # layers, heads, width


def train_command(iterations: int) -> list[str]:
    """The command to run in `folder`; the recipe has 2,000 iterations."""
    steps = [f"--max_iters={iterations}", f"--eval_interval={min(250, iterations)}"]
    return [sys.executable, "train.py", *RECIPE.split(), *steps]


def best_estimate(output: str) -> float:
    """The lowest validation loss among what training has printed; its checkpoint is of that moment."""
    return min(float(loss) for loss in re.findall(r"val loss ([\d.]+)", output))


@torch.inference_mode()
def exact_loss(folder: Path, *, half_overlapping: bool) -> float:
    """Nats a character of the checkpoint over the whole held-out text.

    Its windows are read one after the other, as those that it is trained on; or half overlapping, the later half of
    each counted, so that no character has less than half a window before it.
    """
    checkpoint = torch.load(folder / "out-shakespeare-char" / "ckpt.pt", weights_only=True)
    model = _network(folder, **checkpoint["model_args"])
    model.load_state_dict(checkpoint["model"])
    ids = torch.from_numpy(np.fromfile(folder / "data" / "shakespeare_char" / "val.bin", np.uint16).astype(np.int64))
    size = checkpoint["model_args"]["block_size"]
    step = size // 2 if half_overlapping else size
    total, count = 0.0, 0
    for windows in ids.unfold(0, size + 1, step).split(64):
        targets = windows[:, 1:].contiguous()
        logits, _ = model(windows[:, :-1], targets)
        losses = F.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none").view_as(targets)
        total, count = total + float(losses[:, -step:].sum()), count + losses[:, -step:].numel()
    return total / count


def sampler(
    folder: Path, size: str, *, batch: int, context: int, vocab_size: int, temperature: float, top_k: int
) -> tuple[int, Iterator[int]]:
    """An untrained network's parameters, without those of positions, and the characters of each of its steps."""
    layers, heads, width = SIZES[size]
    model = _network(
        folder, block_size=BLOCK, vocab_size=vocab_size, n_layer=layers, n_head=heads, n_embd=width, bias=False
    )

    def steps() -> Iterator[int]:
        text = torch.randint(vocab_size, (batch, context))
        while True:
            text = model.generate(text, 1, temperature=temperature, top_k=top_k)
            yield batch

    return model.get_num_params(), steps()


def _network(folder: Path, **settings: Any) -> Any:
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    from model import GPT, GPTConfig  # type: ignore[import-not-found]  # nanoGPT's, found at run time

    with redirect_stdout(sys.stderr):  # it says how many parameters it has
        return GPT(GPTConfig(**settings)).eval()
