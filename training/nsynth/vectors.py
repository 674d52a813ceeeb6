"""Writes what this network makes of sounds and embeddings, on weights drawn by a recipe: what the product is compared with.

    python3 vectors.py --out ../../test/golden/nsynth_spectral.json

Weights and inputs are drawn as in test/golden/synthetic-weights.ts: tensor n has fround(scale (2 u_i - 1)), u from mulberry32 of the FNV-1a
hash of the seed's text.
"""
import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch

from analysis import BEFORE, HOP, WINDOW, Analysis
from export import tensors
from comb import turns
from network import MIDDLE, SIZE, Autoencoder

import spectrogram as sg

PREFIX = "nsynth-spectral/"


def uniform(seed, count):
    state = 0x811C9DC5
    for byte in seed.encode():
        state = ((state ^ byte) * 0x01000193) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        s = np.uint32(state) + np.arange(1, count + 1, dtype=np.uint32) * np.uint32(0x6D2B79F5)
        t = (s ^ (s >> np.uint32(15))) * (s | np.uint32(1))
        t ^= t + (t ^ (t >> np.uint32(7))) * (t | np.uint32(61))
        return (t ^ (t >> np.uint32(14))).astype(np.float64) / 2**32


def recipe(name, shape):
    bias = name.endswith("biases")
    fan = 1 if bias else int(np.prod(shape[:-1]))
    return 0.1 if bias else round(1.9 / math.sqrt(fan), 6)


def draw(model):
    """Fills the network; returns the recipe of every tensor."""
    entries = []
    state = model.state_dict()
    mapped = {k: v for k, v in state.items() if not k.startswith("level.")}
    for (key, values), (name, stored) in zip(mapped.items(), tensors(state)):
        scale = recipe(name, stored.shape)
        drawn = (scale * (2 * uniform(PREFIX + name, stored.size) - 1)).astype(np.float32).reshape(stored.shape)
        entries.append({"name": name, "shape": list(stored.shape), "scale": scale, "offset": 0, "first": float(drawn.flat[0]), "last": float(drawn.flat[-1])})
        kernel = drawn if values.ndim == 1 else np.moveaxis(drawn[0] if values.ndim == 3 else drawn, (-1, -2), (0, 1))
        values.copy_(torch.from_numpy(np.ascontiguousarray(kernel)))
    return entries


def partials(length):
    t = np.arange(length) / 16000
    return 0.3 * np.exp(-2 * t) * sum(np.sin(2 * np.pi * h * 220 * t + h) / h for h in range(1, 7))


def invert(image, partials):
    """[T, 1024, 2] and half turns of partials [T, 1024] -> [512 T] (spectrogram.invert, of any length)."""
    frames = len(image)
    power = np.exp((image[..., 0] - sg.MAGNITUDE_OFFSET) / sg.MAGNITUDE_SCALE) @ sg.INVERSE_MEL
    phase = np.pi * np.cumsum(image[..., 1] / sg.FREQUENCY_SCALE @ sg.INVERSE_MEL + partials, axis=0)
    spectrum = np.pad(np.sqrt(power + sg.FLOOR) * np.exp(1j * phase), ((0, 0), (1, 0)))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)
    columns = np.fft.irfft(spectrum, n=WINDOW, axis=1) * window / 1.5
    audio = np.zeros(WINDOW + (frames - 1) * HOP)
    for t in range(frames):
        audio[t * HOP : t * HOP + WINDOW] += columns[t]
    return audio[BEFORE:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = Autoencoder()
    numbers = lambda values, digits: [float(f"{v:.{digits}g}") for v in np.asarray(values, np.float64).flat]
    with torch.no_grad():
        entries = draw(model)
        samples = partials(16 * HOP).astype(np.float32)
        audio = torch.from_numpy(np.concatenate([np.zeros(HOP + BEFORE, np.float32), samples]))[None]
        features = Analysis("cpu").targets(audio)[0]
        free = model.encoder(features)[0].numpy()
        frames = 10
        z = (2 * uniform("emb-a", frames * SIZE) - 1).astype(np.float32).reshape(frames, SIZE)
        image = model.decoder(torch.from_numpy(z)[None])[0].permute(1, 2, 0).numpy().astype(np.float64)
    sound = invert(image, turns(torch.from_numpy(MIDDLE + 12.0 * z[:, 0].astype(np.float64))[None])[0].numpy())
    at = list(range(0, frames * HOP, 97))
    vectors = {
        "id": "nsynth_spectral",
        "weights": {"seedPrefix": PREFIX, "tensors": entries},
        "features": [numbers(row, 7) for row in features[0, ::5].numpy()],
        "free": [numbers(row, 7) for row in free],
        "embeddingSeed": "emb-a",
        "frames": frames,
        "image": [numbers(row, 7) for row in image[::3, ::61].reshape(-1, 34)],
        "audio": numbers(sound[at], 7),
        "audioRms": float(np.sqrt((sound**2).mean())),
    }
    options.out.write_text(json.dumps(vectors) + "\n")
    print(f"{options.out}: audio rms {vectors['audioRms']:.4f}, free numbers rms {np.sqrt((free**2).mean()):.3f}, image std {image.std(axis=(0, 1))}")


if __name__ == "__main__":
    main()
