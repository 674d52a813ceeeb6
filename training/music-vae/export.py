"""Writes a trained MusicVAE as a magenta.js checkpoint with Magenta's tensor names.

    python3 export.py --run RUN/last.pt --out FOLDER

The averaged weights, in float16 unless --storage float32; the kernels below --uint8 in 8 bits with a scale of their own.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

SHARD = "group1-shard1of1.bin"
CONFIGS = {
    "melody": {"type": "MelodyConverter", "args": {"numSteps": 32, "minPitch": 21, "maxPitch": 108}},
    "drums": {"type": "DrumsConverter", "args": {"numSteps": 32}},
    "humanize": {"type": "GrooveConverter", "args": {"numSteps": 32, "humanize": True}},
    "tap": {"type": "GrooveConverter", "args": {"numSteps": 32, "tapify": True}},
}


def tensors(state, decoder_layers):
    """(Magenta's name, values) of every tensor."""
    def lstm(name, prefix):
        yield name + "kernel", torch.cat([state[prefix + "input_kernel"], state[prefix + "kernel"]])
        yield name + "bias", state[prefix + "bias"]

    def dense(name, prefix):
        yield name + "kernel", state[prefix + "weight"].T
        yield name + "bias", state[prefix + "bias"]

    for direction, ours in (("fw", "forwards."), ("bw", "backwards.")):
        yield from lstm(f"encoder/cell_0/bidirectional_rnn/{direction}/multi_rnn_cell/cell_0/lstm_cell/", ours)
    yield from dense("encoder/mu/", "mu.")
    yield from dense("encoder/sigma/", "sigma.")
    yield from dense("decoder/z_to_initial_state/", "state.")
    for l in range(decoder_layers):
        yield from lstm(f"decoder/multi_rnn_cell/cell_{l}/lstm_cell/", f"cells.{l}.")
    yield from dense("decoder/output_projection/", "projection.")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--storage", choices=["float16", "float32"], default="float16")
    parser.add_argument("--uint8", metavar="PREFIX", help="kernels whose names begin so, in 8 bits: encoder/")
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=True)
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved["averaged"], len(saved["sizes"]["decoder"])):
        values = values.numpy().astype("<f4", order="C")
        if not np.isfinite(values).all() or np.abs(values).max() > np.finfo(np.float16).max:
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        entry = {"name": name, "shape": list(values.shape), "dtype": "float32"}
        if options.uint8 and name.startswith(options.uint8) and values.ndim == 2:
            scale, low = np.ptp(values) / 255, values.min()
            values = np.round((values - low) / scale).astype("u1")
            entry["quantization"] = {"dtype": "uint8", "scale": float(scale), "min": float(low), "original_dtype": "float32"}
        elif options.storage == "float16":
            values = values.astype("<f2")
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
        weights.append(entry)
        data += values.tobytes()
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}], separators=(",", ":")) + "\n")
    config = {"type": "MusicVAE", "dataConverter": CONFIGS[saved["kind"]]}
    (options.out / "config.json").write_text(json.dumps(config, separators=(",", ":")) + "\n")
    print(f"{len(weights)} tensors, {sum(int(np.prod(w['shape'])) for w in weights)} numbers, {len(data)} bytes, step {saved['step']}")


if __name__ == "__main__":
    main()
