/** What a page and a player are told of an instrument: notes, settings, files that are dropped on it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { encodeWav } from '../../src/audio/wav.js';
import { writeMidi } from '../../src/music/midi-writer.js';
import { dist, launch, pageWithElement, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] =
    `${pageWithElement('/dist', 'backend="wasm" corners="flute, oboe, harp, cello"')}<melody-rnn></melody-rnn>`;
  page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${server.url}/`);
  await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
  await page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    for (const type of [
      'note-on',
      'note-off',
      'setting-change',
      'instrument-failure',
      'sequence-failure',
    ] as const)
      document.addEventListener(type, (event) => {
        const { localName } = event.target as Element;
        const told =
          'pitch' in event
            ? String(event.pitch)
            : 'property' in event
              ? `${event.property}=${JSON.stringify(event.value)}`
              : event.error.message;
        heard.push(`${localName} ${type} ${told}`);
      });
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Events since it was asked last, each with the element that the page sees it come from. */
const heard = () => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.splice(0));

const slide = (label: string, value: string) =>
  page.locator('gansynth-instrument').getByRole('slider', { name: label }).fill(value);

describe('a page hears of an instrument', () => {
  test('the notes that a person plays on it, and none that a program plays', async () => {
    await page.keyboard.press('a');
    await page.evaluate(() => document.querySelector('gansynth-instrument')?.noteOn(72));
    await page.evaluate(() => document.querySelector('gansynth-instrument')?.noteOff(72));
    assert.deepEqual(await heard(), ['gansynth-instrument note-on 60', 'gansynth-instrument note-off 60']);
  });

  test('each setting that a person changes, which its property and attribute have then', async () => {
    await slide('Volume', '0.4');
    await slide('Attack', '0.5');
    await slide('Soft notes darker', '0.9');
    await page.locator('gansynth-instrument').getByLabel('Touch').selectOption('soft');
    await page.locator('gansynth-instrument').getByLabel('Top left corner').selectOption('harp');
    await page.locator('gansynth-instrument morph-pad [role=slider]').first().press('ArrowRight');
    const told = (await heard()).join('\n');
    for (const one of [
      /setting-change volume=0.4/,
      /setting-change envelope=\{"attack":0.5,/,
      /setting-change velocityBrightness=0.9/,
      /setting-change velocityCurve="soft"/,
      /setting-change corners="harp, oboe, harp, cello"/,
      /setting-change x=0.5\d/,
    ])
      assert.match(told, one);
    const element = await page.evaluate(() => {
      const { envelope, attributes } = document.querySelector('gansynth-instrument')!;
      return { attack: envelope.attack, corners: attributes.getNamedItem('corners')?.value };
    });
    assert.deepEqual(element, { attack: 0.5, corners: 'harp, oboe, harp, cello' });
  });

  test('nothing of settings that the page makes itself', async () => {
    await heard();
    await page.evaluate(() =>
      Object.assign(document.querySelector('gansynth-instrument')!, { volume: 0.5, x: 0.1 }),
    );
    await page.evaluate(() => document.querySelector('gansynth-instrument')?.updateComplete);
    assert.deepEqual(await heard(), []);
  });

  test('the same of a writer', async () => {
    await page.locator('melody-rnn').getByLabel('Surprise').fill('1.5');
    await page.locator('melody-rnn').getByRole('button', { name: 'Loop' }).click();
    assert.deepEqual(await heard(), [
      'melody-rnn setting-change temperature=1.5',
      'melody-rnn setting-change loop=true',
    ]);
  });
});

/** Drops one file on an element as a person does. */
const drop = (tag: string, name: string, bytes: Uint8Array | string) =>
  page.evaluate(
    ([to, called, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(
        new File([typeof content === 'string' ? content : Uint8Array.from(content)], called),
      );
      document
        .querySelector(to)
        ?.shadowRoot?.querySelector('.base')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, composed: true }));
    },
    [tag, name, typeof bytes === 'string' ? bytes : [...bytes]] as const,
  );

const failed = async () => {
  for (;;) {
    const [first] = await heard();
    if (first) return first;
    await page.waitForTimeout(20);
  }
};

describe('a file that is dropped', () => {
  const song = writeMidi({
    notes: [64, 67].map((pitch, i) => ({ pitch, velocity: 90, startTime: i, endTime: i + 1 })),
    tempos: [{ time: 0, qpm: 120 }],
    totalTime: 2,
  });

  test('and is MIDI is played on an instrument, stopped, and played again', async () => {
    await page.locator('gansynth-instrument h2').click();
    await drop('gansynth-instrument', 'song.mid', song);
    const key = (name: string) =>
      page.locator(`gansynth-instrument piano-keyboard [aria-label="${name}"][aria-pressed=true]`);
    await page.locator('gansynth-instrument').getByRole('button', { name: 'Stop song.mid' }).click();
    await page.locator('gansynth-instrument').getByRole('button', { name: 'Play song.mid' }).click();
    await page.evaluate(
      () =>
        new Promise<void>((resolve) =>
          document
            .querySelector('gansynth-instrument')
            ?.addEventListener('sequence-play', (event) => event.playing || resolve()),
        ),
    );
    assert.equal(await key('E 4').count(), 0);
    assert.deepEqual(await heard(), []);
  });

  test('and is a sound says so, and who takes it', async () => {
    await drop('gansynth-instrument', 'voice.wav', new Uint8Array(encodeWav(new Float32Array(100), 16000)));
    assert.match(await failed(), /voice\.wav is a sound.*<nsynth-instrument>/);
    await drop('melody-rnn', 'voice.wav', '');
    assert.match(await failed(), /melody-rnn sequence-failure voice\.wav is a sound/);
  });

  test('and is a bad patch is called a patch', async () => {
    for (const text of ['{"format": "timbrel-pat', '[]', '{"format":"timbrel-patch-1","corners":[]}']) {
      await drop('gansynth-instrument', 'patch.json', text);
      assert.match(await failed(), /PATCH_INVALID/);
    }
  });

  test('and is a patch is no primer', async () => {
    await drop('melody-rnn', 'patch.json', '{}');
    assert.match(await failed(), /patch\.json is a patch.*gansynth-instrument/);
  });
});
