/** The public class over a worker without a thread, on the vectors' weights as checkpoints of either format. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { mixedEmbedding, type NSynthCase, type NSynthVectors } from '../../../test/golden/nsynth-vectors.js';
import { syntheticTensors } from '../../../test/golden/synthetic-weights.js';
import { muLawClass, muLawSample } from '../../audio/mu-law.js';
import { encodeV2 } from '../../checkpoints/formats/encode-checkpoint.testing.js';
import { encodeMagentaJS } from '../../checkpoints/formats/magenta-js-writer.js';
import { readKernels } from '../../ops/built-kernels.testing.js';
import { loopback } from '../../workers/loopback.testing.js';
import { NSynth, type NSynthLoadOptions } from './nsynth.js';
import { createNSynthServer } from './worker/server.js';

const { spawn } = loopback({ nsynth: async () => () => createNSynthServer(readKernels) });
const golden = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../test/golden/nsynth_${name}.json`, import.meta.url), 'utf8'),
  ) as NSynthVectors;
const vectors = golden('two_taps');
const HOP = 256;
const SIZE = 12;
const tensors = syntheticTensors(vectors.weights);

let root: string;
const put = async (name: string, files: Readonly<Record<string, Uint8Array | string>>) => {
  const folder = path.join(root, name);
  await mkdir(folder);
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(folder, file), content);
  return folder;
};
const config = (changes: object = {}) => JSON.stringify({ ...(vectors.config as object), ...changes });
let folder: string;
let weights: Record<string, Uint8Array>;
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'timbrel-nsynth-'));
  process.env.TIMBREL_CACHE_DIR = path.join(root, 'cache');
  weights = Object.fromEntries(encodeMagentaJS(tensors, 'float32'));
  folder = await put('whole', { ...weights, 'config.json': config() });
});
after(() => rm(root, { recursive: true }));
/** Notes are decoded, whatever was decoded before, unless a test says otherwise. */
const load = (options: NSynthLoadOptions = { precision: 'float32' }, source = folder) =>
  NSynth.load(source, { keep: false, ...options }, spawn);

const caseOf = <K extends NSynthCase['kind']>(
  kind: K,
  also: (one: Extract<NSynthCase, { kind: K }>) => boolean,
) => {
  const found = vectors.cases.find(
    (one): one is Extract<NSynthCase, { kind: K }> =>
      one.kind === kind && also(one as Extract<NSynthCase, { kind: K }>),
  );
  assert.ok(found);
  return found;
};
const tone = (length: number, hz = 220, sampleRate = 16000) =>
  Float32Array.from({ length }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hz * i) / sampleRate));

test('says what it is', async () => {
  const model = await load();
  const { bytes, ...description } = model.description;
  assert.ok(bytes > 100_000);
  assert.deepEqual(description, {
    model: 'NSynth',
    decoder: 'wavenet',
    embeddingSize: SIZE,
    frameSamples: HOP,
    samplesPerStep: 1,
    backend: 'wasm',
    precision: 'float32',
    parameterCount: [...tensors.values()].reduce((sum, { data }) => sum + data.length, 0),
    timbres: [],
    macsPerSample: 2 * 24 + 24 * 16 + 16 * (2 * 24 * 48 + 24 * 24 + 24 * 16) + 16 * 16 + 16 * 256,
  });
  model.dispose();
});

describe('a TensorFlow checkpoint', () => {
  test('without a config.json has the sizes of its tensors, and ten stages; averages and slots are not read', async () => {
    const small = [...tensors].map(
      ([name, { shape, data }]) => [name, { shape: [...shape], values: [...data] }] as const,
    );
    const slots = small.map(([name, tensor]) => [`${name}/ExponentialMovingAverage`, tensor] as const);
    const source = await put(
      'tensorflow',
      encodeV2('model.ckpt-200000', Object.fromEntries([...small, ...slots])),
    );
    const model = await load({}, source);
    assert.equal(model.description.embeddingSize, SIZE);
    assert.equal(model.description.frameSamples, 512);
    assert.equal(model.description.precision, 'int8');
    model.dispose();
  });
});

