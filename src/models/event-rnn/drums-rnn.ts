/** DrumsRNN. */
import { DRUMS_RNN_FILES } from '../../checkpoints/shipped/drums-rnn.js';
import type { DrumEvent } from '../../music/events.js';
import { accentDrums } from '../../music/accents.js';
import { DRUM_INSTRUMENT, GrowingDrums, extractDrumTrack, setDrumLength } from '../../music/drums.js';
import { notesInSeconds } from '../../music/to-sequence.js';
import type { NoteSequence } from '../../music/note-sequence.js';
import { type Primer } from '../continuation/event-model.js';
import {
  EVENT_RNN_OPTIONS,
  RecurrentModel,
  STEPS_PER_QUARTER,
  inBeats,
  inQuarters,
  type EventRNNOptions,
} from './recurrent-model.js';
import { WRITING_DEFAULTS } from './defaults.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';

/** Drum tracks: one_drum, drum_kit. */
export class DrumsRNN extends RecurrentModel<DrumEvent, EventRNNOptions> {
  protected override readonly optionNames = EVENT_RNN_OPTIONS;
  protected override readonly defaults = WRITING_DEFAULTS.DrumsRNN;

  /** @param source as for `MelodyRNN.load` */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<DrumsRNN> {
    return new DrumsRNN(await EventRNN.load('DrumsRNN', DRUMS_RNN_FILES, source, options, spawn));
  }

  protected readPrimer(sequence: NoteSequence): Primer<DrumEvent> {
    const stepsPerQuarter = this.description.configuration === 'one_drum' ? 2 : STEPS_PER_QUARTER;
    const { quantized, end, qpm, grid, secondsPerStep } = inBeats(sequence, stepsPerQuarter);
    const track = extractDrumTrack(quantized, { gapBars: Infinity });
    const events = track ? setDrumLength(track.events, end - track.startStep) : [];
    return {
      events,
      end,
      secondsPerStep,
      head: inQuarters(qpm),
      reading: () => ({
        growing: new GrowingDrums(end),
        inSeconds: (notes) =>
          notesInSeconds(accentDrums(notes, grid), secondsPerStep, { instrument: DRUM_INSTRUMENT }),
        secondsOf: (step) => step * secondsPerStep,
      }),
    };
  }
}
