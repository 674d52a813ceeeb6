"""The spectral autoencoder: 16 numbers for every 512 samples, and from them one column of GANSynth's image a frame.

    encoder   [B, T, 193] bands and level in dB -> three convolutions over time -> [B, T, 15]. Before these 15 free numbers stands the
              pitch, in octaves from MIDDLE: training knows it, and the product hears it (src/audio/pitch.ts).
    decoder   [B, T, 16] -> convolutions over time -> 8 bins of 64 channels -> the frequency axis doubled seven times, two
              convolutions over it each, of which the last three pairs are told where the partials of the pitch lie (comb.py)
              -> [B, 2, T, 1024] log magnitude, and instantaneous frequency beside that of the nearest partial, in (-1, 1)
              A column hears 20 frames before its own and one after it, by the convolutions over time alone: frames are decoded as they
              come, and a change of the embedding sounds a frame later.
    level     what training reads off the free numbers so that they can be mixed. It is not shipped.
"""
import torch
from torch import nn
from torch.nn import functional as F

from comb import FEATURES as COMB, Comb

SIZE = 16
BANDS = 192
FEATURES = BANDS + 1
TAPS = 5
WIDTH = 128
LOOK_AHEAD = 1
FIRST_BINS = 8
# Channels between and after the two convolutions of each doubling. The last three are told of the partials in between.
FILTERS = ((64, 64), (64, 64), (48, 48), (32, 32), (28, 24), (20, 16), (12, 8))
TOLD = 3
LOWEST, PITCHES = 24, 61
MIDDLE = 52.0


def leaky(x):
    return F.leaky_relu(x, 0.2)


def pixel_norm(x):
    return x * torch.rsqrt((x * x).mean(dim=1, keepdim=True) + 1e-8)


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
        with torch.no_grad():
            self.output.weight.mul_(0.5)

    def forward(self, features):
        """-> free numbers [B, T, 15]"""
        x = features.transpose(1, 2)
        for convolution in self.convolutions:
            x = leaky(convolution(x))
        return self.output(x).transpose(1, 2)


def octaves(pitch):
    return (pitch - MIDDLE) / 12.0


class Block(nn.Module):
    """x + two convolutions over this frame and those before it."""

    def __init__(self):
        super().__init__()
        self.first, self.second = OverTime(WIDTH, WIDTH, ahead=0), OverTime(WIDTH, WIDTH, ahead=0)
        with torch.no_grad():
            self.second.weight.mul_(0.3)

    def forward(self, x):
        return x + self.second(leaky(self.first(leaky(x))))


def over_bins(inputs, outputs, taps=3):
    layer = nn.Conv2d(inputs, outputs, (1, taps), padding=(0, taps // 2))
    nn.init.kaiming_normal_(layer.weight, 0.2, nonlinearity="leaky_relu")
    nn.init.zeros_(layer.bias)
    return layer


class Decoder(nn.Module):
    def __init__(self, filters=FILTERS):
        super().__init__()
        self.filters = tuple(filters)
        self.input = OverTime(SIZE, WIDTH, ahead=LOOK_AHEAD)
        self.blocks = nn.ModuleList([Block(), Block()])
        first = self.filters[0][0]
        self.spread = OverTime(WIDTH, FIRST_BINS * first, 1)
        below, levels = first, []
        for level, (between, outputs) in enumerate(self.filters):
            told = COMB if level >= len(self.filters) - TOLD else 0
            levels.append(nn.ModuleList([over_bins(below, between), over_bins(between + told, outputs)]))
            below = outputs
        self.levels = nn.ModuleList(levels)
        self.combs = nn.ModuleList([Comb(FIRST_BINS * 2 ** (level + 1)) for level in range(len(levels) - TOLD, len(levels))])
        self.output = over_bins(below, 2, 1)
        with torch.no_grad():
            self.output.weight.mul_(0.3)

    def forward(self, z):
        pitch = MIDDLE + 12.0 * z[..., 0]
        x = self.input(z.transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        x = leaky(self.spread(leaky(x)))
        # [B, bins * channels, T] -> [B, channels, T, bins]
        x = x.unflatten(1, (FIRST_BINS, self.filters[0][0])).permute(0, 2, 3, 1)
        x = pixel_norm(x)
        plain = len(self.levels) - TOLD
        for level, (first, second) in enumerate(self.levels):
            x = F.interpolate(x, scale_factor=(1, 2), mode="nearest")
            x = pixel_norm(leaky(first(x)))
            if level >= plain:
                x = torch.cat([x, self.combs[level - plain](pitch)], dim=1)
            x = pixel_norm(leaky(second(x)))
        return torch.tanh(self.output(x))


class Autoencoder(nn.Module):
    """What training runs: noise on the free numbers, so that what lies near a sound is like it."""

    def __init__(self, filters=FILTERS):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder(filters)
        self.level = nn.Linear(SIZE - 1, 1)

    def forward(self, features, noise, pitch):
        """pitch [B, T] MIDI -> image, free numbers, level"""
        free = self.encoder(features)
        z = torch.cat([octaves(pitch)[..., None], free + noise * torch.randn_like(free)], dim=-1)
        return self.decoder(z), free, self.level(free)[..., 0]
