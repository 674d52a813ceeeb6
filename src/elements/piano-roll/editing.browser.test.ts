/** Notes on a roll under a real mouse and real keys. */
import { expect } from '@esm-bundle/chai';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { violations } from '../../../test/axe.js';
import { darken, mount, nextFrame, record } from '../../../test/fixture.js';
import type { PlayedNote } from '../../instruments/sequence-player.js';
import type { PianoRoll } from './piano-roll.js';
import './piano-roll.js';

const note = (pitch: number, startTime: number, endTime: number) => ({
  ...{ pitch, velocity: 100, startTime, endTime },
});
const places = (notes: readonly PlayedNote[]) =>
  notes.map(({ pitch, startTime, endTime }) => [pitch, startTime, endTime]);

async function settled(element: PianoRoll): Promise<void> {
  await element.updateComplete;
  for (let i = 0; i < 3; i++) await nextFrame();
}

const layer = (element: PianoRoll) => element.shadowRoot!.querySelector<HTMLElement>('.notes')!;
const told = (element: PianoRoll) => element.shadowRoot!.querySelector('[role=status]')!.textContent;

/** A place on the layer, in parts of its width and of its height. */
function at(element: PianoRoll, x: number, y: number): [number, number] {
  const { left, top, width, height } = layer(element).getBoundingClientRect();
  return [Math.round(left + x * width), Math.round(top + y * height)];
}

async function drag(from: [number, number], to: [number, number]): Promise<void> {
  await sendMouse({ type: 'move', position: from });
  await sendMouse({ type: 'down' });
  await sendMouse({ type: 'move', position: [(from[0] + to[0]) / 2, to[1]] });
  await sendMouse({ type: 'move', position: to });
  await sendMouse({ type: 'up' });
}

const click = (position: [number, number]) => sendMouse({ type: 'click', position });

