/** The choice of what plays and, under its details, of the model that writes: the part of the element that is folded away. */
import { html } from 'lit';
import type { MidiOutputPort } from '../../midi/outputs.js';
import { choice, textField } from '../internal/fields.js';
import type { PlayableElement } from './note-destination.js';
import { catalogueOf } from './views.js';

export interface SettingsView {
  readonly model: string;
  readonly configurations: readonly string[];
  readonly configuration: string;
  readonly checkpoint: string;
  /** Names of files that were dropped as a checkpoint. */
  readonly dropped: number;
  readonly instrument: string;
  readonly drums: boolean;
  /** The sound of the element's own, where none is chosen; default: the drum kit for drums, else the first instrument. */
  readonly own?: string;
  readonly instruments: readonly PlayableElement[];
  readonly ports: readonly MidiOutputPort[] | undefined;
  setConfiguration(configuration: string): void;
  setCheckpoint(checkpoint: string): void;
  setInstrument(instrument: string): void;
  askForMidi(): void;
}

export function renderSettings(view: SettingsView) {
  const { model, configurations, configuration, checkpoint, dropped, instrument, ports } = view;
  return html`<details part="settings" class="settings">
    <summary>Sound</summary>
    <div class="fields">
      ${choice('Plays on', instrument, soundsOf(view), (value) => view.setInstrument(value))}
      ${
        ports
          ? ports.length === 0
            ? html`<span>No MIDI output is plugged in.</span>`
            : ''
          : html`<button type="button" @click=${() => view.askForMidi()}>Find MIDI outputs</button>`
      }
      <details>
        <summary>Details</summary>
        <div class="fields">
          ${
            configurations.length > 0
              ? choice(
                  'Kind',
                  configuration,
                  [['', 'as the model'], ...configurations.map((name) => [name, name] as const)],
                  (value) => view.setConfiguration(value),
                )
              : ''
          }
          ${textField(
            'Model',
            checkpoint,
            {
              placeholder:
                dropped > 0 ? `${dropped} dropped files` : 'built in; or a name, or the address of a folder',
              wide: true,
              list: 'checkpoints',
            },
            (value) => view.setCheckpoint(value),
          )}
          <datalist id="checkpoints">
            ${catalogueOf(model).map((id) => html`<option value=${id}></option>`)}
          </datalist>
        </div>
      </details>
    </div>
  </details>`;
}

function soundsOf({ instrument, drums, own, instruments, ports = [] }: SettingsView) {
  const first = own ?? (drums ? 'the drum kit' : 'the first instrument');
  const sounds: [value: string, text: string][] = [['', first]];
  for (const { id } of instruments) if (id) sounds.push([id, id]);
  for (const { id, name } of ports) sounds.push([`midi:${id}`, `MIDI: ${name}`]);
  if (!sounds.some(([value]) => value === instrument)) sounds.push([instrument, instrument]);
  return sounds;
}
