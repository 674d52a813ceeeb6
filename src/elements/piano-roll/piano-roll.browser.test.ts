import { expect } from '@esm-bundle/chai';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { violations } from '../../../test/axe.js';
import { mount, nextFrame, record } from '../../../test/fixture.js';
import type { PianoRoll } from './piano-roll.js';
import './piano-roll.js';

const note = (pitch: number, startTime: number, endTime: number) => ({
  pitch,
  velocity: 127,
  startTime,
  endTime,
});

async function drawn(element: PianoRoll): Promise<void> {
  await element.updateComplete;
  for (let i = 0; i < 3; i++) await nextFrame();
}

const scroller = (element: PianoRoll) => element.shadowRoot!.querySelector<HTMLElement>('.scroll')!;
const slider = (element: PianoRoll) => element.shadowRoot!.querySelector('input')!;
const button = (element: PianoRoll, label: string) =>
  element.shadowRoot!.querySelector<HTMLButtonElement>(`[aria-label="${label}"]`)!;

/** Seconds of a long roll that are seen: at the left and at the right edge. */
const seen = (element: PianoRoll): [number, number] => {
  const { scrollLeft, scrollWidth, clientWidth } = scroller(element);
  const total = Number(slider(element).max);
  return [(scrollLeft / scrollWidth) * total, ((scrollLeft + clientWidth) / scrollWidth) * total];
};

/** Colour [r, g, b] of the drawing, in parts of the notes' own room from the left and from the top. */
function colourAt(element: PianoRoll, x: number, y: number): number[] {
  const canvas = element.shadowRoot!.querySelector('canvas')!;
  const [gutter, strip] = [element.drums ? 66 : 50, 26].map((pixels) => pixels * devicePixelRatio);
  const at = [
    Math.floor(gutter + x * (canvas.width - gutter)),
    Math.floor(strip + y * (canvas.height - strip)),
  ] as const;
  return [
    ...canvas
      .getContext('2d')!
      .getImageData(...at, 1, 1)
      .data.slice(0, 3),
  ];
}

