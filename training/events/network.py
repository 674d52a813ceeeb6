"""Magenta's event RNNs: LSTM layers and a softmax, optionally with attention around the first cell.

Sources: magenta/models/shared/events_rnn_graph.py, magenta/contrib/rnn.py (AttentionCellWrapper). TensorFlow's cell adds a
forget bias of 1 at run time; torch's does not, so ours starts at 1 and export.py takes it off again.
"""
import torch
from torch import nn
from torch.nn import functional as F


class EventRNN(nn.Module):
    def __init__(self, inputs, layers, classes, attention=0, keep=0.5):
        """`keep`: share of every layer's outputs that dropout keeps; `attention`: outputs looked back on, or 0."""
        super().__init__()
        self.inputs, self.layers, self.classes, self.attention = inputs, tuple(layers), classes, attention
        self.dropout = nn.Dropout(1.0 - keep)
        first = [AttentionLSTM(inputs, layers[0], attention)] if attention else []
        below = [inputs, *layers][len(first) :]
        self.cells = nn.ModuleList([*first, *(nn.LSTM(i, o, batch_first=True) for i, o in zip(below, layers[len(first) :]))])
        self.head = nn.Linear(layers[-1], classes)
        for cell in self.cells:
            start(cell.lstm if isinstance(cell, AttentionLSTM) else cell)

    def forward(self, x, states=None):
        """[B, T, inputs] -> ([B, T, classes] logits, states to go on from)."""
        states = states or [None] * len(self.cells)
        ends = []
        for cell, state in zip(self.cells, states):
            x, end = cell(x, state)
            x = self.dropout(x)
            ends.append(end)
        return self.head(x), ends


def start(lstm):
    """TensorFlow's: Glorot over [inputs + state, 4 x state], no bias but the forget gate's 1."""
    weights = [lstm.weight_ih_l0, lstm.weight_hh_l0] if isinstance(lstm, nn.LSTM) else [lstm.weight_ih, lstm.weight_hh]
    biases = [lstm.bias_ih_l0, lstm.bias_hh_l0] if isinstance(lstm, nn.LSTM) else [lstm.bias_ih, lstm.bias_hh]
    size, inputs = weights[1].shape[1], weights[0].shape[1]
    bound = (6.0 / (inputs + size + 4 * size)) ** 0.5
    with torch.no_grad():
        for weight in weights:
            weight.uniform_(-bound, bound)
        for bias in biases:
            bias.zero_()
        biases[0][size : 2 * size] = 1.0


class AttentionLSTM(nn.Module):
    """One cell that attends to its last `length` outputs, empty ones included, as Magenta's does."""

    def __init__(self, inputs, size, length):
        super().__init__()
        self.size, self.length = size, length
        self.input = nn.Linear(inputs + size, inputs)
        self.lstm = nn.LSTMCell(inputs, size)
        self.query = nn.Linear(2 * size, size)
        self.keys = nn.Linear(size, size, bias=False)
        self.score = nn.Parameter(torch.empty(size).uniform_(-1, 1) * (3.0 / size) ** 0.5)
        self.output = nn.Linear(2 * size, size)

    def forward(self, x, state=None):
        batch, steps, inputs = x.shape
        if state is None:
            zeros = x.new_zeros(batch, self.size)
            state = (zeros, zeros, zeros, x.new_zeros(batch, self.length, self.size))
        h, c, attended, history = state
        # What does not depend on the steps before is computed for all of them at once: the input's way to the gates, and what of
        # the attended output and of the state is one product for both.
        seen, of_attended = self.input.weight.split([inputs, self.size], dim=1)
        gates_of_input = F.linear(F.linear(x, seen, self.input.bias), self.lstm.weight_ih, self.lstm.bias_ih + self.lstm.bias_hh)
        recurrent = torch.cat([self.lstm.weight_ih @ of_attended, self.lstm.weight_hh], dim=1)
        keys = self.keys(history)
        outputs = []
        for t in range(steps):
            gates = gates_of_input[:, t] + F.linear(torch.cat([attended, h], dim=1), recurrent)
            i, f, g, o = gates.chunk(4, dim=1)
            c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
            h = torch.sigmoid(o) * torch.tanh(c)
            query = self.query(torch.cat([c, h], dim=1))
            scores = torch.tanh(keys + query[:, None]) @ self.score
            attended = (F.softmax(scores, dim=1)[:, None] @ history)[:, 0]
            out = self.output(torch.cat([h, attended], dim=1))
            # Each output becomes a key once, and not again at every step that looks back on it.
            history = torch.cat([history[:, 1:], out[:, None]], dim=1)
            keys = torch.cat([keys[:, 1:], self.keys(out)[:, None]], dim=1)
            outputs.append(out)
        return torch.stack(outputs, dim=1), (h, c, attended, history)