describe('a spectral checkpoint', () => {
  test('has the same methods, and no likelihoods', async () => {
    const spectral = golden('spectral');
    const drawn = syntheticTensors(spectral.weights);
    const source = await put('spectral', {
      ...Object.fromEntries(encodeMagentaJS(drawn, 'float16')),
      'config.json': JSON.stringify({
        type: 'NSynth',
        bottleneckWidth: 16,
        decoder: { type: 'spectral', lookAhead: 1 },
      }),
    });
    const model = await load({}, source);
    const { decoder, embeddingSize, frameSamples, parameterCount } = model.description;
    assert.deepEqual([decoder, embeddingSize, frameSamples], ['spectral', 16, 512]);
    assert.equal(
      parameterCount,
      [...drawn.values()].reduce((sum, { data }) => sum + data.length, 0),
    );
    const embedding = await model.encode(tone(10 * 512));
    assert.equal(embedding.length, 160);
    const parts: number[] = [];
    const sound = await model.decode(embedding, { onSamples: (samples) => parts.push(...samples) });
    assert.equal(sound.length, 5120);
    assert.deepEqual(Float32Array.from(parts), sound);
    assert.deepEqual(await model.decode(embedding, { seed: 9, temperature: 0 }), sound);
    await assert.rejects(model.logProbability(tone(5120)), { code: 'OPTION_INVALID', message: /spectral/ });
    model.dispose();
    const other = await put('spectral-hop', {
      ...weights,
      'config.json': JSON.stringify({ type: 'NSynth', hopLength: 256, decoder: { type: 'spectral' } }),
    });
    await assert.rejects(load({}, other), { code: 'CHECKPOINT_FORMAT' });
  });
});

describe('decoding', () => {
  test('a seed draws the labels of the vectors, each sample the middle of its level', async () => {
    const vector = caseOf(
      'generate',
      ({ sampling, temperature }) => sampling === 'categorical' && temperature === 1,
    );
    const embedding = mixedEmbedding(vector.embedding, SIZE);
    const model = await load();
    const sound = await model.decode(embedding, { seed: vector.sampleSeed });
    assert.equal(sound.length, vector.embedding.frames * HOP);
    const expected = Float32Array.from(vector.labels, (label) => muLawSample(label));
    assert.deepEqual(sound.slice(0, vector.steps), expected);
    model.dispose();
  });

  test('voices of any lengths in lockstep are what each is alone, and their parts make them up', async () => {
    const embeddings = [3, 1, 4, 2, 2, 1, 5, 3, 2].map((frames, i) =>
      mixedEmbedding({ mix: [[`voice ${i}`, 1]], scale: 1, frames }, SIZE),
    );
    const seeds = embeddings.map((_, i) => `seed ${i}`);
    const model = await load({});
    const parts = embeddings.map(() => [] as number[]);
    const sounds = await model.decodeAll(embeddings, {
      seeds,
      onSamples: (samples, at, voice) => {
        assert.equal(at, parts[voice].length);
        parts[voice].push(...samples);
      },
    });
    for (const [i, embedding] of embeddings.entries()) {
      assert.deepEqual(await model.decode(embedding, { seed: seeds[i] }), sounds[i]);
      assert.deepEqual(Float32Array.from(parts[i]), sounds[i]);
    }
    assert.deepEqual(await model.decodeAll([]), []);
    model.dispose();
  });

  test('temperature 0 takes no notice of the seed', async () => {
    const embedding = mixedEmbedding({ mix: [['greedy', 1]], scale: 1, frames: 1 }, SIZE);
    const model = await load();
    const greedy = (seed: number) => model.decode(embedding, { temperature: 0, seed });
    assert.deepEqual(await greedy(1), await greedy(2));
    assert.notDeepEqual(
      await model.decode(embedding, { seed: 1 }),
      await model.decode(embedding, { seed: 2 }),
    );
    model.dispose();
  });
});

