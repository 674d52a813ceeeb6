"""Writes a trained WaveNet decoder, and the spectral encoder that it was trained with, as a folder that NSynth.load reads: a magenta.js manifest, the
weights as float16, config.json.

    python3 export_wavenet.py --run RUN/last.pt --out ../../checkpoints/nsynth-wavenet-small
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

from wavenet import DECODER, HOP, LEVELS, PER_STEP, SIZE, TAPS

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "nsynth"))
import export as spectral
from network import Autoencoder

SHARD = "group1-shard1of1.bin"


def published_name(key):
    """decoder.dilatedconv.0.weight -> dilatedconv_1/W"""
    _, *path, kind = key.split(".")
    if kind == "earlier":
        return "earlier/W"
    return f"{'_'.join([path[0], *(str(int(i) + 1) for i in path[1:])])}/{'W' if kind == 'weight' else 'biases'}"


def tensors(state):
    for key, values in state.items():
        values = values.float().cpu().numpy()
        if key.endswith(".weight"):  # out, in, taps -> 1, taps, in, out
            values = values.transpose(2, 1, 0)[None]
        elif key.endswith("earlier"):
            values = values[None]
        yield published_name(key), np.ascontiguousarray(values, "<f2")


def load_exported(model, folder):
    """The decoder of an exported folder: training can go on from it."""
    [group] = json.loads((folder / "weights_manifest.json").read_text())
    data, at, read = (folder / SHARD).read_bytes(), 0, {}
    for entry in group["weights"]:
        count = int(np.prod(entry["shape"]))
        read[entry["name"]] = np.frombuffer(data, "<f2", count, at).reshape(entry["shape"]).astype(np.float32)
        at += 2 * count
    state = {}
    for key in model.state_dict():
        values = read[published_name(f"decoder.{key}")]
        values = values[0].transpose(2, 1, 0) if key.endswith(".weight") else values[0] if key.endswith("earlier") else values
        state[key] = torch.from_numpy(values.copy())
    model.load_state_dict(state)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="last.pt of a run")
    parser.add_argument("--spectral", type=Path, default=HERE.parent.parent / "checkpoints/nsynth-spectral", help="the folder whose encoder is heard")
    parser.add_argument("--spread", type=float, default=0.1, help="of what is drawn, around its mean, where nothing else is asked for")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=False)
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    teacher = Autoencoder()
    spectral.load_exported(teacher, options.spectral)
    hearing = {f"encoder.{key}": values for key, values in teacher.encoder.state_dict().items()}
    decoding = {f"decoder.{key}": values for key, values in saved["average"].items()}
    for name, values in [*spectral.tensors(hearing), *tensors(decoding)]:
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        quantization = {"dtype": "float16", "original_dtype": "float32"}
        weights.append({"name": name, "shape": list(values.shape), "dtype": "float32", "quantization": quantization})
        data += values.tobytes()
    config = {
        "type": "NSynth",
        "sampleRate": 16000,
        "quantization": LEVELS,
        "hopLength": HOP,
        "bottleneckWidth": SIZE,
        "spread": options.spread,
        "encoder": {"type": "spectral"},
        "decoder": {
            "width": DECODER["width"],
            "skipWidth": DECODER["skip"],
            "layers": DECODER["layers"],
            "stages": DECODER["stages"],
            "filterLength": TAPS,
            "samplesPerStep": PER_STEP,
        },
    }
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}], indent=1))
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    print(f"{len(weights)} tensors, {len(data)} bytes in {options.out}, after {saved['spent'] / 60:.0f} minutes, {saved['step']} steps")


if __name__ == "__main__":
    main()
