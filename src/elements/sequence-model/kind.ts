/** The differences between the elements of the sequence models, as data. */
import type { NoteSequence } from '../../music/note-sequence.js';
import type { ContinuingModel } from '../../models/continuation/continued-part.js';
import type { Continuation, ContinueOptions } from '../../models/continuation/event-model.js';
import type { EventModelLoadOptions } from '../../models/event-rnn/event-rnn.js';
import type { ModelName } from '../../models/registry.js';
import type { Source } from '../../checkpoints/resolve-source.js';
import type { Lease } from '../../workers/shared.js';
import { shareModel, type SharedLoadOptions } from '../internal/share-model.js';

/** A loaded model, as far as an element asks it: MelodyRNN and its like. */
export interface WritingModel<O extends ContinueOptions> {
  /** A model of one structure only has no configurations. */
  readonly description: { readonly model: string; readonly configuration?: string };
  begin(sequence: NoteSequence, options: Partial<O>): Promise<Continuation<O>>;
  /** Its worker died. */
  readonly ended: boolean;
  dispose(): void;
}

export interface SequenceModelKind<O extends ContinueOptions> {
  readonly model: ContinuingModel;
  /** The music that it writes: "melody". */
  readonly what: string;
  /** Magenta's names, the most usual first; empty where there is nothing to choose. */
  readonly configurations: readonly string[];
  /** It writes for the drum kit. */
  readonly drums: boolean;
  /** Loads its code, and the model, or takes a share in it. Without a source: the weights that the package ships. */
  load(source: Source | undefined, options: SharedLoadOptions): Promise<Lease<WritingModel<O>>>;
  /** It hears seconds, not beats: tempo and meter may change in its primer. */
  readonly free?: boolean;
}

/** A model's class. A method: the classes' own `load` may ask for less. */
interface Loadable<O extends ContinueOptions> {
  load(source: Source | undefined, options?: EventModelLoadOptions): Promise<WritingModel<O>>;
}

/** Loads the class when it is needed, and then the model, which the elements of a page share. */
export const loader =
  <O extends ContinueOptions>(name: ModelName, importClass: () => Promise<Loadable<O>>) =>
  (source: Source | undefined, options: SharedLoadOptions) =>
    shareModel(name, source, options, async (made) => (await importClass()).load(source, made));
