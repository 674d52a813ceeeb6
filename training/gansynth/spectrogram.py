"""GANSynth's images of notes: normalised log mel power and instantaneous frequency, and back to audio.

Facts from magenta/models/gansynth/lib/{specgrams_helper,spectral_ops,data_normalizer}.py. Everything is float64.
"""
import numpy as np

SAMPLE_RATE = 16000
LENGTH = 64000  # samples: 4 s
FRAMES = 128
FFT_SIZE = 2048
HOP = 512
FRONT_PADDING = 3072
BINS = 1024  # linear bins 1..1024 (no DC), and mel bins
MAGNITUDE_SCALE, MAGNITUDE_OFFSET = 0.0661371661726, 0.113718730221
FREQUENCY_SCALE = 0.8
FLOOR = 1e-6
REFINEMENT = 2  # rounds, of the shipped weights
ATTACK_FRAMES, ATTACK_ROUNDS = 12, 6  # the first frames have so many rounds for each
LOCKED = 3  # bins on either side of a peak


def _hz_to_mel(hz):
    return 1127.0 * np.log1p(hz / 700.0)


def _mel_to_hz(mel):
    return 700.0 * np.expm1(mel / 1127.0)


def mel_edges():
    """[1026] Hz, of the mel bands. The widening is in place: each band moves an edge of its neighbours, as in the
    matrix the published checkpoints were trained with."""
    edges = np.linspace(0.0, _hz_to_mel(8000.0), BINS + 2)
    narrowest = 1.5 * 8000.0 / BINS
    for i in range(BINS):
        low, centre, high = edges[i : i + 3]
        if _mel_to_hz(high) - _mel_to_hz(low) < narrowest:
            r = 0.5 * narrowest / (_mel_to_hz(centre) + 700.0)
            d = 1127.0 * np.log(r + np.sqrt(1.0 + r * r))
            edges[i], edges[i + 2] = centre - d, centre + d
    return _mel_to_hz(edges)


def mel_matrix():
    """[1024 linear, 1024 mel]"""
    hz = mel_edges()
    low, centre, high = hz[:-2], hz[1:-1], hz[2:]
    f = np.linspace(0.0, 8000.0, BINS)[:, None]
    matrix = np.maximum(0.0, np.minimum((f - low) / (centre - low), (high - f) / (high - centre)))
    matrix[0] = 0.0
    return matrix


def inverse_mel_matrix(matrix):
    """[1024 mel, 1024 linear]: the transpose, scaled so that power is kept."""
    column_sums = (matrix @ matrix.T).sum(axis=0)
    return matrix.T * np.where(column_sums > 1e-8, 1.0 / np.maximum(column_sums, 1e-8), 1.0)


MEL = mel_matrix()
INVERSE_MEL = inverse_mel_matrix(MEL)
_WINDOW = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_SIZE) / FFT_SIZE)


def stft(audio):
    """[64000] -> complex [128, 1024]: 3072 zeros in front, no centring, no DC bin."""
    padded = np.concatenate([np.zeros(FRONT_PADDING), audio])
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT_SIZE)[::HOP][:FRAMES]
    return np.fft.rfft(frames * _WINDOW, axis=1)[:, 1:]


def _difference(phase):
    """Instantaneous frequency in units of pi per hop: time difference of the unwrapped phase."""
    unwrapped = np.unwrap(phase, axis=0)
    return np.diff(unwrapped, axis=0, prepend=np.zeros((1, phase.shape[1]))) / np.pi


def analyse(audio):
    """[64000] -> ([128, 1024, 2] image in [-1, 1], complex spectrum [128, 1024])."""
    spectrum = stft(audio)
    magnitude = np.abs(spectrum) + FLOOR
    log_mel_power = np.log(magnitude**2 @ MEL + FLOOR)
    mel_phase = np.unwrap(np.angle(spectrum), axis=0) @ MEL
    image = np.stack(
        [MAGNITUDE_SCALE * log_mel_power + MAGNITUDE_OFFSET, FREQUENCY_SCALE * _difference(mel_phase)], axis=-1
    )
    return np.clip(image, -1.0, 1.0), spectrum


def invert(image, refinement=0):
    """[128, 1024, 2] -> [64000] audio. With a refinement, phases are `locked` and so many rounds of Griffin and Lim follow (Signal estimation
    from modified short-time Fourier transform, 1984), more of them over the attack."""
    power = np.exp((image[..., 0] - MAGNITUDE_OFFSET) / MAGNITUDE_SCALE) @ INVERSE_MEL
    phase = np.pi * np.cumsum(image[..., 1] / FREQUENCY_SCALE, axis=0) @ INVERSE_MEL
    magnitude = np.sqrt(power + FLOOR)
    if refinement:
        phase = locked(magnitude, phase)
    spectrum = magnitude * np.exp(1j * phase)
    for frames in [ATTACK_FRAMES] * ATTACK_ROUNDS * refinement + [FRAMES] * refinement:
        heard = stft(overlapped(spectrum))[:frames]
        spectrum[:frames] = magnitude[:frames] * heard / np.maximum(np.abs(heard), 1e-12)
    return overlapped(spectrum)


def locked(magnitude, phase):
    """Phases [128, 1024] where the bins of one partial agree: those within LOCKED bins of a peak of a frame follow the nearest peak's (the lower
    of two), each half a turn further than its neighbour, as a sine has it under a Hann window (Laroche and Dolson, Improved phase vocoder
    time-scale modification of audio, 1999). A peak is no smaller than two bins on either side."""
    padded = np.pad(magnitude, ((0, 0), (2, 2)), constant_values=-1.0)
    peak = magnitude == np.lib.stride_tricks.sliding_window_view(padded, 5, axis=1).max(axis=-1)
    result, free = phase.copy(), ~peak
    for distance in range(1, LOCKED + 1):
        for below in (True, False):
            to, of = slice(distance, None), slice(None, -distance)
            if not below:
                to, of = of, to
            chosen = free[:, to] & peak[:, of]
            result[:, to] = np.where(chosen, phase[:, of] + np.pi * distance, result[:, to])
            free[:, to] &= ~chosen
    return result


def overlapped(spectrum):
    """[128, 1024] -> [64000]"""
    spectrum = np.concatenate([np.zeros((FRAMES, 1)), spectrum], axis=1)
    frames = np.fft.irfft(spectrum, n=FFT_SIZE, axis=1) * (_WINDOW / 1.5)
    audio = np.zeros(FFT_SIZE + (FRAMES - 1) * HOP)
    for t in range(FRAMES):
        audio[t * HOP : t * HOP + FFT_SIZE] += frames[t]
    return audio[FRONT_PADDING:]
