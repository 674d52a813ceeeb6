"""Measures how far rendered notes are from the notes they were learned from; writes report.json.

    python3 evaluate.py --data DIR --weights ../../checkpoints/gansynth-small --out report.json
    python3 evaluate.py --data DIR --audio FOLDER --out report.json

The first form renders with the network of network.py. The second reads what any other renderer wrote: FOLDER/PROGRAM/PITCH.f32
(`73/60.f32`) for the named timbres and FOLDER/random/NUMBER-PITCH.f32 for random latents, 64000 little-endian float32 at
16 kHz each. `--hold-out` adds the held-out pairs of train.py against the nearest-timbre baseline (it needs every program,
so --run last.pt in place of --weights).
"""
import argparse
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

import spectrogram as sg
from fundamental import fundamental
from timbres import NAMED

PITCHES = range(24, 85)
AUDIBLE = 1e-3  # peak of a source note, of full scale; below it the program does not sound at that pitch
SILENT, CLIPPED = 1e-3, 1.0
RANDOM_LATENTS = 64


def log_mel(audio):
    """[64000] -> [128, 1024] natural log of mel power; 90 dB below a full-scale sine and lower is one level, silence."""
    power = np.abs(sg.stft(audio)) ** 2 @ sg.MEL
    return np.log(power + 1e-9 * 512.0**2)


def distances(ours, source):
    """Log-mel distance in dB (mean absolute difference) and spectral convergence (relative Frobenius error)."""
    a, b = np.abs(sg.stft(ours)), np.abs(sg.stft(source))
    mel = np.abs(log_mel(ours) - log_mel(source)).mean() * 10.0 / np.log(10.0)
    return float(mel), float(np.linalg.norm(a - b) / np.linalg.norm(b))


def cents(hz, reference):
    return 1200.0 * float(np.log2(hz / reference))


def verdict(hz, reference):
    """Where a fundamental lies: "same" (within 30 cents), "octave" (whole octaves away), "other" or "none"."""
    if hz is None:
        return "none"
    error = cents(hz, reference)
    if abs(error) <= 30.0:
        return "same"
    octaves = round(error / 1200.0)
    return "octave" if octaves and abs(error - 1200.0 * octaves) <= 30.0 else "other"


def faults(audio):
    if not np.isfinite(audio).all():
        return ["not finite"]
    peak = np.abs(audio).max()
    return (["silent"] if peak < SILENT else []) + (["clipped"] if peak > CLIPPED else [])


def compare(job):
    """One note against its source: (what, source audio, ours, whether to measure the ceiling too) -> a record."""
    what, source, ours, with_ceiling = job
    record = dict(what, faults=faults(ours))
    reference = fundamental(source)
    record["source"] = reference
    if "not finite" in record["faults"]:
        return record
    record["logMel"], record["convergence"] = distances(ours, source)
    if reference is not None:
        record["ours"] = verdict(fundamental(ours), reference)
    if with_ceiling:
        ceiling = sg.invert(sg.analyse(source)[0], sg.REFINEMENT)
        record["ceilingLogMel"], record["ceilingConvergence"] = distances(ceiling, source)
        if reference is not None:
            record["ceiling"] = verdict(fundamental(ceiling), reference)
    return record


def shares(records, key):
    counted = [r for r in records if key in r]
    return {v: round(sum(r[key] == v for r in counted) / max(1, len(counted)), 4) for v in ("same", "octave", "other", "none")}


def summary(records):
    mean = lambda key: round(float(np.mean([r[key] for r in records if key in r])), 4)
    result = {
        "pairs": len(records),
        "pairsWithFundamental": sum(r["source"] is not None for r in records),
        "fundamental": shares(records, "ours"),
        "logMelDistanceDb": mean("logMel"),
        "spectralConvergence": mean("convergence"),
        "faults": {f: sum(f in r["faults"] for r in records) for f in ("silent", "clipped", "not finite")},
    }
    if any("ceiling" in r for r in records):
        result["ceiling"] = {
            "fundamental": shares(records, "ceiling"),
            "logMelDistanceDb": mean("ceilingLogMel"),
            "spectralConvergence": mean("ceilingConvergence"),
        }
    return result


def random_notes(render):
    """Share of random latents whose notes have a fundamental at all, and within 30 cents of the pitch asked for."""
    found = [(fundamental(audio), 440.0 * 2.0 ** ((pitch - 69) / 12)) for pitch, audio in render.random(RANDOM_LATENTS)]
    detected = [(hz, wanted) for hz, wanted in found if hz is not None]
    return {
        "notes": len(found),
        "detectable": round(len(detected) / max(1, len(found)), 4),
        "within30Cents": round(sum(verdict(*pair) == "same" for pair in detected) / max(1, len(found)), 4),
    }


def sources(data):
    """{(program, pitch): [64000]} of what sounds."""
    notes = {}
    for file in sorted((data / "notes").glob("*.npy")):
        for row, audio in enumerate(np.load(file, mmap_mode="r")):
            if np.abs(audio).max() >= AUDIBLE:
                notes[int(file.stem), PITCHES[row]] = audio
    return notes


def main():
    import renderers

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--weights", type=Path, help="an exported checkpoint")
    source.add_argument("--run", type=Path, help="last.pt of a run")
    source.add_argument("--audio", type=Path, help="a folder of rendered notes")
    parser.add_argument("--hold-out", action="store_true")
    parser.add_argument("--every", type=int, default=1, help="only every n-th pair: a quick look")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    render = renderers.choose(options)
    notes = sources(options.data)
    named = [key for key in notes if key[0] in NAMED][:: options.every]
    jobs = (({"program": p, "pitch": m}, notes[p, m].astype(float), render.note(p, m), True) for p, m in named)
    with Pool(options.processes) as pool:
        records = list(pool.imap(compare, jobs, chunksize=8))
        report = {"named": summary(records), "random": random_notes(render)}
        report["timbres"] = {
            name: summary([r for r in records if r["program"] == program]) for program, (name, _) in NAMED.items()
        }
        if options.hold_out:
            import hold_out

            report["heldOut"] = hold_out.report(pool, notes, render, options.every)
    report["notSame"] = [[r["program"], r["pitch"], r["ours"]] for r in records if r.get("ours", "same") != "same"]
    options.out.write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps({k: report[k] for k in ("named", "random", "heldOut") if k in report}, indent=1))


if __name__ == "__main__":
    main()
