/** NSynth as an instrument over workers without threads, on weights drawn by recipe: sounds go in, timbres come out and are heard. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { syntheticTensors, type WeightRecipe } from '../../test/golden/synthetic-weights.js';
import {
  SPECTRAL_CONFIG,
  TIMBRE_EMBEDDINGS,
  TIMBRE_FRAMES,
  TIMBRE_NAMES,
  TIMBRES_CONFIG,
  putCheckpoint,
  spectralTensors,
} from '../../test/synthetic-nsynth.js';
import { organ, noise } from '../audio/synthetic-note.testing.js';
import { sampleLatent } from '../latent/latent.js';
import { NSynth } from '../models/nsynth/nsynth.js';
import { createNSynthServer } from '../models/nsynth/worker/server.js';
import {
  BANK_SIZE,
  EMBEDDING_SIZE,
  KNOTS,
  PITCH_COUNT,
  noteOf,
  randomBank,
  rowOf,
} from '../models/nsynth/timbre-bank.js';
import { audioToSpectrogram } from '../ops/gansynth/spectrogram.js';
import { readKernels } from '../ops/built-kernels.testing.js';
import { loopback } from '../workers/loopback.testing.js';
import { PlayedEngine, levelOf } from '../worklets/played-engine.testing.js';
import { audioOf } from '../../test/played-audio.js';
import { NSynthInstrument, correctedSound, type HeardSound } from './nsynth-instrument.js';
import { packLatent, unpackLatent } from './packed-latent.js';
import type { PatchCorner, SoundCorner } from './patch.js';

const workers = loopback({ nsynth: async () => () => createNSynthServer(readKernels) });
const golden = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../test/golden/nsynth_${name}.json`, import.meta.url), 'utf8')) as {
    weights: WeightRecipe;
    config: object;
  };
const NAMES = TIMBRE_NAMES;
const FRAMES = TIMBRE_FRAMES;
const banks = TIMBRE_EMBEDDINGS.data;

let root: string;
let folder: string;
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'timbrel-nsynth-instrument-'));
  folder = await putCheckpoint(root, 'whole');
});
after(() => rm(root, { recursive: true }));

/** Timbres that sound like something, and stay when they are held. */
const shipped = fileURLToPath(new URL('../../checkpoints/nsynth-spectral/', import.meta.url));

async function withInstrument(
  work: (instrument: NSynthInstrument, played: PlayedEngine) => Promise<void>,
  source = folder,
): Promise<void> {
  const played = new PlayedEngine(48000, { pitchRange: [24, 84] });
  const instrument = new NSynthInstrument({ source, workers: 1 }, () => audioOf(played), workers.spawn);
  try {
    await work(instrument, played);
  } finally {
    instrument.dispose();
  }
}

const hertz = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);
const soundOf = (corner: PatchCorner): SoundCorner['sound'] => {
  assert.ok('sound' in corner);
  return corner.sound;
};

