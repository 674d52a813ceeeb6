"""Trains an event RNN with Magenta's settings (events_rnn_train.py and the models' configurations).

    python3 train.py --data DATA/lookback_rnn --out RUN --minutes 30
    python3 train.py --data DATA/lookback_rnn --out RUN --minutes 60 --resume
    torchrun --nproc_per_node 4 train.py ...

Mean cross-entropy over the events of a batch, Adam, gradients clipped by their norm, teacher forcing. Three things are ours:
the learning rate falls to 2 % along a cosine of the time given, the weights kept are those of the best validation loss, and with
--part gradients reach back that many events only (truncated back-propagation; states go on): where time is short, as on a CPU,
four times the updates are worth more than four times the memory.
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

from network import EventRNN
from sequences import Sequences
from slips import slipped
from start import read, start


def loss_of(network, sequences, batch, longest, device):
    """Mean loss per event, nats, over all of a split."""
    network.eval()
    total = count = 0.0
    with torch.no_grad():
        for chosen in sequences.batches(np.random.default_rng(0), batch, longest):
            inputs, labels = sequences.batch(chosen, device, longest)
            logits, _ = network(inputs)
            total += F.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=-1, reduction="sum").item()
            count += (labels >= 0).sum().item()
    network.train()
    return total / max(1.0, count)


def parts(length, part):
    """Slices of so many events; a last one that is short is joined to the one before."""
    starts = [start for start in range(0, length, part) if start == 0 or start + part // 2 <= length] if part else [0]
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], length])]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="a folder that `timbrel dataset` wrote")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=30, help="with --threads 1 on a CPU those of the thread, without its waiting")
    parser.add_argument("--layers", type=int, nargs="+", default=[128, 128])
    parser.add_argument("--attention", type=int, default=0)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--clip", type=float, default=5.0)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--keep", type=float, default=0.5, help="share of a layer's outputs that dropout keeps")
    parser.add_argument("--longest", type=int, default=512, help="events of a sequence that are trained on")
    parser.add_argument("--part", type=int, default=0, help="events between two updates, 0: all of a sequence")
    parser.add_argument("--evaluate-every", type=float, default=2.0, help="minutes")
    parser.add_argument("--slips", type=float, default=0.0, help="share of notes that are heard otherwise than they were meant (slips.py)")
    parser.add_argument("--bfloat16", action="store_true", help="the network's products in 16 bits; weights and losses stay in 32")
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--start", type=Path, help="a float32 checkpoint of these layers whose weights training goes on from")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)

    several = int(os.environ.get("WORLD_SIZE", 1)) > 1
    rank, ranks = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    cuda = torch.cuda.is_available()
    device = torch.device(f"cuda:{os.environ.get('LOCAL_RANK', 0)}" if cuda else "cpu")
    if several:
        distributed.init_process_group("nccl" if cuda else "gloo")
    torch.manual_seed(rank)

    dataset(options.data, "config.json", "timbrel dataset")
    train, validation = Sequences(options.data, "train"), Sequences(options.data, "validation")
    config = train.config
    for sequences, split, remedy in ((train, "train", "give it more music"), (validation, "validation", "give it more music, or --eval-ratio 0.3")):
        if len(sequences) == 0:
            raise SystemExit(f"{options.data}/{split} holds no sequences: `timbrel dataset` found nothing for it; {remedy}")
    network = EventRNN(config["inputSize"], options.layers, config["classes"], options.attention, options.keep).to(device)
    if options.start:
        start(network, read(options.start))
    optimiser = torch.optim.Adam(network.parameters(), lr=options.rate)
    spent, step, best = 0.0, 0, math.inf
    options.out.mkdir(parents=True, exist_ok=True)
    last = options.out / "last.pt"
    if goes_on(last, options.resume):
        state = torch.load(last, map_location=device)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        spent, step, best = state["spent"], state["step"], state["best"]
    parallel = torch.nn.parallel.DistributedDataParallel(network) if several else network

    def save(file):
        state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "config": config}
        state.update(spent=spent, step=step, best=best, layers=options.layers, attention=options.attention)
        torch.save(state, file.with_suffix(".new"))
        file.with_suffix(".new").rename(file)

    def evaluate():
        nonlocal best
        loss = loss_of(network, validation, options.batch, options.longest, device)
        kept = loss < best
        if kept:
            best = loss
            save(options.out / "best.pt")
        save(last)
        print(f"step {step} minutes {spent / 60:.1f} validation {loss:.4f}{' *' if kept else ''}", flush=True)

    def steps():
        """Batches without end; each process takes its share of the same order."""
        epoch = step
        while True:
            for i, chosen in enumerate(train.batches(np.random.default_rng(epoch), options.batch, options.longest)):
                if i % ranks == rank:
                    yield chosen
            epoch += 1

    random = np.random.default_rng((step, rank))
    # One thread of a busy machine is not always at work: its own time counts, not that on the wall.
    clock_of = time.process_time if options.threads == 1 and not cuda else time.monotonic
    tick = clock_of()
    evaluated, sums = spent, np.zeros(2)
    for chosen in steps():
        if several:  # one clock, or the processes would end at different steps
            clock = torch.tensor([spent], dtype=torch.float64, device=device)
            distributed.broadcast(clock, 0)
            spent = clock.item()
        progress = spent / (options.minutes * 60)
        if progress >= 1.0:
            break
        for group in optimiser.param_groups:
            group["lr"] = options.rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        inputs, labels = train.batch(chosen, device, options.longest)
        if options.slips:
            inputs, labels = slipped(inputs, labels, options.slips, config, random)
        states = None
        for some in parts(labels.shape[1], options.part):
            with torch.autocast(device.type, torch.bfloat16, enabled=options.bfloat16):
                logits, states = parallel(inputs[:, some], states)
            loss = F.cross_entropy(logits.float().flatten(0, 1), labels[:, some].flatten(), ignore_index=-1)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), options.clip)
            optimiser.step()
            states = [tuple(state.detach() for state in cell) for cell in states]
            sums += (1, loss.item())
        step += 1
        now = clock_of()
        spent, tick = spent + min(now - tick, 30.0), now
        if rank == 0 and step % 20 == 0:
            print(f"step {step} minutes {spent / 60:.1f} train {sums[1] / sums[0]:.4f}", flush=True)
            sums[:] = 0
        if rank == 0 and spent - evaluated > 60 * options.evaluate_every:
            evaluate()
            evaluated, tick = spent, clock_of()
    if rank == 0:
        evaluate()
        (options.out / "run.json").write_text(json.dumps({"step": step, "minutes": spent / 60, "validation": best}) + "\n")


if __name__ == "__main__":
    main()
