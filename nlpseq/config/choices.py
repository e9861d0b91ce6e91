"""The names that a setting can have, each list once: layers, models, settings, cards and reports import it from here.

Nothing here imports torch.

To add a recurrent cell, edit four files; every task's settings, help, checks, cards and pages follow:
1. here, its name in `TorchCell` (or in `Cell` where only character models and taggers can have it) and in `CELL_NAMES`;
2. `layers/recurrent.py`, its module in `_torch_layer` and its kernel in `_KERNELS` (or `_one_way`);
3. `layers/steps.py`, its single step in `StepLayer`;
4. `onnx/graphs/layers.py`, how an export computes it: in `GATES`, `_CELLS` and `recurrent`.

To add a score of the attention: here, in `AttentionScore`, and its formula in `layers/attention.py`. To add a pooling:
here and in `layers/pooling.py`; an optimizer or a schedule: here and in `training/optim.py`.
"""

import re
from typing import Literal

# Those with a kernel of torch's, the plainest first; minGRU has none, and not every network can be made of it.
TorchCell = Literal["rnn_tanh", "rnn_relu", "gru", "lstm"]
Cell = Literal[TorchCell, "min_gru"]
# As they are written in text.
CELL_NAMES = {"rnn_tanh": "tanh", "rnn_relu": "relu", "gru": "GRU", "lstm": "LSTM", "min_gru": "minGRU"}

AttentionScore = Literal["dot", "general", "additive"]
AttentionKind = Literal[AttentionScore, "none"]
Tying = Literal["all", "target", "none"]
Pool = Literal["last", "max", "mean", "attention", "concat"]
Norm = Literal["none", "layer", "batch"]

TokenizerKind = Literal["subword", "word", "char", "basic_english"]
ModelType = Literal["bpe", "unigram"]
Truncate = Literal["head", "tail", "both"]
Case = Literal["same", "upper", "lower"]
Unit = Literal["codepoint", "byte"]

Optimizer = Literal["adamw", "adam", "sgd", "rmsprop"]
Schedule = Literal["cosine", "inverse_sqrt", "plateau", "constant"]
Average = Literal["ema", "best", "none"]
Precision = Literal["auto", "fp32", "bf16"]
DecodePrecision = Literal["fp32", "int8"]
# Where a model runs; cuda:1 is the second GPU of several.
DEVICE = re.compile(r"auto|cpu|cuda(:\d{1,3})?|mps")
DEVICES = "auto, cpu, cuda, cuda:N or mps"
LengthPenalty = Literal["gnmt", "average", "none"]
