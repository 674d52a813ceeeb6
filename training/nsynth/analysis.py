"""Sounds as the network reads and writes them, in torch, for whole batches.

Frame k of a sound hears the samples 512 k - 1536 to 512 k + 512: it ends where the frame's samples end, and is column k + 3 of GANSynth's
image of a note, which has three columns before the first sample (../gansynth/spectrogram.py).
"""
import math

import numpy as np
import torch

from network import BANDS

import spectrogram as sg

HOP, WINDOW = sg.HOP, sg.FFT_SIZE
BEFORE = WINDOW - HOP  # samples that the first frame hears before the first sample
# Bands of the encoder: of these the lowest are single bins of the spectrum.
SINGLE_BINS = 100
# They are dB over a floor, about -1 to 1.
FLOOR_DB = -90.0


def bands_matrix():
    """[1024 linear bins, BANDS]: up to 781 Hz each bin by itself, above that triangles of a constant ratio up to 8000 Hz; columns sum to 1.

    Mel bands as wide as a semitone and more do not tell the pitch of a low note, whose partials lie between them.
    """
    centres = np.concatenate([np.arange(1, SINGLE_BINS + 1), np.geomspace(SINGLE_BINS, sg.BINS, BANDS - SINGLE_BINS + 1)[1:]])
    edges = np.concatenate([[0.0], centres, [2 * centres[-1] - centres[-2]]])
    bins = np.arange(1, sg.BINS + 1)
    matrix = np.zeros((sg.BINS, BANDS))
    for band in range(BANDS):
        low, centre, high = edges[band : band + 3]
        low, high = min(low, centre - 1), max(high, centre + 1)
        matrix[:, band] = np.maximum(0.0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
    return matrix / matrix.sum(axis=0)


class Analysis:
    def __init__(self, device):
        tensor = lambda values: torch.tensor(values, dtype=torch.float32, device=device)
        self.mel, self.bands = tensor(sg.MEL), tensor(bands_matrix())
        self.window = torch.hann_window(WINDOW, periodic=True, device=device)
        # A sine of amplitude 1 has this power in its bin.
        self.full = (WINDOW / 4) ** 2

    def spectrum(self, audio):
        """[B, 1536 + 512 T] -> complex [B, T, 1024], no DC."""
        return torch.fft.rfft(audio.unfold(1, WINDOW, HOP) * self.window)[..., 1:]

    def features(self, power):
        """Power [B, T, 1024] -> [B, T, FEATURES]: bands, then the level of the whole frame."""
        floor = 10 ** (FLOOR_DB / 10)
        decibels = lambda p: 10 * torch.log10(p / self.full + floor) / 45 + 1
        level = decibels(power.sum(dim=-1, keepdim=True) / 1.5)
        return torch.cat([decibels(power @ self.bands * 4.0), level], dim=-1)

    def targets(self, audio):
        """[B, 512 + 1536 + 512 T]: a frame more in front, for the first step of phase.

        -> features [B, T, FEATURES], magnitude [B, T, 1024], frequency and weight of linear bins [B, T, 1024], level in dB [B, T]
        """
        spectrum = self.spectrum(audio)
        phase = torch.angle(spectrum)
        frequency = torch.remainder((phase[:, 1:] - phase[:, :-1]) / math.pi + 1.0, 2.0) - 1.0
        amplitude = spectrum.abs()
        relative = amplitude / amplitude.amax(dim=(1, 2), keepdim=True).clamp(min=1e-3)
        heard = torch.where(relative > 1e-3, relative.sqrt(), torch.zeros(()))
        # A step of phase says something where both of its ends are heard.
        weight = torch.minimum(heard[:, 1:], heard[:, :-1])
        power = amplitude[:, 1:] ** 2
        log_mel = torch.log((power + sg.FLOOR**2) @ self.mel + sg.FLOOR)
        magnitude = (sg.MAGNITUDE_SCALE * log_mel + sg.MAGNITUDE_OFFSET).clamp(-1.0, 1.0)
        features = self.features(power)
        return features, magnitude, frequency, weight, 45 * (features[..., -1] - 1)
