/** The public class over a worker without a thread: what is sent is cloned and transferred as it would be. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodeV2 } from '../../checkpoints/formats/encode-checkpoint.testing.js';
import {
  eventOfToken,
  performanceTokens,
  melodyTokens,
  tokensToSequence,
} from '../../music/performance-tokens.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { readKernels } from '../../ops/built-kernels.testing.js';
import { ReferenceTransformer } from '../../ops/transformer/reference.js';
import { createWasmTransformer, loadTransformerModule } from '../../ops/transformer/wasm.js';
import { loopback } from '../../workers/loopback.testing.js';
import {
  MusicTransformer,
  type MusicTransformerLoadOptions,
  type MusicTransformerOptions,
} from './music-transformer.js';
import {
  ENDLESS,
  syntheticFolder,
  syntheticTransformer,
  type SyntheticTransformer,
} from './synthetic.testing.js';
import type { createNetwork } from './worker/kernels.js';
import { createServer } from './worker/server.js';
import { SoundingKeys } from './worker/sounding-keys.js';

const create: typeof createNetwork = async (backend, weights, options) => {
  if (backend === 'cpu') {
    const network = new ReferenceTransformer(weights, options.memory);
    return { network, backend, precision: 'float32' };
  }
  const module = await loadTransformerModule(readKernels, 'simd');
  const network = await createWasmTransformer(module, weights, options);
  return { network, backend: 'wasm', precision: options.precision };
};

/** A worker without a thread, whose kernels are those that were built. */
const { spawn } = loopback({ 'music-transformer': async () => (emit) => createServer(emit, create) });

let root: string;
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'timbrel-music-transformer-'));
});
after(() => rm(root, { recursive: true }));

let folders = 0;
async function load(
  architecture: SyntheticTransformer = {},
  config: object = {},
  options: MusicTransformerLoadOptions = {},
): Promise<MusicTransformer> {
  const folder = await mkdtemp(path.join(root, `${folders++}-`));
  for (const [name, content] of Object.entries(syntheticFolder(architecture, config)))
    await writeFile(path.join(folder, name), content);
  return MusicTransformer.load(folder, { precision: 'float32', ...options }, spawn);
}

const MELODY = { melody: true } as const;
const SHIPPED = fileURLToPath(new URL('../../../checkpoints/music-transformer-small', import.meta.url));

type Kinds = readonly (readonly [SyntheticTransformer, object])[];

const tune = (...pitches: number[]): NoteSequence => ({
  notes: pitches.map((pitch, i) => ({ pitch, velocity: 80, startTime: i / 4, endTime: i / 4 + 0.25 })),
  totalTime: pitches.length / 4,
});

test('says what it is', async () => {
  const model = await load(...ENDLESS);
  const { bytes, ...description } = model.description;
  assert.ok(bytes > 0);
  assert.deepEqual(description, {
    model: 'MusicTransformer',
    backend: 'wasm',
    precision: 'float32',
    layers: 2,
    hidden: 16,
    heads: 2,
    filter: 32,
    relative: true,
    reach: 32,
    endless: true,
    vocabulary: 310,
    conditionedOnMelody: false,
    tokensInMemory: 32,
    parameterCount: 10336,
  });
  model.dispose();
});

