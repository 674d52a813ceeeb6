"""An LSTM layer in TensorFlow's form, quick on a CPU.

One step is `[i, j, f, o] = x Wx + h Wh + b; c' = c sigmoid(f + 1) + sigmoid(i) tanh(j); h' = tanh(c') sigmoid(o)`. Gradients are
written out, because that way the gradient of Wh is one product over all steps instead of one a step, and products can be made in
bfloat16 while the cell stays float32.
"""
import math
from pathlib import Path

import torch
from torch import nn


def forward_step(gates, c):
    i, j, f, o = gates.float().chunk(4, -1)
    i, j, f, o = torch.sigmoid(i), torch.tanh(j), torch.sigmoid(f + 1.0), torch.sigmoid(o)
    c = c * f + i * j
    return (torch.tanh(c) * o).to(gates.dtype), c, torch.cat([i, j, f, o], -1).to(gates.dtype)


def backward_step(dh, dc, gates, c, before):
    i, j, f, o = gates.float().chunk(4, -1)
    squashed, dh = torch.tanh(c), dh.float()
    dc = dc + dh * o * (1 - squashed * squashed)
    dgates = [dc * j * i * (1 - i), dc * i * (1 - j * j), dc * before * f * (1 - f), dh * squashed * o * (1 - o)]
    return torch.cat(dgates, -1).to(gates.dtype), dc * f


compiled = None


def compile_steps():
    """The same steps in C++: needs a compiler and a minute, the first time."""
    global compiled
    from torch.utils.cpp_extension import load
    source = Path(__file__).with_name("recurrence.cpp")
    compiled = load("recurrence", [str(source)], extra_cflags=["-O3", "-march=native", "-ffast-math"])


class Recurrence(torch.autograd.Function):
    @staticmethod
    def forward(ctx, inputs, kernel, h0, c0, backwards):
        """Input gates [T, B, 4H], kernel [H, 4H], h0 and c0 [B, H] -> h of every step [T, B, H]."""
        if compiled:
            outputs, cs, gates = compiled.forward(inputs, kernel, h0, c0, backwards)
            ctx.save_for_backward(outputs, kernel, h0, c0)
            ctx.cs, ctx.gates, ctx.backwards = cs, gates, backwards
            return outputs
        steps = len(inputs)
        h, c = h0, c0
        hs, cs, gates = [None] * steps, [None] * steps, [None] * steps
        for t in range(steps - 1, -1, -1) if backwards else range(steps):
            h, c, gates[t] = forward_step(torch.addmm(inputs[t], h, kernel), c)
            hs[t], cs[t] = h, c
        outputs = torch.stack(hs)
        ctx.save_for_backward(outputs, kernel, h0, c0)
        ctx.cs, ctx.gates, ctx.backwards = cs, gates, backwards
        return outputs

    @staticmethod
    def backward(ctx, doutputs):
        outputs, kernel, h0, c0 = ctx.saved_tensors
        steps, transposed = len(outputs), kernel.t().contiguous()
        earlier = 1 if ctx.backwards else -1
        if compiled:
            dinputs, dh, dc = compiled.backward(doutputs, transposed, ctx.gates, ctx.cs, c0, ctx.backwards)
        else:
            dgates, dh, dc = [None] * steps, None, torch.zeros_like(c0)
            for t in range(steps) if ctx.backwards else range(steps - 1, -1, -1):
                before = ctx.cs[t + earlier] if 0 <= t + earlier < steps else c0
                total = doutputs[t] if dh is None else doutputs[t] + dh
                dgates[t], dc = backward_step(total, dc, ctx.gates[t], ctx.cs[t], before)
                dh = dgates[t] @ transposed
            dinputs = torch.stack(dgates)
        previous = torch.cat([outputs[1:], h0[None]] if ctx.backwards else [h0[None], outputs[:-1]])
        return dinputs, previous.flatten(0, 1).t() @ dinputs.flatten(0, 1), dh, dc, None


class LSTM(nn.Module):
    """`inputs` rows of the kernel, then `cells` rows for h: TensorFlow's layout."""

    def __init__(self, inputs, cells):
        super().__init__()
        limit = math.sqrt(6.0 / (inputs + 5 * cells))
        recurrent = torch.cat([nn.init.orthogonal_(torch.empty(cells, cells)) for _ in range(4)], 1)
        self.input_kernel = nn.Parameter(torch.empty(inputs, 4 * cells).uniform_(-limit, limit))
        self.kernel = nn.Parameter(recurrent)
        self.bias = nn.Parameter(torch.zeros(4 * cells))
        self.cells = cells

    def forward(self, gates, state=None, backwards=False, dtype=torch.float32):
        """Input gates [T, B, 4H], bias included -> h of every step."""
        if state is None:
            state = (gates.new_zeros(gates.shape[1], self.cells),) * 2
        c0, h0 = state
        return Recurrence.apply(gates.to(dtype), self.kernel.to(dtype), h0.to(dtype).contiguous(), c0.float().contiguous(), backwards)