describe('an NSynth as an instrument', () => {
  test('has the timbres that its checkpoint names at its corners, read at the times of a bank', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      assert.deepEqual(
        instrument.timbres.map(({ name }) => name),
        NAMES,
      );
      assert.equal(instrument.timbres[0].family, 'drawn');
      instrument.setCorners('bell, wood, glass, string');
      instrument.morph(0, 0);
      const row = rowOf(instrument.latent, 30);
      const from = (1 * PITCH_COUNT + 6) * FRAMES.length * EMBEDDING_SIZE;
      assert.deepEqual(row.slice(0, EMBEDDING_SIZE), banks.slice(from, from + EMBEDDING_SIZE));
      const last = from + (FRAMES.length - 1) * EMBEDDING_SIZE;
      assert.deepEqual(row.slice(-EMBEDDING_SIZE), banks.slice(last, last + EMBEDDING_SIZE));
      assert.equal(row.length, KNOTS.length * EMBEDDING_SIZE);
    }));

  test('draws a mixture of them for a seed', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      instrument.setCorners('seed:7, bell, bell, bell');
      instrument.morph(0, 0);
      assert.deepEqual(instrument.latent, randomBank('7', instrument.timbres));
    }));

  test('is heard, also behind the end of its note', () =>
    withInstrument(async (instrument, played) => {
      await instrument.load();
      await instrument.start();
      const rendered = new Promise((resolve) => instrument.addEventListener('render', resolve));
      instrument.noteOn(60);
      await rendered;
      await new Promise((resolve) => setTimeout(resolve, 20));
      played.play(1);
      assert.ok(levelOf(played.play(0.5)) > -50);
      played.play(5);
      assert.ok(levelOf(played.play(0.5)) > -60);
    }, shipped));

  test('pictures a note of the present timbre as the image of its sound, at the pitch that was played last', () =>
    withInstrument(async (instrument) => {
      await assert.rejects(instrument.spectrogram(), { code: 'DISPOSED', message: /load/ });
      await instrument.load();
      instrument.setCorners('bell, wood, glass, string');
      instrument.morph(0, 0);
      const image = await instrument.spectrogram(64);
      assert.equal(image.length, 128 * 1024 * 2);
      const model = await NSynth.load(folder, { keep: false }, workers.spawn);
      const sound = await model.decode(noteOf(rowOf(instrument.latent, 64), 64));
      model.dispose();
      assert.deepEqual(image, audioToSpectrogram(sound));
      const middle = await instrument.spectrogram();
      assert.notDeepEqual(middle, image);
      instrument.noteOn(64);
      assert.deepEqual(await instrument.spectrogram(), image);
      instrument.setStretch(2);
      assert.notDeepEqual(await instrument.spectrogram(), image);
      instrument.setStretch(1);
      instrument.morph(1, 0);
      assert.notDeepEqual(await instrument.spectrogram(64), image);
      const abort = AbortSignal.abort();
      await assert.rejects(instrument.spectrogram(64, abort), { code: 'ABORTED' });
    }));

  test('tells of a stretch and of corners where they change, and of nothing else', () => {
    const instrument = new NSynthInstrument();
    const told: string[] = [];
    instrument.addEventListener('setting', ({ setting }) => told.push(setting));
    instrument.setStretch(2);
    instrument.setCorners(instrument.corners);
    assert.deepEqual(told, ['stretch']);
    instrument.setCorners('strings, flute, trumpet, seed:1');
    instrument.setCorners('strings, flute, trumpet, seed:1');
    assert.deepEqual(told, ['stretch', 'corners']);
    instrument.dispose();
  });

  test('renders other notes where they are stretched, and keeps the stretch in its patch', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      const before = instrument.patch;
      assert.equal(before.stretch, 1);
      instrument.setStretch(2);
      assert.equal(instrument.patch.stretch, 2);
      await instrument.restore(before);
      assert.equal(instrument.stretch, 1);
      for (const bad of [0, 9, NaN])
        assert.throws(() => instrument.setStretch(bad), { code: 'OPTION_INVALID' });
      await assert.rejects(instrument.restore({ ...before, stretch: 'long', x: 0.9 }), {
        code: 'PATCH_INVALID',
      });
      assert.notEqual(instrument.x, 0.9);
    }));
});

