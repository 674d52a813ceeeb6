"""YIN (A. de Cheveigné, H. Kawahara: "YIN, a fundamental frequency estimator for speech and music", JASA 111(4), 2002),
steps 1 to 5, on 12 frames of a note. It searches 20-4500 Hz and knows nothing of the wanted pitch.
"""
import numpy as np
from scipy.signal import resample_poly

SAMPLE_RATE = 16000
OVERSAMPLING = 4  # at 4500 Hz a period is 3.6 samples; the parabola of step 5 wants a finer grid
LOWEST, HIGHEST = 20.0, 4500.0
THRESHOLD = 0.15  # of the cumulative mean normalised difference (step 4)
VOICED = 0.35  # a frame whose best dip is above this has no detectable fundamental
FRAMES = 12
FIRST, LAST = 0.1, 2.9  # seconds: after the attack, before the release

_RATE = SAMPLE_RATE * OVERSAMPLING
_LONGEST = int(np.ceil(_RATE / LOWEST))
_SHORTEST = int(_RATE / HIGHEST)
_WINDOW = _LONGEST  # samples compared at every lag: one period of the lowest fundamental
_SIZE = 1 << int(np.ceil(np.log2(2 * _WINDOW + _LONGEST + 2)))


def normalised_difference(frames):
    """[N, window + longest lag] -> [N, longest lag]: d'(lag), step 3 of the paper."""
    windows = frames[:, :_WINDOW]
    correlation = np.fft.irfft(
        np.conj(np.fft.rfft(windows, _SIZE)) * np.fft.rfft(frames, _SIZE), _SIZE
    )[:, : _LONGEST]
    squares = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(frames**2, axis=1)], axis=1)
    energy = squares[:, _WINDOW : _WINDOW + _LONGEST] - squares[:, :_LONGEST]
    difference = np.maximum(energy[:, :1] + energy - 2.0 * correlation, 0.0)
    difference[:, 0] = 0.0
    mean = np.cumsum(difference, axis=1) / np.maximum(np.arange(_LONGEST), 1)
    normalised = np.ones_like(difference)
    np.divide(difference, mean, out=normalised, where=mean > 0)
    normalised[:, 0] = 1.0
    return normalised


def dip(curve):
    """One d' -> (lag in samples, depth): the first dip below the threshold, else the lowest of all."""
    below = np.flatnonzero(curve[_SHORTEST:] < THRESHOLD)
    lag = _SHORTEST + (below[0] if len(below) else int(np.argmin(curve[_SHORTEST:])))
    while lag + 1 < len(curve) and curve[lag + 1] < curve[lag]:
        lag += 1
    if not 0 < lag < len(curve) - 1:
        return float(lag), curve[lag]
    left, middle, right = curve[lag - 1 : lag + 2]
    bend = left - 2.0 * middle + right
    return lag + (0.5 * (left - right) / bend if bend > 0 else 0.0), middle


def fundamental(audio):
    """[64000] at 16 kHz -> Hz, or None where no frame has a detectable fundamental.

    The median over the frames that are within 40 dB of the loudest and voiced.
    """
    audio = resample_poly(audio, OVERSAMPLING, 1)
    length = _WINDOW + _LONGEST
    starts = np.linspace(FIRST * _RATE, LAST * _RATE - length, FRAMES).astype(int)
    frames = np.stack([audio[s : s + length] for s in starts])
    frames = frames - frames.mean(axis=1, keepdims=True)
    power = (frames**2).mean(axis=1)
    frames = frames[power > 1e-4 * max(power.max(), 1e-12)]
    dips = [dip(curve) for curve in normalised_difference(frames)] if len(frames) else []
    voiced = [_RATE / lag for lag, depth in dips if depth < VOICED]
    return float(np.exp(np.median(np.log(voiced)))) if voiced else None