describe('tokens', () => {
  test('of one seed are the same, however they are divided up, and music is what they tell', async () => {
    const model = await load();
    const tokens = await model.continueTokens([], { count: 60, seed: 'a' });
    assert.deepEqual(await model.generate({ tokens: 60, seed: 'a' }), tokensToSequence(tokens));
    const piece = await model.begin({ notes: [] }, { seed: 'a' });
    for (const count of [1, 7, 20, 60]) await piece.write({ tokens: count });
    assert.deepEqual(await piece.write({ tokens: 60 }), tokensToSequence(tokens));
    assert.notDeepEqual(await model.continueTokens([], { count: 60, seed: 'b' }), tokens);
    model.dispose();
  });

  test('are judged from the first on, as they were drawn', async () => {
    const model = await load();
    const tokens = await model.continueTokens([], { count: 50, seed: 3, forbid: [] });
    const all = await model.tokenLogProbabilities(tokens);
    assert.equal(all.length, tokens.length);
    assert.ok(all.every((value) => value < 0));
    const last = await model.tokenLogProbabilities(tokens, { from: 30 });
    last.forEach((value, i) => assert.ok(Math.abs(value - all[30 + i]) < 1e-5));
    model.dispose();
  });

  test('end with the end of the piece, and what was written stays as it is', async () => {
    const model = await load();
    const forbid = Array.from({ length: 308 }, (_, i) => i + 2);
    assert.deepEqual(await model.continueTokens([50], { count: 9, forbid: [0, ...forbid] }), [1]);
    const piece = await model.begin(tune(60), {});
    const before = await piece.write({ tokens: 5 });
    const ended = await piece.write({ seconds: 100, forbid: [0, ...forbid] });
    assert.deepEqual(ended.notes.length, before.notes.length);
    assert.deepEqual(await piece.write({ seconds: 200 }), ended);
    model.dispose();
  });

  test('of two pieces in turn are those of each alone', async () => {
    for (const [architecture, config] of [[{}, {}], ENDLESS] satisfies Kinds) {
      const model = await load(architecture, config);
      const alone = async (seed: string) => {
        const piece = await model.begin(tune(60, 64), { seed });
        return piece.write({ tokens: 90 });
      };
      const expected = [await alone('x'), await alone('y')];
      const pieces = [
        await model.begin(tune(60, 64), { seed: 'x' }),
        await model.begin(tune(60, 64), { seed: 'y' }),
      ];
      let found: NoteSequence[] = [];
      for (const tokens of [10, 50, 90]) {
        found = [await pieces[0].write({ tokens }), await pieces[1].write({ tokens })];
      }
      assert.deepEqual(found, expected);
      model.dispose();
    }
  });
});

describe('memory', () => {
  test('of an endless model holds the last tokens: what lies further back counts no more', async () => {
    // One layer, so that nothing of the past is handed on.
    const model = await load({ layers: 1, reach: 8 }, { pos: 'none', tokens_in_memory: 16 });
    const tail = Array.from({ length: 40 }, (_, i) => 178 + ((i * 7) % 100));
    const [a, b] = await Promise.all(
      [20, 60].map((token) => model.tokenLogProbabilities([token, token + 1, ...tail])),
    );
    assert.notEqual(a[5].toFixed(5), b[5].toFixed(5));
    for (let i = 20; i < a.length; i++) assert.ok(Math.abs(a[i] - b[i]) < 1e-5, `${i}: ${a[i]} and ${b[i]}`);
    model.dispose();
  });

  test('of what sounds hears each token once, in however many parts a piece is written', async () => {
    const model = await load(...ENDLESS);
    const hear = mock.method(SoundingKeys.prototype, 'hear');
    const piece = await model.begin({ notes: [] }, { seed: 4 });
    for (let part = 1; part <= 20; part++)
      await piece.write({ tokens: 10 * part, endNotesAfter: 0.5, forbid: [0, 1] });
    await piece.close();
    assert.equal(hear.mock.callCount(), 200);
    hear.mock.restore();
  });

  test('of a model with positions begins anew from its last half, and writing goes on', async () => {
    const model = await load({}, { tokens_in_memory: 32 });
    const tokens = await model.continueTokens([], { count: 200, seed: 1, forbid: [0, 1] });
    assert.equal(tokens.length, 200);
    // Token 32 is the first for which there is no room: 16 tokens stay.
    const after = await model.tokenLogProbabilities(tokens.slice(16, 40), { from: 16 });
    const all = await model.tokenLogProbabilities(tokens.slice(0, 40));
    after.forEach((value, i) => assert.ok(Math.abs(value - all[32 + i]) < 1e-5, `${i}`));
    model.dispose();
  });

  test('kernels and reference write the same beyond it', async () => {
    for (const [architecture, config] of [[{}, { tokens_in_memory: 32 }], ENDLESS] satisfies Kinds) {
      const [wasm, cpu] = [
        await load(architecture, config),
        await load(architecture, config, { backend: 'cpu' }),
      ];
      const options = { count: 120, seed: 7, forbid: [0, 1] };
      assert.deepEqual(await wasm.continueTokens([50], options), await cpu.continueTokens([50], options));
      wasm.dispose();
      cpu.dispose();
    }
  });

  test('a primer longer than it is told of, and its end is taken', async () => {
    const model = await load(...ENDLESS);
    const primer = Array.from({ length: 100 }, (_, i) => 178 + (i % 100));
    const told: object[] = [];
    const options = { count: 20, seed: 2, onPrimer: (said: object) => void told.push(said) };
    const long = await model.continueTokens(primer, options);
    assert.deepEqual(long, await model.continueTokens(primer.slice(-31), { count: 20, seed: 2 }));
    // Shifts of 70 to 100 steps of 10 ms.
    assert.deepEqual(told, [{ tokens: 100, heard: 31, secondsHeard: 26.35 }]);
    model.dispose();
  });

  test('that cannot be had is told of before any of it is taken', async () => {
    const wide = { layers: 1, hidden: 256, heads: 2 };
    await assert.rejects(
      load(wide, {}, { tokensInMemory: 65536 }).then(() =>
        load({ ...wide, layers: 40 }, {}, { tokensInMemory: 65536 }),
      ),
      {
        code: 'WASM_UNAVAILABLE',
        message: /needs \d+ MB of memory/,
      },
    );
  });
});

