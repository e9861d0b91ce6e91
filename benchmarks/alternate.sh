#!/usr/bin/env bash
# Training and decoding speed of nlpseq and its peers in alternating rounds, one JSON line a measurement.
# Usage: benchmarks/alternate.sh DIR [ROUNDS] [STEPS]   (DIR as in peers/README.md; run it on a quiet machine)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=$1 rounds=${2:-2} steps=${3:-40}
python=${PYTHON:-$here/../.venv/bin/python}
ours() { "$python" "$here/translate_speed.py" "$dir" "$@"; }
peer() { "$python" "$here/peers/measure.py" "$dir" "$@"; }
for _ in $(seq "$rounds"); do
  ours --steps "$steps" --precision fp32
  peer --toolkit opennmt --steps "$steps"
  ours --steps "$steps" --precision bf16
  peer --toolkit joeynmt --steps "$steps"
  peer --toolkit eole --steps "$steps"
  for beam in 5 1; do
    ours --beam "$beam"
    peer --toolkit eole --beam "$beam"
  done
done
