/** The head of the instrument: what it is and does, the sounds to choose from, what keeps them, and how loud it is. */
import { html, svg } from 'lit';
import { renderSong, type Song } from './song.js';
import { renderLine, renderStatus, type Status } from './status.js';

/** The panels that may be unfolded below the head, one at a time. */
export type Panel = 'sounds' | 'settings';

export interface HeaderView {
  readonly heading: string;
  readonly status: Status;
  readonly song: Song | undefined;
  readonly recording: boolean;
  readonly canUndo: boolean;
  readonly panel: Panel | undefined;
}

export interface HeaderActions {
  toggle(panel: Panel): void;
  undo(): void;
  save(): void;
  open(files: readonly File[]): void;
  record(): void;
  song(song: Song): void;
}

const GEAR = svg`<svg viewBox="0 0 20 20" aria-hidden="true"><path
  d="M10 6.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4Zm7 4.5v-2.6l-2-.4-.7-1.6 1.1-1.7-1.8-1.8-1.7 1.1-1.6-.7-.4-2H7.3l-.4 2-1.6.7-1.7-1.1-1.8 1.8 1.1 1.7-.7 1.6-2 .4v2.6l2 .4.7 1.6-1.1 1.7 1.8 1.8 1.7-1.1 1.6.7.4 2h2.6l.4-2 1.6-.7 1.7 1.1 1.8-1.8-1.1-1.7.7-1.6Z"
/></svg>`;

/** @param panels what unfolds below it */
export const renderHeader = (view: HeaderView, act: HeaderActions, panels: unknown) =>
  html`<header part="header">
    <slot name="title"><h2>${view.heading}</h2></slot>
    ${renderStatus(view.status)}
    <div class="tools">
      ${renderSong(view.song, (song) => act.song(song))}
      ${renderToggle('sounds', 'Sounds', 'Sounds', view, act)}
      <button type="button" part="button" ?disabled=${!view.canUndo} @click=${() => act.undo()}>Undo</button>
      <button type="button" part="button" @click=${() => act.save()}>Save</button>
      ${renderOpen('Open', act)}
      <button
        type="button"
        part="button"
        class="record"
        aria-pressed=${view.recording}
        @click=${() => act.record()}
      >
        ${view.recording ? 'Stop recording' : 'Record'}
      </button>
      ${renderToggle('settings', 'Settings', GEAR, view, act)}
    </div>
    ${METER} ${renderLine(view.status)} ${panels}
  </header>`;

/** A button that opens files of any kind. @param text what stands on it, which is its name too */
export const renderOpen = (text: string, act: { open(files: readonly File[]): void }) =>
  html`<label part="button" class="file">
    <input
      type="file"
      multiple
      aria-label=${text}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const files = [...(input.files ?? [])];
        input.value = '';
        if (files.length > 0) act.open(files);
      }}
    />
    <span aria-hidden="true">${text}</span>
  </label>`;

const renderToggle = (
  panel: Panel,
  name: string,
  content: unknown,
  { panel: open }: HeaderView,
  act: HeaderActions,
) =>
  html`<button
    type="button"
    part="button"
    class="toggle ${panel}"
    data-panel=${panel}
    aria-label=${name}
    aria-expanded=${open === panel ? 'true' : 'false'}
    aria-controls=${panel}
    @click=${() => act.toggle(panel)}
  >
    ${content}
  </button>`;

/** It is moved by who hears how loud it is: the whole head is not drawn anew so often. */
const METER = html`<div class="loudness">
  <span aria-hidden="true">Level</span>
  <div
    part="meter"
    class="level"
    role="meter"
    aria-label="Output level"
    aria-valuemin="0"
    aria-valuemax="1"
    aria-valuenow="0.00"
  >
    <div part="level"></div>
  </div>
</div>`;
