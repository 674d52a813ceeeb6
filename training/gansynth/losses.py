"""What training minimises: the image where it is heard, then the sound itself."""
import numpy as np
import torch

import spectrogram as sg


def weighted(error, weight):
    """[B, T, bins] -> the mean over notes of their weighted means; a note of which nothing is heard adds nothing."""
    return ((error * weight).sum(dim=(1, 2)) / weight.sum(dim=(1, 2)).clamp(min=1.0)).mean()


class Losses:
    def __init__(self, device):
        self.mel = torch.tensor(sg.MEL, dtype=torch.float32, device=device)
        self.inverse_mel = torch.tensor(sg.INVERSE_MEL, dtype=torch.float32, device=device)
        # The product reads frequency / FREQUENCY_SCALE through this matrix, so a linear bin is told at most this much.
        self.reach = self.inverse_mel.sum(dim=0) / sg.FREQUENCY_SCALE
        self.window = torch.hann_window(sg.FFT_SIZE, periodic=True, device=device)

    def image(self, image, magnitude, frequency, weight):
        """image [B, 2, T, 1024] -> (log-magnitude loss, frequency loss).

        Frequency is compared where the product reads it: after the mel-to-linear matrix, as an angle per hop (a
        whole turn is no error), weighted by how much each linear bin is heard. Every note counts the same: summed over
        the batch, a struck note heard for a tenth of the time would count a tenth, and did, and was learned last.
        """
        # Partials are a small share of the bins: without a term of their own they are learned last, and 30 dB too soft.
        error = (image[:, 0] - magnitude).abs()
        heard = weight @ self.mel
        magnitude_loss = error.mean() + 2.0 * weighted(error, heard)
        linear = (image[:, 1] / sg.FREQUENCY_SCALE) @ self.inverse_mel
        return magnitude_loss, weighted(self.turns(linear, frequency), weight)

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

    def audio(self, image):
        """image [B, 2, 128, 1024] -> [B, 64000] (differentiable form of spectrogram.invert)."""
        power = torch.exp((image[:, 0] - sg.MAGNITUDE_OFFSET) / sg.MAGNITUDE_SCALE) @ self.inverse_mel
        steps = (image[:, 1] / sg.FREQUENCY_SCALE) @ self.inverse_mel
        phase = np.pi * torch.cumsum(steps, dim=1)
        spectrum = torch.polar(torch.sqrt(power + sg.FLOOR), phase)
        frames = torch.fft.irfft(torch.nn.functional.pad(spectrum, (1, 0)), n=sg.FFT_SIZE) * (self.window / 1.5)
        length = sg.FFT_SIZE + (sg.FRAMES - 1) * sg.HOP
        audio = torch.nn.functional.fold(
            frames.transpose(1, 2), (1, length), (1, sg.FFT_SIZE), stride=(1, sg.HOP)
        )
        return audio[:, 0, 0, sg.FRONT_PADDING :]

    def sound(self, image, magnitude):
        """Log-mel distance of the *inverted* note: neighbouring bins of one partial whose phases disagree cancel in
        the audio, which no comparison of images sees."""
        audio = torch.nn.functional.pad(self.audio(image), (sg.FRONT_PADDING, 0))
        frames = audio.unfold(1, sg.FFT_SIZE, sg.HOP) * self.window
        power = torch.fft.rfft(frames)[..., 1:].abs() ** 2
        mel = torch.log(power @ self.mel + sg.FLOOR)
        heard = sg.MAGNITUDE_SCALE * mel + sg.MAGNITUDE_OFFSET
        return (heard - magnitude).abs().mean()
