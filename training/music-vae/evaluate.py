"""What a trained MusicVAE is worth on windows that were held out, as JSON.

    python3 evaluate.py --run RUN/last.pt --data DATA --out REPORT.json

Everything is computed from mu, the most likely event at each step. The baselines: `nearest` answers with the training window that
agrees in the most steps (melodies: in whichever key); `mean groove` knows the hits and answers with the mean velocity and offset of
their drum at that step of the bar, over the training windows.
"""
import argparse
import json
import re
from pathlib import Path

import numpy as np
import torch

from network import MusicVAE, divergence, reconstruction
from windows import TRANSPOSE, Windows, before

SCALES = [{(root + step) % 12 for step in (0, 2, 4, 5, 7, 9, 11)} for root in range(12)]


def music_of_melodies(windows):
    """Windows [N, 32] of classes -> what a musician hears of them, means."""
    outside, notes, on_quarters, on_eighths, returns, begun = 0, 0, 0, 0, 0, []
    for w in windows:
        on = np.flatnonzero(w >= 2)
        pitch_classes = (w[on] + 19) % 12
        outside += min(sum(p not in scale for p in pitch_classes) for scale in SCALES)
        notes += len(on)
        on_quarters += (on % 4 == 0).sum()
        on_eighths += (on % 2 == 0).sum()
        first, second = w[:16], w[16:]
        returns += ((first >= 2) == (second >= 2)).all()
        begun.append(len(on))
    return {"notes a window": np.mean(begun), "windows with fewer than two notes": np.mean(np.array(begun) < 2),
            "on the beat": on_quarters / notes, "on eighths": on_eighths / notes, "outside the best scale": outside / notes,
            "second bar has the rhythm of the first": returns / len(windows),
            "distinct": len({w.tobytes() for w in windows}) / len(windows)}


def music_of_drums(windows):
    bits = (windows[..., None] >> np.arange(9)) & 1
    first, second = windows[:, :16], windows[:, 16:]
    struck = bits.sum((1, 2))
    return {"hits a window": struck.mean(), "kick on one": bits[:, 0, 0].mean(), "snare on two and four": bits[:, [4, 12, 20, 28], 1].mean(),
            "hits on eighths": bits[:, ::2].sum() / bits.sum(), "second bar is the first": (first == second).all(1).mean(),
            "steps of the second bar as in the first": (first == second).mean(), "distinct": len({w.tobytes() for w in windows}) / len(windows)}


def nearest(windows, training, shifts):
    """Share of steps in which the best training window agrees, per window."""
    best = np.zeros(len(windows), np.int64)
    for shift in shifts:
        moved = np.where(training >= 2, np.clip(training + shift, 0, 89), training) if shift else training
        for at in range(0, len(windows), 64):
            some = windows[at : at + 64]
            agree = np.zeros((len(some), len(moved)), np.int8)
            for t in range(windows.shape[1]):
                agree += some[:, t, None] == moved[None, :, t]
            best[at : at + 64] = np.maximum(best[at : at + 64], agree.max(1))
    return best / windows.shape[1]


def events(network, held, windows, rng):
    x, y = held.tensors(windows)
    past = before(y)
    mu, sigma = network.encode(x)
    logits = network.decode(mu, past)
    z = mu + sigma * torch.randn(mu.shape, generator=rng)
    free = network.generate(mu)
    something = (y > 0) if network.kind == "drums" else (y >= 2)
    return y, free, {
        "windows": y.shape[1],
        "right, teacher-forced": (logits.argmax(-1) == y).float().mean().item(),
        "right, free-running": (free == y).float().mean().item(),
        "right, free-running, where something begins": (free == y)[something].float().mean().item(),
        "windows without a mistake": (free == y).all(0).float().mean().item(),
        "nats a window, from z": reconstruction(network.kind, network.decode(z, past), y).item(),
        "kl, nats a window": divergence(mu, sigma).mean().item(),
    }


