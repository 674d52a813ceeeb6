"""Trains nsynth-spectral.

    python3 train.py --data DIR --out RUN --minutes 180            one process
    python3 train.py --data DIR --out RUN --minutes 180 --resume   goes on from RUN/last.pt; more minutes stretch what is left
    torchrun --nproc_per_node 4 train.py ...                       several devices
    python3 train.py ... --compile --bfloat16                      some three times as fast on a CPU of today

The loss is what is heard: the power of mel bands at the end of each frame, how far partials lie from their multiples, and the level of each moment.
The schedule is of time, not of steps.
"""
import argparse
import contextlib
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

from analysis import Analysis
from crops import Crops
from export import load_exported
from network import Autoencoder
from principal import begin
from partials import NEPERS_TO_DB, Spectrum, slots, split

import spectrogram as sg
from losses import sparse


def schedule(progress, peak):
    """Warm-up over 2 % of the time, then a cosine down to 1 %."""
    return peak * (progress / 0.02 if progress < 0.02 else 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


# Frames at the front of a crop that do not count: the decoder has not heard what came before.
LEAD = 4
# Of the terms of sound_losses, and of those of code_losses.
SCALES = (1.0, 1.0, 0.3, 2.0, 0.3, 2.0)
CODE_SCALES = (0.1, 0.1)
# What is softer than this beside the loudest of a crop counts as silence on both sides.
HEARD_DB = 60.0


class SoundLosses:
    def __init__(self, device):
        self.mel = sparse(sg.MEL, device)

    def __call__(self, outputs, pitch, power, moments):
        """The decoder's outputs [B, T, .], pitch [B], and what Analysis.targets heard -> distance of log-mel power over what is heard in nepers, and of the loudest bins near partials,
        distance of amplitudes relative to the loudest, distance of partials' places in fundamentals, distance of levels in nepers, and of
        amplitudes relative to the loudest: what is heard of a stroke is its last decibels."""
        level, partials, apart, noise = split(outputs[:, LEAD:])
        power, moments = power[:, LEAD:], moments[:, LEAD:]
        place, loudest, peak, tonal = slots(power, pitch)
        # Where a partial lies is learned from where it lies alone: the slope of a lobe leads astray.
        spectrum = Spectrum(pitch).power(partials, apart.detach(), noise)
        ours = self.mel(spectrum)
        wanted = self.mel(power)
        floor = 10 ** (-HEARD_DB / 10) * wanted.amax(dim=(1, 2), keepdim=True) + 1e-9
        log = 0.5 * (torch.log(ours + floor) - torch.log(wanted + floor)).abs().sum(dim=(1, 2))
        colour = log / (wanted > floor).sum(dim=(1, 2)).clamp(min=1)
        apart_in_amplitude = ((torch.sqrt(ours + floor) - torch.sqrt(wanted + floor)) ** 2).sum(dim=(1, 2))
        energy = torch.sqrt(apart_in_amplitude / wanted.sum(dim=(1, 2)).clamp(min=1e-6) + 1e-6)
        weight = torch.sqrt(loudest / loudest.amax(dim=(1, 2), keepdim=True).clamp(min=1e-6))
        weight = torch.where(weight > 10 ** (-HEARD_DB / 20), torch.sqrt(weight), 0.0) * tonal
        astray = ((apart - place).abs() * weight).sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1.0)
        # Most bins lie between partials: without a term of their own, partials are learned last.
        heard = 10 ** (-HEARD_DB / 10) * loudest.amax(dim=(1, 2), keepdim=True) + 1e-9
        peaks = 0.5 * (torch.log(spectrum.gather(2, peak) + heard) - torch.log(loudest + heard)).abs() * weight
        peaks = peaks.sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1.0)
        least = (moments.amax(dim=(1, 2), keepdim=True) - HEARD_DB).clamp(min=-100.0)
        levels = (torch.maximum(level, least / NEPERS_TO_DB) - torch.maximum(moments, least) / NEPERS_TO_DB).abs().mean(dim=(1, 2))
        loud = torch.exp((moments / NEPERS_TO_DB))
        strokes = (torch.exp(level) - loud).abs().mean(dim=(1, 2)) / loud.amax(dim=(1, 2)).clamp(min=1e-4)
        return [term.mean() for term in (colour, peaks, energy, astray, levels, strokes)]


