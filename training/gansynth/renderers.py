"""Where evaluate.py gets its notes from: a network, or a folder of audio that something else rendered.

A renderer has `note(program, pitch)` -> [64000] float64 and `random(count)` -> (pitch, audio) of random latents.
"""
import json
from pathlib import Path

import numpy as np
import torch

import spectrogram as sg
from network import LATENT_SIZE, MIN_PITCH, PITCHES, Generator

RANDOM_SEED = 1


class Network:
    def __init__(self, state, filters, latents, refinement=sg.REFINEMENT):
        """`state` as Generator's; `latents` {program: [256]}."""
        self.generator = Generator(filters)
        self.generator.load_state_dict(state)
        self.latents = latents
        self.refinement = refinement

    @staticmethod
    def of_run(file):
        saved = torch.load(file, map_location="cpu")
        average = saved["average"]
        latents = torch.nn.functional.normalize(average["latents"]).numpy() * LATENT_SIZE**0.5
        state = {k[len("generator.") :]: v for k, v in average.items() if k.startswith("generator.")}
        return Network(state, saved["filters"], dict(zip(saved["programs"], latents)))

    @staticmethod
    def of_export(folder):
        """Reads what export.py wrote, so that the shipped bytes are what is measured."""
        [group] = json.loads((folder / "weights_manifest.json").read_text())
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        config = json.loads((folder / "config.json").read_text())
        filters = config["filters"]
        state, at = Generator(filters).state_dict(), 0
        for tensor in group["weights"]:
            count = int(np.prod(tensor["shape"]))
            values = np.frombuffer(data, "<f4", count, at).reshape(tensor["shape"])
            block, layer, *rest = tensor["name"].split("progressive_gan_block_")[1].split("/")
            state[f"blocks.{int(block) - 1}.{layer}.{'kernel' if 'kernel' in rest else 'bias'}"] = torch.tensor(values)
            at += 4 * count
        timbres = json.loads((folder / "timbres.json").read_text())["timbres"]
        latents = {t["program"]: np.array(t["latent"], np.float32) for t in timbres}
        return Network(state, filters, latents, config.get("refinement", 0))

    def image(self, latent, pitch):
        """[256] latent -> [128, 1024, 2]."""
        with torch.no_grad():
            image = self.generator(torch.tensor(latent, dtype=torch.float32)[None], torch.tensor([pitch]))
        return image[0].permute(1, 2, 0).numpy().astype(np.float64)

    def note(self, program, pitch):
        return sg.invert(self.image(self.latents[program], pitch), self.refinement)

    def random(self, count):
        random = np.random.default_rng(RANDOM_SEED)
        for _ in range(count):
            pitch = MIN_PITCH + int(random.integers(PITCHES))
            yield pitch, sg.invert(self.image(random.standard_normal(LATENT_SIZE), pitch), self.refinement)


class Folder:
    def __init__(self, folder):
        self.folder = folder

    def note(self, program, pitch):
        return np.fromfile(self.folder / str(program) / f"{pitch}.f32", "<f4").astype(np.float64)

    def random(self, count):
        """random/NUMBER-PITCH.f32"""
        for file in sorted((self.folder / "random").glob("*.f32"))[:count]:
            yield int(file.stem.split("-")[1]), np.fromfile(file, "<f4").astype(np.float64)


def choose(options):
    torch.set_num_threads(options.processes)
    if options.audio:
        return Folder(options.audio)
    return Network.of_run(options.run) if options.run else Network.of_export(options.weights)
