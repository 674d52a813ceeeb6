"""Measures what a musician hears of a checkpoint, on 36 timbres x 11 pitches; writes a report beside evaluate.py's.

    python3 listening.py --data DIR --weights ../../checkpoints/gansynth-small --out report.json
    python3 listening.py --data DIR --audio FOLDER --out report.json          what the product rendered
    python3 listening.py --data DIR --run RUN/last.pt --out report.json --alone    without the ceiling: half the time

"Ours" is the rendered note, "ceiling" is source -> image -> audio, the best that any network of this kind could do, and "source"
is the note itself. Figures of a note are taken between its onset and its release at 3 s.
"""
import argparse
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly

import fundamental as yin
import spectrogram as sg
from evaluate import AUDIBLE, cents, log_mel
from timbres import NAMED

PITCHES = range(24, 85, 6)
HIGHEST = 84
STRUCK = [p for p, (_, family) in NAMED.items() if family in ("keyboard", "mallet", "guitar") or p in (32, 33, 38, 45, 46)]
HELD = [p for p in NAMED if p not in STRUCK]
STEADY_DB = 3.0  # a source that ripples less than this is steady: vibrato and choruses are left out
MINUS_3_DB = 0.708  # the rise to here is hardly moved by ripples after it
HEARD_DB = 60.0  # a mel bin is heard where the source is within this of its loudest
NEPERS_TO_DB = 10.0 / np.log(10.0)


def heard_distance(ours, source):
    """Mean absolute difference of log-mel power, dB, over the bins that are heard in the source."""
    a, b = log_mel(ours) * NEPERS_TO_DB, log_mel(source) * NEPERS_TO_DB
    heard = b > b.max() - HEARD_DB
    return np.abs(a - b)[heard].mean()


def level(audio, first, last):
    """dB of full scale between two times in seconds."""
    part = audio[int(first * sg.SAMPLE_RATE) : int(last * sg.SAMPLE_RATE)]
    return 10.0 * np.log10((part**2).mean() + 1e-12)


def envelope(audio, length, hop):
    """RMS of windows of `length` samples, every `hop`."""
    windows = np.lib.stride_tricks.sliding_window_view(audio, length)[::hop]
    return np.sqrt((windows**2).mean(axis=1))