def code_losses(free, level, true_level):
    """Of the level, and of the size of the free numbers."""
    return ((level - true_level / 45) ** 2).mean(), (free.pow(2).mean() - 1.0).clamp(min=0.0) ** 2


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=180, help="of this run, resumed or not")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--frames", type=int, default=24, help="of a crop")
    parser.add_argument("--rate", type=float, default=1.2e-3)
    parser.add_argument("--noise", type=float, default=0.05, help="standard deviation of noise on the embedding")
    parser.add_argument("--start-from", type=Path, help="an exported folder whose weights a new run begins with")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--compile", action="store_true", help="torch.compile the network; takes minutes to begin")
    parser.add_argument("--bfloat16", action="store_true", help="the network's forward pass in bfloat16; losses stay float32")
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
    # Where a processor lacks what NNPACK needs, it says so at every convolution.
    torch.backends.nnpack.set_flags(False)

    crops = Crops(options.data / "notes", options.frames)
    if len(crops.pitched) == 0:
        raise SystemExit(f"{options.data / 'notes'} holds no notes to learn from: prepare.py renders them there")
    analysis, losses = Analysis(device), SoundLosses(device)
    model, average = Autoencoder().to(device), Autoencoder().to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.99))
    spent, step = 0.0, 0
    last = options.out / "last.pt"
    options.out.mkdir(parents=True, exist_ok=True)
    if goes_on(last, options.resume):
        state = torch.load(last, map_location=device)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
    else:
        if options.start_from:
            load_exported(model, options.start_from)
        else:
            begin(model, crops, analysis, np.random.default_rng(rank))
        average.load_state_dict(model.state_dict())
    # A resumed run must not draw again what it drew.
    random = np.random.default_rng([rank, step])
    runner = torch.compile(model) if options.compile else model
    runner = torch.nn.parallel.DistributedDataParallel(runner) if several else runner
    if rank == 0:
        size = sum(p.numel() for p in model.encoder.parameters()) + sum(p.numel() for p in model.decoder.parameters())
        print(f"{len(crops.pitched)} notes, {len(crops.drums)} hits, {size} numbers, from minute {spent / 60:.1f}", flush=True)

    def save():
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        state.update(spent=spent, step=step)
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    tick = saved = time.monotonic()
    sums = np.zeros(9)
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
        audio, pitch = (torch.from_numpy(a).to(device) for a in crops.batch(random, options.batch))
        with torch.no_grad():
            features, power, moments, level = analysis.targets(audio, pitch)
        narrow = torch.autocast(device.type, dtype=torch.bfloat16) if options.bfloat16 else contextlib.nullcontext()
        with narrow:
            outputs = runner(features, options.noise, pitch[:, None].expand(-1, options.frames))
        outputs, free, told_level = (output.float() for output in outputs)
        terms = losses(outputs, pitch, power, moments)
        codes = code_losses(free, told_level, level)
        loss = sum(scale * term for scale, term in zip(SCALES, terms)) + sum(scale * term for scale, term in zip(CODE_SCALES, codes))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.9995, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        sums += (1, *(term.item() for term in (*terms, codes[0], free.pow(2).mean().sqrt())))
        now = time.monotonic()
        # A stopped process (suspended machine, paused run) does not spend the schedule.
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 50 == 0:
            _, colour, peaks, energy, astray, levels, strokes, told, size = sums / sums[0]
            print(
                f"step {step} minutes {spent / 60:.1f} colour {colour * NEPERS_TO_DB:.2f} peaks {peaks * NEPERS_TO_DB:.2f} dB energy {energy:.4f} apart {astray:.4f} "
                f"levels {levels * NEPERS_TO_DB:.2f} dB strokes {strokes:.4f} told {45 * told**0.5:.1f} dB rms {size:.2f}",
                flush=True,
            )
            sums[:] = 0
        if rank == 0 and now - saved > 120:
            save()
            saved = now
    if rank == 0:
        save()


if __name__ == "__main__":
    main()
