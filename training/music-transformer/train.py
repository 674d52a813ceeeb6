"""Trains the decoder of Music Transformer on whole performances.

    python3 train.py --data DATA --out RUN --minutes 60
    python3 train.py --data DATA --out RUN --minutes 120 --resume
    torchrun --nproc_per_node 4 train.py ...

DATA is what `timbrel dataset music-transformer` wrote. Cross-entropy of the next event, Muon for the matrices of the layers and
Adam for everything else, gradients clipped by their norm. Crops begin anywhere in a piece and are transposed as they are drawn;
they are of 256 events at first, since long rows are dear on a CPU, and of --length for the last third of the time.

    python3 train.py --melodies PIECES --out RUN --melody-layers 2 --minutes 60

trains an encoder for melodies as well, on pieces that collect.mjs wrote (melodies.py). At first the decoder is also told where in
the melody it is, by a loss on what one head of each layer attends to; found out from notes alone, that takes far longer.
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
from torch.nn import functional as F

sys.path.append(str(Path(__file__).resolve().parent.parent / "common"))
from runs import dataset, goes_on

from melodies import Pairs, unaligned
from network import Decoder
from pieces import Pieces, performance_rows

SHORT = 256
SHORT_SHARE = 0.65
JUDGED_PAIRS = 48  # of each kind
SAVE_EVERY = 2.0  # minutes
WARM_UP_STEPS = 100
# The layers above the first one attend from what they know of the notes so far.
ALIGNED_LAYERS, ALIGNED_HEAD, ALIGNMENT, ALIGNED_SHARE = slice(1, None), 0, 0.15, 0.8


@torch.no_grad()
def judge(network, rows):
    """Nats an event, each after those before it in its row, the first given. rows: tokens, and melodies where there are."""
    network.eval()
    total = count = 0.0
    for start in range(0, len(rows[0]), 8):
        tokens, *melody = (part[start : start + 8] for part in rows[:2])
        tokens = tokens[:, : int((tokens != 0).sum(1).max())]
        logits, kept = network(tokens, *melody)[:, 1:], tokens[:, 1:] != 0
        total += F.cross_entropy(logits[kept].float(), tokens[:, 1:][kept], reduction="sum").item()
        count += kept.sum().item()
    network.train()
    return total / count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--melodies", type=Path, help="a folder of collect.mjs, instead of --data")
    parser.add_argument("--shares", type=json.loads, help='of kinds of pieces, {"openhymnal": 3, "lieder": 2, ...}')
    parser.add_argument("--melody-layers", type=int, default=0)
    parser.add_argument("--performances", type=Path, help="a folder of `timbrel dataset performance-rnn`: its validation split judges")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=128)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--filter", type=int, default=512)
    parser.add_argument("--memory", type=int, default=512, help="distances that attention knows")
    parser.add_argument("--length", type=int, default=512, help="events of a crop in the last third of the time")
    parser.add_argument("--tokens", type=int, default=4096, help="events of a batch")
    parser.add_argument("--dropout", type=float, default=0.05)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--matrix-rate", type=float, default=6e-3)
    parser.add_argument("--semitones", type=int, default=5, help="furthest transposition")
    parser.add_argument("--average", type=float, default=0.998, help="of the weights, from step to step")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--until", help="HH:MM: end of the time, instead of --minutes")
    parser.add_argument("--evaluate-every", type=float, default=5.0, help="minutes")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if ranks > 1:
        distributed.init_process_group("gloo")
    torch.manual_seed(0)
    if bool(options.melodies) == bool(options.data) or bool(options.melodies) != bool(options.melody_layers):
        parser.error("give --data, or --melodies and --melody-layers")
    sizes = {name: getattr(options, name) for name in ("layers", "hidden", "heads", "filter", "memory", "melody_layers")}
    network, averaged = Decoder(**sizes, dropout=options.dropout), Decoder(**sizes)
    averaged.load_state_dict(network.state_dict())
    stacks = [network.layers, *([network.encoder.layers] if network.encoder else [])]
    matrices = [p for stack in stacks for p in stack.parameters() if p.ndim == 2]
    others = [p for p in network.parameters() if not any(p is matrix for matrix in matrices)]
    optimisers = [
        torch.optim.Muon(matrices, lr=options.matrix_rate, weight_decay=0.05, adjust_lr_fn="match_rms_adamw"),
        torch.optim.Adam(others, lr=options.rate, betas=(0.9, 0.98), eps=1e-9),
    ]
    rates = (options.matrix_rate, options.rate)
    spent, step, random = 0.0, 0, np.random.default_rng((rank, 0))
    options.out.mkdir(parents=True, exist_ok=True)
    last = options.out / "last.pt"
    if goes_on(last, options.resume):
        state = torch.load(last, map_location="cpu", weights_only=True)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        for optimiser, its in zip(optimisers, state["optimisers"]):
            optimiser.load_state_dict(its)
        spent, step = state["spent"], state["step"]
        random = np.random.default_rng((rank, step))
    torch.manual_seed(1000 * step + rank)
    data = options.melodies or options.data
    if options.melodies:
        dataset(data, "train.jsonl", "../events/collect.mjs")
    else:
        dataset(data, "train/tokens.npy", "timbrel dataset music-transformer")
    read = (lambda split, **most: Pairs(data, split, options.shares, **most)) if options.melodies else (lambda split, **_: Pieces(data, split))
    train = read("train")
    held_out = (
        performance_rows(options.performances, "validation")
        if options.performances
        else read("validation", most=JUDGED_PAIRS).rows(options.length)
    )
    for rows, where in ((train.lengths, data / "train"), (held_out[0], (options.performances or data) / "validation")):
        if len(rows) == 0:
            raise SystemExit(f"{where} holds no pieces: give more music, or --eval-ratio 0.3 to `timbrel dataset`")
    computed = torch.compile(network.attended, dynamic=False) if options.compile else network.attended
    if rank == 0:
        print(sum(p.numel() for p in network.parameters()), "numbers", flush=True)

    def save():
        state = dict(network=network.state_dict(), averaged=averaged.state_dict(), sizes=sizes, spent=spent, step=step)
        state["optimisers"] = [optimiser.state_dict() for optimiser in optimisers]
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    def evaluate():
        said = dict(step=step, minutes=round(spent / 60, 2), validation=round(judge(averaged, held_out), 4))
        print(json.dumps(said), flush=True)
        save()

    if options.until:
        hour, minute = map(int, options.until.split(":"))
        now = time.localtime()
        left = (hour * 60 + minute - now.tm_hour * 60 - now.tm_min - now.tm_sec / 60) % (24 * 60)
        options.minutes = spent / 60 + left
    tick = time.monotonic()
    evaluated, saved, losses, astray = spent, spent, [], []
    while True:
        if ranks > 1:  # one clock, or the processes would end at different steps
            clock = torch.tensor([spent], dtype=torch.float64)
            distributed.broadcast(clock, 0)
            spent = clock.item()
        progress = spent / (options.minutes * 60)
        if progress >= 1:
            break
        share = min(1, (step + 1) / WARM_UP_STEPS) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for optimiser, rate in zip(optimisers, rates):
            for group in optimiser.param_groups:
                group["lr"] = rate * share
        length = min(SHORT, options.length) if progress < SHORT_SHARE else options.length
        tokens, *rest = train.batch(random, max(1, options.tokens // length), length, options.semitones)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
            logits, attended = computed(tokens, *rest[:1])
        loss = likelihood = F.cross_entropy(logits.float().flatten(0, 1), tokens.flatten(), ignore_index=0)
        if rest:
            off = [unaligned(weights[:, ALIGNED_HEAD], rest[1], tokens) for weights in attended[ALIGNED_LAYERS]]
            astray.append(min(off).item())
            loss = loss + ALIGNMENT * max(0.0, 1 - progress / ALIGNED_SHARE) * sum(off) / len(off)
        for optimiser in optimisers:
            optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if ranks > 1:
            for parameter in network.parameters():
                distributed.all_reduce(parameter.grad)
                parameter.grad /= ranks
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        decay = min(options.average, step / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(list(averaged.parameters()), list(network.parameters()), 1 - decay)
        losses.append(likelihood.item())
        now = time.monotonic()
        spent, tick = spent + min(now - tick, 60.0), now
        if rank > 0:
            continue
        if step % 50 == 0:
            aligned = f" astray {np.mean(astray):.3f}" if astray else ""
            print(f"step {step} minutes {spent / 60:.1f} train {np.mean(losses):.4f}{aligned} share {progress:.2f}", flush=True)
            losses, astray = [], []
        if spent - evaluated > 60 * options.evaluate_every:
            evaluate()
            evaluated = saved = spent
        elif spent - saved > 60 * SAVE_EVERY:
            save()
            saved = spent
    if rank == 0:
        evaluate()


if __name__ == "__main__":
    main()
