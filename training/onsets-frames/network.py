"""A small Onsets and Frames in one direction: one stack of convolutions for all heads, one frame of look-ahead.

The log-mel front end is that of magenta.js: symmetric Hann window, 80 dB below the peak of each frame.
"""
import numpy as np
import torch
from torch import nn
from torch.nn import functional

RATE, HOP, WINDOW, BINS, LOWEST_HZ, KEYS = 16000, 512, 2048, 229, 30.0, 88
LOOK_AHEAD = (0, 0, 1)
EPSILON = 1e-3


def mel_matrix():
    """[1025, 229]: HTK's scale, triangles linear in Hz with equal areas."""
    mel = lambda hz: 2595 * np.log10(1 + hz / 700)
    edges = 700 * (10 ** (np.linspace(mel(LOWEST_HZ), mel(RATE / 2), BINS + 2) / 2595) - 1)
    hz = np.arange(WINDOW // 2 + 1) * RATE / WINDOW
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    weights = np.maximum(0, np.minimum((hz - low) / (centre - low), (high - hz) / (high - centre)))
    return torch.tensor((2 / (high - low) * weights).T, dtype=torch.float32)


class LogMel(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("matrix", mel_matrix(), persistent=False)
        self.register_buffer("window", torch.hann_window(WINDOW, periodic=False), persistent=False)

    def forward(self, audio, equaliser=None):
        """[batch, samples] and dB to add [batch, 1, 229] -> [batch, 1 + samples / 512, 229] dB."""
        spectrum = torch.stft(audio, WINDOW, HOP, window=self.window, center=True, pad_mode="reflect", return_complex=True)
        power = (spectrum.real**2 + spectrum.imag**2).transpose(1, 2) @ self.matrix
        decibels = 10 * torch.log10(power.clamp(min=1e-10))
        if equaliser is not None:
            decibels = (decibels + equaliser).clamp(min=-100)
        return torch.maximum(decibels, decibels.amax(-1, keepdim=True) - 80)


class Convolution(nn.Module):
    """3 x 3 over [batch, channels, time, bins], batch norm without gain, ReLU, and the larger of each two bins."""

    def __init__(self, inputs, outputs, ahead, pooled):
        super().__init__()
        self.convolution = nn.Conv2d(inputs, outputs, 3, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=EPSILON, momentum=0.02)
        self.norm.weight.requires_grad_(False)
        self.ahead, self.pooled = ahead, pooled

    def forward(self, x):
        x = functional.relu(self.norm(self.convolution(functional.pad(x, (1, 1, 2 - self.ahead, self.ahead)))))
        return functional.max_pool2d(x, (1, 2)) if self.pooled else x


class Stack(nn.Module):
    def __init__(self, filters, width):
        super().__init__()
        self.convolutions = nn.ModuleList(
            Convolution(inputs, outputs, ahead, i > 0)
            for i, (inputs, outputs, ahead) in enumerate(zip((1, *filters), filters, LOOK_AHEAD))
        )
        self.dense = nn.Linear(BINS // 4 * filters[-1], width)

    def forward(self, mel):
        x = mel.unsqueeze(1)
        for convolution in self.convolutions:
            x = convolution(x)
        # [batch, channels, time, bins] -> [batch, time, bins * channels]
        return functional.relu(self.dense(x.permute(0, 2, 3, 1).flatten(2)))


class Transcriber(nn.Module):
    def __init__(self, filters=(24, 24, 48), width=256, onset_units=128, frame_units=96, drop=0.1):
        super().__init__()
        self.stack = Stack(filters, width)
        self.onset_reader = nn.LSTM(width, onset_units, batch_first=True)
        self.onset = nn.Linear(onset_units, KEYS)
        self.activation = nn.Linear(width, KEYS)
        self.velocity = nn.Linear(width, KEYS)
        self.frame_reader = nn.LSTM(2 * KEYS, frame_units, batch_first=True)
        self.frame = nn.Linear(frame_units, KEYS)
        self.drop = nn.Dropout(drop)
        for head in (self.onset, self.activation, self.frame):
            nn.init.constant_(head.bias, -3.0)  # most keys are silent most of the time

    def heads(self, rows):
        """[batch, time, width] -> logits of onsets, of activations and of frames, and velocities: [batch, time, 88] each."""
        rows = self.drop(rows.float())
        onset = self.onset(self.onset_reader(rows)[0])
        activation = self.activation(rows)
        # As in the original, the frames teach the onsets nothing.
        beside = torch.cat([torch.sigmoid(onset).detach(), torch.sigmoid(activation)], -1)
        frame = self.frame(self.frame_reader(beside)[0])
        return onset, activation, frame, self.velocity(rows)

    def forward(self, mel):
        return self.heads(self.stack(mel))


def losses(outputs, targets):
    """Mean over keys and frames of each; velocities at onsets only."""
    onset, activation, frame, velocity = outputs
    onsets, frames, velocities = targets
    entropy = functional.binary_cross_entropy_with_logits
    # The F1 of notes is best where a note half as likely as not is told already: soft notes are missed otherwise.
    weight = torch.tensor(1.6)
    at = onsets.sum().clamp(min=1)
    return (
        entropy(onset, onsets, pos_weight=weight),
        entropy(frame, frames),
        0.3 * entropy(activation, frames),
        0.5 * (onsets * (velocity - velocities) ** 2).sum() / at * 0.05,
    )