def attack(audio, share=0.9):
    """Milliseconds from 10 % to 90 %, or another share, of the loudest moment in the first half second."""
    rms = envelope(np.concatenate([np.zeros(160), audio[: sg.SAMPLE_RATE // 2]]), 80, 8)
    top = rms.max()
    high = int(np.argmax(rms >= share * top))
    low = int(np.flatnonzero(rms[: high + 1] <= 0.1 * top)[-1]) if (rms[: high + 1] <= 0.1 * top).any() else 0
    return (high - low) * 8 * 1000.0 / sg.SAMPLE_RATE


def ripple(audio):
    """dB from the 5th to the 95th percentile of the level of 50 ms windows between 0.5 and 2.8 s, a straight fade taken off."""
    rms = envelope(audio[int(0.5 * sg.SAMPLE_RATE) : int(2.8 * sg.SAMPLE_RATE)], 800, 160)
    levels = 20.0 * np.log10(rms + 1e-6)
    time = np.arange(len(levels))
    levels -= np.polyval(np.polyfit(time, levels, 1), time)
    return float(np.subtract(*np.percentile(levels, (95, 5))))


def tone(audio):
    """(fundamental in Hz or None, harmonic-to-noise ratio in dB or None) by YIN: the dip's depth is the share of noise."""
    audio = resample_poly(audio, yin.OVERSAMPLING, 1)
    length = yin._WINDOW + yin._LONGEST
    starts = np.linspace(yin.FIRST * yin._RATE, yin.LAST * yin._RATE - length, yin.FRAMES).astype(int)
    frames = np.stack([audio[s : s + length] for s in starts])
    frames = frames - frames.mean(axis=1, keepdims=True)
    power = (frames**2).mean(axis=1)
    frames = frames[power > 1e-4 * max(power.max(), 1e-12)]
    dips = [d for d in map(yin.dip, yin.normalised_difference(frames)) if d[1] < yin.VOICED] if len(frames) else []
    if not dips:
        return None, None
    noise = np.clip(np.median([depth for _, depth in dips]), 1e-6, 0.5)
    return float(np.exp(np.median(np.log([yin._RATE / lag for lag, _ in dips])))), float(10.0 * np.log10((1 - noise) / noise))


def figures(audio, source, reference):
    hz, harmonic = tone(audio)
    off = None if hz is None or reference is None else cents(hz, reference)
    return {
        "heardDb": heard_distance(audio, source),
        "attackMs": attack(audio),
        "riseMs": attack(audio, MINUS_3_DB),
        "rippleDb": ripple(audio),
        "harmonicToNoiseDb": harmonic,
        "onsetDb": level(audio, 0, 0.06) - level(source, 0, 0.06),
        "levelDb": level(audio, 0, 2.9) - level(source, 0, 2.9),
        "cents": off,
        "fault": bool(not np.isfinite(audio).all() or np.abs(audio).max() < AUDIBLE or np.abs(audio).max() > 1.0),
    }


def compare(job):
    """(program, pitch, source, ours, whether to measure source and ceiling too) -> a record of figures of each."""
    program, pitch, source, ours, all_three = job
    reference, harmonic = tone(source)
    record = {"program": program, "pitch": pitch, "detected": reference is not None, "ours": figures(ours, source, reference)}
    record["source"] = {"attackMs": attack(source), "riseMs": attack(source, MINUS_3_DB), "rippleDb": ripple(source), "harmonicToNoiseDb": harmonic}
    if all_three:
        record["ceiling"] = figures(sg.invert(sg.analyse(source)[0], sg.REFINEMENT), source, reference)
    return record


def summary(records, who):
    """Figures of one renderer over some records; None where no note has that figure."""
    take = lambda key, notes=records: [r[who][key] for r in notes if r[who].get(key) is not None]
    mean = lambda values: round(float(np.mean(values)), 2) if values else None
    median = lambda values: round(float(np.median(values)), 2) if values else None
    struck = [r for r in records if r["program"] in STRUCK]
    steady = [r for r in records if r["program"] in HELD and r["source"]["rippleDb"] < STEADY_DB]
    result = {
        "attackMs": median(take("attackMs", struck)),
        "riseMs": median(take("riseMs", struck)),
        "rippleAt84Db": mean(take("rippleDb", [r for r in steady if r["pitch"] == HIGHEST])),
        "rippleDb": mean(take("rippleDb", steady)),
        "harmonicToNoiseDb": median(take("harmonicToNoiseDb")),
    }
    if who == "source":
        return result
    pitched = [r for r in records if r["detected"]]
    within = lambda limit: round(sum(abs(c) <= limit for c in take("cents", pitched)) / max(1, len(pitched)), 4)
    return {
        "heardDb": mean(take("heardDb")),
        **result,
        "onsetOfStruckDb": median(take("onsetDb", struck)),
        "levelDb": median(take("levelDb")),
        "levelErrorDb": mean(np.abs(take("levelDb")).tolist()),
        "within30Cents": within(30.0),
        "within50Cents": within(50.0),
        "faults": sum(r[who]["fault"] for r in records),
    }


def main():
    import renderers

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--weights", type=Path, help="an exported checkpoint")
    source.add_argument("--run", type=Path, help="last.pt of a run")
    source.add_argument("--audio", type=Path, help="a folder of rendered notes")
    parser.add_argument("--pitches", type=int, nargs="*", default=list(PITCHES))
    parser.add_argument("--alone", action="store_true", help="leave source and ceiling out")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    render = renderers.choose(options)

    def jobs():
        for program in NAMED:
            notes = np.load(options.data / "notes" / f"{program:03d}.npy", mmap_mode="r")
            for pitch in options.pitches:
                note = notes[pitch - 24].astype(np.float64)
                if np.abs(note).max() >= AUDIBLE:
                    yield program, pitch, note, render.note(program, pitch), not options.alone

    with Pool(options.processes) as pool:
        records = list(pool.imap(compare, jobs(), chunksize=8))
    who = ["ours", "source"] if options.alone else ["ours", "ceiling", "source"]
    report = {
        "notes": len(records),
        **{w: summary(records, w) for w in who},
        "timbres": {
            name: {w: summary([r for r in records if r["program"] == program], w) for w in who}
            for program, (name, _) in NAMED.items()
        },
    }
    options.out.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({w: report[w] for w in who}, indent=1))


if __name__ == "__main__":
    main()
