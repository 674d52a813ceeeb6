/** The public class over a worker without a thread: what is sent is cloned and transferred as it would be. */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pianoRollToSequence } from '../../music/activations-to-sequence.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { loopback } from '../../workers/loopback.testing.js';
import type { NewNotes } from '../continuation/written-notes.js';
import { OnsetsAndFrames } from './onsets-and-frames.js';
import {
  SMALL_CONFIG,
  syntheticAudio,
  syntheticFolder,
  type SyntheticTranscriber,
} from './synthetic.testing.js';
import { createServer } from './worker/server.js';

const { spawn } = loopback({ 'onsets-frames': async () => createServer });
let root: string;
before(async () => (root = await mkdtemp(path.join(tmpdir(), 'timbrel-onsets-'))));
after(() => rm(root, { recursive: true }));

let folders = 0;
async function load(
  architecture: SyntheticTranscriber,
  config: unknown = SMALL_CONFIG,
): Promise<OnsetsAndFrames> {
  const folder = path.join(root, String(folders++));
  await mkdir(folder);
  for (const [name, content] of Object.entries(syntheticFolder(architecture, config)))
    await writeFile(path.join(folder, name), content);
  return OnsetsAndFrames.load(folder, { backend: 'cpu' }, spawn);
}

const RATE = 8000;
const OPTIONS = { sampleRate: RATE };

/** The part of an AudioBuffer that is read. */
const decoded = (audio: Float32Array, sampleRate: number) =>
  ({ sampleRate, numberOfChannels: 2, getChannelData: () => audio }) as unknown as AudioBuffer;

function writeParts(model: OnsetsAndFrames, audio: Float32Array, length: (part: number) => number) {
  return (async () => {
    const transcription = await model.begin(OPTIONS);
    for (let from = 0, part = 0; from < audio.length; part++) {
      const to = from + length(part);
      await transcription.write(audio.subarray(from, to));
      from = to;
    }
    return transcription.close();
  })();
}

describe('each kind of checkpoint is told by its tensors', () => {
  const KINDS = {
    browser: { isStreaming: true, drums: false, heads: ['onsets', 'frames', 'velocities'], floor: 'frame' },
    shared: { isStreaming: true, drums: false, heads: ['onsets', 'frames', 'velocities'], floor: 'frame' },
    model: {
      isStreaming: false,
      drums: false,
      heads: ['onsets', 'offsets', 'frames', 'velocities'],
      floor: 'recording',
    },
    model_tpu: { isStreaming: false, drums: true, heads: ['onsets', 'velocities'], floor: 'recording' },
  } as const;
  for (const [kind, expected] of Object.entries(KINDS)) {
    test(kind, async () => {
      const architecture = { kind: kind as keyof typeof KINDS, bins: kind === 'model_tpu' ? 250 : 229 };
      const model = await load(architecture, null);
      const { isStreaming, drums, heads, floor, sampleRate, bins, lag } = model.description;
      assert.deepEqual({ isStreaming, drums, heads, floor }, expected);
      assert.deepEqual([sampleRate, bins], drums ? [44100, 250] : [16000, 229]);
      assert.equal(lag, isStreaming ? 0.192 : Infinity);
      model.dispose();
    });
  }

  test('one stack for all heads is computed, and counted, once', async () => {
    const [shared, browser] = [await load({ kind: 'shared' }), await load({ kind: 'browser' })];
    const ratio = browser.description.macsPerSecond / shared.description.macsPerSecond;
    assert.ok(ratio > 2 && ratio < 3, String(ratio));
    assert.ok(shared.description.parameterCount < browser.description.parameterCount);
  });

  test('a configuration says how far a stack looks ahead, and the lag follows', async () => {
    const model = await load({ kind: 'browser' }, { ...SMALL_CONFIG, conv_look_ahead: [0, 0, 1] });
    assert.equal(model.description.lag, 0.032 + 2 * 0.032);
  });
});

