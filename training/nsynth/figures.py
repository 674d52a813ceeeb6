"""Measures what a musician hears of a trained network, and writes a report.

    python3 figures.py --run RUN/last.pt --data DIR --out report.json

Three sets of notes that training never heard: held-out pitches of programs it knows, held-out programs, and another soundfont
(DIR/dropped). Each is encoded and decoded again, at the pitch it has. Beside it: what GANSynth's image keeps of it, 16 numbers a
frame by PCA of log-mel bands, and the nearest training note of the same pitch in the place of the sound.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

from analysis import Analysis, audio_of
from banks import TIMBRES
from crops import is_held_out
from held_out import cents_off, levelled, sets
from network import LOWEST, SIZE, Autoencoder, octaves

import spectrogram as sg
from evaluate import log_mel
from listening import HEARD_DB, NEPERS_TO_DB, attack, heard_distance, level
from synthesis import synthesize

class Judge:
    def __init__(self, run):
        self.model = Autoencoder().eval()
        self.model.load_state_dict(torch.load(run, map_location="cpu", weights_only=False)["average"])
        self.analysis = Analysis("cpu")

    @torch.no_grad()
    def again(self, sound, pitch):
        features = self.analysis.targets(audio_of(sound), torch.tensor([float(pitch)]))[0]
        pitches = torch.full((1, features.shape[1]), float(pitch))
        z = torch.cat([octaves(pitches)[..., None], self.model.encoder(features)], dim=-1)
        return synthesize(self.model.decoder(z)[0].numpy(), pitches[0].numpy())


def training_mel(data):
    """(program, key) -> log-mel dB of every training note of the named timbres."""
    result = {}
    for _, _, program in TIMBRES:
        notes = np.load(data / "notes" / f"{program:03d}-085.npy", mmap_mode="r")
        for key in range(61):
            if not is_held_out(program, key) and (sound := levelled(notes, key)) is not None:
                result[program, key] = log_mel(sound) * NEPERS_TO_DB
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.set_num_threads(1)
    judge = Judge(options.run)
    known = training_mel(options.data)
    rows = np.concatenate(list(known.values())[::5])
    mean = rows.mean(axis=0)
    components = np.linalg.eigh(np.cov(rows.T))[1][:, -SIZE:]
    report = {}
    for name, notes in sets(options.data).items():
        found = []
        for sound, key, _ in notes:
            decoded = judge.again(sound, LOWEST + key)
            ceiling = sg.invert(sg.analyse(sound)[0])
            mel = log_mel(sound) * NEPERS_TO_DB
            heard = mel > mel.max() - HEARD_DB
            pca = (mel - mean) @ components @ components.T + mean
            nearest = min((np.abs(other - mel)[heard].mean() for (_, at), other in known.items() if at == key), default=np.nan)
            found.append(
                dict(
                    cents=cents_off(decoded, key),
                    source_cents=cents_off(sound, key),
                    distance=heard_distance(decoded, sound),
                    ceiling=heard_distance(ceiling, sound),
                    pca=np.abs(pca - mel)[heard].mean(),
                    nearest=nearest,
                    attack=attack(decoded),
                    source_attack=attack(sound),
                    level=level(decoded, 0.1, 2.0) - level(sound, 0.1, 2.0),
                )
            )
        of = lambda field: np.array([row[field] for row in found], np.float64)
        report[name] = dict(
            notes=len(found),
            within_30_cents=float(np.mean(of("cents") <= 30)),
            within_50_cents=float(np.mean(of("cents") <= 50)),
            source_within_50_cents=float(np.mean(of("source_cents") <= 50)),
            log_mel_dB=dict(
                ours=float(of("distance").mean()),
                image=float(of("ceiling").mean()),
                pca_16=float(of("pca").mean()),
                nearest_training_note=float(np.nanmean(of("nearest"))),
            ),
            attack_ms=dict(ours=float(np.median(of("attack"))), source=float(np.median(of("source_attack")))),
            level_error_dB=float(np.median(np.abs(of("level")))),
        )
        print(name, json.dumps(report[name]), flush=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
