"""Training notes, drawn from the arrays that prepare.py wrote."""
import json

import numpy as np
import torch

from hold_out import is_held_out


LOW = 30  # MIDI pitch


class Notes:
    def __init__(self, folder, hold_out, favourites, favour):
        self.arrays = [np.load(folder / f"{n}.npy", mmap_mode="r") for n in ("magnitude", "frequency", "weight")]
        self.steady = np.load(folder / "steady.npy", mmap_mode="r")
        notes = json.loads((folder / "notes.json").read_text())
        self.programs = sorted({n["program"] for n in notes})
        self.timbre = np.array([self.programs.index(n["program"]) for n in notes])
        self.pitch = np.array([n["pitch"] for n in notes])
        held_out = is_held_out(self.timbre, self.pitch)
        self.rows = np.flatnonzero(~held_out if hold_out else np.ones_like(held_out))
        mentions = np.bincount(favourites, minlength=128)[[notes[r]["program"] for r in self.rows]]
        weights = 1.0 + (favour - 1.0) * mentions
        # Partials of the lowest notes are less than five bins apart: their frequencies are learned last.
        weights *= np.where(self.pitch[self.rows] <= LOW, 2.5, 1.0)
        self.probabilities = weights / weights.sum()

    def batch(self, random, size, device, frames=slice(None)):
        """`frames` is a range of the image, or None for the two steady halves."""
        rows = np.sort(random.choice(self.rows, size, p=self.probabilities, replace=False))
        arrays = self.steady[:, rows] if frames is None else [a[rows, frames] for a in self.arrays]
        arrays = [torch.from_numpy(a.astype(np.float32)).to(device) for a in arrays]
        pick = lambda values: torch.from_numpy(values[rows]).to(device)
        return pick(self.timbre), pick(self.pitch), arrays
