"""Training notes, drawn from the arrays that prepare.py wrote."""
import json

import numpy as np
import torch

from hold_out import is_held_out
from render import PITCHES

UNIFORM = 0.3  # share of the draws that do not look at the error


class Notes:
    def __init__(self, folder, hold_out):
        self.arrays = [np.load(folder / f"{n}.npy", mmap_mode="r") for n in ("magnitude", "frequency", "weight")]
        self.steady = np.load(folder / "steady.npy", mmap_mode="r")
        notes = json.loads((folder / "notes.json").read_text())
        self.programs = sorted({n["program"] for n in notes})
        self.timbre = np.array([self.programs.index(n["program"]) for n in notes])
        self.pitch = np.array([n["pitch"] for n in notes])
        self.audio = [np.load(folder / "notes" / f"{p:03d}.npy", mmap_mode="r") for p in self.programs]
        held_out = is_held_out(self.timbre, self.pitch)
        self.rows = np.flatnonzero(~held_out if hold_out else np.ones_like(held_out))
        # The latest error of every note, NaN where it was not met yet.
        self.errors = {kind: np.full(len(notes), np.nan, np.float32) for kind in ("attack", "notes")}

    def expected(self, kind):
        """[notes] error: where a note was met, the mean of its own and its timbre's; else its timbre's, or the mean."""
        errors = self.errors[kind]
        met = ~np.isnan(errors)
        if not met.any():
            return np.ones_like(errors)
        count = np.bincount(self.timbre[met], minlength=len(self.programs))
        sums = np.bincount(self.timbre[met], errors[met], len(self.programs))
        timbres = np.where(count > 0, sums / np.maximum(count, 1), errors[met].mean())[self.timbre]
        return np.where(met, 0.5 * (errors + timbres), timbres)

    def learn(self, kind, rows, errors):
        """Remembers the errors of the notes just met."""
        old = self.errors[kind][rows]
        self.errors[kind][rows] = np.where(np.isnan(old), errors, 0.5 * (old + errors))

    def batch(self, random, size, device, kind):
        """`kind` is "rows" (the two steady halves), "attack" or "notes" -> rows, timbres, pitches, image arrays and, but for
        rows, the source audio [size, 64000]."""
        share = self.expected("attack" if kind == "attack" else "notes")[self.rows]
        share = UNIFORM / len(share) + (1.0 - UNIFORM) * share / share.sum()
        rows = np.sort(random.choice(self.rows, size, p=share / share.sum(), replace=False))
        tensor = lambda values: torch.from_numpy(np.asarray(values, np.float32)).to(device)
        pick = lambda values: torch.from_numpy(values[rows]).to(device)
        timbre, pitch = pick(self.timbre), pick(self.pitch)
        if kind == "rows":
            return rows, timbre, pitch, [tensor(a) for a in self.steady[:, rows]], None
        frames = slice(0, ATTACK_FRAMES if kind == "attack" else None)
        audio = np.stack([self.audio[self.timbre[r]][self.pitch[r] - PITCHES[0]] for r in rows])
        return rows, timbre, pitch, [tensor(a[rows, frames]) for a in self.arrays], tensor(audio)


# The attack: two of the sixteen rows of the network's fourth block.
ATTACK_ROWS = 2
ATTACK_FRAMES = 8 * ATTACK_ROWS
