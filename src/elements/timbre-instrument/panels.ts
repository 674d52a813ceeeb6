/** The panels that unfold below the head, over the instrument: nothing moves by them. */
import { html, nothing } from 'lit';
import type { ChosenBackend } from '../../instruments/timbre-model.js';
import type { Backend } from '../../models/load-options.js';
import { partsOf } from '../internal/exported-parts.js';
import { choice } from '../internal/fields.js';
import type { NamedSound } from './favourites.js';
import { renderOpen } from './header.js';

export interface SoundsView {
  readonly open: boolean;
  readonly presets: readonly NamedSound[];
  readonly favourites: readonly NamedSound[];
  /** The name of the sound that was chosen last, until it is changed. */
  readonly chosen: string | undefined;
  /** A name for the present sound. */
  readonly name: string;
  /** Its address can be copied: 'long' where it would be too long, for a sound of the player's own; 'none' where the page wants none. */
  readonly link: 'short' | 'long' | 'none';
}

export interface SoundsActions {
  choose(sound: NamedSound): void;
  keep(name: string): void;
  forget(name: string): void;
  link(): void;
}

export function renderSounds(view: SoundsView, act: SoundsActions) {
  const { presets, favourites, chosen } = view;
  const button = (sound: NamedSound) =>
    html`<button
      type="button"
      part="button"
      aria-pressed=${sound.name === chosen}
      @click=${() => act.choose(sound)}
    >
      ${sound.name}
    </button>`;
  const onKeep = (event: Event) => {
    event.preventDefault();
    const { value } = (event.target as HTMLFormElement).elements.namedItem('name') as HTMLInputElement;
    act.keep(value.trim() || view.name);
  };
  return html`<div
    role="group"
    part="panel"
    id="sounds"
    class="panel sounds-panel"
    aria-label="Sounds"
    ?hidden=${!view.open}
  >
    ${presets.length > 0 ? html`<div class="list" role="group" aria-label="Presets">${presets.map(button)}</div>` : nothing}
    <p class="title">Favourites</p>
    ${
      favourites.length > 0
        ? html`<ul>
            ${favourites.map(
              (sound) =>
                html`<li>
                  ${button(sound)}<button
                    type="button"
                    class="dismiss"
                    aria-label="Forget ${sound.name}"
                    @click=${() => act.forget(sound.name)}
                  >
                    ×
                  </button>
                </li>`,
            )}
          </ul>`
        : nothing
    }
    <form @submit=${onKeep}>
      <input
        name="name"
        aria-label="Name of the favourite"
        autocomplete="off"
        placeholder=${view.name}
        maxlength="60"
      />
      <button type="submit" part="button">Keep this sound</button>
    </form>
    ${renderLink(view, act)}
  </div>`;
}

function renderLink({ link }: SoundsView, act: SoundsActions) {
  if (link === 'none') return nothing;
  if (link === 'long')
    return html`<p>
      A sound of your own is too long for a link. Save puts it into a file, which Open opens here and
      elsewhere.
    </p>`;
  return html`<button type="button" part="button" @click=${() => act.link()}>
    Copy a link to this sound
  </button>`;
}

/** One sound after the other. @param name of the present one, where it has one @param browse gets 1 or -1, through presets and favourites */
export const renderBrowser = (name: string | undefined, browse: (step: number) => void) =>
  html`<div part="browser" class="browser" role="group" aria-label="Sounds, one after the other">
    <button type="button" part="button" aria-label="Sound before" @click=${() => browse(-1)}>‹</button>
    <span aria-live="polite">${name ?? 'Presets'}</span>
    <button type="button" part="button" aria-label="Next sound" @click=${() => browse(1)}>›</button>
  </div>`;

export interface SettingsView {
  readonly open: boolean;
  /** The MIDI element is there. */
  readonly midi: boolean;
  /** The network that plays, as a person would call it. */
  readonly model: string;
  readonly backend: Backend;
  /** The backend that computes now. */
  readonly computes: ChosenBackend | undefined;
}

export interface SettingsActions {
  open(files: readonly File[]): void;
  setBackend(backend: Backend): void;
}

/** The backends in words. */
const COMPUTERS: Readonly<Record<Backend, string>> = {
  auto: 'What is fastest',
  wasm: 'The processor',
  cpu: 'The processor, slowly',
  webgpu: 'The graphics card',
};

export function renderSettings(view: SettingsView, act: SettingsActions) {
  const options = Object.entries(COMPUTERS);
  return html`<div
    role="group"
    part="panel"
    id="settings"
    class="panel settings-panel"
    aria-label="Settings"
    ?hidden=${!view.open}
  >
    <p class="title">MIDI</p>
    <div class="devices">
      ${view.midi ? html`<midi-input part="midi" exportparts=${partsOf('midi-input')}></midi-input>` : nothing}
    </div>
    <p class="title">Sound model</p>
    <p>${view.model}</p>
    ${renderOpen('Open a sound model', act)}
    ${choice('Computed by', view.backend, options, (backend) => act.setBackend(backend as Backend))}
    ${
      view.computes && view.backend === 'auto'
        ? html`<p>Now: ${COMPUTERS[view.computes].toLowerCase()}.</p>`
        : nothing
    }
  </div>`;
}
