"""Turns rendered notes into training arrays: for every note that sounds, the normalised log-mel image, the true
instantaneous frequency of every linear bin and how much each of them is heard.

    python3 prepare.py --data DIR     reads DIR/notes/*.npy (render.py), writes DIR/{magnitude,frequency,weight}.npy
"""
import argparse
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

import spectrogram as sg

SILENCE = 1e-3  # peak, of full scale: nothing below it is a note


def analyse(job):
    """(program file, row) -> ([128, 1024] magnitude, frequency in (-1, 1], weight), all float16."""
    file, row = job
    audio = np.load(file, mmap_mode="r")[row].astype(np.float64)
    image, spectrum = sg.analyse(audio)
    phase = np.angle(spectrum)
    step = np.diff(phase, axis=0, prepend=np.zeros((1, sg.BINS))) / np.pi
    frequency = (step + 1.0) % 2.0 - 1.0
    # What is heard: amplitude, compressed so that soft partials and decays count too, nothing below -60 dB.
    amplitude = np.abs(spectrum) / np.abs(spectrum).max()
    weight = np.where(amplitude > 1e-3, np.sqrt(amplitude), 0.0)
    return [a.astype(np.float16) for a in (image[..., 0], frequency, weight)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--processes", type=int, default=2)
    data = parser.parse_args().data
    jobs, notes = [], []
    for file in sorted((data / "notes").glob("*.npy")):
        for row, audio in enumerate(np.load(file, mmap_mode="r")):
            if np.abs(audio).max() >= SILENCE:
                jobs.append((file, row))
                notes.append({"program": int(file.stem), "pitch": 24 + row})
    shape = (len(jobs), sg.FRAMES, sg.BINS)
    arrays = [
        np.lib.format.open_memmap(data / f"{name}.npy", mode="w+", dtype=np.float16, shape=shape)
        for name in ("magnitude", "frequency", "weight")
    ]
    with Pool(processes=parser.parse_args().processes) as pool:
        for i, result in enumerate(pool.imap(analyse, jobs, chunksize=16)):
            for array, values in zip(arrays, result):
                array[i] = values
    (data / "notes.json").write_text(json.dumps(notes))
    print(f"{len(jobs)} notes")


if __name__ == "__main__":
    main()
