"""Renders General MIDI notes with FluidSynth: 3 s held and 1 s of release, velocity 100, 16 kHz mono.

    python3 render.py --data DIR [--soundfont FILE]     writes DIR/notes/PROGRAM.npy, [61 pitches, 64000] float32

A program that is there already is not rendered again. Notes that a program does not sound (contrabass from 60 up, tuba and
baritone sax from 76 up) are written as silence and left out by prepare.py.
"""
import argparse
import struct
import subprocess
import tempfile
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np

PITCHES = range(24, 85)
# Left out: tubular bells (45 cents off), timpani and orchestra hit (no clear pitch), effects from 96.
PROGRAMS = [p for p in range(96) if p not in (14, 47, 55)]
SAMPLE_RATE, LENGTH = 16000, 64000
SPACING, HELD, CUT = 6.0, 3.0, 5.9  # seconds: between notes, to note-off, to all-sound-off
TICKS_PER_SECOND = 960  # 480 per quarter note at the default 120 quarter notes a minute


def variable_length(number):
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.insert(0, number & 0x7F | 0x80)
    return bytes(digits)


def midi(program, velocity=100):
    """One track: program change, then a note every 6 s. `program` None is the drum kit."""
    channel = 9 if program is None else 0
    events = [(0, bytes([0xC0 | channel, program or 0]))]
    for i, pitch in enumerate(PITCHES):
        at = lambda seconds: round((i * SPACING + seconds) * TICKS_PER_SECOND)
        events += [
            (at(0), bytes([0x90 | channel, pitch, velocity])),
            (at(HELD), bytes([0x80 | channel, pitch, 64])),
            (at(CUT), bytes([0xB0 | channel, 120, 0])),
        ]
    track, now = b"", 0
    for tick, message in events:
        track += variable_length(tick - now) + message
        now = tick
    track += variable_length(TICKS_PER_SECOND) + b"\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 480) + b"MTrk" + struct.pack(">I", len(track)) + track


def render(program, soundfont, velocity=100):
    """[61, 64000]. At 48 kHz and then down: FluidSynth at 16 kHz aliases."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "notes.mid").write_bytes(midi(program, velocity))
        subprocess.run(
            ["fluidsynth", "-ni", "-q", "-R", "0", "-C", "0", "-g", "0.5", "-r", "48000", "-O", "s16", "-T", "wav"]
            + ["-F", f"{folder}/notes.wav", soundfont, f"{folder}/notes.mid"],
            check=True,
            capture_output=True,
        )
        raw = subprocess.run(
            ["sox", "-D", f"{folder}/notes.wav", "-r", str(SAMPLE_RATE), "-c", "1", "-b", "16", "-t", "raw", "-"]
            + ["rate", "-h"],
            check=True,
            capture_output=True,
        ).stdout
    audio = np.frombuffer(raw, "<i2").astype(np.float32) / 32768.0
    notes = np.zeros((len(PITCHES), LENGTH), np.float32)
    for i, note in enumerate(notes):
        start = round(i * SPACING * SAMPLE_RATE)
        cut = audio[start : start + LENGTH]
        note[: len(cut)] = cut
    return notes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--soundfont", default="/usr/share/sounds/sf2/FluidR3_GM.sf2")
    parser.add_argument("--programs", type=int, nargs="*", default=PROGRAMS, help="General MIDI programs, counted from 0")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    folder = options.data / "notes"
    folder.mkdir(parents=True, exist_ok=True)

    def job(program):
        file = folder / f"{program:03d}.npy"
        if not file.exists():
            np.save(file, render(program, options.soundfont))

    with ThreadPool(options.processes) as pool:
        pool.map(job, options.programs, chunksize=1)
    print(f"{len(options.programs)} programs in {folder}")


if __name__ == "__main__":
    main()
