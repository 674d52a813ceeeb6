/** An instrument over a model, workers and an audio side that write down what they are asked: no browser, no weights. */
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { Source } from '../checkpoints/resolve-source.js';
import { TimbrelError } from '../errors/timbrel-error.js';
import { mixCorners, sampleLatent, type Corners } from '../latent/latent.js';
import type { LiveCommand, LiveNotice } from '../messages/live-notes.js';
import type { VoiceCommand } from '../messages/voice-processor.js';
import { createRandom } from '../random/random.js';
import type { RenderJob } from '../workers/note-methods.js';
import type { RenderListener } from '../workers/render-pool.js';
import type { AudioOutput } from './audio-output.js';
import type { InstrumentErrorEvent } from './events.js';
import type { PatchCorner } from './patch.js';
import { TimbreInstrument, type InstrumentOptions } from './timbre-instrument.js';
import type { BackendMove, LiveModel, NotePool, TimbreModel } from './timbre-model.js';
import { VELOCITY_CURVES } from './velocity.js';

const SIZE = 4;
/** Three pitches are rendered, so that all can be counted. */
const PITCHES = [60, 62] as const;

type Job = RenderJob & { readonly latent: Float32Array };

/** A network that renders what it is told to. */
class ScriptedPool implements NotePool<Job> {
  wanted: readonly Job[] = [];
  connected = 0;
  left = 0;
  released = 0;
  listener: RenderListener<Job, BackendMove> | undefined;
  readonly description;

  constructor(names: readonly string[]) {
    const timbres = names.map((name) => ({ name, family: 'any', latent: sampleLatent(name, SIZE) }));
    this.description = { backend: 'wasm' as const, timbres };
  }

  join(listener: RenderListener<Job, BackendMove>) {
    this.listener = listener;
    return {
      connect: () => void this.connected++,
      setWanted: (jobs: readonly Job[]) => void (this.wanted = jobs),
      leave: () => void this.left++,
    };
  }

  /** Renders what is wanted, so many of it. */
  render(count = Infinity): void {
    for (const job of this.wanted.slice(0, count)) this.listener?.rendered(job);
  }
}

class SilentAudio implements AudioOutput {
  readonly context = { state: 'running', currentTime: 0 } as BaseAudioContext;
  readonly output = {} as GainNode;
  readonly ready = Promise.resolve();
  readonly sent: VoiceCommand[] = [];
  onReport: AudioOutput['onReport'] = () => {};
  onState: AudioOutput['onState'] = () => {};
  onFailure: AudioOutput['onFailure'] = () => {};
  disposed = false;

  send(command: VoiceCommand): void {
    this.sent.push(command);
  }
  setVolume(): void {}
  setRoom(): void {}
  silenced = 0;
  silenceRoom(): void {
    this.silenced++;
  }
  connect(): void {}
  resume = () => Promise.resolve();
  wake(): void {}
  dispose(): void {
    this.disposed = true;
  }
}

const instruments: { dispose(): void }[] = [];
afterEach(() => {
  for (const instrument of instruments.splice(0)) instrument.dispose();
});

/** An instrument whose checkpoints are `pools`, by address; the shipped one is at ''. */
function played(
  pools: Record<string, ScriptedPool | TimbrelError>,
  options: InstrumentOptions = {},
  live?: LiveModel<ScriptedPool>,
) {
  const audio = new SilentAudio();
  const asked: (Source | undefined)[] = [];
  const model: TimbreModel<Job, ScriptedPool> = {
    pitches: PITCHES,
    latentSize: SIZE,
    corners: ['flute', 'oboe', 'harp', 'cello'],
    mix: mixCorners,
    random: (seed) => sampleLatent(seed, SIZE),
    job: (note, latent) => ({ ...note, latent }),
    live,
    load: async (source) => {
      asked.push(source);
      await Promise.resolve();
      const pool = pools[typeof source === 'string' ? source : source ? 'files' : ''];
      if (pool instanceof TimbrelError) throw pool;
      return { value: pool, dispose: () => void pool.released++ };
    },
  };
  const instrument = new TimbreInstrument<Job, ScriptedPool>(model, options, () => audio);
  instruments.push(instrument);
  return { instrument, audio, asked };
}

