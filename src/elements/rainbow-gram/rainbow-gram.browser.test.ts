import { expect } from '@esm-bundle/chai';
import { violations } from '../../../test/axe.js';
import { mount, nextFrame } from '../../../test/fixture.js';
import { BINS, FRAMES, LEAD_FRAMES, VALUES, binOf } from './image.js';
import type { RainbowGram } from './rainbow-gram.js';
import './rainbow-gram.js';

/** A tone of 1000 Hz in the second half of the note, 60 dB above the rest. */
function lateTone(): Float32Array {
  const spectrogram = new Float32Array(VALUES).fill(-0.9);
  for (let frame = (FRAMES + LEAD_FRAMES) / 2; frame < FRAMES; frame++) {
    for (let bin = -8; bin <= 8; bin++) {
      const at = (frame * BINS + Math.round(binOf(1000)) + bin) * 2;
      spectrogram[at] = 0.5 - 0.01 * Math.abs(bin);
      spectrogram[at + 1] = 0;
    }
  }
  return spectrogram;
}

const canvasOf = (element: RainbowGram) => element.shadowRoot!.querySelector('canvas')!;

async function drawn(element: RainbowGram): Promise<void> {
  await element.updateComplete;
  // One frame for the observer of the size, one for the drawing.
  for (let i = 0; i < 3; i++) await nextFrame();
}

/** Opacity of the drawing at a place, given in parts of its size from the left and from the top. */
function inkAt(element: RainbowGram, x: number, y: number): number {
  const canvas = canvasOf(element);
  return canvas
    .getContext('2d')!
    .getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[3];
}

describe('<rainbow-gram>', () => {
  let element: RainbowGram;

  beforeEach(async () => {
    element = await mount<RainbowGram>(
      '<rainbow-gram label="flute, C6" style="width: 400px"></rainbow-gram>',
    );
  });

  it('is no wider than can be read on a wide page, unless the page says so', async () => {
    document.body.style.width = '1900px';
    const wide = await mount<RainbowGram>('<rainbow-gram></rainbow-gram>');
    const told = await mount<RainbowGram>('<rainbow-gram style="width: 1000px"></rainbow-gram>');
    expect([wide.clientWidth, told.clientWidth]).to.deep.equal([768, 1000]);
    document.body.style.width = '';
  });

  it('draws frequency upwards and time to the right', async () => {
    element.spectrogram = lateTone();
    await drawn(element);
    const height = 1 - binOf(1000) / BINS;
    expect(inkAt(element, 0.75, height)).to.be.greaterThan(200);
    expect(inkAt(element, 0.25, height)).to.equal(0);
    expect(inkAt(element, 0.75, 1 - height)).to.equal(0);
  });

  it('draws at the resolution of the screen, and again when its size changes', async () => {
    element.spectrogram = lateTone();
    await drawn(element);
    expect(canvasOf(element).width).to.equal(Math.round(400 * devicePixelRatio));
    element.style.width = '300px';
    await drawn(element);
    expect(canvasOf(element).width).to.equal(Math.round(300 * devicePixelRatio));
    expect(inkAt(element, 0.75, 1 - binOf(1000) / BINS)).to.be.greaterThan(200);
  });

  it('draws another spectrogram, and wipes itself when there is none', async () => {
    element.spectrogram = lateTone();
    await drawn(element);
    element.spectrogram = new Float32Array(VALUES);
    await drawn(element);
    expect(inkAt(element, 0.25, 0.9)).to.be.greaterThan(200);
    element.spectrogram = undefined;
    await drawn(element);
    expect(inkAt(element, 0.25, 0.9)).to.equal(0);
  });

  it('refuses a spectrogram of another size, with a code, and keeps the one it has', () => {
    const spectrogram = lateTone();
    element.spectrogram = spectrogram;
    expect(() => (element.spectrogram = new Float32Array(12))).to.throw(/SPECTROGRAM_SHAPE/);
    expect(element.spectrogram).to.equal(spectrogram);
  });

  it('shows where the sound is, when it is told', async () => {
    const playhead = () => element.shadowRoot!.querySelector('.playhead');
    element.spectrogram = lateTone();
    await element.updateComplete;
    expect(playhead()).to.equal(null);
    element.playhead = 2;
    await element.updateComplete;
    const [line, whole] = [playhead()!.getBoundingClientRect(), element.getBoundingClientRect()];
    // 2 s of the 124 frames of 32 ms that are shown.
    expect((line.left - whole.left) / whole.width).to.be.closeTo(2 / 3.968, 0.005);
    element.playhead = undefined;
    await element.updateComplete;
    expect(playhead()).to.equal(null);
  });

  it('says in words what it shows', async () => {
    const image = canvasOf(element);
    expect(image.getAttribute('role')).to.equal('img');
    expect(image.getAttribute('aria-label')).to.equal('Rainbowgram of flute, C6: no sound yet');
    element.spectrogram = lateTone();
    await element.updateComplete;
    expect(image.getAttribute('aria-label')).to.match(/4 seconds.*strongest near (99\d|100\d) hertz/);
  });

  it('is without fault to assistive technology, empty and full', async () => {
    expect(await violations(element)).to.deep.equal([]);
    Object.assign(element, { spectrogram: lateTone(), playhead: 1 });
    await drawn(element);
    expect(await violations(element)).to.deep.equal([]);
  });
});
