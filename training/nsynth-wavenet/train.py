"""Trains NSynth's WaveNet decoder in small.

    python3 train.py --data DIR --out RUN --minutes 200              one process
    python3 train.py --data DIR --out RUN --minutes 400 --resume     goes on from RUN/last.pt; more minutes stretch what is left
    torchrun --nproc_per_node 4 train.py ...                         several devices

DIR/notes is what ../nsynth/prepare.py rendered. The 16 numbers of a frame are those of nsynth-spectral, whose encoder is there already and
knows pitch and loudness: the decoder learns to make sound of them, nats a sample. To learn both from nothing is what the original needed
200,000 steps for.
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
from torch.nn import functional as F

HERE = Path(__file__).parent
sys.path += [str(HERE.parent / "nsynth"), str(HERE.parent / "common")]
from analysis import BEFORE, Analysis
from carrier import aligned
from crops import Crops
from export import load_exported
from export_wavenet import load_exported as load_decoder
from network import Autoencoder, octaves
from runs import goes_on
from wavenet import DECODER, HOP, LEVELS, PER_STEP, SIZE, Decoder, classes_of


# Frames of a piece. The decoder begins each of them as it begins a note, from silence: it has to take the pitch from the numbers there, where the
# past tells it nothing. Whoever has only read whole pasts takes the pitch from them and from nothing else, and a note drawn freely has none.
PIECE = 4
# From here on the decoder has heard as far back as it can.
SETTLED = 1024


def schedule(progress, peak):
    """Warm-up over 2 % of the time, then a cosine down to 5 %."""
    return peak * (progress / 0.02 if progress < 0.02 else 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * progress)))


# Of three pieces in eight levels are read this far off at most, and an eighth is read later than it sounded.
MOST_ASTRAY = 32
LATEST = 128


def astray(classes, random):
    """The past as it is read [P, T]: half of the pieces as they are, the others with errors, or as if they had sounded later.

    A sound that is drawn has errors, and who has only read true sounds drifts away with them. A tone that slides out of its pitch lies at another
    place of its period than the carrier says; so does one that is late.
    """
    read = classes.clone()
    for piece, kind in zip(read, random.random(len(classes))):
        if kind < 3 / 8:
            most = np.exp(random.uniform(0, np.log(MOST_ASTRAY)))
            piece += torch.from_numpy(np.round(random.uniform(-most, most, len(piece)))).to(piece)
        elif kind < 1 / 2:
            late = int(random.integers(1, LATEST))
            piece[late:] = piece[:-late].clone()
            piece[:late] = LEVELS // 2
    return read.clamp(0, LEVELS - 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--spectral", type=Path, default=HERE.parent.parent / "checkpoints/nsynth-spectral", help="the folder whose encoder is heard")
    parser.add_argument("--minutes", type=float, default=200, help="of this run, resumed or not")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--frames", type=int, default=16, help="of a crop")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--start-from", type=Path, help="an exported folder whose weights a new run begins with")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--bfloat16", action="store_true", help="the networks' forward pass in bfloat16: a third less time on a CPU that has it")
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
    torch.backends.nnpack.set_flags(False)

    crops = Crops(options.data / "notes", options.frames)
    if len(crops.pitched) == 0:
        raise SystemExit(f"{options.data / 'notes'} holds no notes to learn from: ../nsynth/prepare.py renders them there")
    analysis, teacher = Analysis(device), Autoencoder().to(device)
    load_exported(teacher, options.spectral)
    model, average = Decoder(**DECODER).to(device), Decoder(**DECODER).to(device)
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
            load_decoder(model, options.start_from)
        average.load_state_dict(model.state_dict())
    random = np.random.default_rng([rank, step])

    @torch.no_grad()
    def batch():
        """-> pieces: classes [P, PIECE * HOP], embeddings [P, PIECE, 16], carriers [P, PIECE * HOP / PER_STEP, ...]"""
        audio, pitch = (torch.from_numpy(a).to(device) for a in crops.batch(random, options.batch))
        features = analysis.targets(audio, pitch)[0]
        told = octaves(pitch)[:, None, None].expand(-1, options.frames, 1)
        z = torch.cat([told, teacher.encoder(features)], dim=-1)
        heard = audio[:, BEFORE : BEFORE + HOP * options.frames]
        pieces = heard.clamp(-1, 1).reshape(-1, PIECE * HOP)
        carriers = aligned(pieces.cpu(), octaves(pitch).cpu().repeat_interleave(options.frames // PIECE), PER_STEP).to(device)
        return classes_of(pieces), z.reshape(-1, PIECE, SIZE), carriers

    def losses(classes, z, carriers):
        """-> nats of a sample, and the same where the past is known"""
        with torch.autocast(device.type, dtype=torch.bfloat16, enabled=options.bfloat16):
            logits = model(astray(classes, random).to(device), z, classes, carriers)
        nats = F.cross_entropy(logits.float().flatten(0, 2), classes.flatten(), reduction="none").view_as(classes)
        return nats.mean(), nats[:, SETTLED:].mean()

    def save():
        state = {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
        state.update(spent=spent, step=step)
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    if rank == 0:
        size = sum(p.numel() for p in model.parameters())
        print(f"{len(crops.pitched)} notes, {len(crops.drums)} hits, {size} numbers, from minute {spent / 60:.1f}", flush=True)
    tick = saved = time.monotonic()
    sums = np.zeros(3)
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
        nats, settled = losses(*batch())
        optimiser.zero_grad(set_to_none=True)
        nats.backward()
        if several:
            for parameter in model.parameters():
                distributed.all_reduce(parameter.grad)
                parameter.grad /= distributed.get_world_size()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        decay = min(0.999, (step + 1) / (step + 10))
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), model.parameters()):
                slow.lerp_(fast, 1 - decay)
        step += 1
        sums += (1, nats.item(), settled.item())
        now = time.monotonic()
        # A stopped process (suspended machine, paused run) does not spend the schedule.
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 20 == 0:
            print(f"step {step} minutes {spent / 60:.1f} nats {sums[1] / sums[0]:.4f} settled {sums[2] / sums[0]:.4f}", flush=True)
            sums[:] = 0
        if rank == 0 and now - saved > 120:
            save()
            saved = now
    if rank == 0:
        save()


if __name__ == "__main__":
    main()
