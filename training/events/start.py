"""Reads a float32 checkpoint in magenta.js format back into a network: training goes on from what was shipped.

Attention that the checkpoint lacks is added so that it changes nothing at first: the identity of the input, and of the cell's output.
"""
import json
from pathlib import Path

import numpy as np
import torch


def read(folder):
    """{Magenta's name: tensor}."""
    folder = Path(folder)
    (group,) = json.loads((folder / "weights_manifest.json").read_text())
    data = b"".join((folder / path).read_bytes() for path in group["paths"])
    tensors, offset = {}, 0
    for weight in group["weights"]:
        if weight["dtype"] != "float32" or "quantization" in weight:
            raise SystemExit(f"{weight['name']} is not float32: timbrel convert {folder} OUT --storage float32")
        count = int(np.prod(weight["shape"]))
        values = np.frombuffer(data, "<f4", count, offset).reshape(weight["shape"])
        tensors[weight["name"]] = torch.from_numpy(values.copy())
        offset += 4 * count
    return tensors


def start(network, tensors):
    with torch.no_grad():
        for l, cell in enumerate(network.cells):
            prefix = f"rnn/multi_rnn_cell/cell_{l}/"
            wrapped = prefix + "attention_cell_wrapper/"
            attends = l == 0 and network.attention > 0
            if attends and wrapped + "kernel" in tensors:
                prefix = wrapped
                for name, linear in (("", cell.input), ("attention/", cell.query), ("attn_output_projection/", cell.output)):
                    linear.weight.copy_(tensors[f"{prefix}{name}kernel"].T)
                    linear.bias.copy_(tensors[f"{prefix}{name}bias"])
                cell.keys.weight.copy_(tensors[prefix + "attention/attn_w"][0, 0].T)
                cell.score.copy_(tensors[prefix + "attention/attn_v"])
            elif attends:
                for linear in (cell.input, cell.output):
                    linear.weight.copy_(torch.eye(*linear.weight.shape))
                    linear.bias.zero_()
            kernel, bias = tensors[prefix + "basic_lstm_cell/kernel"].T, tensors[prefix + "basic_lstm_cell/bias"]
            i, g, f, o = kernel.chunk(4)
            bi, bg, bf, bo = bias.chunk(4)
            inner, suffix = (cell.lstm, "") if attends else (cell, "_l0")
            weights, biases = torch.cat([i, f, g, o]), torch.cat([bi, bf + 1.0, bg, bo])
            size = inner.hidden_size
            getattr(inner, "weight_ih" + suffix).copy_(weights[:, :-size])
            getattr(inner, "weight_hh" + suffix).copy_(weights[:, -size:])
            getattr(inner, "bias_ih" + suffix).copy_(biases)
            getattr(inner, "bias_hh" + suffix).zero_()
        network.head.weight.copy_(tensors["fully_connected/weights"].T)
        network.head.bias.copy_(tensors["fully_connected/biases"])
