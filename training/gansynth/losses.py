"""What training minimises: the image where it is heard, and the sound that the product makes of it.

Every function gives one value a note, [B], so that training can draw what it does badly more often.
"""
import numpy as np
import torch
from torch.nn.functional import pad

import spectrogram as sg

HEARD = 1e-3  # of the loudest bin of the source: what is below -60 dB counts as silence on both sides
ONSET = 960  # samples
SOFT_ONSET = 3.0  # times as bad as one that is too loud
ATTACK_SIZES = (64, 128, 256, 512, 1024)
NOTE_SIZES = (128, 512)  # and 2048 in mel bins


def weighted(error, weight):
    """[B, T, bins] -> [B] weighted means; a note of which nothing is heard gives 0."""
    return (error * weight).sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1.0)


def spectral_distance(ours, source):
    """Power spectra [B, bins, T] -> [B]: log distance over heard bins in nepers, and spectral convergence.

    The log distance is a sum over all bins divided by the number that are heard in the source: noise where the source
    has none counts too, and silence neither helps nor hides.
    """
    floor = HEARD**2 * source.amax(dim=(1, 2), keepdim=True) + 1e-12
    log = 0.5 * (torch.log(ours + floor) - torch.log(source + floor)).abs().sum(dim=(1, 2))
    heard = (source > floor).sum(dim=(1, 2)).clamp(min=1)
    amplitude, wanted = torch.sqrt(ours + 1e-3 * floor), torch.sqrt(source)
    energy = source.sum(dim=(1, 2)).clamp(min=1e-9)
    return log / heard + torch.sqrt(((amplitude - wanted) ** 2).sum(dim=(1, 2)) / energy + 1e-9)


class Sparse(torch.autograd.Function):
    """values [..., rows] times a constant sparse matrix of which no row or column has more than a few entries, as gathers both
    ways: 2042 entries of a million are not zero, and dense products were a third of a step."""

    @staticmethod
    def forward(context, values, ways, back):
        context.ways, context.back = ways, back
        return Sparse.gather(values, ways)

    @staticmethod
    def backward(context, gradient):
        return Sparse.gather(gradient, context.back), None, None

    @staticmethod
    def gather(values, ways):
        return sum(values[..., index] * scale for index, scale in ways)

    @staticmethod
    def ways(matrix, device):
        """A list of (indices, factors), one for each entry of the fullest column."""
        fullest = int((matrix != 0).sum(axis=0).max())
        order = np.argsort(-np.abs(matrix), axis=0, kind="stable")[:fullest]
        factors = np.take_along_axis(matrix, order, axis=0)
        return [(torch.tensor(i, device=device), torch.tensor(f, dtype=torch.float32, device=device)) for i, f in zip(order, factors)]


def sparse(matrix, device):
    """[rows, columns] -> a function of [..., rows] giving [..., columns]."""
    ways, back = Sparse.ways(matrix, device), Sparse.ways(matrix.T, device)
    return lambda values: Sparse.apply(values, ways, back)


def locked(magnitude, phase):
    """[B, T, 1024] each -> phases that agree around a peak: form of spectrogram.locked in PyTorch."""
    near = torch.nn.functional.max_pool1d(magnitude, 5, stride=1, padding=2)
    peak = magnitude == near
    result, free = phase, ~peak
    for distance in range(1, sg.LOCKED + 1):
        for shift in (distance, -distance):
            other = torch.roll(peak, shift, dims=2)
            if shift > 0:
                other[..., :shift] = False
            else:
                other[..., shift:] = False
            chosen = free & other
            result = torch.where(chosen, torch.roll(phase, shift, dims=2) + np.pi * distance, result)
            free = free & ~chosen
    return result


