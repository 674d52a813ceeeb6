"""Reads what `timbrel dataset` wrote: performances as the ids of their events."""
from pathlib import Path

import numpy as np
import torch

NOTE_ON, NOTE_OFF, TIME_SHIFT = 2, 90, 178
KEYS = 88
LOWEST = 21
LONGEST_ROW = 512


class Pieces:
    """Whole performances: {train,validation,test}/tokens.npy, one behind the other, and lengths.npy."""

    def __init__(self, folder, split):
        read = lambda name: np.load(Path(folder) / split / f"{name}.npy")
        self.tokens, self.lengths = read("tokens").astype(np.int64), read("lengths").astype(np.int64)
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.shares = self.lengths / max(1, self.lengths.sum())

    def crop(self, random, length, semitones):
        piece = random.choice(len(self.lengths), p=self.shares)
        room = max(0, self.lengths[piece] - length)
        start = self.starts[piece] + random.integers(0, room + 1)
        crop = self.tokens[start : start + min(length, self.lengths[piece])].copy()
        notes = (crop >= NOTE_ON) & (crop < TIME_SHIFT)
        keys = (crop[notes] - NOTE_ON) % KEYS
        if len(keys):
            crop[notes] += np.clip(random.integers(-semitones, semitones + 1), -keys.min(), KEYS - 1 - keys.max())
        return np.pad(crop, (0, length - len(crop)))

    def batch(self, random, size, length, semitones):
        """([size, length] crops,), 0 behind the end of short pieces."""
        return (torch.from_numpy(np.stack([self.crop(random, length, semitones) for _ in range(size)])),)

    def rows(self, length):
        """([rows, length],): all of it once."""
        rows = []
        for start, end in zip(self.starts, self.starts + self.lengths):
            for at in range(start, end, length):
                row = self.tokens[at : min(end, at + length)]
                rows.append(np.pad(row, (0, length - len(row))))
        return (torch.from_numpy(np.stack(rows) if rows else np.zeros((0, length), np.int64)),)


def performance_rows(folder, split):
    """The pieces that PerformanceRNN is judged on, as `timbrel dataset performance-rnn` wrote them, as ids: its classes are notes
    on of 128 pitches, notes off of 128, shifts and loudness."""
    read = lambda name: np.load(Path(folder) / split / f"{name}.npy").astype(np.int64)
    lengths, labels = read("lengths"), read("labels")
    on, off = labels + NOTE_ON - LOWEST, labels - 128 + NOTE_OFF - LOWEST
    ids = np.where(labels < 128, on, np.where(labels < 256, off, labels - 256 + TIME_SHIFT))
    rows = np.zeros((len(lengths), LONGEST_ROW), dtype=np.int64)
    for row, end, length in zip(rows, np.cumsum(lengths), lengths):
        kept = min(int(length), LONGEST_ROW)
        row[:kept] = ids[end - length : end - length + kept]
    return (torch.from_numpy(rows),)
