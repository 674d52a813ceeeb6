/** Instruments of the page whose notes can be heard by another: each renders the timbre that it plays. */
import type { AudioInput } from '../../models/audio-argument.js';

/** Renders notes without playing them, as `<gansynth-instrument>` does. */
export interface NoteSource {
  /** @param pitch MIDI @returns samples at 16 kHz */
  renderNote(pitch: number, signal?: AbortSignal): Promise<Float32Array>;
}

export interface NamedSource {
  readonly label: string;
  readonly source: NoteSource;
}

export const isNoteSource = (sound: Blob | AudioInput | NoteSource | Element): sound is NoteSource =>
  typeof (sound as Partial<NoteSource> | null)?.renderNote === 'function';

/** The `<gansynth-instrument>`s of a tree, by their ids; without one by what they are. */
export function noteSources(root: ParentNode): NamedSource[] {
  const elements: readonly Element[] = [...root.querySelectorAll('gansynth-instrument')];
  const sources = elements.filter((element): element is Element & NoteSource => isNoteSource(element));
  return sources.map((source, i) => ({
    label: source.id || (sources.length > 1 ? `GANSynth ${i + 1}` : 'GANSynth'),
    source,
  }));
}
