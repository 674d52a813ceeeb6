"""Crops of rendered notes, each a little different every time: detuned, louder or softer, brighter or duller, with noise, as sums of two."""
import numpy as np

from analysis import BEFORE, HOP
from network import LOWEST

# Programs that training never hears: one of each kind.
HELD_OUT_PROGRAMS = (4, 11, 21, 27, 42, 60, 71, 75)
SAMPLES = 64000
TAPS = 16
PHASES = 4096
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


class Crops:
    def __init__(self, folder, frames):
        self.frames = frames
        self.length = HOP + BEFORE + HOP * frames
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
        """A crop of a note or a hit -> samples, MIDI pitch, whether its beginning is in it."""
        hit = len(self.drums) > 0 and random.random() < 0.1
        sounds, row = (self.drums if hit else self.pitched)[random.integers(len(self.drums if hit else self.pitched))]
        detune = random.uniform(-0.5, 0.5)
        step = 2 ** (detune / 12)
        # Half of the crops hold the attack.
        last = SAMPLES - int(self.length * step)
        start = -random.integers(0, HOP + BEFORE + 4 * HOP) if random.random() < 0.5 else random.integers(0, last)
        crop = resampled(sounds[row], start, step, self.length) / 2**15
        # The pitch that is heard in a hit may be any; in a note it is an octave off now and then.
        octave = random.choice([-12, 12]) if random.random() < 0.06 else 0
        pitch = random.uniform(LOWEST, LOWEST + 60) if hit else LOWEST + row + detune + octave
        return crop, pitch, start <= 0

    def augmented(self, random):
        crop, pitch, begins = self.one(random)
        if random.random() < 0.04:
            other, _, other_begins = self.one(random)
            begins = begins and other_begins
            crop = crop + other * 10 ** (random.uniform(-12, 0) / 20)
        tilt = random.uniform(-0.3, 0.3)
        crop = crop + tilt * np.concatenate([[0.0], crop[:-1]])
        crop *= 10 ** (random.uniform(-24, 6) / 20)
        crop += 10 ** (random.uniform(-90, -60) / 20) * random.standard_normal(self.length)
        return crop, pitch, begins

    def batch(self, random, size):
        """-> [B, samples] float32, MIDI pitch [B], whether the sound begins in the crop [B]."""
        crops, pitches, begin = zip(*(self.augmented(random) for _ in range(size)))
        return np.stack(crops).astype(np.float32), np.array(pitches, np.float32), np.array(begin)


def midi_pitch(row):
    return LOWEST + row
