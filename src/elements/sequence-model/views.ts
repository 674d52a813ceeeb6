/** The pieces of a sequence model's element: what it says, what can be done, what can be set. */
import { html, nothing } from 'lit';
import { counted } from '../../errors/counted.js';
import { CATALOGUE } from '../../checkpoints/catalogue.js';
import type { TimbrelError } from '../../errors/timbrel-error.js';
import type { LoadProgress } from '../../checkpoints/checkpoint-source.js';
import { NothingToContinue } from '../../models/continuation/continued-part.js';
import { inWords } from '../internal/failures.js';
import { slider } from '../internal/fields.js';
import { renderProgress, renderResume, SOUND_STOPPED } from '../internal/status.js';
import { MUSIC_FILES } from './midi-files.js';
import type { Sketch, Take } from './sketch.js';

export interface Status {
  readonly loading: LoadProgress | undefined;
  /** The sound was begun and runs no more. */
  readonly soundStopped: boolean;
  /** Brings it back; called in a gesture. */
  resume(): void;
  readonly writing: boolean;
  readonly listening: boolean;
  readonly sketch: Sketch;
  /** The part of a file that was taken, where that is not all. */
  readonly notice: string;
  /** A sentence on how the present piece is written; empty: there is nothing to say. */
  readonly remark: string;
  /** The seed that the player set; empty where each piece has another one. */
  readonly seed: string;
  setSeed(seed: string): void;
}

const LACKS: Readonly<Record<NothingToContinue['lacks'], string>> = {
  drums: 'There are no drums in this file.',
  melody: 'There are only drums in this file, and none are played here.',
  keys: 'There are no notes in this file that can be played here.',
};

export const wordsOf = (failure: TimbrelError) =>
  failure instanceof NothingToContinue ? `${LACKS[failure.lacks]} What was there is kept.` : inWords(failure);

export function renderStatus(status: Status) {
  const { loading } = status;
  return html`<p part="status" class="status" role="status">
    ${loading ? renderProgress(loading) : status.soundStopped ? SOUND_STOPPED : stateOf(status)}
    ${loading || !status.soundStopped ? nothing : renderResume(() => status.resume())}
  </p>`;
}

function stateOf({ writing, listening, sketch: { primer, written, seed = '' }, ...status }: Status) {
  if (listening) return 'Listening …';
  const remark = status.remark && ` ${status.remark}`;
  if (writing) return `Writing …${remark}`;
  if (written) {
    // Taken up by a click: the same piece can be had again, and varied.
    return seed === status.seed
      ? `${counted(written.notes.length, 'note')}, variation ${seed}${remark && `.${remark}`}`
      : html`<span
          >${counted(written.notes.length, 'note')},
          <button
            type="button"
            class="link"
            title="Write this variation again from now on"
            @click=${() => status.setSeed(seed)}
          >
            variation ${seed}</button
          >${remark && `.${remark}`}</span
        >`;
  }
  const { length } = primer.notes;
  return length > 0 ? `Begins with ${counted(length, 'note')}${status.notice && `: ${status.notice}`}` : '';
}

export type Action =
  'generate' | 'rewrite' | 'goOn' | 'cancel' | 'play' | 'stop' | 'keep' | 'undo' | 'clear' | 'save';

export interface ActionsView {
  readonly writing: boolean;
  /** To stop what plays is to stop the writing: there is no button of its own for that. */
  readonly stopEndsWriting: boolean;
  readonly playing: boolean;
  readonly empty: boolean;
  readonly hasWritten: boolean;
  readonly canUndo: boolean;
  readonly loop: boolean;
  readonly tempo: number;
  /** There is something to play it by. */
  readonly transport: boolean;
  /** It is one track of several, which are written together. */
  readonly lane: boolean;
  /** Writing is the primary button of the page. */
  readonly primary: boolean;
  readonly bars: unknown;
  act(action: Action): void;
  setLoop(loop: boolean): void;
  setTempo(tempo: number): void;
  open(file: File): void;
}

