"""Events as a network meets them where it goes on from its own: some that were not meant. What is foreseen stays the true music.

Trained on true music alone, a network has never seen a wrong note, and does not end the ones that it writes.
"""
import numpy as np
import torch

PITCHES = 128
# Polyphony: start, end, end of step; notes that begin; notes that go on.
FIRST_NOTE = 3
# Events that an end comes late, on the mean.
LATE = 30


def slipped(inputs, labels, share, config, random):
    """[B, T, classes] one-hot inputs and [B, T] labels of what follows -> the same with such a share of notes not as meant."""
    if config["model"] == "PolyphonyRNN":
        return strayed(inputs, share, random), labels
    if config["model"] == "PerformanceRNN":
        return missed(inputs, labels, share, random)
    raise SystemExit(f"--slips knows polyphonies and performances, not {config['model']}")


def strayed(inputs, share, random):
    """Polyphony: neighbours of the pitch, and notes begun for notes held."""
    meant = inputs.argmax(dim=2)
    chosen = torch.from_numpy(random.random(meant.shape) < share)
    ways = torch.tensor([-2, -1, 1, 2, -PITCHES, PITCHES, -PITCHES, PITCHES])
    other = meant + ways[torch.from_numpy(random.integers(len(ways), size=meant.shape))]
    chosen &= (meant >= FIRST_NOTE) & (other >= FIRST_NOTE) & (other < inputs.shape[2]) & (inputs.amax(dim=2) > 0)
    return one_hot(torch.where(chosen, other, meant), inputs)


def missed(inputs, labels, share, random):
    """Performances: notes that lie beside their pitch, whose beginning is not learned and whose end is; and ends that come late, so
    that a note that sounds too long is something to be ended."""
    events, labels = inputs.argmax(dim=2).numpy().copy(), labels.clone()
    for row in range(len(events)):
        length = int((labels[row] >= 0).sum())
        notes, begun = [], {}
        for at, event in enumerate(events[row, :length].tolist()):
            if event < PITCHES:
                begun[event] = at
            elif event < 2 * PITCHES and event - PITCHES in begun:
                notes.append((begun.pop(event - PITCHES), at))
        place, wrong = np.arange(length, dtype=np.float64), np.zeros(length + 1, bool)
        ways = random.random(len(notes))
        for (on, off), way in zip(notes, ways):
            pitch = int(events[row, on])
            if way < share:
                other = min(PITCHES - 1, max(0, pitch + int(random.choice([-3, -2, -1, 1, 2, 3]))))
                events[row, on], events[row, off], wrong[on] = other, PITCHES + other, True
            elif way < 2 * share:
                again = np.flatnonzero(events[row, off:length] == pitch)
                last = off + again[0] if len(again) else length
                place[off] = min(off + random.geometric(1 / LATE), last) - 0.5
        order = np.argsort(place, kind="stable")
        events[row, :length], wrong[:length] = events[row, order], wrong[order]
        following = torch.from_numpy(events[row, 1:length].astype(np.int64))
        labels[row, : length - 1] = torch.where(torch.from_numpy(wrong[1:length]), -1, following)
    return one_hot(torch.from_numpy(events), inputs), labels


def one_hot(events, inputs):
    return torch.zeros_like(inputs).scatter_(2, events[..., None], inputs.amax(dim=2, keepdim=True))
