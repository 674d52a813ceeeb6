"""Latent optimisation of GANSynth's generator: every timbre owns a latent, learned with the network.

    python3 train.py --data DIR --out RUN --minutes 90            one process
    python3 train.py --data DIR --out RUN --minutes 90 --resume   goes on from RUN/last.pt
    torchrun --nproc_per_node 4 train.py ...                      several devices

What a note sounds like at a moment is far harder to learn (1024 bins of frequency, one pattern a pitch) than how it moves.
So there are three kinds of step:
  rows    the two steady halves of a note, one row each, 45 times cheaper than the image. First alone, then two steps of three;
  attack  the first quarter of a second of the image and of its sound: two of three steps of the rest;
  notes   whole notes and their sound.
Notes are drawn by their present error. The schedule is of time, not of steps: whatever the machine, a run ends after
--minutes with its learning rate decayed.
"""
import argparse
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))
from runs import goes_on

from losses import ATTACK_SIZES, NOTE_SIZES, Losses
from network import LATENT_SIZE, NARROW, Generator, widened
from notes import ATTACK_ROWS, Notes
from renderers import Network

ATTACK_BLOCK = 4  # the attack is cut from the output of this block: [16, 128]


PHASES = ("rows", "attack", "notes")
WEIGHTS = torch.tensor([4.0, 1.0, 2.0, 5.0])  # magnitude, frequency, sound, envelope


class Timbres(torch.nn.Module):
    """The network and the latents it is trained with."""

    def __init__(self, count, filters, compiled=False):
        super().__init__()
        self.generator = Generator(filters)
        self.latents = torch.nn.Parameter(torch.randn(count, LATENT_SIZE))
        draw = {
            "rows": self.generator.rows,
            "attack": lambda latent, pitch: self.generator.window(latent, pitch, ATTACK_BLOCK, 0, ATTACK_ROWS),
            "notes": self.generator.forward,
        }
        self.draw = {k: torch.compile(f, dynamic=False) for k, f in draw.items()} if compiled else draw

    def forward(self, phase, timbre, pitch, noise):
        # Latents keep the norm of the prior, so that users' draws from it fall where the network was trained.
        latent = torch.nn.functional.normalize(self.latents[timbre]) * math.sqrt(LATENT_SIZE)
        # One in twenty lies half-way to anywhere: what users draw at random is far from every timbre.
        noise = torch.where(torch.rand_like(latent[:, :1]) < 0.05, 1.0, noise)
        latent = latent + noise * torch.randn_like(latent)
        latent = torch.nn.functional.normalize(latent) * math.sqrt(LATENT_SIZE)
        return self.draw[phase](latent, pitch)


def begin_with(model, source, programs):
    """Weights of another run, or of an exported checkpoint, which has the latents of named timbres only. A narrower network is widened."""
    begun = Network.of_run(source) if source.is_file() else Network.of_export(source)
    factor, state = model.generator.filters[0] // begun.generator.filters[0], begun.generator.state_dict()
    model.generator.load_state_dict(state if factor == 1 else widened(state, factor, np.random.default_rng(0)))
    with torch.no_grad():
        for program, latent in begun.latents.items():
            if program in programs:
                model.latents[programs.index(program)] = torch.from_numpy(latent)


def measure(losses, phase, image, target, source):
    """[terms, B]: magnitude, frequency and, but for rows, the sound and its envelope."""
    magnitude, frequency, weight = target
    power, steps = losses.linear(image)
    terms = [losses.magnitude(image, magnitude, weight), losses.frequency(steps, frequency, weight)]
    if phase == "rows":
        return torch.stack(terms)
    audio = losses.audio(power, steps)
    terms.append(losses.sound(audio, source[:, : audio.shape[1]], ATTACK_SIZES if phase == "attack" else NOTE_SIZES))
    terms.append(losses.envelope(audio, source[:, : audio.shape[1]], 64 if phase == "attack" else 512))
    return torch.stack(terms)


