/**
 * The audio thread: what 16 voices cost, how soon a cached note sounds, what the resampler's taps cost. Notes are synthetic
 * (a sawtooth below 7 kHz): the engine does the same work for any.
 */
import { noteGain } from '../../src/audio/level.js';
import { findLoop } from '../../src/audio/loop.js';
import { createKernels, resample } from '../../src/audio/resampler.js';
import { NOTE_LENGTH, NOTE_SAMPLE_RATE } from '../../src/messages/note-audio.js';
import {
  VOICE_PROCESSOR_NAME,
  type VoiceCommand,
  type VoiceProcessorOptions,
} from '../../src/messages/voice-processor.js';
import { sendNote } from '../../src/ring/note-audio-stream.js';
import { createTransport, openWriter } from '../../src/ring/transport.js';
import type * as Timbrel from '../../src/index.js';
import { median, type Row } from '../statistics.js';

const RATE = 48000;
const SECONDS = 10;
const VOICES = 16;
const PITCHES = Array.from({ length: VOICES }, (_, i) => 40 + 3 * i);

function sawtooth(pitch: number, brightness: number): Float32Array {
  const f = 440 * 2 ** ((pitch - 69) / 12);
  const note = new Float32Array(NOTE_LENGTH);
  for (let h = 1; h * f < 7000; h++) {
    const step = (2 * Math.PI * h * f) / NOTE_SAMPLE_RATE;
    const gain = (0.3 * brightness ** h) / h;
    for (let i = 0; i < note.length; i++) note[i] += gain * Math.sin(step * i);
  }
  return note;
}

interface Engine {
  readonly node: AudioWorkletNode;
  send(command: VoiceCommand): void;
}

/** A voice node whose bank holds every pitch of two timbres. */
async function createEngine(context: BaseAudioContext): Promise<Engine> {
  await context.audioWorklet.addModule('/dist/voice-processor.js');
  const processorOptions: VoiceProcessorOptions = {
    voices: VOICES,
    noteSlots: 2 * VOICES,
    envelope: { attack: 0.002, decay: 0.1, sustain: 1, release: 0.1 },
    pitchRange: [24, 84],
  };
  const node = new AudioWorkletNode(context, VOICE_PROCESSOR_NAME, {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions,
  });
  node.connect(context.destination);
  const send = (command: VoiceCommand, transfer: Transferable[] = []) =>
    node.port.postMessage(command, transfer);
  const { writer, reader } = createTransport(false);
  send({ type: 'addSource', transport: reader.transport }, reader.transfer);
  const notes = openWriter(writer.transport);
  for (const timbre of [1, 2]) {
    for (const pitch of PITCHES) {
      const { samples, ...end } = findLoop(sawtooth(pitch, timbre === 1 ? 0.9 : 0.7));
      await sendNote(notes, { timbre, pitch, gain: noteGain(samples) }, samples, end);
    }
  }
  send({ type: 'timbre', timbre: 1 });
  return { node, send };
}

/** Wall time of an offline render over its length. `play` prepares the graph. */
async function load(play: (context: OfflineAudioContext) => Promise<void>): Promise<number> {
  const context = new OfflineAudioContext(1, SECONDS * RATE, RATE);
  await play(context);
  const start = performance.now();
  await context.startRendering();
  return (performance.now() - start) / (1000 * SECONDS);
}

/** Suspends every 60 ms: the two graphs compared do so equally, so that its cost cancels. */
function every60ms(context: OfflineAudioContext, act: (step: number) => void): void {
  for (let step = 1; step * 0.06 < SECONDS; step++) {
    void context.suspend(step * 0.06).then(() => {
      act(step);
      void context.resume();
    });
  }
}

async function voices(): Promise<Row[]> {
  const loads: number[] = [];
  for (let round = 0; round < 7; round++) {
    const full = await load(async (context) => {
      const { send } = await createEngine(context);
      PITCHES.forEach((pitch, i) => send({ type: 'noteOn', note: i + 1, pitch, gain: 0.5, time: 0 }));
      every60ms(context, (step) => {
        send({ type: 'timbre', timbre: 1 + (step % 2) });
        send({ type: 'pitchBend', semitones: 2 * Math.sin(step / 5), time: 0 });
      });
    });
    const empty = await load(async (context) => every60ms(context, () => {}));
    loads.push(full - empty);
  }
  return [
    {
      name: '16 voices, bent and cross-fading, 48 kHz: share of real time',
      value: Number((100 * median(loads)).toFixed(1)),
      unit: '%',
      note: `min ${(100 * Math.min(...loads)).toFixed(1)}, max ${(100 * Math.max(...loads)).toFixed(1)}`,
    },
  ];
}

