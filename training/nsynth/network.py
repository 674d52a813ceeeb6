"""The spectral autoencoder: 16 numbers for every 512 samples, and from them one column of GANSynth's image a frame.

    encoder   [B, T, 65] log-mel bands and level -> three convolutions over time -> [B, T, 16]
    decoder   [B, T, 16] -> convolutions over time -> 8 bins of 64 channels -> the frequency axis doubled seven times, two 3 x 3
              convolutions each -> [B, 2, T, 1024] log magnitude and instantaneous frequency, in (-1, 1)
    heads     what training reads off the 16 numbers so that they can be mixed: pitch, cents, level. They are not shipped.
"""
import torch
from torch import nn
from torch.nn import functional as F

SIZE = 16
BANDS = 64
FEATURES = BANDS + 1
TAPS = 5
WIDTH = 128
FIRST_BINS = 8
FILTERS = (64, 64, 48, 32, 24, 16, 8)
LOWEST, PITCHES = 24, 61
NO_PITCH = PITCHES


def leaky(x):
    return F.leaky_relu(x, 0.2)


def pixel_norm(x):
    return x * torch.rsqrt((x * x).mean(dim=1, keepdim=True) + 1e-8)


def over_time(inputs, outputs, taps=TAPS):
    layer = nn.Conv1d(inputs, outputs, taps, padding=taps // 2)
    nn.init.kaiming_normal_(layer.weight, 0.2, nonlinearity="leaky_relu")
    nn.init.zeros_(layer.bias)
    return layer


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolutions = nn.ModuleList([over_time(FEATURES, WIDTH), over_time(WIDTH, WIDTH), over_time(WIDTH, WIDTH)])
        self.output = over_time(WIDTH, SIZE, 1)
        with torch.no_grad():
            self.output.weight.mul_(0.5)

    def forward(self, features):
        x = features.transpose(1, 2)
        for convolution in self.convolutions:
            x = leaky(convolution(x))
        return self.output(x).transpose(1, 2)


class Block(nn.Module):
    """x + two convolutions over time."""

    def __init__(self):
        super().__init__()
        self.first, self.second = over_time(WIDTH, WIDTH), over_time(WIDTH, WIDTH)
        with torch.no_grad():
            self.second.weight.mul_(0.3)

    def forward(self, x):
        return x + self.second(leaky(self.first(leaky(x))))


def over_image(inputs, outputs, size=3):
    layer = nn.Conv2d(inputs, outputs, size, padding=size // 2)
    nn.init.kaiming_normal_(layer.weight, 0.2, nonlinearity="leaky_relu")
    nn.init.zeros_(layer.bias)
    return layer


class Decoder(nn.Module):
    def __init__(self, filters=FILTERS):
        super().__init__()
        self.filters = tuple(filters)
        self.input = over_time(SIZE, WIDTH)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.spread = over_time(WIDTH, FIRST_BINS * filters[0], 1)
        below = (filters[0],) + self.filters[:-1]
        self.levels = nn.ModuleList(
            nn.ModuleList([over_image(i, o), over_image(o, o)]) for i, o in zip(below, self.filters)
        )
        self.output = over_image(filters[-1], 2, 1)
        with torch.no_grad():
            self.output.weight.mul_(0.3)

    def forward(self, z):
        x = self.input(z.transpose(1, 2))
        for block in self.blocks:
            x = block(x)
        x = leaky(self.spread(leaky(x)))
        # [B, bins * channels, T] -> [B, channels, T, bins]
        x = x.unflatten(1, (FIRST_BINS, self.filters[0])).permute(0, 2, 3, 1)
        x = pixel_norm(x).contiguous(memory_format=torch.channels_last)
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