describe('notes that a model forgets', () => {
  const events = (tokens: readonly number[]) => tokens.flatMap((token) => eventOfToken(token) ?? []);

  test('are ended the sooner the longer they sound, and none is ended that does not sound', async () => {
    const model = await load();
    const options = { count: 400, seed: 5, forbid: [0, 1] };
    const lengthOf = (tokens: readonly number[]) => {
      const { notes } = tokensToSequence(tokens);
      return (
        notes.reduce((sum, { startTime = 0, endTime = 0 }) => sum + endTime - startTime, 0) / notes.length
      );
    };
    const plain = await model.continueTokens([], options);
    const helped = await model.continueTokens([], { ...options, endNotesAfter: 0.5 });
    assert.ok(lengthOf(helped) < lengthOf(plain) / 2, `${lengthOf(helped)} s, before ${lengthOf(plain)} s`);
    const sounding = new Map<number, number>();
    for (const { type, value } of events(helped)) {
      const change = type === 'noteOn' ? 1 : type === 'noteOff' ? -1 : 0;
      const count = (change === 0 ? 0 : (sounding.get(value) ?? 0)) + change;
      assert.ok(count >= 0);
      if (change !== 0) sounding.set(value, count);
    }
    assert.deepEqual(await model.continueTokens([], { ...options, endNotesAfter: Infinity }), plain);
    model.dispose();
  });

  test('are those of checkpoints that say so, unless the call says otherwise; tokens are left to the model', async () => {
    const [plain, forgetful] = [await load(), await load({}, { end_notes_after: 0.5 })];
    assert.equal(plain.description.endNotesAfter, undefined);
    assert.equal(forgetful.description.endNotesAfter, 0.5);
    const options = { tokens: 200, seed: 5 };
    assert.deepEqual(
      await forgetful.generate(options),
      await plain.generate({ ...options, endNotesAfter: 0.5 }),
    );
    assert.deepEqual(
      await forgetful.generate({ ...options, endNotesAfter: Infinity }),
      await plain.generate(options),
    );
    assert.deepEqual(
      await forgetful.continueTokens([], { count: 200 }),
      await plain.continueTokens([], { count: 200 }),
    );
    await assert.rejects(plain.generate({ ...options, endNotesAfter: -1 }), { code: 'OPTION_INVALID' });
    await assert.rejects(load({}, { end_notes_after: 'soon' }), { code: 'CHECKPOINT_FORMAT' });
    plain.dispose();
    forgetful.dispose();
  });

  test('are heard in the primer, and their likelihood is that of the model', async () => {
    const model = await load();
    const primer = [2 + 40, 277, 277];
    const forbid = Array.from({ length: 310 }, (_, i) => i).filter((token) => token < 90 || token > 177);
    const told: number[] = [];
    const options = { count: 1, forbid, endNotesAfter: 0 };
    assert.deepEqual(await model.continueTokens(primer, options), [90 + 40]);
    const piece = await model.begin(tokensToSequence(primer), {});
    await piece.write({
      tokens: 1,
      forbid: [...forbid, 0],
      endNotesAfter: 0,
      onLogProbabilities: (values) => void told.push(...values),
    });
    assert.equal(told.length, 1);
    assert.ok(told[0] < -0.1, `${told[0]}`);
    model.dispose();
  });
});

