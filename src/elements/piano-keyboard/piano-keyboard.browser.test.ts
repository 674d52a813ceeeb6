import { expect } from '@esm-bundle/chai';
import { emulateMedia, resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands';
import { violations } from '../../../test/axe.js';
import { darken, mount, pointIn, record, touch } from '../../../test/fixture.js';
import type { PianoKeyboard } from './piano-keyboard.js';
import './piano-keyboard.js';

const key = (keyboard: PianoKeyboard, pitch: number) =>
  keyboard.shadowRoot!.querySelector<HTMLElement>(`[data-pitch="${pitch}"]`)!;
const keysOf = (keyboard: PianoKeyboard) => keyboard.shadowRoot!.querySelector('.keys')!;
/** ['note-on', 60], in order */
const told = (events: readonly (Event & { pitch: number })[]) =>
  events.map(({ type, pitch }) => [type, pitch]);
const recordNotes = () =>
  record(document, 'note-on', 'note-off') as (Event & { pitch: number; velocity: number })[];

describe('<piano-keyboard>', () => {
  let keyboard: PianoKeyboard;
  let events: ReturnType<typeof recordNotes>;

  beforeEach(async () => {
    keyboard = await mount<PianoKeyboard>('<piano-keyboard></piano-keyboard>');
    events = recordNotes();
  });
  afterEach(() => resetMouse());

  it('shows the keys from first to last', async () => {
    expect(keyboard.shadowRoot!.querySelectorAll('.key')).to.have.length(25);
    Object.assign(keyboard, { first: 36, last: 84 });
    await keyboard.updateComplete;
    expect(keyboard.shadowRoot!.querySelectorAll('.key')).to.have.length(49);
    expect(keyboard.getAttribute('first')).to.equal('36');
  });

  describe('to assistive technology', () => {
    it('is buttons with note names that say whether they are pressed', async () => {
      expect(key(keyboard, 66).getAttribute('aria-label')).to.equal('F sharp 4');
      expect(key(keyboard, 66).getAttribute('aria-pressed')).to.equal('false');
      keyboard.press(66);
      await keyboard.updateComplete;
      expect(key(keyboard, 66).getAttribute('aria-pressed')).to.equal('true');
    });

    it('is without fault, in the light and in the dark', async () => {
      keyboard.press(60);
      keyboard.press(61);
      await keyboard.updateComplete;
      expect(await violations(keyboard)).to.deep.equal([]);
      darken(keyboard);
      expect(await violations(keyboard)).to.deep.equal([]);
    });

    it('has one key in the order of Tab, from which the arrows move on', async () => {
      expect(keyboard.shadowRoot!.querySelectorAll('.key[tabindex="0"]')).to.have.length(1);
      key(keyboard, 60).focus();
      await sendKeys({ press: 'ArrowRight' });
      expect(keyboard.shadowRoot!.activeElement).to.equal(key(keyboard, 61));
      await sendKeys({ press: 'PageDown' });
      expect(keyboard.shadowRoot!.activeElement).to.equal(key(keyboard, 49));
      await sendKeys({ press: 'End' });
      expect(keyboard.shadowRoot!.activeElement).to.equal(key(keyboard, 72));
      await keyboard.updateComplete;
      expect(key(keyboard, 72).tabIndex).to.equal(0);
      expect(keyboard.shadowRoot!.querySelectorAll('.key[tabindex="0"]')).to.have.length(1);
    });

    for (const name of ['Enter', 'Space']) {
      it(`plays the focused key while ${name} is down`, async () => {
        key(keyboard, 64).focus();
        await sendKeys({ down: name });
        expect(told(events)).to.deep.equal([['note-on', 64]]);
        await sendKeys({ up: name });
        expect(told(events)).to.deep.equal([['note-on', 64], ['note-off', 64]]); // prettier-ignore
      });
    }

    it('plays a key that is clicked by something that has no pointer', () => {
      key(keyboard, 64).click();
      expect(told(events)).to.deep.equal([['note-on', 64]]);
    });
  });

  describe('with a mouse', () => {
    it('plays the key under it, and slides', async () => {
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 60), 0.5, 0.9) });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 62), 0.5, 0.9) });
      await sendMouse({ type: 'up' });
      expect(told(events)).to.deep.equal([
        ['note-on', 60],
        ['note-off', 60],
        ['note-on', 62],
        ['note-off', 62],
      ]);
    });

    it('lets go beyond the keys and plays again on its return', async () => {
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 60), 0.5, 0.9) });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 60), 0.5, 1.6) });
      expect(events.at(-1)!.type).to.equal('note-off');
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 60), 0.5, 0.9) });
      expect(events.at(-1)!.type).to.equal('note-on');
      await sendMouse({ type: 'up' });
      expect(events.at(-1)!.type).to.equal('note-off');
    });

    it('plays louder towards the near end of a key', async () => {
      for (const height of [0.02, 0.5, 0.98]) {
        await sendMouse({ type: 'click', position: pointIn(key(keyboard, 61), 0.5, height) });
      }
      const velocities = events.filter(({ type }) => type === 'note-on').map(({ velocity }) => velocity);
      expect(velocities[0]).to.be.within(20, 32);
      expect(velocities[1]).to.be.within(70, 82);
      expect(velocities[2]).to.be.within(120, 127);
    });
  });

  describe('with fingers', () => {
    it('plays as many keys as there are fingers', () => {
      const keys = keysOf(keyboard);
      touch(keys, 'pointerdown', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      touch(keys, 'pointerdown', 2, pointIn(key(keyboard, 64), 0.5, 0.9));
      expect(keyboard.pressed).to.deep.equal([60, 64]);
      touch(keys, 'pointerup', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      touch(keys, 'pointercancel', 2, pointIn(key(keyboard, 64), 0.5, 0.9));
      expect(told(events).slice(2)).to.deep.equal([['note-off', 60], ['note-off', 64]]); // prettier-ignore
    });

    it('holds a key that two fingers hold until both have let go', () => {
      const [keys, middleC] = [keysOf(keyboard), key(keyboard, 60)];
      touch(keys, 'pointerdown', 1, pointIn(middleC, 0.3, 0.9));
      touch(keys, 'pointerdown', 2, pointIn(middleC, 0.6, 0.9));
      touch(keys, 'pointerup', 1, pointIn(middleC, 0.3, 0.9));
      expect(told(events)).to.deep.equal([['note-on', 60]]);
      touch(keys, 'pointerup', 2, pointIn(middleC, 0.6, 0.9));
      expect(events).to.have.length(2);
    });
  });

  describe('with the computer keyboard', () => {
    it('plays the letters as keys, wherever the focus is', async () => {
      await sendKeys({ down: 'KeyA' });
      await sendKeys({ down: 'KeyE' });
      await sendKeys({ up: 'KeyA' });
      await sendKeys({ up: 'KeyE' });
      expect(told(events)).to.deep.equal([
        ['note-on', 60],
        ['note-on', 63],
        ['note-off', 60],
        ['note-off', 63],
      ]);
      expect(events[0].velocity).to.equal(100);
    });

    it('moves by octaves, and lets go of what was played before', async () => {
      await sendKeys({ down: 'KeyA' });
      await sendKeys({ press: 'KeyZ' });
      await sendKeys({ up: 'KeyA' });
      await sendKeys({ press: 'KeyA' });
      await sendKeys({ press: 'KeyX' });
      await sendKeys({ press: 'KeyA' });
      const pitches = events.filter(({ type }) => type === 'note-on').map(({ pitch }) => pitch);
      expect(pitches).to.deep.equal([60, 48, 60]);
      expect(keyboard.pressed).to.deep.equal([]);
    });

    it('moves as far as there are keys: up to the last whole octave, down to the first key', async () => {
      Object.assign(keyboard, { first: 36, last: 84 });
      await keyboard.updateComplete;
      for (let i = 0; i < 5; i++) await sendKeys({ press: 'KeyX' });
      expect(keyboard.basePitch).to.equal(72);
      for (let i = 0; i < 9; i++) await sendKeys({ press: 'KeyZ' });
      expect(keyboard.basePitch).to.equal(36);
    });

    it('comes back from where there are no keys, if a page began there', async () => {
      keyboard.basePitch = 108;
      await sendKeys({ press: 'KeyX' });
      expect(keyboard.basePitch).to.equal(108);
      for (let i = 0; i < 4; i++) await sendKeys({ press: 'KeyZ' });
      expect(keyboard.basePitch).to.equal(60);
    });

    it('plays the keys that there are and no others, and says which letters these are', async () => {
      const hint = () => keyboard.shadowRoot!.querySelector('.bar p')!.textContent!.replace(/\s+/g, ' ');
      expect(hint()).to.match(/Play with A to K and W to U\. A is C4/);
      for (const code of ['KeyK', 'KeyO', 'KeyL']) await sendKeys({ press: code });
      expect(told(events)).to.deep.equal([['note-on', 72], ['note-off', 72]]); // prettier-ignore
      keyboard.last = 84;
      await keyboard.updateComplete;
      expect(hint()).to.match(/Play with A to L and W to P\. A is C4/);
      await sendKeys({ press: 'KeyL' });
      expect(told(events).slice(2)).to.deep.equal([['note-on', 74], ['note-off', 74]]); // prettier-ignore
    });

    it('says so no more once a finger plays, until a letter does', async () => {
      const hint = keyboard.shadowRoot!.querySelector('.bar p')!;
      expect(getComputedStyle(hint).visibility).to.equal('visible');
      touch(keysOf(keyboard), 'pointerdown', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      touch(keysOf(keyboard), 'pointerup', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      await keyboard.updateComplete;
      expect(getComputedStyle(hint).visibility).to.equal('hidden');
      expect(getComputedStyle(key(keyboard, 60), '::before').visibility).to.equal('hidden');
      await sendKeys({ press: 'KeyA' });
      await keyboard.updateComplete;
      expect(getComputedStyle(hint).visibility).to.equal('visible');
    });

    it('ignores the repeats of a key that is held, also when they would mean another pitch by now', () => {
      const press = (code: string, repeat = false) =>
        window.dispatchEvent(new KeyboardEvent('keydown', { code, repeat }));
      press('KeyA');
      press('KeyA', true);
      press('KeyZ');
      press('KeyZ', true);
      press('KeyA', true);
      expect(told(events)).to.deep.equal([['note-on', 60]]);
      expect(keyboard.basePitch).to.equal(48);
    });

    it('leaves shortcuts alone', () => {
      window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyA', ctrlKey: true }));
      window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyS', metaKey: true }));
      expect(events).to.have.length(0);
    });

    for (const field of ['<input>', '<textarea></textarea>', '<div contenteditable="true">text</div>']) {
      it(`leaves letters to ${field.slice(0, field.indexOf('>') + 1)}, also inside another element`, async () => {
        const host = document.createElement('div');
        document.body.append(host);
        const root = host.attachShadow({ mode: 'open' });
        root.innerHTML = field;
        (root.firstElementChild as HTMLElement).focus();
        await sendKeys({ press: 'KeyA' });
        host.remove();
        expect(events).to.have.length(0);
      });
    }

    describe('has the letters back from a field that was used, which keeps the focus:', () => {
      const field = <T extends HTMLElement>(markup: string): T => {
        const host = document.createElement('div');
        host.attachShadow({ mode: 'open' }).innerHTML = markup;
        document.body.append(host);
        return host.shadowRoot!.firstElementChild as T;
      };
      const SELECT = '<select><option>flute</option><option>accordion</option><option>harp</option></select>';

      it('a select that was opened by a pointer, whose choice the letters leave alone', async () => {
        const select = field<HTMLSelectElement>(SELECT);
        select.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
        select.focus();
        await sendKeys({ press: 'KeyA' });
        await sendKeys({ press: 'h' });
        expect(select.value).to.equal('flute');
        expect(events.filter(({ type }) => type === 'note-on')).to.have.length(2);
        expect((select.getRootNode() as ShadowRoot).activeElement).to.equal(select);
      });

      it('a select in which an arrow key chose; one that was reached by Tab looks its entries up', async () => {
        const select = field<HTMLSelectElement>(SELECT);
        select.focus();
        await sendKeys({ press: 'KeyA' });
        expect(select.value).to.equal('accordion');
        expect(events).to.have.length(0);
        await sendKeys({ press: 'ArrowDown' });
        expect(select.value).to.equal('harp');
        await sendKeys({ press: 'KeyA' });
        expect(select.value).to.equal('harp');
        expect(events).to.have.length(2);
      });

      it('a select in which an entry was chosen by other means than letters: by an assistive technology, say', async () => {
        const select = field<HTMLSelectElement>(SELECT);
        select.focus();
        select.value = 'harp';
        select.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
        await sendKeys({ press: 'KeyA' });
        expect(select.value).to.equal('harp');
        expect(events.filter(({ type }) => type === 'note-on')).to.have.length(1);
      });

      it('a line of text that Enter ended, until it is written on', async () => {
        const line = field<HTMLInputElement>('<input>');
        line.focus();
        await sendKeys({ press: 'KeyA' });
        await sendKeys({ press: 'Enter' });
        await sendKeys({ press: 'KeyS' });
        expect([line.value, events.length]).to.deep.equal(['a', 2]);
        await sendKeys({ press: 'End' });
        await sendKeys({ press: 'KeyD' });
        expect([line.value, events.length]).to.deep.equal(['ad', 2]);
      });

      it('a number, which has no letters', async () => {
        const number = field<HTMLInputElement>('<input type="number">');
        number.focus();
        await sendKeys({ press: '7' });
        await sendKeys({ press: 'KeyE' });
        expect([number.value, events.length]).to.deep.equal(['7', 2]);
      });
    });

    it('plays while a slider has the focus', async () => {
      const slider = document.createElement('input');
      slider.type = 'range';
      document.body.append(slider);
      slider.focus();
      await sendKeys({ press: 'KeyA' });
      slider.remove();
      expect(events).to.have.length(2);
    });

    it('shows the letters that are printed on the reader’s keyboard', async () => {
      const letters = new Map([['KeyA', 'q'], ['KeyZ', 'w']]); // prettier-ignore
      Object.defineProperty(navigator, 'keyboard', {
        configurable: true,
        value: { getLayoutMap: () => Promise.resolve(letters) },
      });
      const french = await mount<PianoKeyboard>('<piano-keyboard></piano-keyboard>');
      Reflect.deleteProperty(navigator, 'keyboard');
      key(french, 60).focus();
      await Promise.resolve();
      await french.updateComplete;
      expect(key(french, 60).dataset.letter).to.equal('Q');
      expect(key(french, 62).dataset.letter).to.equal('S');
      expect(french.shadowRoot!.querySelector('.bar')!.textContent).to.match(/Q\s+is\s+C4;\s+W\s+and\s+X/);
    });

    it('is silent when told so', async () => {
      keyboard.computerKeyboard = 'none';
      await sendKeys({ press: 'KeyA' });
      expect(events).to.have.length(0);
    });
  });

  describe('beside another one on the page', () => {
    let other: PianoKeyboard;
    const pressedByLetter = async () => {
      await sendKeys({ down: 'KeyA' });
      const pressed = [keyboard, other].map((each) => each.pressed.length);
      await sendKeys({ up: 'KeyA' });
      return pressed;
    };

    beforeEach(async () => {
      other = await mount<PianoKeyboard>('<piano-keyboard></piano-keyboard>');
    });

    it('takes the letters when it was used last, by pointer or focus, else the first one does', async () => {
      expect(await pressedByLetter()).to.deep.equal([1, 0]);
      await sendMouse({ type: 'click', position: pointIn(key(other, 64), 0.5, 0.9) });
      expect(await pressedByLetter()).to.deep.equal([0, 1]);
      key(keyboard, 60).focus();
      expect(await pressedByLetter()).to.deep.equal([1, 0]);
    });

    it('has the letters on its keys while they play it, and says so while they play the other one', async () => {
      const letters = async () => {
        await Promise.all([keyboard.updateComplete, other.updateComplete]);
        return [keyboard, other].map((each) => key(each, 60).dataset.letter);
      };
      expect(await letters()).to.deep.equal(['A', undefined]);
      expect([keyboard.hasLetters, other.hasLetters]).to.deep.equal([true, false]);
      expect(other.shadowRoot!.querySelector('.bar p')!.textContent).to.match(/play another keyboard/);
      key(other, 64).focus();
      expect(await letters()).to.deep.equal([undefined, 'A']);
      other.computerKeyboard = 'none';
      await other.updateComplete;
      expect(await letters()).to.deep.equal(['A', undefined]);
    });

    it('lets go of its key when the other one was used meanwhile', async () => {
      await sendKeys({ down: 'KeyA' });
      key(other, 64).focus();
      await sendKeys({ up: 'KeyA' });
      expect(keyboard.pressed).to.deep.equal([]);
    });

    it('leaves the letters to the other one when it is told not to take them, or is taken away', async () => {
      key(other, 64).focus();
      other.computerKeyboard = 'none';
      expect(await pressedByLetter()).to.deep.equal([1, 0]);
      other.computerKeyboard = 'page';
      expect(await pressedByLetter()).to.deep.equal([0, 1]);
      other.remove();
      // At once, before it is known that it stays away.
      window.dispatchEvent(new KeyboardEvent('keydown', { code: 'KeyA' }));
      expect(keyboard.pressed).to.have.length(1);
      window.dispatchEvent(new KeyboardEvent('keyup', { code: 'KeyA' }));
      await new Promise((resolve) => setTimeout(resolve));
      expect(await pressedByLetter()).to.deep.equal([1, 0]);
    });

    it('takes the letters when something beside it in the same element was used', async () => {
      const host = document.createElement('div');
      const button = document.createElement('button');
      host.attachShadow({ mode: 'open' }).append(button, other);
      document.body.append(host);
      button.focus();
      expect(await pressedByLetter()).to.deep.equal([0, 1]);
      host.remove();
    });
  });

  describe('leaves no key down', () => {
    beforeEach(async () => {
      await sendKeys({ down: 'KeyA' });
      touch(keysOf(keyboard), 'pointerdown', 1, pointIn(key(keyboard, 64), 0.5, 0.9));
      expect(keyboard.pressed).to.deep.equal([60, 64]);
    });
    afterEach(() => sendKeys({ up: 'KeyA' }));

    const expectSilence = () => {
      expect(told(events).slice(2)).to.deep.equal([['note-off', 60], ['note-off', 64]]); // prettier-ignore
      expect(keyboard.pressed).to.deep.equal([]);
    };

    it('when the window loses the focus, but goes on showing what is played elsewhere', () => {
      keyboard.press(72);
      window.dispatchEvent(new Event('blur'));
      expect(keyboard.pressed).to.deep.equal([72]);
      keyboard.release(72);
      expectSilence();
    });

    it('when the page is hidden', () => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
      Reflect.deleteProperty(document, 'visibilityState');
      expectSilence();
    });

    it('when it is taken from the page', async () => {
      const own = record(keyboard, 'note-off');
      keyboard.remove();
      await new Promise((resolve) => setTimeout(resolve));
      expect(own.map(({ pitch }) => pitch)).to.deep.equal([60, 64]);
    });
  });

  it('keeps its keys down when it is moved, also when a framework puts it back some microtasks later', async () => {
    const own = record(keyboard, 'note-off');
    touch(keysOf(keyboard), 'pointerdown', 1, pointIn(key(keyboard, 64), 0.5, 0.9));
    const place = keyboard.parentElement!;
    keyboard.remove();
    for (let i = 0; i < 5; i++) await Promise.resolve();
    place.append(keyboard);
    await new Promise((resolve) => setTimeout(resolve));
    expect(keyboard.pressed).to.deep.equal([64]);
    expect(own).to.have.length(0);
  });

  describe('when Command is pressed (P5), after which macOS tells of no key that comes up', () => {
    const send = (type: 'keydown' | 'keyup', code: string, metaKey = false) =>
      window.dispatchEvent(new KeyboardEvent(type, { code, metaKey }));

    it('lets go of letters, and plays them again afterwards', () => {
      send('keydown', 'KeyD');
      send('keydown', 'MetaLeft');
      send('keyup', 'MetaLeft');
      expect(told(events)).to.deep.equal([['note-on', 64], ['note-off', 64]]); // prettier-ignore
      send('keydown', 'KeyD');
      expect(keyboard.pressed).to.deep.equal([64]);
      send('keyup', 'KeyD');
    });

    it('lets go of the focused key that Space holds', async () => {
      key(keyboard, 62).focus();
      await sendKeys({ down: 'Space' });
      send('keydown', 'MetaRight', true);
      expect(keyboard.pressed).to.deep.equal([]);
      await sendKeys({ up: 'Space' });
    });

    it('lets go when it was pressed outside of the page, as the next key tells', () => {
      send('keydown', 'KeyD');
      send('keydown', 'Tab', true);
      expect(keyboard.pressed).to.deep.equal([]);
    });

    it('leaves a finger its key', () => {
      touch(keysOf(keyboard), 'pointerdown', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      send('keydown', 'MetaLeft');
      expect(keyboard.pressed).to.deep.equal([60]);
      touch(keysOf(keyboard), 'pointerup', 1, pointIn(key(keyboard, 60), 0.5, 0.9));
      expect(keyboard.pressed).to.deep.equal([]);
    });
  });

  describe('moved within the page (P6)', () => {
    const move = async () => {
      document.body.append(keyboard);
      await Promise.resolve();
    };

    it('holds the letters that are down, and hears them come up', async () => {
      await sendKeys({ down: 'KeyA' });
      await move();
      expect(keyboard.pressed).to.deep.equal([60]);
      await sendKeys({ up: 'KeyA' });
      expect(told(events)).to.deep.equal([['note-on', 60], ['note-off', 60]]); // prettier-ignore
      await sendKeys({ press: 'KeyA' });
      expect(events).to.have.length(4);
    });

    it('holds the key under the mouse until it comes up, wherever that is', async () => {
      await sendMouse({ type: 'move', position: pointIn(key(keyboard, 60), 0.5, 0.9) });
      await sendMouse({ type: 'down' });
      await move();
      expect(keyboard.pressed).to.deep.equal([60]);
      await sendMouse({ type: 'up' });
      expect(keyboard.pressed).to.deep.equal([]);
    });
  });

  it('shows a pitch that several play elsewhere until the last has ended (P4)', () => {
    keyboard.press(60, 1);
    keyboard.press(60, 2);
    keyboard.release(60, 1);
    expect(keyboard.pressed).to.deep.equal([60]);
    keyboard.release(60, 2);
    expect(keyboard.pressed).to.deep.equal([]);
  });

  it('shows what is played elsewhere without saying so', async () => {
    keyboard.press(60);
    keyboard.press(60);
    expect(keyboard.pressed).to.deep.equal([60]);
    keyboard.release(60);
    expect(keyboard.pressed).to.deep.equal([]);
    expect(events).to.have.length(0);
  });

  it('scrolls where its keys do not fit, with middle C in sight at first', async () => {
    const narrow = await mount<PianoKeyboard>(
      '<piano-keyboard first="21" last="108" style="width: 320px"></piano-keyboard>',
    );
    await frames();
    expect(inSight(narrow, 60)).to.equal(true);
    expect(narrow.shadowRoot!.querySelector('.base')!.classList.contains('overflows')).to.equal(true);
  });

  it('shows the first C and its name whole where an octave does not fit', async () => {
    const narrow = await mount<PianoKeyboard>(
      '<piano-keyboard first="36" last="84" style="width: 200px"></piano-keyboard>',
    );
    await frames();
    const [keys, name] = [narrow, key(narrow, 60).querySelector('.name')!].map((each) =>
      each.getBoundingClientRect(),
    );
    expect(name.left).to.be.at.least(keys.left);
    expect(name.right).to.be.at.most(keys.right);
  });

  it('follows the octave that the letters play', async () => {
    const narrow = await mount<PianoKeyboard>(
      '<piano-keyboard first="36" last="84" style="width: 320px"></piano-keyboard>',
    );
    await emulateMedia({ reducedMotion: 'reduce' });
    await frames();
    narrow.shadowRoot!.querySelector<HTMLElement>('[data-pitch="60"]')!.focus();
    await sendKeys({ press: 'KeyX' });
    await frames();
    await emulateMedia({ reducedMotion: 'no-preference' });
    expect(inSight(narrow, 72)).to.equal(true);
    expect(inSight(narrow, 83)).to.equal(true);
  });

  it('shows the keys that the letters play when its keys fit no longer', async () => {
    const wide = await mount<PianoKeyboard>(
      '<piano-keyboard first="36" last="84" base-pitch="60" style="width: 1200px"></piano-keyboard>',
    );
    await frames();
    wide.style.width = '320px';
    await frames();
    expect(inSight(wide, 60)).to.equal(true);
  });

  it('has its low keys left in a page from right to left', async () => {
    keyboard.dir = 'rtl';
    await keyboard.updateComplete;
    expect(key(keyboard, 48).getBoundingClientRect().left).to.be.lessThan(
      key(keyboard, 72).getBoundingClientRect().left,
    );
  });
});

/** Waits until what a change of size sets off has been done. */
const frames = async () => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
};

function inSight(keyboard: PianoKeyboard, pitch: number): boolean {
  const { left, right } = keyboard.getBoundingClientRect();
  const rect = key(keyboard, pitch).getBoundingClientRect();
  return rect.left > left && rect.right < right;
}
