/**
 * A minute of <music-transformer> on a page, played while it is written, with the weights that the package ships: the longest task of
 * the page, notes that came too late, how soon the first one sounds, how soon an abort is heard.
 */
import type { MusicTransformer } from '../../src/models/music-transformer/music-transformer.js';
import type { MusicTransformerElement } from '../../src/elements/music-transformer/music-transformer.js';
import { median, type Row } from '../statistics.js';

const SECONDS = 60;
const STARTS = 9;

/** Scripts of the package, as a page has them. */
const [ELEMENTS, MODELS] = ['/dist/timbrel.js', '/dist/index.js'];

interface Struck {
  readonly time: number;
  readonly now: number;
}

const struck: Struck[] = [];
const tasks: number[] = [];
const now = () => performance.now() / 1000;
const later = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

/** Writes down what it is given, and when. */
class ListeningInstrument extends HTMLElement {
  readonly instrument = {
    context: {
      get currentTime() {
        return now();
      },
      state: 'running',
      addEventListener() {},
    },
    noteOn: (_pitch: number, _velocity: number, time: number) => void struck.push({ time, now: now() }),
    noteOff() {},
    allNotesOff() {},
  };
  start = () => Promise.resolve();
}

const benchmark = async (): Promise<Row[]> => {
  await import(ELEMENTS);
  customElements.define('listening-instrument', ListeningInstrument);
  document.body.insertAdjacentHTML(
    'beforeend',
    '<listening-instrument id="listener"></listening-instrument><music-transformer instrument="listener" endless live></music-transformer>',
  );
  const element = document.querySelector<MusicTransformerElement>('music-transformer');
  if (!element) throw new Error('There is no element');
  await customElements.whenDefined('music-transformer');
  await element.load();
  await later(2);
  const firsts: number[] = [];
  for (let start = 0; start < STARTS; start++) firsts.push(await firstNote(element));

  let waits = -1;
  element.addEventListener('sequence-play', () => void waits++);
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe(
    {
      type: 'longtask',
    },
  );
  const from = struck.length;
  element.clear();
  void element.generate().catch(() => {});
  await later(SECONDS);
  const late = struck.slice(from).filter((note) => note.now > note.time).length;
  const count = struck.length - from;
  const pauses = waits;
  element.stop();
  element.remove();
  return [
    {
      name: `\`<music-transformer>\`, ${SECONDS} s played while they are written: longest task of the page`,
      value: Math.max(0, ...tasks).toFixed(0),
      unit: 'ms',
      note: `${tasks.length} tasks from 50 ms on`,
    },
    {
      name: `\`<music-transformer>\`, ${SECONDS} s played while they are written: notes that came too late`,
      value: late,
      unit: `of ${count}`,
      note: `playback waited ${pauses} times`,
    },
    {
      name: '`<music-transformer>`: from the call to the first note, handed over with its time',
      value: median(firsts).toFixed(0),
      unit: 'ms',
      note: `max ${Math.max(...firsts).toFixed(0)}, ${STARTS} starts`,
    },
    await abortRow(),
  ];
};

/** Milliseconds from the call to the first note: it is handed over ahead of its time, so what it waits for is the writing. */
async function firstNote(element: MusicTransformerElement): Promise<number> {
  element.clear();
  const before = struck.length;
  const begun = performance.now();
  let playing = 0;
  element.addEventListener('sequence-play', () => (playing ||= performance.now()), { once: true });
  void element.generate().catch(() => {});
  while (struck.length === before) await later(0.005);
  element.stop();
  return playing - begun;
}

async function abortRow(): Promise<Row> {
  const { MusicTransformer: Model } = (await import(MODELS)) as { MusicTransformer: typeof MusicTransformer };
  const model = await Model.load();
  const times: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    const abort = new AbortController();
    const writing = model.generate({ seconds: 3600, seed: round, signal: abort.signal });
    await later(0.2);
    const begun = performance.now();
    abort.abort();
    await writing.catch(() => {});
    // The worker is free again when it answers the next call.
    await model.continueTokens([], { count: 0 });
    times.push(performance.now() - begun);
  }
  model.dispose();
  return {
    name: 'MusicTransformer: from an abort until its worker is free',
    value: median(times).toFixed(1),
    unit: 'ms',
    note: `max ${Math.max(...times).toFixed(1)}, ${STARTS} rounds`,
  };
}

Object.assign(globalThis, { benchmark });
