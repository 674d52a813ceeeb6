"""The tone that a decoder hears beside its own samples: where in the period of its pitch each step lies (src/ops/nsynth/carrier.ts).

Cosine and sine of the phase, and of two, four, eight and sixteen times the phase: the octaves tell the place in a long period finely.
A voice begins at phase 0. What is learnt from begins anywhere in its period, so `aligned` finds for each piece the phase that
puts its partials where a pulse has them, and the frequency that it really has, which is a few cents from the one it is called by.
"""
import math
import sys
from pathlib import Path

import torch

sys.path.append(str(Path(__file__).parent.parent / "nsynth"))
from network import MIDDLE
from partials import RATE, hertz

OCTAVES = 5
# Partials that tell the phase, and the phases that are tried.
PARTIALS = 8
PHASES = 128
# A frequency is corrected by no more than this share of itself: 30 cents.
MOST_OFF = 2 ** (30 / 1200) - 1
# Parts of a piece whose phases tell how far the frequency is off; each has to hold some periods.
PARTS = 4
PERIODS = 4


def told(octaves):
    """The first number of a frame, octaves from the middle -> Hz"""
    return hertz(MIDDLE + 12.0 * octaves)


def features(phase):
    """Radians [...] -> [..., 2 OCTAVES]: cosine and sine, octave by octave"""
    turned = phase[..., None] * 2.0 ** torch.arange(OCTAVES, dtype=phase.dtype)
    return torch.stack([turned.cos(), turned.sin()], dim=-1).flatten(-2)


def of_voices(embedding, hop, per_step):
    """[B, frames, 16] -> the carriers of voices that begin with them [B, frames * hop / per_step, 2 OCTAVES]"""
    turns = told(embedding[..., 0].double()).repeat_interleave(hop // per_step, dim=1) * per_step / RATE
    return features(2 * math.pi * (turns.cumsum(1) - turns)).float()


def partials(sound, phase):
    """Samples [B, T], radians [B, T] -> complex amplitudes of the first partials [B, PARTS, PARTIALS]"""
    length = sound.shape[1] // PARTS
    window = torch.hann_window(length, dtype=sound.dtype)
    # Whole turns tell nothing, and what is left is exact enough in float32.
    turned = (phase % (2 * math.pi)).float()[..., None] * torch.arange(1, PARTIALS + 1)
    waves = torch.polar((sound * window.repeat(PARTS)).float()[..., None].expand_as(turned), -turned)
    return waves.unflatten(1, (PARTS, length)).sum(2)


def aligned(sound, octaves, per_step):
    """Pieces [B, T], octaves [B] -> carriers [B, T / per_step, 2 OCTAVES]"""
    sound = sound.double()
    frequency = told(octaves.double())[:, None]
    time = torch.arange(sound.shape[1], dtype=torch.float64) / RATE
    found = partials(sound, 2 * math.pi * frequency * time)
    # The strongest of the first four says how far the phase goes from part to part.
    power = found.abs().square().sum(1)[:, :4]
    strongest = power.argmax(1)
    of_part = found.gather(2, strongest[:, None, None].expand(-1, PARTS, 1))[..., 0]
    turned = (of_part[:, 1:] * of_part[:, :-1].conj()).sum(1).angle()
    part = sound.shape[1] / PARTS / RATE
    off = turned / (2 * math.pi * part * (strongest + 1)) / frequency[:, 0]
    known = (frequency[:, 0] * part > PERIODS) & (off.abs() < MOST_OFF)
    frequency = frequency * (1 + torch.where(known, off, 0.0))[:, None]
    amplitudes = partials(sound, 2 * math.pi * frequency * time).sum(1)
    tried = 2 * math.pi * torch.arange(PHASES, dtype=torch.float64) / PHASES
    numbers = torch.arange(1, PARTIALS + 1, dtype=torch.float64)
    like_pulse = (amplitudes[:, None] * torch.polar(torch.ones(PHASES, PARTIALS, dtype=torch.float64), -tried[:, None] * numbers)).real.sum(2)
    begin = tried[like_pulse.argmax(1)][:, None]
    return features(2 * math.pi * frequency * time[::per_step] + begin).float()
