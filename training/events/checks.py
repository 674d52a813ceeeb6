"""The exported tensors computed the way TensorFlow does, against the network that was trained; parameter counts of the
original configurations. `python3 checks.py` prints nothing when all is well.
"""
import numpy as np
import torch

from export import tensors
from network import EventRNN
from slips import missed
from start import start

COUNTS = (  # inputs, layers, classes, attention, parameters
    (38, (128, 128), 38, 0, 221_990),
    (121, (128, 128), 40, 0, 264_744),
    (74, (128, 128), 40, 40, 338_006),
    (518, (256, 256, 256), 512, 32, 2_705_706),
    (75, (256, 256, 256), 38, 0, 1_400_358),
    (259, (256, 256, 256), 259, 0, 1_645_571),
    (388, (512, 512, 512), 388, 0, 6_242_692),
)


def saved(network):
    return {"network": network.state_dict(), "layers": network.layers, "attention": network.attention}


def exported(network):
    return {name: values.detach().numpy().astype(np.float64) for name, values in tensors(saved(network))}


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def cell(x, c, h, kernel, bias):
    i, j, f, o = np.split(np.concatenate([x, h]) @ kernel + bias, 4)
    c = c * sigmoid(f + 1.0) + sigmoid(i) * np.tanh(j)
    return c, np.tanh(c) * sigmoid(o)


def reference(inputs, weights, layers, attention):
    """[T, inputs] -> [T, classes], one event and one layer after the other."""
    states = [(np.zeros(n), np.zeros(n)) for n in layers]
    attended, history = np.zeros(layers[0]), np.zeros((attention, layers[0]))
    logits = []
    for x in inputs:
        for l in range(len(layers)):
            name = f"rnn/multi_rnn_cell/cell_{l}/"
            if l == 0 and attention:
                name += "attention_cell_wrapper/"
                get = lambda key: weights[name + key]
                x = np.concatenate([x, attended]) @ get("kernel") + get("bias")
            c, h = states[l] = cell(x, *states[l], weights[name + "basic_lstm_cell/kernel"], weights[name + "basic_lstm_cell/bias"])
            x = h
            if l == 0 and attention:
                query = np.concatenate([c, h]) @ get("attention/kernel") + get("attention/bias")
                scores = np.tanh(history @ get("attention/attn_w")[0, 0] + query) @ get("attention/attn_v")
                shares = np.exp(scores - scores.max())
                attended = shares @ history / shares.sum()
                x = np.concatenate([h, attended]) @ get("attn_output_projection/kernel") + get("attn_output_projection/bias")
                history = np.concatenate([history[1:], x[None]])
        logits.append(x @ weights["fully_connected/weights"] + weights["fully_connected/biases"])
    return np.array(logits)


def main():
    for inputs, layers, classes, attention, count in COUNTS:
        weights = exported(EventRNN(inputs, layers, classes, attention))
        found = sum(w.size for w in weights.values())
        assert found == count, f"{found} parameters, not {count}"
    torch.manual_seed(0)
    for attention in (0, 5):
        network = EventRNN(7, (6, 5, 4), 9, attention).eval()
        x = torch.randn(1, 12, 7)
        with torch.no_grad():
            ours = network(x)[0][0].numpy()
        theirs = reference(x[0].numpy().astype(np.float64), exported(network), network.layers, attention)
        assert np.abs(ours - theirs).max() < 1e-5, np.abs(ours - theirs).max()
        for again in (attention, 5):
            other = EventRNN(7, (6, 5, 4), 9, again).eval()
            start(other, {name: values.float() for name, values in tensors(saved(network))})
            with torch.no_grad():
                assert np.abs(other(x)[0][0].numpy() - ours).max() < 1e-5, f"training does not go on from {attention} at {again}"
    slips()


def slips():
    """Of notes that slip each still ends once, and no wrong beginning is learned."""
    random = np.random.default_rng(0)
    events = torch.tensor([[60, 300, 67, 300, 128 + 60, 300, 74, 300, 128 + 67, 300, 128 + 74, 300] * 8])
    inputs = torch.nn.functional.one_hot(events, 388).float()
    labels = torch.cat([events[:, 1:], torch.tensor([[300]])], dim=1)
    heard, meant = missed(inputs, labels, 0.2, random)
    heard = heard.argmax(dim=2)[0]
    assert (heard != events[0]).any() and (meant == -1).any()
    begun = sorted(heard[heard < 128].tolist())
    assert begun == sorted((heard[(heard >= 128) & (heard < 256)] - 128).tolist())
    for at, label in enumerate(meant[0, :-1].tolist()):
        follows = heard[at + 1].item()
        assert label == follows or (label == -1 and follows not in (60, 67, 74)), (at, label, follows)


if __name__ == "__main__":
    main()
