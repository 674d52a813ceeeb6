/** What players do, done in a real browser on an isolated page: presses, chords, pedal, bend, morph; and what they hear. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { serve } from '../../scripts/static-server.mjs';
import {
  dist,
  launch,
  openInstrument,
  pageWithElement,
  startRecording,
  stopRecording,
  type Server,
} from './browser.js';
import { cents, clickiness, peak } from './sound.js';

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const CORNERS = 'corners="clarinet, church organ, flute, trumpet" x="0" y="0" backend="wasm"';

let browser: Browser;
let server: Server;
let page: Page;
let base: string;

before(async () => {
  browser = await launch();
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/dist/': dist }, headers: ISOLATED, pages });
  base = `${server.url}/dist`;
  pages['/'] = pageWithElement(base, CORNERS);
  ({ page } = await openInstrument(browser, `${server.url}/`));
  // Every pitch of the first timbre is rendered before the first test: what follows is about playing.
  await page.locator('gansynth-instrument h2').click();
  await page.waitForFunction(
    () => {
      const { rendered, pitchCount } = document.querySelector('gansynth-instrument')?.instrument ?? {};
      return rendered !== undefined && rendered === pitchCount;
    },
    undefined,
    { timeout: 60_000 },
  );
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Records while `play` runs, and `tail` ms more. */
async function record(play: () => Promise<void>, tail = 1000) {
  await startRecording(page, base);
  await page.waitForTimeout(200);
  await play();
  await page.waitForTimeout(tail);
  return stopRecording(page);
}

const instrument = (method: string, ...args: unknown[]) =>
  page.evaluate(
    ([name, values]) => {
      const { instrument } = document.querySelector('gansynth-instrument') as unknown as {
        instrument: Record<string, (...values: unknown[]) => void>;
      };
      instrument[name as string](...(values as unknown[]));
    },
    [method, args] as const,
  );

const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);
const slice = (samples: Float32Array, rate: number, from: number, to: number) =>
  samples.subarray(Math.round(from * rate), Math.round(to * rate));

