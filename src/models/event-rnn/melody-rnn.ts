/** MelodyRNN: one voice. */
import { MELODY_RNN_FILES } from '../../checkpoints/shipped/melody-rnn.js';
import { EVENT_RNN_OPTIONS, type EventRNNOptions } from './recurrent-model.js';
import { EventRNN, type EventModelLoadOptions } from './event-rnn.js';
import { MelodyModel } from './melody-model.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Spawn } from '../../workers/spawn.js';

/** Monophonic melodies: basic_rnn, mono_rnn, lookback_rnn, attention_rnn. */
export class MelodyRNN extends MelodyModel<EventRNNOptions> {
  protected override readonly optionNames = EVENT_RNN_OPTIONS;

  /**
   * @param source nothing: the weights that the package ships; else a URL or path of a checkpoint (a magenta.js folder, a .mag, a TensorFlow prefix or file, a tar, tgz or zip of one), a
   *   catalogue id, or dropped files
   * @throws CHECKPOINT_*, CONFIGURATION_UNKNOWN, BACKEND_UNAVAILABLE, ABORTED, WORKER_FAILED, WASM_UNAVAILABLE
   */
  static async load(source?: Source, options?: EventModelLoadOptions, spawn?: Spawn): Promise<MelodyRNN> {
    return new MelodyRNN(await EventRNN.load('MelodyRNN', MELODY_RNN_FILES, source, options, spawn));
  }
}
