/** The sample loop in pieces: it can be given up between any two of them, and no piece is long. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { coresPiece, type WaveNetDecoder } from '../../../ops/nsynth/wavenet.js';
import { decodeVoices, scoreClasses, type DecodeSettings } from './decode-voices.js';

const SIZE = 2;
const HOP = 64;
/** The published decoder's. */
const MACS = 59.2e6;
/** A core does as much in 100 ms, and not much more: what is asked of it between two looks has to be less. */
const MOST_WORK = 1e9;

/** Draws nothing, and notes how much it was asked for. */
class IdleDecoder implements WaveNetDecoder {
  readonly bytes = 0;
  readonly levels = 256;
  readonly embeddingSize = SIZE;
  readonly lockstep = 8;
  readonly draws: number[] = [];
  piece = (voices: number) => coresPiece(MACS, voices);
  begin() {}
  condition() {}
  draw(voices: number, samples: number) {
    this.draws.push(voices * samples);
    return new Uint8Array(voices * samples);
  }
  score(_voices: number, classes: Uint8Array) {
    this.draws.push(classes.length);
    return new Float64Array(classes.length);
  }
  logits() {
    return new Float32Array(0);
  }
}

const settings = (voices: number, changes: Partial<DecodeSettings> = {}): DecodeSettings => ({
  ...{ hopLength: HOP, temperature: 1, seeds: Array<number>(voices).fill(0) },
  pause: async () => {},
  onPart: () => {},
  ...changes,
});
const embeddings = (...frames: readonly number[]) => frames.map((count) => new Float32Array(count * SIZE));

/** Throws at the given pause, counted from 1. */
function givingUpAt(number: number) {
  let pauses = 0;
  return async () => {
    if (++pauses === number) throw new Error('given up');
  };
}

describe('decoding', () => {
  for (const voices of [1, 3, 8, 20]) {
    test(`of ${voices} voices looks up after every piece, and pieces are short`, async () => {
      const decoder = new IdleDecoder();
      let pauses = 0;
      const pause = async () => void pauses++;
      const wanted = embeddings(...Array<number>(voices).fill(2));
      await decodeVoices(decoder, wanted, settings(voices, { pause }));
      assert.equal(
        decoder.draws.reduce((a, b) => a + b, 0),
        voices * 2 * HOP,
      );
      assert.ok(pauses >= decoder.draws.length);
      assert.ok(Math.max(...decoder.draws) * MACS < MOST_WORK);
    });
  }

  test('can be given up at any of these moments, and keeps only what was decoded to its end', async () => {
    for (let at = 1; ; at++) {
      const kept: number[] = [];
      const notes = {
        find: async () => undefined,
        keep: async (_note: unknown, { length }: Float32Array) => void kept.push(length),
      };
      const decoder = new IdleDecoder();
      // Eight together, then the shortest.
      const wanted = embeddings(2, 2, 2, 2, 2, 2, 2, 2, 1);
      const work = { ...settings(9, { pause: givingUpAt(at) }), notes };
      const outcome = await decodeVoices(decoder, wanted, work).catch((error: Error) => error.message);
      if (outcome !== 'given up') {
        assert.equal(kept.length, 9);
        assert.ok(at > 100, `only ${at} moments`);
        break;
      }
      const drawn = decoder.draws.reduce((a, b) => a + b, 0);
      assert.deepEqual(kept, drawn < 8 * 2 * HOP ? [] : Array<number>(8).fill(2 * HOP));
    }
  });
});

test('scoring can be given up at any of its moments', async () => {
  const pace = { hopLength: HOP };
  for (let at = 1; at <= HOP; at++) {
    const pause = givingUpAt(at);
    const classes = new Uint8Array(2 * HOP);
    const decoder = new IdleDecoder();
    await assert.rejects(scoreClasses(decoder, new Float32Array(2 * SIZE), classes, { ...pace, pause }), {
      message: 'given up',
    });
    assert.ok(decoder.draws.every((samples) => samples * MACS < MOST_WORK));
  }
});