describe('a temperature below 1', () => {
  /** Share of the notes whose key was struck within 0.3 s before. */
  const struckAgain = ({ notes }: NoteSequence) => {
    const last = new Map<number, number>();
    const again = notes
      .toSorted((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0))
      .filter(({ pitch, startTime = 0 }) => {
        const before = last.get(pitch) ?? -Infinity;
        last.set(pitch, startTime);
        return startTime - before < 0.3;
      });
    return again.length / notes.length;
  };

  test('does not make the shipped weights hammer single keys', async () => {
    const model = await MusicTransformer.load(SHIPPED, {}, spawn);
    const share = async (options: MusicTransformerOptions) => {
      const shares: number[] = [];
      for (const seed of [1, 2, 3, 4])
        shares.push(struckAgain(await model.generate({ seconds: 20, seed, forbid: [0, 1], ...options })));
      return shares.reduce((a, b) => a + b) / shares.length;
    };
    const [asItIs, cold, spared] = [
      await share({}),
      await share({ temperature: 0.7, spareKeys: 0 }),
      await share({ temperature: 0.7 }),
    ];
    assert.ok(cold > 1.4 * asItIs, `${cold}, at temperature 1 ${asItIs}: nothing would have to be mended`);
    assert.ok(spared < 1.2 * asItIs, `${spared}, at temperature 1 ${asItIs}`);
    model.dispose();
  });

  test('alone spares keys, and tokens are left to the model', async () => {
    const model = await load();
    const options = { tokens: 200, seed: 5 };
    assert.deepEqual(await model.generate(options), await model.generate({ ...options, spareKeys: 0 }));
    const cold = { ...options, temperature: 0.7 };
    assert.notDeepEqual(await model.generate(cold), await model.generate({ ...cold, spareKeys: 0 }));
    const drawn = { count: 100, temperature: 0.7 };
    assert.deepEqual(
      await model.continueTokens([], drawn),
      await model.continueTokens([], { ...drawn, spareKeys: 0 }),
    );
    assert.notDeepEqual(
      await model.continueTokens([], { ...drawn, spareKeys: 40 }),
      await model.continueTokens([], drawn),
    );
    await assert.rejects(model.generate({ ...options, spareKeys: -1 }), { code: 'OPTION_INVALID' });
    model.dispose();
  });
});