describe('<piano-roll>', () => {
  let element: PianoRoll;

  beforeEach(async () => {
    element = await mount<PianoRoll>(
      '<piano-roll label="melody" primer-end="2" style="width: 400px; height: 240px; --piano-roll-note: rgb(255, 0, 0); --piano-roll-primer: rgb(0, 0, 255)"></piano-roll>',
    );
  });

  it('draws time to the right and pitch upwards, and tells what was given from what was made', async () => {
    // 24 rows from 49 to 72: 60 is the 13th from the top, 61 the 12th.
    element.notes = [note(60, 0, 2), note(61, 2, 4)];
    await drawn(element);
    expect(colourAt(element, 0.25, 12.5 / 24)).to.deep.equal([0, 0, 255]);
    expect(colourAt(element, 0.75, 11.5 / 24)).to.deep.equal([255, 0, 0]);
    expect(colourAt(element, 0.75, 12.5 / 24)).not.to.deep.equal([0, 0, 255]);
  });

  it('is a slider over time: the keyboard seeks', async () => {
    element.notes = [note(60, 0, 2), note(61, 2, 4)];
    element.playhead = 1;
    await drawn(element);
    const events = record(element, 'roll-seek');
    element.shadowRoot!.querySelector('input')!.focus();
    await sendKeys({ press: 'ArrowRight' });
    await sendKeys({ press: 'ArrowLeft' });
    await sendKeys({ press: 'ArrowLeft' });
    expect(events.map(({ position }) => position)).to.deep.equal([1.5, 1, 0.5]);
    expect(element.playhead).to.equal(0.5);
  });

  it('says what it shows', async () => {
    const label = () => element.shadowRoot!.querySelector('canvas')!.getAttribute('aria-label');
    expect(label()).to.equal('Piano roll of melody: no notes yet');
    element.notes = [note(60, 0, 2), note(61, 2, 5)];
    await element.updateComplete;
    expect(label()).to.equal('Piano roll of melody: 2 notes in 5.0 seconds');
  });

  it('keeps room for what is still to come', async () => {
    element.seconds = 8;
    element.notes = [note(60, 0, 4)];
    await drawn(element);
    expect(element.shadowRoot!.querySelector('input')!.max).to.equal('8');
  });

  it('has a row for each drum', async () => {
    element.drums = true;
    element.notes = [note(36, 2, 4), note(49, 2, 4)];
    await drawn(element);
    expect(colourAt(element, 0.75, 0.5 / 9)).to.deep.equal([255, 0, 0]);
    expect(colourAt(element, 0.75, 8.5 / 9)).to.deep.equal([255, 0, 0]);
    expect(colourAt(element, 0.75, 7.5 / 9)).not.to.deep.equal([255, 0, 0]);
  });

  it('is pointed at where it is clicked', async () => {
    element.notes = [note(60, 0, 4)];
    await drawn(element);
    const events = record(element, 'roll-seek');
    const { left, top, width, height } = scroller(element).getBoundingClientRect();
    for (const part of [0.02, 0.5, 0.98]) {
      const position: [number, number] = [Math.round(left + part * width), Math.round(top + height / 2)];
      await sendMouse({ type: 'click', position });
    }
    events.forEach(({ position }, i) => expect(position).to.be.closeTo([0.08, 2, 3.92][i], 0.03));
    expect(events).to.have.length(3);
  });

  describe('that is long', () => {
    /** Two hundred seconds, of which the last fifty were written. */
    const long = Array.from({ length: 400 }, (_, i) => note(60, i / 2, i / 2 + 0.4));

    beforeEach(async () => {
      element.primerEnd = 150;
      element.seconds = 200;
      element.notes = long;
      await drawn(element);
    });

    it('shows what was written first, large enough to be read', () => {
      const [from, to] = seen(element);
      expect(to - from).to.be.closeTo(40, 0.5);
      expect(from).to.be.closeTo(140, 0.5);
      // 140.15 s was given, 160.15 s was written.
      // Edges of notes that short lie between pixels.
      const [, , given] = colourAt(element, 0.15 / 40, 12.5 / 24);
      const [written, , none] = colourAt(element, 20.15 / 40, 12.5 / 24);
      expect([given, written]).to.satisfy((shades: number[]) => shades.every((shade) => shade > 250));
      expect(none).to.be.below(5);
    });

    it('follows what is written as it grows', async () => {
      element.notes = [...long, note(60, 199, 200)];
      await drawn(element);
      expect(seen(element)[1]).to.be.closeTo(200, 0.5);
    });

    it('follows the playhead, until the player looks elsewhere and it comes along again', async () => {
      element.playhead = 20;
      await drawn(element);
      expect(seen(element)[0]).to.be.closeTo(16, 0.5);
      const scrolled = new Promise((resolve) =>
        scroller(element).addEventListener('scroll', resolve, { once: true }),
      );
      scroller(element).scrollLeft += 0.3 * scroller(element).scrollWidth;
      await scrolled;
      element.playhead = 60;
      await drawn(element);
      expect(seen(element)[0]).to.be.closeTo(76, 0.5);
      element.playhead = 80;
      await drawn(element);
      element.playhead = 117;
      await drawn(element);
      expect(seen(element)[0]).to.be.closeTo(113, 0.5);
    });

    it('shows the same when its width changes', async () => {
      element.style.width = '200px';
      await drawn(element);
      expect(seen(element)[0]).to.be.closeTo(140, 0.5);
      element.style.width = '500px';
      await drawn(element);
      expect(seen(element)[0]).to.be.closeTo(140, 0.5);
    });

    it('is brought closer and back by buttons, by keys, and by the wheel with Ctrl; the wheel alone is the page’s', async () => {
      const span = () => seen(element)[1] - seen(element)[0];
      button(element, 'See it closer').click();
      await drawn(element);
      expect(span()).to.be.closeTo(40 / 1.5, 0.5);
      slider(element).focus();
      await sendKeys({ press: '-' });
      await drawn(element);
      expect(span()).to.be.closeTo(40, 0.5);
      const turn = (ctrlKey: boolean) => {
        const event = new WheelEvent('wheel', { deltaY: -200, ctrlKey, bubbles: true, cancelable: true });
        slider(element).dispatchEvent(event);
        return event.defaultPrevented;
      };
      expect([turn(false), turn(true)]).to.deep.equal([false, true]);
      await drawn(element);
      expect(span()).to.be.closeTo(40 / Math.E, 0.5);
      for (let i = 0; i < 9; i++) {
        button(element, 'See more at once').click();
        await drawn(element);
      }
      expect(span()).to.be.closeTo(200, 0.5);
      expect(button(element, 'See more at once').disabled).to.equal(true);
    });

    it('is accessible', async () => {
      expect(await violations(element)).to.deep.equal([]);
    });
  });

  for (const scheme of ['light', 'dark']) {
    it(`is accessible, ${scheme}`, async () => {
      element.style.colorScheme = scheme;
      element.notes = [note(60, 0, 2)];
      element.playhead = 1;
      await drawn(element);
      expect(await violations(element)).to.deep.equal([]);
    });
  }
});
