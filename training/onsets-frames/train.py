"""Trains the small transcriber.

    python3 train.py --data DATA --out RUN --minutes 180 --threads 1 --bfloat16 --compile
    python3 train.py --data DATA --out RUN --minutes 360 --resume ...
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
from runs import goes_on

from export import load_exported
from network import LogMel, Transcriber, losses
from segments import Segments


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--filters", type=int, nargs=3, default=[24, 24, 48])
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--onset-units", type=int, default=128)
    parser.add_argument("--frame-units", type=int, default=96)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--average", type=float, default=0.999, help="of the weights, from step to step")
    parser.add_argument("--evaluate-every", type=float, default=10.0, help="minutes")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--bfloat16", action="store_true", help="convolutions and their dense layer; all else stays float32")
    parser.add_argument("--compile", action="store_true", help="the convolutions: needs a C++ compiler, and a minute or two")
    parser.add_argument("--start-from", type=Path, help="an exported folder whose weights a new run begins with")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if ranks > 1:
        distributed.init_process_group("gloo")
    torch.manual_seed(0)
    rng = np.random.default_rng(rank)
    train, held = Segments(options.data, "train"), Segments(options.data, "validation")
    for segments in (train, held):
        if len(segments.names) == 0:
            raise SystemExit(f"{segments.folder} holds no recordings: prepare.py renders them there")
    sizes = dict(filters=options.filters, width=options.width, onset_units=options.onset_units, frame_units=options.frame_units)
    mel = LogMel()
    network, averaged = Transcriber(**sizes), Transcriber(**sizes)
    if options.start_from:
        load_exported(network, options.start_from)
    network.stack = network.stack.to(memory_format=torch.channels_last)
    averaged.load_state_dict(network.state_dict())
    learned = [p for p in network.parameters() if p.requires_grad]
    kept = [p for p in averaged.parameters() if p.requires_grad]
    optimiser = torch.optim.Adam(learned, lr=options.rate, fused=True)
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
    stack = torch.compile(network.stack) if options.compile else network.stack

    def save():
        state = dict(network=network.state_dict(), averaged=averaged.state_dict(), optimiser=optimiser.state_dict())
        state.update(sizes=sizes, spent=spent, step=step)
        torch.save(state, last.with_suffix(".new"))
        last.with_suffix(".new").rename(last)

    @torch.no_grad()
    def evaluate():
        averaged.eval()
        counts = np.zeros((2, 3))
        sums, batches = np.zeros(4), 8
        generator = np.random.default_rng(1)
        for _ in range(batches):
            audio, _, targets = held.some(generator, 4, 10.0, augment=False)
            targets = torch.from_numpy(targets)
            outputs = averaged(mel(torch.from_numpy(audio)))
            sums += [loss.item() for loss in losses(outputs, targets)]
            for row, logits, truth in ((0, outputs[0], targets[0]), (1, outputs[2], targets[1])):
                said, is_so = logits > 0, truth > 0.5
                counts[row] += [(said & is_so).sum().item(), said.sum().item(), is_so.sum().item()]
        f1 = 2 * counts[:, 0] / np.maximum(1, counts[:, 1] + counts[:, 2])
        names = ("onset", "frame", "activation", "velocity")
        said = dict(step=step, minutes=round(spent / 60, 1), onset_frame_f1=round(f1[0], 4), frame_f1=round(f1[1], 4))
        said.update({name: round(value / batches, 5) for name, value in zip(names, sums)})
        print(json.dumps(said), flush=True)

    tick = time.monotonic()
    evaluated = saved = spent
    sums = np.zeros(5)
    while True:
        if ranks > 1:  # one clock, or the processes would end at different steps
            clock = torch.tensor([spent], dtype=torch.float64)
            distributed.broadcast(clock, 0)
            spent = clock.item()
        progress = spent / (options.minutes * 60)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = options.rate * min(1, (step + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        audio, equaliser, targets = train.some(rng, options.batch, options.seconds)
        targets = torch.from_numpy(targets)
        with torch.no_grad():
            spectrogram = mel(torch.from_numpy(audio), torch.from_numpy(equaliser))
        network.train()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=options.bfloat16):
            rows = stack(spectrogram)
        parts = losses(network.heads(rows), targets)
        optimiser.zero_grad(set_to_none=True)
        sum(parts).backward()
        if ranks > 1:
            for parameter in learned:
                distributed.all_reduce(parameter.grad)
                parameter.grad /= ranks
        torch.nn.utils.clip_grad_norm_(learned, 3.0)
        optimiser.step()
        step += 1
        decay = min(options.average, step / (step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(kept, learned, 1 - decay)
            for ours, theirs in zip(averaged.buffers(), network.buffers()):
                ours.copy_(theirs)
        now = time.monotonic()
        spent, tick = spent + min(now - tick, 30.0), now
        sums += [1, *(part.item() for part in parts)]
        if rank == 0 and step % 50 == 0:
            onset, frame, activation, velocity = sums[1:] / sums[0]
            print(f"step {step} minutes {spent / 60:.1f} onset {onset:.5f} frame {frame:.5f} activation {activation:.5f} velocity {velocity:.5f}", flush=True)
            sums[:] = 0
        if step % 100 == 0:
            train.look()
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
