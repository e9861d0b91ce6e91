"""From a network's one step to whole texts: greedy and beam search and sampling over one small `StepModel` protocol.

`step.py` says what a network must offer, `options.py` holds every setting, `constraints.py` masks the tokens
that may not come next, `hypotheses.py` keeps the live and the finished hypotheses, `slots.py` is the search over
both, `beam.py` and `greedy.py` give it a torch network. `sampling.py` draws texts and streams them, and
`processors.py` says what may be drawn. Python loops over time steps and slots of a beam only, never over sentences,
and finished sentences leave the batch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlpseq.decoding.beam import beam_search
    from nlpseq.decoding.greedy import greedy_search
    from nlpseq.decoding.hypotheses import Decoded
    from nlpseq.decoding.options import DecodingOptions
    from nlpseq.decoding.processors import LogitsProcessor, SamplingOptions
    from nlpseq.decoding.sampling import DONE, collect, sample
    from nlpseq.decoding.step import StepModel, StepOutput

_HOMES = {
    "beam": ("beam_search",),
    "greedy": ("greedy_search",),
    "hypotheses": ("Decoded",),
    "options": ("DecodingOptions",),
    "processors": ("LogitsProcessor", "SamplingOptions"),
    "sampling": ("DONE", "collect", "sample"),
    "step": ("StepModel", "StepOutput"),
}

__all__ = [
    "DONE",
    "Decoded",
    "DecodingOptions",
    "LogitsProcessor",
    "SamplingOptions",
    "StepModel",
    "StepOutput",
    "beam_search",
    "collect",
    "greedy_search",
    "sample",
]


def __getattr__(name: str) -> Any:
    # When it is first used: the options alone need no torch.
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
