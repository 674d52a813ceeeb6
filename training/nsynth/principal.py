"""Where training begins: with the principal components of what the encoder hears.

The loudness of partials, told by their numbers, lies in few dimensions: 15 components keep it within 2 dB, which the convolutions alone did not
learn in hours. So the layers that go straight through the network begin as these components, and the convolutions learn the rest. What lies
between the peaks of a spectrum is where noise begins.
"""
import numpy as np
import torch

from analysis import AHEAD, APART
from network import BANDS
from partials import FARTHEST, KNOTS, MOMENTS, NEPERS, NEPERS_AT_ZERO, NEPERS_TO_DB, NOISE_KNOTS, SPACING

BATCHES, BATCH = 60, 16
LOUDEST = BANDS + 1  # of the features, where partials begin
APART_FROM = LOUDEST + len(KNOTS)
LEVELS = APART_FROM + len(KNOTS)
# How much bands, partials and levels count.
WEIGHTS = np.concatenate([np.full(LOUDEST, 0.2), np.ones(len(KNOTS)), np.full(len(KNOTS), 0.4), np.ones(MOMENTS)])


def between_peaks(power, full):
    """[frames, 1024] -> [frames, knots] nepers of noise: a quarter of the bins around are softer, which in noise are 5.4 dB below the mean."""
    result = []
    for knot in NOISE_KNOTS / SPACING - 1:
        reach = max(6, round(0.04 * knot))
        near = power[:, max(0, round(knot) - reach) : round(knot) + reach + 1]
        result.append(0.5 * torch.log(torch.quantile(near, 0.25, dim=1) / full / 0.288 + 1e-12))
    return torch.stack(result, dim=1)


def heard(crops, analysis, random):
    """-> what is to be kept of frames that are not silent, [frames, LEVELS + MOMENTS], and the noise in them [frames, knots]"""
    rows, noises = [], []
    for _ in range(BATCHES):
        audio, pitch = (torch.from_numpy(a).to(analysis.device) for a in crops.batch(random, BATCH))
        features, power, _, level = analysis.targets(audio, pitch)
        both = torch.cat([features[:, AHEAD:, :LEVELS], features[:, :-AHEAD, LEVELS : LEVELS + MOMENTS]], dim=-1)
        sounds = level[:, AHEAD:] > -60
        rows.append(both[sounds])
        noises.append(between_peaks(power[:, :-AHEAD][sounds], analysis.full))
    return (torch.cat(parts).double().cpu().numpy() for parts in (rows, noises))


@torch.no_grad()
def begin(model, crops, analysis, random):
    rows, noise = heard(crops, analysis, random)
    mean = rows.mean(axis=0)
    weighted = (rows - mean) * WEIGHTS
    free = model.encoder.straight.weight.shape[0]
    variances, components = np.linalg.eigh(np.cov(weighted.T))
    variances, components = variances[-free:], components[:, -free:]
    size = np.sqrt(variances)
    into = torch.tensor((components / size).T * WEIGHTS)
    out = torch.tensor((components * size) / WEIGHTS[:, None])
    encoder, decoder = model.encoder.straight, model.decoder.straight
    middle = encoder.weight.shape[2] // 2
    encoder.weight.zero_()
    encoder.weight[:, :LEVELS, middle + AHEAD] = into[:, :LEVELS].to(encoder.weight)
    encoder.weight[:, LEVELS : LEVELS + MOMENTS, middle] = into[:, LEVELS:].to(encoder.weight)
    encoder.bias.copy_(-into @ torch.tensor(mean))
    # A feature is dB / 45 + 1, an output is nepers less NEPERS_AT_ZERO in NEPERS.
    scale = 45 / NEPERS_TO_DB / NEPERS
    offset = (-45 / NEPERS_TO_DB - NEPERS_AT_ZERO) / NEPERS
    decoder.weight.zero_()
    for outputs, told in ((slice(0, MOMENTS), slice(LEVELS, None)), (slice(MOMENTS, MOMENTS + len(KNOTS)), slice(LOUDEST, APART_FROM))):
        decoder.weight[outputs, 1:, 0] = (scale * out[told]).to(decoder.weight)
        decoder.bias[outputs] = (scale * torch.tensor(mean[told]) + offset).to(decoder.bias)
    # The decoder's number goes through FARTHEST tanh; the feature is APART times as far.
    places = slice(MOMENTS + len(KNOTS), MOMENTS + 2 * len(KNOTS))
    decoder.weight[places, 1:, 0] = (out[APART_FROM:LEVELS] / (APART * FARTHEST)).to(decoder.weight)
    decoder.bias[places] = torch.tensor(mean[APART_FROM:LEVELS] / (APART * FARTHEST)).to(decoder.bias)
    codes = np.concatenate([weighted @ components / size, np.ones((len(rows), 1))], axis=1)
    line = np.linalg.lstsq(codes, (noise - NEPERS_AT_ZERO) / NEPERS, rcond=None)[0]
    decoder.weight[-len(NOISE_KNOTS) :, 1:, 0] = torch.tensor(line[:-1].T).to(decoder.weight)
    decoder.bias[-len(NOISE_KNOTS) :] = torch.tensor(line[-1]).to(decoder.bias)