class Losses:
    def __init__(self, device):
        self.mel, self.inverse_mel = sparse(sg.MEL, device), sparse(sg.INVERSE_MEL, device)
        # The product reads frequency / FREQUENCY_SCALE through this matrix, so a linear bin is told at most this much.
        self.reach = torch.tensor(sg.INVERSE_MEL.sum(axis=0) / sg.FREQUENCY_SCALE, dtype=torch.float32, device=device)
        sizes = {sg.FFT_SIZE, *ATTACK_SIZES, *NOTE_SIZES}
        self.windows = {size: torch.hann_window(size, periodic=True, device=device) for size in sizes}

    def linear(self, image):
        """image [B, 2, T, 1024] -> (power, phase step in half turns a hop) of linear bins, [B, T, 1024] each."""
        power = self.inverse_mel(torch.exp((image[:, 0] - sg.MAGNITUDE_OFFSET) / sg.MAGNITUDE_SCALE))
        return power, self.inverse_mel(image[:, 1] / sg.FREQUENCY_SCALE)

    def magnitude(self, image, magnitude, weight):
        """Log magnitude: a mean over bins and one over what is heard. Partials are a small share of the bins: without a
        term of their own they are learned last, and 30 dB too soft."""
        error = (image[:, 0] - magnitude).abs()
        heard = magnitude > magnitude.amax(dim=(1, 2), keepdim=True) + 2.0 * sg.MAGNITUDE_SCALE * np.log(HEARD)
        return error.mean(dim=(1, 2)) + 2.0 * weighted(error, self.mel(weight) + 0.5 * heard)

    def frequency(self, steps, frequency, weight):
        """Frequency where the product reads it: after the mel-to-linear matrix, as an angle a hop (a whole turn is no
        error), weighted by how much each linear bin is heard. The cosine is flat near the truth, so a second term, of the
        loudest bins, is not: two bins of a partial beat when they are a hundredth of a turn a hop apart."""
        turns = self.turns(steps, frequency)
        return weighted(turns, weight) + weighted(torch.sqrt(0.5 * turns + 1e-6), weight**2)

    def turns(self, linear, frequency):
        """1 - cos of the angle between what is and what should be, in [0, 2].

        But where the nearest whole turn is beyond reach and the next one is not, the distance to that one: the cosine
        leads to the end of the tanh and leaves it there. So the fundamental of one pitch was 5.9 Hz sharp in every timbre.
        """
        with torch.no_grad():
            nearest = linear + torch.remainder(frequency - linear + 1.0, 2.0) - 1.0
            other = nearest - 2.0 * torch.sign(nearest)
            beyond = (nearest.abs() > self.reach) & (other.abs() < 0.95 * self.reach)
        return torch.where(beyond, 2.0 * (linear - other).abs(), 1.0 - torch.cos(np.pi * (linear - frequency)))

    def audio(self, power, steps, skip=sg.FRONT_PADDING):
        """The first T frames of a note -> [B, 512 T - skip] (form of spectrogram.invert in PyTorch), without the end that later frames would
        add to, and without the samples before the note. Phases are refined as the product refines them, and taken as given: what the sound
        teaches is the magnitude."""
        magnitude = torch.sqrt(power + sg.FLOOR)
        with torch.no_grad():
            phase = locked(magnitude, np.pi * torch.cumsum(steps, dim=1))
            turns = torch.polar(torch.ones_like(phase), phase)
            for frames in [sg.ATTACK_FRAMES] * sg.ATTACK_ROUNDS * sg.REFINEMENT + [steps.shape[1]] * sg.REFINEMENT:
                turns[:, :frames] = torch.sgn(self.spectrum(self.overlapped(magnitude * turns)))[:, :frames]
        hops = steps.shape[1] * sg.HOP
        return self.overlapped(magnitude * turns)[:, skip:hops]

    def overlapped(self, spectrum):
        """[B, T, 1024] -> [B, 512 (T + 3)] audio"""
        frames = torch.fft.irfft(pad(spectrum, (1, 0)), n=sg.FFT_SIZE) * (self.windows[sg.FFT_SIZE] / 1.5)
        parts = sg.FFT_SIZE // sg.HOP
        hops = frames.reshape(len(frames), -1, parts, sg.HOP)
        return sum(pad(hops[:, :, i], (0, 0, i, parts - 1 - i)) for i in range(parts)).flatten(1)

    def spectrum(self, audio):
        """[B, 512 (T + 3)] -> [B, T, 1024], as if there were silence before the note."""
        heard = pad(audio[:, sg.FRONT_PADDING :], (sg.FRONT_PADDING, 0))
        return torch.fft.rfft(heard.unfold(1, sg.FFT_SIZE, sg.HOP) * self.windows[sg.FFT_SIZE])[..., 1:]

    def power(self, audio, size):
        """[B, samples] -> [B, bins, frames]"""
        spectrum = torch.stft(audio, size, size // 4, window=self.windows[size], center=True, pad_mode="constant", return_complex=True)
        return torch.view_as_real(spectrum).square().sum(dim=-1)

    def sound(self, audio, source, sizes):
        """Multi-resolution distance of the *inverted* note: bins of one partial whose phases disagree cancel in the audio,
        and phases that do not meet at the onset smear it, which no comparison of images sees."""
        distances = [spectral_distance(self.power(audio, size), self.power(source, size)) for size in sizes]
        if audio.shape[1] > 2 * sg.FFT_SIZE + sg.HOP * 8:
            mel = lambda a: self.mel(self.power(a, sg.FFT_SIZE)[:, 1:].transpose(1, 2))
            distances.append(2.0 * spectral_distance(mel(audio), mel(source)))
        return sum(distances) / len(distances)

    def envelope(self, audio, source, size):
        """How far the level of windows of `size` samples is from the source's, relative to that of the source: the slope of an
        attack and the ripple of a held note. The first 60 ms count four times: a soft onset is heard most."""
        level = lambda a: torch.sqrt(torch.nn.functional.avg_pool1d((a * a)[:, None], size, size // 2)[:, 0] + 1e-9)
        ours, wanted = level(audio), level(source)
        weight = torch.ones_like(wanted[:1])
        weight[:, : ONSET // (size // 2)] = 4.0
        # Spectra of an eighth of a second smear an onset: left alone, it settles on one that is right in the mean and rises too slowly.
        error = torch.where((ours < wanted) & (weight > 1.0), SOFT_ONSET, 1.0) * (ours - wanted).abs()
        return (error * weight).sum(dim=1) / (wanted * weight).sum(dim=1).clamp(min=1e-4)
