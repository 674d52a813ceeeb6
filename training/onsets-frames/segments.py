"""Cuts segments of what was rendered, with their labels, and makes them sound otherwise."""
import json
from pathlib import Path

import numpy as np

from network import BINS, HOP, KEYS, RATE

FPS = RATE / HOP
ONSET_SECONDS = 0.032


class Segments:
    """All pieces of a split; what is rendered later is found by `look`."""

    def __init__(self, folder, split):
        self.folder = Path(folder) / split
        self.pieces = {}
        self.look()

    def look(self):
        for labels in sorted(self.folder.glob("*.json")):
            if labels.stem in self.pieces:
                continue
            audio = np.load(labels.with_suffix(".npy"), mmap_mode="r")
            self.pieces[labels.stem] = (audio, np.array(json.loads(labels.read_text()), np.float64))
        self.names = list(self.pieces)
        lengths = np.array([len(self.pieces[name][0]) for name in self.names], np.float64)
        self.shares = lengths / lengths.sum()

    def some(self, rng, count, seconds, augment=True):
        """Audio [count, samples], equaliser [count, 1, 229] dB, and targets (onsets, frames, velocities) [count, frames, 88]."""
        samples = int(seconds * RATE) // HOP * HOP
        frames = samples // HOP + 1
        audio = np.zeros((count, samples), np.float32)
        equaliser = np.zeros((count, 1, BINS), np.float32)
        targets = np.zeros((3, count, frames, KEYS), np.float32)
        for i in range(count):
            whole, notes = self.pieces[self.names[rng.choice(len(self.names), p=self.shares)]]
            stretch = 1.0
            if augment and rng.random() < 0.5:  # up to a tenth of a semitone, as far as a piano is out of tune
                stretch = 2 ** (rng.uniform(-0.1, 0.1) / 12)
            needed = int(samples * stretch) + 2
            start = int(rng.integers(0, max(1, len(whole) - needed)))
            part = whole[start : start + needed].astype(np.float32) / 32768
            part = np.pad(part, (0, needed - len(part)))
            if stretch != 1.0:
                part = np.interp(np.arange(samples) * stretch, np.arange(needed), part).astype(np.float32)
            audio[i] = part[:samples]
            label(notes, start / RATE, stretch, targets[:, i])
            if augment:
                equaliser[i, 0] = self.change(audio[i], rng)
        return audio, equaliser, targets

    def change(self, audio, rng):
        """Changes loudness, adds noise, hum and an echo, in place. Returns a curve of dB."""
        if rng.random() < 0.3:  # a reflection or two
            for _ in range(rng.integers(1, 3)):
                delay, gain = int(rng.uniform(0.01, 0.08) * RATE), rng.uniform(0.05, 0.35)
                audio[delay:] += gain * audio[:-delay].copy()
        if rng.random() < 0.2:  # compression
            peak = np.abs(audio).max() + 1e-9
            audio[:] = np.tanh(audio / peak * rng.uniform(1, 3)) * peak
        audio *= 10 ** (rng.uniform(-20, 14) / 20)
        if rng.random() < 0.6:
            level = np.sqrt((audio**2).mean()) * 10 ** (-rng.uniform(15, 60) / 20) + 1e-6
            noise = rng.standard_normal(len(audio)).astype(np.float32)
            if rng.random() < 0.7:  # nearer to pink
                noise = np.convolve(noise, 0.85 ** np.arange(24), "same").astype(np.float32)
            audio += noise * level / noise.std()
        if rng.random() < 0.1:
            hz, level = rng.choice([50, 60]), 10 ** (-rng.uniform(45, 65) / 20)
            time = np.arange(len(audio)) / RATE
            audio += level * sum(np.sin(2 * np.pi * hz * h * time) / h for h in (1, 2, 3)).astype(np.float32)
        x = np.linspace(0, 1, BINS)
        curve = rng.uniform(-6, 6) * (x - 0.5)
        for wave in range(1, 5):
            curve = curve + rng.normal(0, 2.5) / wave * np.cos(np.pi * wave * x + rng.uniform(0, 2 * np.pi))
        if rng.random() < 0.2:  # a small loudspeaker, or one that knows no treble
            curve = curve - rng.uniform(0, 25) * np.clip(rng.choice([-1, 1]) * (x - rng.uniform(0.15, 0.85)) * 4, 0, 1)
        return curve


def label(notes, start, stretch, targets):
    """Writes onsets, frames and velocities of the notes that sound after `start`, as the original does."""
    onsets, frames, velocities = targets
    count = len(onsets)
    loudest = notes[:, 3].max()
    seconds = count / FPS * stretch
    for begin, end, pitch, velocity in notes[(notes[:, 1] > start) & (notes[:, 0] < start + seconds)]:
        begin, end = (begin - start) / stretch, (end - start) / stretch
        key = int(pitch) - 21
        first, last = int(np.floor(begin * FPS)), max(int(np.floor(begin * FPS)) + 1, int(np.ceil(end * FPS)))
        frames[max(0, first) : last, key] = 1
        if begin < 0:
            continue
        until = max(first + 1, int(np.ceil(min(end, begin + ONSET_SECONDS) * FPS)))
        onsets[first:until, key] = 1
        velocities[first:until, key] = velocity / loudest
