"""Piano music as notes in seconds, the sustain pedal applied to them, and as MIDI files that FluidSynth plays."""
import gzip
import json
import struct

import numpy as np

LOWEST, HIGHEST = 21, 108
TICKS_PER_SECOND = 960  # 480 a quarter at 120 quarters a minute


def records(path):
    with gzip.open(path, "rt") as lines:
        for line in lines:
            yield json.loads(line)


def seconds_of(record):
    """A function from ticks to seconds."""
    changes, at, before, qpm = [], 0.0, 0, 120.0
    for tick, tempo in record["tempos"] or [[0, 120]]:
        at += (tick - before) / record["tpq"] * 60 / qpm
        before, qpm = tick, tempo
        changes.append((tick, at, qpm))

    def seconds(tick):
        start, time, tempo = next((c for c in reversed(changes) if c[0] <= tick), changes[0])
        return time + (tick - start) / record["tpq"] * 60 / tempo

    return seconds


def piano_notes(record, rng):
    """[start, end, pitch, velocity] as the keys are held, and [down, up] of the pedal."""
    seconds = seconds_of(record)
    tracks = record.get("tracks")
    columns = record["notes"]
    if tracks and record["id"].startswith("lieder"):
        columns = [note for note in columns if note[4] == len(tracks) - 1]
    notes = []
    for pitch, start, end, *rest in columns:
        # Hymns have a voice where others have a velocity.
        velocity = rest[0] if rest and not record["id"].startswith(("openhymnal", "hymn", "jsb", "chorale")) else 0
        if LOWEST <= pitch <= HIGHEST:
            notes.append([seconds(start), seconds(end), pitch, velocity])
    level = rng.uniform(45, 100)
    drift = np.cumsum(rng.normal(0, 3, len(notes)))
    for i, note in enumerate(notes):
        if "pedal" not in record:  # written music has steps of dynamics, or none: play it as hands would
            swing = level + 20 * np.sin(drift[i] / 20) + rng.normal(0, 6)
            note[3] = int(np.clip(0.5 * note[3] + 0.5 * swing if note[3] else swing, 8, 127))
            late = rng.normal(0, 0.008)
            note[0], note[1] = max(0, note[0] + late), max(0.03, note[1] + late)
    return notes, [[seconds(a), seconds(b)] for a, b in record.get("pedal", [])]


def random_notes(seconds, rng):
    """Chords and runs over all keys at any loudness: what pieces seldom have."""
    notes, pedal, time = [], [], 0.2
    while time < seconds - 4:
        kind = rng.integers(3)
        if kind == 0:  # a chord anywhere
            root, length = rng.integers(LOWEST, HIGHEST + 1), rng.exponential(0.7) + 0.08
            velocity = rng.integers(10, 128)
            for interval in rng.choice([0, 3, 4, 5, 7, 8, 9, 10, 12, 15, 16, 19, 24], rng.integers(1, 7), replace=False):
                if LOWEST <= root + interval <= HIGHEST:
                    notes.append([time + rng.normal(0, 0.006), time + length, int(root + interval), int(np.clip(velocity + rng.normal(0, 8), 5, 127))])
            time += rng.exponential(0.35) + 0.05
        elif kind == 1:  # a run
            pitch, step, pace = rng.integers(LOWEST, HIGHEST + 1), rng.choice([-2, -1, 1, 2, 3]), rng.uniform(0.06, 0.3)
            velocity, held = rng.integers(10, 120), rng.uniform(0.5, 1.5)
            for _ in range(rng.integers(4, 16)):
                if LOWEST <= pitch <= HIGHEST:
                    notes.append([time, time + pace * held, int(pitch), int(np.clip(velocity + rng.normal(0, 6), 5, 127))])
                pitch, time = pitch + step, time + pace
        else:  # one key again and again
            pitch, pace = rng.integers(LOWEST, HIGHEST + 1), rng.uniform(0.09, 0.4)
            for _ in range(rng.integers(2, 9)):
                notes.append([time, time + pace * rng.uniform(0.4, 0.95), int(pitch), int(rng.integers(15, 127))])
                time += pace
        if rng.random() < 0.15:
            pedal.append([time, time + rng.uniform(0.3, 2.5)])
    pedal = [p for i, p in enumerate(pedal) if i == 0 or p[0] > pedal[i - 1][1]]
    return [[max(0.0, n[0]), *n[1:]] for n in notes], pedal


def excerpt(notes, pedal, start, seconds):
    """Notes that begin in it; what it begins with is silence."""
    inside = [[n[0] - start, min(n[1] - start, seconds), n[2], n[3]] for n in notes if start <= n[0] < start + seconds - 0.1]
    presses = [[max(0.0, a - start), min(b - start, seconds)] for a, b in pedal if b > start and a < start + seconds]
    return without_overlap(inside), presses


def without_overlap(notes):
    """A key that is struck again was let go before."""
    ends = {}
    for note in sorted(notes):
        before = ends.get(note[2])
        if before is not None and before[1] > note[0] - 0.01:
            before[1] = max(before[0] + 0.01, note[0] - 0.01)
        ends[note[2]] = note
    return [n for n in sorted(notes) if n[1] > n[0]]


def with_pedal(notes, pedal, seconds):
    """Notes as they sound: held by the pedal until it comes up or their key is struck again."""
    sounding = []
    for start, end, pitch, velocity in notes:
        for down, up in pedal:
            if down <= end < up:
                end = up
                break
        sounding.append([start, min(end, seconds), pitch, velocity])
    return without_overlap(sounding)


def variable_length(number):
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)


def midi(notes, pedal, program, seconds):
    """One track, with the pedal as it is pressed."""
    tick = lambda time: round(time * TICKS_PER_SECOND)
    events = [(0, 0, bytes([0xC0, program]))]
    for start, end, pitch, velocity in notes:
        events += [(tick(start), 2, bytes([0x90, pitch, velocity])), (tick(end), 1, bytes([0x80, pitch, 64]))]
    for down, up in pedal:
        events += [(tick(down), 3, bytes([0xB0, 64, 127])), (tick(up), 0, bytes([0xB0, 64, 0]))]
    track, now = b"", 0
    for at, _, message in sorted(events):
        track += variable_length(at - now) + message
        now = at
    track += variable_length(max(0, tick(seconds) - now)) + b"\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track
