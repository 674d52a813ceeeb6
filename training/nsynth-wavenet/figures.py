"""Measures what a musician hears of exported WaveNets as the product plays them, and writes a report.

    python3 figures.py --weights ../../checkpoints/nsynth-wavenet-small --data DIR --out report.json     needs a built product: npm run build

Notes that training never heard: held-out pitches, held-out programs, and another soundfont (DIR/dropped). Each is encoded and drawn again, sample
by sample, by the command `timbrel nsynth`, with nothing told to it but the sound.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "nsynth"), str(HERE.parent / "gansynth")]
from held_out import cents_off, sets

from listening import attack, heard_distance, level

COMMAND = ["node", str(HERE.parent.parent / "dist/cli.js"), "nsynth"]


def write_wav(file, sound):
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1), out.setsampwidth(2), out.setframerate(16000)
        out.writeframes(np.round(sound * 32767).astype("<i2").tobytes())


def read_wav(file):
    """16-bit mono -> [samples] in [-1, 1]"""
    with wave.open(str(file)) as read:
        return np.frombuffer(read.readframes(read.getnframes()), "<i2").astype(np.float64) / 32768


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--notes", type=int, default=20, help="of each kind")
    parser.add_argument("--spread", type=float, default=0.1, help="of what is drawn, around its mean")
    parser.add_argument("--keep", type=Path, help="a folder for what was heard and drawn")
    options = parser.parse_args()
    report = {"spread": options.spread}
    for name, notes in sets(options.data).items():
        chosen = [notes[i] for i in np.linspace(0, len(notes) - 1, min(options.notes, len(notes))).astype(int)]
        with tempfile.TemporaryDirectory() as scratch:
            folder = (options.keep or Path(scratch)) / name.replace(" ", "-")
            folder.mkdir(parents=True, exist_ok=True)
            files = [folder / f"{i:02d}-{what}-{key + 24}.wav" for i, (_, key, what) in enumerate(chosen)]
            for file, (sound, _, _) in zip(files, chosen):
                write_wav(file, sound)
            run = lambda *args: subprocess.run([*COMMAND, *args, "--checkpoint", str(options.weights), "--force"], check=True, stdout=subprocess.DEVNULL)
            run("encode", *map(str, files), "--output-dir", str(folder / "embeddings"))
            embeddings = sorted((folder / "embeddings").glob("*.npy"))
            run("decode", *map(str, embeddings), "--output-dir", str(folder / "drawn"), "--spread", str(options.spread))
            found = []
            for file, (sound, key, _) in zip(files, chosen):
                drawn = read_wav(folder / "drawn" / file.name)
                found.append(
                    dict(
                        cents=cents_off(drawn, key),
                        source_cents=cents_off(sound, key),
                        distance=heard_distance(drawn, sound),
                        attack=attack(drawn),
                        source_attack=attack(sound),
                        level=abs(level(drawn, 0.1, 2.0) - level(sound, 0.1, 2.0)),
                    )
                )
        of = lambda field: np.array([row[field] for row in found], np.float64)
        report[name] = dict(
            notes=len(found),
            within_30_cents=float(np.mean(of("cents") <= 30)),
            within_50_cents=float(np.mean(of("cents") <= 50)),
            source_within_50_cents=float(np.mean(of("source_cents") <= 50)),
            log_mel_dB=float(of("distance").mean()),
            attack_ms=dict(ours=float(np.median(of("attack"))), source=float(np.median(of("source_attack")))),
            level_error_dB=float(np.median(of("level"))),
        )
        print(name, json.dumps(report[name]), flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
