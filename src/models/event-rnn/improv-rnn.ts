/** ImprovRNN: one voice over chords. */
import { IMPROV_RNN_FILES } from '../../checkpoints/shipped/improv-rnn.js';
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Controls } from './protocol.js';
import type { MelodyEvent } from '../../music/events.js';
import { chordOf } from '../../music/chord-encoding.js';
import { extractChords, spreadChords } from '../../music/chords.js';
import { NO_CHORD, isChordSymbol, type NoteSequence } from '../../music/note-sequence.js';
import type { Primer } from '../continuation/event-model.js';
import type { WritingDefaults } from '../continuation/piece.js';
import { EVENT_RNN_OPTIONS, STEPS_PER_QUARTER, inBeats, type EventRNNOptions } from './recurrent-model.js';
import { WRITING_DEFAULTS } from './defaults.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import { MelodyModel } from './melody-model.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';
import { shown } from '../../errors/check-arguments.js';

export interface ImprovRNNOptions extends EventRNNOptions {
  /** Chord symbols, spread evenly over primer and continuation; default: those of the sequence, else none. */
  readonly chords?: readonly string[];
}

/** Melodies over chords: Magenta's basic_improv, attention_improv and chord_pitches_improv, and lookback_improv, which is ours. */
export class ImprovRNN extends MelodyModel<ImprovRNNOptions> {
  protected override readonly optionNames = { ...EVENT_RNN_OPTIONS, chords: true } as const;
  protected override readonly defaults: WritingDefaults<MelodyEvent> = WRITING_DEFAULTS.ImprovRNN;

  /** @param source as for `MelodyRNN.load` */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<ImprovRNN> {
    return new ImprovRNN(await EventRNN.load('ImprovRNN', IMPROV_RNN_FILES, source, options, spawn));
  }

  protected override controls(
    sequence: NoteSequence,
    primer: Primer<MelodyEvent>,
    steps: number,
    { chords }: Partial<ImprovRNNOptions>,
  ) {
    checkChords(chords);
    // An empty primer is one step of silence.
    const opening = primer.opening?.length ?? 0;
    const total = Math.max(1, primer.events.length) - opening + steps;
    const start = primer.end - primer.events.length + opening;
    const symbols = chords ? spreadChords(chords, total) : chordsOf(sequence, start, total);
    const controls = new Map([...new Set(symbols)].map((symbol) => [symbol, controlOf(symbol)]));
    return { values: symbols.map((symbol) => controls.get(symbol) ?? controlOf(symbol)), total };
  }
}

const controlOf = (symbol: string): Controls => ({ chord: chordOf(symbol) });

function checkChords(chords: unknown): void {
  if (chords === undefined) return;
  if (Array.isArray(chords) && chords.every((chord) => typeof chord === 'string')) return;
  throw new TimbrelError(
    'OPTION_INVALID',
    `chords is ${shown(chords)}; expected a list of chord symbols, such as ['C', 'Am']`,
  );
}

/** The chords that are written in the sequence, a step each; the last one goes on. */
function chordsOf(sequence: NoteSequence, start: number, total: number): readonly string[] {
  if (!sequence.textAnnotations?.some(isChordSymbol)) return Array.from({ length: total }, () => NO_CHORD);
  const { quantized } = inBeats(sequence, STEPS_PER_QUARTER);
  return extractChords(quantized, start, start + total).events;
}
