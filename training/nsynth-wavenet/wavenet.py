"""NSynth's two WaveNets in small (src/ops/nsynth/wavenet.ts; Engel et al. 2017, arXiv 1704.01279), in the names of the published checkpoint.

    encoder   [B, samples] levels -> a WaveNet that looks to both sides -> [B, frames, 16]
    decoder   [B, samples] levels before each sample, [B, frames, 16], its pitch as a tone (carrier.py) -> logits [B, samples, 256]

A step of the decoder draws PER_STEP samples: its layers go from step to step, and each sample of a step has a head of its own, which knows the
samples that the step has drawn before it by a row for each.
"""
import torch
from torch import nn
from torch.nn import functional as F

from carrier import OCTAVES

LEVELS = 256
SIZE = 16
HOP = 512
TAPS = 3
DECODER = dict(width=96, skip=64, layers=12, stages=6)
PER_STEP = 4


class Taps(nn.Conv1d):
    """Zeros stand outside."""

    def __init__(self, inputs, outputs, taps=1, dilation=1, causal=False, bias=True):
        super().__init__(inputs, outputs, taps, dilation=dilation, bias=bias)
        nn.init.normal_(self.weight, std=(inputs * taps) ** -0.5)
        if bias:
            nn.init.zeros_(self.bias)
        reach = (taps - 1) * dilation
        self.around = (reach, 0) if causal else ((taps - 1) // 2 * dilation, reach - (taps - 1) // 2 * dilation)

    def forward(self, x):
        return super().forward(F.pad(x, self.around))


def as_read(classes):
    """Classes as the networks read them, in [-1, 1)."""
    return (classes.float() - LEVELS / 2) / (LEVELS / 2)


class Encoder(nn.Module):
    def __init__(self, width, layers, stages):
        super().__init__()
        self.ae_startconv = Taps(1, width, TAPS)
        self.ae_dilatedconv = nn.ModuleList(Taps(width, width, TAPS, 2 ** (i % stages)) for i in range(layers))
        self.ae_res = nn.ModuleList(Taps(width, width) for _ in range(layers))
        self.ae_bottleneck = Taps(width, SIZE)
        with torch.no_grad():
            for residual in self.ae_res:
                residual.weight.mul_(0.5)

    def forward(self, classes):
        """[B, frames * HOP] -> [B, frames, 16]"""
        x = self.ae_startconv(as_read(classes)[:, None])
        for dilated, residual in zip(self.ae_dilatedconv, self.ae_res):
            x = x + residual(F.relu(dilated(F.relu(x))))
        return F.avg_pool1d(self.ae_bottleneck(x), HOP).transpose(1, 2)


class Decoder(nn.Module):
    def __init__(self, width, skip, layers, stages):
        super().__init__()
        self.startconv = Taps(PER_STEP, width, TAPS, causal=True)
        self.carrier = Taps(2 * OCTAVES, width, bias=False)
        self.skip_start = Taps(width, skip)
        self.dilatedconv = nn.ModuleList(Taps(width, 2 * width, TAPS, 2 ** (i % stages), causal=True) for i in range(layers))
        self.cond_map = nn.ModuleList(Taps(SIZE, 2 * width) for _ in range(layers))
        self.res = nn.ModuleList(Taps(width, width) for _ in range(layers))
        self.skip = nn.ModuleList(Taps(width, skip) for _ in range(layers))
        self.out1 = Taps(skip, skip)
        self.cond_map_out1 = Taps(SIZE, skip)
        self.earlier = nn.Parameter(0.1 * torch.randn(PER_STEP - 1, LEVELS, skip))
        self.logits = Taps(skip, PER_STEP * LEVELS)
        # A third of the gates begins by telling pitches apart, each at a place of its own: the first number is octaves from the middle.
        with torch.no_grad():
            for condition in self.cond_map:
                for half in (0, width):
                    told = slice(half, half + width // 3)
                    condition.weight[told, 0, 0].uniform_(-3, 3)
                    condition.bias[told].copy_(condition.weight[told, 0, 0] * torch.empty(width // 3).uniform_(-2.5, 2.5))

    def forward(self, read, embedding, classes, carrier):
        """Levels as they are read of the past [B, T], which may have errors, [B, T / HOP, 16], true classes [B, T], [B, T / PER_STEP, 2 OCTAVES]
        -> logits [B, T / PER_STEP, PER_STEP, 256]"""
        conditions = embedding.transpose(1, 2)
        slow = HOP // PER_STEP
        steps = as_read(read).unflatten(1, (-1, PER_STEP)).transpose(1, 2)
        # A step knows those before it.
        x = self.startconv(F.pad(steps, (1, 0))[..., :-1]) + self.carrier(carrier.transpose(1, 2))
        total = self.skip_start(x)
        for dilated, condition, residual, skip in zip(self.dilatedconv, self.cond_map, self.res, self.skip):
            open_, value = (dilated(x) + condition(conditions).repeat_interleave(slow, dim=2)).chunk(2, dim=1)
            gated = torch.sigmoid(open_) * torch.tanh(value)
            x = x + residual(gated)
            total = total + skip(gated)
        sums = self.out1(F.relu(total)) + self.cond_map_out1(conditions).repeat_interleave(slow, dim=2)
        sums = sums.transpose(1, 2)
        drawn = classes.unflatten(1, (-1, PER_STEP))
        weight, bias = self.logits.weight[..., 0].unflatten(0, (PER_STEP, LEVELS)), self.logits.bias.unflatten(0, (PER_STEP, LEVELS))
        logits = []
        for place in range(PER_STEP):
            known = sums
            for before in range(place):
                known = known + self.earlier[PER_STEP - 1 - place + before][drawn[..., before]]
            logits.append(F.linear(F.relu(known), weight[place], bias[place]))
        return torch.stack(logits, dim=2)


def classes_of(audio):
    """Samples in [-1, 1] -> mu-law classes (src/audio/mu-law.ts)."""
    audio = audio.double()
    level = torch.floor(LEVELS / 2 * torch.sign(audio) * torch.log1p((LEVELS - 1) * audio.abs()) / torch.log(torch.tensor(float(LEVELS), dtype=torch.float64)))
    return (level + LEVELS // 2).clamp(0, LEVELS - 1).long()
