"""Compact records of pieces to windows of two bars of 4/4 (also 2/2 and, four bars of it, 2/4), one bar apart.

    python3 prepare.py --data RECORDS --out DATA melody songs-lieder melodies-cre melodies-openewld hymns-satb quartets-openscore
    python3 prepare.py --data RECORDS --out DATA drums drums-groove
    python3 prepare.py --data RECORDS --out DATA groove drums-groove

DATA/{train,validation,test}/windows.npy has a row a window:
    melody  [windows, 32] uint8        Magenta's 90 classes: 0 nothing new, 1 the note ends, 2 + pitch - 21
    drums   [windows, 32] uint16       bit k is set where class k of nine is struck
    groove  [windows, 32, 27] float16  hits, velocities 0..1, offsets -1..1 (half a step early is 1) of the nine classes
and sources.npy, which file each is from. What is held out is what training never heard: a window that training has too (melodies: in
any key) is left out and counted in report.json. Windows that repeat within a split are kept once.
"""
import argparse
import gzip
import json
from pathlib import Path

import numpy as np

LOWEST, HIGHEST = 21, 108
BAR, WINDOW = 16, 32
# Roland TD-11, as the Groove MIDI Dataset's authors put it in classes
DRUM_CLASSES = [[36], [38, 37, 40], [42, 22, 44], [46, 26], [43, 58], [47, 45], [50, 48], [49, 52, 55, 57], [51, 53, 59]]
DRUM_CLASS = {pitch: c for c, pitches in enumerate(DRUM_CLASSES) for pitch in pitches}


