/**
 * Run by allocation.test.ts in a process of its own: plays a script through the engine for a million calls of
 * `process` and prints how often garbage was collected. With a young generation of 1 MB, a single small object
 * per call makes that dozens of times.
 *
 *     node --max-semi-space-size=1 --expose-gc --import tsx allocation.testing.ts [planted]
 */
import { PerformanceObserver } from 'node:perf_hooks';
import { organ } from '../audio/synthetic-note.testing.js';
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import type { LiveAudio } from '../messages/live-notes.js';
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';
import type { NoteAudioPortMessage } from '../messages/transport.js';
import type { VoiceCommand } from '../messages/voice-processor.js';
import { sendNote } from '../ring/note-audio-stream.js';
import { createTransport, openWriter } from '../ring/transport.js';
import { PLAIN_ENVELOPE } from './played-engine.testing.js';
import { VoiceEngine } from './voice-engine.js';

const RATE = 48000;
const QUANTUM = 8;
const ROUNDS = 50;
const CALLS_PER_ROUND = 20_000;
const planted = process.argv.includes('planted');

const engine = new VoiceEngine(
  { voices: 3, noteSlots: 16, liveNotes: 3, envelope: PLAIN_ENVELOPE, pitchRange: [24, 84] },
  RATE,
);
const ignore = () => {};
const receive = (command: VoiceCommand, frame: number) => engine.receive(command, frame, ignore);

const ring = createTransport(true);
const writer = openWriter(ring.writer.transport);
receive({ type: 'addSource', transport: ring.reader.transport }, 0);

// A port without a thread behind it: the messages are there already, as they would be in the handler.
const port = { onmessage: (_: { data: NoteAudioPortMessage }) => {}, postMessage: () => {}, close: () => {} };
receive({ type: 'addSource', transport: { kind: 'port', port: port as unknown as MessagePort } }, 0);

/** A worker that decodes notes while they sound: its messages, too, are there already. Nobody answers what it is told. */
const livePort = { onmessage: (_: { data: LiveAudio }) => {}, postMessage: () => {}, close: () => {} };
receive({ type: 'connectLive', port: livePort as unknown as MessagePort }, 0);
const LIVE_NOTE = 4;
const liveSamples = Float32Array.from({ length: 512 }, (_, i) => 0.1 * Math.sin(i / 3));
const liveMessages = {
  begin: { data: { type: 'begin' as const, note: LIVE_NOTE, pitch: 62 } },
  samples: { data: { type: 'samples' as const, note: LIVE_NOTE, samples: liveSamples } },
  look: { data: { type: 'look' as const } },
};

interface WholeNote {
  readonly start: NoteStart;
  readonly samples: Float32Array<ArrayBuffer>;
  readonly end: NoteEnd;
}

function noteFor(timbre: number, pitch: number): WholeNote {
  const { samples, ...end } = findLoop(organ(pitch, { seed: timbre }));
  return { start: { timbre, pitch, gain: noteGain(samples) }, samples: new Float32Array(samples), end };
}
const pitches = [57, 60, 64, 67];
const ringNotes = pitches.map((pitch) => noteFor(1, pitch));
const portMessages = pitches.map((pitch): { data: NoteAudioPortMessage }[] => {
  const { start, samples, end } = noteFor(2, pitch);
  const chunks = Array.from({ length: Math.ceil(samples.length / 4096) }, (_, i) => ({
    data: { type: 'chunk' as const, samples: samples.slice(i * 4096, (i + 1) * 4096) },
  }));
  return [{ data: { type: 'begin', start } }, ...chunks, { data: { type: 'end', end } }];
});

/** A note that comes in parts, more slowly than it is heard, and is given up: it begins, runs dry and goes on, again and again. */
const { samples: slow } = noteFor(3, 60);
const slowMessages: { data: NoteAudioPortMessage }[] = [
  { data: { type: 'begin', start: { timbre: 3, pitch: 60, gain: 0.7 } } },
  ...Array.from({ length: 36 }, (_, i) => ({
    data: { type: 'chunk' as const, samples: slow.slice(i * 1024, (i + 1) * 1024) },
  })),
  { data: { type: 'abandon' } },
];
portMessages.push(slowMessages);

