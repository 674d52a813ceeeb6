import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createKernels } from '../audio/resampler.js';
import { frequencyOf, noise, organ } from '../audio/synthetic-note.testing.js';
import { NOTE_SAMPLE_RATE } from '../messages/note-audio.js';
import { createRandom } from '../random/random.js';
import { NoteBank } from './note-bank.js';
import { PhaseAligner } from './phase-alignment.js';
import { Playhead } from './playhead.js';

const RATE = 48000;
const kernels = createKernels();

function tone(pitch: number, phase: number): Float32Array {
  const radians = (2 * Math.PI * frequencyOf(pitch)) / NOTE_SAMPLE_RATE;
  return Float32Array.from({ length: 64000 }, (_, i) => Math.cos(radians * i + phase));
}

function store(bank: NoteBank, timbre: number, pitch: number, samples: Float32Array): number {
  const slot = bank.beginNote({ timbre, pitch, gain: 1 });
  bank.appendSamples(slot, samples, 0, 64000);
  bank.endNote(slot, { loopStart: 16000, loopEnd: 60000, decay: 0, release: 0 });
  return slot;
}

/** Aligns a note of `pitch` to one of `soundingPitch` that sounds at `pitch`; gives both and the aligner. */
function align(sounding: Float32Array, soundingPitch: number, next: Float32Array, pitch: number, at: number) {
  const bank = new NoteBank(2);
  const heads = [new Playhead(bank, kernels, RATE), new Playhead(bank, kernels, RATE)];
  heads[0].start(store(bank, 1, soundingPitch, sounding), pitch);
  heads[1].start(store(bank, 2, pitch, next), pitch);
  heads[0].seek(at);
  heads[1].seek(at);
  const guess = heads[1].position;
  const aligner = new PhaseAligner(bank);
  aligner.align(heads[0], heads[1]);
  return { positions: heads.map(({ position }) => position), moved: heads[1].position - guess, aligner };
}

describe('phase alignment', () => {
  for (const [sounding, pitch] of [
    [24, 24],
    [26, 24],
    [40, 43],
    [60, 60],
    [67, 60],
    [72, 76],
    [84, 84],
  ]) {
    test(`brings ${pitch} into phase with ${sounding} played as ${pitch}, within 8 degrees`, () => {
      const random = createRandom(pitch);
      for (let i = 0; i < 10; i++) {
        const phases = [2 * Math.PI * random(), 2 * Math.PI * random()];
        // Before the loop's end: these tones do not come back to themselves there.
        const frames = Math.floor(RATE * (0.3 + 2.5 * random()));
        const { positions, moved, aligner } = align(
          tone(sounding, phases[0]),
          sounding,
          tone(pitch, phases[1]),
          pitch,
          frames,
        );
        const radians = [sounding, pitch].map((p) => (2 * Math.PI * frequencyOf(p)) / NOTE_SAMPLE_RATE);
        const [a, b] = positions.map((position, k) => radians[k] * position + phases[k]);
        const apart = Math.atan2(Math.sin(a - b), Math.cos(a - b)) * (180 / Math.PI);
        assert.ok(Math.abs(apart) < 8, `${apart.toFixed(1)} degrees apart`);
        assert.ok(aligner.correlation > 0.98, `correlation ${aligner.correlation}`);
        assert.ok(
          Math.abs(moved) < (1.25 * NOTE_SAMPLE_RATE) / frequencyOf(pitch),
          `moved by ${moved} samples`,
        );
      }
    });
  }

  test('finds notes of other harmonics alike, and noise unlike', () => {
    const alike = align(organ(60), 60, organ(60, { amplitudes: [1, 0.1], seed: 5 }), 60, RATE);
    assert.ok(alike.aligner.correlation > 0.6, `${alike.aligner.correlation}`);
    const unlike = align(noise(1), 60, noise(2), 60, RATE);
    assert.ok(unlike.aligner.correlation < 0.5, `${unlike.aligner.correlation}`);
  });

  test('of silence changes nothing that matters', () => {
    const { positions, aligner } = align(new Float32Array(64000), 60, organ(60), 60, RATE);
    assert.ok(Number.isFinite(positions[1]) && aligner.correlation >= 0);
  });
});
