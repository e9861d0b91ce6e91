"""Character models with different cells, each given the same minutes: the loss over time, a JSON line a model.

    python benchmarks/same_minutes.py input.txt --minutes 4 --hidden 256 512 768

The learning rate comes down by the clock (cosine), so that each model has a whole training of that length. Set
OMP_NUM_THREADS=1 to compare on one core.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import time
from pathlib import Path

import nlpseq

RECIPE = Path(__file__).resolve().parent.parent / "recipes" / "generate-shakespeare-quick.yaml"
# Of each cell: what it is trained with beside the recipe. minGRU's gates do not see its state: only deeper layers do.
SETTINGS: dict[str, dict[str, object]] = {
    "lstm": {},
    "min_gru": {"model.num_layers": 4, "model.layer_norm": True, "model.residual": True, "train.lr": 4e-3},
}


def main() -> None:
    """Train each cell at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", help="a file or folder of text")
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--hidden", type=int, nargs="+", default=[256, 512, 768])
    parser.add_argument("--cells", nargs="+", choices=SETTINGS, default=[*SETTINGS])
    options = parser.parse_args()
    for hidden in options.hidden:
        for cell in options.cells:
            settings = {"model.cell": cell, "model.hidden_size": hidden, "train.max_epochs": 1000} | SETTINGS[cell]
            begin = time.process_time()
            with tempfile.TemporaryDirectory() as folder:
                model = nlpseq.CharRNN.train(
                    options.text, recipe=RECIPE, minutes=options.minutes, run_dir=folder, settings=settings
                )
                curve = _curve(Path(folder))
            print(json.dumps({
                "cell": cell, "hidden": hidden, "settings": settings,
                "parameters": sum(weight.numel() for weight in model.model.parameters()),
                "processor_minutes": round((time.process_time() - begin) / 60, 2),
                "best": min(loss for *_, loss in curve), "curve": curve,
            }), flush=True)  # fmt: skip


def _curve(run: Path) -> list[tuple[float, float, float]]:
    """Epochs, minutes and nats of each validation."""
    with open(run / "curves.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["val_loss"]]
    return [(float(row["epoch"]), round(float(row["minutes"]), 2), round(float(row["val_loss"]), 4)) for row in rows]


if __name__ == "__main__":
    main()
