"""Tags on arrays are those on tensors: the best path, and the probability of a part of it."""

from __future__ import annotations

import numpy as np
import torch

from nlpseq.layers.crf import LinearChainCRF
from nlpseq.onnx.crf import CRF
from nlpseq.text.tag_scheme import allowed_transitions


def test_tags_and_probabilities_are_those_on_tensors() -> None:
    torch.manual_seed(1)
    allowed = allowed_transitions(["O", "B-X", "I-X", "E-X", "S-X"], "bioes")
    crf = LinearChainCRF(5, allowed=allowed)
    torch.nn.init.normal_(crf.transitions)
    emissions, lengths = 2 * torch.randn(4, 7, 5), torch.tensor([7, 1, 4, 6])
    segments = torch.tensor([[0, 0, 3], [0, 2, 7], [1, 0, 1], [3, 5, 6]])
    own = CRF(crf.transitions.detach().numpy(), np.array(allowed))
    with torch.no_grad():
        best = crf.decode(emissions, lengths).tags
        shares = crf.segment_log_probs(emissions, best, segments, lengths).exp().numpy()
    found = own.decode(emissions.numpy(), lengths.numpy())
    assert found.tolist() == best.tolist()
    arrays = (emissions.numpy(), found, segments.numpy(), lengths.numpy())
    np.testing.assert_allclose(own.segment_probs(*arrays), shares, rtol=1e-5)
    assert own.segment_probs(emissions.numpy(), found, np.zeros((0, 3), int), lengths.numpy()).tolist() == []
