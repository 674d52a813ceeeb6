"""Where the partials of a pitch lie: what the decoder is told of it, so that it need not learn what every pitch looks like.

A harmonic sound has its energy near the multiples of its fundamental, and each bin near one of them turns with its frequency. The decoder
writes the envelope of the partials, and how far a bin turns otherwise than its nearest multiple (bells, strings, noise, onsets).
"""
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.append(str(Path(__file__).parent.parent / "gansynth"))
import spectrogram as sg

SPACING = 16000 / sg.FFT_SIZE
FEATURES = 4
# Half of the main lobe of the analysis window is two bins; this is where it has fallen to 1 / e.
LOBE_HZ = 14.0


def band_centres():
    """[1024] Hz, of the image's bands. GANSynth's matrix calls the first bin above DC 0 Hz, and stretches the rest."""
    return (sg.mel_edges()[1:-1] / 8000.0 * (sg.BINS - 1) + 1.0) * SPACING


def centres(bins):
    """[bins] Hz: means of neighbours where there are fewer than 1024."""
    return band_centres().reshape(bins, -1).mean(axis=1)


def hertz(pitch):
    return 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)


class Comb(torch.nn.Module):
    """[B, T] pitches -> [B, 4, T, bins]: nearness to a partial, cosine and sine of the distance in partials, and how high it is."""

    def __init__(self, bins):
        super().__init__()
        hz = centres(bins)
        self.register_buffer("hz", torch.tensor(hz, dtype=torch.float32), persistent=False)
        self.register_buffer("width", torch.tensor(np.maximum(LOBE_HZ, 0.7 * np.gradient(hz)), dtype=torch.float32), persistent=False)

    def forward(self, pitch):
        fundamental = hertz(pitch)[..., None]
        ratio = self.hz / fundamental
        nearest = torch.round(ratio).clamp(min=1.0)
        lobe = torch.exp(-(((self.hz - nearest * fundamental) / self.width) ** 2))
        turn = 2.0 * np.pi * ratio
        height = torch.log2(ratio).clamp(-2.0, 8.0) / 4.0
        return torch.stack([lobe, torch.cos(turn), torch.sin(turn), height], dim=1)


def turns(pitch):
    """[B, T] pitches -> [B, T, 1024] half turns a hop of each linear bin that its nearest partial makes, -1 to 1."""
    fundamental = hertz(pitch)[..., None]
    hz = torch.arange(1, sg.BINS + 1, dtype=torch.float32, device=pitch.device) * SPACING
    nearest = torch.round(hz / fundamental).clamp(min=1.0)
    return torch.remainder(nearest * fundamental * (2.0 * sg.HOP / 16000) + 1.0, 2.0) - 1.0
