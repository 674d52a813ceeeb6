/** The door to Web MIDI: webmidi is loaded, and the reader asked, when it is opened, not before. */
import type { Input, MessageEvent as MidiMessageEvent, WebMidi } from 'webmidi';
import { TimbrelError } from '../errors/timbrel-error.js';
import { ChannelMessageReader } from './channel-messages.js';
import { ClockReader, type ClockMessage } from './clock.js';
import { MergedInput, type InstrumentMessage } from './merged-input.js';

export interface MidiPort {
  readonly id: string;
  readonly name: string;
  readonly manufacturer: string;
  /** It is true while it plays. */
  readonly enabled: boolean;
}

export interface MidiListener {
  /** A port played. @param time seconds of `performance.now()` at which it did */
  message(message: InstrumentMessage, time: number): void;
  /** A port that plays sent a channel message: for an activity light. */
  activity(id: string): void;
  /** A port that plays sent a clock, is at a quarter of its song, or starts and stops those who follow it. */
  clock?(message: ClockMessage): void;
  /** A device came or went, or was switched on or off. */
  portsChanged(ports: readonly MidiPort[]): void;
}

type WebMidiModule = typeof WebMidi;

/** webmidi is one object for the whole page, and asking twice at once would make it list every port twice. */
let opening: Promise<WebMidiModule> | undefined;

/**
 * Asks for MIDI and listens to every input, present and to come.
 * @throws INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED
 */
export async function connectMidi(listener: MidiListener): Promise<MidiConnection> {
  return new MidiConnection(await openMidi(), listener);
}

/** Asks for MIDI. @throws INSECURE_CONTEXT, MIDI_UNSUPPORTED, MIDI_DENIED */
export function openMidi(): Promise<WebMidiModule> {
  return (opening ??= open().finally(() => (opening = undefined)));
}

async function open(): Promise<WebMidiModule> {
  if (typeof navigator !== 'object' || typeof document !== 'object')
    throw new TimbrelError(
      'MIDI_UNSUPPORTED',
      'MIDI inputs and outputs are those of a browser: there are none here',
    );
  // First: on an insecure page the function is missing too, but for another reason.
  if (!globalThis.isSecureContext) {
    throw new TimbrelError(
      'INSECURE_CONTEXT',
      `MIDI works on https pages and on localhost only; this page is ${location.origin}`,
    );
  }
  if (typeof navigator.requestMIDIAccess !== 'function') {
    throw new TimbrelError(
      'MIDI_UNSUPPORTED',
      'this browser has no Web MIDI; Chrome, Edge, Opera and Firefox have it, Safari does not',
    );
  }
  const { WebMidi: webMidi } = await import('webmidi');
  try {
    await webMidi.enable();
  } catch (error) {
    throw toTimbrelError(error);
  }
  return webMidi;
}

function toTimbrelError(error: unknown): TimbrelError {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return new TimbrelError(
      'MIDI_DENIED',
      'MIDI was not allowed for this page; allow it in the browser\'s site settings, then try again (inside a frame, the frame needs allow="midi")',
      { cause: error },
    );
  }
  const said = error instanceof Error ? error.message : String(error);
  return new TimbrelError('MIDI_UNSUPPORTED', `the system's MIDI did not start: ${said}`, { cause: error });
}

interface OpenPort {
  readonly input: Input;
  readonly onMessage: (event: MidiMessageEvent) => void;
}

/** Listens until {@link close}. */
export class MidiConnection {
  private readonly merged: MergedInput;
  private readonly open = new Map<string, OpenPort>();
  /** Ports that do not play, by id: a device that comes back is as it was left. */
  private readonly disabled = new Set<string>();
  private readonly update = () => this.refresh();
  /** Time of the message that is read; undefined while what comes is of no message, as when a port is let go. */
  private time: number | undefined;

  constructor(
    private readonly webMidi: WebMidiModule,
    private readonly listener: MidiListener,
  ) {
    this.merged = new MergedInput((message) =>
      listener.message(message, this.time ?? performance.now() / 1000),
    );
    for (const type of ['connected', 'disconnected'] as const) webMidi.addListener(type, this.update);
    this.refresh();
  }

  get ports(): MidiPort[] {
    return [...this.open.values()].map(({ input }) => ({
      id: input.id,
      name: input.name || 'MIDI input',
      manufacturer: input.manufacturer || '',
      enabled: !this.disabled.has(input.id),
    }));
  }

  /** A port that is switched off lets go of what it holds. */
  setEnabled(id: string, enabled: boolean): void {
    if (enabled) this.disabled.delete(id);
    else this.disabled.add(id);
    if (!enabled) this.merged.release(id);
    this.listener.portsChanged(this.ports);
  }

  /** Ends all that is held on any port. */
  releaseAll(): void {
    for (const id of this.open.keys()) this.merged.release(id);
  }

  close(): void {
    for (const type of ['connected', 'disconnected'] as const) this.webMidi.removeListener(type, this.update);
    for (const id of [...this.open.keys()]) this.forget(id);
  }

  private refresh(): void {
    // Some browsers keep ports in their list that are unplugged.
    const present = this.webMidi.inputs.filter(({ state }) => state === 'connected');
    for (const [id, { input }] of [...this.open]) {
      if (!present.includes(input)) this.forget(id);
    }
    for (const input of present) {
      if (!this.open.has(input.id)) this.listen(input);
    }
    this.listener.portsChanged(this.ports);
  }

  private listen(input: Input): void {
    const reader = new ChannelMessageReader();
    const clock = new ClockReader();
    const { id } = input;
    const onMessage = (event: MidiMessageEvent) => {
      const heard = clock.read(event.message.data, event.timestamp);
      if (!this.disabled.has(id)) for (const each of heard) this.listener.clock?.(each);
      // Read even while switched off: the bend range must be known when it is switched on.
      const messages = reader.read(event.message.data);
      if (this.disabled.has(id) || messages.length === 0) return;
      this.time = event.timestamp / 1000;
      for (const message of messages) this.merged.receive(id, message);
      this.time = undefined;
      this.listener.activity(id);
    };
    input.addListener('midimessage', onMessage);
    this.open.set(id, { input, onMessage });
  }

  private forget(id: string): void {
    const port = this.open.get(id);
    if (!port) return;
    this.open.delete(id);
    port.input.removeListener('midimessage', port.onMessage);
    this.merged.release(id);
  }
}