describe('a recording', () => {
  const audio = syntheticAudio(3, RATE);
  let model: OnsetsAndFrames;
  let whole: NoteSequence;
  before(async () => {
    model = await load({ kind: 'browser' });
    whole = await model.transcribe(audio, OPTIONS);
  });

  test('has notes, as long as it is', () => {
    assert.ok(whole.notes.length > 20, String(whole.notes.length));
    assert.ok(Math.abs((whole.totalTime ?? 0) - 94 * 0.032) < 1e-9);
    for (const { pitch, velocity = 0, startTime = 0, endTime = 0 } of whole.notes)
      assert.ok(pitch >= 21 && pitch <= 108 && velocity >= 10 && velocity <= 90 && endTime > startTime);
  });

  test('is the same in parts of any length', async () => {
    for (const length of [() => 64, (part: number) => [1, 7000, 333, 0, 2][part % 5], () => 23_999])
      assert.deepEqual(await writeParts(model, audio, length), whole);
  });

  test('comes to the same from activations, at any thresholds', async () => {
    const activations = await model.activations(audio, OPTIONS);
    assert.equal(activations.frameCount, 94);
    assert.equal(activations.frames?.length, 94 * 88);
    assert.equal(activations.offsets, undefined);
    assert.deepEqual(pianoRollToSequence(activations), whole);
    const thresholds = { onsetThreshold: 0.7, frameThreshold: 0.3 };
    const other = await model.transcribe(audio, { ...OPTIONS, ...thresholds });
    assert.deepEqual(pianoRollToSequence(activations, thresholds), other);
    assert.notDeepEqual(other, whole);
  });

  test('of two channels is their mean', async () => {
    const other = syntheticAudio(3, RATE, 'right');
    const mean = audio.map((value, i) => (value + other[i]) / 2);
    assert.deepEqual(await model.transcribe([audio, other], OPTIONS), await model.transcribe(mean, OPTIONS));
    assert.deepEqual(await model.transcribe([audio, audio, audio], OPTIONS), whole);
  });

  test('that a browser decoded has its own rate', async () => {
    const buffer = decoded(audio, RATE);
    assert.deepEqual(await model.transcribe(buffer), whole);
    const transcription = await model.begin();
    await transcription.write(buffer);
    assert.deepEqual(await transcription.close(), whole);
  });

  test('of another rate is resampled: much the same notes', async () => {
    const fast = await model.spectrogram(syntheticAudio(3, 48000), { sampleRate: 48000 });
    const slow = await model.spectrogram(audio, OPTIONS);
    assert.equal(fast.length, slow.length);
    // Loud bins, and not the highest, which the resampler fades out.
    const differences = [...slow].flatMap((value, i) =>
      value > 0 && i % 32 < 26 ? [Math.abs(value - fast[i])] : [],
    );
    assert.ok(differences.length > 100);
    assert.ok(differences.reduce((sum, value) => sum + value, 0) / differences.length < 1);
  });

  test('tells its notes while it is read, and how much is done', async () => {
    const long = syntheticAudio(12, RATE);
    const told: NewNotes[] = [];
    const shares: number[] = [];
    const sequence = await model.transcribe(long, {
      ...OPTIONS,
      onNotes: (news) => told.push(news),
      onProgress: (done) => shares.push(done),
    });
    assert.ok(told.length >= 3 && told[0].notes.length > 0);
    // Each note once, when it has ended.
    const ended = told.flatMap(({ notes }) => notes);
    assert.deepEqual([...ended, ...(told.at(-1)?.sounding ?? [])], sequence.notes);
    assert.ok(shares.length >= 3 && shares.every((share, i) => i === 0 || share >= shares[i - 1]));
    assert.equal(shares.at(-1), 1);
  });

  test('that goes on has notes that have not ended', async () => {
    const transcription = await model.begin(OPTIONS);
    let sounding = 0;
    for (let from = 0; from < audio.length; from += 256) {
      const { notes, totalTime = 0 } = await transcription.write(audio.subarray(from, from + 256));
      sounding += notes.filter(({ endTime }) => endTime === totalTime).length;
    }
    assert.ok(sounding > 10);
    await transcription.close();
    await assert.rejects(transcription.write(audio), { code: 'DISPOSED' });
  });

  test('of silence, and of ten milliseconds, is transcribed', async () => {
    const silence = await model.spectrogram(new Float32Array(RATE), OPTIONS);
    assert.ok(silence.every((value) => value === -100));
    assert.equal((await model.transcribe(audio.subarray(0, 80), OPTIONS)).totalTime, 0.032);
    assert.equal((await model.transcribe(new Float32Array(1), OPTIONS)).totalTime, 0.032);
  });

  test('that is clipped, and louder than 1, is taken as it is', async () => {
    await model.transcribe(
      audio.map((value) => Math.max(-0.1, Math.min(0.1, 10 * value))),
      OPTIONS,
    );
    const loud = await model.spectrogram(
      audio.map((value) => 100 * value),
      { ...OPTIONS, floor: 'recording' },
    );
    const usual = await model.spectrogram(audio, { ...OPTIONS, floor: 'recording' });
    assert.ok(Math.abs(Math.max(...loud) - Math.max(...usual) - 40) < 1e-3);
  });
});