describe('an editable <piano-roll>', () => {
  let element: PianoRoll;
  /** Two bars of two seconds; 24 rows from 49 to 72. */
  const NOTES = [note(60, 0, 1), note(61, 2, 3)];

  beforeEach(async () => {
    element = await mount<PianoRoll>(
      '<piano-roll label="melody" editable bar="2" style="width: 430px; height: 266px"></piano-roll>',
    );
    element.notes = NOTES;
    await settled(element);
  });

  it('moves a note that is dragged, in time by sixteenths and in pitch, and tells the page of it', async () => {
    const edits = record(element, 'roll-edit');
    await drag(at(element, 0.6, 11.5 / 24), at(element, 0.6 + 0.126, 9.5 / 24));
    expect(edits).to.have.length(1);
    expect(places(edits[0].notes)).to.deep.equal([
      [60, 0, 1],
      [63, 2.5, 3.5],
    ]);
    expect(edits[0].notes[0]).to.equal(NOTES[0]);
  });

  it('lengthens a note that is dragged by its end', async () => {
    const edits = record(element, 'roll-edit');
    await drag(at(element, 0.74, 11.5 / 24), at(element, 0.865, 11.5 / 24));
    expect(places(edits[0].notes)[1]).to.deep.equal([61, 2, 3.5]);
  });

  it('chooses the notes in a frame that is drawn around them, and removes them all', async () => {
    const edits = record(element, 'roll-edit');
    await drag(at(element, 0.02, 0.1), at(element, 0.9, 0.9));
    layer(element).focus();
    await sendKeys({ press: 'Delete' });
    expect(places(edits[0].notes)).to.deep.equal([]);
  });

  it('adds a note by a double click, and takes it away by another', async () => {
    const place = at(element, 0.5 + 0.01, 5.5 / 24);
    const double = () =>
      layer(element).dispatchEvent(new MouseEvent('dblclick', { clientX: place[0], clientY: place[1] }));
    double();
    await settled(element);
    expect(places(element.notes)[2]).to.deep.equal([67, 2, 2.5]);
    double();
    expect(places(element.notes)).to.deep.equal(places(NOTES));
  });

  it('chooses a bar by a press beside the notes, and seeks by one on the strip above', async () => {
    const bars = record(element, 'roll-bar');
    const seeks = record(element, 'roll-seek');
    await click(at(element, 0.7, 0.9));
    expect([bars[0].bar, seeks.length]).to.deep.equal([1, 0]);
    const [x, y] = at(element, 0.5, 0);
    await click([x, y - 10]);
    expect(seeks[0].position).to.be.closeTo(2, 0.05);
  });

  it('is played on by keys alone: choose, move, lengthen, add, remove, undo; each is told', async () => {
    const undone = record(element, 'roll-undo');
    layer(element).focus();
    await sendKeys({ press: 'ArrowRight' });
    await settled(element);
    expect(told(element)).to.equal('C 4, bar 1, beat 1, 2 beats long');
    await sendKeys({ press: 'ArrowUp' });
    await sendKeys({ press: 'Alt+ArrowRight' });
    await sendKeys({ press: '+' });
    expect(places(element.notes)[0]).to.deep.equal([61, 0.125, 1.25]);
    await sendKeys({ press: 'Shift+ArrowDown' });
    expect(element.notes[0].pitch).to.equal(49);
    await sendKeys({ press: 'Enter' });
    expect(places(element.notes)[2]).to.deep.equal([49, 1.25, 2.375]);
    await sendKeys({ press: 'Delete' });
    expect(element.notes).to.have.length(2);
    await sendKeys({ press: 'ArrowRight' });
    await sendKeys({ press: 'Shift+ArrowRight' });
    await settled(element);
    expect(told(element)).to.contain('and 1 more');
    await sendKeys({ press: 'PageDown' });
    await settled(element);
    expect([element.chosenBar, told(element)]).to.deep.equal([1, 'Bar 2 is chosen']);
    await sendKeys({ press: 'Control+z' });
    expect(undone).to.have.length(1);
  });

  it('sets strokes of drums by a press, and takes them away', async () => {
    element.drums = true;
    element.notes = [];
    await settled(element);
    await click(at(element, 0.5 / 32 + 4 / 32, 8.5 / 9));
    expect(element.notes.map(({ pitch, startTime, isDrum }) => [pitch, startTime, isDrum])).to.deep.equal([
      [36, 0.5, true],
    ]);
    await settled(element);
    await click(at(element, 0.5 / 32 + 4 / 32, 8.5 / 9));
    expect(element.notes).to.deep.equal([]);
  });

  it('is left alone by the pointer where it is not editable', async () => {
    element.editable = false;
    await settled(element);
    expect(layer(element)).to.equal(null);
  });

  for (const layout of ['full', 'lane', 'ruler'] as const) {
    it(`is accessible as ${layout}, in the light and in the dark`, async () => {
      element.layout = layout;
      element.kept = [0];
      element.chosenBar = 1;
      await settled(element);
      expect(await violations(element)).to.deep.equal([]);
      darken(element);
      expect(await violations(element)).to.deep.equal([]);
    });
  }
});

describe('rolls of one piece', () => {
  it('show the same part: one tells what is seen, another takes it', async () => {
    const roll = (layout: string) =>
      mount<PianoRoll>(
        `<piano-roll layout="${layout}" seconds="32" bar="2" style="width: 460px; height: 60px"></piano-roll>`,
      );
    const [ruler, lane] = [await roll('ruler'), await roll('lane')];
    lane.notes = [note(60, 0, 1)];
    await settled(ruler);
    await settled(lane);
    ruler.addEventListener('roll-view', ({ start, span }) => void lane.showView(start, span));
    const echoed = record(lane, 'roll-view');
    ruler.shadowRoot!.querySelector<HTMLButtonElement>('[aria-label="See it closer"]')!.click();
    await settled(ruler);
    await settled(lane);
    const part = (roll: PianoRoll) => {
      const { scrollLeft, scrollWidth, clientWidth } = roll.shadowRoot!.querySelector('.scroll')!;
      return [scrollLeft / scrollWidth, clientWidth / scrollWidth];
    };
    expect(part(lane)[1]).to.be.closeTo(1 / 1.5, 0.01);
    expect(part(lane)[1]).to.be.closeTo(part(ruler)[1], 0.01);
    ruler.shadowRoot!.querySelector('.scroll')!.scrollLeft = 60;
    await settled(ruler);
    await settled(lane);
    expect(part(lane)[0]).to.be.closeTo(part(ruler)[0], 0.01);
    expect(echoed).to.have.length(0);
  });
});
