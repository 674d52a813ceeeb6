import { LitElement, html, nothing } from 'lit';
import { property, state } from 'lit/decorators.js';
import { TimbrelError, type ErrorCode } from '../../errors/timbrel-error.js';
import { connectMidi, type MidiConnection, type MidiPort } from '../../midi/connect.js';
import type { ClockMessage } from '../../midi/clock.js';
import type { InstrumentMessage } from '../../midi/merged-input.js';
import { defineElement } from '../internal/define.js';
import { fieldStyles } from '../internal/field.styles.js';
import { leaveUnlessMoved } from '../internal/leave-unless-moved.js';
import { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import { theme } from '../internal/theme.js';
import {
  AllSoundOffEvent,
  ControlChangeEvent,
  MidiBeatEvent,
  MidiClockEvent,
  MidiErrorEvent,
  MidiTransportEvent,
  PitchBendEvent,
  SostenutoEvent,
  SustainEvent,
} from './events.js';
import { styles } from './midi-input.styles.js';

// For the types of events, in `addEventListener` and by name.
export type * from './events.js';
export type * from '../note-events.js';

/** A port's light stays on so long after a message, ms. */
const LIGHT_TIME = 120;

/** The failures in a musician's words; the error has the details for the page's author. */
const IN_WORDS: Partial<Record<ErrorCode, string>> = {
  MIDI_DENIED:
    'MIDI is blocked for this page. Allow it in the browser’s site settings (left of the address), then try again.',
  MIDI_UNSUPPORTED:
    'This browser or system offers no MIDI. Chrome, Edge and Firefox on a computer do; the keys on the screen play everywhere.',
  INSECURE_CONTEXT: 'MIDI needs a secure page: open this one by https.',
};

/**
 * A button that connects MIDI keyboards, and the list of them. Asks for permission on the click, never before. What
 * the devices play becomes events that bubble, so an instrument or a page around it hears them.
 *
 * @summary Connects MIDI keyboards.
 * @tagname midi-input
 *
 * @fires {NoteOnEvent} note-on - A key went down: `pitch` 0-127, `velocity` 1-127.
 * @fires {NoteOffEvent} note-off - A key was let go, or its device unplugged: `pitch`.
 * @fires {PitchBendEvent} pitch-bend - The bend wheel moved: `semitones`.
 * @fires {SustainEvent} sustain - The sustain pedal moved: `down`.
 * @fires {SostenutoEvent} sostenuto - The sostenuto pedal moved: `down`.
 * @fires {AllSoundOffEvent} all-sound-off - A device asks for silence at once.
 * @fires {ControlChangeEvent} control-change - A knob, fader or pedal moved: `controller` 0-119, `value` 0-127.
 * @fires {MidiClockEvent} midi-clock - A device's clock has another `tempo`, quarters a minute.
 * @fires {MidiTransportEvent} midi-transport - A sequencer says `action`: 'start', 'continue' or 'stop', at a `quarter` of its song and a `time`.
 * @fires {MidiBeatEvent} midi-beat - A sequencer that plays reaches a `quarter` of its song, at a `time`.
 * @fires {MidiErrorEvent} midi-error - MIDI could not be had: `error` with code MIDI_DENIED, MIDI_UNSUPPORTED or INSECURE_CONTEXT.
 *
 * @slot connect - What the button says: "Connect MIDI".
 * @slot purpose - What MIDI is for on this page, in a sentence: "To play with a MIDI keyboard."
 *
 * @csspart base - Button, message and list.
 * @csspart connect - The button.
 * @csspart message - Why it asks, what it waits for, or what went wrong (then also `error`).
 * @csspart inputs - The list of devices.
 * @csspart input - One device.
 * @csspart light - The activity light of a device; also `active`.
 *
 * @cssproperty --midi-input-active - Colour of the light while a device plays.
 */
export class MidiInput extends LitElement {
  static override styles = [theme, fieldStyles, styles];

  /** MIDI is open, with or without a device. */
  @property({ type: Boolean, reflect: true }) connected = false;

  @state() private connecting = false;
  @state() private failure: TimbrelError | undefined;
  @state() private ports: readonly MidiPort[] = [];
  @state() private active: ReadonlySet<string> = new Set();

  private connection: MidiConnection | undefined;
  private readonly lightTimers = new Map<string, ReturnType<typeof setTimeout>>();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    leaveUnlessMoved(this, () => this.disconnect());
  }

  /**
   * Opens MIDI, as a click on the button does: the browser asks the reader. Failures are told in words and by `midi-error`;
   * the promise does not reject.
   */
  async connect(): Promise<void> {
    if (this.connection || this.connecting) return;
    this.connecting = true;
    this.failure = undefined;
    try {
      const connection = await connectMidi({
        message: (message) => this.dispatchEvent(toEvent(message)),
        activity: (id) => this.flash(id),
        clock: (heard) => this.dispatchEvent(toClockEvent(heard)),
        portsChanged: (ports) => (this.ports = ports),
      });
      // The element may have left the page while the reader thought.
      if (this.isConnected) this.connection = connection;
      else connection.close();
    } catch (error) {
      this.failure =
        error instanceof TimbrelError
          ? error
          : new TimbrelError('INTERNAL', `MIDI failed: ${String(error)}`, { cause: error });
      this.dispatchEvent(new MidiErrorEvent(this.failure));
    } finally {
      this.connecting = false;
      this.connected = this.connection !== undefined;
    }
  }

  /** Lets go of what is held and listens no more. */
  disconnect(): void {
    this.connection?.close();
    this.connection = undefined;
    this.connected = false;
    this.ports = [];
    for (const timer of this.lightTimers.values()) clearTimeout(timer);
    this.lightTimers.clear();
    this.active = new Set();
  }

  /** Lets go of every note, pedal and bend that devices hold. */
  releaseAll(): void {
    this.connection?.releaseAll();
  }

  protected override render() {
    return html`
      <div part="base" class="base">
        ${
          this.connected
            ? nothing
            : html`<button
                type="button"
                part="connect"
                class="connect"
                ?disabled=${this.connecting}
                @click=${this.connect}
              >
                ${this.failure ? 'Try MIDI again' : html`<slot name="connect">Connect MIDI</slot>`}
              </button>`
        }
        ${this.renderPorts()}
        <p
          part="message ${this.failure ? 'error' : ''}"
          class="message ${this.failure ? 'failed' : ''}"
          role="status"
          ?hidden=${this.ports.length > 0}
        >
          ${this.message}
        </p>
      </div>
    `;
  }

  private get message() {
    if (this.failure) return IN_WORDS[this.failure.code] ?? this.failure.message;
    if (this.connecting) return 'Waiting for the browser’s permission …';
    if (!this.connected)
      return html`<slot name="purpose">To play with a MIDI keyboard.</slot> The browser will ask you first;
        nothing is sent anywhere.`;
    return this.ports.length === 0 ? 'MIDI is on. Plug in a device and play.' : '';
  }

  private renderPorts() {
    if (this.ports.length === 0) return nothing;
    return html`<ul part="inputs" aria-label="MIDI inputs">
      ${this.ports.map(({ id, name, enabled }) => {
        const active = this.active.has(id);
        return html`<li part="input">
          <label>
            <input
              type="checkbox"
              .checked=${enabled}
              @change=${(event: Event) =>
                this.connection?.setEnabled(id, (event.target as HTMLInputElement).checked)}
            />
            ${name}
            <span
              part="light ${active ? 'active' : ''}"
              class="light ${active ? 'active' : ''}"
              aria-hidden="true"
            ></span>
          </label>
        </li>`;
      })}
    </ul>`;
  }

  private flash(id: string): void {
    if (!this.active.has(id)) this.active = new Set(this.active).add(id);
    clearTimeout(this.lightTimers.get(id));
    const off = () => (this.active = new Set([...this.active].filter((lit) => lit !== id)));
    this.lightTimers.set(id, setTimeout(off, LIGHT_TIME));
  }
}

function toClockEvent(message: ClockMessage): Event {
  if (message.type === 'tempo') return new MidiClockEvent(message.tempo);
  const { quarter, time } = message.place;
  return message.type === 'beat'
    ? new MidiBeatEvent(quarter, time)
    : new MidiTransportEvent(message.type, quarter, time);
}

function toEvent(message: InstrumentMessage): Event {
  switch (message.type) {
    case 'noteOn':
      return new NoteOnEvent(message.pitch, message.velocity, message);
    case 'noteOff':
      return new NoteOffEvent(message.pitch, message.note);
    case 'pitchBend':
      return new PitchBendEvent(message.semitones, message.channel);
    case 'sustain':
      return new SustainEvent(message.down);
    case 'sostenuto':
      return new SostenutoEvent(message.down, message.channel);
    case 'allSoundOff':
      return new AllSoundOffEvent(message.channel);
    case 'controlChange':
      return new ControlChangeEvent(message.controller, message.value);
  }
}

defineElement('midi-input', MidiInput);

declare global {
  interface HTMLElementTagNameMap {
    'midi-input': MidiInput;
  }
}
