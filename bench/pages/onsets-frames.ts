/**
 * Transcription of ten seconds with the network of onsets_frames_uni: ours against that of @magenta/music, the same weights and audio, one
 * thread. The peer needs more than a minute, so it has one round; the spectrogram alone, and sound that comes frame by frame, are ours.
 */
import type * as Timbrel from '../../src/index.js';
import { OnsetsFramesModel } from '../../src/models/onsets-frames/worker/onsets-frames-model.js';
import { checkedThresholds } from '../../src/music/activations-to-sequence.js';
import { interleave, median, type Row } from '../statistics.js';

/** The part of it that we use. */
interface MagentaTranscriber {
  initialize(): Promise<void>;
  transcribeFromAudioBuffer(audio: AudioBuffer): Promise<unknown>;
}

declare const transcription: { readonly OnsetsAndFrames: new (checkpointURL: string) => MagentaTranscriber };
declare const tf: { setBackend(name: string): Promise<boolean>; getBackend(): string };

const RATE = 16000;
const SECONDS = 10;
const ROUNDS = 9;
/** A frame of live sound. */
const HOP = 512;

/** Chords that decay, some noise. */
function music(seconds: number): Float32Array {
  const samples = new Float32Array(seconds * RATE);
  let noise = 1;
  samples.forEach((_, i) => {
    const t = i / RATE;
    const chord = [1, 1.25, 1.5].reduce((sum, ratio) => sum + Math.sin(2 * Math.PI * 220 * ratio * t), 0);
    noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
    samples[i] = 0.1 * Math.exp(-3 * (t % 0.5)) * chord + 1e-3 * (noise / 2 ** 31 - 1);
  });
  return samples;
}

const pause = () => Promise.resolve();

async function transcribe(
  model: OnsetsFramesModel,
  audio: Float32Array,
  keep?: 'spectrogram',
): Promise<void> {
  const recording = model.begin({ sampleRate: RATE, thresholds: checkedThresholds({}), keep });
  await recording.write([audio], pause);
  await recording.close(pause);
}

/** Milliseconds of each frame of sound that comes in real time. */
async function live(model: OnsetsFramesModel, audio: Float32Array): Promise<number[]> {
  const recording = model.begin({ sampleRate: RATE, thresholds: checkedThresholds({}) });
  const times: number[] = [];
  for (let from = 0; from < audio.length; from += HOP) {
    const start = performance.now();
    await recording.write([audio.slice(from, from + HOP)], pause);
    times.push(performance.now() - start);
  }
  return times;
}

const timbrel = (): Promise<typeof Timbrel> => import(/* @vite-ignore */ `${location.origin}/dist/index.js`);

/** Through the public class and its workers: one and two share a minute, and the network that ships hears it. */
async function inWorkers(checkpoint: string): Promise<Row[]> {
  const { OnsetsAndFrames } = await timbrel();
  const seconds = 60;
  const audio = music(seconds);
  const models = {
    onsets_frames_uni: await OnsetsAndFrames.load(checkpoint),
    'onsets_frames_uni, two workers': await OnsetsAndFrames.load(checkpoint, { workers: 2 }),
    'the default': await OnsetsAndFrames.load(),
    'the default, two workers': await OnsetsAndFrames.load(undefined, { workers: 2 }),
  };
  const times = await interleave(
    Object.fromEntries(
      Object.entries(models).map(([name, model]) => [
        name,
        () => model.transcribe(audio, { sampleRate: RATE }),
      ]),
    ),
    5,
  );
  for (const model of Object.values(models)) model.dispose();
  const rows = Object.entries(times).map(([name, values]): Row => {
    const time = median(values);
    const speed = (1000 * seconds) / time;
    return {
      name: `a minute of audio: ${name}`,
      value: Number(time.toFixed(0)),
      unit: 'ms',
      note: `${speed.toFixed(0)} times real time`,
    };
  });
  const gains = ['onsets_frames_uni', 'the default'].map((name): Row => {
    const ratios = times[name].map((time, round) => time / times[`${name}, two workers`][round]);
    return {
      name: `${name}: gain of the second worker`,
      value: Number(median(ratios).toFixed(2)),
      unit: 'x',
    };
  });
  return [...rows, ...gains];
}

async function benchmark(): Promise<Row[]> {
  // Its fastest here: without a GPU its own choice would be WebGL in software.
  await tf.setBackend('cpu');
  const base = `${location.origin}/scratch/vectors/onsets_frames_uni`;
  const model = await OnsetsFramesModel.load({ kind: 'folder', base: `${base}/` });
  const audio = music(SECONDS);
  const buffer = new AudioBuffer({ length: audio.length, numberOfChannels: 1, sampleRate: RATE });
  buffer.copyToChannel(audio as Float32Array<ArrayBuffer>, 0);
  for (let i = 0; i < 3; i++) await transcribe(model, audio);
  const times = await interleave(
    {
      ours: () => transcribe(model, audio),
      'ours, the spectrogram alone': () => transcribe(model, audio, 'spectrogram'),
    },
    ROUNDS,
  );
  const title = 'onsets_frames_uni, 10 s of audio';
  const result: Row[] = Object.entries(times).map(([name, values]) => ({
    name: `${title}: ${name}`,
    value: Number(median(values).toFixed(1)),
    unit: 'ms',
    note: `min ${Math.min(...values).toFixed(1)}, max ${Math.max(...values).toFixed(1)}, ${values.length} rounds`,
  }));
  const frames = await live(model, audio);
  const { lag, secondsPerFrame } = model.describe();
  const mean = frames.reduce((sum, time) => sum + time, 0) / frames.length;
  result.push(
    {
      name: 'onsets_frames_uni, live, frame by frame: share of one core',
      value: Number(((mean / (1000 * secondsPerFrame)) * 100).toFixed(1)),
      unit: '%',
      note: `median ${median(frames).toFixed(1)} ms, max ${Math.max(...frames).toFixed(1)} ms a frame of 32 ms`,
    },
    {
      name: 'onsets_frames_uni, live: sound to note, without computing',
      value: 1000 * lag,
      unit: 'ms',
      note: 'at most',
    },
  );
  result.push(...(await inWorkers(`${base}/`)));
  const magenta = new transcription.OnsetsAndFrames(base);
  await magenta.initialize();
  const start = performance.now();
  await magenta.transcribeFromAudioBuffer(buffer);
  const peer = performance.now() - start;
  const name = `@magenta/music, ${tf.getBackend()}`;
  result.push(
    { name: `${title}: ${name}`, value: Number(peer.toFixed(0)), unit: 'ms', note: 'one round' },
    { name: `${title}: ${name} / ours`, value: Number((peer / median(times.ours)).toFixed(0)), unit: 'x' },
  );
  model.dispose();
  return result;
}

Object.assign(globalThis, { benchmark });