describe('a WaveNet decoder that a spectral encoder tells', () => {
  const spectral = syntheticTensors(golden('spectral').weights);
  const steps = golden('steps' as never);
  const decoding = new Map([...syntheticTensors(steps.weights)].filter(([name]) => !name.startsWith('ae_')));
  const hearing = new Map([...spectral].filter(([name]) => name.startsWith('spectral/encoder/')));
  const { decoder, hopLength } = steps.config as { decoder: object; hopLength: number };
  const settings = { type: 'NSynth', hopLength, bottleneckWidth: 16, encoder: { type: 'spectral' }, decoder };
  const stored = (
    name: string,
    kept: ReadonlyMap<string, typeof tensors extends Map<string, infer T> ? T : never>,
    changes = {},
  ) =>
    put(name, {
      ...Object.fromEntries(encodeMagentaJS(new Map(kept), 'float32')),
      'config.json': JSON.stringify({ ...settings, ...changes }),
    });

  test('hears as the one and draws as the other', async () => {
    const both = await load(undefined, await stored('told', new Map([...hearing, ...decoding])));
    const decoderOf = { type: 'spectral', lookAhead: 1 };
    const ear = await load({}, await stored('ear', spectral, { decoder: decoderOf }));
    const whole = { encoder: (steps.config as { encoder: object }).encoder };
    const hand = await load(undefined, await stored('hand', syntheticTensors(steps.weights), whole));
    const embedding = await both.encode(tone(4 * 512));
    assert.deepEqual(embedding, await ear.encode(tone(4 * 512)));
    assert.deepEqual(await both.decode(embedding, { seed: 4 }), await hand.decode(embedding, { seed: 4 }));
    assert.equal(
      both.description.parameterCount,
      [...hearing, ...decoding].reduce((sum, [, { data }]) => sum + data.length, 0),
    );
    assert.equal((await both.logProbability(tone(2 * 512))).perSample.length, 2 * 512);
    for (const model of [both, ear, hand]) model.dispose();
  });

  test('reads frames of its size, and a spectral decoder has no other encoder', async () => {
    const narrow = syntheticTensors({
      seedPrefix: 'narrow ',
      tensors: [
        {
          name: 'spectral/encoder/output/W',
          shape: [1, 1, 128, 7],
          scale: 0.1,
          offset: 0,
          first: 0,
          last: 0,
        },
        { name: 'spectral/encoder/output/biases', shape: [7], scale: 0.1, offset: 0, first: 0, last: 0 },
      ],
    });
    const kept = new Map([...hearing, ...narrow, ...decoding]);
    await assert.rejects(load({}, await stored('told-less', kept, { bottleneckWidth: 8 })), {
      code: 'CHECKPOINT_SHAPE',
    });
    const turned = { encoder: { type: 'wavenet' }, decoder: { type: 'spectral' } };
    await assert.rejects(load({}, await stored('turned', decoding, turned)), {
      code: 'CHECKPOINT_FORMAT',
      message: /encoder\.type/,
    });
    await assert.rejects(load({}, await stored('unheard-of', decoding, { encoder: { type: 'ear' } })), {
      code: 'CHECKPOINT_FORMAT',
    });
  });
});

test('four samples a step, told the phase of their pitch, are drawn as the plain reference draws them', async () => {
  const drawn = (name: string, ...shape: number[]) => {
    const recipe = { name, shape, scale: 0.4, offset: 0, first: 0, last: 0 };
    return [...syntheticTensors({ seedPrefix: 'four ', tensors: [recipe] })][0];
  };
  const { decoder } = vectors.config as { decoder: { width: number; skipWidth: number } };
  const four = [
    ...tensors,
    drawn('startconv/W', 1, 2, 4, decoder.width),
    drawn('logits/W', 1, 1, decoder.skipWidth, 4 * 256),
    drawn('logits/biases', 4 * 256),
    drawn('earlier/W', 1, 3, 256, decoder.skipWidth),
  ];
  const told = (octaves: number) =>
    put(`four-${octaves}`, {
      ...Object.fromEntries(
        encodeMagentaJS(new Map([...four, drawn('carrier/W', 1, 1, 2 * octaves, decoder.width)]), 'float32'),
      ),
      'config.json': config({ decoder: { ...decoder, samplesPerStep: 4 } }),
    });
  await assert.rejects(load({}, await told(2.5)), { code: 'CHECKPOINT_SHAPE', message: /carrier/ });
  const source = await told(5);
  const [ours, reference] = [
    await load({ precision: 'float32' }, source),
    await load({ backend: 'cpu' }, source),
  ];
  const { samplesPerStep, macsPerSample } = ours.description;
  assert.deepEqual([samplesPerStep, macsPerSample], [4, reference.description.macsPerSample]);
  const embedding = mixedEmbedding({ mix: [['four', 1]], scale: 1, frames: 2 }, SIZE);
  const sound = await ours.decode(embedding, { seed: 4 });
  assert.equal(sound.length, 2 * HOP);
  assert.deepEqual(await reference.decode(embedding, { seed: 4 }), sound);
  ours.dispose();
  reference.dispose();
});

