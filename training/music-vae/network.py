"""MusicVAE, flat: a bidirectional LSTM to a diagonal Gaussian, an LSTM decoder that is fed its own last event."""
import math

import torch
from torch import nn
from torch.nn import functional as F

from lstm import LSTM
import lstm

#               encoder inputs, decoder outputs
SIZES = {"melody": (90, 90), "drums": (10, 512), "groove": (27, 27)}
DRUMS = 9


class MusicVAE(nn.Module):
    def __init__(self, kind, encoder=512, decoder=(256, 256), latent=256, keep=1.0, dtype=torch.float32):
        super().__init__()
        self.kind, self.keep, self.dtype = kind, keep, dtype
        self.inputs, self.outputs = SIZES[kind]
        self.forwards, self.backwards = LSTM(self.inputs, encoder), LSTM(self.inputs, encoder)
        self.mu, self.sigma = nn.Linear(2 * encoder, latent), nn.Linear(2 * encoder, latent)
        self.state = nn.Linear(latent, 2 * sum(decoder))
        sizes = [self.outputs + latent, *decoder]
        self.cells = nn.ModuleList(LSTM(i, o) for i, o in zip(sizes, decoder))
        self.projection = nn.Linear(decoder[-1], self.outputs)
        nn.init.normal_(self.sigma.weight, std=1e-3)
        nn.init.constant_(self.sigma.bias, -0.5)
        nn.init.zeros_(self.mu.bias)
        nn.init.normal_(self.state.weight, std=0.02)
        nn.init.zeros_(self.state.bias)

    def product(self, x, weight):
        return x.to(self.dtype) @ weight.to(self.dtype)

    def drop(self, x):
        return F.dropout(x, 1 - self.keep, self.training) if self.keep < 1 else x

    def gates(self, x, kernel, bias):
        """What the inputs [T, B, I], or classes [T, B], and the bias add to the gates of all steps."""
        kernel, bias = kernel.to(self.dtype), bias.to(self.dtype)
        if x.dtype == torch.int64:
            return F.embedding(x, kernel + bias)
        return F.linear(x.to(self.dtype), kernel.t(), bias)

    def encode(self, x):
        """Classes [T, B] or vectors [T, B, inputs] -> mu, sigma [B, latent]."""
        if self.kind == "drums":
            bits = (x[..., None] >> torch.arange(DRUMS, device=x.device)) & 1
            x = torch.cat([bits, (x == 0)[..., None]], -1).float()
        if x.dtype != torch.int64:
            x = self.drop(x)
        run = lambda cell, b: cell(self.gates(x, cell.input_kernel, cell.bias), None, b, self.dtype)
        last = torch.cat([run(self.forwards, False)[-1], run(self.backwards, True)[0]], -1).float()
        return self.mu(last), F.softplus(self.sigma(last))

    def states(self, z):
        parts = torch.tanh(self.state(z)).split([s for cell in self.cells for s in (cell.cells, cell.cells)], -1)
        return [(parts[2 * l], parts[2 * l + 1]) for l in range(len(self.cells))]

    def decode(self, z, events):
        """Latents and the events that came before each step ([T, B], -1: none; or [T, B, outputs]) -> logits [T, B, outputs]."""
        first, states = self.cells[0], self.states(z)
        event_kernel, z_kernel = first.input_kernel[: self.outputs], first.input_kernel[self.outputs :]
        if self.keep < 1 and events.dtype != torch.int64:
            zs = z.expand(len(events), *z.shape)
            x = self.gates(self.drop(torch.cat([events, zs], -1)), first.input_kernel, first.bias)
        else:
            if events.dtype == torch.int64:  # the row past the last is for no event
                event_kernel = torch.cat([event_kernel, event_kernel.new_zeros(1, event_kernel.shape[1])])
                events = torch.where(events < 0, self.outputs, events)
            x = self.gates(events, event_kernel, torch.zeros_like(first.bias)) + self.gates(z, z_kernel, first.bias)
        h = first(x, states[0], False, self.dtype)
        for cell, state in zip(self.cells[1:], states[1:]):
            h = cell(self.gates(self.drop(h), cell.input_kernel, cell.bias), state, False, self.dtype)
        return self.product(h, self.projection.weight.t()).float() + self.projection.bias

    @torch.no_grad()
    def generate(self, z, steps=32, temperature=0.0, generator=None, sound=None):
        """Runs on its own events. Temperature 0 takes the likeliest. `sound` turns logits to the event that is fed back."""
        states = [(h.to(self.dtype), c) for c, h in self.states(z)]
        event = torch.full((len(z),), -1) if self.kind != "groove" else torch.zeros(len(z), self.outputs)
        first, made = self.cells[0], []
        z_gates = z @ first.input_kernel[self.outputs :] + first.bias
        kernel = torch.cat([first.input_kernel[: self.outputs], first.input_kernel.new_zeros(1, first.bias.numel())])
        for _ in range(steps):
            if self.kind == "groove":
                x = event @ first.input_kernel[: self.outputs] + z_gates
            else:
                x = kernel[event] + z_gates
            for l, cell in enumerate(self.cells):
                h, c = states[l]
                h, c, _ = lstm.forward_step(torch.addmm(x.to(self.dtype), h, cell.kernel.to(self.dtype)), c)
                states[l] = (h, c)
                if l + 1 < len(self.cells):
                    following = self.cells[l + 1]
                    x = self.product(h, following.input_kernel).float() + following.bias
            logits = self.product(h, self.projection.weight.t()).float() + self.projection.bias
            event = self.pick(logits, temperature, generator)
            made.append(event)
        return torch.stack(made)

    def pick(self, logits, temperature, generator=None):
        if self.kind == "groove":
            hits, velocities, offsets = logits.chunk(3, -1)
            if temperature:
                hits = torch.rand(hits.shape, generator=generator) < torch.sigmoid(hits / temperature)
            else:
                hits = hits > 0
            return torch.cat([hits.float(), torch.sigmoid(velocities), torch.tanh(offsets)], -1)
        if not temperature:
            return logits.argmax(-1)
        p = torch.softmax(logits / temperature, -1)
        return torch.multinomial(p.flatten(0, -2), 1, generator=generator).view(logits.shape[:-1])


def reconstruction(kind, logits, labels):
    """Sum over steps, mean over the batch, nats (groove: log loss of hits and squared errors of the rest)."""
    batch = logits.shape[1]
    if kind == "groove":
        hits, velocities, offsets = logits.chunk(3, -1)
        h, v, o = labels.chunk(3, -1)
        loss = F.binary_cross_entropy_with_logits(hits, h, reduction="sum")
        loss = loss + ((torch.sigmoid(velocities) - v) ** 2).sum() + ((torch.tanh(offsets) - o) ** 2).sum()
        return loss / batch
    return F.cross_entropy(logits.flatten(0, 1), labels.flatten(), reduction="sum") / batch


def divergence(mu, sigma):
    """KL from the standard normal of each row, nats."""
    return 0.5 * (mu * mu + sigma * sigma - 2 * torch.log(sigma) - 1).sum(-1)
