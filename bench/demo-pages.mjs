// What a person who opens the demo waits for: how long its pages are busy, when the first sound comes, what moves meanwhile.
import path from 'node:path';
import { serve } from '../scripts/static-server.mjs';
import { behindSlowNetwork } from './slow-network.mjs';

const PAGES = ['index', 'band', 'writers', 'nsynth', 'morph', 'transformer', 'listen', 'skin'];
const SCREENS = {
  narrow: { width: 320, height: 568 },
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};
const ROUNDS = 5;
/** Pages are opened so often to see how busy they are. */
const OPENED = 3;
/** A page that is left alone is at rest after that, ms. */
const REST = 5000;
/** The age of a page when somebody begins to play, ms. */
const AGE = 2000;
/** Whoever hears nothing for so long presses again, ms. */
const PATIENCE = 500;
const HEARD_WITHIN = 90_000;
/** A page that sounds is watched for so long, ms. */
const SOUNDING = 2000;

export async function measureDemo({ browser, root }) {
  const server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': path.join(root, 'dist') } });
  const slow = await behindSlowNetwork(server.url);
  const fromPress = (page, press) => async () => {
    const { pressed, heard } = await firstSound(browser, `${server.url}/${page}.html`, press, AGE);
    return heard - pressed;
  };
  const fromOpening = (page, press) => async () =>
    (await firstSound(browser, `${slow.url}/${page}.html`, press, 0)).heard;
  const whileLoading = (page) => async () =>
    longest((await atRest(browser, `${server.url}/${page}.html`, SCREENS.desktop)).tasks);
  const fromPressOn = (page, press) => async () =>
    longest((await firstSound(browser, `${server.url}/${page}.html`, press, AGE)).tasks);
  try {
    const rows = [];
    for (const page of PAGES)
      rows.push({
        ...(await rounds(`longest task while the demo's ${page} page loads`, whileLoading(page), OPENED)),
        unit: 'ms',
      });
    for (const [name, measure] of [
      ['longest task from the first key on, on a page 2 s old', fromPressOn('index', pressKey)],
      ['longest task from Play on the band page on, 2 s old', fromPressOn('band', pressPlay)],
      ['first note after the first key, on a page 2 s old', fromPress('index', pressKey)],
      ['music after Play on the band page, 2 s old', fromPress('band', pressPlay)],
      [
        'a sound dropped on the page of any sound, its network loaded: until a key plays it',
        () => firstDrop(browser, `${server.url}/nsynth.html`),
      ],
      ['slow 4G: from the address to a first note, pressing again and again', fromOpening('index', pressKey)],
      ['slow 4G: from the address to the music of the band', fromOpening('band', pressPlay)],
    ])
      rows.push({ ...(await rounds(name, measure)), unit: 'ms' });
    for (const screen of Object.keys(SCREENS)) rows.push(await shift(browser, server, screen));
    return rows;
  } finally {
    await slow.close();
    await server.close();
  }
}

const longest = (tasks) => Math.max(0, ...tasks);

async function rounds(name, measure, count = ROUNDS) {
  const values = [];
  for (let round = 0; round < count; round++) values.push(Math.round(await measure()));
  values.sort((a, b) => a - b);
  return { name, value: values[count >> 1], note: `${values[0]} to ${values.at(-1)}` };
}

/** How far the parts of each page of the demo move while it loads: the sum of all layout shifts. */
async function shift(browser, server, screen) {
  const sums = [];
  for (const page of PAGES) {
    const { shifts } = await atRest(browser, `${server.url}/${page}.html`, SCREENS[screen]);
    sums.push({ page, sum: shifts.reduce((sum, value) => sum + value, 0) });
  }
  sums.sort((a, b) => b.sum - a.sum);
  return {
    name: `layout shift of the demo, the most of any page, ${screen}`,
    value: sums[0].sum.toFixed(3),
    unit: '',
    note: sums.map(({ page, sum }) => `${page} ${sum.toFixed(3)}`).join(', '),
  };
}

/** What a page that nobody touches tells until it is at rest. */
async function atRest(browser, url, viewport) {
  const context = await browser.newContext({ viewport, hasTouch: viewport.width < 600 });
  const tab = await context.newPage();
  await tab.addInitScript(observe);
  await tab.goto(url);
  await tab.waitForTimeout(REST);
  const told = await tab.evaluate(() => ({
    tasks: globalThis.tasks.map(({ duration }) => duration),
    shifts: globalThis.shifts,
  }));
  await context.close();
  return told;
}

/** Runs in the page: writes down its long tasks and layout shifts. */
function observe() {
  globalThis.tasks = [];
  globalThis.shifts = [];
  const entries = (type, take) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  entries('longtask', (task) => globalThis.tasks.push(task));
  entries('layout-shift', ({ value }) => globalThis.shifts.push(value));
}

