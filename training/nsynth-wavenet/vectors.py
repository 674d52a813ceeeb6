"""Writes what these networks make of levels and embeddings, on weights drawn by a recipe: what the product is compared with.

    python3 vectors.py --out ../../test/golden/nsynth_steps.json

Weights and inputs are drawn as in test/golden/synthetic-weights.ts: tensor n has fround(scale (2 u_i - 1)), u from mulberry32 of the FNV-1a
hash of the seed's text.
"""
import argparse
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from carrier import of_voices
from export_wavenet import tensors
from wavenet import HOP, LEVELS, PER_STEP, SIZE, TAPS, Decoder, Encoder

sys.path.append(str(Path(__file__).parent.parent / "nsynth"))
from synthesis import uniform

PREFIX = "nsynth-steps/"
ENCODER = dict(width=8, layers=4, stages=3)
DECODER = dict(width=16, skip=8, layers=5, stages=3)
FRAMES = 2
EVERY = 61


def draw(state):
    """Fills the network; returns the recipe of every tensor."""
    entries = []
    for (key, values), (name, stored) in zip(state.items(), tensors(state)):
        bias = name.endswith("biases")
        scale = 0.1 if bias else 0.5 if name.startswith("earlier") else round(1.7 / math.sqrt(np.prod(stored.shape[:-1])), 6)
        drawn = (scale * (2 * uniform(PREFIX + name, stored.size) - 1)).astype(np.float32).reshape(stored.shape)
        entries.append({"name": name, "shape": list(stored.shape), "scale": scale, "offset": 0, "first": float(drawn.flat[0]), "last": float(drawn.flat[-1])})
        kernel = drawn if bias else drawn[0] if name.startswith("earlier") else drawn[0].transpose(2, 1, 0)
        values.copy_(torch.from_numpy(np.ascontiguousarray(kernel)))
    return entries


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder, decoder = Encoder(**ENCODER), Decoder(**DECODER)
    numbers = lambda values: [float(f"{v:.7g}") for v in np.asarray(values, np.float64).flat]
    with torch.no_grad():
        entries = draw({**{f"encoder.{k}": v for k, v in encoder.state_dict().items()}, **{f"decoder.{k}": v for k, v in decoder.state_dict().items()}})
        classes = torch.from_numpy(np.floor(LEVELS * uniform("classes", FRAMES * HOP)).astype(np.int64))[None]
        z = torch.from_numpy((2 * uniform("embedding", FRAMES * SIZE) - 1).astype(np.float32)).reshape(1, FRAMES, SIZE)
        embedding = encoder(classes)[0].numpy()
        logits = decoder(classes, z, classes, of_voices(z, HOP, PER_STEP)).flatten(1, 2)[0]
        nats = -F.cross_entropy(logits, classes[0], reduction="none").numpy()
    sizes = lambda part: {"width": part["width"], "layers": part["layers"], "stages": part["stages"], "filterLength": TAPS}
    vectors = {
        "id": "nsynth_steps",
        "config": {
            "type": "NSynth",
            "sampleRate": 16000,
            "quantization": LEVELS,
            "hopLength": HOP,
            "bottleneckWidth": SIZE,
            "encoder": sizes(ENCODER),
            "decoder": {**sizes(DECODER), "skipWidth": DECODER["skip"], "samplesPerStep": PER_STEP},
        },
        "weights": {"seedPrefix": PREFIX, "tensors": entries},
        "classesSeed": "classes",
        "embeddingSeed": "embedding",
        "frames": FRAMES,
        "embedding": [numbers(row) for row in embedding],
        "every": EVERY,
        "nats": numbers(nats[::EVERY]),
        "meanNats": float(nats.mean()),
        "lastLogits": numbers(logits[-1, ::9]),
    }
    options.out.write_text(json.dumps(vectors) + "\n")
    print(f"{options.out}: {-nats.mean():.4f} nats a sample, embedding rms {np.sqrt((embedding**2).mean()):.3f}, logits std {logits.std():.3f}")


if __name__ == "__main__":
    main()
