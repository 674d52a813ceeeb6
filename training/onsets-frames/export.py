"""Writes a trained transcriber as a magenta.js checkpoint, in the names of onsets_frames_uni.

    python3 export.py --run RUN/last.pt --out FOLDER

The averaged weights, in float16 unless --storage float32. One stack of convolutions for all heads is called `shared`.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import LOOK_AHEAD

SHARD = "group1-shard1of1.bin"
CELL = "cudnn_lstm/rnn/multi_rnn_cell/cell_0/cudnn_compatible_lstm_cell"


def tensors(state):
    """(name, values) of every tensor."""

    def dense(name, ours, kernel="weights", bias="biases"):
        yield f"{name}/{kernel}", state[f"{ours}.weight"].T
        yield f"{name}/{bias}", state[f"{ours}.bias"]

    def lstm(name, ours):
        """PyTorch's gates are i, f, g, o; TensorFlow's i, g, f, o, and readers add 1 to the bias of f."""
        order = lambda x: torch.cat([x.chunk(4)[i] for i in (0, 2, 1, 3)])
        kernel = torch.cat([order(state[f"{ours}.weight_ih_l0"]), order(state[f"{ours}.weight_hh_l0"])], 1)
        bias = order(state[f"{ours}.bias_ih_l0"] + state[f"{ours}.bias_hh_l0"])
        units = len(bias) // 4
        bias[2 * units : 3 * units] -= 1
        yield f"{name}/{CELL}/kernel", kernel.T
        yield f"{name}/{CELL}/bias", bias

    for i in range(len(LOOK_AHEAD)):
        ours = f"stack.convolutions.{i}"
        yield f"shared/conv{i}/weights", state[f"{ours}.convolution.weight"].permute(2, 3, 1, 0)
        yield f"shared/conv{i}/BatchNorm/beta", state[f"{ours}.norm.bias"]
        yield f"shared/conv{i}/BatchNorm/moving_mean", state[f"{ours}.norm.running_mean"]
        yield f"shared/conv{i}/BatchNorm/moving_variance", state[f"{ours}.norm.running_var"]
    yield from dense("shared/fc_end", "stack.dense")
    yield from lstm("onsets", "onset_reader")
    yield from dense("onsets/onset_probs", "onset")
    yield from dense("frame/activation_probs", "activation")
    yield from lstm("frame", "frame_reader")
    yield from dense("frame/frame_probs", "frame")
    yield from dense("velocity/onset_velocities", "velocity")


def load_exported(network, folder):
    """The weights of an exported folder: training can begin with them."""
    [group] = json.loads((folder / "weights_manifest.json").read_text())
    data, at, stored = (folder / SHARD).read_bytes(), 0, {}
    for entry in group["weights"]:
        kind = np.dtype(entry.get("quantization", entry)["dtype"])
        values = np.frombuffer(data, kind, int(np.prod(entry["shape"])), at).reshape(entry["shape"])
        at += values.nbytes
        stored[entry["name"]] = torch.from_numpy(values.astype("<f4"))
    state = network.state_dict()
    # The way there tells the way back: each tensor is filled with its own indices, and these say where a stored value belongs.
    for ours in state:
        filled = {name: torch.zeros_like(values) for name, values in state.items()}
        filled[ours] = torch.arange(1, state[ours].numel() + 1, dtype=torch.float64).reshape(state[ours].shape)
        for name, indices in tensors(filled):
            indices = indices.flatten()
            if name.endswith(f"{CELL}/bias"):
                # The one that is added to the forget gate's, which is no index.
                units = len(indices) // 4
                indices = indices.clone()
                indices[2 * units : 3 * units] += 1
            found = indices > 0.5
            if not found.any():
                continue
            values = stored[name].flatten().clone()
            if name.endswith(f"{CELL}/bias"):
                values[2 * units : 3 * units] += 1
                # PyTorch has two biases, TensorFlow their sum.
                values = values * (0.0 if "bias_hh" in ours else 1.0)
            flat = state[ours].flatten().clone()
            flat[(indices[found] - 1).long()] = values[found].to(flat.dtype)
            state[ours] = flat.reshape(state[ours].shape)
    network.load_state_dict(state)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--storage", choices=["float16", "float32"], default="float16")
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=False)
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved["averaged"]):
        values = values.numpy().astype("<f4", order="C")
        if not np.isfinite(values).all() or np.abs(values).max() > np.finfo(np.float16).max:
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        entry = {"name": name, "shape": list(values.shape), "dtype": "float32"}
        # The statistics of decibels are large, and few: they stay as they are.
        if options.storage == "float16" and "BatchNorm" not in name:
            values = values.astype("<f2")
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
        weights.append(entry)
        data += values.tobytes()
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}], separators=(",", ":")) + "\n")
    config = {"type": "OnsetsAndFrames", "variant": "browser", "conv_look_ahead": list(LOOK_AHEAD)}
    (options.out / "config.json").write_text(json.dumps(config, separators=(",", ":")) + "\n")
    print(f"{len(weights)} tensors, {sum(int(np.prod(w['shape'])) for w in weights)} numbers, {len(data)} bytes, step {saved['step']}")


if __name__ == "__main__":
    main()