describe('a note that was decoded once', () => {
  const embedding = mixedEmbedding({ mix: [['kept', 1]], scale: 1, frames: 2 }, SIZE);
  const notes = () => readdir(path.join(root, 'cache/nsynth/notes')).catch(() => []);
  const keeping = (options: NSynthLoadOptions = {}, source = folder) =>
    load({ keep: true, ...options }, source);
  beforeEach(() => rm(path.join(root, 'cache'), { recursive: true, force: true }));

  test('is taken from where it was kept, by the next model too', async () => {
    const [first, second] = [await keeping(), await keeping()];
    const sound = await first.decode(embedding, { seed: 1 });
    const [name, ...others] = await notes();
    assert.deepEqual(others, []);
    assert.deepEqual(await second.decode(embedding, { seed: 1 }), sound);
    // Another note in its place is what comes: it is not decoded again.
    const classes = new Uint8Array(2 * HOP).fill(200);
    const hash = createHash('sha256').update(classes).digest('hex');
    await writeFile(path.join(root, 'cache/nsynth/notes', name), Buffer.concat([Buffer.from(hash), classes]));
    const parts: number[] = [];
    const onSamples = (samples: Float32Array) => parts.push(...samples);
    const taken = await second.decode(embedding, { seed: 1, onSamples });
    assert.deepEqual(taken, new Float32Array(2 * HOP).fill(muLawSample(200)));
    assert.deepEqual(Float32Array.from(parts), taken);
    first.dispose();
    second.dispose();
  });

  test('is another one with another seed, temperature, embedding, precision, backend, or other weights', async () => {
    const changed = [...tensors].map(([name, tensor]) => {
      const data = name === 'logits/biases' ? tensor.data.map((value) => value + 1e-3) : tensor.data;
      return [name, { shape: tensor.shape, data }] as const;
    });
    const other = await put('other-weights', {
      ...Object.fromEntries(encodeMagentaJS(new Map(changed), 'float32')),
      'config.json': config(),
    });
    const decode = async (model: NSynth, also: object = {}, what = embedding) => {
      const { length } = await notes();
      await model.decode(what, { seed: 1, ...also });
      return (await notes()).length - length;
    };
    const model = await keeping();
    assert.equal(await decode(model), 1);
    assert.equal(await decode(model), 0);
    assert.equal(await decode(model, { seed: 2 }), 1);
    assert.equal(await decode(model, { temperature: 0.9 }), 1);
    assert.equal(
      await decode(
        model,
        {},
        embedding.map((value, i) => (i === 9 ? value + 1e-6 : value)),
      ),
      1,
    );
    assert.equal(await decode(model, {}, embedding.subarray(0, SIZE)), 1);
    model.dispose();
    for (const differs of [
      await keeping({ precision: 'float32' }),
      await keeping({ backend: 'cpu' }),
      await keeping({}, other),
    ]) {
      assert.equal(await decode(differs), 1);
      differs.dispose();
    }
  });

  test('stands among others that are decoded', async () => {
    const model = await keeping();
    const embeddings = [1, 2, 3].map((i) => embedding.map((value) => value / i));
    const alone = await model.decode(embeddings[1]);
    const sounds = await model.decodeAll(embeddings);
    assert.deepEqual(sounds[1], alone);
    assert.equal((await notes()).length, 3);
    const fresh = await load({});
    assert.deepEqual(await fresh.decodeAll(embeddings), sounds);
    fresh.dispose();
    model.dispose();
  });

  test('is kept when what came after it was given up, and nothing is of what was not decoded to its end', async () => {
    const model = await keeping();
    const controller = new AbortController();
    // The longest eight go first, together.
    const embeddings = [8, 8, 8, 8, 8, 8, 8, 8, 4].map((frames, i) =>
      mixedEmbedding({ mix: [[`given up ${i}`, 1]], scale: 1, frames }, SIZE),
    );
    const given = model.decodeAll(embeddings, {
      signal: controller.signal,
      onSamples: (_samples, _at, voice) => voice === 8 && controller.abort(),
    });
    await assert.rejects(given, { code: 'ABORTED' });
    assert.equal((await notes()).length, 8);
    model.dispose();
  });

  test('is not kept where that is not wanted', async () => {
    const model = await load({ keep: false });
    await model.decode(embedding);
    assert.deepEqual(await notes(), []);
    model.dispose();
  });
});

