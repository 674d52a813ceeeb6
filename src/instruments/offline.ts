/**
 * Renders music as fast as the machine can, with the sounds that a page plays: the same voices and drums, in an OfflineAudioContext.
 * The notes of a network come from its workers, as they do while it is played; only then the rendering begins.
 */
import { TimbrelError, throwIfAborted } from '../errors/timbrel-error.js';
import type { VoiceCommand, VoiceReport } from '../messages/voice-processor.js';
import { createTransport } from '../ring/transport.js';
import { checkSignal, checkedOptions, shown, type OptionNames } from '../errors/check-arguments.js';
import type { RenderJob } from '../workers/note-methods.js';
import { DrumKit } from './drum-kit.js';
import { renderedPitch } from './render-order.js';
import { Room } from './room.js';
import type { PlayedNote } from './sequence-player.js';
import type { NotePool } from './timbre-model.js';
import type { InstrumentSound, TimbreInstrument } from './timbre-instrument.js';
import { velocityCutoff, velocityGain, velocityOn } from './velocity.js';
import { VoiceNode } from './voice-node.js';

/** Notes, in seconds, that one instrument plays. */
export interface OfflinePart {
  readonly notes: readonly PlayedNote[];
  /** The instrument whose sound they have, as it is set now; without one, the drum kit. */
  readonly instrument?: TimbreInstrument;
  /** Linear, default 1. */
  readonly gain?: number;
}

export interface OfflineOptions {
  /** Hz, default 44100. */
  readonly sampleRate?: number;
  /** Seconds behind the last note, for what still rings; default 2. */
  readonly tail?: number;
  readonly signal?: AbortSignal;
}

/** Commands are handed over in parts of so many seconds: the queue of the audio thread is not without end. */
const PART = 4;
/** Between two looks whether the notes are there, ms. */
const LOOK = 5;
const TIMBRE = 1;

const OPTIONS: OptionNames<OfflineOptions> = { sampleRate: true, tail: true, signal: true };

/**
 * @returns what the parts sound like together, in two channels
 * @throws OPTION_INVALID, AUDIO_CONTEXT_UNSUPPORTED, WORKER_FAILED, ABORTED, what loading the instruments' networks does
 */
export async function renderOffline(
  parts: readonly OfflinePart[],
  options: OfflineOptions = {},
): Promise<AudioBuffer> {
  const { sampleRate = 44100, tail = 2, signal } = checkedOptions(options, OPTIONS);
  checkSignal(signal);
  check('sampleRate', sampleRate, 8000, 96000, 'Hz');
  check('tail', tail, 0, 600, 'seconds');
  if (typeof OfflineAudioContext !== 'function')
    throw new TimbrelError(
      'AUDIO_CONTEXT_UNSUPPORTED',
      'There is no OfflineAudioContext here; renderOffline works in browsers',
    );
  const end = parts.flatMap(({ notes }) => notes).reduce((last, { endTime }) => Math.max(last, endTime), 0);
  const context = new OfflineAudioContext(2, Math.max(1, Math.ceil((end + tail) * sampleRate)), sampleRate);
  const players: Player[] = [];
  try {
    for (const part of parts.filter(({ notes }) => notes.length > 0))
      players.push(await open(part, context, signal));
    throwIfAborted(signal, 'Rendering');
    const handOver = (from: number) =>
      Promise.all(players.map((player) => player.handOver(from, from + PART)));
    for (let from = PART; from < end; from += PART)
      void context.suspend(from).then(async () => {
        await handOver(from);
        void context.resume();
      });
    await handOver(0);
    return await context.startRendering();
  } finally {
    for (const player of players) player.close();
  }
}

function check(name: string, value: number, low: number, high: number, unit: string): void {
  if (value >= low && value <= high) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `${name} is ${shown(value)}; expected ${unit} from ${low} to ${high}`,
  );
}

interface Player {
  /** Resolves when what begins or ends in this stretch, seconds, is where it is played. */
  handOver(from: number, to: number): Promise<void>;
  close(): void;
}