def downbeat(notes, start, end, bar, eighth):
    """Ticks of an upbeat that no record writes down: long notes begin bars, and few notes lie across their lines."""
    places = bar // eighth
    begun, crossed = np.zeros(places), np.zeros(places)
    for note in notes:
        if not start <= note[1] < end:
            continue
        at, length = note[1] - start, min(note[2] - note[1], bar)
        if at % eighth == 0:
            begun[at % bar // eighth] += max(0, length - eighth) / eighth
        for place in range(at // eighth + 1, -(-(at + length) // eighth)):
            crossed[place % places] += 1
    score = (begun - crossed) / (begun.sum() + 1e-9)
    # The middle of a bar of four is nearly as good as its beginning: first both together, then which.
    pairs = score.reshape(-1, 4).sum(0)
    best = int(pairs.argmax()) if pairs.max() - pairs[0] >= 0.15 else 0
    if places == 8 and score[best + 4] - score[best] > 0.25:
        best += 4
    return best * eighth


def melodic_lines(name, record):
    """The voice and the right hand of songs, the violins of quartets, the soprano of hymns."""
    notes = record["notes"]
    if name == "songs-lieder":
        piano = len(record["tracks"]) - 1
        return [[n for n in notes if n[4] == track and n[5] == 1] for track in ([0, piano] if piano else [0])]
    if name == "quartets-openscore":
        return [[n for n in notes if n[4] == track] for track in (0, 1)]
    return [[n for n in notes if n[3] == 0]] if name == "hymns-satb" else [notes]


def melody_events(notes, start, end, step):
    """Classes of the steps, the highest of notes that begin together; and where a note began off the grid."""
    steps = (end - start) // step
    events, off = np.zeros(steps + 1, np.int64), np.zeros(steps + 1, bool)
    last = -1
    for note in sorted((n for n in notes if start <= n[1] < end and LOWEST <= n[0] <= HIGHEST), key=lambda n: (n[1], -n[0])):
        at = round((note[1] - start) / step)
        stop = min(max(at + 1, round((note[2] - start) / step)), steps)
        if at >= steps:
            continue
        off[at] |= abs(note[1] - start - at * step) > step / 8
        if at == last:
            continue
        later = events[at + 1 :]
        later[later == 1] = 0
        events[at] = 2 + note[0] - LOWEST
        if events[stop] == 0:
            events[stop] = 1
        last = at
    return events[:steps], off[:steps]


def melody_windows(name, record):
    """Windows that have two notes at least, no bar of silence after one, and nothing off the grid."""
    quarter = record["tpq"]
    bar, ends = 4 * quarter, max(n[2] for n in record["notes"])
    meters = record.get("meters") or [[0, 4, 4]]
    for notes in melodic_lines(name, record):
        for i, (start, *meter) in enumerate(meters):
            end = meters[i + 1][0] if i + 1 < len(meters) else ends
            if meter not in ([4, 4], [2, 2], [2, 4]):
                continue
            upbeat = downbeat(record["notes"], start, end, bar // 2 if meter == [2, 4] else bar, quarter // 2)
            first = start + upbeat - bar if upbeat else start
            bars = -(-(end - first) // bar)
            events, off = melody_events(notes, first, first + bars * bar, quarter // 4)
            for at in range(0, (bars - 1) * BAR, BAR):
                window = events[at : at + WINDOW].copy()
                begun = np.flatnonzero(window >= 2)
                if len(begun) < 2 or off[at : at + WINDOW].any() or begun[0] >= BAR:
                    continue
                window[: begun[0]] = 0
                next_note = lambda stop: min([*begun[begun > stop], WINDOW])
                if all(next_note(stop) - stop < BAR for stop in np.flatnonzero(window == 1)):
                    yield window.astype(np.uint8)


def in_any_key(window):
    return np.where(window >= 2, window - window[window >= 2].min() + 2, window).tobytes()


def groove_windows(record):
    """Of a beat in 4/4; the loudest of what falls on one step and class."""
    if record["beatType"] != "beat" or [m[1:] for m in record["meters"]] != [[4, 4]]:
        return
    step = record["tpq"] // 4
    bars = -(-(max(n[1] for n in record["notes"]) + step // 2) // (BAR * step))
    matrix = np.zeros((bars * BAR + WINDOW, 3, len(DRUM_CLASSES)), np.float32)
    for pitch, start, _, velocity in record["notes"]:
        at, drum = (start + step // 2) // step, DRUM_CLASS[pitch]
        if velocity / 127 > matrix[at, 1, drum]:
            matrix[at, :, drum] = 1, velocity / 127, 2 * (at * step - start) / step
    for at in range(0, (bars - 1) * BAR, BAR):
        window = matrix[at : at + WINDOW].reshape(WINDOW, -1)
        if window[:, : len(DRUM_CLASSES)].sum() >= 4:
            yield window.astype(np.float16)


def drum_windows(record):
    for window in groove_windows(record) or ():
        yield (window[:, : len(DRUM_CLASSES)].astype(int) << np.arange(len(DRUM_CLASSES))).sum(1).astype(np.uint16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("kind", choices=["melody", "drums", "groove"])
    parser.add_argument("names", nargs="+", help="files NAME.jsonl.gz of --data")
    options = parser.parse_args()
    found = {split: [] for split in ("train", "validation", "test")}
    for source, name in enumerate(options.names):
        with gzip.open(options.data / f"{name}.jsonl.gz", "rt") as lines:
            for record in map(json.loads, lines):
                of = {"melody": lambda: melody_windows(name, record), "drums": lambda: drum_windows(record),
                      "groove": lambda: groove_windows(record)}[options.kind]
                found[record["split"]] += [(window, source) for window in of()]
    key = in_any_key if options.kind == "melody" else np.ndarray.tobytes
    heard, report = set(), {}
    for split, windows in found.items():
        unique = {}
        for window, source in windows:
            unique.setdefault(key(window), (window, source))
        kept = [value for k, value in unique.items() if k not in heard]
        report[split] = {"windows": len(windows), "repeated": len(windows) - len(unique), "heard in training": len(unique) - len(kept)}
        report[split]["kept"] = dict(zip(options.names, np.bincount([s for _, s in kept], minlength=len(options.names)).tolist()))
        if split != "test":
            heard |= unique.keys()
        (options.out / split).mkdir(parents=True, exist_ok=True)
        np.save(options.out / split / "windows.npy", np.stack([window for window, _ in kept]))
        np.save(options.out / split / "sources.npy", np.array([source for _, source in kept], np.uint8))
    (options.out / "report.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