def schedule(progress, peak):
    """Warm-up over 2 % of the time, then a cosine down to 1 %."""
    return peak * (progress / 0.02 if progress < 0.02 else 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=90, help="of this run, resumed or not")
    parser.add_argument("--filters", type=int, nargs=7, default=NARROW)
    parser.add_argument("--batch", type=int, default=8, help="notes in a step of rows or attacks; whole notes are a quarter of it")
    parser.add_argument("--rate", type=float, default=1.2e-2)
    parser.add_argument("--noise", type=float, default=0.1, help="standard deviation of noise on latents")
    parser.add_argument("--rows", type=float, default=0.4, help="share of the time spent on rows alone, at the start")
    parser.add_argument("--average", type=float, default=0.9995, help="decay of the average of weights that is exported")
    parser.add_argument("--bfloat16", type=float, default=0.0, help="share of the time, from the start, whose forward passes are bfloat16")
    parser.add_argument("--compile", action="store_true", help="torch.compile the network: minutes of warm-up, then faster")
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

    if not (options.data / "notes.json").exists():
        raise SystemExit(f"{options.data} holds no notes: render.py and prepare.py write them there")
    notes = Notes(options.data, options.hold_out)
    model = Timbres(len(notes.programs), options.filters, options.compile).to(device)
    average = Timbres(len(notes.programs), options.filters).to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.99))
    losses = Losses(device)
    spent, step = 0.0, 0
    last = options.out / "last.pt"
    options.out.mkdir(parents=True, exist_ok=True)
    if goes_on(last, options.resume):
        state = torch.load(last, map_location=device, weights_only=False)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
        average.load_state_dict(state["average"])
        notes.errors = {kind: np.asarray(errors) for kind, errors in state["errors"].items()}
    else:
        if options.start_from:
            begin_with(model, options.start_from, notes.programs)
        else:
            model.generator.middle_rows_only()
        average.load_state_dict(model.state_dict())
    parallel = torch.nn.parallel.DistributedDataParallel(model, find_unused_parameters=True) if several else model

    def save():
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        state.update(spent=spent, step=step, programs=notes.programs, filters=list(options.filters), errors={kind: torch.from_numpy(errors) for kind, errors in notes.errors.items()})
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    tick = saved = time.monotonic()
    sums, counts = np.zeros((3, 4)), np.zeros((3, 1))
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
        phase = "rows" if progress < options.rows or step % 3 else ("attack", "attack", "notes")[step // 3 % 3]
        size = {"rows": 2 * options.batch, "attack": options.batch, "notes": max(1, options.batch // 4)}[phase]
        rows, timbre, pitch, target, source = notes.batch(random, size, device, phase)
        # Twice as quick on a CPU that has it. But its rounding repeats from frame to frame, and phases add it up: not at the end.
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=progress < options.bfloat16):
            image = parallel(phase, timbre, pitch, options.noise)
        terms = measure(losses, phase, image.float(), target, source)
        each = (WEIGHTS[: len(terms), None] * terms).sum(dim=0)
        loss = each.mean()
        if phase != "rows":
            notes.learn(phase, rows, each.detach().cpu().numpy())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(options.average, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        kind = PHASES.index(phase)
        sums[kind, : len(terms)] += terms.detach().mean(dim=1).cpu().numpy()
        counts[kind] += 1
        now = time.monotonic()
        # A stopped process (suspended machine, paused run) does not spend the schedule.
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 100 == 0:
            means = " | ".join(f"{k} " + " ".join(f"{v:.4f}" for v in m) for k, m in zip(PHASES, sums / np.maximum(counts, 1)))
            print(f"step {step} minutes {spent / 60:.1f} {means}", flush=True)
            sums[:], counts[:] = 0, 0
        if rank == 0 and now - saved > 120:
            save()
            saved = now
    if rank == 0:
        save()


if __name__ == "__main__":
    main()
