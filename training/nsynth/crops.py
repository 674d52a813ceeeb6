"""Crops of rendered notes, each a little different every time: detuned, louder or softer, brighter or duller, with noise, as sums of two."""
import numpy as np

from analysis import AHEAD, BEFORE, HOP
from network import LOWEST

# Programs that training never hears: one of each kind.
HELD_OUT_PROGRAMS = (4, 11, 21, 27, 42, 60, 71, 75)
SAMPLES = 64000
TAPS = 16
PHASES = 4096
MADE = 0.12  # of the crops are no recorded notes
# A windowed sinc of TAPS samples for every fraction of a sample: [PHASES, TAPS].
_away = np.arange(PHASES)[:, None] / PHASES - (np.arange(TAPS) - TAPS // 2 + 1)
KERNELS = (np.sinc(_away) * np.cos(np.pi * _away / (TAPS + 1)) ** 2).astype(np.float32)


def is_held_out(program, row):
    """Every sixth pitch of a program, another one for each."""
    return program in HELD_OUT_PROGRAMS or (row + program) % 6 == 0


def resampled(sound, start, step, count):
    """`count` samples from `start` on, `step` apart, by the nearest of KERNELS: errors lie some 80 dB below. Zeros lie outside."""
    at = start + step * np.arange(count)
    first = int(np.floor(at[0])) - TAPS
    last = int(np.floor(at[-1])) + TAPS
    near = np.zeros(last - first, np.float32)
    low, high = max(0, first), min(len(sound), last)
    if high > low:
        near[low - first : high - first] = sound[low:high]
    whole = np.floor(at).astype(np.int64)
    rows = np.lib.stride_tricks.sliding_window_view(near, TAPS)[whole - first - TAPS // 2 + 1]
    return np.einsum("nt,nt->n", rows, KERNELS[((at - whole) * PHASES).astype(np.int64)])


def coloured(random, length):
    """Noise whose loudness over frequency is a smooth curve, a few dB to tens of dB from end to end."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    knots = random.uniform(-random.uniform(0, 40), 0, random.integers(2, 7))
    curve = np.interp(np.sqrt(np.linspace(0, 1, len(spectrum))), np.linspace(0, 1, len(knots)), knots)
    sound = np.fft.irfft(spectrum * 10 ** (curve / 20), length)
    return sound / np.abs(sound).max()


def waveform(random, length, pitch):
    """A synthesizer's tone: partials that fall at a rate, some of them missing or stressed, like those of a saw, a square or a sine."""
    hz = 440.0 * 2 ** ((pitch - 69) / 12)
    numbers = np.arange(1, max(2, min(200, int(7800 / hz) + 1)))
    amplitudes = numbers ** -random.uniform(0.3, 2.5) * 10 ** (random.uniform(-12, 0, len(numbers)) * random.integers(0, 2) / 20)
    if random.random() < 0.3:
        amplitudes[1::2] *= random.uniform(0, 0.2)
    if random.random() < 0.2:
        amplitudes[random.integers(1, 8) :] = 0.0
    phase = 2 * np.pi * hz / 16000 * np.arange(length)
    sound = sum(a * np.sin(n * phase + p) for n, a, p in zip(numbers, amplitudes, random.uniform(0, 2 * np.pi, len(numbers))))
    return sound / np.abs(sound).max()


def made(random, length):
    """A tone, a noise or a mixture of both, that begins, swells, fades or stands -> samples, MIDI pitch"""
    pitch = random.uniform(LOWEST, LOWEST + 60)
    kind = random.random()
    sound = coloured(random, length) if kind < 0.6 else waveform(random, length, pitch)
    if kind > 0.9:
        sound = sound + coloured(random, length) * 10 ** (random.uniform(-40, 0) / 20)
    time = np.arange(length) / 16000
    begin = random.choice([-1.0, random.uniform(0, 0.3)])
    rise = 10 ** random.uniform(-3, -0.7)
    fade = random.choice([0.0, random.uniform(0, 12)])
    since = time - begin
    return 0.5 * sound * np.clip(since / rise, 0, 1) * np.exp(-fade * np.maximum(since, 0)), pitch


class Crops:
    def __init__(self, folder, frames):
        self.frames = frames
        self.length = BEFORE + HOP * (frames + AHEAD)
        self.pitched, self.drums = [], []
        for file in sorted(folder.glob("*-*.npy")):
            program = file.stem.split("-")[0]
            sounds = np.load(file, mmap_mode="r")
            peaks = np.abs(sounds[:, ::7]).max(axis=1)
            for row in np.flatnonzero(peaks > 150):
                if program == "drums":
                    self.drums.append((sounds, int(row)))
                elif not is_held_out(int(program), int(row)):
                    self.pitched.append((sounds, int(row)))

    def one(self, random):
        """A crop of a note, a hit or a made sound -> samples, MIDI pitch."""
        if random.random() < MADE:
            return made(random, self.length)
        hit = len(self.drums) > 0 and random.random() < 0.1
        sounds, row = (self.drums if hit else self.pitched)[random.integers(len(self.drums if hit else self.pitched))]
        detune = random.uniform(-0.5, 0.5)
        step = 2 ** (detune / 12)
        # Half of the crops hold the attack.
        last = SAMPLES - int(self.length * step)
        start = -random.integers(0, BEFORE + 4 * HOP) if random.random() < 0.5 else random.integers(0, last)
        crop = resampled(sounds[row], start, step, self.length) / 2**15
        # The pitch that is heard in a hit may be any; in a note it is an octave off now and then.
        octave = random.choice([-12, 12]) if random.random() < 0.06 else 0
        pitch = random.uniform(LOWEST, LOWEST + 60) if hit else LOWEST + row + detune + octave
        return crop, pitch

    def augmented(self, random):
        crop, pitch = self.one(random)
        if random.random() < 0.04:
            other, _ = self.one(random)
            crop = crop + other * 10 ** (random.uniform(-12, 0) / 20)
        tilt = random.uniform(-0.3, 0.3)
        crop = crop + tilt * np.concatenate([[0.0], crop[:-1]])
        crop *= 10 ** (random.uniform(-24, 6) / 20)
        crop += 10 ** (random.uniform(-90, -60) / 20) * random.standard_normal(self.length)
        return crop, pitch

    def batch(self, random, size):
        """-> [B, samples] float32, MIDI pitch [B]"""
        crops, pitches = zip(*(self.augmented(random) for _ in range(size)))
        return np.stack(crops).astype(np.float32), np.array(pitches, np.float32)


def midi_pitch(row):
    return LOWEST + row