const actionButton =
  (act: (action: Action) => void) =>
  (action: Action, text: string, disabled = false, main = false, part = main ? 'main' : undefined) =>
    html`<button
      type="button"
      part=${part ?? nothing}
      class=${main ? 'main' : ''}
      data-action=${action}
      ?disabled=${disabled}
      @click=${() => act(action)}
    >
      ${text}
    </button>`;

export interface BarsView {
  readonly writing: boolean;
  /** The bar that is chosen, counted from 0. */
  readonly bar: number | undefined;
  readonly kept: readonly number[];
  /** There is a button also where no bar is chosen: for all that is not kept. */
  readonly whole: boolean;
  act(action: Action): void;
  keep(bar: number, kept: boolean): void;
}

/** A bar that is chosen is written anew, or kept. */
export function renderBars({ writing, bar, kept, whole, act, keep }: BarsView) {
  const button = actionButton(act);
  if (bar === undefined && !whole) return nothing;
  const isKept = bar !== undefined && kept.includes(bar);
  const words = bar === undefined ? 'Rewrite' : `Rewrite bar ${bar + 1}`;
  return html`<div part="bars" class="bar bars">
    ${writing && whole ? button('cancel', 'Stop writing') : button('rewrite', words, writing || isKept)}
    ${
      bar === undefined
        ? nothing
        : html`<button type="button" aria-pressed=${isKept} @click=${() => keep(bar, !isKept)}>
            Keep bar ${bar + 1}
          </button>`
    }
  </div>`;
}

export function renderActions(view: ActionsView) {
  const { writing, playing, empty, hasWritten, canUndo, loop, tempo, primary, act } = view;
  const button = actionButton(act);
  const oneStop = writing && playing && view.stopEndsWriting;
  const write =
    writing && !oneStop
      ? button('cancel', 'Stop writing', false, primary)
      : button('generate', 'Write', oneStop, primary);
  return html`<div part="actions" class="bar">
    ${view.lane ? nothing : write} ${button('goOn', 'Extend', writing || !hasWritten)} ${view.bars}
    ${
      view.transport
        ? html`<div part="transport" class="bar transport" role="group" aria-label="Playback">
            ${playing ? button('stop', 'Stop', false, false, 'stop') : button('play', 'Play', empty)}
            <button type="button" aria-pressed=${loop} @click=${() => view.setLoop(!loop)}>Loop</button>
            ${slider('Tempo', tempo, { min: 40, max: 240, step: 1 }, `${Math.round(tempo)} bpm`, (value) => view.setTempo(value))}
          </div>`
        : nothing
    }
    <span class="space"></span>
    <div part="files" class="bar files" role="group" aria-label="Keep and exchange">
      ${button('keep', 'Keep', empty)} ${button('undo', 'Undo', !canUndo)} ${button('clear', 'Clear', empty)}
      <button type="button" @click=${openDialog}>Open MIDI</button>
      <input
        type="file"
        accept=${MUSIC_FILES}
        aria-label="MIDI file"
        hidden
        @change=${(event: Event) => {
          const input = event.target as HTMLInputElement;
          const [file] = input.files ?? [];
          input.value = '';
          if (file) view.open(file);
        }}
      />
      ${button('save', 'Save MIDI', empty)}
    </div>
  </div>`;
}

const openDialog = (event: Event) =>
  (event.currentTarget as HTMLElement).parentElement?.querySelector<HTMLInputElement>('[type=file]')?.click();

export function renderTakes(
  takes: readonly Take[],
  recall: (take: Take) => void,
  forget: (take: Take) => void,
) {
  if (takes.length === 0) return nothing;
  return html`<ul part="takes" class="takes" aria-label="Takes">
    ${takes.map(
      (take) =>
        html`<li part="take">
          <button type="button" @click=${() => recall(take)}>${take.name}</button
          ><button type="button" aria-label="Forget ${take.name}" @click=${() => forget(take)}>×</button>
        </li>`,
    )}
  </ul>`;
}

/** Checkpoints that can be named, of one model. */
export const catalogueOf = (model: string): readonly string[] =>
  CATALOGUE.filter((entry) => entry.model === model).map(({ id }) => id);
