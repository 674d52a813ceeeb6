"""Pairs a run never saw, against the nearest-timbre baseline.

A pitch that no timbre was trained on would have an untrained one-hot row, so pairs are held out, not pitches:
(number of the program in the sorted list + pitch) % 4 == 0. Each timbre misses every fourth pitch; every pitch is trained.

The baseline for such a pair is the *recording* of the other program that resembles this one most (smallest mean distance
of their spectra over the pitches that training saw of both), at the same pitch.
"""
import numpy as np

import spectrogram as sg


def is_held_out(index, pitch):
    return (index + pitch) % 4 == 0


def steady_spectrum(audio):
    """[1024] mean log mel power between 0.5 and 2.5 s."""
    return np.log(np.abs(sg.stft(audio)[22:84]) ** 2 @ sg.MEL + sg.FLOOR).mean(axis=0)


def nearest(programs, notes, spectra):
    """{program: the most similar other program}."""
    result = {}
    for i, a in enumerate(programs):
        means = {}
        for j, b in enumerate(programs):
            both = [m for m in range(24, 85) if (a, m) in notes and (b, m) in notes]
            both = [m for m in both if not is_held_out(i, m) and not is_held_out(j, m)]
            if a != b and both:
                means[b] = np.mean([np.abs(spectra[a, m] - spectra[b, m]).mean() for m in both])
        result[a] = min(means, key=means.get)
    return result


def report(pool, notes, render, every):
    from evaluate import compare, summary

    programs = sorted({program for program, _ in notes})
    spectra = dict(zip(notes, pool.map(steady_spectrum, [a.astype(float) for a in notes.values()], chunksize=32)))
    neighbour = nearest(programs, notes, spectra)
    pairs = [(p, m) for p, m in notes if is_held_out(programs.index(p), m) and (neighbour[p], m) in notes][::every]
    seen = [(p, m) for p, m in notes if not is_held_out(programs.index(p), m)][:: 4 * every]
    source = lambda p, m: notes[p, m].astype(float)
    job = lambda p, m, audio: ({"program": p, "pitch": m}, source(p, m), audio, False)
    run = lambda jobs: summary(list(pool.imap(compare, jobs, chunksize=8)))
    return {
        "ours": run(job(p, m, render.note(p, m)) for p, m in pairs),
        "nearestTimbre": run(job(p, m, source(neighbour[p], m)) for p, m in pairs),
        "oursOnPairsSeen": run(job(p, m, render.note(p, m)) for p, m in seen),
    }
