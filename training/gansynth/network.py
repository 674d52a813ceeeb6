"""GANSynth's generator (magenta/models/gansynth/lib/networks.py) with any widths.

Tensors keep Magenta's layout in the state: `kernel` is HWIO, N(0, 1) at the start; the He constant is applied in the
forward pass (equalised learning rate), as in Magenta.
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

LATENT_SIZE = 256
MIN_PITCH, MAX_PITCH = 24, 84
PITCHES = MAX_PITCH - MIN_PITCH + 1
NARROW = (64, 64, 64, 64, 32, 16, 8)


class Convolution(nn.Module):
    """Equalised convolution. `gain` is 2 for layers before a leaky ReLU, 1 for the output."""

    def __init__(self, height, width, inputs, outputs, gain=2.0):
        super().__init__()
        self.kernel = nn.Parameter(torch.randn(height, width, inputs, outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.scale = math.sqrt(gain / (height * width * inputs))

    def forward(self, x, padding):
        kernel = (self.kernel * self.scale).permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, kernel, self.bias, padding=padding)

    def steady(self, x):
        """Inside a part of the note that does not change, the three rows of a kernel see the same: [B, C, H, W]."""
        kernel = (self.kernel.sum(dim=0, keepdim=True) * self.scale).permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        return F.conv2d(x, kernel, self.bias, padding=(0, 1))


def pixel_norm(x):
    return x * torch.rsqrt((x * x).mean(dim=1, keepdim=True) + 1e-8)


class Activation(torch.autograd.Function):
    """pixel_norm(leaky_relu(x, 0.2)) with its gradient by hand: autograd's passes over memory were a third of a step."""

    @staticmethod
    def forward(context, x):
        x = F.leaky_relu(x, 0.2)
        scale = torch.rsqrt((x * x).mean(dim=1, keepdim=True) + 1e-8)
        y = x.mul_(scale)
        context.save_for_backward(y, scale)
        return y

    @staticmethod
    def backward(context, gradient):
        y, scale = context.saved_tensors
        along = (gradient * y).mean(dim=1, keepdim=True)
        gradient = torch.addcmul(gradient, y, along, value=-1).mul_(scale)
        return torch.ops.aten.leaky_relu_backward(gradient, y, 0.2, True)


activate = Activation.apply


class Block(nn.Module):
    def __init__(self, index, inputs, outputs):
        super().__init__()
        self.first = index == 1
        self.conv0 = Convolution(2, 16, inputs, outputs) if self.first else Convolution(3, 3, inputs, outputs)
        self.conv1 = Convolution(3, 3, outputs, outputs)
        self.to_rgb = Convolution(1, 1, outputs, 2, gain=1.0)

    def forward(self, x):
        if self.first:
            x = self.dense(x)
        else:
            x = self.conv0(F.interpolate(x, scale_factor=2, mode="nearest"), padding=1)
        return activate(self.conv1(activate(x), padding=1))

    def dense(self, x):
        """One pixel padded to 3 x 31 meets each of the 2 x 16 taps once: a dense map with the taps turned round."""
        taps = (self.conv0.kernel * self.conv0.scale).flip(0, 1)
        x = torch.einsum("bi,hwio->bohw", x[:, :, 0, 0], taps) + self.conv0.bias[:, None, None]
        return x.contiguous(memory_format=torch.channels_last)


class Generator(nn.Module):
    def __init__(self, filters=NARROW):
        super().__init__()
        self.filters = tuple(filters)
        widths = (LATENT_SIZE + PITCHES, *filters)
        self.blocks = nn.ModuleList(Block(i, widths[i - 1], widths[i]) for i in range(1, len(widths)))

    def forward(self, latent, pitch, blocks=None):
        """[B, 256] latents and [B] MIDI pitches -> [B, 2, 2^b, 8 * 2^b] images of the first `blocks` = b blocks."""
        x = self.input(latent, pitch)
        for block in self.blocks[: blocks or len(self.blocks)]:
            x = block(x)
        return torch.tanh(block.to_rgb(x, padding=0))

    def window(self, latent, pitch, cut, first, last):
        """Frames of rows [first, last) of block `cut` only. One row on each side is computed too and thrown away: what
        the edge of the window contaminates beyond it is three quarters of a row, faintly."""
        x = self.input(latent, pitch)
        for block in self.blocks[:cut]:
            x = block(x)
        low, high = max(0, first - 1), min(x.shape[2], last + 1)
        x = x[:, :, low:high].contiguous(memory_format=torch.channels_last)
        for block in self.blocks[cut:]:
            x = block(x)
        rows = 2 ** (len(self.blocks) - cut)
        return torch.tanh(block.to_rgb(x, padding=0))[:, :, (first - low) * rows : (last - low) * rows]

    def rows(self, latent, pitch):
        """The two halves of the image, each as if it did not change in time: one row a half in place of 64, 45 times
        cheaper, and the same weights. [B, 2, 2, 1024]"""
        x = self.blocks[0](self.input(latent, pitch))
        for block in self.blocks[1:]:
            x = F.interpolate(x, scale_factor=(1, 2), mode="nearest")
            x = activate(block.conv1.steady(activate(block.conv0.steady(x))))
        return torch.tanh(self.blocks[-1].to_rgb(x, padding=0))

    def middle_rows_only(self):
        """Starts the rows beside the middle ones at zero, and the middle ones as if they were the whole kernel."""
        with torch.no_grad():
            for kernel in (c.kernel for b in self.blocks for c in (b.conv0, b.conv1) if c.kernel.shape[0] == 3):
                kernel[1] *= 3**0.5
                kernel[0].zero_()
                kernel[2].zero_()

    def input(self, latent, pitch):
        one_hot = F.one_hot(pitch - MIN_PITCH, PITCHES).to(latent.dtype)
        return pixel_norm(torch.cat([latent, one_hot], dim=1)[:, :, None, None])


def widened(state, factor, random):
    """The state of a generator with `factor` times the filters that gives the same images at first: every filter stands `factor` times, and
    shares what it passes on (Chen, Goodfellow and Shlens, 2015, arXiv 1511.05641). The shares differ at random, so that the copies part."""
    wide = {}
    for name, values in state.items():
        inner = name.endswith("kernel") and not name.startswith("blocks.0.conv0")
        if inner:  # the He constant of a wider kernel is smaller by sqrt(factor)
            shares = random.standard_normal((factor, *values.shape[:2], values.shape[2], 1))
            shares = 0.5 * (shares - shares.mean(axis=0)) * values.std().item()
            values = torch.cat([(values + torch.tensor(share, dtype=values.dtype)) / factor**0.5 for share in shares], dim=2)
        if "to_rgb" not in name:
            values = torch.cat([values] * factor, dim=-1)
        wide[name] = values
    return wide
