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

from analysis import HOP, Analysis, audio_of
from export import tensors
from network import MIDDLE, SIZE, Autoencoder
from synthesis import synthesize, uniform

PREFIX = "nsynth-spectral/"


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
        features = Analysis("cpu").targets(audio_of(samples), torch.tensor([57.0]))[0]
        free = model.encoder(features)[0].numpy()
        frames = 10
        z = (2 * uniform("emb-a", frames * SIZE) - 1).astype(np.float32).reshape(frames, SIZE)
        outputs = model.decoder(torch.from_numpy(z)[None])[0].numpy()
    sound = synthesize(outputs, MIDDLE + 12.0 * z[:, 0].astype(np.float64))
    at = list(range(0, frames * HOP, 97))
    vectors = {
        "id": "nsynth_spectral",
        "weights": {"seedPrefix": PREFIX, "tensors": entries},
        "features": [numbers(row, 7) for row in features[0, ::5].numpy()],
        "free": [numbers(row, 7) for row in free],
        "embeddingSeed": "emb-a",
        "frames": frames,
        "outputs": [numbers(row, 7) for row in outputs[::3]],
        "audio": numbers(sound[at], 7),
        "audioRms": float(np.sqrt((sound**2).mean())),
    }
    options.out.write_text(json.dumps(vectors) + "\n")
    print(f"{options.out}: audio rms {vectors['audioRms']:.4f}, free numbers rms {np.sqrt((free**2).mean()):.3f}, outputs std {outputs.std():.3f}")


if __name__ == "__main__":
    main()