async function open(
  { notes, instrument, gain = 1 }: OfflinePart,
  context: OfflineAudioContext,
  signal: AbortSignal | undefined,
): Promise<Player> {
  const output = new GainNode(context, { gain });
  output.connect(context.destination);
  return instrument ? openVoices(notes, instrument.playedSound, output, signal) : openDrums(notes, output);
}

async function openDrums(notes: readonly PlayedNote[], output: GainNode): Promise<Player> {
  const kit = new DrumKit();
  await kit.start({ context: output.context, destination: output });
  return {
    handOver(from, to) {
      for (const { pitch, velocity, startTime } of notes)
        if (startTime >= from && startTime < to) kit.noteOn(pitch, velocity, startTime);
      return Promise.resolve();
    },
    close: () => kit.dispose(),
  };
}

async function openVoices<J extends RenderJob, P extends NotePool<J>>(
  notes: readonly PlayedNote[],
  sound: InstrumentSound<J, P>,
  output: GainNode,
  signal: AbortSignal | undefined,
): Promise<Player> {
  const { model, latent, voices, envelope, gain } = sound;
  const pitches = [...new Set(notes.map(({ pitch }) => renderedPitch(pitch, model.pitches)))];
  const options = { voices, noteSlots: pitches.length, envelope, pitchRange: model.pitches, gain };
  const node = await VoiceNode.create(output.context, options);
  const volume = new GainNode(output.context, { gain: sound.volume });
  const room = new Room(output.context, sound.room);
  node.output.connect(room.input);
  room.output.connect(volume).connect(output);
  const lease = await model.load(sound.source, { backend: sound.backend, signal });
  let failure: TimbrelError | undefined;
  const member = lease.value.join({
    rendered: () => {},
    failed: (error) => (failure ??= error),
    event: () => {},
  });
  const close = () => {
    member.leave();
    lease.dispose();
    node.dispose();
  };
  const report = () =>
    new Promise<VoiceReport>((resolve) => {
      node.onReport = (answer) => answer.type === 'report' && resolve(answer);
      node.send({ type: 'requestReport' });
    });
  try {
    node.send({ type: 'timbre', timbre: TIMBRE });
    member.connect(() => {
      const { writer, reader } = createTransport(globalThis.crossOriginIsolated === true);
      node.send({ type: 'addSource', transport: reader.transport }, reader.transfer);
      return writer;
    });
    member.setWanted(pitches.map((pitch) => model.job({ timbre: TIMBRE, pitch, urgent: true }, latent)));
    // A context that does not render yet empties its rings only when it is asked for a report.
    for (let stored = 0; stored < pitches.length;) {
      throwIfAborted(signal, 'Rendering');
      if (failure) throw failure;
      const answer = await report();
      if (answer.type === 'report') stored = answer.stored.length / 2;
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
  } catch (error) {
    close();
    throw error;
  }
  const commands = commandsOf(notes, sound);
  return {
    async handOver(from, to) {
      for (const command of commands) if (command.time >= from && command.time < to) node.send(command);
      await report();
    },
    close,
  };
}

/** In order, ends before beginnings where both are at one time. A key that is struck again before it ended ends there. */
function commandsOf(
  notes: readonly PlayedNote[],
  { velocity: { curve, brightness } }: Pick<InstrumentSound, 'velocity'>,
): Extract<VoiceCommand, { type: 'noteOn' | 'noteOff' }>[] {
  const nextStart = new Map<number, number>();
  return notes
    .toSorted((a, b) => b.startTime - a.startTime)
    .flatMap(({ pitch, velocity, startTime, endTime }, note) => {
      const end = Math.min(endTime, nextStart.get(pitch) ?? Infinity);
      nextStart.set(pitch, startTime);
      const heard = velocityOn(curve, velocity);
      return [
        {
          ...{ type: 'noteOn' as const, note, pitch, time: startTime, gain: velocityGain(heard) },
          cutoff: velocityCutoff(heard, pitch, brightness),
        },
        { type: 'noteOff' as const, note, time: Math.max(end, startTime + 0.01) },
      ];
    })
    .sort((a, b) => a.time - b.time || Number(a.type === 'noteOn') - Number(b.type === 'noteOn'));
}