describe('a sound of the player', () => {
  test('becomes a corner with its name and pitch, at any rate and of any channels', () =>
    withInstrument(async (instrument) => {
      const tone = (rate: number, hz: number) =>
        Float32Array.from({ length: rate }, (_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / rate));
      for (const rate of [8000, 44100, 192000]) {
        const channels = Array.from({ length: 6 }, () => tone(rate, hertz(57)));
        const { corner, seconds } = await instrument.embed(channels, { sampleRate: rate, name: 'tone' });
        const { name, pitch } = corner.sound;
        assert.equal(name, 'tone');
        assert.ok(pitch !== null && Math.abs(pitch - 57) < 0.1, `${rate} Hz: ${pitch}`);
        assert.ok(Math.abs(seconds - 1) < 0.05, `${seconds}`);
      }
    }));

  test('is played at its corner, and in a patch that another instrument opens without it', () =>
    withInstrument(async (instrument) => {
      const { corner } = await instrument.embed(organ(64), { name: 'organ.wav' });
      instrument.setCorners([corner, { name: 'bell' }, { seed: '3' }, corner]);
      instrument.morph(0, 0);
      const heard = instrument.latent;
      assert.ok(heard.some((value) => value !== 0));
      const saved = JSON.stringify(instrument.patch);
      assert.ok(saved.length < 130_000, `${saved.length} bytes for two sounds`);
      await withInstrument(async (other) => {
        await other.load();
        await other.restore(JSON.parse(saved));
        assert.deepEqual(other.latent, heard);
        assert.equal(soundOf(other.corners[3]).name, 'organ.wav');
      });
    }));

  test('can be played before it is heard at all keys: a held note is rendered meanwhile, and nothing else', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      await instrument.start();
      instrument.morph(0, 0);
      const events: string[] = [];
      instrument.addEventListener(
        'render',
        ({ pitch, current }) => current && events.push(`render ${pitch}`),
      );
      const at = (corner: PatchCorner) =>
        instrument.setCorners([corner, { name: 'bell' }, { name: 'bell' }, { name: 'bell' }]);
      const seen: HeardSound[] = [];
      const onPlayable = (sound: HeardSound) => {
        events.push('playable');
        seen.push(sound);
        at(sound.corner);
        instrument.noteOn(72);
      };
      let last = 0;
      const whole = await instrument.embed(organ(64), {
        name: 'organ',
        onPlayable,
        onProgress: (share) => (last = share),
      });
      events.push('whole');
      assert.deepEqual(events, ['playable', 'render 72', 'whole']);
      assert.equal(last, 1);
      const [{ corner, ...facts }] = seen;
      const { corner: complete, ...wholeFacts } = whole;
      assert.deepEqual(facts, wholeFacts);
      assert.deepEqual([corner.sound.name, corner.sound.pitch], ['organ', complete.sound.pitch]);
      const playable = instrument.latent;
      const own = rowOf(playable, 64);
      for (const pitch of [24, 60, 84]) assert.deepEqual(rowOf(playable, pitch), own);
      at(complete);
      const difference = (pitch: number) =>
        Math.max(...rowOf(instrument.latent, pitch).map((value, i) => Math.abs(value - own[i])));
      assert.ok(difference(64) <= complete.sound.latent.scale, 'its own key plays what it played');
      assert.ok(difference(74) > 2 * complete.sound.latent.scale, 'the others have their own');
    }));

  test('that is given up when it can be played already is told of no more', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      const abort = new AbortController();
      const told: string[] = [];
      const heard = instrument.embed(organ(60), {
        signal: abort.signal,
        onPlayable: () => {
          told.push('playable');
          abort.abort();
        },
        onProgress: () => told.push('progress'),
      });
      await assert.rejects(heard, { code: 'ABORTED' });
      assert.deepEqual(told, ['playable']);
    }));

  test('without a pitch has its own key', () =>
    withInstrument(async (instrument) => {
      const { corner } = await instrument.embed(noise());
      assert.equal(corner.sound.pitch, null);
    }));

  test('can have its pitch said, or corrected afterwards', () =>
    withInstrument(async (instrument) => {
      const { corner } = await instrument.embed(organ(64), { pitch: 52 });
      assert.equal(corner.sound.pitch, 52);
      const corrected = correctedSound(corner, 64);
      assert.equal(corrected.sound.pitch, 64);
      const latent = ({ sound }: SoundCorner) => unpackLatent(sound.latent, BANK_SIZE) ?? new Float32Array(0);
      const [before, now] = [rowOf(latent(corner), 60), rowOf(latent(corrected), 72)];
      assert.ok(now.every((value, i) => Math.abs(value - before[i]) < 1e-5));
      await assert.rejects(instrument.embed(organ(64), { pitch: 200 }), { code: 'PITCH_RANGE' });
    }));

  test('of ten minutes counts with its beginning, and it is said', () =>
    withInstrument(async (instrument) => {
      const long = new Float32Array(600 * 16000);
      for (let at = 0; at < long.length; at += 64000) long.set(organ(60), at);
      const { cut, seconds } = await instrument.embed(long);
      assert.equal(cut, true);
      assert.ok(seconds > 3 && seconds <= 4);
    }));

  test('that is silent, too short, no numbers or none at all is refused, and nothing changes', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      const { corners } = instrument;
      const bad = organ(60);
      bad[100] = NaN;
      for (const [audio, message] of [
        [new Float32Array(32000), /silent/],
        [organ(60).subarray(0, 800), /lasts 0\.050 s/],
        [bad, /NaN at sample 100/],
        [new Float32Array(0), /empty/],
        [[], /no channels/],
      ] as const)
        await assert.rejects(instrument.embed(audio), { code: 'AUDIO_INVALID', message });
      assert.deepEqual(instrument.corners, corners);
    }));

  test('is given up within a pitch when it is aborted', () =>
    withInstrument(async (instrument) => {
      await instrument.load();
      const abort = new AbortController();
      const heard = instrument.embed(organ(60), { signal: abort.signal, onProgress: () => abort.abort() });
      await assert.rejects(heard, { code: 'ABORTED' });
      assert.ok((await instrument.embed(organ(60))).seconds > 3, 'the next one is heard');
    }));
});

