"""A GRU layer for training on a CPU: torch's numbers, from fewer and larger kernels.

torch.gru on a CPU is a chain of small operations a step, forwards, and of as many nodes backwards. Here the gradient is
written by hand. A gate's gradient is that of the state times a factor that does not depend on it, so the factors of
many steps are computed together, and a step back in time is two products: of the state's gradient with the factors,
and of what that gives with the weights. The weights' gradients are one product over all steps. The hidden-to-hidden
weights lie transposed while the steps run, which a product of few rows reads up to 1.4 times faster.

D directions run side by side, as one batched product a step.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional as F

aten = torch.ops.aten

# Factors are computed for steps of this many numbers together: few enough to stay in the processor's cache.
CHUNK_NUMBERS = 1 << 16


def gru(x: Tensor, state: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
    """Run D GRU layers (Cho et al. 2014; torch.nn.GRU's formulas), each over its own input.

    Under autocast the products are in low precision, and the states stay as they are. The gradient cannot be
    differentiated twice.

    Shape:
        x (D, T, B, I), state (D, B, H), w_ih (D, 3H, I), w_hh (D, 3H, H), b_ih and b_hh (D, 3H)
        -> states (T, D, B, H), in the type of `state`

    >>> x, state, zeros = torch.zeros(1, 2, 1, 3), torch.ones(1, 1, 1), torch.zeros(1, 3)
    >>> gru(x, state, torch.zeros(1, 3, 3), torch.zeros(1, 3, 1), zeros, zeros).flatten().tolist()  # z is 1/2
    [0.5, 0.25]
    """
    low = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
    with torch.autocast("cpu", enabled=False):
        states: Tensor = _GRU.apply(state, *(part.to(low) for part in (x, w_ih, w_hh, b_ih, b_hh)))
    return states


class _GRU(torch.autograd.Function):
    """Gates are named r (reset), z (update), n (candidate), and q is what r multiplies: n = tanh(x + r * q)."""

    @staticmethod
    def forward(ctx: Any, state: Tensor, x: Tensor, w_ih: Tensor, w_hh: Tensor, b_ih: Tensor, b_hh: Tensor) -> Tensor:
        directions, steps, batch, _ = x.shape
        two, size = 2 * state.size(2), state.size(2)
        x = x.contiguous()
        inputs = _inputs(x, w_ih)  # (T, D, B, 3H)
        gates = torch.empty_like(inputs)  # r, z, q
        candidates = x.new_empty(steps, directions, batch, size)
        states = state.new_empty(steps + 1, directions, batch, size)
        states[0] = state
        of_n = _alone(b_ih[:, two:].unsqueeze(1), directions)
        of_gates = _alone((b_hh + F.pad(b_ih[:, :two], (0, size))).unsqueeze(1), directions)
        weights, product = _alone(_transposed(w_hh), directions), _product(directions)
        before = _alone(state.to(x.dtype), directions)
        for given, gate, n, h, following in zip(
            *(_steps(part) for part in (inputs, gates, candidates, states[:-1], states[1:])), strict=True
        ):
            product(of_gates, before, weights, out=gate)
            r, z = gate[..., :two].add_(given[..., :two]).sigmoid_().chunk(2, dim=-1)
            torch.add(given[..., two:], of_n, out=n).addcmul_(r, gate[..., two:]).tanh_()
            torch.lerp(n.to(h.dtype), h, z.to(h.dtype), out=following)
            before = following.to(x.dtype)
        ctx.save_for_backward(x, w_ih, w_hh, gates, candidates, states)
        return states[1:]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, ...]:
        x, w_ih, w_hh, gates, candidates, states = ctx.saved_tensors
        directions, steps, batch, _ = x.shape
        size = states.size(3)
        by_states = _steps(grads[0])
        by_gates = x.new_empty(steps, directions, batch, 4, size)  # n, r, z, q: inputs have the first three
        each, hidden = by_gates.unbind(0), _steps(by_gates.flatten(3)[..., size:])
        product, weights = _product(directions), _alone(w_hh, directions)
        by_state = by_states[-1]
        chunk = max(1, CHUNK_NUMBERS // states[0].numel())
        for end in range(steps, 0, -chunk):
            part = slice(max(0, end - chunk), end)
            factors, z = _factors(gates[part], candidates[part], states[part])
            for step in range(end - 1, part.start - 1, -1):
                place = step - part.start
                torch.mul(factors[place], by_state.view(directions, batch, 1, size), out=each[step])
                kept = _alone(z[place], directions)
                earlier = torch.addcmul(by_states[step - 1], by_state, kept) if step else by_state * kept
                if earlier.dtype == weights.dtype:
                    by_state = product(earlier, hidden[step], weights, out=earlier)
                else:
                    by_state = earlier.add_(hidden[step] @ weights)
        flat = [by_gates[:, d].reshape(steps * batch, 4 * size) for d in range(directions)]
        return by_state.view_as(states[0]), *_by_weights(x, w_ih, w_hh, states, flat)


def _inputs(x: Tensor, w_ih: Tensor) -> Tensor:
    """What the inputs of all steps (D, T, B, I) give to the gates, without the biases, (T, D, B, 3H)."""
    directions, steps, batch, _ = x.shape
    found = [(x[d].flatten(0, 1) @ w_ih[d].t()).view(steps, batch, -1) for d in range(directions)]
    return found[0].unsqueeze(1) if directions == 1 else torch.stack(found, dim=1)


def _factors(gates: Tensor, n: Tensor, states: Tensor) -> tuple[Tensor, Tensor]:
    """By what the gradient of a state is multiplied for that of n, r, z, q (T, D, B, 4, H); and z, in its type."""
    r, z, q = gates.to(states.dtype).chunk(3, dim=-1)
    n = n.to(states.dtype)
    factors = states.new_empty(*n.shape[:3], 4, n.size(3))
    by_n, by_r, by_z, by_q = factors.unbind(3)
    aten.tanh_backward.grad_input(1 - z, n, grad_input=by_n)
    aten.sigmoid_backward.grad_input(by_n * q, r, grad_input=by_r)
    aten.sigmoid_backward.grad_input(states - n, z, grad_input=by_z)
    torch.mul(by_n, r, out=by_q)
    return factors, z


def _by_weights(x: Tensor, w_ih: Tensor, w_hh: Tensor, states: Tensor, by_gates: list[Tensor]) -> tuple[Tensor, ...]:
    """The gradients of x, w_ih, w_hh, b_ih and b_hh, each as one product over all steps."""
    size, two = states.size(3), 2 * states.size(3)
    by_x, by_ih, by_hh = (torch.empty_like(part) for part in (x, w_ih, w_hh))
    by_b_ih, by_b_hh = (w_ih.new_empty(len(by_gates), 3 * size) for _ in range(2))
    for d, grad in enumerate(by_gates):
        n, rz, hidden = grad[:, :size], grad[:, size : 3 * size], grad[:, size:]
        rows, before = x[d].flatten(0, 1), states[:-1, d].to(x.dtype).reshape(-1, size)
        torch.mm(rz, w_ih[d, :two], out=by_x[d].flatten(0, 1)).addmm_(n, w_ih[d, two:])
        torch.mm(rz.t(), rows, out=by_ih[d, :two])
        torch.mm(n.t(), rows, out=by_ih[d, two:])
        torch.mm(hidden.t(), before, out=by_hh[d])
        total = grad.sum(0)
        torch.cat([total[size : 3 * size], total[:size]], out=by_b_ih[d])
        by_b_hh[d] = total[size:]
    return by_x, by_ih, by_hh, by_b_ih, by_b_hh


def _transposed(weights: Tensor) -> Tensor:
    """(D, N, M) -> (D, M, N), laid out anew: torch does that faster for matrices than for stacks of them."""
    found = weights.new_empty(weights.size(0), weights.size(2), weights.size(1))
    for to, matrix in zip(found, weights, strict=True):
        to.copy_(matrix.t())
    return found


def _alone(part: Tensor, directions: int) -> Tensor:
    """A tensor (D, ...) as `_product` wants it: that of a single direction without the dimension."""
    return part[0] if directions == 1 else part


def _steps(part: Tensor) -> tuple[Tensor, ...]:
    """The steps of (T, D, ...), each as `_alone` gives it."""
    return (part[:, 0] if part.size(1) == 1 else part).unbind(0)


def _product(directions: int) -> Any:
    """total + left @ right; a batch of one would be left to a single thread."""
    return torch.addmm if directions == 1 else torch.baddbmm
