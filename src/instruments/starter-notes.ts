/**
 * Notes of the default timbre that the package ships: they sound while the network is on its way, re-pitched to whatever key is
 * pressed, and give way to its first own notes. A file is a line of JSON, {@link Note} for each, and their samples as ADPCM.
 */
import { decodeADPCM, encodeADPCM } from '../audio/adpcm.js';
import { LOOP_REACH, findLoop } from '../audio/loop.js';
import { noteGain, peakOf } from '../audio/level.js';
import type { NoteEnd } from '../messages/note-audio.js';

export interface StarterNote {
  readonly pitch: number;
  readonly gain: number;
  /** Mono, 16 kHz, up to the last sample that the loop needs. */
  readonly samples: Float32Array;
  readonly end: NoteEnd;
}

interface Note extends Omit<StarterNote, 'samples'> {
  readonly count: number;
  /** The largest size of a sample, which is stored as full scale. */
  readonly peak: number;
}

/** @param notes pitch and audio as the model renders it, 16 kHz mono */
export function encodeStarterNotes(
  notes: readonly { readonly pitch: number; readonly audio: Float32Array }[],
): Uint8Array<ArrayBuffer> {
  const looped = notes.map(({ pitch, audio }) => {
    const { samples, ...end } = findLoop(audio);
    const peak = peakOf(samples);
    const note: Note = { pitch, gain: noteGain(samples), end, count: samples.length, peak };
    return { note, bytes: encodeADPCM(samples.map((sample) => sample / (1.001 * peak))) };
  });
  const header = new TextEncoder().encode(`${JSON.stringify(looped.map(({ note }) => note))}\n`);
  const parts = [header, ...looped.map(({ bytes }) => bytes)];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** @throws SyntaxError where it is no such file */
export function decodeStarterNotes(file: Uint8Array): StarterNote[] {
  let at = file.indexOf(10) + 1;
  const notes = JSON.parse(new TextDecoder().decode(file.subarray(0, at))) as Note[];
  return notes.map(({ count, peak, ...note }) => {
    const samples = decodeADPCM(file.subarray(at), count).map((sample) => sample * 1.001 * peak);
    at += (count + 1) >> 1;
    // What is stored with a loss would not repeat exactly.
    const { loopStart, loopEnd } = note.end;
    samples.set(samples.slice(loopStart - LOOP_REACH, loopStart + LOOP_REACH), loopEnd - LOOP_REACH);
    return { ...note, samples };
  });
}

/** Fetches a file of starter notes, once for all instruments of a page. Where that fails there are none: they are not needed. */
export function starterNotes(url: string): Promise<readonly StarterNote[]> {
  let notes = fetched.get(url);
  if (!notes) fetched.set(url, (notes = fetchNotes(url).catch(() => [])));
  return notes;
}
const fetched = new Map<string, Promise<readonly StarterNote[]>>();

async function fetchNotes(url: string): Promise<readonly StarterNote[]> {
  const response = await fetch(url);
  return response.ok ? decodeStarterNotes(new Uint8Array(await response.arrayBuffer())) : [];
}
