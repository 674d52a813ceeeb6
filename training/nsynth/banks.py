"""Named timbres: what the encoder makes of rendered notes, over the keyboard.

A bank is [61 pitches, 40 frames, 16]; the product is linear between its frames. The first number, the pitch beside that of the key, is 0.
"""
import numpy as np
import torch

from analysis import Analysis, BEFORE, HOP, AHEAD
from network import LOWEST, SIZE

NOTE_FRAMES = 125
FRAMES = [*range(16), *(round(15 + (i + 1) * (NOTE_FRAMES - 16) / 24) for i in range(24))]
PEAK = 0.5
# Name, family, General MIDI program.
TIMBRES = (
    ("piano", "keyboard", 0),
    ("electric piano", "keyboard", 4),
    ("harpsichord", "keyboard", 6),
    ("music box", "mallet", 10),
    ("vibraphone", "mallet", 11),
    ("marimba", "mallet", 12),
    ("drawbar organ", "organ", 16),
    ("church organ", "organ", 19),
    ("accordion", "organ", 21),
    ("nylon guitar", "guitar", 24),
    ("finger bass", "bass", 33),
    ("synth bass", "bass", 38),
    ("violin", "string", 40),
    ("cello", "string", 42),
    ("pizzicato", "string", 45),
    ("strings", "string", 48),
    ("choir", "voice", 52),
    ("trumpet", "brass", 56),
    ("french horn", "brass", 60),
    ("alto sax", "reed", 65),
    ("oboe", "reed", 68),
    ("clarinet", "reed", 71),
    ("flute", "flute", 73),
    ("pan flute", "flute", 75),
    ("saw lead", "synth", 81),
)


def bank(encoder, notes):
    """[61, 64000] int16 -> [61, 40, 16]. Keys that a program does not sound take the nearest that does."""
    analysis = Analysis("cpu")
    sounds = notes.astype(np.float32)
    peaks = np.abs(sounds).max(axis=1)
    heard = np.flatnonzero(peaks > 150)
    rows = np.array([heard[np.argmin(np.abs(heard - key))] for key in range(len(sounds))])
    sounds = sounds[rows] * (PEAK / peaks[rows])[:, None]
    audio = np.pad(sounds[:, : HOP * NOTE_FRAMES], ((0, 0), (BEFORE, AHEAD * HOP)))
    with torch.no_grad():
        features = analysis.targets(torch.from_numpy(audio), torch.tensor(rows + float(LOWEST), dtype=torch.float32))[0]
        free = encoder(features)[:, FRAMES].numpy()
    result = np.zeros((len(sounds), len(FRAMES), SIZE), np.float32)
    result[..., 1:] = free
    return result


def banks(encoder, folder, velocity=85):
    """-> [names, 61, 40, 16]"""
    return np.stack([bank(encoder, np.load(folder / f"{program:03d}-{velocity:03d}.npy")) for _, _, program in TIMBRES])


def quantised(values):
    """-> bytes, scale, least value: 0 is kept as it is"""
    scale = float(np.abs(values).max()) / 127
    return np.round(values / scale + 127).astype(np.uint8), scale, -127 * scale
