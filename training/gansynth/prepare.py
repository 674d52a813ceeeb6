"""Turns rendered notes into training arrays: for every note that sounds, the normalised log-mel image, the true
instantaneous frequency of every linear bin and how much each of them is heard.

    python3 prepare.py --data DIR     reads DIR/notes/*.npy (render.py), writes DIR/{magnitude,frequency,weight}.npy
                                      and, for the first phase of training, their means over each half of the note
"""
import argparse
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np

import spectrogram as sg

# Frames of the two halves of the image that the note fills: after its first window, before the release.
HALVES = (slice(7, 63), slice(66, 95))
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


def halves(arrays):
    """(magnitude, frequency, weight) of one note -> ([2, 1024] mean magnitude, [2, 1024] mean frequency, [2, 1024]
    weight). The mean frequency is the direction of the mean phase step; its length says how steady it is.

    Frames count by their amplitude: nothing changes for a held note, and a struck one is what it is while it sounds. By
    plain means a marimba is mostly silence, and was learned as that.
    """
    magnitude, frequency, weight = (a.astype(np.float64) for a in arrays)
    amplitude = np.sqrt(np.exp((magnitude - sg.MAGNITUDE_OFFSET) / sg.MAGNITUDE_SCALE).sum(axis=1))
    steps = weight * np.exp(1j * np.pi * frequency)
    mean = lambda values, half: (amplitude[half] @ values[half]) / amplitude[half].sum()
    means = np.stack([mean(steps, half) for half in HALVES])
    return np.stack([mean(magnitude, half) for half in HALVES]), np.angle(means) / np.pi, np.abs(means)


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
    steady = np.zeros((3, len(jobs), 2, sg.BINS), np.float32)
    with Pool(processes=parser.parse_args().processes) as pool:
        for i, result in enumerate(pool.imap(analyse, jobs, chunksize=16)):
            for array, values in zip(arrays, result):
                array[i] = values
            steady[:, i] = halves(result)
    np.save(data / "steady.npy", steady)
    (data / "notes.json").write_text(json.dumps(notes))
    print(f"{len(jobs)} notes")


if __name__ == "__main__":
    main()