/**
 * Opens a page with nothing in the cache and presses until something is heard.
 * @param age of the page at the first press, ms
 * @returns times of the page: when it was pressed first, and when it was heard; ms of each long task from the press on, until it has sounded a while
 */
async function firstSound(browser, url, press, age) {
  const context = await browser.newContext({ viewport: SCREENS.desktop });
  const tab = await context.newPage();
  await tab.addInitScript(hear);
  await tab.addInitScript(observe);
  await tab.goto(url, { waitUntil: 'commit' });
  await tab.waitForTimeout(age - (await tab.evaluate(() => performance.now())));
  const pressed = await tab.evaluate(() => performance.now());
  const given = performance.now();
  let heard;
  while (heard === undefined) {
    if (performance.now() - given > HEARD_WITHIN) throw new Error(`${url} did not sound`);
    heard = await press(tab, PATIENCE);
  }
  await tab.waitForTimeout(SOUNDING);
  const tasks = await tab.evaluate(
    (from) =>
      globalThis.tasks.filter((task) => task.startTime + task.duration > from).map((task) => task.duration),
    pressed,
  );
  await context.close();
  return { pressed, heard, tasks };
}

/** Drops a sound of a second on a fresh page, and presses a key when it is at its corner. @returns ms from the drop to its first sample */
async function firstDrop(browser, url) {
  const context = await browser.newContext({ viewport: SCREENS.desktop });
  const tab = await context.newPage();
  tab.setDefaultTimeout(HEARD_WITHIN);
  await tab.addInitScript(hear);
  await tab.goto(url);
  await tab.waitForFunction(() => document.querySelector('nsynth-instrument')?.instrument?.description);
  const dropped = await tab.evaluate(dropTone);
  await tab.waitForFunction(
    () => document.querySelector('nsynth-instrument').instrument.corners.some((corner) => 'sound' in corner),
    undefined,
    { polling: 5 },
  );
  const heard = await pressKey(tab, HEARD_WITHIN);
  await context.close();
  return heard - dropped;
}

/** Runs in the page: drops a tone of 220 Hz with its octave, 16 bits at 44.1 kHz. @returns when, ms of the page */
function dropTone() {
  const rate = 44100;
  const view = new DataView(new ArrayBuffer(44 + 2 * rate));
  const letters = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  letters(0, 'RIFF');
  view.setUint32(4, 36 + 2 * rate, true);
  letters(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, 2 * rate, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, 'data');
  view.setUint32(40, 2 * rate, true);
  for (let i = 0; i < rate; i++) {
    const turn = (2 * Math.PI * 220 * i) / rate;
    view.setInt16(44 + 2 * i, 9000 * Math.sin(turn) + 4000 * Math.sin(2 * turn), true);
  }
  const pad = document.querySelector('nsynth-instrument').shadowRoot.querySelector('morph-pad');
  const { left, top } = pad.getBoundingClientRect();
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([view], 'tone.wav', { type: 'audio/wav' }));
  const now = performance.now();
  const init = { dataTransfer, bubbles: true, composed: true, cancelable: true };
  pad.dispatchEvent(new DragEvent('drop', { ...init, clientX: left + 5, clientY: top + 5 }));
  return now;
}

/** A key of the instrument, on the computer's keyboard. */
async function pressKey(tab, patience) {
  await tab.keyboard.down('a');
  const heard = await soundWithin(tab, patience);
  await tab.keyboard.up('a');
  return heard;
}

/** The band's button, when it can be pressed; once, since it stops too. */
async function pressPlay(tab) {
  const button = tab.locator('#play');
  if (!(await button.isEnabled({ timeout: HEARD_WITHIN }))) return undefined;
  await button.click({ timeout: HEARD_WITHIN });
  return soundWithin(tab, HEARD_WITHIN);
}

const soundWithin = (tab, timeout) =>
  tab
    .waitForFunction(() => globalThis.heard, undefined, { timeout, polling: 20 })
    .then(
      (handle) => handle.jsonValue(),
      () => undefined,
    );

/** Runs in the page: listens to all that goes out, and notes when the first of it came. */
function hear() {
  const { connect } = AudioNode.prototype;
  const ears = new Map();
  AudioNode.prototype.connect = function (to, ...rest) {
    const { context } = this;
    if (to === context.destination && context instanceof AudioContext) {
      if (!ears.has(context)) ears.set(context, new AnalyserNode(context, { fftSize: 32768 }));
      connect.call(this, ears.get(context));
    }
    return connect.call(this, to, ...rest);
  };
  setInterval(() => {
    if (globalThis.heard !== undefined) return;
    for (const [{ sampleRate }, ear] of ears) {
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      const first = samples.findIndex((sample) => Math.abs(sample) > 0.001);
      if (first >= 0) globalThis.heard = performance.now() - ((samples.length - first) / sampleRate) * 1000;
    }
  }, 50);
}
