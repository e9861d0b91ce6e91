"""The training of any network, on Lightning Fabric.

1. `fit.py` puts the parts together (Fabric, optimizer, schedule, `TrainState`), goes on from a checkpoint, and says how
   it ended.
2. `loop.py` is the listing: draw a batch, loss as (sum, count), backward, clip, step, schedule, average.
3. `validation.py` scores the model, writes the row of the curves, and gives the model its place among the best.
4. `state.py` holds all that a resume needs; `folder.py` writes it, and what is shown follows from it.

Beside them: `objective.py` (what a task gives), `losses.py`, `optim.py` (optimizers, schedules, moving average),
`precision.py` (fp32 or bf16, by measurement), `interrupts.py` (Ctrl-C, SIGTERM), `progress.py`, and `ranks.py` (several
processes that train together).
"""

# What a training leaves in its folder besides the model.
RESUME_FILE, CURVES_FILE, BEST_FOLDER, PRECISION_FILE = "resume.ckpt", "curves.csv", "best", "precision.json"
