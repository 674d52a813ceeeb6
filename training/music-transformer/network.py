"""The decoder of Music Transformer: pre-norm layers, relative attention of every head, no timing signal, the embedding shared
with the softmax.

Sources: tensor2tensor/models/transformer.py and layers/common_attention.py (dot_product_relative_v2),
magenta/models/score2perf; Huang et al. 2018 (arXiv 1809.04281).
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY = 310


class Attention(nn.Module):
    def __init__(self, hidden, heads, memory):
        super().__init__()
        self.heads, self.memory, self.depth = heads, memory, hidden // heads
        self.q, self.k, self.v, self.output_transform = (nn.Linear(hidden, hidden, bias=False) for _ in range(4))
        nn.init.zeros_(self.output_transform.weight)
        # Row memory - 1 is distance 0, row memory - 1 - r distance r.
        self.key_relative_embeddings = nn.Parameter(torch.randn(heads, memory, self.depth) * self.depth**-0.5)

    def forward(self, x, future):
        """x [B, L, hidden], future [L, L] -> [B, L, hidden]"""
        batch, length, hidden = x.shape
        split = lambda t: t.view(batch, length, self.heads, self.depth).transpose(1, 2)
        q, k, v = split(self.q(x)) * self.depth**-0.5, split(self.k(x)), split(self.v(x))
        rows = self.key_relative_embeddings[:, -length:]
        if length > self.memory:  # what lies further back than the table reaches is told by its content alone
            rows = F.pad(rows, (0, 0, length - self.memory, 0))
        # Scores by distance, a column of zeros in front, read with rows one shorter, the first dropped: scores by key.
        by_distance = q.transpose(0, 1).reshape(self.heads, batch * length, self.depth) @ rows.transpose(1, 2)
        by_distance = by_distance.view(self.heads, batch, length, length).transpose(0, 1)
        relative = F.pad(by_distance, (1, 0)).reshape(batch, self.heads, length + 1, length)[:, :, 1:]
        weights = F.softmax(q @ k.transpose(-1, -2) + relative + future, dim=-1)
        return self.output_transform((weights @ v).transpose(1, 2).reshape(batch, length, hidden))


class Layer(nn.Module):
    def __init__(self, hidden, heads, filter, memory, dropout):
        super().__init__()
        self.attention = Attention(hidden, heads, memory)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=1e-6) for _ in range(2))
        self.conv1, self.conv2 = nn.Linear(hidden, filter), nn.Linear(filter, hidden)
        nn.init.zeros_(self.conv2.weight)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, future):
        x = x + self.dropout(self.attention(self.norm1(x), future))
        return x + self.dropout(self.conv2(F.relu(self.conv1(self.norm2(x)))))


class Decoder(nn.Module):
    def __init__(self, layers, hidden, heads, filter, memory, dropout=0.0):
        super().__init__()
        self.hidden = hidden
        self.embedding = nn.Parameter(torch.randn(VOCABULARY, hidden) * 0.02)
        self.layers = nn.ModuleList(Layer(hidden, heads, filter, memory, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden, eps=1e-6)

    def forward(self, tokens):
        """tokens [B, L] -> logits [B, L, 310]; row i has seen the tokens before i, the first a vector of zeros."""
        length = tokens.shape[1]
        x = F.pad(self.embedding[tokens[:, :-1]] * math.sqrt(self.hidden), (0, 0, 1, 0))
        future = torch.full((length, length), -1e9).triu(1)
        for layer in self.layers:
            x = layer(x, future)
        return self.norm(x) @ self.embedding.T