/** Note-on, steal, retrigger, a note that is missing, bend, pedal, timbre: one command every 500 calls. */
const script: VoiceCommand[] = [
  { type: 'timbre', timbre: 1 },
  { type: 'noteOn', note: 1, pitch: 60, gain: 0.5, time: 0 },
  { type: 'noteOn', note: 2, pitch: 64, gain: 0.5, time: 0 },
  { type: 'pitchBend', semitones: 1.5, time: 0 },
  { type: 'noteOn', note: 3, pitch: 67, gain: 0.5, time: 0 },
  { type: 'noteOn', note: 4, pitch: 62, gain: 0.5, time: 0 },
  { type: 'timbre', timbre: 2 },
  { type: 'noteOff', note: 3, time: 0 },
  { type: 'sustain', down: true, time: 0 },
  { type: 'noteOff', note: 4, time: 0 },
  { type: 'noteOn', note: 5, pitch: 62, gain: 0.5, time: 0 },
  { type: 'pitchBend', semitones: -0.7, time: 0 },
  { type: 'noteOn', note: 6, pitch: 127, gain: 0.5, time: 0 },
  { type: 'noteOn', note: 8, pitch: 62, channel: 3, bend: 0.3, gain: 0.5, time: 0 },
  { type: 'pitchBend', semitones: 0.9, channel: 3, time: 0 },
  { type: 'pitchBend', semitones: -0.4, note: 6, time: 0 },
  { type: 'sostenuto', down: true, channel: 3, time: 0 },
  { type: 'noteOff', note: 8, time: 0 },
  { type: 'sostenuto', down: false, time: 0 },
  { type: 'allSoundOff', channel: 3 },
  { type: 'sustain', down: false, time: 0 },
  { type: 'allNotesOff', time: 0 },
  { type: 'pitchBend', semitones: 0, time: 0 },
];

/** Plays the note that comes in parts, from its beginning. */
const slowScript: VoiceCommand[] = [
  { type: 'allSoundOff' },
  { type: 'timbre', timbre: 3 },
  { type: 'noteOn', note: 7, pitch: 60, gain: 0.5, time: 0 },
];

const output = new Float32Array(QUANTUM);
let frame = 0;
let kept: number[] = [];
let live = 0;

function playRound(round: number): void {
  const messages = portMessages[round % portMessages.length];
  for (let call = 0; call < CALLS_PER_ROUND; call++) {
    if (call % 500 === 0) {
      const turn = call / 500;
      if (messages !== slowMessages) receive(script[turn % script.length], frame);
      else if (turn < slowScript.length) receive(slowScript[turn], frame);
      if (turn < messages.length) port.onmessage(messages[turn]);
      const command = script[turn % script.length];
      if (command.type === 'noteOn' && command.note === LIVE_NOTE) {
        livePort.onmessage(liveMessages.look);
        livePort.onmessage(liveMessages.begin);
        for (let i = 0; i < 4; i++) livePort.onmessage(liveMessages.samples);
      }
      if (live === 0 && command.type === 'noteOn' && command.note === LIVE_NOTE + 1)
        engine.receive({ type: 'requestReport' }, frame, (report) => {
          if (report.type === 'report') live = Math.max(live, report.liveVoices);
        });
    }
    // 192 times 8 frames at 48 kHz are 512 samples.
    if (call % 192 === 0) livePort.onmessage(liveMessages.samples);
    engine.process(output, frame);
    frame += QUANTUM;
    if (planted) kept = Array.from(output).map((x) => x + round);
  }
}

let collections = 0;
const observer = new PerformanceObserver((list) => (collections += list.getEntries().length));

async function play(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    // The writer is a worker's and may allocate: it must not fill the young generation here.
    if (round % 4 === 0) {
      const { start, samples, end } = ringNotes[(round / 4) % ringNotes.length];
      void sendNote(writer, start, samples, end);
      await new Promise((resolve) => setTimeout(resolve));
    }
    playRound(round);
  }
}

// Until V8 has optimised what is called rarely, too: its interpreter allocates every fraction it computes.
await play(40);
globalThis.gc?.();
await new Promise((resolve) => setTimeout(resolve, 50));
observer.observe({ entryTypes: ['gc'] });
await play(ROUNDS);
await new Promise((resolve) => setTimeout(resolve, 50));
observer.disconnect();
console.warn(JSON.stringify({ calls: ROUNDS * CALLS_PER_ROUND, collections, kept: kept.length, live }));
