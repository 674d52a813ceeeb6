"""Notes that training never hears, and how far a sound is from the pitch that it should have."""
import numpy as np

from banks import PEAK, TIMBRES
from crops import HELD_OUT_PROGRAMS, is_held_out
from network import LOWEST

import fundamental as yin
from evaluate import cents

KEYS = range(6, 61, 9)  # of a program, from the lowest


def levelled(notes, key):
    """[64000] with a peak of 0.5; None where the program does not sound."""
    sound = notes[key].astype(np.float64)
    peak = np.abs(sound).max()
    return sound / peak * PEAK if peak > 150 else None


def cents_off(audio, key):
    hz = yin.fundamental(audio)
    return abs(cents(hz, 440.0 * 2.0 ** ((LOWEST + key - 69) / 12))) if hz and np.isfinite(hz) else np.inf


def sets(data):
    """name -> list of (sound, key, what it is)"""
    def some(folder, programs, wanted):
        for program in programs:
            notes = np.load(folder / f"{program:03d}-085.npy", mmap_mode="r")
            for key in wanted(program):
                sound = levelled(notes, key)
                if sound is not None:
                    yield sound, key, f"{program}"

    known = [program for _, _, program in TIMBRES if program not in HELD_OUT_PROGRAMS]
    held = lambda program: [key for key in range(61) if is_held_out(program, key)][1::3]
    dropped = sorted(int(file.stem.split("-")[0]) for file in (data / "dropped").glob("*-085.npy") if file.stem[0] != "d")
    return {
        "held-out pitches": list(some(data / "notes", known, held)),
        "held-out programs": list(some(data / "notes", HELD_OUT_PROGRAMS, lambda program: KEYS)),
        "another soundfont": list(some(data / "dropped", dropped, lambda program: KEYS)),
    }