const shipped = () => new ScriptedPool(['flute', 'oboe', 'harp', 'cello']);
const missing = new TimbrelError('CHECKPOINT_MISSING', 'Nothing is there');
const timbreOf = ({ sent }: SilentAudio) => sent.findLast(({ type }) => type === 'timbre');

describe('a network that takes the place of another under sounding notes', () => {
  test('leaves the voices alone, and tells them of a timbre that the old one never had', async () => {
    const [first, second] = [shipped(), shipped()];
    const { instrument, audio } = played({ '': first, './other/': second });
    await instrument.load();
    await instrument.start();
    instrument.noteOn(60);
    first.render();
    const before = audio.sent.length;
    const timbre = timbreOf(audio);
    await instrument.exchange('./other/');
    const since = audio.sent.slice(before);
    assert.deepEqual([...new Set(since.map(({ type }) => type))], ['timbre'], 'no note begins or ends');
    assert.notDeepEqual(timbreOf(audio), timbre);
    assert.equal(second.wanted[0]?.pitch, 60, 'the held note is rendered first');
    assert.ok(second.wanted[0]?.urgent);
    instrument.noteOff(60);
    assert.equal(audio.sent.at(-1)?.type, 'noteOff');
  });

  test('lets go of the old workers once it is there, and not before', async () => {
    const [first, second] = [shipped(), shipped()];
    const { instrument } = played({ '': first, './other/': second });
    await instrument.load();
    await instrument.start();
    const exchanged = instrument.exchange('./other/');
    assert.deepEqual([first.left, first.released], [0, 0]);
    await exchanged;
    assert.deepEqual([first.left, first.released, second.connected], [1, 1, 1]);
  });

  test('that cannot be loaded changes nothing', async () => {
    const first = shipped();
    const { instrument, asked } = played({ '': first, './nowhere/': missing });
    await instrument.load();
    const { patch } = instrument;
    await assert.rejects(instrument.exchange('./nowhere/'), { code: 'CHECKPOINT_MISSING' });
    assert.deepEqual(instrument.patch, patch);
    await instrument.restore(patch);
    assert.equal(asked.length, 2, 'a patch of what sounds loads nothing');
    assert.equal(first.left, 0);
    assert.equal(instrument.isLost, false);
  });

  test('gives up one that was still loading', async () => {
    const [second, third] = [shipped(), shipped()];
    const { instrument } = played({ '': shipped(), b: second, c: third });
    await instrument.load();
    const given = assert.rejects(instrument.exchange('b'), { code: 'ABORTED' });
    await instrument.exchange('c');
    await given;
    assert.equal(second.released, 1);
    assert.equal(instrument.checkpoint, 'c');
  });

  test('keeps the corners it knows; the others are seeds, and their names are told', async () => {
    const { instrument } = played(
      { '': shipped(), b: new ScriptedPool(['Harp']) },
      { corners: 'harp, seed:1, oboe' },
    );
    await instrument.load();
    assert.deepEqual(instrument.unknownTimbres, []);
    await instrument.exchange('b');
    assert.deepEqual(instrument.corners, [{ name: 'Harp' }, { seed: '1' }, { seed: '2' }, { seed: '3' }]);
    assert.deepEqual(instrument.unknownTimbres, ['oboe', 'cello']);
  });
});

test('without a network, notes wait for both network and audio, whichever comes last', async () => {
  const pool = shipped();
  const { instrument, audio } = played({ '': pool });
  instrument.noteOn(62);
  await instrument.start();
  assert.equal(pool.connected, 0);
  assert.ok(audio.sent.some(({ type }) => type === 'noteOn'));
  await instrument.load();
  assert.equal(pool.connected, 1);
  assert.equal(pool.wanted[0]?.pitch, 62);
});

test('a network that is not there at first is tried again when it is asked for', async () => {
  const pools: Record<string, ScriptedPool | TimbrelError> = { '': missing };
  const { instrument } = played(pools);
  await assert.rejects(instrument.load(), { code: 'CHECKPOINT_MISSING' });
  assert.ok(instrument.isLost);
  pools[''] = shipped();
  await instrument.load();
  assert.equal(instrument.isLost, false);
});

