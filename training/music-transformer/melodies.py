"""Pairs of a melody and the whole piece that it is the melody of, cut and encoded as they are drawn.

A folder of NoteSequences, one JSON object a line, as collect.mjs writes them ({train,validation,test}.jsonl, times in seconds). The
melody is what the first voice or track has on top (instrument 0: the soprano, the singer, the first violin). It is played a little
louder than the rest, so that both can be told apart by ear and by the decoder.

Tokens are those of `timbrel/music` (performanceTokens, melodyTokens with `extend`); checks.py compares.

    python3 melodies.py --melodies PIECES --split test --out PAIRS.jsonl

writes what is cut of a split, for accompaniment.mjs: of each part the melody, all notes, and the seconds of its beats.
"""
import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from pieces import KEYS, LOWEST, NOTE_OFF, NOTE_ON, TIME_SHIFT

END, VELOCITY = 1, 278
LONGEST_SHIFT = 100
STEPS_PER_SECOND, MELODY_STEPS_PER_SECOND = 100, 10
MELODY_SILENCE, MELODY_OFF, MELODY_ON = 2, 3, 4
LOUD, SOFT = 88, 72
# Parts of a piece: a longer rest of the melody is none of it.
SHORTEST, LONGEST, LONGEST_REST = 5.0, 24.0, 2.5
FEWEST_NOTES = 6
STRETCH = 0.15
FURTHER = 80


def steps(seconds, rate):
    return int(seconds * rate + 0.5)


