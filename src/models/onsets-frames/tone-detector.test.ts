/** A network that hears pure tones: the way from sound to notes, with the notes known beforehand. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { loopback } from '../../workers/loopback.testing.js';
import { OnsetsAndFrames } from './onsets-and-frames.js';
import { TONES, toneDetector, tonesOf, type Tone } from './tone-detector.testing.js';
import { createServer } from './worker/server.js';

const { spawn } = loopback({ 'onsets-frames': async () => createServer });
let folder: string;
let model: OnsetsAndFrames;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-tones-'));
  for (const [name, bytes] of Object.entries(toneDetector())) await writeFile(path.join(folder, name), bytes);
  model = await OnsetsAndFrames.load(folder, { backend: 'cpu' }, spawn);
});
after(() => rm(folder, { recursive: true }));

const PLAYED: readonly Tone[] = TONES.map((pitch, i) => ({
  ...{ pitch, startTime: 0.5 + 0.5 * i, endTime: 0.9 + 0.5 * i },
}));

describe('a network that hears tones', () => {
  for (const rate of [8000, 44100, 48000])
    test(`finds them in a sound of ${rate} Hz`, async () => {
      const { notes } = await model.transcribe(tonesOf(PLAYED, 3, rate), { sampleRate: rate });
      assert.deepEqual(
        notes.map(({ pitch }) => pitch),
        TONES,
      );
      notes.forEach(({ startTime = 0, endTime = 0 }, i) => {
        assert.ok(Math.abs(startTime - PLAYED[i].startTime) < 0.07, `begins at ${startTime}`);
        assert.ok(Math.abs(endTime - PLAYED[i].endTime) < 0.12, `ends at ${endTime}`);
      });
    });

  test('doubts soft ones: a lower threshold finds them', async () => {
    const soft = tonesOf([{ ...PLAYED[0], amplitude: 0.033 }, PLAYED[1]], 3, 8000);
    const found = async (threshold: number) =>
      (
        await model.transcribe(soft, {
          ...{ sampleRate: 8000, onsetThreshold: threshold, frameThreshold: threshold },
        })
      ).notes.map(({ pitch }) => pitch);
    assert.deepEqual(await found(0.5), [PLAYED[1].pitch]);
    assert.deepEqual(await found(0.06), [PLAYED[0].pitch, PLAYED[1].pitch]);
  });

  test('finds none in silence', async () => {
    assert.deepEqual((await model.transcribe(new Float32Array(16000), { sampleRate: 8000 })).notes, []);
  });
});
