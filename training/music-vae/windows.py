"""Windows of two bars, as `prepare.py` writes them."""
from pathlib import Path

import numpy as np
import torch

TRANSPOSE = (-5, 7)
NETWORKS = {"melody": "melody", "drums": "drums", "humanize": "groove", "tap": "groove"}
# The open hi-hat stands for "something is struck".
TAP_CLASS = 3


def before(y):
    """What came before each step: no event (-1, or zeros) before the first."""
    first = torch.full_like(y[:1], -1) if y.dtype == torch.int64 else torch.zeros_like(y[:1])
    return torch.cat([first, y[:-1]])


def transposed(windows, rng):
    """Each by a random interval, as long as it stays within the classes."""
    moved = np.where(windows >= 2, windows + rng.integers(*TRANSPOSE, size=(len(windows), 1)), windows)
    fits = ((moved < 90) & ((windows < 2) | (moved >= 2))).all(1, keepdims=True)
    return np.where(fits, moved, windows)


class Windows:
    def __init__(self, folder, split, kind):
        self.kind, self.network = kind, NETWORKS[kind]
        self.all = np.load(Path(folder) / split / "windows.npy")

    def some(self, rng, count, augment=True):
        """Random windows -> encoder's inputs and decoder's labels, time first."""
        return self.tensors(self.all[rng.integers(len(self.all), size=count)], rng if augment else None)

    def tensors(self, windows, rng=None):
        if self.network == "groove":
            y = torch.from_numpy(windows.astype(np.float32)).transpose(0, 1).contiguous()
            return self.seen(y), y
        windows = windows.astype(np.int64)
        if self.kind == "melody" and rng is not None:
            windows = transposed(windows, rng)
        y = torch.from_numpy(windows.T.copy())
        return y, y

    def seen(self, y):
        """The part of a groove that the encoder sees: hits, or when something was struck."""
        hits, velocities, offsets = y.chunk(3, -1)
        nothing = torch.zeros_like(hits)
        if self.kind == "humanize":
            return torch.cat([hits, nothing, nothing], -1)
        loudest = (velocities * hits).argmax(-1, keepdim=True)
        tapped, timing = nothing.clone(), nothing.clone()
        tapped[..., TAP_CLASS] = hits.amax(-1)
        timing[..., TAP_CLASS] = offsets.gather(-1, loudest)[..., 0] * tapped[..., TAP_CLASS]
        return torch.cat([tapped, nothing, timing], -1)