describe('an abort', () => {
  test('is heard within some dozen tokens, in a new beginning too', async () => {
    for (const [architecture, config] of [[{}, { tokens_in_memory: 32 }], ENDLESS] satisfies Kinds) {
      const model = await load(architecture, config);
      const abort = new AbortController();
      let [told, atAbort] = [0, 0];
      const writing = model.generate({
        tokens: 100_000,
        forbid: [0, 1],
        signal: abort.signal,
        onLogProbabilities: ({ length }) => {
          told += length;
          if (told <= 100) return;
          // On a busy machine a part may be told of late, and be a long one.
          atAbort ||= told;
          abort.abort();
        },
      });
      await assert.rejects(writing, { code: 'ABORTED' });
      assert.ok(atAbort > 100 && told < atAbort + 2 * 64, `${told} tokens, aborted at ${atAbort}`);
      model.dispose();
    }
  });

  test('is heard between the parts of a long primer', async () => {
    const model = await load({}, { tokens_in_memory: 4096 });
    const abort = new AbortController();
    const told: number[] = [];
    const primer = Array.from({ length: 4000 }, (_, i) => 178 + (i % 100));
    const writing = model.continueTokens(primer, {
      count: 1,
      signal: abort.signal,
      onPrimerProgress: ({ done }) => {
        told.push(done);
        abort.abort();
      },
    });
    await assert.rejects(writing, { code: 'ABORTED' });
    assert.ok(told.length < 5 && Math.max(...told) < 4000, `${told}`);
    model.dispose();
  });

  test('is heard while a long melody is', async () => {
    const model = await load(MELODY);
    const abort = new AbortController();
    // An hour and more: to hear all of it takes minutes.
    const melody = Array.from({ length: 40_000 }, (_, i) => 2 + (i % 90));
    const begun = performance.now();
    const writing = model.tokenLogProbabilities([50], { melody, signal: abort.signal });
    setTimeout(() => abort.abort(), 20);
    await assert.rejects(writing, { code: 'ABORTED' });
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds < 10, `${seconds} s`);
    const short = tune(60, 62);
    const expected = await (await load(MELODY)).accompany(short, { tokens: 20, seed: 1 });
    assert.deepEqual(await model.accompany(short, { tokens: 20, seed: 1 }), expected);
    model.dispose();
  });
});

describe('a write that rejects', () => {
  test('leaves an endless piece as it was, beyond its memory too', async () => {
    const model = await load(...ENDLESS);
    const expected = await (
      await model.begin({ notes: [] }, { seed: 4 })
    ).write({ tokens: 150, forbid: [0, 1] });
    const piece = await model.begin({ notes: [] }, { seed: 4 });
    await piece.write({ tokens: 100, forbid: [0, 1] });
    const aborted = new AbortController();
    const failing = piece.write({
      tokens: 100_000,
      forbid: [0, 1],
      signal: aborted.signal,
      onNotes: () => aborted.abort(),
    });
    await assert.rejects(failing, { code: 'ABORTED' });
    assert.deepEqual(await piece.write({ tokens: 150, forbid: [0, 1] }), expected);
    model.dispose();
  });
});

