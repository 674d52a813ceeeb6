"""Rainbowgrams, source beside ours: hue is instantaneous frequency, brightness is log magnitude.

    python3 sheet.py --data DIR --weights ../../checkpoints/gansynth-small --out ../../checkpoints/gansynth-small/rainbowgrams.png

`--before FOLDER` puts an older checkpoint between the two.
"""
import argparse
from pathlib import Path
from types import SimpleNamespace

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import hsv_to_rgb
from PIL import Image

import renderers
import spectrogram as sg
from timbres import NAMED

PAIRS = [(73, 72), (71, 55), (68, 67), (56, 60), (60, 48), (40, 64), (48, 57), (52, 60), (19, 48), (12, 60), (0, 52), (33, 36)]
RANGE = 60.0  # dB below the note's loudest bin that is black
TOP = 4000.0  # Hz


def rainbow(audio):
    """[64000] -> [bins up to TOP, 128, 3], low frequencies at the bottom."""
    spectrum = sg.stft(audio)[:, : int(TOP / 8000.0 * sg.BINS)]
    level = 20.0 * np.log10(np.abs(spectrum) + 1e-9)
    brightness = np.clip(1.0 + (level - level.max()) / RANGE, 0.0, 1.0)
    step = np.diff(np.angle(spectrum), axis=0, prepend=0.0)
    # The bin's own frequency is taken off, so that a steady partial in the middle of its bin has one hue everywhere.
    own = np.pi / 2.0 * np.arange(1, spectrum.shape[1] + 1)
    hue = ((step - own) / (2.0 * np.pi)) % 1.0
    return hsv_to_rgb(np.stack([hue, np.full_like(hue, 0.8), brightness], axis=-1)).transpose(1, 0, 2)[::-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--audio", type=Path)
    parser.add_argument("--run", type=Path)
    parser.add_argument("--before", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    ours = renderers.choose(SimpleNamespace(processes=1, **vars(options)))
    whose = {"source": None, "before": options.before and renderers.Network.of_export(options.before), "ours": ours}
    columns = {name: render for name, render in whose.items() if name == "source" or render}
    across = 8 // len(columns) + len(columns) % 2
    figure, axes = plt.subplots(len(PAIRS) // across, across * len(columns), figsize=(12, 2.2 * len(PAIRS) // across), dpi=72)
    for i, (program, pitch) in enumerate(PAIRS):
        source = np.load(options.data / "notes" / f"{program:03d}.npy", mmap_mode="r")[pitch - 24].astype(float)
        for j, (name, render) in enumerate(columns.items()):
            audio = render.note(program, pitch) if render else source
            axis = axes[i // across, len(columns) * (i % across) + j]
            axis.imshow(rainbow(audio), aspect="auto", interpolation="nearest", extent=(0, 4, 0, TOP / 1000))
            axis.set_title(f"{NAMED[program][0]} {pitch}, {name}", fontsize=7)
            axis.tick_params(labelsize=5)
            axis.set_yticks([] if j or i % across else [0, 1, 2, 3, 4])
    figure.tight_layout(pad=0.4)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    # 48 colours are enough for the eye and keep the file small: it travels with the weights.
    Image.fromarray(pixels).quantize(48, dither=Image.Dither.NONE).save(options.out, optimize=True)


if __name__ == "__main__":
    main()