describe('a player', () => {
  test('holds a note for six seconds, longer than the note audio is, and it neither fades nor clicks', async () => {
    const { samples, sampleRate } = await record(async () => {
      await page.keyboard.down('a');
      await page.waitForTimeout(6000);
      await page.keyboard.up('a');
    });
    const early = rms(slice(samples, sampleRate, 1.5, 2.5));
    const late = rms(slice(samples, sampleRate, 5, 6));
    assert.ok(
      Math.abs(20 * Math.log10(late / early)) < 3,
      `${20 * Math.log10(late / early)} dB from second 2 to second 5.5`,
    );
    assert.ok(clickiness(samples, sampleRate) < 0.3);
  });

  test('plays a chord on the computer keyboard: louder than a note, not clipped', async () => {
    const chord = ['a', 'd', 'g'];
    const { samples } = await record(async () => {
      for (const key of chord) await page.keyboard.down(key);
      await page.waitForTimeout(800);
      for (const key of chord) await page.keyboard.up(key);
    });
    assert.ok(peak(samples) > 0.1 && peak(samples) < 1, `peak ${peak(samples)}`);
  });

  test('bends a note two semitones up and hears it there', async () => {
    const { samples, sampleRate } = await record(async () => {
      await page.keyboard.down('k');
      await page.waitForTimeout(700);
      await instrument('pitchBend', 2);
      await page.waitForTimeout(900);
      await page.keyboard.up('k');
      await instrument('pitchBend', 0);
    });
    const range = { minHz: 20, maxHz: 4500 };
    const before = estimateFundamental(slice(samples, sampleRate, 0.4, 0.8), sampleRate, range).frequency;
    const after = estimateFundamental(slice(samples, sampleRate, 1.2, 1.7), sampleRate, range).frequency;
    assert.ok(Math.abs(cents(after, before) - 200) < 30, `${cents(after, before)} cents`);
    assert.ok(clickiness(samples, sampleRate) < 0.3);
  });

  test('keeps a note with the pedal after the key is up, and ends it with the pedal', async () => {
    const { samples, sampleRate } = await record(async () => {
      await instrument('sustain', true);
      await page.keyboard.press('a', { delay: 300 });
      await page.waitForTimeout(1200);
      await instrument('sustain', false);
    }, 1500);
    const pedalled = rms(slice(samples, sampleRate, 1, 1.5));
    const released = rms(samples.subarray(samples.length - sampleRate / 4));
    assert.ok(pedalled > 0.01, `${pedalled} under the pedal`);
    assert.ok(released < 1e-4, `${released} after it`);
  });

  test('drags the pad while a note sounds: the timbre changes, the level does not jump, nothing clicks', async () => {
    const { samples, sampleRate } = await record(async () => {
      await page.keyboard.down('a');
      await page.waitForTimeout(700);
      const box = await page.locator('gansynth-instrument morph-pad').boundingBox();
      assert.ok(box);
      await page.mouse.move(box.x + 4, box.y + 4);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width - 4, box.y + box.height - 4, { steps: 12 });
      await page.mouse.up();
      await page.waitForTimeout(1200);
      await page.keyboard.up('a');
    });
    const [x, y] = await page.evaluate(() => {
      const element = document.querySelector('gansynth-instrument') as HTMLElement & { x: number; y: number };
      return [element.x, element.y];
    });
    assert.ok(x > 0.9 && y > 0.9, `the pad is at ${x}, ${y}`);
    assert.ok(clickiness(samples, sampleRate) < 0.3, `${clickiness(samples, sampleRate)}`);
    assert.ok(rms(slice(samples, sampleRate, 1.6, 2)) > 0.01, 'it still sounds');
  });

  test('plays pitches that the model cannot render, as low as 12 and as high as 108', async () => {
    for (const pitch of [12, 108]) {
      const { samples, sampleRate } = await record(async () => {
        await instrument('noteOn', pitch, 100);
        await page.waitForTimeout(900);
        await instrument('noteOff', pitch);
      });
      assert.ok(peak(samples) > 0.02, `pitch ${pitch}: peak ${peak(samples)}`);
      // 108 is pitch 84 read four times as fast.
      const bandwidth = 8000 * Math.max(1, 2 ** ((pitch - 84) / 12));
      // Four times as bright, its attack is sharper than that of any note as it was rendered.
      const bound = pitch > 84 ? 0.6 : 0.3;
      assert.ok(clickiness(samples, sampleRate, bandwidth) < bound, `pitch ${pitch}`);
    }
  });

  test('sees every key let go when the page asks for silence', async () => {
    const pressed = () =>
      page
        .locator('gansynth-instrument piano-keyboard [aria-pressed=true]')
        .evaluateAll((keys) => keys.map((key) => key.getAttribute('aria-label')));
    await page.keyboard.down('g');
    await page.evaluate(() => {
      for (const pitch of [60, 64]) document.querySelector('gansynth-instrument')?.noteOn(pitch);
    });
    assert.deepEqual(await pressed(), ['C4', 'E4', 'G4']);
    await page.evaluate(async () => {
      const element = document.querySelector('gansynth-instrument');
      element?.allNotesOff();
      await element?.shadowRoot?.querySelector('piano-keyboard')?.updateComplete;
    });
    assert.deepEqual(await pressed(), []);
    await page.keyboard.up('g');
  });

  test('stops everything at once', async () => {
    const { samples, sampleRate } = await record(async () => {
      await instrument('sustain', true);
      for (const pitch of [48, 55, 60, 64]) await instrument('noteOn', pitch, 110);
      await page.waitForTimeout(500);
      await instrument('allSoundOff');
      await instrument('sustain', false);
    }, 400);
    assert.ok(rms(samples.subarray(samples.length - sampleRate / 10)) < 1e-5);
  });
});