/** Stamps the wall clock of the quantum, and the place in it, at which a sound rises above the threshold it was sent. */
const ONSET_PROBE = `registerProcessor('onset-probe', class extends AudioWorkletProcessor {
  constructor() { super(); this.threshold = Infinity; this.port.onmessage = ({ data }) => { this.threshold = data; }; }
  process([[input]]) {
    if (input) for (let i = 0; i < input.length; i++) if (Math.abs(input[i]) > this.threshold) {
      this.threshold = Infinity;
      this.port.postMessage(Date.now() + 1000 * i / sampleRate);
      break;
    }
    return true;
  }
});`;

const NOTES = 50;
const PITCH = 60;

/** -60 dB of a note's peak, and how long after its beginning it is first exceeded, ms. */
function ownOnset(note: Float32Array): { threshold: number; offset: number } {
  const threshold = 0.001 * note.reduce((peak, x) => Math.max(peak, Math.abs(x)), 0);
  return { threshold, offset: (1000 * note.findIndex((x) => Math.abs(x) > threshold)) / NOTE_SAMPLE_RATE };
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function onset(): Promise<Row[]> {
  const { GANSynth, GANSynthInstrument } = (await import(
    /* @vite-ignore */ `${location.origin}/dist/index.js`
  )) as typeof Timbrel;
  const model = await GANSynth.load(undefined, { backend: 'wasm' });
  const latent = model.timbres[0]?.latent ?? model.sampleLatent(0);
  const { threshold, offset } = ownOnset(await model.generate({ pitch: PITCH, z: latent }));
  model.dispose();
  const context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
  await context.audioWorklet.addModule(
    URL.createObjectURL(new Blob([ONSET_PROBE], { type: 'text/javascript' })),
  );
  const instrument = new GANSynthInstrument({ backend: 'wasm', workers: 1 });
  instrument.setVolume(1);
  instrument.setLatent(latent);
  await instrument.load();
  const rendered = new Promise<void>((resolve) => {
    let count = 0;
    instrument.addEventListener('render', ({ current }) => {
      if (current && ++count === 61) resolve();
    });
  });
  await instrument.start({ context });
  const probe = new AudioWorkletNode(context, 'onset-probe', { numberOfOutputs: 0 });
  instrument.output?.connect(probe);
  // All of them: no worker is busy while the notes are timed.
  await rendered;
  const delays: number[] = [];
  for (let note = 0; note < NOTES; note++) {
    instrument.allSoundOff();
    await later(100 + 13 * (note % 7));
    const heard = new Promise<number>((resolve) => {
      probe.port.onmessage = ({ data }) => resolve(data as number);
    });
    probe.port.postMessage(threshold);
    await later(20);
    const pressed = Date.now();
    instrument.noteOn(PITCH, 127);
    delays.push((await heard) - pressed - offset);
  }
  instrument.dispose();
  await context.close();
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  return [
    {
      name: 'cached note-on to onset, without the device',
      value: Number(mean.toFixed(1)),
      unit: 'ms',
      note: `mean of ${delays.length}; median ${median(delays).toFixed(1)}, max ${Math.max(...delays).toFixed(1)}; a quantum is ${((1000 * 128) / RATE).toFixed(1)} ms`,
    },
  ];
}

/** One voice's resampling for a second at 48 kHz, at steps that need ever more taps. */
function resampler(): Row[] {
  const kernels = createKernels();
  const note = sawtooth(60, 0.9);
  const out = new Float32Array(128);
  return kernels
    .filter((_, i) => i % 2 === 0)
    .map(({ ratio, taps }) => {
      const times: number[] = [];
      for (let round = 0; round < 9; round++) {
        const at = { position: 1000, step: ratio, stepSlope: 0, gain: 1 };
        const start = performance.now();
        for (let quantum = 0; quantum < RATE / 128; quantum++) {
          if (at.position > 40000) at.position = 1000;
          resample(kernels, at, note, 0, NOTE_LENGTH, out, 0, 128);
        }
        times.push(performance.now() - start);
      }
      return {
        name: `resampling one voice with ${taps} taps, 48 kHz: share of real time`,
        value: Number((median(times) / 10).toFixed(2)),
        unit: '%',
      };
    });
}

async function benchmark(): Promise<Row[]> {
  return [...(await voices()), ...(await onset()), ...resampler()];
}

Object.assign(globalThis, { benchmark });
