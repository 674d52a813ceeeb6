"""A touch-up after train.py: held notes that fall faster than their source does are taught to hold, for some minutes.

    python3 hold.py --data DIR --run RUN/last.pt --out RUN/held.pt --minutes 2

The voice engine tells from a note's fall whether to hold it or to let it die, so an error of 2 dB a second that no spectrum shows is
heard after four seconds. Half of the notes drawn are those that fall by 1 dB a second too much, the others are drawn as in training.
"""
import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch

from losses import Losses
from notes import Notes
from train import WEIGHTS, Timbres, measure

FROM, TO, WINDOW = 11200, 46400, 1600  # samples: held part and windows
NEPERS_TO_DB = 20.0 / math.log(10.0)


def slope(audio):
    """[B, samples] -> [B] dB a second of the level between 0.7 and 2.9 s, by least squares."""
    level = 0.5 * NEPERS_TO_DB * torch.log(torch.nn.functional.avg_pool1d(audio[:, None, FROM:TO] ** 2, WINDOW)[:, 0] + 1e-8)
    seconds = torch.arange(level.shape[1]) * (WINDOW / 16000.0)
    seconds = seconds - seconds.mean()
    return (level * seconds).sum(dim=1) / (seconds**2).sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=float, default=1e-3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    random, device = np.random.default_rng(0), torch.device("cpu")
    notes, losses = Notes(options.data, False), Losses(device)
    state = torch.load(options.run, weights_only=True)
    model = Timbres(len(notes.programs), state["filters"])
    model.load_state_dict(state["average"])
    notes.errors = {kind: errors.numpy() for kind, errors in state["errors"].items()}
    everything = notes.rows

    def render(kind, noise):
        rows, timbre, pitch, target, source = notes.batch(random, 2, device, kind)
        image = model("notes", timbre, pitch, noise)
        return image, target, source, losses.audio(*losses.linear(image))

    falling = []
    with torch.no_grad():
        for row in everything[notes.pitch[everything] % 3 == 0]:  # every third key: neighbours follow
            source = torch.from_numpy(notes.audio[notes.timbre[row]][notes.pitch[row] - 24].copy())[None]
            if slope(source) < -1.5:
                continue
            latent = torch.nn.functional.normalize(model.latents[notes.timbre[row]][None]) * 16.0
            audio = losses.audio(*losses.linear(model.generator(latent, torch.tensor([notes.pitch[row]]))))
            if slope(audio) < slope(source) - 1.0:
                falling.append(row)
    falling = np.array(falling)
    print(f"{len(falling)} notes fall too fast", flush=True)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.99))
    start, step = time.monotonic(), 0
    while (progress := (time.monotonic() - start) / (60 * options.minutes)) < 1.0:
        optimiser.param_groups[0]["lr"] = options.rate * min(1.0, (step + 1) / 20) * (1.0 - progress)
        notes.rows = everything if step % 2 else falling
        image, target, source, audio = render("notes", 0.02)
        loss = (WEIGHTS[:, None] * measure(losses, "notes", image, target, source)).sum(dim=0).mean()
        fall = (slope(audio) - slope(source)).abs().clamp(max=6.0).mean()
        optimiser.zero_grad(set_to_none=True)
        (loss + 0.3 * fall).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step += 1
        if step % 40 == 0:
            print(f"step {step} loss {loss.item():.3f} fall {fall.item():.2f} dB/s", flush=True)
    # A quarter of the way: the notes hold by then, and less is lost elsewhere.
    before, after = state["average"], model.state_dict()
    for weights in (before, after):
        weights["latents"] = torch.nn.functional.normalize(weights["latents"]) * 16.0
    state["average"] = {name: 0.75 * before[name] + 0.25 * after[name] for name in before}
    torch.save(state, options.out)


if __name__ == "__main__":
    main()
