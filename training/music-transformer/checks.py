"""The network against its definition written out, its causality, and the tokens of melodies and performances against those of the
package. `python3 checks.py` prints nothing when all is well."""
import json
import math
from pathlib import Path

import torch
from torch.nn import functional as F

from melodies import melody_tokens, performance_tokens
from network import Decoder, timing

TOKENS = Path(__file__).parents[2] / "test/golden/music_transformer_events.json"


def heard(query, keys, values, heads, distances=None, before=None):
    """Attention of one row to rows of keys, head by head; distances are of the query from each key."""
    depth, parts = len(query) // heads, []
    for h in range(heads):
        own = slice(h * depth, (h + 1) * depth)
        scores = []
        for j, key in enumerate(keys):
            score = query[own] @ key[own] * depth**-0.5
            if distances is not None and before - j < distances.shape[1]:
                score = score + query[own] @ distances[h, distances.shape[1] - 1 - (before - j)] * depth**-0.5
            scores.append(score)
        parts.append(F.softmax(torch.stack(scores), 0) @ values[:, own])
    return torch.cat(parts)


def filtered(layer, x):
    return x + layer.conv2(F.relu(layer.conv1(layer.norm2(x))))


def encoded(encoder, melody):
    """A melody without its padding, one position after the other."""
    x = encoder.embedding[melody] * math.sqrt(encoder.hidden) + encoder.target
    x = x + timing(len(melody), encoder.hidden)
    for layer in encoder.layers:
        attention, inner = layer.attention, layer.norm1(x)
        q, k, v = attention.q(inner), attention.k(inner), attention.v(inner)
        x = filtered(layer, x + attention.output_transform(torch.stack([heard(row, k, v, attention.heads) for row in q])))
    return encoder.norm(x)


def plain(network, tokens, melody=None):
    """One position after the other: every sum of keys and distances as the paper has it."""
    memory = None if melody is None else encoded(network.encoder, melody)
    x = F.pad(network.embedding[tokens[:-1]] * math.sqrt(network.hidden), (0, 0, 1, 0))
    for layer in network.layers:
        attention, inner = layer.attention, layer.norm1(x)
        q, k, v = attention.q(inner), attention.k(inner), attention.v(inner)
        table = attention.key_relative_embeddings
        rows = [heard(q[i], k[: i + 1], v[: i + 1], attention.heads, table, i) for i in range(len(x))]
        x = x + attention.output_transform(torch.stack(rows))
        if memory is not None:
            cross = layer.cross
            q, k, v = cross.q(layer.norm_cross(x)), cross.k(memory), cross.v(memory)
            x = x + cross.output_transform(torch.stack([heard(row, k, v, cross.heads) for row in q]))
        x = filtered(layer, x)
    return network.norm(x) @ network.embedding.T


def check_tokens():
    """The tokens that timbrel/music writes, and the original did."""
    seconds = lambda note: (note["pitch"], note["startTime"], note["endTime"])
    for case in json.loads(TOKENS.read_text())["cases"]:
        given = case.get("input", {})
        if case["kind"] == "encode" and "controlChanges" not in given:
            ids, times = performance_tokens([(*seconds(note), note["velocity"]) for note in given["notes"]])
            assert ids == [token for token in case["ids"] if token != 1], case["name"]
            assert len(times) == len(ids) and times == sorted(times)
        if case["kind"] == "melody":
            notes = sorted((seconds(note) for note in given["notes"]), key=lambda note: note[1])
            assert melody_tokens(notes, given["totalTime"], case["extended"]) == case["ids"], case["name"]


@torch.no_grad()
def main():
    torch.manual_seed(0)
    network = Decoder(layers=2, hidden=12, heads=3, filter=20, memory=6).double().eval()
    for parameter in network.parameters():
        parameter.normal_(0, 0.4)
    # Shorter than the table of distances, as long, and longer.
    for length in (4, 6, 11):
        tokens = torch.randint(2, 310, (length,))
        found = network(tokens[None])[0]
        assert (found - plain(network, tokens)).abs().max() < 1e-10, length
        tokens[-2] = 2 + (tokens[-2] + 1) % 308
        assert torch.equal(network(tokens[None])[0, : length - 1], found[: length - 1])
    network = Decoder(layers=2, hidden=12, heads=3, filter=20, memory=6, melody_layers=2).double().eval()
    for parameter in network.parameters():
        parameter.normal_(0, 0.4)
    tokens, melody = torch.randint(2, 310, (2, 9)), torch.randint(2, 92, (2, 7))
    melody[1, 4:] = 0  # shorter: what stands behind is seen by nobody
    found = network(tokens, melody)
    for row, length in enumerate((7, 4)):
        assert (found[row] - plain(network, tokens[row], melody[row, :length])).abs().max() < 1e-6, row
    check_tokens()


if __name__ == "__main__":
    main()
