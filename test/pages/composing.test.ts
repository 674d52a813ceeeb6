/** People listen to <music-transformer>, on the weights that the package ships, in a real browser. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, type Server } from './browser.js';

const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<gansynth-instrument id="synth" corners="flute, flute, flute, flute" backend="wasm" computer-keyboard="none"></gansynth-instrument>
<music-transformer instrument="synth" seed="1" seconds="180"></music-transformer>`;

/** An instrument that writes down what it is given, and when: its own clock is that of the page. */
const LISTENER = `
const struck = [];
class ListeningInstrument extends HTMLElement {
  instrument = {
    context: { get currentTime() { return performance.now() / 1000; }, state: 'running', addEventListener() {} },
    noteOn(pitch, velocity, time) { struck.push({ pitch, time, late: this.context.currentTime - time }); },
    noteOff() {},
    allNotesOff() {},
  };
  async start() {}
}
customElements.define('listening-instrument', ListeningInstrument);
Object.assign(globalThis, { struck });`;

const LISTENING_PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module">${LISTENER}</script>
<script type="module" src="/dist/timbrel.js"></script>
<listening-instrument id="listener"></listening-instrument>
<music-transformer instrument="listener" seed="1" seconds="180" live></music-transformer>`;

let browser: Browser;
let server: Server;
let page: Page;
const complaints: string[] = [];

before(async () => {
  browser = await launch();
  server = await serve({
    roots: { '/dist/': dist },
    pages: { '/': PAGE, '/listening.html': LISTENING_PAGE },
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.url);
  await page.waitForFunction(() => customElements.get('music-transformer'));
  await page.locator('music-transformer piano-keyboard').waitFor();
});

after(async () => {
  await browser.close();
  await server.close();
  assert.deepEqual(complaints, []);
});

const button = (name: string) => page.locator('music-transformer').getByRole('button', { name, exact: true });

test('three minutes are written, and the same seed writes them again', async () => {
  const write = () =>
    page.evaluate(async () => {
      const { notes = [] } = (await document.querySelector('music-transformer')?.generate()) ?? {};
      return notes.map(({ pitch, startTime = 0, endTime = 0 }) => ({ pitch, startTime, endTime }));
    });
  const notes = await write();
  assert.ok(notes.length > 300, `${notes.length} notes`);
  assert.ok(Math.max(...notes.map(({ startTime }) => startTime)) > 170);
  assert.ok(notes.every(({ pitch }) => pitch >= 21 && pitch <= 108));
  assert.ok(notes.every(({ startTime, endTime }) => endTime - startTime <= 5.01));
  assert.deepEqual(await write(), notes);
});

test('three ways to go on are kept, and each is another', async () => {
  const ways = await page.evaluate(async () => {
    const element = document.querySelector('music-transformer');
    if (!element) return [];
    element.seconds = 4;
    await element.branch();
    return element.takes.map(({ written }) => JSON.stringify(written?.notes));
  });
  assert.equal(new Set(ways).size, 3);
  assert.equal(await page.locator('music-transformer').getAttribute('seed'), '1');
});

test('endless music is written a little ahead of what is heard, until it is stopped', async () => {
  await page.evaluate(() =>
    Object.assign(document.querySelector('music-transformer') ?? {}, { endless: true, live: true }),
  );
  await button('Generate').click();
  await page.waitForFunction(() => (document.querySelector('music-transformer')?.position ?? 0) > 5);
  const [position, duration] = await page.evaluate(() => {
    const element = document.querySelector('music-transformer');
    return [element?.position ?? 0, element?.duration ?? 0];
  });
  assert.ok(duration > position && duration < position + 10, `${duration} s are there at ${position} s`);
  await button('Stop writing').click();
  await button('Stop').click();
});

test('three minutes are played while they are written: every note is struck in its time, and it never waits', async () => {
  const listening = await browser.newPage();
  listening.on('pageerror', (error) => complaints.push(String(error)));
  await listening.goto(`${server.url}/listening.html`);
  await listening.waitForFunction(() => customElements.get('music-transformer'));
  await listening.evaluate(() => {
    const element = document.querySelector('music-transformer');
    const told: boolean[] = [];
    element?.addEventListener('sequence-play', ({ playing }) => told.push(playing));
    // Up to eight times as fast as it is written down, each time when there is enough ahead.
    const quicken = setInterval(() => {
      const { notes = [], position = 0, tempo = 0 } = element ?? {};
      const ahead = (notes.at(-1)?.startTime ?? 0) - position;
      if (element && ahead > (2.5 * tempo) / 120) element.tempo = 2 * tempo;
      if (tempo >= 960) clearInterval(quicken);
    }, 100);
    Object.assign(globalThis, { told });
    return element?.load();
  });
  await listening.locator('music-transformer').getByRole('button', { name: 'Generate', exact: true }).click();
  await listening.waitForFunction(
    () => (globalThis as unknown as { told: boolean[] }).told.length > 1,
    undefined,
    {
      timeout: 120_000,
    },
  );
  const { struck, told, notes } = await listening.evaluate(() => ({
    ...(globalThis as unknown as { struck: { pitch: number; late: number }[]; told: boolean[] }),
    notes:
      document
        .querySelector('music-transformer')
        ?.notes.map(({ pitch, startTime }) => ({ pitch, startTime })) ?? [],
  }));
  await listening.close();
  assert.deepEqual(told, [true, false]);
  assert.ok(notes.length > 300 && Math.max(...notes.map(({ startTime }) => startTime)) > 170);
  const pitches = (of: readonly { pitch: number }[]) => of.map(({ pitch }) => pitch).sort((a, b) => a - b);
  assert.deepEqual(pitches(struck), pitches(notes));
  // The page itself may be late on a machine that is busy: that is told, and few they must be.
  const late = struck.filter((note) => note.late > 0).length;
  assert.ok(late < struck.length / 50, `${late} of ${struck.length} notes were late`);
});
