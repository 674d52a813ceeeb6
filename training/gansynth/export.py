"""Writes a trained network as a magenta.js checkpoint, with the latents of its named timbres beside it.

    python3 export.py --run RUN/last.pt --out ../../checkpoints/gansynth-small

Kernels are stored as Magenta stores them: before the He constant, which the loader multiplies in (sqrt(2 / fan_in);
sqrt(1 / fan_in) for to_rgb). Only the last block's to_rgb is trained, so only that one is written.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from spectrogram import REFINEMENT
from timbres import NAMED

PREFIX = "Generator/progressive_gan_generator/progressive_gan_block_"
AVERAGE = "/ExponentialMovingAverage"
SHARD = "group1-shard1of1.bin"


def tensors(state, blocks):
    """Magenta's name and the values of every tensor, blocks 1 to 7 in order."""
    for b in range(1, blocks + 1):
        layers = ["conv0", "conv1"] + (["to_rgb"] if b == blocks else [])
        for layer in layers:
            for ours, theirs in (("kernel", "conv2d/kernel"), ("bias", "bias")):
                values = state[f"generator.blocks.{b - 1}.{layer}.{ours}"]
                yield f"{PREFIX}{b}/{layer}/{theirs}{AVERAGE}", values.cpu().numpy().astype("<f4")


def named_latents(state, programs):
    """The latents as training used them: of norm sqrt(256), that of the prior users draw from."""
    latents = torch.nn.functional.normalize(state["latents"]).cpu().numpy() * 16.0
    return [
        {
            "name": name,
            "family": family,
            "program": program,
            "latent": [round(float(v), 4) for v in latents[programs.index(program)]],
        }
        for program, (name, family) in NAMED.items()
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="last.pt of a run")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu")
    state, filters = saved["average"], saved["filters"]
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(state, len(filters)):
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        weights.append({"name": name, "shape": list(values.shape), "dtype": "float32"})
        data += values.tobytes()
    timbres = named_latents(state, saved["programs"])
    config = {"type": "GANSynth", "sampleRate": 16000, "latentSize": 256, "minPitch": 24, "maxPitch": 84, "filters": filters, "refinement": REFINEMENT}
    compact = {"separators": (",", ":")}
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}], indent=1))
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    rows = ",\n".join(json.dumps(timbre, **compact) for timbre in timbres)
    head = '{"format":"timbrel-timbres-1","latentSize":256,"timbres":['
    (options.out / "timbres.json").write_text(f"{head}\n{rows}\n]}}\n")
    total = sum(f.stat().st_size for f in options.out.iterdir())
    print(f"{len(weights)} tensors, {len(timbres)} timbres, {total} bytes in {options.out}")


if __name__ == "__main__":
    main()
