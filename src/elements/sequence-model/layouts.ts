/** The pieces of a sequence model's element, as a panel of its own or as one track of several. */
import { html, nothing } from 'lit';

export interface Pieces {
  /** The heading, where the page gives none. */
  readonly name: string;
  readonly status: unknown;
  /** The status says what of a file was left out: that is seen also where the rest is folded away. */
  readonly partly: boolean;
  readonly failure: unknown;
  readonly roll: unknown;
  /** The buttons of what is chosen: write it anew, keep it. */
  readonly bars: unknown;
  readonly actions: unknown;
  readonly controls: unknown;
  readonly keys: unknown;
  readonly settings: unknown;
  readonly takes: unknown;
}

const title = (name: string) => html`<slot name="title"><h2>${name}</h2></slot>`;

const below = ({ controls, keys, settings, takes }: Pieces) => html`
  <div part="controls" class="controls">${controls}</div>
  ${keys === nothing ? nothing : html`<div part="input">${keys}</div>`}
  <slot name="input"></slot>
  ${settings} ${takes}
`;

export const renderPanel = (pieces: Pieces) => html`
  <header part="header">${title(pieces.name)} ${pieces.failure || pieces.status}</header>
  <div class="stage">${pieces.roll}</div>
  ${pieces.actions} ${below(pieces)}
`;

/** A lane: what is pressed while it plays stands beside the notes; all else is folded away. */
export const renderLane = (pieces: Pieces, open: boolean, toggle: () => void) => html`
  <header part="header" class="head">
    <div class="name">
      ${title(pieces.name)}
      <button
        type="button"
        part="more"
        class="plain"
        aria-expanded=${open}
        aria-controls="folded"
        @click=${toggle}
      >
        More
      </button>
    </div>
    <slot name="head"></slot>
    ${pieces.bars}
  </header>
  <div class="stage">
    ${pieces.roll}
    <div class="over">${pieces.failure || (pieces.partly && !open ? pieces.status : nothing)}</div>
  </div>
  <div id="folded" class="more" ?hidden=${!open}>${pieces.status} ${pieces.actions} ${below(pieces)}</div>
`;
