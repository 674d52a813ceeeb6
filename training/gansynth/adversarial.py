"""GANSynth's own training: WGAN with gradient penalty, an auxiliary pitch classifier and growing resolutions.

    python3 adversarial.py --data DIR --out RUN --minutes 600 --filters 256 256 256 256 128 64 32     one GPU
    python3 adversarial.py ... --start-from RUN/last.pt                                               a trained generator
    python3 adversarial.py ... --resume

Losses and optimiser as Magenta trains it (train_util.py, configs/mel_prog_hires.py): Adam 8e-4, beta1 0, beta2 0.99, batch 8,
gradient penalty 10, drift 0.001, classifier 10, average of the generator's weights 0.999. Every block but the first is faded in for
as long as it then stays. The four days of the original are `--minutes 5800`; a CPU only shows that it runs.
"""
import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

import spectrogram as sg
from discriminator import Discriminator
from network import LATENT_SIZE, MIN_PITCH, NARROW, PITCHES, Generator

PENALTY, DRIFT, CLASSIFIER = 10.0, 0.001, 10.0


def stage(progress, blocks):
    """Share of the training -> (block that is output, how far it is faded in)."""
    at = min(progress, 1.0 - 1e-9) * (2 * blocks - 1)  # stages: 1, fade to 2, 2, fade to 3, ...
    index = int(at)
    return (index + 1) // 2 + 1, (at - index if index % 2 else 1.0)


class Images:
    """Images of every note that sounds, computed once: [N, 2, 128, 1024] float16 in DIR/images.npy."""

    def __init__(self, data):
        file = data / "images.npy"
        notes = [(f, row) for f in sorted((data / "notes").glob("*.npy")) for row in range(PITCHES)]
        notes = [(f, row) for f, row in notes if np.abs(np.load(f, mmap_mode="r")[row]).max() >= 1e-3]
        self.pitch = np.array([MIN_PITCH + row for _, row in notes])
        if not file.exists():
            shape = (len(notes), 2, sg.FRAMES, sg.BINS)
            array = np.lib.format.open_memmap(file, mode="w+", dtype=np.float16, shape=shape)
            for i, (f, row) in enumerate(notes):
                image, _ = sg.analyse(np.load(f, mmap_mode="r")[row].astype(np.float64))
                array[i] = image.transpose(2, 0, 1)
        self.array = np.load(file, mmap_mode="r")

    def batch(self, random, size, device):
        rows = np.sort(random.choice(len(self.pitch), size, replace=False))
        image = torch.from_numpy(self.array[rows].astype(np.float32)).to(device)
        return image, torch.from_numpy(self.pitch[rows]).to(device)


def shrink(image, block, alpha):
    """Real images as the generator's of that stage: the block's resolution, faded over from the one below."""
    image = F.avg_pool2d(image, 128 >> block) if block < 7 else image
    if alpha == 1.0:
        return image
    return alpha * image + (1 - alpha) * F.interpolate(F.avg_pool2d(image, 2), scale_factor=2, mode="nearest")


def generate(generator, latent, pitch, block, alpha):
    """The blended output of two neighbouring blocks; tanh after the sum, as in Magenta."""
    x = generator.input(latent, pitch)
    for inner in generator.blocks[:block]:
        before, x = x, inner(x)
    image = generator.blocks[block - 1].to_rgb(x, padding=0)
    if alpha < 1.0:
        smaller = generator.blocks[block - 2].to_rgb(before, padding=0)
        image = alpha * image + (1 - alpha) * F.interpolate(smaller, scale_factor=2, mode="nearest")
    return torch.tanh(image)


def penalty(discriminator, real, fake, alpha):
    mix = torch.rand(len(real), 1, 1, 1, device=real.device)
    between = (mix * real + (1 - mix) * fake).requires_grad_(True)
    score, _ = discriminator(between, alpha)
    [gradient] = torch.autograd.grad(score.sum(), between, create_graph=True)
    return ((gradient.flatten(1).norm(dim=1) - 1.0) ** 2).mean()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--filters", type=int, nargs=7, default=NARROW)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rate", type=float, default=8e-4)
    parser.add_argument("--start-from", type=Path, help="last.pt of train.py; grows no more, trains at full resolution")
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    random = np.random.default_rng(0)
    images = Images(options.data)
    networks = [Generator(options.filters), Generator(options.filters), Discriminator(options.filters)]
    generator, average, discriminator = (network.to(device) for network in networks)
    optimisers = [torch.optim.Adam(n.parameters(), options.rate, betas=(0.0, 0.99)) for n in (generator, discriminator)]
    options.out.mkdir(parents=True, exist_ok=True)
    file, spent, step = options.out / "last.pt", 0.0, 0
    if options.resume:
        saved = torch.load(file, map_location=device)
        for part, state in zip((generator, average, discriminator, *optimisers), saved["parts"]):
            part.load_state_dict(state)
        spent, step = saved["spent"], saved["step"]
    elif options.start_from:
        trained = torch.load(options.start_from, map_location=device)["average"]
        generator.load_state_dict({k[10:]: v for k, v in trained.items() if k.startswith("generator.")})
        average.load_state_dict(generator.state_dict())
    else:
        average.load_state_dict(generator.state_dict())

    tick = saved_at = time.monotonic()
    while spent < options.minutes * 60:
        block, alpha = (7, 1.0) if options.start_from else stage(spent / (options.minutes * 60), 7)
        image, label = images.batch(random, options.batch, device)
        real = shrink(image, block, alpha)
        wanted = torch.randint(MIN_PITCH, MIN_PITCH + PITCHES, (options.batch,), device=device)
        fake = generate(generator, torch.randn(options.batch, LATENT_SIZE, device=device), wanted, block, alpha)

        score_real, pitch_real = discriminator(real, alpha)
        score_fake, _ = discriminator(fake.detach(), alpha)
        critic = score_fake.mean() - score_real.mean() + DRIFT * (score_real**2).mean()
        critic = critic + PENALTY * penalty(discriminator, real, fake.detach(), alpha)
        critic = critic + CLASSIFIER * F.cross_entropy(pitch_real, label - MIN_PITCH)
        optimisers[1].zero_grad(set_to_none=True)
        critic.backward()
        optimisers[1].step()

        score_fake, pitch_fake = discriminator(fake, alpha)
        pitch_loss = F.cross_entropy(pitch_fake, wanted - MIN_PITCH)
        optimisers[0].zero_grad(set_to_none=True)
        (CLASSIFIER * pitch_loss - score_fake.mean()).backward()
        optimisers[0].step()
        with torch.no_grad():
            for slow, fast in zip(average.parameters(), generator.parameters()):
                slow.lerp_(fast, 0.001)
        step += 1
        now = time.monotonic()
        spent, tick = spent + min(now - tick, 30.0), now
        if step % 50 == 0:
            print(f"step {step} block {block} fade {alpha:.2f} critic {critic.item():.3f} pitch {pitch_loss.item():.3f}", flush=True)
        if now - saved_at > 300 or spent >= options.minutes * 60:
            parts = [part.state_dict() for part in (generator, average, discriminator, *optimisers)]
            torch.save({"parts": parts, "spent": spent, "step": step, "filters": options.filters}, file)
            saved_at = now


if __name__ == "__main__":
    main()
