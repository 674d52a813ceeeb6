"""The network against its definition written out, and its causality. `python3 checks.py` prints nothing when all is well."""
import math

import torch
from torch.nn import functional as F

from network import Decoder


def plain(network, tokens):
    """One position after the other: every sum of keys and distances as the paper has it."""
    hidden = network.hidden
    x = F.pad(network.embedding[tokens[:-1]] * math.sqrt(hidden), (0, 0, 1, 0))
    for layer in network.layers:
        attention = layer.attention
        heads, depth = attention.heads, attention.depth
        inner = layer.norm1(x)
        q, k, v = attention.q(inner) * depth**-0.5, attention.k(inner), attention.v(inner)
        rows = []
        for i in range(len(x)):
            parts = []
            for h in range(heads):
                own = slice(h * depth, (h + 1) * depth)
                scores = []
                for j in range(i + 1):
                    score = q[i, own] @ k[j, own]
                    if i - j < attention.memory:
                        score = score + q[i, own] @ attention.key_relative_embeddings[h, attention.memory - 1 - (i - j)]
                    scores.append(score)
                parts.append(F.softmax(torch.stack(scores), 0) @ v[: i + 1, own])
            rows.append(torch.cat(parts))
        x = x + attention.output_transform(torch.stack(rows))
        x = x + layer.conv2(F.relu(layer.conv1(layer.norm2(x))))
    return network.norm(x) @ network.embedding.T


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


if __name__ == "__main__":
    main()
