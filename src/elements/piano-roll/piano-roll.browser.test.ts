import { expect } from '@esm-bundle/chai';
import { sendKeys } from '@web/test-runner-commands';
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

/** Colour [r, g, b] of the drawing at a place, in parts of its size from the left and from the top. */
function colourAt(element: PianoRoll, x: number, y: number): number[] {
  const canvas = element.shadowRoot!.querySelector('canvas')!;
  const at = [Math.floor(x * canvas.width), Math.floor(y * canvas.height)] as const;
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