def performance_tokens(notes):
    """(pitch, start, end, velocity) in seconds -> ids, and the time in seconds that stands when each of them is read."""
    events = []
    ordered = sorted((start, pitch, end, velocity) for pitch, start, end, velocity in notes if LOWEST <= pitch < LOWEST + KEYS)
    for index, (start, pitch, end, velocity) in enumerate(ordered):
        on = steps(start, STEPS_PER_SECOND)
        events.append((on, index, 0, pitch, (velocity - 1) // 4))
        events.append((max(on + 1, steps(end, STEPS_PER_SECOND)), index, 1, pitch, 0))
    events.sort(key=lambda event: event[:3])
    ids, times, now, degree = [], [], 0, None
    for step, _, is_off, pitch, own in events:
        while step > now:
            shift = min(LONGEST_SHIFT, step - now)
            ids.append(TIME_SHIFT + shift - 1)
            times.append(now)
            now += shift
        if not is_off and own != degree:
            degree = own
            ids.append(VELOCITY + degree)
            times.append(now)
        ids.append((NOTE_OFF if is_off else NOTE_ON) + pitch - LOWEST)
        times.append(now)
    return ids, [time / STEPS_PER_SECOND for time in times]


def melody_tokens(notes, total=0.0, extend=True):
    """(pitch, start, end) in seconds, in the order of their starts -> ids, ten a second."""
    spans = []
    for (pitch, start, end), after in zip(notes, [*notes[1:], None]):
        first = steps(start, MELODY_STEPS_PER_SECOND)
        until = after[1] if extend and after else end
        spans.append((pitch, first, max(first + 1, steps(until, MELODY_STEPS_PER_SECOND))))
    length = max([steps(total, MELODY_STEPS_PER_SECOND), *(end for _, _, end in spans)])
    ids = [MELODY_SILENCE] * length
    for pitch, start, end in spans:
        ids[start] = MELODY_ON + pitch - LOWEST
        if end < length:
            ids[end] = MELODY_OFF
    return ids


def top_voice(notes):
    """The highest of (pitch, start, end) that begin together, each ended by the next."""
    top = []
    for pitch, start, end in sorted(notes, key=lambda note: (note[1], -note[0])):
        if top and start < top[-1][1] + 0.05:
            continue
        if top and top[-1][2] > start:
            # A lower note under one that is held is an inner voice's.
            if pitch < top[-1][0] and top[-1][2] > end - 0.01:
                continue
            top[-1] = (top[-1][0], top[-1][1], start)
        top.append((pitch, start, end))
    return top


@dataclass
class Pair:
    """A part of a piece, from 0: the melody (pitch, start, end), and all notes (pitch, start, end, velocity), the melody among them."""

    kind: str
    name: str
    melody: list
    notes: list
    end: float
    beats: list


def beats_of(tempos, end):
    """Seconds of the quarters up to there, counted from each change of tempo, as the parts of a score are."""
    beats = []
    for tempo, after in zip(tempos, [*tempos[1:], {"time": end}]):
        beats += list(np.arange(tempo["time"], after["time"] - 0.1, 60 / tempo["qpm"]))
    return np.array(beats)


def parts_of(line, longest=LONGEST):
    """All parts of a piece that have a melody, one behind the other."""
    piece = json.loads(line)
    beats = beats_of(piece["tempos"], piece["totalTime"])
    first, others = [], []
    for note in piece["notes"]:
        of = first if note.get("instrument", 0) == 0 else others
        of.append((note["pitch"], note["startTime"], note["endTime"]))
    melody = top_voice(first)
    chosen = set(melody_note[:2] for melody_note in melody)
    rest = sorted([note for note in first if note[:2] not in chosen] + others, key=lambda note: note[1])
    starts = np.array([note[1] for note in rest])
    begin = 0
    while begin < len(melody):
        zero, last = melody[begin][1], begin
        while last + 1 < len(melody) and melody[last + 1][2] - zero <= longest and melody[last + 1][1] - melody[last][2] <= LONGEST_REST:
            last += 1
        end = melody[last][2]
        own = [(pitch, start - zero, stop - zero) for pitch, start, stop in melody[begin : last + 1]]
        if end - zero >= SHORTEST and len(own) >= FEWEST_NOTES:
            low, high = np.searchsorted(starts, [zero - 1e-6, end - 0.05])
            notes = [(pitch, start, stop, LOUD) for pitch, start, stop in own]
            notes += [(pitch, max(0.0, start - zero), min(end, stop) - zero, SOFT) for pitch, start, stop in rest[low:high]]
            name = piece["id"]
            within = beats[(beats > zero - 0.01) & (beats < end)] - zero
            yield Pair(name.split("/")[0], name, own, notes, end - zero, within.round(4).tolist())
        begin = last + 1


def encoded(pair, semitones=0, stretch=1.0):
    """-> ids with the end behind them, the melody's ids, and of each id the step of the melody at which it is read."""
    notes = [(pitch + semitones, start * stretch, end * stretch, velocity) for pitch, start, end, velocity in pair.notes]
    melody = [(pitch + semitones, start * stretch, end * stretch) for pitch, start, end in pair.melody]
    ids, times = performance_tokens(notes)
    heard = [note for note in melody if LOWEST <= note[0] < LOWEST + KEYS]
    melody_ids = melody_tokens(heard, pair.end * stretch)
    last = pair.end * stretch
    places = [min(len(melody_ids) - 1, steps(time, MELODY_STEPS_PER_SECOND)) for time in [*times, last]]
    return [*ids, END], melody_ids, places


class Pairs:
    """Of a split, drawn with the given share of each kind (what stands before the "/" of the names of pieces)."""

    def __init__(self, folder, split, shares=None, most=None):
        self.kinds = {}
        with open(Path(folder) / f"{split}.jsonl") as lines:
            for line in lines:
                for pair in parts_of(line):
                    self.kinds.setdefault(pair.kind, []).append(pair)
        if shares:
            self.kinds = {kind: pairs for kind, pairs in self.kinds.items() if shares.get(kind, 0) > 0}
        self.names = sorted(self.kinds)
        wanted = np.array([float((shares or {}).get(name, 1)) for name in self.names])
        self.shares = wanted / max(1e-9, wanted.sum())
        if most:
            self.kinds = {kind: pairs[:: max(1, len(pairs) // most)][:most] for kind, pairs in self.kinds.items()}
        self.lengths = [len(pairs) for pairs in self.kinds.values()]

    def draw(self, random, semitones):
        pairs = self.kinds[self.names[random.choice(len(self.names), p=self.shares)]]
        pair = pairs[random.integers(len(pairs))]
        return encoded(pair, int(random.integers(-semitones, semitones + 1)), float(np.exp(random.uniform(-STRETCH, STRETCH))))

    def batch(self, random, size, length, semitones):
        drawn = []
        for _ in range(size):
            ids, melody, places = self.draw(random, semitones)
            # Of a melody that goes on beyond the row, as much as costs little.
            reached = places[min(length, len(places)) - 1] + 1
            drawn.append((ids, melody[: reached + int(random.integers(FURTHER))], places))
        return padded(drawn, length)

    def rows(self, length, kind=None):
        """All of it once, from the beginnings on."""
        return padded([encoded(pair) for name, pairs in self.kinds.items() if kind in (None, name) for pair in pairs], length)


def unaligned(weights, places, tokens):
    """How little attention to the melody is where it is played, in nats: weights [B, L, M], places and tokens [B, L]."""
    near = (torch.arange(weights.shape[2]) - places[:, :, None]).abs() <= 1
    mass = (weights.float() * near).sum(2)
    return -(mass + 1e-5).log()[tokens != 0].mean()


def padded(drawn, length):
    """-> tokens [B, length], melody [B, M], the melody's step at which each token is read [B, length]; 0 behind what is shorter."""
    longest = max(len(melody) for _, melody, _ in drawn)
    tokens, melodies, places = (np.zeros((len(drawn), size), np.int64) for size in (length, longest, length))
    for row, (ids, melody, at) in enumerate(drawn):
        kept = min(length, len(ids))
        tokens[row, :kept], places[row, :kept], melodies[row, : len(melody)] = ids[:kept], at[:kept], melody
    return torch.from_numpy(tokens), torch.from_numpy(melodies), torch.from_numpy(places)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--melodies", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--most", type=int, help="parts of each kind")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    note = lambda pitch, start, end, velocity=LOUD: dict(pitch=pitch, startTime=start, endTime=end, velocity=velocity)
    with open(options.out, "w") as out:
        for pairs in Pairs(options.melodies, options.split, most=options.most).kinds.values():
            for pair in pairs:
                whole = dict(notes=[note(*own) for own in sorted(pair.notes, key=lambda own: own[1])], totalTime=pair.end)
                melody = dict(notes=[note(*own) for own in pair.melody], totalTime=pair.end)
                out.write(json.dumps(dict(kind=pair.kind, id=pair.name, melody=melody, whole=whole, beats=pair.beats)) + "\n")


if __name__ == "__main__":
    main()
