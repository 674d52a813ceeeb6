"""Latent optimisation of GANSynth's generator: every timbre owns a latent, learned with the network.

    python3 train.py --data DIR --out RUN --minutes 90            one process
    python3 train.py --data DIR --out RUN --minutes 90 --resume   goes on from RUN/last.pt
    torchrun --nproc_per_node 4 train.py ...                      several devices

What a note sounds like at a moment is far harder to learn (1024 bins of frequency, one pattern a pitch) than how it moves.
So there are three kinds of step:
  rows     the two steady halves of a note, one row each, 45 times cheaper than the image. First alone, then three in four;
  windows  all of the network on a quarter of the note, chosen anew each time (every other one is the first quarter: the
           attack, and all there is of a struck note): one step in four after that;
  notes    whole notes and the loss on the sound itself, at the end.
The schedule is of time, not of steps: whatever the machine, a run ends after --minutes with its learning rate decayed.
"""
import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed

from losses import Losses
from network import LATENT_SIZE, NARROW, Generator
from notes import Notes
from renderers import Network
from timbres import NAMED

WINDOW_BLOCK = 4  # windows are cut from the output of this block: [16, 128]
WINDOW_ROWS = 4  # of 16; one more on each side is computed and thrown away
FRAMES_PER_ROW = 8


class Timbres(torch.nn.Module):
    """The network and the latents it is trained with."""

    def __init__(self, count, filters):
        super().__init__()
        self.generator = Generator(filters)
        self.latents = torch.nn.Parameter(torch.randn(count, LATENT_SIZE))

    def forward(self, phase, timbre, pitch, noise, window=0):
        # Latents keep the norm of the prior, so that users' draws from it fall where the network was trained.
        latent = torch.nn.functional.normalize(self.latents[timbre]) * math.sqrt(LATENT_SIZE)
        # One in ten lies half-way to anywhere: what users draw at random is far from every timbre.
        noise = torch.where(torch.rand_like(latent[:, :1]) < 0.1, 1.0, noise)
        latent = latent + noise * torch.randn_like(latent)
        latent = torch.nn.functional.normalize(latent) * math.sqrt(LATENT_SIZE)
        if phase == "rows":
            return self.generator.rows(latent, pitch)
        if phase == "windows":
            return self.generator.window(latent, pitch, WINDOW_BLOCK, window, window + WINDOW_ROWS)
        return self.generator(latent, pitch)


def begin_with(model, source, programs, device):
    """Weights of another run, or of an exported checkpoint, which has the latents of named timbres only."""
    if source.is_file():
        model.load_state_dict(torch.load(source, map_location=device)["average"])
        return
    exported = Network.of_export(source)
    model.generator.load_state_dict(exported.generator.state_dict())
    with torch.no_grad():
        for program, latent in exported.latents.items():
            model.latents[programs.index(program)] = torch.from_numpy(latent)


def schedule(progress, peak):
    """Warm-up over 2 % of the time, then a cosine down to 1 %."""
    return peak * (progress / 0.02 if progress < 0.02 else 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90, help="of this run, resumed or not")
    parser.add_argument("--filters", type=int, nargs=7, default=NARROW)
    parser.add_argument("--batch", type=int, default=4, help="notes in a window; rows take twice, whole notes half as many")
    parser.add_argument("--rate", type=float, default=1.2e-2)
    parser.add_argument("--noise", type=float, default=0.1, help="standard deviation of noise on latents")
    parser.add_argument("--rows", type=float, default=0.4, help="share of the time spent on rows alone")
    parser.add_argument("--notes", type=float, default=0.1, help="share of the time spent on whole notes, at the end")
    parser.add_argument("--favourites", type=int, nargs="*", default=list(NAMED), help="programs drawn more often; one that is named twice, twice as much more")
    parser.add_argument("--favour", type=float, default=3.0, help="how much more often")
    parser.add_argument("--hold-out", action="store_true", help="keep every fourth pitch of a timbre for evaluation")
    parser.add_argument("--start-from", type=Path, help="another run's last.pt, or an exported checkpoint")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--threads", type=int, default=0)
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    several = int(os.environ.get("WORLD_SIZE", 1)) > 1
    rank = int(os.environ.get("RANK", 0))
    cuda = torch.cuda.is_available()
    device = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if cuda else "cpu")
    if several:
        distributed.init_process_group("nccl" if cuda else "gloo")
    torch.manual_seed(rank)
    random = np.random.default_rng(rank)

    notes = Notes(options.data, options.hold_out, options.favourites, options.favour)
    model = Timbres(len(notes.programs), options.filters).to(device)
    average = Timbres(len(notes.programs), options.filters).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.99))
    losses = Losses(device)
    spent, step = 0.0, 0
    last = options.out / "last.pt"
    options.out.mkdir(parents=True, exist_ok=True)
    if options.resume and last.exists():
        state = torch.load(last, map_location=device)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
        average.load_state_dict(state["average"])
    else:
        if options.start_from:
            begin_with(model, options.start_from, notes.programs, device)
        else:
            model.generator.middle_rows_only()
        average.load_state_dict(model.state_dict())
    parallel = torch.nn.parallel.DistributedDataParallel(model, find_unused_parameters=True) if several else model

    def save():
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        state.update(spent=spent, step=step, programs=notes.programs, filters=list(options.filters))
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    tick = saved = time.monotonic()
    sums = np.zeros(4)
    while True:
        if several:  # one clock, or the processes would end at different steps
            clock = torch.tensor([spent], dtype=torch.float64, device=device)
            distributed.broadcast(clock, 0)
            spent = clock.item()
        progress = spent / (options.minutes * 60)
        if progress >= 1.0:
            break
        for group in optimiser.param_groups:
            group["lr"] = schedule(progress, options.rate)
        if progress > 1.0 - options.notes:
            phase, row, size, frames = "notes", 0, max(1, options.batch // 2), slice(None)
        elif progress < options.rows or step % 4:
            phase, row, size, frames = "rows", 0, 2 * options.batch, None
        else:
            row = 0 if random.random() < 0.5 else int(random.integers(0, 16 - WINDOW_ROWS + 1))
            frames = slice(row * FRAMES_PER_ROW, (row + WINDOW_ROWS) * FRAMES_PER_ROW)
            phase, size = "windows", options.batch
        timbre, pitch, target = notes.batch(random, size, device, frames)
        image = parallel(phase, timbre, pitch, options.noise, row)
        magnitude, frequency = losses.image(image, *target)
        sound = losses.sound(image, target[0]) if phase == "notes" else torch.zeros(())
        loss = 4.0 * magnitude + 2.0 * frequency + 4.0 * sound
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        sums += (1, magnitude.item(), frequency.item(), sound.item())
        now = time.monotonic()
        # A stopped process (suspended machine, paused run) does not spend the schedule.
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 50 == 0:
            _, m, f, s = sums / sums[0]
            print(f"step {step} minutes {spent / 60:.1f} magnitude {m:.4f} frequency {f:.4f} sound {s:.4f}", flush=True)
            sums[:] = 0
        if rank == 0 and now - saved > 120:
            save()
            saved = now
    if rank == 0:
        save()


if __name__ == "__main__":
    main()