describe('encoding', () => {
  test('takes channels and other rates, cuts what is no whole frame, and tells how far it is', async () => {
    const model = await load();
    const shares: number[] = [];
    const one = await model.encode(tone(10 * HOP + 99), { onProgress: (share) => shares.push(share) });
    assert.equal(one.length, 10 * SIZE);
    assert.equal(shares.at(-1), 1);
    const two = await model.encode([tone(10 * HOP), tone(10 * HOP)]);
    assert.deepEqual(two.slice(0, 5 * SIZE), one.slice(0, 5 * SIZE));
    const buffer = {
      numberOfChannels: 1,
      sampleRate: 48000,
      getChannelData: () => tone(30 * HOP, 220, 48000),
    } as unknown as AudioBuffer;
    const decoded = await model.encode(buffer);
    const apart = decoded.map((value, i) => Math.abs(value - two[i]));
    assert.ok(Math.max(...apart.slice(SIZE, 8 * SIZE)) < 0.5);
    model.dispose();
  });

  test('silence, and one frame, are sounds', async () => {
    const model = await load();
    assert.equal((await model.encode(new Float32Array(800))).length, 3 * SIZE);
    assert.equal((await model.encode(new Float32Array(HOP))).length, SIZE);
    model.dispose();
  });
});

test('mixes and stretches', async () => {
  const model = await load();
  const [a, b] = [new Float32Array(2 * SIZE).fill(1), new Float32Array(2 * SIZE).fill(3)];
  assert.deepEqual(model.mix([a, b], [0.25, 0.75]), new Float32Array(2 * SIZE).fill(2.5));
  assert.equal(model.stretch(a, 7).length, 7 * SIZE);
  model.dispose();
});

test('the likelihood of a sound is that of the vectors, given an embedding or its own', async () => {
  const model = await load();
  const vector = caseOf('generate', ({ sampling }) => sampling === 'greedy');
  const embedding = mixedEmbedding(vector.embedding, SIZE);
  const sound = Float32Array.from(vector.labels, (label) => muLawSample(label)).subarray(0, HOP);
  const { total, perSample } = await model.logProbability(sound, embedding.subarray(0, SIZE));
  assert.equal(perSample.length, HOP);
  assert.ok(Math.abs(total - perSample.reduce((a, b) => a + b, 0)) < 1e-9);
  // The likeliest level of each sample is never less likely than one of 256.
  assert.ok(perSample.every((nats) => nats <= 0 && nats >= -Math.log(256)));
  const own = await model.logProbability(sound);
  assert.deepEqual(own, await model.logProbability(sound, await model.encode(sound)));
  assert.equal(muLawClass(sound[0]), vector.labels[0]);
  model.dispose();
});

test('the plain reference draws the same', async () => {
  const embedding = mixedEmbedding({ mix: [['both', 1]], scale: 1, frames: 1 }, SIZE);
  const [ours, reference] = [await load(), await load({ backend: 'cpu' })];
  assert.equal(reference.description.precision, 'float32');
  assert.deepEqual(await ours.decode(embedding, { seed: 4 }), await reference.decode(embedding, { seed: 4 }));
  ours.dispose();
  reference.dispose();
});

