/** A model that speaks sample by sample: what is heard while its note is still being made. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { levels, sharpest } from '../audio/measure.testing.js';
import { organ } from '../audio/synthetic-note.testing.js';
import type { NoteAudioWriter } from '../ring/note-audio-stream.js';
import { createTransport, openWriter } from '../ring/transport.js';
import { PLAIN_ENVELOPE, PlayedEngine, fundamental, levelOf, peakOf } from './played-engine.testing.js';

const RATE = 48000;
const PART = 128;
const slowAttack = { ...PLAIN_ENVELOPE, attack: 0.2 };
/** One second of a note whose loop lies in its second half. */
const { samples: made, ...end } = findLoop(organ(60).subarray(0, 16000));
const start = { timbre: 1, pitch: 60, gain: noteGain(made) };

const opened: PlantedModel[] = [];
// An open port keeps the process alive.
after(() => opened.forEach(({ writer }) => writer.close()));

/** The planted model: parts of a note as the test asks for them, over the transport of a page with or without isolation. */
class PlantedModel {
  readonly played = new PlayedEngine(RATE);
  readonly writer: NoteAudioWriter;
  sent = 0;

  constructor(shared: boolean) {
    const { writer, reader } = createTransport(shared);
    this.played.send({ type: 'addSource', transport: reader.transport });
    this.writer = openWriter(writer.transport);
    opened.push(this);
  }

  async speak(samples: number): Promise<void> {
    const to = Math.min(made.length, this.sent + samples);
    for (; this.sent < to; this.sent += PART)
      await this.writer.write(made.subarray(this.sent, Math.min(to, this.sent + PART)));
    this.sent = Math.min(this.sent, to);
    await this.arrived();
  }

  /** Waits until the port has brought what was sent; the ring is emptied by `process`. */
  async arrived(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** One part for each `every` seconds, played meanwhile. */
  async speakWhilePlayed(every: number): Promise<Float32Array> {
    const heard: Float32Array[] = [];
    for (let due = 0, time = 0; this.sent < made.length; time += 128 / RATE) {
      for (; due <= time && this.sent < made.length; due += every) await this.speak(PART);
      heard.push(this.played.play(128 / RATE));
    }
    return join(heard);
  }
}

function join(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

/** The sharpness of the organ by itself, with its attack. */
function ownSharpness(): number {
  const played = new PlayedEngine(RATE);
  played.store(1, 60, organ(60));
  played.noteOn(1, 60);
  return sharpest(played.play(1));
}

for (const shared of [true, false]) {
  describe(`a note that is sent in parts of ${PART} samples, ${shared ? 'in shared memory' : 'over a port'}`, () => {
    test('as fast as it is heard plays from its first part on and gets its loop at the end, without a click', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.noteOn(1, 60);
      await writer.begin(start);
      await model.speak(PART);
      assert.ok(peakOf(played.play(128 / RATE)) > 0, 'the first part is heard');
      const arriving = await model.speakWhilePlayed(PART / 16000);
      assert.deepEqual(played.report().stored, [], 'it is not whole yet');
      await writer.end(end);
      await model.arrived();
      const looping = played.play(8);
      assert.deepEqual(played.report().stored, [1, 60]);
      assert.ok(sharpest(join([arriving, looping])) < 1.5 * ownSharpness());
      assert.ok(levelOf(arriving.subarray(RATE / 4)) > -25, 'it did not stop again and again');
      const held = levels(looping.subarray(RATE), RATE / 8);
      assert.ok(Math.max(...held) - Math.min(...held) < 1, 'its loop holds it');
    });

    test('faster than it is heard sounds as one that was there before', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.noteOn(1, 60);
      await writer.begin(start);
      await model.speak(2 * PART);
      const arriving = await model.speakWhilePlayed(PART / 64000);
      await writer.end(end);
      await model.arrived();
      const sound = join([arriving, played.play(2)]);

      const whole = new PlayedEngine(RATE);
      whole.store(1, 60, organ(60).subarray(0, 16000));
      whole.noteOn(1, 60);
      const expected = whole.play(sound.length / RATE);
      assert.ok(peakOf(sound.map((x, i) => x - expected[i])) < 1e-3);
    });

    test('that runs dry fades, stays silent, and goes on where it was, without a click', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.noteOn(1, 60);
      await writer.begin(start);
      await model.speak(30 * PART);
      const before = played.play(0.5);
      const dry = played.play(0.5);
      assert.equal(peakOf(dry), 0);
      assert.ok(played.report().starvedQuanta > 100);
      await model.speak(made.length);
      await writer.end(end);
      await model.arrived();
      const after = played.play(1);
      assert.ok(levelOf(after.subarray(RATE / 100)) > -25);
      assert.ok(sharpest(join([before, dry, after])) < 1.5 * ownSharpness());
    });

    test('whose rest will not come fades, and gives way to the same note made anew', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.noteOn(1, 60);
      await writer.begin(start);
      await model.speak(40 * PART);
      const before = played.play(0.1);
      writer.abandon();
      await model.arrived();
      const left = played.play(0.5);
      assert.equal(peakOf(left.subarray(RATE * 0.4)), 0);
      model.sent = 0;
      await writer.begin(start);
      await model.speak(made.length);
      await writer.end(end);
      await model.arrived();
      const anew = played.play(1);
      assert.ok(fundamental(anew.subarray(RATE / 10), 60) > -25);
      assert.ok(sharpest(join([before, left, anew])) < 1.5 * ownSharpness());
    });

    test('and begins with less than it takes to play waits, and is heard from its first sample', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.send({ type: 'envelope', envelope: slowAttack });
      played.noteOn(1, 72);
      await writer.begin(start);
      await model.speak(PART);
      assert.equal(peakOf(played.play(0.1)), 0);
      await model.speak(made.length);
      await writer.end(end);
      await model.arrived();
      const sound = played.play(0.5);

      const whole = new PlayedEngine(RATE);
      whole.store(1, 60, organ(60).subarray(0, 16000));
      whole.send({ type: 'envelope', envelope: slowAttack });
      whole.noteOn(1, 72);
      const expected = whole.play(0.5);
      assert.ok(peakOf(sound.map((x, i) => x - expected[i])) < 1e-3);
    });

    test('is let go before a sample came, and never sounds', async () => {
      const model = new PlantedModel(shared);
      const { played, writer } = model;
      played.noteOn(1, 60);
      await writer.begin(start);
      await model.speak(8);
      assert.equal(peakOf(played.play(0.1)), 0);
      played.noteOff(1);
      await model.speak(made.length);
      assert.equal(peakOf(played.play(0.1)), 0);
      assert.equal(played.report().activeVoices, 0);
    });
  });
}

test('a note without end is cut at the longest that a slot holds, and abandoned', () => {
  const played = new PlayedEngine(RATE);
  const slot = played.begin(1, 60, 0.5);
  for (let i = 0; i < 10; i++) played.append(slot, organ(60), 0, 8000);
  assert.equal(played.engine.bank.available[slot], 64000);
  played.end(slot, { loopStart: 70000, loopEnd: 80000, decay: 0, release: 0 });
  assert.equal(played.engine.bank.isAbandoned(slot), true);
});
