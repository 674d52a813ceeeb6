"""The decoder's numbers to sound, sample by sample: the reference of the product's synthesizer, in float64.

Partials run on from frame to frame; their loudness and their frequency go in straight lines from a frame's end to the next one's. Noise is one block of
random phases for each frame, centred on its end, which overlaps its neighbours. Both are levelled to a loudness of 1, and the level is drawn over them in
straight lines from moment to moment.
"""
import numpy as np

from partials import FARTHEST, HOP, KNOTS, MOMENTS, NEPERS, NEPERS_AT_ZERO, NOISE_KNOTS, RATE, SIZES, hertz

BLOCK = 2 * HOP
# Partials and noise end here.
HIGHEST_HZ = 7950.0
# Of a block's bin, of the amplitude of a sine that is as loud in one bin of the analysis: its window hears noise 1.5 bins wide, and a block's bins are
# twice as far apart.
NOISE_TO_SINE = np.sqrt(4.0 / 3.0)
NUMBERS = np.arange(1, int(KNOTS[-1]) + 1)
WINDOW = np.sin(np.pi * (np.arange(BLOCK) + 0.5) / BLOCK)
HZ = np.arange(1, BLOCK // 2) * RATE / BLOCK


def uniform(seed, count):
    """[count] in [0, 1): mulberry32 of the FNV-1a hash of a text, as the product draws (src/random/random.ts)"""
    state = 0x811C9DC5
    for byte in seed.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        s = np.uint32(state) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (s ^ (s >> np.uint32(15))) * (s | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 2**32


def first_phase(numbers):
    """Radians: spread, so that partials do not begin with a common peak."""
    return 2 * np.pi * ((0.6180339887498949 * numbers * numbers) % 1.0)


def read(knots, values, at):
    return np.interp(at, knots, values)


class Colour:
    """A frame's end: amplitudes and frequencies of partials, amplitudes of a noise block's bins; together of RMS 1."""

    def __init__(self, partials, apart, noise, pitch):
        fundamental = hertz(pitch)
        self.hz = (NUMBERS + FARTHEST * np.tanh(read(KNOTS, apart, NUMBERS))) * fundamental
        amplitude = np.exp(NEPERS * read(KNOTS, partials, NUMBERS) + NEPERS_AT_ZERO)
        amplitude = np.where(self.hz < HIGHEST_HZ, amplitude, 0.0)
        noise = NOISE_TO_SINE * np.exp(NEPERS * read(NOISE_KNOTS, noise, HZ) + NEPERS_AT_ZERO)
        rms = np.sqrt(0.5 * ((amplitude**2).sum() + (noise**2).sum()))
        self.amplitude, self.noise = amplitude / rms, noise / rms


def synthesize(outputs, pitches):
    """[T, OUTPUTS], MIDI pitches [T] -> [512 T]"""
    outputs, pitches = np.asarray(outputs, np.float64), np.asarray(pitches, np.float64)
    level, partials, apart, noise = np.split(outputs, np.cumsum(list(SIZES.values()))[:-1], axis=1)
    moments = np.concatenate([[0.0], np.exp(NEPERS * level + NEPERS_AT_ZERO).ravel()])
    phase = first_phase(NUMBERS)
    draws = iter(uniform(f"noise {round(pitches[0])}", len(HZ) * (len(outputs) + 1)))

    def block(colour):
        spectrum = colour.noise * np.exp(2j * np.pi * np.array([next(draws) for _ in HZ]))
        return np.fft.irfft(np.pad(spectrum, 1) * BLOCK / 2) * WINDOW

    colours = [Colour(p, a, n, at) for p, a, n, at in zip(partials, apart, noise, pitches)]
    before, tail = colours[0], block(colours[0])[HOP:]
    share = np.arange(1, HOP + 1) / HOP
    result = []
    for colour in colours:
        sound = tail.copy()
        head = block(colour)
        sound += head[:HOP]
        tail = head[HOP:]
        # The integral of a frequency that goes in a straight line.
        turned = 2 * np.pi / RATE * HOP * (share[:, None] * before.hz + 0.5 * share[:, None] ** 2 * (colour.hz - before.hz))
        amplitude = before.amplitude + share[:, None] * (colour.amplitude - before.amplitude)
        sound += (amplitude * np.cos(phase + turned)).sum(axis=1)
        phase = (phase + turned[-1]) % (2 * np.pi)
        before = colour
        result.append(sound)
    sound = np.concatenate(result)
    at = np.arange(1, len(sound) + 1)
    return sound * np.interp(at, np.arange(len(moments)) * HOP // MOMENTS, moments)
