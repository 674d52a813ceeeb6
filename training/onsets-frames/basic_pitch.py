"""Transcribes with basic-pitch (Spotify, Apache-2.0), to be judged beside ours: its tfjs graph run in PyTorch, its notes as it makes them.

    python3 basic_pitch.py --model FOLDER --out NOTES DATA/test/FluidR3_GM/*.wav
    timbrel evaluate onsets-frames DATA/test/FluidR3_GM/*.wav --notes NOTES

FOLDER has basic-pitch's model.json (icassp_2022). NOTES/NAME.mid are written.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from scipy.io import wavfile
from scipy.signal import argrelmax, resample_poly
from torch.nn import functional

import music

RATE, HOP, WINDOW, FRAMES = 22050, 256, 43844, 172
OVERLAP = 30  # frames that windows share
ONSET, FRAME, SHORTEST, TOLERANCE = 0.5, 0.3, 11, 11


class Graph:
    """A tfjs graph of the two dozen operations that basic-pitch is made of."""

    def __init__(self, folder):
        model = json.loads((folder / "model.json").read_text())
        self.nodes = {node["name"]: node for node in model["modelTopology"]["node"]}
        data = b"".join((folder / path).read_bytes() for group in model["weightsManifest"] for path in group["paths"])
        self.constants, at = {}, 0
        for group in model["weightsManifest"]:
            for weight in group["weights"]:
                count = int(np.prod(weight["shape"]))
                dtype = {"float32": np.float32, "int32": np.int32}[weight["dtype"]]
                values = np.frombuffer(data, dtype, count, at).reshape(weight["shape"])
                self.constants[weight["name"]] = torch.from_numpy(values.copy())
                at += 4 * count

    @torch.no_grad()
    def run(self, audio, outputs):
        known = dict(self.constants, input_2=audio)

        def value(name):
            stack = [name]
            while stack:
                top = stack[-1]
                if top in known:
                    stack.pop()
                    continue
                node = self.nodes[top]
                inputs = [name.split(":")[0] for name in node.get("input", []) if not name.startswith("^")]
                missing = [name for name in inputs if name not in known]
                if missing:
                    stack += missing
                else:
                    known[top] = operation(node, [known[name] for name in inputs])
                    stack.pop()
            return known[name]

        return [value(name) for name in outputs]


def padded_same(x, kernel, strides):
    """TensorFlow's SAME: more behind than before."""
    pads = []
    for size, width, stride in zip(x.shape[:1:-1], kernel[::-1], strides[::-1]):
        total = max(0, (-(-size // stride) - 1) * stride + width - size)
        pads += [total // 2, total - total // 2]
    return functional.pad(x, pads)


def operation(node, x):
    op, attributes = node["op"], node.get("attr", {})
    integers = lambda tensor: [int(v) for v in tensor.reshape(-1)]
    if op in ("Conv2D", "_FusedConv2D"):
        strides = [int(i) for i in attributes["strides"]["list"]["i"]][1:3]
        images, kernel = x[0].permute(0, 3, 1, 2), x[1].permute(3, 2, 0, 1)
        if attributes["padding"]["s"] == "U0FNRQ==":
            images = padded_same(images, kernel.shape[2:], strides)
        y = functional.conv2d(images, kernel, x[2] if len(x) > 2 else None, strides).permute(0, 2, 3, 1)
        relu = "UmVsdQ==" in attributes.get("fused_ops", {}).get("list", {}).get("s", [])
        return functional.relu(y) if relu else y
    if op == "StridedSlice":
        mask = lambda name: int(attributes[name]["i"])
        begin, end, step = integers(x[1]), integers(x[2]), integers(x[3])
        index = []
        for i in range(len(begin)):
            if mask("new_axis_mask") >> i & 1:
                index.append(None)
            elif mask("shrink_axis_mask") >> i & 1:
                index.append(begin[i])
            else:
                index.append(slice(None if mask("begin_mask") >> i & 1 else begin[i], None if mask("end_mask") >> i & 1 else end[i], step[i]))
        return x[0][tuple(index)]
    if op in ("Pad", "MirrorPad"):
        pads = [n for pair in reversed(x[1].tolist()) for n in pair]
        if op == "Pad":
            return functional.pad(x[0], pads)
        while pads[-2:] == [0, 0]:
            pads = pads[:-2]
        return functional.pad(x[0], pads, "reflect")
    simple = {
        "Shape": lambda: torch.tensor(x[0].shape, dtype=torch.int32),
        "Pack": lambda: torch.stack([torch.as_tensor(v) for v in x], int(attributes["axis"]["i"])),
        "Reshape": lambda: x[0].reshape(integers(x[1])),
        "Transpose": lambda: x[0].permute(integers(x[1])),
        "ExpandDims": lambda: x[0].unsqueeze(int(x[1])),
        "Squeeze": lambda: squeezed(x[0], [int(i) for i in attributes["squeeze_dims"]["list"]["i"]]),
        "ConcatV2": lambda: torch.cat(x[:-1], int(x[-1])),
        "Neg": lambda: -x[0],
        "Mul": lambda: x[0] * x[1],
        "Square": lambda: x[0] ** 2,
        "Sqrt": lambda: x[0].sqrt(),
        "Sum": lambda: x[0].sum(integers(x[1])),
        "Min": lambda: x[0].amin(integers(x[1])),
        "Max": lambda: x[0].amax(integers(x[1])),
        "Add": lambda: x[0] + x[1],
        "AddV2": lambda: x[0] + x[1],
        "Sub": lambda: x[0] - x[1],
        "Log": lambda: x[0].log(),
        "DivNoNan": lambda: torch.where(x[1] == 0, torch.zeros(()), x[0] / x[1]),
        "Sigmoid": lambda: x[0].sigmoid(),
        "Identity": lambda: x[0],
    }
    return simple[op]()


def squeezed(x, dims):
    for dim in sorted((d % x.ndim for d in dims), reverse=True):
        x = x.squeeze(dim)
    return x


def probabilities(graph, audio):
    """(notes, onsets), [frames, 88] each, at 22050 / 256 a second."""
    hop = WINDOW - OVERLAP * HOP
    padded = np.concatenate([np.zeros(OVERLAP * HOP // 2, np.float32), audio])
    parts = []
    for start in range(0, len(padded), hop):
        window = padded[start : start + WINDOW]
        window = np.pad(window, (0, WINDOW - len(window))).astype(np.float32)
        outputs = graph.run(torch.from_numpy(window)[None, :, None], ("Identity_1", "Identity_2"))
        parts.append([o[0, OVERLAP // 2 : FRAMES - OVERLAP // 2].numpy() for o in outputs])
    frames = int(len(audio) * (86 / RATE))
    return [np.concatenate([part[i] for part in parts])[:frames] for i in range(2)]


def notes_of(frames, onsets):
    """(start frame, end frame, pitch, amplitude), as its own note creation finds them."""
    rises = np.min([frames - np.vstack([np.zeros((n, 88), frames.dtype), frames[:-n]]) for n in (1, 2)], 0)
    rises = np.maximum(rises, 0)
    rises[:2] = 0
    onsets = np.maximum(onsets, onsets.max() * rises / max(rises.max(), 1e-9))
    peaks = np.zeros_like(onsets)
    peaks[argrelmax(onsets, axis=0)] = onsets[argrelmax(onsets, axis=0)]
    left, count, found = frames.copy(), len(frames), []
    for start, key in zip(*(index[::-1] for index in np.where(peaks >= ONSET))):
        if start >= count - 1:
            continue
        i, quiet = start + 1, 0
        while i < count - 1 and quiet < TOLERANCE:
            quiet = quiet + 1 if left[i, key] < FRAME else 0
            i += 1
        i -= quiet
        if i - start <= SHORTEST:
            continue
        left[start:i, max(0, key - 1) : key + 2] = 0
        found.append((start, i, key + 21, frames[start:i, key].mean()))
    while left.max() > FRAME:
        middle, key = np.unravel_index(left.argmax(), left.shape)
        left[middle, key] = 0
        ends = []
        for step in (1, -1):
            i, quiet = middle + step, 0
            while 0 < i < count - 1 and quiet < TOLERANCE:
                quiet = quiet + 1 if left[i, key] < FRAME else 0
                left[i, max(0, key - 1) : key + 2] = 0
                i += step
            ends.append(i - step - quiet * step)
        if ends[0] - ends[1] > SHORTEST:
            found.append((ends[1], ends[0], key + 21, frames[ends[1] : ends[0], key].mean()))
    return found


def seconds_of(frame):
    """Windows of 43844 samples are a little longer than 172 hops less one."""
    offset = HOP / RATE * (FRAMES - WINDOW / HOP) + 0.0018
    return frame * HOP / RATE - offset * (frame // FRAMES)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args()
    graph = Graph(options.model)
    options.out.mkdir(parents=True, exist_ok=True)
    for file in options.files:
        rate, samples = wavfile.read(file)
        divisor = np.gcd(rate, RATE)
        audio = resample_poly(samples.astype(np.float64) / 32768, RATE // divisor, rate // divisor).astype(np.float32)
        found = notes_of(*probabilities(graph, audio))
        notes = [[seconds_of(a), seconds_of(b), int(pitch), max(1, round(127 * float(level)))] for a, b, pitch, level in found]
        (options.out / f"{file.stem}.mid").write_bytes(music.midi(music.without_overlap(notes), [], 0, len(audio) / RATE))
        print(f"{file.name}  {len(notes)} notes", flush=True)


if __name__ == "__main__":
    main()
