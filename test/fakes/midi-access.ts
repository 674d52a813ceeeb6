/**
 * Web MIDI without devices, shaped as the specification says (https://www.w3.org/TR/webmidi/): ports and access are
 * EventTargets, ports open when a handler is set, and `statechange` comes in a task of its own, as in browsers.
 */

type Handler = ((event: Event) => void) | null;

class HandlerTarget extends EventTarget {
  private readonly handlers = new Map<string, Handler>();

  protected getHandler(type: string): Handler {
    return this.handlers.get(type) ?? null;
  }

  protected setHandler(type: string, handler: Handler): void {
    const previous = this.handlers.get(type);
    if (previous) this.removeEventListener(type, previous);
    this.handlers.set(type, handler ?? null);
    if (handler) this.addEventListener(type, handler);
  }

  get onstatechange(): Handler {
    return this.getHandler('statechange');
  }
  set onstatechange(handler: Handler) {
    this.setHandler('statechange', handler);
  }
}

class PortEvent extends Event {
  constructor(readonly port: FakeMidiInput) {
    super('statechange');
  }
}

class MessageEvent extends Event {
  constructor(readonly data: Uint8Array) {
    super('midimessage');
  }
}

/** A device that a test plays. */
export class FakeMidiInput extends HandlerTarget {
  readonly type = 'input';
  readonly version = '1';
  state: 'connected' | 'disconnected' = 'disconnected';
  connection: 'open' | 'closed' | 'pending' = 'closed';
  access: FakeMidiAccess | undefined;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly manufacturer = 'Fake',
  ) {
    super();
  }

  get onmidimessage(): Handler {
    return this.getHandler('midimessage');
  }
  set onmidimessage(handler: Handler) {
    this.setHandler('midimessage', handler);
    if (handler) void this.open();
  }

  open(): Promise<this> {
    if (this.connection !== 'open') {
      this.connection = this.state === 'connected' ? 'open' : 'pending';
      this.announce();
    }
    return Promise.resolve(this);
  }

  close(): Promise<this> {
    if (this.connection !== 'closed') {
      this.connection = 'closed';
      this.announce();
    }
    return Promise.resolve(this);
  }

  /** Delivers a message, if the port is open. */
  send(...bytes: number[]): void {
    if (this.state === 'connected' && this.connection === 'open') {
      this.dispatchEvent(new MessageEvent(Uint8Array.from(bytes)));
    }
  }

  announce(): void {
    const event = () => new PortEvent(this);
    setTimeout(() => {
      this.dispatchEvent(event());
      this.access?.dispatchEvent(event());
    });
  }
}

/** A port that writes down what it is sent: bytes, and the time stamp in ms. */
export class FakeMidiOutput extends HandlerTarget {
  readonly type = 'output';
  readonly version = '1';
  readonly state = 'connected';
  readonly connection = 'open';
  readonly manufacturer = 'Fake';
  readonly sent: { readonly bytes: readonly number[]; readonly time: number }[] = [];

  constructor(
    readonly id: string,
    readonly name: string,
  ) {
    super();
  }

  open(): Promise<this> {
    return Promise.resolve(this);
  }

  close(): Promise<this> {
    return Promise.resolve(this);
  }

  send(data: Iterable<number>, time = 0): void {
    this.sent.push({ bytes: [...data], time });
  }
}

/** What `navigator.requestMIDIAccess` resolves to. */
export class FakeMidiAccess extends HandlerTarget {
  readonly inputs = new Map<string, FakeMidiInput>();
  readonly outputs = new Map<string, FakeMidiOutput>();
  readonly sysexEnabled = false;

  constructor(...inputs: FakeMidiInput[]) {
    super();
    for (const input of inputs) this.add(input);
  }

  /** Plugs a device in. */
  plug(input: FakeMidiInput): void {
    this.add(input);
    if (input.connection === 'pending') input.connection = 'open';
    input.announce();
  }

  /** Pulls a device out: what was open waits for its return. */
  unplug(input: FakeMidiInput): void {
    input.state = 'disconnected';
    if (input.connection === 'open') input.connection = 'pending';
    this.inputs.delete(input.id);
    input.announce();
  }

  private add(input: FakeMidiInput): void {
    input.state = 'connected';
    input.access = this;
    this.inputs.set(input.id, input);
  }
}

/** Puts `request` in the place of the browser's function; returns what undoes it. */
export function fakeRequestMidiAccess(request: (() => Promise<unknown>) | undefined): () => void {
  Object.defineProperty(navigator, 'requestMIDIAccess', {
    configurable: true,
    writable: true,
    value: request,
  });
  // The browser's own stands on the prototype and shows again.
  return () => Reflect.deleteProperty(navigator, 'requestMIDIAccess');
}
