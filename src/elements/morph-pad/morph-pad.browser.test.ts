import { expect } from '@esm-bundle/chai';
import { emulateMedia, resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands';
import { violations } from '../../../test/axe.js';
import { darken, mount, nextFrame, pointIn, record, touch } from '../../../test/fixture.js';
import type { MorphPad } from './morph-pad.js';
import './morph-pad.js';

const NAMES = 'flute, marimba, organ, violin';
const surfaceOf = (pad: MorphPad) => pad.shadowRoot!.querySelector('.surface')!;
const sliders = (pad: MorphPad) => [...pad.shadowRoot!.querySelectorAll<HTMLElement>('[role=slider]')];

describe('<morph-pad>', () => {
  let pad: MorphPad;

  beforeEach(async () => {
    pad = await mount<MorphPad>(`<morph-pad corners="${NAMES}" style="width: 200px"></morph-pad>`);
  });
  afterEach(() => resetMouse());

  it('reflects its properties', async () => {
    expect(pad.corners).to.deep.equal(['flute', 'marimba', 'organ', 'violin']);
    Object.assign(pad, { x: 0.25, corners: ['a', 'b', 'c', 'd'] });
    await pad.updateComplete;
    expect(pad.getAttribute('x')).to.equal('0.25');
    expect(pad.getAttribute('corners')).to.equal('a, b, c, d');
  });

  it('is no larger than a hand spans on a wide page, unless the page says so', async () => {
    document.body.style.width = '1900px';
    const wide = await mount<MorphPad>('<morph-pad></morph-pad>');
    const told = await mount<MorphPad>('<morph-pad style="width: 900px"></morph-pad>');
    expect(wide.clientWidth).to.equal(512);
    expect(wide.clientHeight).to.equal(512);
    expect(told.clientWidth).to.equal(900);
    document.body.style.width = '';
  });

  it('brings a position in that lies outside, and takes the middle for one that is none', async () => {
    Object.assign(pad, { x: -3, y: 7 });
    await pad.updateComplete;
    expect([pad.x, pad.y]).to.deep.equal([0, 1]);
    Object.assign(pad, { x: NaN });
    await pad.updateComplete;
    expect(pad.x).to.equal(0.5);
  });

  describe('to assistive technology', () => {
    it('is two sliders whose values name the mix', async () => {
      Object.assign(pad, { x: 0, y: 0.4 });
      await pad.updateComplete;
      const [horizontal, vertical] = sliders(pad);
      expect(horizontal.getAttribute('aria-valuenow')).to.equal('0');
      expect(vertical.getAttribute('aria-valuenow')).to.equal('60');
      for (const slider of [horizontal, vertical]) {
        expect(slider.getAttribute('aria-valuetext')).to.equal('60 % flute, 40 % organ');
      }
    });

    it('is without fault, in the light and in the dark', async () => {
      expect(await violations(pad)).to.deep.equal([]);
      darken(pad);
      expect(await violations(pad)).to.deep.equal([]);
    });
  });

  describe('with keys', () => {
    it('moves by a hundredth, and with Shift or Page by a tenth', async () => {
      sliders(pad)[0].focus();
      await sendKeys({ press: 'ArrowRight' });
      expect(pad.x).to.equal(0.51);
      await sendKeys({ press: 'Shift+ArrowRight' });
      expect(pad.x).to.equal(0.61);
      await sendKeys({ press: 'PageDown' });
      expect(pad.x).to.equal(0.51);
    });

    it('moves along the axis of the arrow, and the focus with it', async () => {
      sliders(pad)[0].focus();
      await sendKeys({ press: 'ArrowUp' });
      expect([pad.x, pad.y]).to.deep.equal([0.5, 0.49]);
      expect(pad.shadowRoot!.activeElement).to.equal(sliders(pad)[1]);
      await sendKeys({ press: 'PageUp' });
      expect(pad.y).to.equal(0.39);
    });

    it('goes to the ends by Home and End, and to the middle by Delete', async () => {
      sliders(pad)[1].focus();
      await sendKeys({ press: 'End' });
      expect(pad.y).to.equal(0);
      await sendKeys({ press: 'Home' });
      expect(pad.y).to.equal(1);
      await sendKeys({ press: 'Delete' });
      expect([pad.x, pad.y]).to.deep.equal([0.5, 0.5]);
    });

    it('stops at the edge', async () => {
      pad.x = 0.995;
      sliders(pad)[0].focus();
      await sendKeys({ press: 'ArrowRight' });
      await sendKeys({ press: 'ArrowRight' });
      expect(pad.x).to.equal(1);
    });

    it('says every step, then that it is set', async () => {
      const events = record(document, 'morph-input', 'morph-change');
      sliders(pad)[0].focus();
      await sendKeys({ press: 'ArrowRight' });
      expect(events.map(({ type, x }) => [type, x])).to.deep.equal([
        ['morph-input', 0.51],
        ['morph-change', 0.51],
      ]);
    });
  });

  describe('with a mouse', () => {
    it('follows the drag, beyond its edges too, and is set when the button is let go', async () => {
      const inputs = record(pad, 'morph-input');
      const changes = record(pad, 'morph-change');
      await sendMouse({ type: 'move', position: pointIn(pad, 0.25, 0.25) });
      await sendMouse({ type: 'down' });
      expect([pad.x, pad.y]).to.deep.equal([0.25, 0.25]);
      await sendMouse({ type: 'move', position: pointIn(pad, 0.75, 0.5) });
      expect([pad.x, pad.y]).to.deep.equal([0.75, 0.5]);
      await sendMouse({ type: 'move', position: pointIn(pad, 2, 0.5) });
      expect(pad.x).to.equal(1);
      expect(changes).to.have.length(0);
      await sendMouse({ type: 'up' });
      expect(changes).to.have.length(1);
      expect(inputs.at(-1)).to.include({ x: 1, y: 0.5 });
      await sendMouse({ type: 'move', position: pointIn(pad, 0.5, 0.5) });
      expect(pad.x).to.equal(1);
    });

    it('goes to the middle by a double-click', async () => {
      surfaceOf(pad).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
      expect([pad.x, pad.y]).to.deep.equal([0.5, 0.5]);
    });
  });

  it('leaves alone what the page puts at a corner', async () => {
    const select = document.createElement('select');
    select.slot = 'top-left';
    select.innerHTML = '<option>flute</option><option>harp</option>';
    pad.append(select);
    await nextFrame();
    const { x, y } = pad;
    const events = record(pad, 'morph-input', 'morph-change');
    await sendMouse({ type: 'click', position: pointIn(select, 0.5, 0.5) });
    select.focus();
    await sendKeys({ press: 'ArrowRight' });
    await sendKeys({ press: 'Home' });
    select.dispatchEvent(new MouseEvent('dblclick', { bubbles: true, composed: true }));
    await nextFrame();
    expect([pad.x, pad.y]).to.deep.equal([x, y]);
    expect(events).to.have.length(0);
  });

  describe('with fingers', () => {
    it('speaks once in a frame, however many moves there are', async () => {
      await nextFrame();
      const inputs = record(pad, 'morph-input');
      touch(surfaceOf(pad), 'pointerdown', 1, pointIn(pad, 0.1, 0.1));
      for (let i = 2; i <= 9; i++) touch(surfaceOf(pad), 'pointermove', 1, pointIn(pad, i / 10, 0.1));
      expect(inputs).to.have.length(0);
      await nextFrame();
      expect(inputs).to.have.length(1);
      expect(inputs[0].x).to.equal(0.9);
    });

    it('follows the first and ignores a second', async () => {
      const changes = record(pad, 'morph-change');
      touch(surfaceOf(pad), 'pointerdown', 1, pointIn(pad, 0.2, 0.2));
      touch(surfaceOf(pad), 'pointerdown', 2, pointIn(pad, 0.8, 0.8));
      touch(surfaceOf(pad), 'pointermove', 2, pointIn(pad, 0.9, 0.9));
      expect([pad.x, pad.y]).to.deep.equal([0.2, 0.2]);
      touch(surfaceOf(pad), 'pointerup', 2, pointIn(pad, 0.9, 0.9));
      expect(changes).to.have.length(0);
      touch(surfaceOf(pad), 'pointercancel', 1, pointIn(pad, 0.2, 0.2));
      expect(changes).to.have.length(1);
    });

    it('does not scroll the page', () => {
      expect(getComputedStyle(surfaceOf(pad)).touchAction).to.equal('none');
    });
  });

  it('draws no trail when the reader wants less motion', async () => {
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      expect(getComputedStyle(pad.shadowRoot!.querySelector('.trail')!).display).to.equal('none');
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('keeps its corners where they are in a page from right to left', async () => {
    pad.dir = 'rtl';
    await sendMouse({ type: 'click', position: pointIn(pad, 0.25, 0.5) });
    expect(pad.x).to.equal(0.25);
  });
});
