"""GANSynth's discriminator: the generator's mirror image, with a pitch classifier beside the critic's score.

Magenta: magenta/models/gansynth/lib/networks.py. Leaky ReLU, no pixel norm; equalised learning rate as in network.py.
"""
import torch
from torch import nn
from torch.nn import functional as F

from network import NARROW, PITCHES, Convolution

COLOURS = 2  # magnitude and instantaneous frequency


def activate(x):
    return F.leaky_relu(x, 0.2)


class Block(nn.Module):
    """Halves both sides, from the width of block b to that of block b - 1."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv0 = Convolution(3, 3, inputs, inputs)
        self.conv1 = Convolution(3, 3, inputs, outputs)

    def forward(self, x):
        return F.avg_pool2d(activate(self.conv1(activate(self.conv0(x, padding=1)), padding=1)), 2)


class Discriminator(nn.Module):
    def __init__(self, filters=NARROW):
        super().__init__()
        self.from_rgb = nn.ModuleList(Convolution(1, 1, COLOURS, width) for width in filters)
        self.blocks = nn.ModuleList(Block(filters[i], filters[i - 1]) for i in range(1, len(filters)))
        width = filters[0]
        self.conv0 = Convolution(3, 3, width + 1, width)
        self.conv1 = Convolution(2, 16, width, width)
        self.score = Convolution(1, 1, width, 1, gain=1.0)
        self.pitch = Convolution(1, 1, width, PITCHES, gain=1.0)

    def forward(self, image, alpha):
        """[B, 2, 2^b, 8 * 2^b] -> ([B] scores, [B, 61] pitch logits). `alpha` in 0..1 fades block b in."""
        b = image.shape[2].bit_length() - 1
        x = activate(self.from_rgb[b - 1](image, padding=0))
        if b > 1:
            x = self.blocks[b - 2](x)
            if alpha < 1:
                smaller = activate(self.from_rgb[b - 2](F.avg_pool2d(image, 2), padding=0))
                x = alpha * x + (1 - alpha) * smaller
            for block in reversed(self.blocks[: b - 2]):
                x = block(x)
        spread = torch.sqrt(x.var(dim=0, unbiased=False) + 1e-6).mean()
        x = torch.cat([x, spread.expand(len(x), 1, *x.shape[2:])], dim=1)
        x = activate(self.conv1(activate(self.conv0(x, padding=1)), padding=0))
        return self.score(x, padding=0).flatten(), self.pitch(x, padding=0).flatten(1)
