"""What a character language model is trained for: the cross-entropy of each next character."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from torch.nn import functional as F

from nlpseq.training.objective import Loss


@dataclass
class NextCharacter:
    """Cross-entropy of each next character, the state carried from window to window (truncated BPTT).

    The state is cut off from the gradient of the window before (Williams and Peng 1990; Mikolov et al. 2010), and is
    part of the checkpoint, so that a resumed training goes on with it.
    """

    state: dict[str, Any] = field(default_factory=dict)

    def __call__(self, model: Any, batch: Any) -> Loss:
        hidden = None if batch.reset else self.state.get("hidden")
        if hidden is not None:  # a checkpoint's is on the CPU
            hidden = tuple(part.to(batch.inputs.device) for part in hidden)
        logits, hidden = model(batch.inputs, hidden)
        self.state = {"hidden": tuple(part.detach() for part in hidden)}
        loss = F.cross_entropy(logits.flatten(0, 1).float(), batch.targets.flatten(), reduction="sum")
        return Loss(loss, batch.num_tokens, batch.num_tokens)
