"""Writes a trained network as a folder that NSynth.load reads: a magenta.js manifest, the weights as float16, config.json.

    python3 export.py --run RUN/last.pt --data DATA --out ../../checkpoints/nsynth-spectral

The timbres that it names (banks.py) are encoded from DATA/notes and stored as bytes. Kernels are written as the product multiplies them: [1, taps, in, out].
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import BANDS, BLOCKS, DECODER_WIDTH, LOOK_AHEAD, LOWEST, SIZE, WIDTH, Encoder
from banks import FRAMES, TIMBRES, banks, quantised

SHARD = "group1-shard1of1.bin"


def tensors(state):
    for name, values in state.items():
        part, *rest = name.split(".")
        if part == "level":
            continue
        kind = {"weight": "W", "bias": "biases"}[rest.pop()]
        values = values.float().cpu().numpy()
        # out, in, taps... -> taps..., in, out
        if kind == "W":
            values = np.moveaxis(values, (0, 1), (-1, -2))[None]
        yield "/".join(["spectral", part, *rest, kind]), np.ascontiguousarray(values, "<f2")


def load_exported(model, folder):
    """The weights of an exported folder, as far as they were exported: training can begin with them."""
    [group] = json.loads((folder / "weights_manifest.json").read_text())
    data, at, state = (folder / SHARD).read_bytes(), 0, model.state_dict()
    for entry in group["weights"]:
        kind = np.dtype(entry["quantization"]["dtype"])
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(data, kind, count, at).reshape(entry["shape"])
        at += values.nbytes
        if not entry["name"].startswith("spectral/"):
            continue
        *path, last = entry["name"].split("/")[1:]
        key = ".".join([*path, {"W": "weight", "biases": "bias"}[last]])
        if last == "W":
            values = np.moveaxis(values[0], (-1, -2), (0, 1))
        state[key] = torch.from_numpy(np.ascontiguousarray(values, "<f4")).reshape(state[key].shape)
    model.load_state_dict(state)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="last.pt of a run")
    parser.add_argument("--data", type=Path, required=True, help="what prepare.py rendered")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=False)
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved["average"]):
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        quantization = {"dtype": "float16", "original_dtype": "float32"}
        weights.append({"name": name, "shape": list(values.shape), "dtype": "float32", "quantization": quantization})
        data += values.tobytes()
    encoder = Encoder()
    encoder.load_state_dict({k.removeprefix("encoder."): v for k, v in saved["average"].items() if k.startswith("encoder.")})
    named, scale, least = quantised(banks(encoder, options.data / "notes"))
    quantization = {"dtype": "uint8", "scale": scale, "min": least, "original_dtype": "float32"}
    weights.append({"name": "timbres/embeddings", "shape": list(named.shape), "dtype": "float32", "quantization": quantization})
    data += named.tobytes()
    config = {
        "type": "NSynth",
        "sampleRate": 16000,
        "hopLength": 512,
        "bottleneckWidth": SIZE,
        "encoder": {"type": "spectral", "bands": BANDS, "width": WIDTH},
        "decoder": {"type": "spectral", "lookAhead": LOOK_AHEAD, "width": DECODER_WIDTH, "blocks": BLOCKS},
        "timbres": {
            "names": [name for name, _, _ in TIMBRES],
            "families": [family for _, family, _ in TIMBRES],
            "pitches": [LOWEST, LOWEST + len(named[0]) - 1],
            "frames": FRAMES,
        },
    }
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}], indent=1))
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{len(weights)} tensors, {len(data)} bytes in {options.out}, after {saved['spent'] / 60:.0f} minutes, {saved['step']} steps")


if __name__ == "__main__":
    main()