describe('a recording that can be redrawn', () => {
  const audio = syntheticAudio(3, RATE);
  const others = [
    { onsetThreshold: 0.7, frameThreshold: 0.3 },
    { onsetThreshold: 0.05, frameThreshold: 0.05 },
    { onsetThreshold: 1, frameThreshold: 1 },
  ];
  const begin = async (architecture: SyntheticTranscriber, options = {}) => {
    const model = await load(architecture);
    return { model, transcription: await model.begin({ ...OPTIONS, redrawable: true, ...options }) };
  };

  test('has at other thresholds the notes that it would have had with them, before its end and after it', async () => {
    const { model, transcription } = await begin({ kind: 'shared' });
    const usual = await transcription.write(audio.subarray(0, 12_000));
    for (const thresholds of others) {
      const other = await model.begin({ ...OPTIONS, ...thresholds });
      assert.deepEqual(await transcription.redraw(thresholds), await other.write(audio.subarray(0, 12_000)));
    }
    assert.deepEqual(await transcription.redraw({}), usual);
    await transcription.write(audio.subarray(12_000));
    assert.deepEqual(await transcription.close(), await model.transcribe(audio, OPTIONS));
    for (const thresholds of others)
      assert.deepEqual(
        await transcription.redraw(thresholds),
        await model.transcribe(audio, { ...OPTIONS, ...thresholds }),
      );
  });

  test('goes on with the thresholds that it was given last', async () => {
    const { model, transcription } = await begin({ kind: 'shared' });
    await transcription.write(audio.subarray(0, 12_000));
    await transcription.redraw(others[0]);
    await transcription.write(audio.subarray(12_000));
    assert.deepEqual(
      await transcription.close(),
      await model.transcribe(audio, { ...OPTIONS, ...others[0] }),
    );
  });

  test('may be one that tells its notes at the end alone, with the ends that a checkpoint knows', async () => {
    const { model, transcription } = await begin({ kind: 'model' }, { atEnd: true });
    assert.deepEqual((await transcription.write(audio)).notes, []);
    const shares: number[] = [];
    const sequence = await transcription.close({ onProgress: (done) => shares.push(done) });
    assert.deepEqual(sequence, await model.transcribe(audio, OPTIONS));
    assert.ok(shares.length > 2 && shares.at(-1) === 1);
    const thresholds = { onsetThreshold: 0.4, offsetThreshold: 0.3 };
    assert.deepEqual(
      await transcription.redraw(thresholds),
      await model.transcribe(audio, { ...OPTIONS, ...thresholds }),
    );
  });

  test('tells how many of its notes have ended, and how long was computed', async () => {
    const { transcription } = await begin({ kind: 'shared' });
    const { notes, totalTime } = await transcription.write(audio);
    assert.ok(transcription.endedCount > 0);
    const sounding = notes.slice(transcription.endedCount);
    assert.ok(sounding.length > 0 && sounding.every(({ endTime }) => endTime === totalTime));
    assert.ok(transcription.computing > 0);
    await transcription.redraw(others[2]);
    assert.equal(transcription.endedCount, 0);
  });

  test('refuses thresholds below what is kept, and one that kept nothing', async () => {
    const { model, transcription } = await begin({ kind: 'shared' });
    await assert.rejects(transcription.redraw({ frameThreshold: 0.01 }), {
      code: 'OPTION_INVALID',
      message: /frameThreshold is 0.01; .*0.05/,
    });
    const other = await model.begin(OPTIONS);
    await assert.rejects(other.redraw({}), { code: 'OPTION_INVALID', message: /redrawable/ });
    transcription.dispose();
    await assert.rejects(transcription.redraw({}), { code: 'DISPOSED' });
    await assert.rejects(transcription.write(audio), { code: 'DISPOSED' });
  });
});

describe('a checkpoint that reads in both directions', () => {
  test('transcribes recordings, and streams none', async () => {
    const model = await load({ kind: 'model' });
    const audio = syntheticAudio(3, RATE);
    const activations = await model.activations(audio, OPTIONS);
    assert.equal(activations.offsets?.length, activations.frameCount * 88);
    const sequence = await model.transcribe(audio, { ...OPTIONS, offsetThreshold: 0.5 });
    assert.deepEqual(pianoRollToSequence(activations, { offsetThreshold: 0.5 }), sequence);
    assert.ok(sequence.notes.length > 20);
    await assert.rejects(model.begin(), { code: 'STREAMING_UNSUPPORTED', message: /transcribe/ });
  });

  test('hears drums', async () => {
    const model = await load({ kind: 'model_tpu' }, { ...SMALL_CONFIG, drums_only: true });
    const { notes } = await model.transcribe(syntheticAudio(1, RATE), OPTIONS);
    assert.ok(notes.length > 5);
    for (const { isDrum, startTime = 0, endTime = 0 } of notes)
      assert.ok(isDrum && Math.abs(endTime - startTime - 0.05) < 1e-9);
    const { frames } = await model.activations(syntheticAudio(1, RATE), OPTIONS);
    assert.equal(frames, undefined);
  });
});