describe('a checkpoint that is not one to play', () => {
  test('is refused where it is a WaveNet, with what to do', async () => {
    const { weights, config } = golden('two_taps');
    const waveNet = await putCheckpoint(root, 'wavenet', syntheticTensors(weights), config);
    await withInstrument(async (instrument) => {
      await assert.rejects(instrument.embed(organ(60)), {
        code: 'CHECKPOINT_OTHER_MODEL',
        message: /nsynth grid/,
      });
    }, waveNet);
  });

  test('is refused where its timbres are not what config.json says', async () => {
    const wrong = [
      ['missing', undefined, TIMBRES_CONFIG, 'CHECKPOINT_TENSOR_MISSING'],
      [
        'other',
        TIMBRE_EMBEDDINGS,
        { ...TIMBRES_CONFIG, names: NAMES.slice(1), families: [] },
        'CHECKPOINT_SHAPE',
      ],
      ['twice', TIMBRE_EMBEDDINGS, { ...TIMBRES_CONFIG, names: NAMES.with(1, 'reed') }, 'CHECKPOINT_FORMAT'],
      ['keys', TIMBRE_EMBEDDINGS, { ...TIMBRES_CONFIG, pitches: [21, 108] }, 'CHECKPOINT_FORMAT'],
      ['times', TIMBRE_EMBEDDINGS, { ...TIMBRES_CONFIG, frames: [0, 50, 10, 124] }, 'CHECKPOINT_FORMAT'],
      ['list', TIMBRE_EMBEDDINGS, [], 'CHECKPOINT_FORMAT'],
    ] as const;
    for (const [name, tensor, timbres, code] of wrong) {
      const tensors = spectralTensors();
      if (tensor) tensors.set('timbres/embeddings', tensor);
      const source = await putCheckpoint(root, name, tensors, { ...SPECTRAL_CONFIG, timbres });
      await withInstrument((instrument) => assert.rejects(instrument.load(), { code }, name), source);
    }
  });
});

describe('a latent as text', () => {
  test('comes back to within half of its step', () => {
    const latent = sampleLatent('text', BANK_SIZE);
    const packed = packLatent(latent);
    const back = unpackLatent(packed, BANK_SIZE);
    assert.ok(back?.every((value, i) => Math.abs(value - latent[i]) <= packed.scale * 0.501));
    assert.ok(packed.bytes.length < 53_000);
    assert.deepEqual(unpackLatent(packLatent(new Float32Array(4)), 4), new Float32Array(4));
  });

  test('is none of another size, damaged, or without its scale', () => {
    const packed = packLatent(sampleLatent('text', 8));
    for (const bad of [
      { ...packed, bytes: '***' },
      { ...packed, scale: null },
      { ...packed, scale: 1e30 },
      { ...packed, min: -1e6 },
      { ...packed, min: NaN },
      {},
    ])
      assert.equal(unpackLatent(bad, 8), undefined);
    assert.equal(unpackLatent(packed, 9), undefined);
  });
});
