"""Events as a network meets them where it goes on from its own: some that were not meant. What is foreseen stays the true music.

Trained on true music alone, a network has never seen a wrong note, and does not end the ones that it writes.
"""
import numpy as np
import torch

PITCHES = 128
# Polyphony: start, end, end of step; notes that begin; notes that go on.
STEP_END, FIRST_NOTE = 2, 3
# Events that an end comes late, on the mean.
LATE = 30


def slipped(inputs, labels, share, config, random):
    """[B, T, classes] one-hot inputs and [B, T] labels of what follows -> the same with such a share of notes not as meant."""
    if config["model"] == "PolyphonyRNN":
        return strayed(inputs, labels, share, random)
    if config["model"] == "PerformanceRNN":
        return missed(inputs, labels, share, random)
    raise SystemExit(f"--slips knows polyphonies and performances, not {config['model']}")


def strayed(inputs, labels, share, random):
    """Polyphonies: notes that lie beside their pitch or begin a step late, which is not learned; the others stay on the beat, and in
    the key."""
    events, labels = inputs.argmax(dim=2).numpy(), labels.clone()
    inputs = torch.zeros_like(inputs)
    for row in range(len(events)):
        length = int((labels[row] >= 0).sum())
        steps, notes = polyphonic_steps([*events[row, :length].tolist(), int(labels[row, length - 1])])
        for note, way in zip(notes, random.random(len(notes))):
            if way < share:
                slip = int(random.choice([-3, -2, -1, 1, 2, 3]))
                for entry in note:
                    entry[0] = min(PITCHES - 1, max(0, entry[0] + slip))
                note[0][2] = True
            elif way < 2 * share and len(note) > 1:
                note[0][1] = None
                note[1][1:] = [True, True]
        classes, unlearned = [], []
        for step in steps:
            masked = False
            for pitch, is_new, is_wrong in sorted(step[:-1], key=lambda entry: -entry[0]):
                if is_new is None:  # What stands in its place is not meant to stand there.
                    masked = True
                    continue
                classes.append(FIRST_NOTE + pitch + (0 if is_new else PITCHES))
                unlearned.append(is_wrong or masked)
                masked = False
            if step[-1] is not None:
                classes.append(step[-1])
                unlearned.append(masked)
        count = len(classes) - 1
        inputs[row, torch.arange(count), torch.tensor(classes[:-1])] = 1.0
        labels[row] = -1
        labels[row, :count] = torch.where(torch.tensor(unlearned[1:]), -1, torch.tensor(classes[1:]))
    return inputs, labels


def polyphonic_steps(classes):
    """-> steps as lists of [pitch, whether it begins, False] with the event that ends the step (or None) behind them; and notes, each
    the list of its entries."""
    steps, notes, sounding, step = [], [], {}, []
    for event in classes:
        if event < FIRST_NOTE:
            steps.append([*step, event])
            now = {entry[0]: note for note in sounding.values() for entry in step if note[-1] is entry}
            sounding, step = (now if event == STEP_END else {}), []
            continue
        pitch, is_new = (event - FIRST_NOTE) % PITCHES, event < FIRST_NOTE + PITCHES
        entry = [pitch, is_new, False]
        step.append(entry)
        if is_new or pitch not in sounding:
            notes.append([entry])
            sounding[pitch] = notes[-1]
        else:
            sounding[pitch].append(entry)
    steps.append([*step, None])
    return steps, notes


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
