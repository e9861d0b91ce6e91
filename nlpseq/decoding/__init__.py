"""From a network's one step to whole sentences: greedy and beam search over one small `StepModel` protocol.

`step.py` says what a network must offer, `options.py` holds every setting, `constraints.py` masks the tokens
that may not come next, `hypotheses.py` keeps the live and the finished hypotheses, and one file a search ties
them together. Python loops over time steps only, never over sentences or beams, and a finished sentence
leaves the batch at once.
"""

from nlpseq.decoding.beam import beam_search
from nlpseq.decoding.greedy import greedy_search
from nlpseq.decoding.hypotheses import Decoded
from nlpseq.decoding.options import DecodingOptions
from nlpseq.decoding.step import StepModel, StepOutput

__all__ = ["Decoded", "DecodingOptions", "StepModel", "StepOutput", "beam_search", "greedy_search"]
