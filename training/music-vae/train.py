"""Trains a flat MusicVAE.

    python3 train.py --data DATA --out RUN --kind melody --minutes 30
    python3 train.py --data DATA --out RUN --kind melody --minutes 60 --resume
    torchrun --nproc_per_node 4 train.py ...
"""
import argparse
import json
import math
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import distributed

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))
from runs import dataset, goes_on

import lstm
from network import MusicVAE, divergence, reconstruction
from windows import Windows, before


@torch.no_grad()
def take_over(network, others):
    """Weights whose shapes are the same, and what the latents do in the decoder, whatever the events are."""
    for name, ours in network.state_dict().items():
        if name == "cells.0.input_kernel":
            ours[network.outputs :] = others[name][-network.mu.out_features :]
        elif ours.shape == others[name].shape:
            ours.copy_(others[name])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kind", choices=["melody", "drums", "humanize", "tap"], required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--encoder", type=int, default=512)
    parser.add_argument("--decoder", type=int, nargs="+", default=[256, 256])
    parser.add_argument("--latent", type=int, default=256)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--beta", type=float, default=0.2)
    parser.add_argument("--free-bits", type=float, default=48)
    parser.add_argument("--rise", type=float, default=0.3, help="share of the time in which beta comes to its height")
    parser.add_argument("--sampling", type=float, default=0.5, help="share of events that are the decoder's own, at the end")
    parser.add_argument("--keep", type=float, default=1.0, help="share of the LSTMs' inputs that dropout keeps")
    parser.add_argument("--average", type=float, default=0.999, help="of the weights, from step to step")
    parser.add_argument("--evaluate-every", type=float, default=5.0, help="minutes")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--until", help="HH:MM: end of the time, instead of --minutes")
    parser.add_argument("--begin-with", type=Path, help="a RUN/last.pt of another kind and the same sizes: what fits is taken over")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    if options.compile:
        lstm.compile_steps()
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if ranks > 1:
        distributed.init_process_group("gloo")
    torch.manual_seed(0)
    rng = np.random.default_rng(rank)
    dataset(options.data, "train/windows.npy", "timbrel dataset music-vae")
    train, held = Windows(options.data, "train", options.kind), Windows(options.data, "validation", options.kind)
    for windows, split in ((train, "train"), (held, "validation")):
        if len(windows.all) == 0:
            raise SystemExit(f"{options.data}/{split} holds no windows: give more music, or --eval-ratio 0.3 to `timbrel dataset`")
    sizes = dict(kind=train.network, encoder=options.encoder, decoder=options.decoder, latent=options.latent, keep=options.keep)
    dtype = torch.bfloat16 if options.bfloat16 else torch.float32
    network = MusicVAE(**sizes, dtype=dtype)
    if options.begin_with:
        take_over(network, torch.load(options.begin_with, map_location="cpu", weights_only=True)["averaged"])
    averaged = MusicVAE(**sizes, dtype=dtype)
    averaged.load_state_dict(network.state_dict())
    optimiser = torch.optim.Adam(network.parameters(), lr=options.rate, fused=True)
    torch.manual_seed(rank)
    spent, step = 0.0, 0
    options.out.mkdir(parents=True, exist_ok=True)
    last = options.out / "last.pt"
    if goes_on(last, options.resume):
        state = torch.load(last, map_location="cpu", weights_only=False)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step = state["spent"], state["step"]
        rng = np.random.default_rng((rank, step))

    def save():
        state = dict(network=network.state_dict(), averaged=averaged.state_dict(), optimiser=optimiser.state_dict())
        state.update(sizes=sizes, spent=spent, step=step, kind=options.kind)
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    @torch.no_grad()
    def evaluate():
        averaged.eval()
        x, y = held.some(np.random.default_rng(0), 256, augment=False)
        past = before(y)
        mu, sigma = averaged.encode(x)
        kl = divergence(mu, sigma)
        z = mu + sigma * torch.randn_like(mu)
        sampled = reconstruction(averaged.kind, averaged.decode(z, past), y).item()
        logits = averaged.decode(mu, past)
        said = dict(step=step, minutes=round(spent / 60, 2), loss_z=round(sampled, 3), kl=round(kl.mean().item(), 2),
                    loss_mu=round(reconstruction(averaged.kind, logits, y).item(), 3))
        if averaged.kind != "groove":
            said["teacher"] = round((logits.argmax(-1) == y).float().mean().item(), 4)
            free = averaged.generate(mu)
            said["free"] = round((free == y).float().mean().item(), 4)
            prior = averaged.generate(torch.randn(128, averaged.mu.out_features), temperature=0.5)
            if averaged.kind == "melody":
                on = prior >= 2
                said["onsets"] = round(on.float().sum(0).mean().item(), 2)
                said["data_onsets"] = round((y >= 2).float().sum(0).mean().item(), 2)
                said["on_eighths"] = round((on[::2].sum() / on.sum()).item(), 3)
                said["data_on_eighths"] = round(((y >= 2)[::2].sum() / (y >= 2).sum()).item(), 3)
        print(json.dumps(said), flush=True)

    if options.until:
        hour, minute = map(int, options.until.split(":"))
        now = time.localtime()
        options.minutes = spent / 60 + (hour * 60 + minute) - (now.tm_hour * 60 + now.tm_min + now.tm_sec / 60)
    tick = time.monotonic()
    evaluated = saved = spent
    sums = np.zeros(3)
    while True:
        if ranks > 1:  # one clock, or the processes would end at different steps
            clock = torch.tensor([spent], dtype=torch.float64)
            distributed.broadcast(clock, 0)
            spent = clock.item()
        progress = spent / (options.minutes * 60)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        beta = options.beta * min(1.0, progress / options.rise)
        own = options.sampling * min(1.0, progress / 0.6)
        x, y = train.some(rng, options.batch)
        past = before(y)
        mu, sigma = network.encode(x)
        z = mu + sigma * torch.randn_like(mu)
        if own > 0.02 and network.kind != "groove":
            with torch.no_grad():  # what the decoder says after true events takes the place of some of them
                said = before(network.pick(network.decode(z, past), 1.0))
            past = torch.where((torch.rand(past.shape) < own) & (past >= 0), said, past)
        loss_x = reconstruction(network.kind, network.decode(z, past), y)
        kl = divergence(mu, sigma)
        loss = loss_x + beta * torch.relu(kl - options.free_bits * math.log(2)).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if ranks > 1:
            for parameter in network.parameters():
                distributed.all_reduce(parameter.grad)
                parameter.grad /= ranks
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        step += 1
        decay = min(options.average, step / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(averaged.parameters()), list(network.parameters()), 1 - decay)
        now = time.monotonic()
        spent, tick = spent + min(now - tick, 30.0), now
        sums += (1, loss_x.item(), kl.mean().item())
        if rank == 0 and step % 100 == 0:
            print(f"step {step} minutes {spent / 60:.1f} loss {sums[1] / sums[0]:.3f} kl {sums[2] / sums[0]:.2f}", flush=True)
            sums[:] = 0
        if rank > 0:
            continue
        if spent - evaluated > 60 * options.evaluate_every:
            evaluate()
            save()
            evaluated = saved = spent
        elif spent - saved > 120:
            save()
            saved = spent
    if rank == 0:
        evaluate()
        save()


if __name__ == "__main__":
    main()
