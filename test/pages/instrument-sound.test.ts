/** What leaves an instrument: how loud one note and sixteen are, how wide, how long the room rings, and whether random timbres are tones. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { decodeWav } from '../../src/audio/wav.js';
import { dist, launch, openInstrument, pageWithElement, type Server } from './browser.js';
import { cents, frequencyOf, peak } from './sound.js';

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  server = await serve({
    roots: { '/dist/': dist },
    pages: {
      '/': pageWithElement(
        '/dist',
        'corners="flute, strings, drawbar organ, trumpet" x="0" y="0" backend="wasm"',
      ),
    },
  });
  ({ page } = await openInstrument(browser, `${server.url}/`));
  await page.locator('gansynth-instrument h2').click();
  await rendered();
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Waits until every key of the present timbre has its own note. */
const rendered = () =>
  page.waitForFunction(
    () => {
      const { rendered, pitchCount } = document.querySelector('gansynth-instrument')?.instrument ?? {};
      return rendered !== undefined && rendered === pitchCount;
    },
    undefined,
    { timeout: 90_000 },
  );

interface Played {
  readonly pitches: readonly number[];
  readonly velocity?: number;
  /** Until the keys come up, ms. */
  readonly held?: number;
  /** After that, ms. */
  readonly tail?: number;
  /** Settings of the element. */
  readonly room?: number;
  readonly volume?: number;
}

/** Plays keys and records both channels. */
async function play({ pitches, velocity = 100, held = 1200, tail = 400, room = 0, volume = 0.8 }: Played) {
  await page.evaluate((settings) => Object.assign(document.querySelector('gansynth-instrument')!, settings), {
    ...{ room, volume },
  });
  await page.waitForTimeout(150);
  const base64 = await page.evaluate(
    async ([base, keys, force, down, ring]) => {
      const { WavRecorder } = await import(`${base}/dist/timbrel.js`);
      const element = document.querySelector('gansynth-instrument')!;
      const recorder = await WavRecorder.start(element.instrument!.output, { channels: 2 });
      for (const key of keys) element.noteOn(key, force);
      await new Promise((resolve) => setTimeout(resolve, down));
      for (const key of keys) element.noteOff(key);
      await new Promise((resolve) => setTimeout(resolve, ring));
      const wav: Blob = await recorder.stop();
      return new Promise<string>((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve((reader.result as string).split(',')[1]);
        reader.readAsDataURL(wav);
      });
    },
    [server.url, pitches, velocity, held, tail] as const,
  );
  const bytes = Buffer.from(base64, 'base64');
  const { channels, sampleRate } = decodeWav(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
  );
  const [left, right] = channels;
  return { left, right, sampleRate };
}

const decibels = (amplitude: number) => 20 * Math.log10(amplitude + 1e-9);
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, v) => sum + v * v, 0) / samples.length);

describe('the output', () => {
  test('of one note at velocity 100 peaks between -15 and -8 dB, as it is set at first', async () => {
    for (const pitch of [48, 60, 72]) {
      const { left, right } = await play({ pitches: [pitch], room: 0.3 });
      const level = decibels(Math.max(peak(left), peak(right)));
      assert.ok(level > -15 && level < -8, `${pitch}: ${level.toFixed(1)} dB`);
    }
  });

  test('of sixteen notes at full force, volume and room stays below full scale', async () => {
    const pitches = Array.from({ length: 16 }, (_, i) => 41 + 2 * i);
    const { left, right } = await play({ pitches, velocity: 127, held: 2500, room: 1, volume: 1 });
    const level = Math.max(peak(left), peak(right));
    assert.ok(level > 0.5 && level < 1, `${level}`);
  });

  test('is in stereo, of which nothing is lost in mono', async () => {
    const { left, right } = await play({ pitches: [60] });
    const sides = left.map((value, i) => (value - right[i]) / 2);
    const middle = left.map((value, i) => (value + right[i]) / 2);
    const width = decibels(rms(sides) / rms(middle));
    assert.ok(width > -26 && width < -8, `the sides are ${width.toFixed(1)} dB below the middle`);
  });

  test('rings on in the room, is over without it, and silence is silence', async () => {
    const ring = async (room: number, silence = false) => {
      await page.evaluate(() => {
        const element = document.querySelector('gansynth-instrument')!;
        element.envelope = { ...element.envelope, release: 0.05 };
      });
      const playing = play({ pitches: [60, 64], room, held: 900, tail: 500 });
      if (silence) {
        await page.waitForTimeout(900);
        await page.evaluate(() => document.querySelector('gansynth-instrument')?.instrument?.allSoundOff());
      }
      const { left, sampleRate } = await playing;
      return decibels(rms(left.subarray(left.length - Math.round(0.15 * sampleRate))));
    };
    const [dry, wet, silenced] = [await ring(0), await ring(1), await ring(1, true)];
    assert.ok(wet > -70 && wet > dry + 20, `${wet.toFixed(0)} dB in the room, ${dry.toFixed(0)} without`);
    assert.ok(silenced < -80, `${silenced.toFixed(0)} dB after silence was asked for`);
  });
});

test('random corners have the pitch of the key, low and high, draw after draw', async () => {
  const found: string[] = [];
  for (let draw = 0; draw < 3; draw++) {
    const before = await page.evaluate(() => document.querySelector('gansynth-instrument')?.corners);
    await page.getByRole('button', { name: 'Random corners' }).click();
    await page.waitForFunction(
      (earlier) => document.querySelector('gansynth-instrument')?.corners !== earlier,
      before,
      { timeout: 60_000 },
    );
    for (const [x, y, key] of [
      [0, 0, 48],
      [1, 0, 60],
      [0, 1, 67],
      [1, 1, 72],
    ]) {
      await page.evaluate((point) => Object.assign(document.querySelector('gansynth-instrument')!, point), {
        ...{ x, y, volume: 0 },
      });
      // The key has its own note then: one that stands in for it, from a key beside it, may be out of tune there.
      await rendered();
      const { left, sampleRate } = await play({ pitches: [key], held: 900, tail: 200 });
      const held = left.subarray(Math.round(0.4 * sampleRate), Math.round(0.9 * sampleRate));
      const { frequency, confidence } = estimateFundamental(held, sampleRate, { minHz: 60, maxHz: 1500 });
      const off = cents(frequency, frequencyOf(key));
      // A tone that beats is heard a little beside its key; noise is anywhere.
      if (!(Math.abs(off) < 150)) {
        const corners = await page.evaluate(() => document.querySelector('gansynth-instrument')?.corners);
        found.push(
          `key ${key} of draw ${draw} at ${x}, ${y} of ${JSON.stringify(corners)}: ${off.toFixed(0)} cents, ${confidence}`,
        );
      }
      const level = decibels(peak(held));
      assert.ok(level > -26, `draw ${draw} at ${x}, ${y}: ${level.toFixed(0)} dB`);
    }
  }
  assert.deepEqual(found, []);
});
