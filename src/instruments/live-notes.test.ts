/** Notes that are decoded while they sound, from the key to the ear: an NSynth over workers without threads, of the shipped weights. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clickiness, levels } from '../audio/measure.testing.js';
import { concatenateFloats } from '../bytes/concatenate.js';
import { createNSynthServer } from '../models/nsynth/worker/server.js';
import { readKernels } from '../ops/built-kernels.testing.js';
import { loopback } from '../workers/loopback.testing.js';
import { PlayedEngine, levelOf } from '../worklets/played-engine.testing.js';
import type { AudioOutput } from './audio-output.js';
import { NSynthInstrument } from './nsynth-instrument.js';

const RATE = 48000;
const QUANTA = 4;
const shipped = fileURLToPath(new URL('../../checkpoints/nsynth-spectral/', import.meta.url));
const workers = loopback({ nsynth: async () => () => createNSynthServer(readKernels) });

let played: PlayedEngine;
let instrument: NSynthInstrument;

const audio = (): AudioOutput => ({
  context: { state: 'running', currentTime: 0 } as BaseAudioContext,
  output: {} as GainNode,
  ready: Promise.resolve(),
  onReport: () => {},
  onState: () => {},
  onFailure: () => {},
  send: (command) => played.send(command),
  setVolume() {},
  setRoom() {},
  silenceRoom() {},
  connect() {},
  resume: () => Promise.resolve(),
  wake() {},
  dispose: () => played.send({ type: 'close' }),
});

const turn = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** Plays as time passes: the worker has its turn between quanta. */
async function listen(seconds: number, change: (time: number) => void = () => {}): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  const step = (QUANTA * 128) / RATE;
  for (let time = 0; time < seconds; time += step) {
    change(time);
    await turn(12);
    parts.push(played.play(step));
  }
  return concatenateFloats(parts);
}

before(() => {});
afterEach(() => instrument.dispose());
after(() => {});

async function start(corners: string): Promise<void> {
  played = new PlayedEngine(RATE, { pitchRange: [24, 84], liveNotes: 16, noteSlots: 80 });
  instrument = new NSynthInstrument({ source: shipped, workers: 1, corners }, audio, workers.spawn);
  await instrument.load();
  await instrument.start();
  instrument.morph(0, 0);
}

describe('a key that is held', () => {
  test('follows the pad in what is still to be decoded', async () => {
    await start('flute, trumpet, flute, trumpet');
    let rendered = 0;
    instrument.addEventListener('render', () => rendered++);
    instrument.noteOn(60);
    await listen(1);
    const before = rendered;
    const sound = await listen(2, (time) => {
      if (time > 0.3 && time < 1.3) instrument.morph(time - 0.3, 0);
    });
    console.log('live', played.report().liveVoices, 'rendered', before, rendered, clickiness(sound, 480), levels(sound, 2400).map((x) => x.toFixed(1)).join(' '));
  });
});
