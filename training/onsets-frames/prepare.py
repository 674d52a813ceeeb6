"""Renders piano music with FluidSynth and writes it beside its notes.

    python3 prepare.py --records RECORDS --out DATA --soundfonts A.sf2 B.sf3 --held-out C.sf2

DATA/{train,validation}/NAME.npy is [samples] int16 at 16 kHz, NAME.json its notes as they sound: [start s, end s, pitch, velocity].
DATA/test/FONT/NAME.wav and NAME.mid are for `timbrel evaluate onsets-frames`. What is there is not rendered again.
"""
import argparse
import json
import subprocess
import tempfile
import zlib
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import resample_poly

import music

RATE = 16000
LONGEST = 300.0  # seconds of one piece
PROGRAMS = (0, 1, 2, 3)
TEST_FROM, TEST_SECONDS = 20.0, 60.0


def render(midi_bytes, soundfont, reverb, seconds):
    """[samples] at 16 kHz. At 48 kHz and then down: FluidSynth at 16 kHz aliases."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "a.mid").write_bytes(midi_bytes)
        subprocess.run(
            ["fluidsynth", "-ni", "-q", "-R", str(int(reverb)), "-C", "0", "-g", "0.5", "-r", "48000", "-O", "s16", "-T", "wav"]
            + ["-F", f"{folder}/a.wav", str(soundfont), f"{folder}/a.mid"],
            check=True,
            capture_output=True,
        )
        _, stereo = wavfile.read(f"{folder}/a.wav")
    mono = stereo.astype(np.float64).mean(1) / 32768
    audio = resample_poly(mono, 1, 3)
    wanted = int(seconds * RATE)
    return np.pad(audio, (0, max(0, wanted - len(audio))))[:wanted].astype(np.float32)


def jobs(records_folder, fonts, held_out):
    """(split, name, notes, pedal, seconds, program, font, reverb): the pieces that are played most first."""
    held_fonts = [held_out] if held_out else []
    for collection, most in (("piano-giantmidi", 1000), ("random", 60), ("scores-mutopia", 90), ("hymns-satb", 40), ("songs-lieder", 40)):
        if collection == "random":
            pieces = [dict(id=f"random/{i}", split="train" if i % 10 else "validation") for i in range(most)]
        else:
            pieces = [r for r in music.records(records_folder / f"{collection}.jsonl.gz") if usable(collection, r)]
            pieces = sorted(pieces, key=lambda r: zlib.crc32(r["id"].encode()))[:most]
        for record in pieces:
            rng = np.random.default_rng(zlib.crc32(record["id"].encode()))
            if collection == "random":
                notes, pedal = music.random_notes(150, rng)
            else:
                notes, pedal = music.piano_notes(record, rng)
            if not notes:
                continue
            total = max(n[1] for n in notes) + 1.5
            split = record["split"]
            name = "".join(c if c.isalnum() else "-" for c in record["id"])[:60] + f"-{zlib.crc32(record['id'].encode()):08x}"
            if split == "test":
                if collection != "piano-giantmidi":
                    continue
                part = music.excerpt(notes, pedal, TEST_FROM, min(TEST_SECONDS, total - TEST_FROM))
                for font in fonts + held_fonts:
                    yield split, name, *part, min(TEST_SECONDS, total - TEST_FROM), 0, font, False
                continue
            start = float(rng.uniform(0, total - LONGEST)) if total > LONGEST else 0.0
            length = min(LONGEST, total - start)
            part = music.excerpt(notes, pedal, start, length)
            for i, font in enumerate(fonts):
                program = int(rng.choice(PROGRAMS, p=[0.4, 0.3, 0.15, 0.15]))
                if split == "validation" and i != len(name) % len(fonts):
                    continue
                yield split, name, *part, length, program, font, bool(rng.random() < 0.4)


def usable(collection, record):
    if collection == "scores-mutopia":
        return record["instrument"] in ("Piano", "Harpsichord, Piano") and record["split"] == "train"
    return collection == "piano-giantmidi" or record["split"] == "train"


def work(job, out):
    split, name, notes, pedal, seconds, program, font, reverb = job
    folder = out / split / font.stem if split == "test" else out / split
    stem = folder / (name if split == "test" else f"{name}-{font.stem}-{program}")
    done = stem.with_name(stem.name + (".mid" if split == "test" else ".json"))
    if done.exists() or len(notes) < 5:
        return
    folder.mkdir(parents=True, exist_ok=True)
    bytes_ = music.midi(notes, pedal, program, seconds)
    audio = render(bytes_, font, reverb, seconds)
    samples = np.clip(np.round(audio * 32767), -32768, 32767).astype(np.int16)
    if split == "test":
        wavfile.write(stem.with_name(stem.name + ".wav"), RATE, samples)
        done.write_bytes(bytes_)
        return
    np.save(stem.with_name(stem.name + ".npy"), samples)
    done.write_text(json.dumps([[round(n[0], 4), round(n[1], 4), n[2], n[3]] for n in music.with_pedal(notes, pedal, seconds)]))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--soundfonts", type=Path, nargs="+", required=True)
    parser.add_argument("--held-out", type=Path, help="a soundfont of which only test pieces are rendered")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--limit", type=int, help="pieces, to try it")
    options = parser.parse_args()
    all_jobs = list(jobs(options.records, options.soundfonts, options.held_out))
    # Test pieces come last: training can begin while they are rendered.
    all_jobs.sort(key=lambda job: job[0] == "test")
    with ThreadPool(options.processes) as pool:
        for i, _ in enumerate(pool.imap(lambda job: work(job, options.out), all_jobs[: options.limit])):
            if i % 10 == 9:
                print(f"{i + 1} of {len(all_jobs)}", flush=True)


if __name__ == "__main__":
    main()
