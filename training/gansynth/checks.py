"""Numbers that the spectrogram and the network must meet, from Magenta's own code. `python3 checks.py` prints nothing when they do."""
import numpy as np
import torch

import spectrogram as sg
from network import NARROW, Generator, widened


def close(actual, wanted, tolerance=1e-7):
    assert abs(actual - wanted) <= tolerance, f"{actual} is not {wanted}"


def mel_matrix():
    assert np.count_nonzero(sg.MEL) == 2042 == np.count_nonzero(sg.INVERSE_MEL)
    close(sg.MEL.sum(), 1021.0981806)
    close(sg.INVERSE_MEL.sum(), 1021.0113854)
    for mel, linear, wanted in ((1, 1, 1.0087615084725814), (2, 1, 0.029087889211125567), (3, 2, 0.5326346877272624)):
        close(sg.INVERSE_MEL[mel, linear], wanted, 1e-12)
    close(sg.MEL[500, 666], 0.91822702)
    close(sg.MEL[1, 2], 0.02802708)
    close(sg.INVERSE_MEL[1000, 959], 0.35045072)


def inversion_of_the_linear_spectrum():
    audio = np.random.default_rng(0).standard_normal(sg.LENGTH)
    frames = np.fft.irfft(np.pad(sg.stft(audio), ((0, 0), (1, 0))), n=sg.FFT_SIZE, axis=1)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(sg.FFT_SIZE) / sg.FFT_SIZE)
    out = np.zeros(sg.FFT_SIZE + (sg.FRAMES - 1) * sg.HOP)
    for t in range(sg.FRAMES):
        out[t * sg.HOP : t * sg.HOP + sg.FFT_SIZE] += frames[t] * window / 1.5
    error = (out[sg.FRONT_PADDING :] - audio)[2048:-2048]
    assert np.sqrt((error**2).mean()) < 0.05, "only the lost DC bin may differ"


def published_sizes():
    generator = Generator((256, 256, 256, 256, 128, 64, 32))
    last = len(generator.blocks)
    lower = sum(p.numel() for b in generator.blocks[: last - 1] for p in b.to_rgb.parameters())
    assert sum(p.numel() for p in generator.parameters()) - lower == 7308802
    close(generator.blocks[0].conv0.scale, 0.0140414)
    close(generator.blocks[6].to_rgb.scale, 0.1767767)
    with torch.no_grad():
        assert generator(torch.randn(1, 256), torch.tensor([60]), blocks=3).shape == (1, 2, 8, 64)


def a_widened_network_gives_the_same_images():
    narrow, wide = Generator(NARROW), Generator([2 * width for width in NARROW])
    wide.load_state_dict(widened(narrow.state_dict(), 2, np.random.default_rng(0)))
    latent, pitch = torch.randn(1, 256), torch.tensor([60])
    with torch.no_grad():
        assert (narrow(latent, pitch) - wide(latent, pitch)).abs().max() < 1e-3


if __name__ == "__main__":
    mel_matrix()
    inversion_of_the_linear_spectrum()
    published_sizes()
    a_widened_network_gives_the_same_images()
