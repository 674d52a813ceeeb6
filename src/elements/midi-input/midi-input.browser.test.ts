import { expect } from '@esm-bundle/chai';
import { WebMidi } from 'webmidi';
import { violations } from '../../../test/axe.js';
import { FakeMidiAccess, FakeMidiInput, fakeRequestMidiAccess } from '../../../test/fakes/midi-access.js';
import { darken, mount, record } from '../../../test/fixture.js';
import type { NoteOffEvent, NoteOnEvent } from '../note-events.js';
import type { MidiErrorEvent } from './events.js';
import type { MidiInput } from './midi-input.js';
import './midi-input.js';

const buttonOf = (element: MidiInput) => element.shadowRoot!.querySelector('button')!;
const textOf = (element: MidiInput) => element.shadowRoot!.querySelector('.message')!.textContent!.trim();
const namesOf = (element: MidiInput) =>
  [...element.shadowRoot!.querySelectorAll('label')].map((label) => label.textContent!.trim());
const lights = (element: MidiInput) => element.shadowRoot!.querySelectorAll('.light.active').length;

/** Waits until the condition holds: ports announce themselves in tasks of their own. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('<midi-input>', () => {
  let piano: FakeMidiInput;
  let access: FakeMidiAccess;
  let asked: number;
  let restore: () => void;
  let element: MidiInput;

  const use = (request: (() => Promise<unknown>) | undefined) => {
    restore();
    restore = fakeRequestMidiAccess(request);
  };
  const connect = async () => {
    buttonOf(element).click();
    await until(() => element.connected);
    await element.updateComplete;
  };

  beforeEach(async () => {
    piano = new FakeMidiInput('one', 'Piano');
    access = new FakeMidiAccess(piano);
    asked = 0;
    restore = fakeRequestMidiAccess(() => {
      asked++;
      return Promise.resolve(access);
    });
    element = await mount<MidiInput>('<midi-input></midi-input>');
  });

  afterEach(async () => {
    element.remove();
    restore();
    // webmidi is one for the whole page.
    await WebMidi.disable();
  });

  it('says why, and asks on the click alone', async () => {
    expect(asked).to.equal(0);
    expect(textOf(element)).to.match(/ask you first/);
    await connect();
    expect(asked).to.equal(1);
  });

  it('asks once when two elements are clicked at once, and both hear', async () => {
    const second = await mount<MidiInput>('<midi-input></midi-input>');
    use(async () => {
      asked++;
      // Readers take their time.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return access;
    });
    buttonOf(second).click();
    await connect();
    await until(() => second.connected);
    expect(asked).to.equal(1);
    const heard = [record(element, 'note-on'), record(second, 'note-on')];
    piano.send(0x90, 60, 100);
    expect(heard.map((events) => events.length)).to.deep.equal([1, 1]);
  });

  it('turns what a device plays into events that leave the element', async () => {
    await connect();
    const events = record(
      document, 'note-on', 'note-off', 'pitch-bend', 'sustain', 'all-sound-off', 'control-change',
    ); // prettier-ignore
    piano.send(0x90, 60, 100);
    piano.send(0x80, 60, 0);
    piano.send(0xe0, 0x7f, 0x7f);
    piano.send(0xb0, 64, 127);
    piano.send(0xb0, 1, 20);
    piano.send(0xb0, 120, 0);
    expect(events.map(({ type }) => type)).to.deep.equal([
      'note-on',
      'note-off',
      'pitch-bend',
      'control-change',
      'sustain',
      'control-change',
      'all-sound-off',
    ]);
    expect(events[0]).to.include({ pitch: 60, velocity: 100 });
    expect(events[2]).to.include({ semitones: 2 });
    expect(events[4]).to.include({ down: true });
    expect(events[5]).to.include({ controller: 1, value: 20 });
  });

  it('lists each input once, with a light that shows who plays', async () => {
    access.plug(new FakeMidiInput('two', 'Pads'));
    await connect();
    expect(namesOf(element)).to.deep.equal(['Piano', 'Pads']);
    expect(lights(element)).to.equal(0);
    piano.send(0x90, 60, 100);
    await element.updateComplete;
    expect(lights(element)).to.equal(1);
    await until(() => lights(element) === 0);
  });

  it('does not light up for the clock', async () => {
    await connect();
    piano.send(0xf8);
    await element.updateComplete;
    expect(lights(element)).to.equal(0);
  });

  it('hears an input that is plugged in later', async () => {
    access.unplug(piano);
    await connect();
    expect(textOf(element)).to.match(/Plug in/);
    const events = record(element, 'note-on');
    access.plug(piano);
    await until(() => namesOf(element).length === 1);
    piano.send(0x90, 60, 100);
    expect(events).to.have.length(1);
  });

  it('lets go of what an input held when it is unplugged, and hears it again when it comes back', async () => {
    await connect();
    const events = record(element, 'note-on', 'note-off', 'sustain');
    piano.send(0x90, 60, 100);
    piano.send(0xb0, 64, 127);
    access.unplug(piano);
    await until(() => namesOf(element).length === 0);
    expect(events.map(({ type }) => type)).to.deep.equal(['note-on', 'sustain', 'note-off', 'sustain']);
    expect(events[3]).to.include({ down: false });
    access.plug(piano);
    await until(() => namesOf(element).length === 1);
    piano.send(0x90, 62, 100);
    expect(events.at(-1)).to.include({ type: 'note-on', pitch: 62 });
    expect(events).to.have.length(5);
  });

  it('can leave an input out, which lets go of what it held', async () => {
    await connect();
    const events = record(element, 'note-on', 'note-off');
    piano.send(0x90, 60, 100);
    const box = element.shadowRoot!.querySelector('input')!;
    box.click();
    expect(events.map(({ type }) => type)).to.deep.equal(['note-on', 'note-off']);
    piano.send(0x90, 62, 100);
    expect(events).to.have.length(2);
    box.click();
    piano.send(0x90, 64, 100);
    expect(events).to.have.length(3);
  });

  it('lets go and hears no more when it is taken from the page', async () => {
    await connect();
    const events = record(element, 'note-on', 'note-off');
    piano.send(0x90, 60, 100);
    element.remove();
    await new Promise((resolve) => setTimeout(resolve));
    piano.send(0x90, 62, 100);
    expect(events.map(({ type }) => type)).to.deep.equal(['note-on', 'note-off']);
    expect(element.connected).to.equal(false);
  });

  it('stays connected, and its notes held, when it is moved within the page (P6)', async () => {
    await connect();
    const place = document.createElement('div');
    document.body.append(place);
    const events = record(document, 'note-on', 'note-off');
    piano.send(0x90, 60, 100);
    place.append(element);
    await Promise.resolve();
    expect(element.connected).to.equal(true);
    expect(events).to.have.length(1);
    piano.send(0x90, 67, 100);
    piano.send(0x80, 60, 0);
    expect(events.map(({ type, pitch }) => [type, pitch]).slice(1)).to.deep.equal([['note-on', 67], ['note-off', 60]]); // prettier-ignore
    expect((events[2] as NoteOffEvent).note).to.equal((events[0] as NoteOnEvent).note);
    document.body.append(element);
    place.remove();
  });

  it('also when it is taken out and put back some microtasks later, as frameworks move elements', async () => {
    await connect();
    const events = record(element, 'note-on', 'note-off');
    piano.send(0x90, 60, 100);
    element.remove();
    for (let i = 0; i < 5; i++) await Promise.resolve();
    document.body.append(element);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(element.connected).to.equal(true);
    expect(events).to.have.length(1);
    piano.send(0x80, 60, 0);
    expect(events).to.have.length(2);
  });

  it('lets go of everything when asked to', async () => {
    await connect();
    const events = record(element, 'note-off', 'pitch-bend');
    piano.send(0x90, 60, 100);
    piano.send(0xe0, 0x7f, 0x7f);
    element.releaseAll();
    expect(events.map(({ type }) => type)).to.deep.equal(['pitch-bend', 'note-off', 'pitch-bend']);
    expect(events[2]).to.include({ semitones: 0 });
  });

  describe('fails in words, with a code, and can be tried again', () => {
    const expectFailure = async (code: string, words: RegExp) => {
      const errors = record(document, 'midi-error') as MidiErrorEvent[];
      buttonOf(element).click();
      await until(() => errors.length === 1);
      await element.updateComplete;
      expect(errors[0].error.code).to.equal(code);
      expect(textOf(element)).to.match(words);
      expect(element.connected).to.equal(false);
      expect(buttonOf(element).disabled).to.equal(false);
      expect(await violations(element)).to.deep.equal([]);
    };

    it('when the reader says no', async () => {
      use(() => Promise.reject(new DOMException('Permission denied', 'NotAllowedError')));
      await expectFailure('MIDI_DENIED', /Allow it/);
      use(() => Promise.resolve(access));
      await connect();
      expect(namesOf(element)).to.deep.equal(['Piano']);
    });

    it('when a frame may not ask', async () => {
      use(() => Promise.reject(new DOMException('Not in this frame', 'SecurityError')));
      await expectFailure('MIDI_DENIED', /Allow it/);
    });

    it('when the browser has no Web MIDI', async () => {
      use(undefined);
      await expectFailure('MIDI_UNSUPPORTED', /offers no MIDI/);
    });

    it("when the system's MIDI does not start", async () => {
      use(() =>
        Promise.reject(new DOMException('Platform dependent initialization failed.', 'InvalidStateError')),
      );
      await expectFailure('MIDI_UNSUPPORTED', /offers no MIDI/);
    });

    it('when the page is not secure', async () => {
      use(undefined);
      Object.defineProperty(window, 'isSecureContext', { configurable: true, value: false });
      try {
        await expectFailure('INSECURE_CONTEXT', /https/);
      } finally {
        Object.defineProperty(window, 'isSecureContext', { configurable: true, value: true });
      }
    });
  });

  it('is without fault to assistive technology, in the light and in the dark', async () => {
    expect(await violations(element)).to.deep.equal([]);
    await connect();
    expect(await violations(element)).to.deep.equal([]);
    darken(element);
    expect(await violations(element)).to.deep.equal([]);
  });
});