describe('music', () => {
  test('follows the sequence that was given', async () => {
    const model = await load();
    const given = { ...tune(60, 64, 67), totalTime: 2 };
    const tokens = performanceTokens(tune(60, 64, 67));
    const written = await model.continueSequence(given, { seconds: 3, seed: 1 });
    assert.ok(written.notes.every(({ startTime = 0 }) => startTime >= 2));
    assert.ok((written.totalTime ?? 0) >= 5);
    const judged = await model.logProbability(tune(60, 64, 67));
    assert.equal(judged.perEvent.length, tokens.length);
    assert.ok(judged.perEvent[0] < 0);
    model.dispose();
  });

  test('goes on behind twenty seconds of silence as it does behind half a second', async () => {
    const model = await load();
    const behind = async (silence: number) => {
      const primer = { ...tune(60, 64, 67), totalTime: 0.75 + silence };
      const { notes } = await model.continueSequence(primer, { seconds: 3, seed: 1 });
      return notes.map(({ startTime = 0, endTime = 0, pitch }) => ({
        pitch,
        from: (startTime - silence).toFixed(6),
        to: (endTime - silence).toFixed(6),
      }));
    };
    const notes = await behind(0.5);
    assert.ok(notes.length > 0);
    assert.deepEqual(await behind(20), notes);
    // Less of it is heard as it is.
    assert.notDeepEqual(await behind(0.25), notes);
    const judged = await model.logProbability({ ...tune(60, 64, 67), totalTime: 20.75 });
    assert.equal(judged.perEvent.length, performanceTokens(tune(60, 64, 67)).length + 20);
    model.dispose();
  });

  test('ends notes that were forgotten, where it is asked to', async () => {
    const model = await load();
    const options = { tokens: 200, seed: 5, forbid: [0, 1, ...Array.from({ length: 88 }, (_, i) => 90 + i)] };
    const lengths = async (more: object) =>
      (await model.generate({ ...options, ...more })).notes.map(
        ({ startTime = 0, endTime = 0 }) => endTime - startTime,
      );
    assert.ok((await lengths({})).some((length) => length > 2.01));
    assert.ok((await lengths({ maxNoteDuration: 2 })).every((length) => length < 2.01));
    await assert.rejects(model.generate({ tokens: 1, maxNoteDuration: 0 }), { code: 'OPTION_INVALID' });
    model.dispose();
  });

  test('accompanies a melody', async () => {
    const model = await load(MELODY);
    const melody = tune(60, 62, 64);
    const written = await model.accompany(melody, { tokens: 40, seed: 9 });
    const tokens = await model.continueTokens([], {
      count: 40,
      seed: 9,
      melody: melodyTokens(melody, { extend: true }),
    });
    assert.deepEqual(written, tokensToSequence(tokens));
    const piece = await model.beginAccompaniment(melody, { seed: 9 });
    await piece.write({ tokens: 11 });
    assert.deepEqual(await piece.write({ tokens: 40 }), written);
    const other = await model.accompany(tune(72, 71), { tokens: 40, seed: 9 });
    assert.notDeepEqual(other, written);
    model.dispose();
  });

  test('fills a gap, and leaves all else', async () => {
    const model = await load();
    const piece = tune(60, 62, 64, 65, 67, 69, 71, 72);
    const filled = await model.infill(piece, { from: 0.5, to: 1.5, candidates: 3, seed: 1 });
    const outside = filled.notes.filter(({ startTime = 0 }) => startTime < 0.5 || startTime >= 1.5);
    assert.deepEqual(
      outside.map(({ pitch, startTime }) => [pitch, startTime]),
      piece.notes.filter((_, i) => i < 2 || i >= 6).map(({ pitch, startTime }) => [pitch, startTime]),
    );
    assert.ok(filled.notes.every(({ startTime = 0, endTime = 0 }) => startTime >= 1.5 || endTime <= 1.5));
    await assert.rejects(model.infill(piece, { from: 2, to: 1 }), { code: 'OPTION_INVALID' });
    await assert.rejects(model.infill(piece, { from: 0, to: 1, candidates: 0 }), { code: 'OPTION_INVALID' });
    model.dispose();
  });
});