test('how much is rendered is that of the timbre which plays now', async () => {
  const pool = shipped();
  const { instrument } = played({ '': pool });
  await instrument.load();
  await instrument.start();
  for (const pitch of [60, 61, 62]) instrument.noteOn(pitch);
  pool.render();
  assert.deepEqual([instrument.rendered, instrument.pitchCount], [3, 3]);
  instrument.morph(1, 0.5);
  assert.equal(instrument.rendered, 0);
  pool.render(2);
  assert.equal(instrument.rendered, 2);
  instrument.morph(0, 0);
  assert.equal(instrument.rendered, 3, 'the first timbre is there still');
});

test('a worker that dies for good is told of, and what was rendered stays', async () => {
  const pool = shipped();
  const { instrument } = played({ '': pool });
  const told: (string | number | undefined)[] = [];
  instrument.addEventListener('instrument-error', ({ error, pitch }: InstrumentErrorEvent) =>
    told.push(error.code, pitch),
  );
  await instrument.load();
  await instrument.start();
  instrument.noteOn(60);
  pool.render();
  pool.listener?.failed(new TimbrelError('WORKER_FAILED', 'It died'), undefined);
  assert.deepEqual(told, ['WORKER_FAILED', undefined]);
  assert.equal(instrument.rendered, 1);
  instrument.noteOff(60);
  instrument.noteOn(61);
});

