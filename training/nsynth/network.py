"""The spectral autoencoder: 16 numbers for every 512 samples, and from them a sound's partials and noise.

    encoder   [B, T, 274] bands, partials and levels in dB, places of partials, and the pitch -> three convolutions over time, and one
              that goes straight -> [B, T, 15]. Before these 15 free numbers stands the pitch, in octaves from MIDDLE: training knows it, and
              the product hears it (src/audio/pitch.ts).
    decoder   [B, T, 16] -> convolutions over time, and one layer that goes straight -> [B, T, OUTPUTS], which partials.py reads. A frame
              hears those before it and one after it: frames are decoded as they come, and a change of the embedding sounds a frame later.
    level     what training reads off the free numbers so that they can be mixed. It is not shipped.
"""
import torch
from torch import nn
from torch.nn import functional as F

from partials import KNOTS, MOMENTS, OUTPUTS

SIZE = 16
BANDS = 192
FEATURES = BANDS + 1 + 2 * len(KNOTS) + MOMENTS + 1  # analysis.py
TAPS = 5
WIDTH = 128  # of the encoder
DECODER_WIDTH = 192
BLOCKS = 3
LOOK_AHEAD = 1
LOWEST, PITCHES = 24, 61
MIDDLE = 52.0


def leaky(x):
    return F.leaky_relu(x, 0.2)


class OverTime(nn.Conv1d):
    """A convolution that hears `ahead` frames after its own, and the rest of its taps before it."""

    def __init__(self, inputs, outputs, taps=TAPS, ahead=None):
        super().__init__(inputs, outputs, taps)
        nn.init.kaiming_normal_(self.weight, 0.2, nonlinearity="leaky_relu")
        nn.init.zeros_(self.bias)
        ahead = taps // 2 if ahead is None else ahead
        self.around = (taps - 1 - ahead, ahead)

    def forward(self, x):
        return super().forward(F.pad(x, self.around))


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([OverTime(FEATURES, WIDTH), OverTime(WIDTH, WIDTH), OverTime(WIDTH, WIDTH)])
        self.output = OverTime(WIDTH, SIZE - 1, 1)
        self.straight = OverTime(FEATURES, SIZE - 1)
        nn.init.zeros_(self.output.weight)

    def forward(self, features):
        """-> free numbers [B, T, 15]"""
        x = features.transpose(1, 2)
        straight = self.straight(x)
        for convolution in self.convolutions:
            x = leaky(convolution(x))
        return (straight + self.output(x)).transpose(1, 2)


def octaves(pitch):
    return (pitch - MIDDLE) / 12.0


class Block(nn.Module):
    """x + two convolutions over this frame and those before it."""

    def __init__(self, width):
        super().__init__()
        self.first, self.second = OverTime(width, width, ahead=0), OverTime(width, width, 1)
        with torch.no_grad():
            self.second.weight.mul_(0.3)

    def forward(self, x):
        return x + self.second(leaky(self.first(leaky(x))))


class Decoder(nn.Module):
    def __init__(self, width=DECODER_WIDTH):
        super().__init__()
        self.input = OverTime(SIZE, width, ahead=LOOK_AHEAD)
        self.blocks = nn.ModuleList([Block(width) for _ in range(BLOCKS)])
        self.output = OverTime(width, OUTPUTS, 1)
        self.straight = OverTime(SIZE, OUTPUTS, 1)
        nn.init.zeros_(self.output.weight)

    def forward(self, z):
        """[B, T, 16] -> [B, T, OUTPUTS]"""
        z = z.transpose(1, 2)
        x = self.input(z)
        for block in self.blocks:
            x = block(x)
        return (self.straight(z) + self.output(leaky(x))).transpose(1, 2)


class Autoencoder(nn.Module):
    """What training runs: noise on the free numbers, so that what lies near a sound is like it."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()
        self.level = nn.Linear(SIZE - 1, 1)

    def forward(self, features, noise, pitch):
        """pitch [B, T] MIDI -> the decoder's outputs, free numbers, level"""
        free = self.encoder(features)
        z = torch.cat([octaves(pitch)[..., None], free + noise * torch.randn_like(free)], dim=-1)
        return self.decoder(z), free, self.level(free)[..., 0]