describe('what means nothing is refused', () => {
  let model: OnsetsAndFrames;
  before(async () => (model = await load({ kind: 'browser' })));
  const audio = syntheticAudio(1, RATE);

  test('audio that is none', async () => {
    await assert.rejects(model.transcribe(new Float32Array(0)), {
      code: 'AUDIO_INVALID',
      message: /empty/,
    });
    await assert.rejects(model.transcribe([audio, audio.subarray(1)]), { code: 'AUDIO_INVALID' });
    await assert.rejects(model.transcribe([]), { code: 'AUDIO_INVALID' });
    await assert.rejects(model.transcribe('song.mp3' as unknown as Float32Array), { code: 'AUDIO_INVALID' });
    await assert.rejects(model.transcribe([1, 2, 3] as unknown as Float32Array), { code: 'AUDIO_INVALID' });
  });

  test('samples that are no numbers: nothing of their part is taken in', async () => {
    const broken = audio.slice();
    broken[70] = NaN;
    await assert.rejects(model.transcribe(broken, OPTIONS), {
      code: 'AUDIO_INVALID',
      message: /NaN at sample 70/,
    });
    const transcription = await model.begin(OPTIONS);
    await transcription.write(audio.subarray(0, 1000));
    await assert.rejects(transcription.write(broken), { code: 'AUDIO_INVALID', message: /sample 1070/ });
    await transcription.write(audio.subarray(1000));
    assert.deepEqual(await transcription.close(), await model.transcribe(audio, OPTIONS));
  });

  test('options', async () => {
    for (const options of [
      { sampleRate: 0 },
      { sampleRate: 20 },
      { sampleRate: 1e6 },
      { sampleRate: '16000' as unknown as number },
      { onsetThreshold: 2 },
      { floor: 'none' as 'frame' },
      { onNotes: 3 as unknown as () => void },
    ])
      await assert.rejects(model.transcribe(audio, options), { code: 'OPTION_INVALID' });
    await assert.rejects(model.begin({ floor: 'recording' }), { code: 'STREAMING_UNSUPPORTED' });
    const transcription = await model.begin(OPTIONS);
    await transcription.write(audio);
    await assert.rejects(transcription.write(decoded(audio, 44100)), {
      code: 'OPTION_INVALID',
      message: /44100/,
    });
  });

  test('what is given up ends, and the model goes on', async () => {
    const controller = new AbortController();
    const long = model.transcribe(syntheticAudio(60, RATE), {
      ...OPTIONS,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await assert.rejects(long, { code: 'ABORTED' });
    assert.ok((await model.transcribe(audio, OPTIONS)).notes.length > 0);
    model.dispose();
    await assert.rejects(model.transcribe(audio, OPTIONS), { code: 'DISPOSED' });
  });

  test('checkpoints of other models, or in parts', async () => {
    await assert.rejects(load({ kind: 'browser' }, { type: 'MusicVAE' }), { code: 'CHECKPOINT_OTHER_MODEL' });
    await assert.rejects(load({ kind: 'browser' }, { ...SMALL_CONFIG, spec_n_bins: 40 }), {
      code: 'CHECKPOINT_SHAPE',
    });
    await assert.rejects(load({ kind: 'browser' }, { ...SMALL_CONFIG, spec_n_fft: 500 }), {
      code: 'CHECKPOINT_FORMAT',
    });
    await assert.rejects(load({ kind: 'browser' }, { conv_look_ahead: [0, 2, 1] }), {
      code: 'CHECKPOINT_FORMAT',
    });
    await assert.rejects(OnsetsAndFrames.load('melody_rnn/attention_rnn', {}, spawn), {
      code: 'CHECKPOINT_OTHER_MODEL',
    });
    const folder = path.join(root, 'other');
    await mkdir(folder);
    const files = syntheticFolder({ kind: 'browser' }, SMALL_CONFIG);
    const manifest = new TextDecoder()
      .decode(files['weights_manifest.json'])
      .replace('onsets/fc_end/biases', 'somewhere/else');
    for (const [name, content] of Object.entries({
      ...files,
      'weights_manifest.json': new TextEncoder().encode(manifest),
    }))
      await writeFile(path.join(folder, name), content);
    await assert.rejects(OnsetsAndFrames.load(folder, { backend: 'cpu' }, spawn), {
      code: 'CHECKPOINT_TENSOR_MISSING',
      message: /onsets\/fc_end\/biases/,
    });
  });
});
