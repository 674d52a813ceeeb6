/** A player who tries another network, by dropping its files or by attribute: what sounded must not be lost. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { serve } from '../../scripts/static-server.mjs';
import {
  dist,
  launch,
  openInstrument,
  pageWithElement,
  root,
  startRecording,
  stopRecording,
  type Server,
} from './browser.js';
import { cents, peak } from './sound.js';

const FILES = ['weights_manifest.json', 'group1-shard1of1.bin', 'timbres.json', 'config.json'];

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/dist/': dist }, pages });
  pages['/'] = pageWithElement(
    `${server.url}/dist`,
    'corners="flute, oboe, harp, cello" x="0" y="0" backend="wasm"',
  );
  pages['/unnamed.html'] = pageWithElement(`${server.url}/dist`, 'backend="wasm"');
  ({ page } = await openInstrument(browser, `${server.url}/`));
  await listen();
});

/** From now on the page writes down what the instrument says. */
const listen = () =>
  page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    addEventListener('instrument-load', () => heard.push('load'), true);
    addEventListener('instrument-failure', (event) => heard.push(event.error.code), true);
  });

after(async () => {
  await browser.close();
  await server.close();
});

/** Drops files as a person does; `change` may damage them first. Resolves with the event that answers. */
async function drop(names: readonly string[], change: 'none' | 'truncate' = 'none'): Promise<string> {
  return page.evaluate(
    async ([wanted, damage]) => {
      const transfer = new DataTransfer();
      for (const name of wanted) {
        const response = await fetch(`/dist/checkpoints/gansynth-small/${name}`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const kept = damage === 'truncate' && name.endsWith('.bin') ? bytes.subarray(0, 1000) : bytes;
        transfer.items.add(new File([kept], name));
      }
      const heard = (globalThis as unknown as { heard: string[] }).heard;
      const before = heard.length;
      document
        .querySelector('gansynth-instrument')
        ?.shadowRoot?.querySelector('.base')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, composed: true }));
      while (heard.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
      return heard[before];
    },
    [names, change] as const,
  );
}

/** Drags a folder of this machine onto the instrument, as the browser itself does it. */
async function dropFolder(folder: string): Promise<string> {
  const box = await page.locator('gansynth-instrument h2').boundingBox();
  assert.ok(box);
  const before = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.length);
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [folder], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: box.x + 5, y: box.y + 5, data });
  await session.detach();
  const heard = await page.waitForFunction(
    (count) => (globalThis as unknown as { heard: string[] }).heard[count],
    before,
    { timeout: 10_000 },
  );
  return (await heard.jsonValue()) ?? '';
}

/** What a press of `A` (middle C) sounds like. */
async function pressed(): Promise<{ level: number; off: number }> {
  await startRecording(page, `${server.url}/dist`);
  await page.keyboard.down('a');
  await page.waitForTimeout(1200);
  await page.keyboard.up('a');
  await page.waitForTimeout(300);
  const { samples, sampleRate } = await stopRecording(page);
  const middle = samples.subarray(Math.round(0.7 * sampleRate), Math.round(1.2 * sampleRate));
  const { frequency } = estimateFundamental(middle, sampleRate) ?? { frequency: NaN };
  return { level: peak(samples), off: Math.abs(cents(frequency, 261.63)) };
}

const status = async () => (await page.locator('gansynth-instrument [role=alert]').textContent()) ?? '';

