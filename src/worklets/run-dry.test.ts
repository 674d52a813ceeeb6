/** Notes that are decoded while they sound, and whose samples no longer come: what is heard of it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { clickiness, departures, levels } from '../audio/measure.testing.js';
import { organ } from '../audio/synthetic-note.testing.js';
import type { LiveAnswer, LiveAudio } from '../messages/live-notes.js';
import { PLAIN_ENVELOPE, PlayedEngine, peakOf } from './played-engine.testing.js';

const RATE = 48000;
const FRAME = 512;

/** The worker at the other end of the port, whose frames come when the test says so. */
class PlantedWorker {
  readonly played = new PlayedEngine(RATE, { liveNotes: 16 });
  answer: LiveAnswer | undefined;
  private readonly notes = new Map<number, { readonly sound: Float32Array; sent: number }>();
  private readonly port = {
    onmessage: (_: { data: LiveAudio }) => {},
    postMessage: (answer: LiveAnswer) => (this.answer = answer),
    close: () => {},
  };

  constructor() {
    this.played.send({ type: 'connectLive', port: this.port as unknown as MessagePort });
  }

  /** Rendered beforehand; begins with that and goes over to what is decoded. */
  press(note: number, pitch: number, { rendered = true } = {}): void {
    const whole = organ(pitch);
    if (rendered) this.played.store(1, pitch, whole);
    const gain = noteGain(findLoop(whole).samples);
    this.notes.set(note, { sound: whole.map((x) => gain * x), sent: 0 });
    this.played.noteOn(note, pitch);
    this.post({ type: 'begin', note, pitch });
  }

  /** The worker keeps so many frames ahead of every voice. */
  keepUp(seconds: number, frames = 4): Float32Array {
    const heard: Float32Array[] = [];
    for (let time = 0; time < seconds; time += 0.008) {
      for (const { note, ahead } of this.look().notes)
        for (let there = ahead; there < frames * FRAME; there += FRAME) this.send(note);
      heard.push(this.played.play(0.008));
    }
    return Float32Array.from(heard.flatMap((part) => [...part]));
  }

  look(): LiveAnswer {
    this.post({ type: 'look' });
    assert.ok(this.answer);
    return this.answer;
  }

  send(note: number): void {
    const made = this.notes.get(note)!;
    const samples = made.sound.slice(made.sent, (made.sent += FRAME));
    this.post({ type: 'samples', note, samples });
  }

  post(data: LiveAudio): void {
    this.port.onmessage({ data });
  }
}

const join = (...parts: Float32Array[]) => Float32Array.from(parts.flatMap((part) => [...part]));
/** The depth of the lowest hundredth of a second below the lowest of a calm sound, dB. */
const dip = (sound: Float32Array, calm: Float32Array) =>
  Math.min(...levels(calm, RATE / 100)) - Math.min(...levels(sound, RATE / 100));
/** The largest change of a spectrum from piece to piece, dB. */
const jump = (sound: Float32Array) => {
  const frames = departures(sound);
  const change = (frame: Float64Array, before: Float64Array) =>
    Math.sqrt(frame.reduce((sum, x, k) => sum + (x - before[k]) ** 2, 0) / frame.length);
  return Math.max(...frames.slice(1).map((frame, i) => change(frame, frames[i])));
};

