"""On the path of what a mutant's tests start: new processes import the changed module too (benchmarks/mutants.py)."""

import os
import sys
from pathlib import Path

if "NLPSEQ_MUTANT" in os.environ:
    sys.path.append(str(Path(__file__).resolve().parent.parent))
    from mutants import Mutant, Planted

    path, number = os.environ["NLPSEQ_MUTANT"].rsplit(":", 1)
    sys.meta_path.insert(0, Planted(Mutant(path, 0, "", "", int(number))))
