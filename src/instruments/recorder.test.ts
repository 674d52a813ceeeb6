import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Metronome } from './metronome.js';
import { Recorder, type RecorderOptions } from './recorder.js';

/** A recorder whose clock stands where it is put. */
function stage(options?: RecorderOptions) {
  const clock = { currentTime: 10 };
  return { recorder: new Recorder(clock, options), clock };
}

const shown = (recorder: Recorder) =>
  recorder
    .stop()
    .notes.map(({ pitch, velocity, startTime = 0, endTime = 0 }) => [
      pitch,
      velocity,
      Number(startTime.toFixed(3)),
      Number(endTime.toFixed(3)),
    ]);

describe('a recording', () => {
  test('has the notes at their times from its beginning, those that are held up to its end', () => {
    const { recorder, clock } = stage();
    recorder.start();
    recorder.noteOn(60, 90, 10.5);
    recorder.noteOn(64, 70, 10.75);
    recorder.noteOff(60, 11);
    clock.currentTime = 12;
    assert.deepEqual(shown(recorder), [
      [60, 90, 0.5, 1],
      [64, 70, 0.75, 2],
    ]);
    assert.equal(recorder.recording, false);
    recorder.noteOn(65, 90);
    assert.equal(recorder.stop().notes.length, 2, 'nothing comes after its end');
  });

  test('tells two hands on one key apart, and ends a key that is struck again', () => {
    const { recorder, clock } = stage();
    recorder.start();
    recorder.noteOn(60, 90, 10, { note: 1 });
    recorder.noteOn(60, 80, 10.5, { note: 2 });
    recorder.noteOff(60, 11, { note: 1 });
    recorder.noteOff(60, 11.5, { note: 2 });
    recorder.noteOn(62, 80, 11);
    recorder.noteOn(62, 80, 11.25);
    clock.currentTime = 12;
    assert.deepEqual(shown(recorder), [
      [60, 90, 0, 1],
      [60, 80, 0.5, 1.5],
      [62, 80, 1, 1.25],
      [62, 80, 1.25, 2],
    ]);
  });

  test('has tempo and metre, the pedal as it was moved, and as it stood at the beginning', () => {
    const { recorder, clock } = stage({ qpm: 90, timeSignature: { numerator: 3, denominator: 4 } });
    const first = recorder.start();
    recorder.controlChange(64, 100, first - 0.2);
    recorder.controlChange(64, 127, first - 0.1);
    recorder.controlChange(64, 30, first + 1);
    recorder.pitchBend(2, first + 0.5);
    clock.currentTime = first + 2;
    const { tempos, timeSignatures, controlChanges, pitchBends, totalTime } = recorder.stop();
    assert.deepEqual(
      [tempos, timeSignatures],
      [[{ time: 0, qpm: 90 }], [{ time: 0, numerator: 3, denominator: 4 }]],
    );
    assert.deepEqual(controlChanges, [
      { time: 0, controlNumber: 64, controlValue: 127 },
      { time: 1, controlNumber: 64, controlValue: 30 },
    ]);
    assert.deepEqual(pitchBends, [{ time: 0.5, bend: 8191 }]);
    assert.equal(totalTime, 2);
  });

  test('begins after the count-in: who comes in a little early is on the first beat, who tries a key before is not heard', () => {
    const clock = { currentTime: 10 };
    const struck: number[] = [];
    const target = {
      noteOn: (_: number, __: number, time: number) => void struck.push(time),
      noteOff() {},
      allNotesOff() {},
    };
    const metronome = new Metronome(clock, target);
    const recorder = new Recorder(clock, { qpm: 60, metronome, countIn: 1 });
    const first = recorder.start();
    assert.deepEqual(
      struck.slice(0, 4).map((time) => Math.round(first - time)),
      [4, 3, 2, 1],
    );
    recorder.noteOn(50, 90, first - 3);
    recorder.noteOff(50, first - 2.5);
    recorder.noteOn(60, 90, first - 0.1);
    recorder.noteOff(60, first + 0.5);
    clock.currentTime = first + 1;
    assert.deepEqual(shown(recorder), [[60, 90, 0, 0.5]]);
    assert.equal(metronome.playing, false);
  });

  test('begins with the first note where it is told to, and is quantised where that is asked for', () => {
    const { recorder, clock } = stage({ startRecordingAtFirstNote: true });
    recorder.start();
    recorder.noteOn(60, 90, 15);
    recorder.noteOff(60, 15.49);
    recorder.noteOn(62, 90, 15.52);
    clock.currentTime = 16.01;
    const { notes, quantizationInfo } = recorder.stop({ stepsPerQuarter: 4 });
    assert.deepEqual(
      notes.map(({ quantizedStartStep, quantizedEndStep }) => [quantizedStartStep, quantizedEndStep]),
      [
        [0, 4],
        [4, 8],
      ],
    );
    assert.deepEqual(quantizationInfo, { stepsPerQuarter: 4 });
  });

  test('refuses what is no tempo, a count-in that nobody counts, and a name that is no option', () => {
    for (const options of [{ qpm: 0 }, { countIn: -1 }, { countIn: 1 }, { bpm: 90 } as object])
      assert.throws(() => stage(options), { code: 'OPTION_INVALID' }, JSON.stringify(options));
    assert.throws(() => stage({ timeSignature: { numerator: 3, denominator: 5 } }), {
      code: 'METER_INVALID',
    });
  });
});