describe('a voice whose samples no longer come', () => {
  for (const pitch of [24, 31, 45, 60, 67, 84]) {
    test(`${pitch}: goes over to the rendered note at once, without a hole, a click or a jump`, () => {
      for (const bend of [0, 0.37, -1, 2]) {
        const worker = new PlantedWorker();
        worker.press(1, pitch);
        // What was bent is not in phase with a note of its age.
        worker.keepUp(0.2);
        worker.played.send({ type: 'pitchBend', semitones: bend, time: 0 });
        worker.keepUp(0.4);
        worker.played.send({ type: 'pitchBend', semitones: 0, time: 0 });
        const calm = worker.keepUp(1.5).subarray(RATE / 2);
        assert.equal(worker.played.report().liveVoices, 1);
        const left = worker.played.play(0.5);
        assert.equal(worker.played.report().liveVoices, 0);
        assert.equal(worker.played.report().starvedQuanta, 0, 'it never ran dry');
        const sound = join(calm, left);
        assert.ok(dip(left, calm) < 1.5, `${bend}: a dip of ${dip(left, calm)} dB`);
        assert.ok(clickiness(sound, RATE / 50) < 1.5, `${bend}: ${clickiness(sound, RATE / 50)}`);
        const [own, jumped] = [jump(calm), jump(sound)];
        assert.ok(jumped < own + 3, `${bend}: ${jumped} dB, by itself ${own}`);
        const { dry, notes } = worker.look();
        assert.deepEqual([dry, notes], [1, []], 'the worker is told, and decodes it no more');
      }
    });
  }

  test('goes over with fifteen others, all in time', () => {
    const worker = new PlantedWorker();
    for (let i = 0; i < 16; i++) worker.press(i + 1, 48 + i);
    worker.keepUp(0.6);
    assert.equal(worker.played.report().liveVoices, 16);
    const left = worker.played.play(0.5);
    assert.equal(worker.played.report().liveVoices, 0);
    assert.equal(worker.played.report().starvedQuanta, 0);
    assert.ok(peakOf(left) > 0);
    assert.equal(worker.look().dry, 16);
  });

  test('does so, too, when its key is up and it rings out', () => {
    const [worker, other] = [new PlantedWorker(), new PlantedWorker()];
    for (const { played } of [worker, other])
      played.send({ type: 'envelope', envelope: { ...PLAIN_ENVELOPE, release: 4 } });
    for (const one of [worker, other]) one.press(1, 60);
    const calm = worker.keepUp(1);
    other.keepUp(1);
    for (const { played } of [worker, other]) played.noteOff(1);
    const left = worker.played.play(0.3);
    const expected = levels(other.keepUp(0.3), RATE / 100);
    assert.equal(worker.played.report().starvedQuanta, 0);
    levels(left, RATE / 100).forEach((level, i) =>
      assert.ok(level > expected[i] - 1.5, `at ${i}/100 s ${level} dB, by itself ${expected[i]}`),
    );
    assert.ok(clickiness(join(calm, left), RATE / 50) < 1.5);
  });

  test('takes a note of the timbre before, where there is none of its own', () => {
    const worker = new PlantedWorker();
    worker.press(1, 60);
    worker.keepUp(0.5);
    worker.played.send({ type: 'timbre', timbre: 2 });
    worker.keepUp(0.5);
    assert.equal(worker.played.report().liveVoices, 1);
    worker.played.play(0.2);
    assert.equal(worker.played.report().liveVoices, 0);
    assert.equal(worker.played.report().starvedQuanta, 0);
  });

  test('takes the whole note that was rendered last rather than one that is on its way', () => {
    const worker = new PlantedWorker();
    worker.press(1, 60);
    worker.keepUp(0.5);
    worker.played.send({ type: 'timbre', timbre: 2 });
    const slot = worker.played.begin(2, 60);
    worker.played.append(slot, organ(60), 0, 400);
    worker.played.play(0.2);
    assert.equal(worker.played.report().starvedQuanta, 0);
  });

  test('fades, is counted once, and goes on, where nothing was rendered', () => {
    const worker = new PlantedWorker();
    worker.press(1, 60, { rendered: false });
    const calm = worker.keepUp(0.5);
    const dry = worker.played.play(0.2);
    assert.equal(worker.look().dry, 1);
    const again = worker.keepUp(0.5);
    assert.equal(worker.played.report().liveVoices, 1);
    assert.ok(clickiness(join(calm, dry, again), RATE / 50) < 4);
    assert.equal(worker.look().dry, 1);
  });

  test('stays what it is while its samples come, however few lie ahead', () => {
    const worker = new PlantedWorker();
    worker.press(1, 60);
    worker.keepUp(0.5);
    worker.keepUp(1, 2);
    assert.equal(worker.played.report().liveVoices, 1);
    assert.equal(worker.look().dry, 0);
  });
});
