/** Who holds what, and whether sound runs: two MIDI keyboards, the screen and the computer's keys on one instrument. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, openInstrument, openSettings, pageWithElement, root, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let page: Page;

/** Levels of what sounds and of silence, as root mean square. */
const SOUNDS = 0.005;
const SILENT = 1e-4;

before(async () => {
  browser = await launch();
  const { outputFiles } = await build({
    stdin: {
      contents: `import { FakeMidiAccess, FakeMidiInput } from './test/fakes/midi-access.ts';
        const inputs = { A: new FakeMidiInput('a', 'A'), B: new FakeMidiInput('b', 'B') };
        navigator.requestMIDIAccess = () => Promise.resolve(new FakeMidiAccess(inputs.A, inputs.B));
        window.midi = (port, ...bytes) => inputs[port].send(...bytes);`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] = `<script>${outputFiles[0].text}</script>${pageWithElement(
    `${server.url}/dist`,
    'corners="church organ, church organ, church organ, church organ" backend="wasm"',
  )}<div id="elsewhere"></div>`;
  ({ page } = await openInstrument(browser, `${server.url}/`));
  await page.locator('gansynth-instrument h2').click();
  await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.running);
  await openSettings(page);
  await page.locator('gansynth-instrument midi-input button').click();
  await page.locator('gansynth-instrument midi-input li').nth(1).waitFor();
  await page.keyboard.press('Escape');
  await page.evaluate(() => {
    const element = document.querySelector('gansynth-instrument')!;
    const { context, output } = element.instrument!;
    const analyser = new AnalyserNode(context!, { fftSize: 8192 });
    output!.connect(analyser);
    const told: string[] = [];
    const inside = element.shadowRoot!.querySelector('midi-input')!;
    inside.addEventListener('note-off', (event) =>
      told.push(`off ${(event as Event & { pitch: number }).pitch}`),
    );
    Object.assign(globalThis, { analyser, told });
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

beforeEach(async () => {
  await page.evaluate(() => {
    const { instrument } = document.querySelector('gansynth-instrument')!;
    instrument!.allSoundOff();
    Reflect.get(globalThis, 'told').length = 0;
  });
});

const midi = (port: 'A' | 'B', ...bytes: number[]) =>
  page.evaluate(([name, data]) => Reflect.get(globalThis, 'midi')(name, ...(data as number[])), [
    port,
    bytes,
  ] as const);

/** The level over 0.17 s, once it is as it will stay. */
async function level(): Promise<number> {
  await page.waitForTimeout(1200);
  return page.evaluate(() => {
    const samples = new Float32Array(8192);
    (Reflect.get(globalThis, 'analyser') as AnalyserNode).getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
  });
}
const assertSounds = async (why: string) => assert.ok((await level()) > SOUNDS, why);
const assertSilent = async (why: string) => assert.ok((await level()) < SILENT, why);
const state = () =>
  page.evaluate(() => document.querySelector('gansynth-instrument')!.instrument!.context!.state);
const suspend = () =>
  page.evaluate(() =>
    (document.querySelector('gansynth-instrument')!.instrument!.context as AudioContext).suspend(),
  );

describe('a context that was stopped (P1)', () => {
  const key = () => page.locator('gansynth-instrument piano-keyboard [data-pitch="60"]');

  test('runs again by a click on a key of the screen, and the note sounds', async () => {
    await suspend();
    await key().hover();
    await page.mouse.down();
    await assertSounds('the key that was clicked');
    assert.equal(await state(), 'running');
    await page.mouse.up();
    await assertSilent('after it');
  });

  test('runs again by a letter, by a MIDI key, by a script, and by the button that says so', async () => {
    for (const [how, begin, end] of [
      ['letter', () => page.keyboard.down('a'), () => page.keyboard.up('a')],
      ['MIDI', () => midi('A', 0x90, 60, 100), () => midi('A', 0x80, 60, 0)],
      [
        'script',
        () => page.evaluate(() => document.querySelector('gansynth-instrument')!.instrument!.noteOn(60)),
        () => page.evaluate(() => document.querySelector('gansynth-instrument')!.instrument!.noteOff(60)),
      ],
    ] as const) {
      await suspend();
      await begin();
      await assertSounds(how);
      await end();
    }
    await suspend();
    await page.locator('gansynth-instrument .resume').click();
    await page.locator('gansynth-instrument .resume').waitFor({ state: 'detached' });
    assert.equal(await state(), 'running');
  });
});

test('All Notes Off of one keyboard leaves what the other holds (P2)', async () => {
  await midi('A', 0x90, 60, 100);
  await midi('B', 0x90, 67, 100);
  await midi('B', 0x80, 67, 0);
  await midi('B', 0xb0, 123, 0);
  await assertSounds('60 of A');
  assert.deepEqual(await page.evaluate(() => Reflect.get(globalThis, 'told')), ['off 67']);
  await midi('A', 0xb0, 123, 0);
  await assertSilent('its own');
});

test('All Notes Off lets the pedal hold, All Sound Off does not (P3)', async () => {
  for (const silence of [
    [0xb0, 64, 0],
    [0xb0, 120, 0],
  ]) {
    await midi('A', 0xb0, 64, 127);
    await midi('A', 0x90, 60, 100);
    await page.waitForTimeout(300);
    await midi('A', 0x80, 60, 0);
    await midi('A', 0xb0, 123, 0);
    await assertSounds('under the pedal');
    await midi('A', ...silence);
    await assertSilent(silence.join(' '));
    await midi('A', 0xb0, 64, 0);
  }
});

test('one pitch that a letter and two keyboards hold sounds until the last lets go (P4)', async () => {
  await page.keyboard.down('a');
  await midi('A', 0x90, 60, 100);
  await midi('B', 0x90, 60, 100);
  await midi('A', 0x80, 60, 0);
  await midi('B', 0x80, 60, 0);
  await assertSounds('the letter');
  const pressed = page.locator('gansynth-instrument piano-keyboard [aria-pressed=true]');
  assert.equal(await pressed.count(), 1);
  await page.keyboard.up('a');
  await assertSilent('after it');
  assert.equal(await pressed.count(), 0);
});

test('a letter pressed with Command does not ring (P5)', async () => {
  await page.evaluate(() => {
    for (const [type, code] of [
      ['keydown', 'KeyD'],
      ['keydown', 'MetaLeft'],
      ['keyup', 'MetaLeft'],
    ])
      window.dispatchEvent(new KeyboardEvent(type, { code }));
  });
  await assertSilent('nobody holds it');
});

test('an element that is moved keeps its MIDI connected and its keys held (P6)', async () => {
  await page.keyboard.down('a');
  await midi('A', 0x90, 67, 100);
  await page.evaluate(() => {
    const place = document.querySelector('#elsewhere')!;
    place.append(document.querySelector('gansynth-instrument')!);
  });
  await midi('A', 0x80, 67, 0);
  await assertSounds('the letter');
  await page.keyboard.up('a');
  await assertSilent('all let go');
  await midi('A', 0x90, 67, 100);
  await assertSounds('MIDI is connected');
  await midi('A', 0x80, 67, 0);
});

test('a panic in one task lifts the pedal, eight of eight times (P7)', async () => {
  const instrument = (calls: readonly (readonly [method: string, ...args: unknown[]])[]) =>
    page.evaluate((all) => {
      const { instrument } = document.querySelector('gansynth-instrument') as unknown as {
        instrument: Record<string, (...values: unknown[]) => void>;
      };
      for (const [method, ...args] of all) instrument[method](...args);
    }, calls);
  for (let time = 0; time < 8; time++) {
    await instrument([['sustain', true], ['noteOn', 60]]); // prettier-ignore
    await page.waitForTimeout(250);
    await instrument([['noteOff', 60], ['sustain', false], ['allSoundOff']]);
    await instrument([['noteOn', 60]]);
    await page.waitForTimeout(250);
    await instrument([['noteOff', 60]]);
    await assertSilent(`time ${time + 1}`);
  }
});