test('a part that is filled in leaves everything else of the piece as it was', async () => {
  const model = await load();
  const electric = (note: NoteSequence['notes'][number]) => ({ ...note, instrument: 1, program: 4 });
  const others = [
    { pitch: 38, velocity: 90, startTime: 0.75, endTime: 0.8, isDrum: true, instrument: 9 },
    { pitch: 110, velocity: 70, startTime: 0.8, endTime: 0.9, instrument: 2, program: 9 },
  ];
  const plain = tune(60, 62, 64, 65, 67, 69, 71, 72);
  const piece: NoteSequence = {
    ...plain,
    notes: [...plain.notes.map(electric), ...others],
    tempos: [{ time: 0, qpm: 90 }],
    timeSignatures: [{ time: 0, numerator: 3, denominator: 4 }],
    keySignatures: [{ time: 0, key: 2 }],
  };
  const filled = await model.infill(piece, { from: 0.5, to: 1.5, candidates: 2, seed: 1 });
  const { notes: all, totalTime } = filled;
  assert.deepEqual(filled, { ...piece, notes: all, totalTime });
  const known = new Set(piece.notes.map((note) => JSON.stringify(note)));
  const there = new Set(all.map((note) => JSON.stringify(note)));
  const stays = ({ startTime = 0, isDrum, pitch }: NoteSequence['notes'][number]) =>
    startTime < 0.5 || startTime >= 1.5 || isDrum || pitch > 108;
  for (const note of piece.notes.filter(stays))
    assert.ok(there.has(JSON.stringify(note)), JSON.stringify(note));
  const written = all.filter((note) => !known.has(JSON.stringify(note)));
  assert.ok(written.length > 0);
  assert.ok(written.every(({ program, instrument }) => program === 4 && instrument === 1));
  const drums = { ...piece, notes: others.slice(0, 1) };
  await assert.rejects(model.infill(drums, { from: 0, to: 1 }), { code: 'PRIMER_EMPTY' });
  model.dispose();
});

describe('checkpoints', () => {
  test('of T2T, an embedding in 16 shards and slots of Adam among the tensors, are those of a folder', async () => {
    const folder = await mkdtemp(path.join(root, 'v2-'));
    const tensors = syntheticTransformer({ shards: 16, hidden: 16 });
    for (const [name, content] of Object.entries(encodeV2('model.ckpt', tensors)))
      await writeFile(path.join(folder, name), content);
    // Eight heads where nothing says how many.
    const model = await MusicTransformer.load(
      path.join(folder, 'model.ckpt'),
      { precision: 'float32' },
      spawn,
    );
    assert.equal(model.description.heads, 8);
    assert.equal(model.description.parameterCount, 9312);
    const same = await load({ shards: 16, heads: 2 }, { num_heads: 8 });
    const tokens = await model.continueTokens([], { count: 20 });
    assert.deepEqual(await same.continueTokens([], { count: 20 }), tokens);
    model.dispose();
    same.dispose();
  });

  test('that are none of a Music Transformer are refused', async () => {
    await assert.rejects(load({ vocabulary: 98 }), {
      code: 'CHECKPOINT_SHAPE',
      message: /vocabularies of 98/,
    });
    // Chords, say: T2T's problem of that name has 51 tokens.
    await assert.rejects(load({ melody: true, melodyVocabulary: 51 }), {
      code: 'CHECKPOINT_SHAPE',
      message: /vocabularies of 51 tokens; melodies have 92/,
    });
    await assert.rejects(load({}, { type: 'MusicVAE' }), { code: 'CHECKPOINT_OTHER_MODEL' });
    await assert.rejects(load({}, { num_heads: 3 }), { code: 'CHECKPOINT_SHAPE', message: /num_heads/ });
    await assert.rejects(load({ reach: 32, heads: 2 }, { num_heads: 4 }), {
      code: 'CHECKPOINT_SHAPE',
      message: /of 2 heads, and num_heads of config.json is 4/,
    });
    await assert.rejects(load({}, { pos: 'emb' }), { code: 'CHECKPOINT_FORMAT' });
    await assert.rejects(load({}, { tokens_in_memory: -1 }), { code: 'CHECKPOINT_FORMAT' });
    await assert.rejects(load({}, {}, { tokensInMemory: 3 }), { code: 'OPTION_INVALID' });
    // @ts-expect-error no backend of that name
    await assert.rejects(load({}, {}, { backend: 'cuda' }), { code: 'BACKEND_UNAVAILABLE' });
  });

  test('that end too early are refused', async () => {
    const folder = await mkdtemp(path.join(root, 'cut-'));
    for (const [name, content] of Object.entries(syntheticFolder({})))
      await writeFile(path.join(folder, name), name.endsWith('.bin') ? content.subarray(0, -100) : content);
    await assert.rejects(MusicTransformer.load(folder, {}, spawn), { code: 'CHECKPOINT_TRUNCATED' });
  });
});

