"""The exported tensors computed as the product computes them, against the network that was trained; the mel bands against librosa's
numbers; labels. `python3 checks.py` prints nothing when all is well.
"""
import numpy as np
import torch

import music
from export import CELL, tensors
from network import LOOK_AHEAD, LogMel, Transcriber, mel_matrix
from segments import label

sigmoid = lambda x: 1 / (1 + np.exp(-x))


def convolution(t, i, x, ahead, pooled):
    """[time, bins, channels], directly."""
    kernel, norm = t[f"shared/conv{i}/weights"], lambda name: t[f"shared/conv{i}/BatchNorm/{name}"]
    padded = np.pad(x, ((2 - ahead, ahead), (1, 1), (0, 0)))
    y = sum(padded[a : a + len(x), b : b + x.shape[1]] @ kernel[a, b] for a in range(3) for b in range(3))
    y = np.maximum(0, (y - norm("moving_mean")) / np.sqrt(norm("moving_variance") + 1e-3) + norm("beta"))
    if not pooled:
        return y
    bins = y.shape[1] // 2
    return np.maximum(y[:, 0 : 2 * bins : 2], y[:, 1 : 2 * bins : 2])


def reader(t, name, x):
    kernel, bias = t[f"{name}/{CELL}/kernel"], t[f"{name}/{CELL}/bias"]
    c = h = np.zeros(len(bias) // 4)
    rows = []
    for row in x:
        i, g, f, o = np.split(np.concatenate([row, h]) @ kernel + bias, 4)
        c = c * sigmoid(f + 1) + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        rows.append(h)
    return np.array(rows)


def network():
    torch.manual_seed(1)
    ours = Transcriber(filters=(5, 6, 8), width=20, onset_units=7, frame_units=9)
    with torch.no_grad():
        for c in ours.stack.convolutions:
            c.norm.running_mean.uniform_(-1, 1)
            c.norm.running_var.uniform_(0.5, 2)
            c.norm.bias.uniform_(-0.5, 0.5)
    ours.eval()
    t = {name: values.detach().double().numpy() for name, values in tensors(ours.state_dict())}
    mel = torch.randn(1, 40, 229)
    with torch.no_grad():
        onset, activation, frame, velocity = (x[0].double().numpy() for x in ours(mel))
    x = mel[0].double().numpy()[:, :, None]
    for i, ahead in enumerate(LOOK_AHEAD):
        x = convolution(t, i, x, ahead, i > 0)
    dense = lambda rows, name: rows @ t[f"{name}/weights"] + t[f"{name}/biases"]
    rows = np.maximum(0, dense(x.reshape(len(x), -1), "shared/fc_end"))
    onsets = dense(reader(t, "onsets", rows), "onsets/onset_probs")
    activations = dense(rows, "frame/activation_probs")
    beside = np.concatenate([sigmoid(onsets), sigmoid(activations)], 1)
    assert np.abs(onsets - onset).max() < 1e-4
    assert np.abs(activations - activation).max() < 1e-4
    assert np.abs(dense(reader(t, "frame", beside), "frame/frame_probs") - frame).max() < 1e-4
    assert np.abs(dense(rows, "velocity/onset_velocities") - velocity).max() < 1e-4


def front_end():
    matrix = mel_matrix().double().numpy()
    assert abs(matrix[4, 0] - 0.01988275) < 1e-7 and abs(matrix[5, 0] - 0.10760617) < 1e-7
    assert abs(matrix.sum() - 29.312517) < 1e-3
    assert LogMel()(torch.zeros(1, 160000)).shape == (1, 313, 229)
    assert (LogMel()(torch.zeros(1, 5000)) == -100).all()


def labels():
    targets = np.zeros((3, 100, 88))
    label(np.array([[0.1, 0.5, 60, 64], [1.0, 1.01, 21, 128]]), 0.0, 1.0, targets)
    assert np.flatnonzero(targets[0, :, 39]).tolist() == [3, 4]  # 3.125 to 4.125 frames
    assert np.flatnonzero(targets[1, :, 39]).tolist() == list(range(3, 16))
    assert np.flatnonzero(targets[1, :, 0]).tolist() == [31] and targets[2, 31, 0] == 1 and targets[2, 3, 39] == 0.5
    held = music.with_pedal([[0, 1, 60, 80], [0.2, 0.5, 62, 80], [2.5, 3, 60, 80]], [[0.4, 2.0], [0.9, 1.5]], 4)
    assert held == [[0, 2.0, 60, 80], [0.2, 2.0, 62, 80], [2.5, 3, 60, 80]]


if __name__ == "__main__":
    network()
    front_end()
    labels()
