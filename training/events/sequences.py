"""Reads what `timbrel dataset` wrote: sequences of events as their models see them.

A folder has config.json and, for each of train, validation and test, five arrays:
    lengths [sequences]  events of each sequence        labels [events]  class of the event that follows
    ends [events]        end of each event's inputs     columns, values  which inputs are not 0, and what they are
Inputs are sparse because most are one-hot: stored dense, an hour of piano would take a gigabyte.
"""
import json
from pathlib import Path

import numpy as np
import torch


class Sequences:
    def __init__(self, folder, split):
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        read = lambda name: np.load(folder / split / f"{name}.npy", mmap_mode="r")
        self.lengths, self.labels = np.asarray(read("lengths")).astype(np.int64), read("labels")
        self.ends, self.columns, self.values = read("ends"), read("columns"), read("values")
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])[:-1]

    def __len__(self):
        return len(self.lengths)

    def batch(self, chosen, device="cpu", longest=None):
        """Indices -> ([B, T, inputs], [B, T] labels, -1 where a sequence has ended)."""
        lengths = [min(int(self.lengths[i]), longest or 1 << 30) for i in chosen]
        inputs = torch.zeros(len(chosen), max(lengths), self.config["inputSize"])
        labels = torch.full((len(chosen), max(lengths)), -1, dtype=torch.int64)
        for row, (i, length) in enumerate(zip(chosen, lengths)):
            start = self.starts[i]
            ends = self.ends[start : start + length].astype(np.int64)
            begin = int(self.ends[start - 1]) if start else 0
            events = np.repeat(np.arange(length), np.diff(ends, prepend=begin))
            columns = self.columns[begin : ends[-1]].astype(np.int64)
            inputs[row, torch.from_numpy(events), torch.from_numpy(columns)] = torch.from_numpy(
                self.values[begin : ends[-1]].astype(np.float32)
            )
            labels[row, :length] = torch.from_numpy(self.labels[start : start + length].astype(np.int64))
        return inputs.to(device), labels.to(device)

    def batches(self, random, size, longest=None):
        """All sequences once, those of like length together, in random order: padding is computed too."""
        order = np.argsort(np.minimum(self.lengths, longest or 1 << 30) + random.uniform(0, 8, len(self)), kind="stable")
        groups = [order[i : i + size] for i in range(0, len(order), size)]
        for group in random.permutation(len(groups)):
            yield np.sort(groups[group])
