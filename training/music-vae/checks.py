"""The exported tensors computed the way TensorFlow does, against the network that was trained; the gradients that are written out,
against autograd's; parameter counts of Magenta's configurations. `python3 checks.py` prints nothing when all is well.
"""
import numpy as np
import torch

import lstm
from export import tensors
from network import MusicVAE, divergence

COUNTS = (("melody", 4_423_770), ("drums", 4_636_672), ("groove", 4_085_019))


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell(x, c, h, kernel, bias):
    i, j, f, o = np.split(np.concatenate([x, h], -1) @ kernel + bias, 4, -1)
    c = c * sigmoid(f + 1) + sigmoid(i) * np.tanh(j)
    return c, np.tanh(c) * sigmoid(o)


def tensorflow(t, encoder_inputs, events, layers):
    """Vectors [T, B, inputs] and events before each step [T, B, outputs] -> mu, sigma and logits."""
    ends = []
    for direction, order in (("fw", encoder_inputs), ("bw", encoder_inputs[::-1])):
        name = f"encoder/cell_0/bidirectional_rnn/{direction}/multi_rnn_cell/cell_0/lstm_cell/"
        c = h = np.zeros((order.shape[1], t[name + "bias"].size // 4))
        for x in order:
            c, h = cell(x, c, h, t[name + "kernel"], t[name + "bias"])
        ends.append(h)
    last = np.concatenate(ends, -1)
    dense = lambda x, name: x @ t[name + "/kernel"] + t[name + "/bias"]
    mu, sigma = dense(last, "encoder/mu"), np.log1p(np.exp(dense(last, "encoder/sigma")))
    names = [f"decoder/multi_rnn_cell/cell_{l}/lstm_cell/" for l in range(layers)]
    start, states, at = np.tanh(dense(mu, "decoder/z_to_initial_state")), [], 0
    for name in names:
        cells = t[name + "bias"].size // 4
        states.append((start[:, at : at + cells], start[:, at + cells : at + 2 * cells]))
        at += 2 * cells
    logits = []
    for event in events:
        x = np.concatenate([event, mu], -1)
        for l, name in enumerate(names):
            states[l] = cell(x, *states[l], t[name + "kernel"], t[name + "bias"])
            x = states[l][1]
        logits.append(dense(x, "decoder/output_projection"))
    return mu, sigma, np.stack(logits)


@torch.no_grad()
def check_network(kind):
    rng = np.random.default_rng(0)
    network = MusicVAE(kind, encoder=12, decoder=(8, 10), latent=6).eval()
    for parameter in network.parameters():
        parameter += 0.3 * torch.randn_like(parameter)
    t = {name: values.numpy().astype(np.float64) for name, values in tensors(network.state_dict(), 2)}
    one_hot = lambda classes, depth: np.concatenate([np.eye(depth), np.zeros((1, depth))])[classes]
    if kind == "groove":
        y = rng.random((7, 3, 27)).astype(np.float32)
        inputs, before = y, np.concatenate([np.zeros_like(y[:1]), y[:-1]])
        events, y, past = before, torch.from_numpy(y), torch.from_numpy(before)
    else:
        y = rng.integers(network.outputs, size=(7, 3))
        y[2] = 0
        past = np.concatenate([np.full_like(y[:1], -1), y[:-1]])
        bits = (y[..., None] >> np.arange(9)) & 1
        inputs = one_hot(y, 90) if kind == "melody" else np.concatenate([bits, (y == 0)[..., None]], -1)
        events, y, past = one_hot(past, network.outputs), torch.from_numpy(y), torch.from_numpy(past)
    mu, sigma = network.encode(y)
    expected = tensorflow(t, inputs, events, 2)
    for ours, theirs in zip((mu, sigma, network.decode(mu, past)), expected):
        np.testing.assert_allclose(ours.numpy(), theirs, atol=2e-5)
    if kind != "groove":  # what it says by itself it says again when it is told that it said so
        free = network.generate(mu, 7)
        again = network.decode(mu, torch.cat([torch.full_like(free[:1], -1), free[:-1]]))
        assert (again.argmax(-1) == free).all()


def check_gradients():
    values = [torch.randn(shape, dtype=torch.float32) for shape in ((5, 3, 16), (4, 16), (3, 4), (3, 4))]
    for backwards in (False, True):
        gradients = []
        for written_out in (True, False):
            inputs, kernel, h, c = leaves = [value.clone().requires_grad_() for value in values]
            if written_out:
                out = lstm.Recurrence.apply(*leaves, backwards)
            else:
                steps = {}
                for t in range(4, -1, -1) if backwards else range(5):
                    h, c, _ = lstm.forward_step(inputs[t] + h @ kernel, c)
                    steps[t] = h
                out = torch.stack([steps[t] for t in range(5)])
            (out * torch.arange(out.numel()).view(out.shape)).sum().backward()
            gradients.append([leaf.grad for leaf in leaves])
        for ours, theirs in zip(*gradients):
            torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def check_counts():
    for kind, count in COUNTS:
        counted = sum(values.numel() for _, values in tensors(MusicVAE(kind).state_dict(), 2))
        assert counted == count, (kind, counted)


if __name__ == "__main__":
    torch.manual_seed(0)
    for kind, _ in COUNTS:
        check_network(kind)
    check_gradients()
    check_counts()
    close = divergence(torch.tensor([[1.0]]), torch.tensor([[1.0]]))
    assert abs(close.item() - 0.5) < 1e-6
