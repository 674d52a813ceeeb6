import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import type { NoteSequence } from '../../music/note-sequence.js';
import { Morph, type LatentModel } from './morph.js';

/** A piece of one note, whose pitch is its code. */
const piece = (pitch: number): NoteSequence => ({
  notes: [{ pitch, velocity: 80, startTime: 0, endTime: 1 }],
});
const pitchOf = ({ notes }: NoteSequence) => notes[0].pitch;

/** Codes are pitches over 100. Every decode waits until the test lets it go. */
class PlantedModel implements LatentModel {
  readonly decoded: number[] = [];
  private waiting: (() => void)[] = [];
  held = false;
  failure: Error | undefined;

  async encode(sequences: readonly NoteSequence[]): Promise<Float32Array[]> {
    return sequences.map((sequence) => Float32Array.of(pitchOf(sequence) / 100));
  }

  async decode(
    latents: readonly Float32Array[],
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<NoteSequence[]> {
    if (this.held) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (signal?.aborted) throw new Error('aborted');
    if (this.failure) throw this.failure;
    const pitches = latents.map(([code]) => Math.round(100 * code));
    this.decoded.push(...pitches);
    return pitches.map(piece);
  }

  sampleLatent(seed: number | string): Float32Array {
    return Float32Array.of(Number(seed) / 100);
  }

  async release(): Promise<void> {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
    await settled();
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

let model: PlantedModel;
let session: Morph;
let heard: number[];
let failures: unknown[];

beforeEach(async () => {
  model = new PlantedModel();
  heard = [];
  failures = [];
  session = new Morph(() => ({ tempo: 120, temperature: 0, seed: '1', chords: [] }), {
    corners: () => {},
    decoded: (sequence) => heard.push(pitchOf(sequence)),
    failed: (error) => failures.push(error),
  });
  await session.use(model);
});

async function fill(...pitches: number[]): Promise<void> {
  for (const [place, pitch] of pitches.entries()) await session.place(place, piece(pitch), `${pitch}`);
  await settled();
}

describe('a morph between four pieces', () => {
  test('gives at each corner the code of its piece, and in the middle the mean of all', async () => {
    await fill(40, 60, 60, 80);
    for (const [x, y, pitch] of [
      [0, 0, 40],
      [1, 0, 60],
      [0, 1, 60],
      [1, 1, 80],
      [0.5, 0.5, 60],
    ]) {
      session.moveTo(x, y);
      await settled();
      assert.equal(heard.at(-1), pitch, `at ${x}, ${y}`);
    }
  });

  test('decodes the last point that was asked for, and none of those that were passed over', async () => {
    await fill(0, 100, 0, 100);
    model.held = true;
    model.decoded.length = 0;
    for (const x of [0.1, 0.2, 0.3, 0.4]) session.moveTo(x, 0);
    await model.release();
    await settled();
    assert.deepEqual(model.decoded, [10, 40]);
    assert.equal(heard.at(-1), 40);
  });

  test('an empty corner counts as its neighbour, so one piece alone fills the pad', async () => {
    assert.equal(session.latent, undefined);
    await fill(70);
    session.moveTo(0.9, 0.9);
    await settled();
    assert.equal(heard.at(-1), 70);
    await session.place(3, piece(90), 'd');
    session.moveTo(0, 1);
    await settled();
    assert.equal(heard.at(-1), 90);
  });

  test('a corner that cannot be read stays as it was', async () => {
    await fill(40, 60, 60, 80);
    model.encode = async () => Promise.reject(new Error('polyphonic'));
    await assert.rejects(session.place(0, piece(50), 'x'), /polyphonic/);
    assert.equal(session.corners[0]?.name, '40');
  });

  test('a decode that fails is told, and the next one is made', async () => {
    await fill(40, 60, 60, 80);
    model.failure = new Error('worker died');
    session.moveTo(0, 0);
    await settled();
    assert.equal(failures.length, 1);
    model.failure = undefined;
    session.moveTo(1, 1);
    await settled();
    assert.equal(heard.at(-1), 80);
  });

  test('the same seed draws the same piece, and its seed is kept', async () => {
    await session.draw(2, '33');
    assert.equal(session.corners[2]?.seed, '33');
    assert.equal(pitchOf(session.corners[2]?.sequence ?? assert.fail()), 33);
  });
});

describe('the way between two corners', () => {
  test('has both ends and even steps', async () => {
    await fill(40, 80);
    const path = await session.path(0, 1, 5);
    assert.deepEqual(
      path.map(({ sequence }) => pitchOf(sequence)),
      [40, 50, 60, 70, 80],
    );
  });

  test('is empty where a corner is', async () => {
    assert.deepEqual(await session.path(0, 1, 5), []);
  });
});

describe('a neighbour of the point', () => {
  test('is the point itself at a similarity of 1, and drawn freely at 0', async () => {
    await fill(40);
    const pitchAt = async (similarity: number) => {
      const { sequence } = (await session.neighbour(similarity, '90')) ?? assert.fail();
      return pitchOf(sequence);
    };
    assert.equal(await pitchAt(1), 40);
    assert.equal(await pitchAt(0), 90);
    assert.equal(await pitchAt(0.5), 65);
  });
});

describe('another model under the same corners', () => {
  test('reads the pieces that were given and draws those that were drawn', async () => {
    await fill(40);
    await session.draw(1, '70');
    const other = new PlantedModel();
    other.encode = async (sequences) => sequences.map((s) => Float32Array.of(pitchOf(s) / 100 + 0.1));
    await session.use(other);
    session.moveTo(0, 0);
    await settled();
    assert.equal(heard.at(-1), 50);
    assert.equal(session.corners[1]?.latent?.[0], Math.fround(0.7));
  });

  test('keeps a piece that it cannot read, counts its corner as empty, and tells of it', async () => {
    await fill(40, 60);
    const other = new PlantedModel();
    other.encode = async ([sequence]) => {
      if (pitchOf(sequence) === 40) throw new Error('no drums');
      // A space of another size.
      return [Float32Array.of(pitchOf(sequence) / 100, 0)];
    };
    await session.use(other);
    session.moveTo(0, 0);
    await settled();
    assert.equal(heard.at(-1), 60);
    assert.match(String(failures), /no drums/);
    assert.equal(pitchOf(session.corners[0]?.sequence ?? assert.fail()), 40);
    await session.use(model);
    session.moveTo(0, 0);
    await settled();
    assert.equal(heard.at(-1), 40, 'the first model reads it again');
  });

  test('what the one before still decodes is not heard', async () => {
    await fill(40);
    model.held = true;
    session.moveTo(0.1, 0);
    const before = heard.length;
    session.leave();
    await model.release();
    assert.equal(heard.length, before);
    assert.deepEqual(failures, []);
  });
});
