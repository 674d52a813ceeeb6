/** Plays a sequence into samples, with the voices of the audio thread and the built-in drums, as fast as the machine can. */
import { renderDrum, type Drum } from '../../audio/drum-sounds.js';
import { findLoop } from '../../audio/loop.js';
import { noteGain } from '../../audio/level.js';
import { drumOf } from '../../instruments/drum-kit.js';
import { DEFAULT_ENVELOPE } from '../../instruments/timbre-instrument.js';
import { DEFAULT_VELOCITY_RESPONSE, velocityCutoff, velocityGain } from '../../instruments/velocity.js';
import type { VoiceCommand } from '../../messages/voice-processor.js';
import type { Note, NoteSequence } from '../../music/note-sequence.js';
import { applySustainPedal } from '../../music/sustain.js';
import { VoiceEngine } from '../../worklets/voice-engine.js';

const TIMBRE = 1;
const BLOCK = 512;
const VOICES = 64;
/** Silence behind the last note, seconds, once it has rung. */
const REST = 0.1;
/** The drum kit stands beside the instrument at this gain, as in the demo. */
const DRUMS_GAIN = 0.8;

/** A renderer makes the notes of one timbre that are played, 16 kHz mono. */
export interface Renderer {
  /** Lowest and highest pitch that it renders. */
  readonly range: readonly [number, number];
  render(pitches: readonly number[]): Promise<readonly Float32Array[]>;
}

/**
 * @param sequence in seconds; what is not drums is played on the renderer's timbre
 * @returns mono samples; the limiter of the audio thread keeps them within [-1, 1]
 */
export async function soundOf(
  sequence: NoteSequence,
  renderer: Renderer,
  sampleRate: number,
): Promise<Float32Array> {
  const { notes } = applySustainPedal(sequence);
  const played = notes.filter(({ isDrum }) => !isDrum);
  const [lowest, highest] = renderer.range;
  const clamp = (pitch: number) => Math.min(highest, Math.max(lowest, pitch));
  const pitches = [...new Set(played.map(({ pitch }) => clamp(pitch)))];
  const engine = new VoiceEngine(
    {
      ...{ voices: VOICES, noteSlots: Math.max(1, pitches.length), envelope: DEFAULT_ENVELOPE },
      pitchRange: renderer.range,
    },
    sampleRate,
  );
  (await renderer.render(pitches)).forEach((audio, i) => store(engine, pitches[i], audio));
  engine.receive({ type: 'timbre', timbre: TIMBRE }, 0, () => {});

  const end = notes.reduce((last, { endTime = 0 }) => Math.max(last, endTime), 0);
  const strokes = notes.filter(({ isDrum }) => isDrum);
  const seconds = end + (played.length > 0 ? DEFAULT_ENVELOPE.release : 0) + REST;
  const drums = drumTrack(strokes, seconds, sampleRate);
  const sound = new Float32Array(Math.max(drums.length, Math.ceil(seconds * sampleRate)));
  const commands = commandsOf(played);
  let next = 0;
  for (let from = 0; from < sound.length; from += BLOCK) {
    const to = Math.min(sound.length, from + BLOCK);
    while (next < commands.length && commands[next].time * sampleRate < to)
      engine.receive(commands[next++], from, () => {});
    engine.process(sound.subarray(from, to), from);
  }
  drums.forEach((value, i) => (sound[i] = Math.max(-1, Math.min(1, sound[i] + value))));
  return sound;
}

function store({ bank }: VoiceEngine, pitch: number, audio: Float32Array): void {
  const { samples, ...end } = findLoop(audio);
  const slot = bank.beginNote({ timbre: TIMBRE, pitch, gain: noteGain(audio) });
  bank.appendSamples(slot, samples, 0, samples.length);
  bank.endNote(slot, end);
}

/** Ends before beginnings where both are at one time. */
function commandsOf(notes: readonly Note[]): Extract<VoiceCommand, { type: 'noteOn' | 'noteOff' }>[] {
  const { brightness } = DEFAULT_VELOCITY_RESPONSE;
  return notes
    .flatMap(({ pitch, velocity = 100, startTime = 0, endTime = 0 }, note) => [
      {
        ...{ type: 'noteOn' as const, note, pitch, time: startTime, gain: velocityGain(velocity) },
        cutoff: velocityCutoff(velocity, pitch, brightness),
      },
      { type: 'noteOff' as const, note, time: Math.max(endTime, startTime + 0.01) },
    ])
    .sort((a, b) => a.time - b.time || Number(a.type === 'noteOn') - Number(b.type === 'noteOn'));
}

/** Strokes ring to their end; a closed hi-hat ends an open one. */
function drumTrack(strokes: readonly Note[], seconds: number, sampleRate: number): Float32Array {
  if (strokes.length === 0) return new Float32Array(0);
  const sounds = new Map<Drum, Float32Array>();
  const placed = strokes
    .map(({ pitch, velocity = 100, startTime = 0 }) => {
      const drum = drumOf(pitch);
      const samples = sounds.get(drum) ?? renderDrum(drum, sampleRate);
      sounds.set(drum, samples);
      return {
        drum,
        samples,
        at: Math.round(startTime * sampleRate),
        gain: DRUMS_GAIN * velocityGain(velocity),
      };
    })
    .sort((a, b) => a.at - b.at);
  const length = placed.reduce((most, { at, samples }) => Math.max(most, at + samples.length), 0);
  const track = new Float32Array(Math.max(length, Math.ceil(seconds * sampleRate)));
  const choke = Math.round(0.024 * sampleRate);
  placed.forEach(({ drum, samples, at, gain }, i) => {
    const closed =
      drum === 'open hi-hat'
        ? placed.find((other, k) => k > i && other.drum === 'closed hi-hat')?.at
        : undefined;
    const stop = closed === undefined ? samples.length : Math.min(samples.length, closed - at + choke);
    for (let k = 0; k < stop; k++) {
      const fade = closed === undefined ? 1 : Math.min(1, (stop - k) / choke);
      track[at + k] += gain * fade * samples[k];
    }
  });
  return track;
}
