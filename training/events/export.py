"""Writes a trained event RNN as a magenta.js checkpoint (float32) with Magenta's tensor names.

    python3 export.py --run RUN/best.pt --out FOLDER

`timbrel convert` stores it narrower. Names: specs of events_rnn_graph.py; attention sits around the first cell.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

SHARD = "group1-shard1of1.bin"


def lstm(state, prefix, suffix=""):
    """torch's gates i f g o, [4H, I] and [4H, H] -> TensorFlow's i j f o in one kernel [I + H, 4H]; the forget bias that
    TensorFlow adds at run time is taken off."""
    weights = torch.cat([state[f"{prefix}weight_ih{suffix}"], state[f"{prefix}weight_hh{suffix}"]], dim=1)
    bias = state[f"{prefix}bias_ih{suffix}"] + state[f"{prefix}bias_hh{suffix}"]
    i, f, g, o = weights.chunk(4)
    bi, bf, bg, bo = bias.chunk(4)
    return torch.cat([i, g, f, o]).T, torch.cat([bi, bg, bf - 1.0, bo])


def tensors(saved):
    """(Magenta's name, values) of every tensor."""
    state = saved["network"]
    for l in range(len(saved["layers"])):
        cell = f"rnn/multi_rnn_cell/cell_{l}/"
        if l == 0 and saved["attention"]:
            cell += "attention_cell_wrapper/"
            linear = lambda name: (state[f"cells.0.{name}.weight"].T, state[f"cells.0.{name}.bias"])
            yield cell + "kernel", linear("input")[0]
            yield cell + "bias", linear("input")[1]
            yield cell + "attention/attn_w", state["cells.0.keys.weight"].T[None, None]
            yield cell + "attention/attn_v", state["cells.0.score"]
            yield cell + "attention/kernel", linear("query")[0]
            yield cell + "attention/bias", linear("query")[1]
            yield cell + "attn_output_projection/kernel", linear("output")[0]
            yield cell + "attn_output_projection/bias", linear("output")[1]
            kernel, bias = lstm(state, "cells.0.lstm.")
        else:
            kernel, bias = lstm(state, f"cells.{l}.", "_l0")
        yield cell + "basic_lstm_cell/kernel", kernel
        yield cell + "basic_lstm_cell/bias", bias
    yield "fully_connected/weights", state["head.weight"].T
    yield "fully_connected/biases", state["head.bias"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu")
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved):
        values = values.numpy().astype("<f4", order="C")
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        weights.append({"name": name, "shape": list(values.shape), "dtype": "float32"})
        data += values.tobytes()
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}]) + "\n")
    (options.out / "config.json").write_text(json.dumps(saved["config"]) + "\n")
    print(f"{sum(int(np.prod(w['shape'])) for w in weights)} numbers, {len(data)} bytes")


if __name__ == "__main__":
    main()
