/** A recording that two workers share, over workers without threads. */
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { loopback } from '../../workers/loopback.testing.js';
import { OnsetsAndFrames } from './onsets-and-frames.js';
import {
  SMALL_CONFIG,
  syntheticAudio,
  syntheticFolder,
  type SyntheticTranscriber,
} from './synthetic.testing.js';
import { createServer } from './worker/server.js';

const RATE = 8000;
const OPTIONS = { sampleRate: RATE };
/** A part that is shared, and an end that is shared too. */
const audio = syntheticAudio(22, RATE);
let root: string;
before(async () => (root = await mkdtemp(path.join(tmpdir(), 'timbrel-onsets-'))));
after(() => rm(root, { recursive: true }));

let folders = 0;
async function loadBoth(t: TestContext, architecture: SyntheticTranscriber, config: unknown = SMALL_CONFIG) {
  const folder = path.join(root, String(folders++));
  await mkdir(folder);
  for (const [name, content] of Object.entries(syntheticFolder(architecture, config)))
    await writeFile(path.join(folder, name), content);
  const threads = loopback({ 'onsets-frames': async () => createServer });
  const load = (workers: 1 | 2) => OnsetsAndFrames.load(folder, { backend: 'cpu', workers }, threads.spawn);
  const [one, two] = [await load(1), await load(2)];
  t.after(() => [one, two].forEach((model) => model.dispose()));
  return { one, two, threads };
}

describe('two workers that share a recording', () => {
  const KINDS = {
    'reads forwards': [{ kind: 'browser' }, SMALL_CONFIG],
    'has one stack for all heads, and looks ahead once': [
      { kind: 'shared' },
      { ...SMALL_CONFIG, conv_look_ahead: [0, 0, 1] },
    ],
    'reads both ways': [{ kind: 'model' }, SMALL_CONFIG],
  } as const;
  for (const [name, [architecture, config]] of Object.entries(KINDS)) {
    test(`come to the notes and activations of one, where the network ${name}`, async (t) => {
      const { one, two } = await loadBoth(t, architecture, config);
      const expected = await one.activations(audio, OPTIONS);
      const actual = await two.activations(audio, OPTIONS);
      assert.equal(actual.frameCount, expected.frameCount);
      for (const part of ['onsets', 'frames', 'velocities', 'offsets'] as const) {
        assert.equal(actual[part]?.length, expected[part]?.length);
        // Rows of convolutions are the same; the states of LSTMs are rounded between other blocks of them.
        const off = Math.max(
          0,
          ...(actual[part] ?? []).map((value, i) => Math.abs(value - (expected[part]?.[i] ?? NaN))),
        );
        assert.ok(off < 1e-5, `${part} are off by ${off}`);
      }
      for (const seconds of [0.01, 1, 16.4])
        assert.deepEqual(
          await two.transcribe(audio.subarray(0, seconds * RATE), OPTIONS),
          await one.transcribe(audio.subarray(0, seconds * RATE), OPTIONS),
        );
    });
  }

  test('take recordings in parts too, where nobody waits for the notes of a part', async (t) => {
    const { one, two } = await loadBoth(t, { kind: 'shared' });
    const transcription = await two.begin({ ...OPTIONS, atEnd: true });
    for (let from = 0; from < audio.length; from += 70_001)
      await transcription.write(audio.subarray(from, from + 70_001));
    assert.deepEqual(await transcription.close(), await one.transcribe(audio, OPTIONS));
  });

  test('leave sound that still comes to one: its notes are as early', async (t) => {
    const { one, two } = await loadBoth(t, { kind: 'shared' });
    const part = audio.subarray(0, 2 * RATE);
    const [alone, shared] = [await one.begin(OPTIONS), await two.begin(OPTIONS)];
    const early = await shared.write(part);
    assert.ok(early.notes.length > 0);
    assert.deepEqual(early, await alone.write(part));
  });

  test('end together: what is under way when one dies is told of it', async (t) => {
    const { two, threads } = await loadBoth(t, { kind: 'shared' });
    const transcribed = two.transcribe(audio, { ...OPTIONS, onProgress: () => threads.die(2) });
    await assert.rejects(transcribed, { code: 'WORKER_FAILED' });
    await assert.rejects(two.transcribe(audio, OPTIONS), { code: 'WORKER_FAILED' });
    assert.ok(two.ended);
    await new Promise(setImmediate);
    assert.equal(threads.alive, 1, 'the worker of the model that is alone');
  });

  test('are given up together, and go on with the next recording', async (t) => {
    const { one, two, threads } = await loadBoth(t, { kind: 'shared' });
    const controller = new AbortController();
    const { signal } = controller;
    const given = two.transcribe(audio, { ...OPTIONS, signal, onProgress: () => controller.abort() });
    await assert.rejects(given, { code: 'ABORTED' });
    const part = audio.subarray(0, 20 * RATE);
    assert.deepEqual(await two.transcribe(part, OPTIONS), await one.transcribe(part, OPTIONS));
    two.dispose();
    one.dispose();
    await new Promise(setImmediate);
    assert.equal(threads.alive, 0);
  });

  test('are one or two', async () => {
    for (const workers of [0, 3, '2'])
      await assert.rejects(OnsetsAndFrames.load('any', { workers: workers as 1 }), {
        code: 'OPTION_INVALID',
        message: /1 or 2/,
      });
  });
});