def grooves(network, held, windows, training):
    x, y = held.tensors(windows)
    mu, sigma = network.encode(x)
    made = network.generate(mu)
    hits, velocities, offsets = (part > 0.5 if i == 0 else part for i, part in enumerate(y.chunk(3, -1)))
    said, fast, late = made.chunk(3, -1)
    said = said > 0.5
    both = said & hits
    t = torch.from_numpy(training.astype(np.float32)).view(-1, 2, 16, 27)
    h, v, o = t.chunk(3, -1)
    mean = lambda x: ((x * h).sum((0, 1)) / h.sum((0, 1)).clamp(min=1)).repeat(2, 1)[:, None]
    # the model's own velocities and offsets where it struck the right drum; the mean groove's at the same places
    error = lambda a, b, at: (a - b)[at.expand_as(a)].abs().mean().item()
    ours = lambda prediction, true: error(prediction.expand_as(true), true, both)
    # when the true hits are fed to the decoder, every hit is answered
    logits = network.decode(mu, before(y))
    _, taught_v, taught_o = logits.chunk(3, -1)
    precision, recall = (both.sum() / said.sum()).item(), (both.sum() / hits.sum()).item()
    answered, tapped = said.any(-1), hits.any(-1)
    beats = lambda t: {"kick on one": t[0, :, 0].float().mean().item(), "snare on two and four": t[[4, 12, 20, 28], :, 1].float().mean().item()}
    return {
        "windows": y.shape[1], "hits": int(hits.sum()), "precision of hits": precision, "recall of hits": recall,
        "f1 of hits": 2 * precision * recall / (precision + recall), "kl, nats a window": divergence(mu, sigma).mean().item(),
        "velocity error, of 127": 127 * ours(fast, velocities), "velocity error of the mean groove": 127 * ours(mean(v), velocities),
        "offset error, of a sixteenth": ours(late, offsets) / 2, "offset error of the mean groove": ours(mean(o), offsets) / 2,
        "offset error of the grid": ours(torch.zeros_like(offsets), offsets) / 2,
        "velocity error, teacher-forced, all hits": 127 * error(torch.sigmoid(taught_v), velocities, hits),
        "velocity error of the mean groove, all hits": 127 * error(mean(v).expand_as(velocities), velocities, hits),
        "offset error, teacher-forced, all hits": error(torch.tanh(taught_o), offsets, hits) / 2,
        "offset error of the mean groove, all hits": error(mean(o).expand_as(offsets), offsets, hits) / 2,
        "spread of velocities": 127 * fast[said].std().item(), "spread of velocities, data": 127 * velocities[hits].std().item(),
        "spread of offsets": late[said].std().item() / 2, "spread of offsets, data": offsets[hits].std().item() / 2,
        "steps that have a hit and get one": ((answered & tapped).sum() / tapped.sum()).item(),
        "steps that get a hit and have one": ((answered & tapped).sum() / answered.sum()).item(),
        "beat": beats(said), "beat, data": beats(hits),
        "hits a window": (said.sum() / y.shape[1]).item(), "hits a window, data": (hits.sum() / y.shape[1]).item(),
    }


@torch.no_grad()
def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--windows", type=int, default=2000)
    parser.add_argument("--neighbours", type=int, default=200, help="windows whose nearest training window is looked for")
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    saved = torch.load(options.run, map_location="cpu", weights_only=True)
    network = MusicVAE(**saved["sizes"]).eval()
    network.load_state_dict(saved["averaged"])
    held, train = (Windows(options.data, split, saved["kind"]) for split in (options.split, "train"))
    order = np.random.default_rng(0).permutation(len(held.all))
    windows = held.all[order]
    report = {"step": saved["step"], "minutes": saved["spent"] / 60, "split": options.split}
    rng = torch.Generator().manual_seed(0)
    if network.kind == "groove":
        report["held out"] = grooves(network, held, windows[: options.windows], train.all)
    else:
        y, free, report["held out"] = events(network, held, windows[: options.windows], rng)
        some = windows[: options.neighbours]
        shifts = range(*TRANSPOSE) if network.kind == "melody" else [0]
        close = nearest(some.astype(np.int64), train.all.astype(np.int64), shifts)
        report["nearest training window"] = {"windows": len(some), "right": close.mean(), "ours, of the same": (free == y)[:, : len(some)].float().mean().item()}
        music = music_of_melodies if network.kind == "melody" else music_of_drums
        report["music"] = {"held out": music(windows[: options.windows].astype(np.int64))}
        for temperature in (0.5, 1.0):
            z = torch.randn(options.samples, network.mu.out_features, generator=rng)
            made = network.generate(z, temperature=temperature, generator=rng).numpy().T
            report["music"][f"from the prior, temperature {temperature}"] = music(made)
    text = json.dumps(report, indent=1, default=lambda number: number.item())
    text = re.sub(r"\d+\.\d{5,}", lambda found: f"{float(found[0]):.4f}", text)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