describe('refuses', () => {
  const embedding = new Float32Array(SIZE);
  const rejected: Readonly<Record<string, readonly [string, (model: NSynth) => unknown]>> = {
    'no sound': ['AUDIO_INVALID', (model) => model.encode(new Float32Array(0))],
    'no channels': ['AUDIO_INVALID', (model) => model.encode([])],
    'channels of two lengths': ['AUDIO_INVALID', (model) => model.encode([tone(999), tone(998)])],
    'less than a frame': ['AUDIO_INVALID', (model) => model.encode(tone(HOP - 1))],
    'what is no number': ['AUDIO_INVALID', (model) => model.encode(tone(999).fill(NaN, 500, 501))],
    'a list of numbers': ['AUDIO_INVALID', (model) => model.encode([1, 2, 3] as never)],
    'a rate of nothing': ['OPTION_INVALID', (model) => model.encode(tone(999), { sampleRate: 0 })],
    'an embedding of another size': [
      'EMBEDDING_INVALID',
      (model) => model.decode(new Float32Array(SIZE + 1)),
    ],
    'no embedding': ['EMBEDDING_INVALID', (model) => model.decode(new Float32Array(0))],
    'an embedding of anything': ['EMBEDDING_INVALID', (model) => model.decode('flute' as never)],
    'an embedding with NaN': [
      'EMBEDDING_INVALID',
      (model) => model.decode(Float32Array.from(embedding).fill(NaN)),
    ],
    'an embedding of another length than the sound': [
      'EMBEDDING_INVALID',
      (model) => model.logProbability(tone(2 * HOP), embedding),
    ],
    'a negative temperature': ['OPTION_INVALID', (model) => model.decode(embedding, { temperature: -1 })],
    'a seed that is none': ['OPTION_INVALID', (model) => model.decode(embedding, { seed: {} as never })],
    'too few seeds': ['OPTION_INVALID', (model) => model.decodeAll([embedding, embedding], { seeds: [1] })],
    'half a frame': ['OPTION_INVALID', async (model) => model.stretch(embedding, 0.5)],
    'a million frames and one': ['OPTION_INVALID', async (model) => model.stretch(embedding, 1e6 + 1)],
    'embeddings of two lengths': [
      'EMBEDDING_INVALID',
      async (model) => model.mix([embedding, new Float32Array(2 * SIZE)], [1, 1]),
    ],
  };
  for (const [name, [code, call]] of Object.entries(rejected)) {
    test(name, async () => {
      const model = await load();
      await assert.rejects(async () => call(model), { code });
      model.dispose();
      await assert.rejects(model.decode(embedding), { code: 'DISPOSED' });
    });
  }

  test('checkpoints of other models, of other sizes, and not whole', async () => {
    const sources = {
      other: [{ ...weights, 'config.json': config({ type: 'MusicVAE' }) }, 'CHECKPOINT_OTHER_MODEL'],
      wider: [
        { ...weights, 'config.json': config({ encoder: { width: 32, layers: 12, stages: 6 } }) },
        'CHECKPOINT_SHAPE',
      ],
      fewer: [
        { ...weights, 'config.json': config({ decoder: { layers: 3, stages: 8 } }) },
        'CHECKPOINT_SHAPE',
      ],
      rate: [{ ...weights, 'config.json': config({ sampleRate: 44100 }) }, 'CHECKPOINT_FORMAT'],
      steps: [{ ...weights, 'config.json': config({ decoder: { samplesPerStep: 4 } }) }, 'CHECKPOINT_SHAPE'],
      unevenly: [
        { ...weights, 'config.json': config({ decoder: { samplesPerStep: 3 } }) },
        'CHECKPOINT_FORMAT',
      ],
      part: [
        Object.fromEntries(
          encodeMagentaJS(new Map([...tensors].filter(([name]) => !name.startsWith('skip_3/'))), 'float32'),
        ),
        'CHECKPOINT_TENSOR_MISSING',
      ],
    } as const;
    for (const [name, [files, code]] of Object.entries(sources))
      await assert.rejects(load({}, await put(name, files)), { code }, name);
    await assert.rejects(load({ precision: 'int4' as never }), { code: 'OPTION_INVALID' });
  });
});

test('work is given up in the middle, and the model goes on', async () => {
  const model = await load();
  const controller = new AbortController();
  const long = mixedEmbedding({ mix: [['long', 1]], scale: 1, frames: 2000 }, SIZE);
  let heard = 0;
  const decoding = model.decode(long, {
    signal: controller.signal,
    onSamples: (samples) => {
      heard += samples.length;
      controller.abort();
    },
  });
  await assert.rejects(decoding, { code: 'ABORTED' });
  assert.ok(heard < 200 * HOP, `${heard} samples`);
  const encoding = new AbortController();
  await assert.rejects(
    model.encode(tone(400_000), { signal: encoding.signal, onProgress: () => encoding.abort() }),
    { code: 'ABORTED' },
  );
  assert.equal((await model.decode(long.subarray(0, SIZE))).length, HOP);
  model.dispose();
});
