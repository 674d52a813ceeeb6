"""The spectral autoencoder: 16 numbers for every 512 samples, and from them one column of GANSynth's image a frame.

    encoder   [B, T, 193] bands and level in dB -> three convolutions over time -> [B, T, 16]
    decoder   [B, T, 16] -> convolutions over time -> 8 bins of 64 channels -> the frequency axis doubled seven times, two
              convolutions over it each -> [B, 2, T, 1024] log magnitude and instantaneous frequency, in (-1, 1)
              A column hears 20 frames before its own and one after it, by the convolutions over time alone: frames are decoded as they
              come, and a change of the embedding sounds a frame later.
    heads     what training reads off the 16 numbers so that they can be mixed: pitch, cents, level. They are not shipped.
"""
import torch
from torch import nn
from torch.nn import functional as F

SIZE = 16
BANDS = 192
FEATURES = BANDS + 1
TAPS = 5
WIDTH = 128
FIRST_BINS = 8
FILTERS = (64, 64, 64, 48, 32, 16, 8)
LOWEST, PITCHES = 24, 61
NO_PITCH = PITCHES


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
        self.output = OverTime(WIDTH, SIZE, 1)
        with torch.no_grad():
            self.output.weight.mul_(0.5)

    def forward(self, features):
        x = features.transpose(1, 2)
        for convolution in self.convolutions:
            x = leaky(convolution(x))
        return self.output(x).transpose(1, 2)


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
        self.input = OverTime(SIZE, WIDTH, ahead=1)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.spread = OverTime(WIDTH, FIRST_BINS * filters[0], 1)
        below = (filters[0],) + self.filters[:-1]
        self.levels = nn.ModuleList(
            nn.ModuleList([over_bins(i, o), over_bins(o, o)]) for i, o in zip(below, self.filters)
        )
        self.output = over_bins(filters[-1], 2, 1)
        with torch.no_grad():
            self.output.weight.mul_(0.3)

    def forward(self, z):
        x = self.input(z.transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        x = leaky(self.spread(leaky(x)))
        # [B, bins * channels, T] -> [B, channels, T, bins]
        x = x.unflatten(1, (FIRST_BINS, self.filters[0])).permute(0, 2, 3, 1)
        x = pixel_norm(x)
        for level in self.levels:
            x = F.interpolate(x, scale_factor=(1, 2), mode="nearest")
            for convolution in level:
                x = pixel_norm(leaky(convolution(x)))
        return torch.tanh(self.output(x))


class Heads(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(SIZE, WIDTH)
        self.pitch = nn.Linear(WIDTH, PITCHES + 1)
        self.cents = nn.Linear(WIDTH, 1)
        self.level = nn.Linear(SIZE, 1)

    def forward(self, z):
        hidden = leaky(self.hidden(z))
        return self.pitch(hidden), self.cents(hidden)[..., 0], self.level(z)[..., 0]


class Autoencoder(nn.Module):
    """What training runs: noise on the embedding, so that what lies near a sound is like it."""

    def __init__(self, filters=FILTERS):
        super().__init__()
        self.encoder, self.decoder, self.heads = Encoder(), Decoder(filters), Heads()

    def forward(self, features, noise):
        z = self.encoder(features)
        image = self.decoder(z + noise * torch.randn_like(z))
        return image, z, *self.heads(z)
