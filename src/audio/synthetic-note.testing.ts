/** Note audio with known properties: 4 s at 16 kHz, let go after 3 s. */
import { NOTE_LENGTH, NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import { createRandom } from '../random/random.js';

export const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

const RELEASE_AT = 3;

function note(sampleAt: (seconds: number) => number): Float32Array {
  return Float32Array.from({ length: NOTE_LENGTH }, (_, i) => {
    const seconds = i / NOTE_SAMPLE_RATE;
    const attack = Math.min(1, seconds / 0.01);
    const release = seconds < RELEASE_AT ? 1 : Math.exp(-(seconds - RELEASE_AT) / 0.1);
    return attack * release * sampleAt(seconds);
  });
}

/** Steady harmonics. `seed` sets their phases. */
export function organ(pitch: number, { amplitudes = [1, 0.5, 0.3, 0.2, 0.1], seed = 1 } = {}): Float32Array {
  const random = createRandom(seed);
  const partials = amplitudes
    .map((amplitude, i) => ({
      amplitude,
      frequency: frequencyOf(pitch) * (i + 1),
      phase: 2 * Math.PI * random(),
    }))
    .filter(({ frequency }) => frequency < 6500);
  return note((seconds) =>
    partials.reduce(
      (sum, { amplitude, frequency, phase }) =>
        sum + 0.2 * amplitude * Math.sin(2 * Math.PI * frequency * seconds + phase),
      0,
    ),
  );
}

/** Inharmonic partials that die away, the higher ones sooner. `decay` in dB per second, of the fundamental. */
export function marimba(pitch: number, decay: number): Float32Array {
  const partials = [
    { amplitude: 0.5, ratio: 1, decay },
    { amplitude: 0.2, ratio: 3.93, decay: 4 * decay },
    { amplitude: 0.05, ratio: 9.2, decay: 10 * decay },
  ].filter(({ ratio }) => ratio * frequencyOf(pitch) < 6500);
  return note((seconds) =>
    partials.reduce(
      (sum, partial) =>
        sum +
        partial.amplitude *
          10 ** ((-partial.decay * seconds) / 20) *
          Math.sin(2 * Math.PI * partial.ratio * frequencyOf(pitch) * seconds),
      0,
    ),
  );
}

export function noise(seed = 1): Float32Array {
  const random = createRandom(seed);
  return note(() => random() - 0.5);
}