test('a worker in the place of one that died is asked to decode notes while they sound, of the timbre that plays', async () => {
  const pool = shipped();
  const links: MessagePort[] = [];
  const told: unknown[] = [];
  const live: LiveModel<ScriptedPool> = {
    connect: async (_, { page }) => {
      links.push(page);
      page.onmessage = ({ data }: MessageEvent<LiveCommand>) =>
        data.type === 'timbre' && told.push(data.timbre);
    },
    timbre: (latent) => [...latent],
  };
  const { instrument } = played({ '': pool }, {}, live);
  await instrument.load();
  await instrument.start();
  instrument.morph(1, 0);
  assert.equal(links.length, 1);
  pool.listener?.replaced?.();
  assert.equal(links.length, 2);
  while (told.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(told.at(-1), [...sampleLatent('oboe', SIZE)]);
  for (const link of links) link.close();
});

test('notes that are decoded while they sound are not rendered where the pad only passes; those that were late are', async () => {
  const pool = shipped();
  let worker: MessagePort | undefined;
  const live: LiveModel<ScriptedPool> = {
    connect: async (_, { page }) => void (worker = page),
    timbre: () => undefined,
  };
  const { instrument } = played({ '': pool }, {}, live);
  await instrument.load();
  await instrument.start();
  for (const pitch of [60, 64]) instrument.noteOn(pitch);
  instrument.morph(0.5, 0);
  assert.equal(pool.wanted.length, 0);
  worker!.postMessage({ type: 'ended', note: 1 } satisfies LiveNotice);
  while (pool.wanted.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(pool.wanted[0].pitch, 60);
  instrument.morph(0.6, 0);
  assert.deepEqual(
    pool.wanted.map(({ pitch, urgent }) => [pitch, urgent]),
    [[60, true]],
  );
  instrument.noteOff(60);
  assert.equal(pool.wanted.length, 0);
  worker!.close();
});

test('a note that the audio thread misses is rendered again, unless it was only just sent', async () => {
  const pool = shipped();
  const { instrument, audio } = played({ '': pool });
  await instrument.load();
  await instrument.start();
  instrument.noteOn(60);
  const [{ timbre }] = pool.wanted;
  pool.render();
  audio.onReport({ type: 'missing', timbre, pitch: 60 });
  assert.equal(instrument.rendered, 1);
});

describe('a patch', () => {
  test('gives back 200 random states', async () => {
    const random = createRandom('patches');
    const { instrument } = played({ '': shipped(), b: new ScriptedPool(['viola']) });
    const other = played({ '': shipped(), b: new ScriptedPool(['viola']) }).instrument;
    await instrument.load();
    const corner = (): PatchCorner => {
      const kind = random();
      if (kind < 0.4)
        return { name: instrument.timbres[Math.floor(random() * instrument.timbres.length)].name };
      if (kind < 0.7) return { seed: String(Math.floor(random() * 1e6)) };
      return { latent: Array.from({ length: SIZE }, () => random() * 4 - 2) };
    };
    for (let i = 0; i < 200; i++) {
      if (i % 20 === 10) await instrument.exchange(i % 40 === 10 ? 'b' : undefined);
      const corners: Corners<PatchCorner> = [corner(), corner(), corner(), corner()];
      instrument.setCorners(corners);
      instrument.morph(random(), random());
      instrument.setVolume(random());
      const [attack, decay, release] = [1, 2, 4].map((longest) => longest * random());
      instrument.setEnvelope({ attack, decay, sustain: random(), release });
      const curve = VELOCITY_CURVES[Math.floor(random() * VELOCITY_CURVES.length)];
      instrument.setVelocityResponse({ curve, brightness: random() });
      const patch: unknown = JSON.parse(JSON.stringify(instrument.patch));
      await other.restore(patch);
      assert.deepEqual(other.patch, instrument.patch);
      assert.deepEqual(other.latent, instrument.latent, 'it sounds the same');
    }
  });

  test('that is none is refused, and nothing is changed', async () => {
    const { instrument, asked } = played({ '': shipped() });
    await instrument.load();
    const before = instrument.patch;
    for (const bad of [null, {}, { ...before, volume: 7, x: 1 }, { ...before, corners: [{ latent: [1] }] }])
      await assert.rejects(instrument.restore(bad), { code: 'PATCH_INVALID' });
    assert.deepEqual(instrument.patch, before);
    assert.equal(asked.length, 1);
  });

  test('of a checkpoint that is not there is refused whole', async () => {
    const { instrument } = played({ '': shipped(), './nowhere/': missing });
    await instrument.load();
    const before = instrument.patch;
    const wanted = { ...before, checkpoint: './nowhere/', x: 1, volume: 0.1 };
    await assert.rejects(instrument.restore(wanted), { code: 'CHECKPOINT_MISSING' });
    assert.deepEqual(instrument.patch, before);
  });

  test("of the player's own files asks for them, and is taken once they are loaded", async () => {
    const files = [new File(['1234'], 'weights.bin')];
    const { instrument } = played({ '': shipped(), files: shipped() });
    await instrument.load();
    const patch = { ...instrument.patch, checkpoint: 'files:4', volume: 0.3 };
    await assert.rejects(instrument.restore(patch), { code: 'CHECKPOINT_MISSING' });
    await instrument.exchange(files);
    await instrument.restore(patch);
    assert.deepEqual(instrument.patch, patch);
  });

  test('for the network that is on its way waits for it, whose names it has', async () => {
    const { instrument, asked } = played({ '': shipped(), b: new ScriptedPool(['viola']) });
    await instrument.load();
    const corners = [{ name: 'viola' }, { seed: '1' }, { seed: '2' }, { seed: '3' }];
    const patch = { ...instrument.patch, checkpoint: 'b', corners };
    const exchanged = instrument.exchange('b');
    await instrument.restore(patch);
    await exchanged;
    assert.deepEqual(instrument.patch, patch);
    assert.equal(asked.length, 2);
  });

  test('is whole before anything is loaded, and then loads nothing', async () => {
    const { instrument, asked } = played({ '': shipped() }, { corners: 'seed:a, harp' });
    const { patch } = instrument;
    assert.deepEqual(patch.corners, [{ seed: 'a' }, { name: 'harp' }, { name: 'harp' }, { name: 'cello' }]);
    await instrument.restore({ ...patch, x: 1 });
    assert.deepEqual([asked.length, instrument.x], [0, 1]);
  });
});

describe('corners', () => {
  test('are those of the options, looked up when the network is there', async () => {
    const { instrument } = played({ '': shipped() }, { corners: 'theremin, seed:x' });
    await instrument.load();
    assert.deepEqual(instrument.corners, [
      { name: 'flute' },
      { seed: 'x' },
      { name: 'harp' },
      { name: 'cello' },
    ]);
    assert.deepEqual(instrument.unknownTimbres, ['theremin']);
    instrument.morph(1, 0);
    assert.deepEqual(instrument.latent, sampleLatent('x', SIZE));
  });

  test('that are set sound at once, where the pad stands', async () => {
    const { instrument } = played({ '': shipped() });
    await instrument.load();
    instrument.morph(0, 1);
    instrument.setCorners([{ seed: '1' }, { seed: '2' }, { seed: '3' }, { seed: '4' }]);
    assert.deepEqual(instrument.latent, sampleLatent('3', SIZE));
  });

  test('of the wrong length are refused', () => {
    const { instrument } = played({ '': shipped() });
    const latent = new Float32Array(SIZE + 1);
    assert.throws(() => instrument.setCorners([latent, latent, latent, latent]), { code: 'LATENT_INVALID' });
  });

  test('leave a timbre off the pad alone, also with another network', async () => {
    const { instrument, audio } = played({ '': shipped(), b: shipped() });
    await instrument.load();
    await instrument.start();
    const latent = sampleLatent('off the pad', SIZE);
    instrument.setLatent(latent);
    const timbre = timbreOf(audio);
    await instrument.exchange('b');
    assert.equal(instrument.latent, latent);
    assert.notDeepEqual(timbreOf(audio), timbre, 'the same point of another network is another timbre');
    instrument.morph(0, 0);
    assert.notDeepEqual(instrument.latent, latent);
  });
});

test('a tap that is over before there is sound is heard all the same, and what is held goes on', async () => {
  const { instrument, audio } = played({ '': shipped() });
  instrument.noteOn(60);
  instrument.noteOff(60);
  instrument.noteOn(62);
  await instrument.start();
  const notes = audio.sent.filter(({ type }) => type === 'noteOn' || type === 'noteOff');
  assert.deepEqual(
    notes.map((command) => [command.type, 'lasts' in command && Number(command.lasts) > 0.1]),
    [
      ['noteOn', false],
      ['noteOff', true],
      ['noteOn', false],
    ],
  );
});

describe('a seed that is drawn', () => {
  /** An instrument whose network has tones at some seeds only. */
  function drawing(tones: readonly string[]) {
    const { instrument } = played({ '': shipped() });
    const asked: string[] = [];
    const isTone = (seed: string) => {
      asked.push(seed);
      return Promise.resolve(tones.includes(seed));
    };
    Object.assign(instrument, { isTone });
    return { instrument, asked };
  }

  test('is any number, another one at every draw', async () => {
    const { instrument } = drawing([]);
    Object.assign(instrument, { isTone: () => Promise.resolve(true) });
    const drawn = new Set<string>();
    for (let draw = 0; draw < 8; draw++) drawn.add(await instrument.drawSeed());
    assert.ok(drawn.size > 6, [...drawn].join());
    assert.ok([...drawn].some((seed) => Number(seed) > 1000));
  });

  test('has a tone, follows the number that is given, and is at no corner', async () => {
    const { instrument, asked } = drawing(['3', '4', '7']);
    assert.equal(await instrument.drawSeed(0), '3');
    instrument.setCorners([{ seed: '4' }, { name: 'oboe' }, { name: 'harp' }, { name: 'cello' }]);
    assert.equal(await instrument.drawSeed(3), '7');
    assert.deepEqual(asked, ['1', '2', '3', '5', '6', '7']);
  });

  test('is taken as it is where a network seems to know no tones', async () => {
    const { instrument, asked } = drawing([]);
    assert.equal(await instrument.drawSeed(0), '24');
    assert.equal(asked.length, 23);
  });
});

test('silence ends the room too, that of one channel leaves it to the others', async () => {
  const { instrument, audio } = played({ '': shipped() });
  await instrument.start();
  instrument.allSoundOff(3);
  assert.equal(audio.silenced, 0);
  instrument.allSoundOff();
  assert.equal(audio.silenced, 1);
});

test('an instrument that is disposed of while it loads keeps no network', async () => {
  const pool = shipped();
  const { instrument, audio } = played({ '': pool });
  await instrument.start();
  const loading = assert.rejects(instrument.load(), { code: 'ABORTED' });
  instrument.dispose();
  await loading;
  assert.deepEqual([pool.released, audio.disposed], [1, true]);
  assert.throws(() => instrument.noteOn(60), { code: 'DISPOSED' });
});