describe('a player who tries another network', () => {
  test('keeps the sound when the files are no good, and is told why', async () => {
    assert.ok((await pressed()).off < 30);
    await page.keyboard.down('d');
    assert.equal(await drop(FILES, 'truncate'), 'CHECKPOINT_TRUNCATED');
    assert.match(await status(), /group1-shard1of1\.bin/);
    await startRecording(page, `${server.url}/dist`);
    await page.waitForTimeout(300);
    const { samples } = await stopRecording(page);
    await page.keyboard.up('d');
    assert.ok(peak(samples) > 0.01, 'the held note went silent');
    assert.ok((await pressed()).off < 30);
  });

  test('keeps it, too, when what was dropped is something else', async () => {
    assert.equal(await drop(['config.json']), 'CHECKPOINT_MISSING');
    assert.ok((await pressed()).off < 30);
  });

  test('keeps it when an address leads nowhere', async () => {
    const code = await page.evaluate(async () => {
      const heard = (globalThis as unknown as { heard: string[] }).heard;
      const before = heard.length;
      document.querySelector('gansynth-instrument')?.setAttribute('checkpoint', './nowhere/');
      while (heard.length === before) await new Promise((resolve) => setTimeout(resolve, 20));
      return heard[before];
    });
    assert.equal(code, 'CHECKPOINT_MISSING');
    assert.ok((await pressed()).off < 30);
    // What is saved now opens as what sounds.
    const [attribute, saved] = await page.evaluate(() => {
      const element = document.querySelector('gansynth-instrument');
      return [element?.checkpoint, element?.patch.checkpoint];
    });
    assert.deepEqual([attribute, saved], ['', '']);
  });

  test('keeps everything when a patch wants a checkpoint that is not there', async () => {
    const [before, code, after] = await page.evaluate(async () => {
      const element = document.querySelector('gansynth-instrument');
      if (!element) throw new Error('no element');
      const before = element.patch;
      const wanted = { ...before, checkpoint: './nowhere/', x: 1, volume: 0.1 };
      const code = await element.restore(wanted).then(
        () => 'opened',
        (error: { code: string }) => error.code,
      );
      return [before, code, element.patch] as const;
    });
    assert.equal(code, 'CHECKPOINT_MISSING');
    assert.deepEqual(after, before);
  });

  test('is told on the page what went wrong, until it is dismissed', async () => {
    assert.equal(await drop(['config.json']), 'CHECKPOINT_MISSING');
    await page.locator('gansynth-instrument [role=alert]').getByRole('button', { name: 'Dismiss' }).click();
    assert.equal(await page.locator('gansynth-instrument [role=alert]').count(), 0);
    assert.match(await page.locator('gansynth-instrument .status').innerText(), /Ready/);
  });

  test('keeps it when a dropped folder has no checkpoint in it', async () => {
    assert.equal(await dropFolder(path.join(root, 'docs')), 'CHECKPOINT_MISSING');
    assert.match(await status(), /weights_manifest\.json.*files\) has .*\.md/s);
    assert.ok((await pressed()).off < 30);
  });

  test('plays the checkpoint of a dropped folder, also from inside another one', async () => {
    const outer = mkdtempSync(path.join(tmpdir(), 'dropped-'));
    const inner = path.join(outer, 'gansynth-small');
    cpSync(path.join(dist, 'checkpoints/gansynth-small'), inner, { recursive: true });
    try {
      for (const folder of [inner, outer]) {
        assert.equal(await dropFolder(folder), 'load');
        assert.ok((await pressed()).off < 30);
      }
    } finally {
      rmSync(outer, { recursive: true });
    }
  });

  test('plays the new one, with corners, envelope and volume as they were', async () => {
    const patch = await page.evaluate(() => {
      const element = document.querySelector('gansynth-instrument');
      if (!element) throw new Error('no element');
      element.volume = 0.5;
      return element.patch;
    });
    // While a key is held: the same voice sounds on, and goes over to the new network.
    await startRecording(page, `${server.url}/dist`);
    const context = await page.evaluateHandle(
      () => document.querySelector('gansynth-instrument')?.instrument?.context,
    );
    await page.keyboard.down('d');
    await page.waitForTimeout(300);
    assert.equal(await drop(FILES), 'load');
    await page.waitForTimeout(500);
    const { samples, sampleRate } = await stopRecording(page);
    await page.keyboard.up('d');
    const begun = samples.findIndex((value) => Math.abs(value) > 0.01) + 0.1 * sampleRate;
    for (let at = begun; at + 0.1 * sampleRate < samples.length - 0.2 * sampleRate; at += 0.1 * sampleRate)
      assert.ok(peak(samples.subarray(at, at + 0.1 * sampleRate)) > 0.005, `silent at ${at / sampleRate} s`);
    const same = await page.evaluate(
      (before) => document.querySelector('gansynth-instrument')?.instrument?.context === before,
      context,
    );
    assert.ok(same, 'another context plays');
    const after = await page.evaluate(() => document.querySelector('gansynth-instrument')?.patch);
    assert.deepEqual({ ...after, checkpoint: '' }, { ...patch, checkpoint: '', volume: 0.5 });
    assert.match(after?.checkpoint ?? '', /^files:\d+$/, 'it has no address: the patch asks for the files');
    const { level, off } = await pressed();
    assert.ok(level > 0.01 && off < 30, `${level}, ${off} cents`);
    assert.equal(await page.locator('gansynth-instrument [role=alert]').count(), 0);
  });
});

test('an instrument taken away while another checkpoint takes its place leaves nothing running', async () => {
  const context = await page.evaluateHandle(async () => {
    const element = document.querySelector('gansynth-instrument');
    const context = element?.instrument?.context;
    globalThis.Worker = class extends Worker {
      constructor(...args: [string | URL, WorkerOptions?]) {
        super(...args);
        element?.remove();
      }
    };
    element?.setAttribute('checkpoint', '/dist/checkpoints/gansynth-small/');
    while (element?.isConnected) await new Promise((resolve) => setTimeout(resolve, 20));
    return context;
  });
  await page.waitForFunction((closed) => closed?.state === 'closed', context);
  for (let waited = 0; page.workers().length > 0 && waited < 5000; waited += 50)
    await page.waitForTimeout(50);
  assert.equal(page.workers().length, 0);
});

test('a network that names no timbres has numbered corners; the page is warned of those that its author named', async () => {
  const told = async (wanted: string) => {
    await page.goto(`${server.url}/${wanted}`);
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    await listen();
    await drop(FILES.filter((name) => name !== 'timbres.json'));
    const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
    const corners = await page.evaluate(() =>
      [
        ...(document
          .querySelector('gansynth-instrument')
          ?.shadowRoot?.querySelectorAll<HTMLSelectElement>('morph-pad select') ?? []),
      ].map(({ selectedOptions }) => selectedOptions[0].text),
    );
    return { heard, corners };
  };
  const numbered = ['random 1', 'random 2', 'random 3', 'random 4'];
  assert.deepEqual(await told('unnamed.html'), { heard: ['load'], corners: numbered });
  assert.deepEqual(await told(''), { heard: ['TIMBRE_UNKNOWN', 'load'], corners: numbered });
});
