/** MelodyRNN and ImprovRNN: one voice, alone or over chords. */
import { TimbrelError } from '../../errors/timbrel-error.js';
import type { Controls } from './protocol.js';
import type { MelodyEvent } from '../../music/events.js';
import { chordOf } from '../../music/chord-encoding.js';
import { extractChords, spreadChords } from '../../music/chords.js';
import { accentPitched } from '../../music/accents.js';
import { extractMelody, melodyNotes, setMelodyLength } from '../../music/melody.js';
import { stepsToSequence } from '../../music/to-sequence.js';
import { takeMelody } from '../../music/primer.js';
import { NO_CHORD, isChordSymbol, type NoteSequence } from '../../music/note-sequence.js';
import { type Primer } from '../continuation/event-model.js';
import {
  EVENT_RNN_OPTIONS,
  RecurrentModel,
  STEPS_PER_QUARTER,
  inBeats,
  type EventRNNOptions,
} from './recurrent-model.js';
import type { WritingDefaults } from '../continuation/piece.js';
import { WRITING_DEFAULTS } from './defaults.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';
import { shown } from '../../workers/check-arguments.js';

/** A model that writes one voice, a step an event. */
abstract class MelodyModel<O extends EventRNNOptions> extends RecurrentModel<MelodyEvent, O> {
  protected override readonly defaults: WritingDefaults<MelodyEvent> = WRITING_DEFAULTS.MelodyRNN;

  protected readPrimer(sequence: NoteSequence): Primer<MelodyEvent> {
    const { quantized, end, qpm, grid, secondsPerStep } = inBeats(sequence, STEPS_PER_QUARTER);
    // Silence within a primer is part of it, however long.
    const melody = extractMelody(takeMelody(quantized), { gapBars: Infinity });
    // Up to where the sequence ends, as Magenta's generators do: what is written follows on the beat.
    const events = melody ? setMelodyLength(melody.events, end - melody.startStep) : [];
    return {
      events,
      end,
      secondsPerStep,
      toSequence: (written) =>
        stepsToSequence(
          accentPitched(melodyNotes(written, end), grid),
          end + written.length,
          STEPS_PER_QUARTER,
          { qpm },
        ),
    };
  }
}

/** Monophonic melodies: basic_rnn, mono_rnn, lookback_rnn, attention_rnn. */
export class MelodyRNN extends MelodyModel<EventRNNOptions> {
  protected override readonly optionNames = EVENT_RNN_OPTIONS;

  /**
   * @param source nothing: the weights that the package ships; else a URL or path of a checkpoint (a magenta.js folder, a .mag, a TensorFlow prefix or file, a tar, tgz or zip of one), a
   *   catalogue id, or dropped files
   * @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<MelodyRNN> {
    return new MelodyRNN(await EventRNN.load('MelodyRNN', source, options, spawn));
  }
}

export interface ImprovRNNOptions extends EventRNNOptions {
  /** Chord symbols, spread evenly over primer and continuation; default: those of the sequence, else none. */
  readonly chords?: readonly string[];
}

/** Melodies over chords: basic_improv, attention_improv, chord_pitches_improv. */
export class ImprovRNN extends MelodyModel<ImprovRNNOptions> {
  protected override readonly optionNames = { ...EVENT_RNN_OPTIONS, chords: true } as const;
  protected override readonly defaults = WRITING_DEFAULTS.ImprovRNN;

  /** @param source as for {@link MelodyRNN.load} */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<ImprovRNN> {
    return new ImprovRNN(await EventRNN.load('ImprovRNN', source, options, spawn));
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
