"""The decoder of Music Transformer: pre-norm layers, relative attention of every head, no timing signal, the embedding shared
with the softmax. With an encoder for a melody, whose positions are told by a timing signal, every layer attends to what it says.

Sources: tensor2tensor/models/transformer.py and layers/common_attention.py (dot_product_relative_v2),
magenta/models/score2perf; Huang et al. 2018 (arXiv 1809.04281).
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

VOCABULARY = 310
MELODY_VOCABULARY = 92
FAR = -1e9


class Attention(nn.Module):
    """Of plain dot products: within a melody, and from a performance to a melody."""

    def __init__(self, hidden, heads):
        super().__init__()
        self.heads, self.depth = heads, hidden // heads
        self.q, self.k, self.v, self.output_transform = (nn.Linear(hidden, hidden, bias=False) for _ in range(4))
        nn.init.zeros_(self.output_transform.weight)

    def split(self, t):
        return t.view(*t.shape[:2], self.heads, self.depth).transpose(1, 2)

    def joined(self, weights, v):
        mixed = (weights @ v).transpose(1, 2)
        return self.output_transform(mixed.reshape(*mixed.shape[:2], self.heads * self.depth))

    def forward(self, x, memory, hidden_keys):
        """x [B, L, hidden], memory [B, M, hidden], hidden_keys [B, 1, 1, M] -> [B, L, hidden], weights [B, heads, L, M]"""
        q, k, v = self.split(self.q(x)) * self.depth**-0.5, self.split(self.k(memory)), self.split(self.v(memory))
        weights = F.softmax(q @ k.transpose(-1, -2) + hidden_keys, dim=-1)
        return self.joined(weights, v), weights


class RelativeAttention(Attention):
    def __init__(self, hidden, heads, memory):
        super().__init__(hidden, heads)
        self.memory = memory
        # Row memory - 1 is distance 0, row memory - 1 - r distance r.
        self.key_relative_embeddings = nn.Parameter(torch.randn(heads, memory, self.depth) * self.depth**-0.5)

    def forward(self, x, future):
        """x [B, L, hidden], future [L, L] -> [B, L, hidden]"""
        batch, length, _ = x.shape
        q, k, v = self.split(self.q(x)) * self.depth**-0.5, self.split(self.k(x)), self.split(self.v(x))
        rows = self.key_relative_embeddings[:, -length:]
        if length > self.memory:  # what lies further back than the table reaches is told by its content alone
            rows = F.pad(rows, (0, 0, length - self.memory, 0))
        # Scores by distance, a column of zeros in front, read with rows one shorter, the first dropped: scores by key.
        by_distance = q.transpose(0, 1).reshape(self.heads, batch * length, self.depth) @ rows.transpose(1, 2)
        by_distance = by_distance.view(self.heads, batch, length, length).transpose(0, 1)
        relative = F.pad(by_distance, (1, 0)).reshape(batch, self.heads, length + 1, length)[:, :, 1:]
        weights = F.softmax(q @ k.transpose(-1, -2) + relative + future, dim=-1)
        return self.joined(weights, v)


class Layer(nn.Module):
    def __init__(self, hidden, heads, filter, memory, dropout, crosses=False):
        super().__init__()
        self.attention = RelativeAttention(hidden, heads, memory)
        if crosses:
            self.cross, self.norm_cross = Attention(hidden, heads), nn.LayerNorm(hidden, eps=1e-6)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=1e-6) for _ in range(2))
        self.conv1, self.conv2 = nn.Linear(hidden, filter), nn.Linear(filter, hidden)
        nn.init.zeros_(self.conv2.weight)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, future, melody=None):
        """melody: what the encoder says, and its hidden keys. -> x, and the weights of attention to the melody"""
        x = x + self.dropout(self.attention(self.norm1(x), future))
        weights = None
        if melody is not None:
            heard, weights = self.cross(self.norm_cross(x), *melody)
            x = x + self.dropout(heard)
        return x + self.dropout(self.conv2(F.relu(self.conv1(self.norm2(x))))), weights


class EncoderLayer(nn.Module):
    def __init__(self, hidden, heads, filter, dropout):
        super().__init__()
        self.attention = Attention(hidden, heads)
        self.norm1, self.norm2 = (nn.LayerNorm(hidden, eps=1e-6) for _ in range(2))
        self.conv1, self.conv2 = nn.Linear(hidden, filter), nn.Linear(filter, hidden)
        nn.init.zeros_(self.conv2.weight)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x, hidden_keys):
        inner = self.norm1(x)
        x = x + self.dropout(self.attention(inner, inner, hidden_keys)[0])
        return x + self.dropout(self.conv2(F.relu(self.conv1(self.norm2(x)))))


def timing(length, hidden):
    """[length, hidden]: sines of hidden / 2 rates, then their cosines."""
    rates = 10000.0 ** (-torch.arange(hidden // 2) / max(1, hidden // 2 - 1))
    angles = torch.arange(length)[:, None] * rates
    return torch.cat([angles.sin(), angles.cos()], 1)


class Encoder(nn.Module):
    def __init__(self, layers, hidden, heads, filter, dropout=0.0):
        super().__init__()
        self.hidden = hidden
        self.embedding = nn.Parameter(torch.randn(MELODY_VOCABULARY, hidden) * 0.1)
        self.target = nn.Parameter(torch.zeros(hidden))
        self.layers = nn.ModuleList(EncoderLayer(hidden, heads, filter, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden, eps=1e-6)

    def forward(self, melody):
        """melody [B, M], 0 behind its end -> [B, M, hidden], hidden keys [B, 1, 1, M]"""
        hidden_keys = (melody == 0)[:, None, None] * FAR
        x = self.embedding[melody] * math.sqrt(self.hidden) + self.target + timing(melody.shape[1], self.hidden)
        for layer in self.layers:
            x = layer(x, hidden_keys)
        return self.norm(x), hidden_keys


class Decoder(nn.Module):
    def __init__(self, layers, hidden, heads, filter, memory, dropout=0.0, melody_layers=0):
        super().__init__()
        self.hidden = hidden
        self.embedding = nn.Parameter(torch.randn(VOCABULARY, hidden) * 0.02)
        self.encoder = Encoder(melody_layers, hidden, heads, filter, dropout) if melody_layers else None
        self.layers = nn.ModuleList(Layer(hidden, heads, filter, memory, dropout, melody_layers > 0) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden, eps=1e-6)

    def forward(self, tokens, melody=None):
        """tokens [B, L], melody [B, M] -> logits [B, L, 310]; row i has seen the tokens before i, the first a vector of zeros."""
        return self.attended(tokens, melody)[0]

    def attended(self, tokens, melody=None):
        """-> logits, and of each layer the weights of attention to the melody [B, heads, L, M]"""
        length = tokens.shape[1]
        heard = None if melody is None else self.encoder(melody)
        x = F.pad(self.embedding[tokens[:, :-1]] * math.sqrt(self.hidden), (0, 0, 1, 0))
        future = torch.full((length, length), FAR).triu(1)
        attended = []
        for layer in self.layers:
            x, weights = layer(x, future, heard)
            attended.append(weights)
        return self.norm(x) @ self.embedding.T, attended
