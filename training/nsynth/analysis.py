"""Sounds as the network reads and writes them, in torch, for whole batches.

Frame k of a sound hears the samples 512 k - 1536 to 512 k + 512: it ends where the frame's samples end.
"""
import numpy as np
import torch

from network import BANDS, octaves
from partials import MOMENTS, slots

import spectrogram as sg

HOP, WINDOW = sg.HOP, sg.FFT_SIZE
BEFORE = WINDOW - HOP  # samples that the first frame hears before the first sample
AHEAD = 2  # frames, from a window that ends with a frame to the one that is centred on that end
MOMENT = 256  # samples, over which the level of a moment is taken
# Bands of the encoder: of these the lowest are single bins of the spectrum.
SINGLE_BINS = 100
# They are dB over a floor, about -1 to 1.
FLOOR_DB = -90.0
APART = 4.0  # to the same scale


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


def audio_of(sound):
    """[samples], whole frames -> [1, samples and the silence around them] as Analysis.targets takes it"""
    return torch.from_numpy(np.pad(sound, (BEFORE, AHEAD * HOP)).astype(np.float32))[None]


class Analysis:
    def __init__(self, device):
        tensor = lambda values: torch.tensor(values, dtype=torch.float32, device=device)
        self.device, self.bands = device, tensor(bands_matrix())
        self.window = torch.hann_window(WINDOW, periodic=True, device=device)
        # A sine of amplitude 1 has this power in its bin.
        self.full = (WINDOW / 4) ** 2

    def spectrum(self, audio):
        """[B, 1536 + 512 T] -> complex [B, T, 1024], no DC."""
        return torch.fft.rfft(audio.unfold(1, WINDOW, HOP) * self.window)[..., 1:]

    def features(self, power, moments, pitch):
        """Power [B, T, 1024], levels in dB [B, T, 4], MIDI pitch [B] -> [B, T, FEATURES]: bands, the level of the whole window, the loudest bin
        near each of the told partials, how far each lies from its multiple, the levels of the frame's moments, and the pitch."""
        floor = 10 ** (FLOOR_DB / 10)
        decibels = lambda p: 10 * torch.log10(p / self.full + floor) / 45 + 1
        level = decibels(power.sum(dim=-1, keepdim=True) / 1.5)
        moments = moments.clamp(min=FLOOR_DB) / 45 + 1
        pitches = octaves(pitch)[:, None, None].expand(-1, power.shape[1], 1)
        apart, loudest, _, tonal = slots(power, pitch)
        return torch.cat([decibels(power @ self.bands * 4.0), level, decibels(loudest), APART * tonal * apart, moments, pitches], dim=-1)

    def targets(self, audio, pitch):
        """[B, BEFORE + 512 (T + AHEAD)], MIDI pitch [B] -> features [B, T, FEATURES], power at the end of each frame [B, T, 1024], level of each moment of it
        in dB [B, T, 4], and of the whole window in dB [B, T]"""
        power = self.spectrum(audio).abs() ** 2
        # A window that is centred on a frame's end is that of two frames later.
        frames = power.shape[1] - AHEAD
        step = HOP // MOMENTS
        first = BEFORE + step - MOMENT // 2
        around = audio[:, first : first + frames * HOP - step + MOMENT].unfold(1, MOMENT, step)
        moments = 10 * torch.log10((around**2).mean(dim=-1) + 1e-10).unflatten(1, (frames, MOMENTS))
        features = self.features(power[:, :frames], moments, pitch)
        return features, power[:, AHEAD:], moments, 45 * (features[..., BANDS] - 1)
