"""Writes a trained decoder as a magenta.js checkpoint (float32) with T2T's tensor names.

    python3 export.py --run RUN/last.pt --out FOLDER

`timbrel convert` stores it narrower. The averaged weights are taken.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import VOCABULARY

SHARD = "group1-shard1of1.bin"
RELATIVE = "dot_product_self_attention_relative_v2/key_relative_embeddings"


def tensors(state, layers, hidden):
    """(T2T's name, values) of every tensor."""
    norm = "layer_prepostprocess/layer_norm/layer_norm_"
    yield f"transformer/symbol_modality_{VOCABULARY}_{hidden}/shared/weights_0", state["embedding"]
    for l in range(layers):
        ours, theirs = f"layers.{l}.", f"transformer/body/decoder/layer_{l}/"
        for part in ("q", "k", "v", "output_transform"):
            yield f"{theirs}self_attention/multihead_attention/{part}/kernel", state[f"{ours}attention.{part}.weight"].T
        yield f"{theirs}self_attention/multihead_attention/{RELATIVE}", state[f"{ours}attention.key_relative_embeddings"]
        for name, part in (("norm1", "self_attention"), ("norm2", "ffn")):
            yield f"{theirs}{part}/{norm}scale", state[f"{ours}{name}.weight"]
            yield f"{theirs}{part}/{norm}bias", state[f"{ours}{name}.bias"]
        for part in ("conv1", "conv2"):
            yield f"{theirs}ffn/{part}/kernel", state[f"{ours}{part}.weight"].T
            yield f"{theirs}ffn/{part}/bias", state[f"{ours}{part}.bias"]
    yield f"transformer/body/decoder/{norm}scale", state["norm.weight"]
    yield f"transformer/body/decoder/{norm}bias", state["norm.bias"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--end-notes-after", type=float, help="seconds after which notes are made likelier to end, for weights that forget them")
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=True)
    sizes = saved["sizes"]
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved["averaged"], sizes["layers"], sizes["hidden"]):
        values = values.numpy().astype("<f4", order="C")
        if not np.isfinite(values).all():
            raise SystemExit(f"{name} has values that are not finite: train again with a lower --rate")
        weights.append({"name": name, "shape": list(values.shape), "dtype": "float32"})
        data += values.tobytes()
    (options.out / SHARD).write_bytes(data)
    (options.out / "weights_manifest.json").write_text(json.dumps([{"paths": [SHARD], "weights": weights}]) + "\n")
    forgetful = {} if options.end_notes_after is None else {"end_notes_after": options.end_notes_after}
    config = dict(
        **forgetful,
        type="MusicTransformer",
        num_hidden_layers=sizes["layers"],
        hidden_size=sizes["hidden"],
        num_heads=sizes["heads"],
        filter_size=sizes["filter"],
        max_relative_position=sizes["memory"],
        pos="none",
        tokens_in_memory=sizes["memory"],
    )
    (options.out / "config.json").write_text(json.dumps(config) + "\n")
    print(f"{sum(int(np.prod(w['shape'])) for w in weights)} numbers, {len(data)} bytes")


if __name__ == "__main__":
    main()
