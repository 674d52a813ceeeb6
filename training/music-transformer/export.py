"""Writes a trained decoder as a magenta.js checkpoint (float32) with T2T's tensor names.

    python3 export.py --run RUN/last.pt --out FOLDER

`timbrel convert` stores it narrower. The averaged weights are taken.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from network import MELODY_VOCABULARY, VOCABULARY

SHARD = "group1-shard1of1.bin"
RELATIVE = "dot_product_self_attention_relative_v2/key_relative_embeddings"
NORM = "layer_prepostprocess/layer_norm/layer_norm_"
TARGET_SPACES = 32


def stack(state, ours, theirs, layers):
    """Layers and the norm behind them; attention to a melody where they have it."""
    for l in range(layers):
        own, its = f"{ours}layers.{l}.", f"{theirs}layer_{l}/"
        attentions = [("attention", "self_attention", "norm1"), ("cross", "encdec_attention", "norm_cross")]
        for part, name, norm in [*attentions, (None, "ffn", "norm2")]:
            if f"{own}{norm}.weight" not in state:
                continue
            for kind in ("q", "k", "v", "output_transform") if part else ():
                yield f"{its}{name}/multihead_attention/{kind}/kernel", state[f"{own}{part}.{kind}.weight"].T
            yield f"{its}{name}/{NORM}scale", state[f"{own}{norm}.weight"]
            yield f"{its}{name}/{NORM}bias", state[f"{own}{norm}.bias"]
        distances = f"{own}attention.key_relative_embeddings"
        if distances in state:
            yield f"{its}self_attention/multihead_attention/{RELATIVE}", state[distances]
        for part in ("conv1", "conv2"):
            yield f"{its}ffn/{part}/kernel", state[f"{own}{part}.weight"].T
            yield f"{its}ffn/{part}/bias", state[f"{own}{part}.bias"]
    yield f"{theirs}{NORM}scale", state[f"{ours}norm.weight"]
    yield f"{theirs}{NORM}bias", state[f"{ours}norm.bias"]


def tensors(state, layers, hidden, melody_layers=0):
    """(T2T's name, values) of every tensor."""
    yield f"transformer/symbol_modality_{VOCABULARY}_{hidden}/shared/weights_0", state["embedding"]
    yield from stack(state, "", "transformer/body/decoder/", layers)
    if not melody_layers:
        return
    yield f"transformer/symbol_modality_{MELODY_VOCABULARY}_{hidden}/shared/weights_0", state["encoder.embedding"]
    # The first row is what performances are; the others would be other problems'.
    spaces = torch.zeros(TARGET_SPACES, hidden)
    spaces[0] = state["encoder.target"]
    yield "transformer/body/target_space_embedding/kernel", spaces
    yield from stack(state, "encoder.", "transformer/body/encoder/", melody_layers)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--end-notes-after", type=float, help="seconds after which notes are made likelier to end, for weights that forget them")
    parser.add_argument("--tokens-in-memory", type=int, help="default: as many as there are distances")
    options = parser.parse_args()
    saved = torch.load(options.run, map_location="cpu", weights_only=True)
    sizes = saved["sizes"]
    options.out.mkdir(parents=True, exist_ok=True)
    weights, data = [], bytearray()
    for name, values in tensors(saved["averaged"], sizes["layers"], sizes["hidden"], sizes.get("melody_layers", 0)):
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
        tokens_in_memory=options.tokens_in_memory or sizes["memory"],
    )
    (options.out / "config.json").write_text(json.dumps(config) + "\n")
    print(f"{sum(int(np.prod(w['shape'])) for w in weights)} numbers, {len(data)} bytes")


if __name__ == "__main__":
    main()
