"""Renders what nsynth-spectral learns from: every note of General MIDI at three loudnesses, the drum kit, and a second soundfont.

    python3 prepare.py --data DIR                                                  DIR/notes/PROGRAM-VELOCITY.npy
    python3 prepare.py --data DIR --soundfont FILE --folder dropped --velocities 85     sounds that training never hears

A file is [61 pitches, 64000] int16 at 16 kHz: 3 s held, 1 s of release (../gansynth/render.py). `drums-VELOCITY.npy` has the keys 24 to
84 of the kit. What is there already is not rendered again, so the command can be stopped, and training begins with what there is.
"""
import argparse
import sys
from multiprocessing.pool import ThreadPool
from pathlib import Path

import numpy as np

sys.path.append(str(Path(__file__).parent.parent / "gansynth"))
from render import PROGRAMS, render

DRUMS = None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--soundfont", default="/usr/share/sounds/sf2/FluidR3_GM.sf2")
    parser.add_argument("--folder", default="notes")
    parser.add_argument("--velocities", type=int, nargs="*", default=[85, 120, 50])
    parser.add_argument("--programs", type=int, nargs="*", default=PROGRAMS)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    folder = options.data / options.folder
    folder.mkdir(parents=True, exist_ok=True)

    def job(what):
        velocity, program = what
        name = "drums" if program is DRUMS else f"{program:03d}"
        file = folder / f"{name}-{velocity:03d}.npy"
        if file.exists():
            return
        notes = render(program, options.soundfont, velocity)
        part = file.with_suffix(".part")
        with open(part, "wb") as stream:
            np.save(stream, np.round(np.clip(notes, -1, 1 - 2**-15) * 2**15).astype(np.int16))
        part.rename(file)

    jobs = [(v, p) for v in options.velocities for p in (DRUMS, *options.programs)]
    with ThreadPool(options.processes) as pool:
        pool.map(job, jobs, chunksize=1)
    print(f"{len(jobs)} files in {folder}")


if __name__ == "__main__":
    main()
