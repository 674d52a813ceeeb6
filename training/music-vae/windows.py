"""Windows of two bars."""
from pathlib import Path

import numpy as np
import torch

TRANSPOSE = (-5, 7)


class Windows:
    def __init__(self, folder, split, kind):
        self.kind = kind
        self.network = kind if kind in ("melody", "drums") else "groove"
        self.all = np.load(Path(folder) / split / "windows.npy")

    def some(self, rng, count, augment=True):
        """Random windows -> encoder's inputs and decoder's labels, time first."""
        w = self.all[rng.integers(len(self.all), size=count)]
        if self.kind == "melody":
            w = w.astype(np.int64)
            if augment:
                shift = rng.integers(*TRANSPOSE, size=(count, 1))
                moved = np.where(w >= 2, w + shift, w)
                fits = ((moved < 90) & ((w < 2) | (moved >= 2))).all(1, keepdims=True)
                w = np.where(fits, moved, w)
            w = torch.from_numpy(w.T.copy())
            return w, w
        if self.kind == "drums":
            w = torch.from_numpy(w.astype(np.int64).T.copy())
            return w, w
        y = torch.from_numpy(w.astype(np.float32)).transpose(0, 1).contiguous()
        return self.hidden(y), y

    def hidden(self, y):
        """The part of a groove that the encoder sees."""
        hits, velocities, offsets = y.chunk(3, -1)
        zeros = torch.zeros_like(hits)
        if self.kind == "humanize":
            return torch.cat([hits, zeros, zeros], -1)
        loudest = (velocities * hits).argmax(-1, keepdim=True)
        any_hit = hits.amax(-1)
        tapped, offset = zeros.clone(), zeros.clone()
        tapped[..., 3] = any_hit
        offset[..., 3] = offsets.gather(-1, loudest)[..., 0] * any_hit
        return torch.cat([tapped, zeros, offset], -1)

    def before(self, y):
        """What came before each step."""
        first = torch.full_like(y[:1], -1) if y.dtype == torch.int64 else torch.zeros_like(y[:1])
        return torch.cat([first, y[:-1]])
