"""A sound as partials and noise: what the decoder writes of a frame, and what of it is heard.

A frame has a level, in dB of full scale, at four moments (every 8 ms); and a colour, at its end: how loud the partials of its pitch are, how far each
lies from its multiple of the fundamental, and how loud noise is over frequency. The colour is told at a few partials and frequencies, and is linear
between them. The product's own synthesizer is src/ops/nsynth/partials-and-noise.ts.
"""
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).parent.parent / "gansynth"))
import spectrogram as sg

RATE, HOP, WINDOW = sg.SAMPLE_RATE, sg.HOP, sg.FFT_SIZE
SPACING = RATE / WINDOW
MOMENTS = 4  # of a frame's level
# The first 24 partials by themselves; above, a constant ratio apart, up to what lies below 8 kHz at the lowest pitch (and an octave below).
KNOTS = np.concatenate([np.arange(1, 25), np.geomspace(24, 512, 15)[1:]])
# Hz. Wider apart as they rise, as hearing's bands are.
NOISE_KNOTS = 700.0 * np.expm1(np.linspace(np.log1p(20.0 / 700.0), np.log1p(8000.0 / 700.0), 56))
SIZES = {"level": MOMENTS, "partials": len(KNOTS), "apart": len(KNOTS), "noise": len(NOISE_KNOTS)}
OUTPUTS = sum(SIZES.values())
# What the network's numbers, about -1 to 1, mean: nepers of amplitude.
NEPERS = 3.0
NEPERS_AT_ZERO = -4.0
NEPERS_TO_DB = 20.0 / np.log(10.0)
# A partial is at most so far from its multiple of the fundamental, in fundamentals.
FARTHEST = 0.5


def hertz(pitch):
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


def split(outputs):
    """[..., OUTPUTS] -> nepers of level [..., 4], of partials and of noise at the knots, and how far partials are apart, in fundamentals"""
    level, partials, apart, noise = outputs.split(list(SIZES.values()), dim=-1)
    nepers = lambda x: NEPERS * x + NEPERS_AT_ZERO
    return nepers(level), nepers(partials), FARTHEST * torch.tanh(apart), nepers(noise)


def between(knots, at):
    """Of positions, clamped to the knots: the knot below, and the share of the one above it."""
    knots = torch.as_tensor(knots, dtype=at.dtype, device=at.device)
    at = at.clamp(knots[0], knots[-1])
    below = (torch.searchsorted(knots, at.contiguous(), right=True) - 1).clamp(0, len(knots) - 2)
    return below, (at - knots[below]) / (knots[below + 1] - knots[below])


def read(values, below, share):
    """values [B, T, knots], positions [B, n] -> [B, T, n]"""
    index = below[:, None].expand(-1, values.shape[1], -1)
    low, high = values.gather(2, index), values.gather(2, index + 1)
    return low + share[:, None] * (high - low)


def lobe(bins):
    """Power of a sine in a bin that is `bins` away, with a Hann window; 1 in its own."""
    x = bins.abs()
    x = torch.where((x - 1.0).abs() < 1e-3, x + 2e-3, x)
    shape = torch.sinc(x) / (1.0 - x * x)
    return shape * shape


class Spectrum:
    """Power of linear bins, as a Hann window of 2048 samples measures it, of sounds of one pitch each."""

    def __init__(self, pitch):
        """pitch [B] MIDI"""
        self.fundamental = hertz(pitch)[:, None]
        hz = (torch.arange(1, sg.BINS + 1, dtype=pitch.dtype, device=pitch.device) * SPACING)[None]
        self.bins = hz / SPACING
        self.nearest = torch.round(hz / self.fundamental).clamp(min=1.0)
        # Of the nearest partial and of its neighbours, whose lobes reach a bin at low pitches.
        self.partials = []
        for neighbour in (0.0, -1.0, 1.0):
            number = self.nearest + neighbour
            self.partials.append((number.clamp(min=1.0), number >= 1.0, between(KNOTS, number)))
        self.noise = between(NOISE_KNOTS, hz.expand(len(pitch), -1))

    def power(self, partials, apart, noise):
        """Nepers and fundamentals at the knots [B, T, .] -> [B, T, 1024]. A sine of amplitude 1 has (WINDOW / 4)^2 in its bin, and noise is
        told as the amplitude of a sine that is as loud in one bin."""
        total = torch.exp(2.0 * read(noise, *self.noise))
        for number, exists, at in self.partials:
            place = (number[:, None] + read(apart, *at)) * self.fundamental[:, None] / SPACING
            below_nyquist = place < sg.BINS
            near = lobe(self.bins[:, None] - place) * exists[:, None] * below_nyquist
            total = total + torch.exp(2.0 * read(partials, *at)) * near
        return total * (WINDOW / 4) ** 2


def slots(power, pitch):
    """Where the loudest bin near each of the KNOTS lies, rounded to whole partials.

    power [B, T, 1024], pitch [B] -> how far its peak is from the multiple, in fundamentals [B, T, knots], its power, its index, and whether
    it is a partial: 1 where the bins around it are those of a sine, 0 where they are those of noise
    """
    hz = hertz(pitch)[:, None]
    slot = torch.round(torch.arange(1, sg.BINS + 1, device=power.device) * SPACING / hz).long()
    numbers = torch.as_tensor(np.round(KNOTS), device=power.device).long()
    most = int(slot.max()) + 1
    index = slot[:, None].expand_as(power)
    loudest = torch.zeros(*power.shape[:2], most, device=power.device).scatter_reduce(2, index, power, "amax")
    bins = torch.arange(sg.BINS, device=power.device).expand_as(power)
    at = torch.where(power >= loudest.gather(2, index), bins, -1)
    peak = torch.full_like(loudest, -1, dtype=torch.long).scatter_reduce(2, index, at, "amax")
    wanted = numbers.clamp(max=most - 1)[None, None].expand(*power.shape[:2], -1)
    peak, loudest = peak.gather(2, wanted), loudest.gather(2, wanted)
    loudest = torch.where(numbers < most, loudest, 0.0)
    centre = peak.clamp(3, sg.BINS - 4)
    around = [power.gather(2, centre + i) for i in range(-3, 4)]
    low, middle, high = (torch.log(p + 1e-12) for p in around[2:5])
    # The top of a parabola through three bins in dB.
    top = 0.5 * (low - high) / (low - 2.0 * middle + high).clamp(max=-1e-6)
    place = (centre + 1 + top.clamp(-0.6, 0.6)) * SPACING
    apart = (place / hz[:, None] - numbers).clamp(-FARTHEST, FARTHEST)
    # Three bins hold 97 % of a sine's power, and about 60 % of that of noise.
    share = sum(around[2:5]) / sum(around).clamp(min=1e-9)
    tonal = ((share - 0.8) / 0.15).clamp(0.0, 1.0)
    return apart, loudest, peak.clamp(min=0), torch.where(loudest > 0, tonal, 0.0)