describe('what is wrong in a call', () => {
  test('is said with a code', async () => {
    const model = await load();
    const rejects = (work: Promise<unknown>, code: string) => assert.rejects(work, { code });
    const drums = { notes: [{ pitch: 36, isDrum: true, startTime: 0, endTime: 1 }] };
    await rejects(model.continueSequence(drums, { seconds: 1 }), 'PRIMER_EMPTY');
    await rejects(model.continueSequence(tune(20, 109), { seconds: 1 }), 'PRIMER_EMPTY');
    await rejects(model.accompany(tune(60), { tokens: 3 }), 'CONTROL_INVALID');
    await rejects(model.beginAccompaniment(tune(60)), 'CONTROL_INVALID');
    await rejects(model.generate({ tokens: 3, endNotesAfter: null as unknown as number }), 'OPTION_INVALID');
    await rejects(model.generate({ tokens: 3, endNotesAfter: NaN }), 'OPTION_INVALID');
    await rejects(model.continueTokens([], { count: 3, melody: [3] }), 'CONTROL_INVALID');
    await rejects(model.continueTokens([310], { count: 3 }), 'EVENT_INVALID');
    await rejects(model.continueTokens([0.5], { count: 3 }), 'EVENT_INVALID');
    await rejects(model.continueTokens([], { count: -1 }), 'OPTION_INVALID');
    await rejects(model.continueTokens([], { count: 1, topP: 2 }), 'OPTION_INVALID');
    await rejects(model.continueTokens([], { count: 1, forbid: [310] }), 'OPTION_INVALID');
    const all = Array.from({ length: 310 }, (_, i) => i);
    await rejects(model.continueTokens([], { count: 1, forbid: all }), 'OPTION_INVALID');
    await rejects(model.generate({ tokens: 3, seconds: 3 }), 'OPTION_INVALID');
    await assert.rejects(model.generate({}), {
      code: 'OPTION_INVALID',
      message: /one of tokens, steps or seconds/,
    });
    await rejects(model.generate({ tokens: 3, beamSize: 2 } as object), 'OPTION_INVALID');
    await rejects(model.tokenLogProbabilities([5], { from: 2 }), 'OPTION_INVALID');
    const shifts = Array.from({ length: 100 }, (_, i) => 178 + i);
    await rejects(model.generate({ seconds: 1, forbid: [0, 1, ...shifts] }), 'GENERATION_STALLED');
    model.dispose();
    const accompanist = await load(MELODY);
    await rejects(accompanist.generate({ tokens: 3 }), 'CONTROL_INVALID');
    await rejects(accompanist.continueTokens([], { count: 3, melody: [92] }), 'CONTROL_INVALID');
    await rejects(accompanist.accompany(drums, { tokens: 3 }), 'PRIMER_EMPTY');
    await rejects(accompanist.beginAccompaniment(drums), 'PRIMER_EMPTY');
    await rejects(accompanist.beginAccompaniment(tune(60), { maxNoteDuration: -1 }), 'OPTION_INVALID');
    await rejects(accompanist.infill(tune(60, 62), { from: 0, to: 0.2 }), 'CONTROL_INVALID');
    accompanist.dispose();
  });

  test('tempo and metre make no difference', async () => {
    const model = await load();
    const plain = await model.continueSequence(tune(60, 64), { tokens: 20 });
    const tempos = [
      { time: 0, qpm: 60 },
      { time: 0.25, qpm: 200 },
    ];
    const timeSignatures = [{ time: 0, numerator: 7, denominator: 8 }];
    assert.deepEqual(
      await model.continueSequence({ ...tune(60, 64), tempos, timeSignatures }, { tokens: 20 }),
      plain,
    );
    model.dispose();
  });
});
