"""Trains nsynth-spectral.

    python3 train.py --data DIR --out RUN --minutes 180            one process
    python3 train.py --data DIR --out RUN --minutes 180 --resume   goes on from RUN/last.pt; more minutes stretch what is left
    torchrun --nproc_per_node 4 train.py ...                       several devices
    python3 train.py ... --compile --bfloat16                      some three times as fast on a CPU of today

The loss is what is heard: log magnitude, and instantaneous frequency as an angle where something sounds (../gansynth/losses.py), and in
the last part the log-mel distance of the inverted sound. A tenth of each head is added. The schedule is of time, not of steps.
"""
import argparse
import contextlib
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed
from torch.nn import functional as F

from analysis import HOP, WINDOW, Analysis
from crops import Crops
from network import NO_PITCH, Autoencoder

import spectrogram as sg
from losses import Losses


def schedule(progress, peak):
    """Warm-up over 2 % of the time, then a cosine down to 1 %."""
    return peak * (progress / 0.02 if progress < 0.02 else 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))


class SpectralLosses(Losses):
    def sound(self, image, magnitude):
        """Log-mel distance of the inverted crop, away from its ends, where columns overlap that are not there."""
        power = torch.exp((image[:, 0] - sg.MAGNITUDE_OFFSET) / sg.MAGNITUDE_SCALE) @ self.inverse_mel
        phase = np.pi * torch.cumsum((image[:, 1] / sg.FREQUENCY_SCALE) @ self.inverse_mel, dim=1)
        spectrum = torch.polar(torch.sqrt(power + sg.FLOOR), phase)
        frames = torch.fft.irfft(F.pad(spectrum, (1, 0)), n=WINDOW) * (self.window / 1.5)
        length = WINDOW + (image.shape[2] - 1) * HOP
        audio = F.fold(frames.transpose(1, 2), (1, length), (1, WINDOW), stride=(1, HOP))[:, 0, 0]
        again = torch.fft.rfft(audio.unfold(1, WINDOW, HOP) * self.window)[..., 1:].abs() ** 2
        heard = sg.MAGNITUDE_SCALE * torch.log(again @ self.mel + sg.FLOOR) + sg.MAGNITUDE_OFFSET
        return (heard - magnitude)[:, 3:-3].abs().mean()


def heads_loss(z, pitch_logits, cents, level, classes, true_cents, true_level):
    """A frame in which little is heard says nothing of a pitch."""
    loud = (true_level > -70.0) & (true_level > true_level.amax(dim=1, keepdim=True) - 40.0)
    weight = loud.float() / loud.sum().clamp(min=1)
    frames = classes[:, None].expand(loud.shape)
    pitch = (F.cross_entropy(pitch_logits.transpose(1, 2), frames, reduction="none") * weight).sum()
    has_pitch = weight * (frames != NO_PITCH)
    off = ((cents - true_cents[:, None]) ** 2 * has_pitch).sum()
    loudness = ((level - true_level / 45) ** 2).mean()
    size = (z.pow(2).mean() - 1.0).clamp(min=0.0) ** 2
    return pitch, off, loudness, size


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=180, help="of this run, resumed or not")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=32, help="of a crop")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--noise", type=float, default=0.1, help="standard deviation of noise on the embedding")
    parser.add_argument("--sound", type=float, default=0.2, help="share of the time with the loss on the sound, at the end")
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
    analysis, losses = Analysis(device), SpectralLosses(device)
    model, average = Autoencoder().to(device), Autoencoder().to(device)
    optimiser = torch.optim.Adam(model.parameters(), lr=options.rate, betas=(0.9, 0.99))
    spent, step = 0.0, 0
    last = options.out / "last.pt"
    options.out.mkdir(parents=True, exist_ok=True)
    if options.resume and last.exists():
        state = torch.load(last, map_location=device)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
    else:
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
    sums = np.zeros(7)
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
        audio, classes, cents = (torch.from_numpy(a).to(device) for a in crops.batch(random, options.batch))
        with torch.no_grad():
            features, magnitude, frequency, weight, level = analysis.targets(audio)
        narrow = torch.autocast(device.type, dtype=torch.bfloat16) if options.bfloat16 else contextlib.nullcontext()
        with narrow:
            outputs = runner(features, options.noise)
        image, z, pitch_logits, found_cents, found_level = (output.float() for output in outputs)
        magnitude_loss, frequency_loss = losses.image(image, magnitude, frequency, weight)
        with_sound = progress > 1.0 - options.sound
        sound = losses.sound(image, magnitude) if with_sound else torch.zeros((), device=device)
        pitch, off, loudness, size = heads_loss(z, pitch_logits, found_cents, found_level, classes, cents, level)
        loss = 4.0 * magnitude_loss + 2.0 * frequency_loss + 4.0 * sound + 0.1 * (pitch + off + loudness + size)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        sums += (1, magnitude_loss.item(), frequency_loss.item(), sound.item(), pitch.item(), off.item(), z.pow(2).mean().sqrt().item())
        now = time.monotonic()
        # A stopped process (suspended machine, paused run) does not spend the schedule.
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 50 == 0:
            _, m, f, s, p, c, r = sums / sums[0]
            print(
                f"step {step} minutes {spent / 60:.1f} magnitude {m:.4f} frequency {f:.4f} sound {s:.4f} "
                f"pitch {p:.3f} cents {100 * c**0.5:.0f} rms {r:.2f}",
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
