/** What people do with `<nsynth-instrument>`, in a real browser: drop a sound on a corner, play it, mix it, keep it. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { departures, levels } from '../../src/audio/measure.testing.js';
import { LogMel } from '../../src/audio/log-mel.js';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { StreamResampler } from '../../src/audio/stream-resampler.js';
import { marimba, noise, organ } from '../../src/audio/synthetic-note.testing.js';
import { encodeWav } from '../../src/audio/wav.js';
import { violations } from './axe.js';
import { dist, root, startRecording, stopRecording, type Server } from './browser.js';
import { TAG, card, openInstrument, serveNSynth, type NSynthPages } from './nsynth-page.js';
import { cents, clickiness, frequencyOf, peak } from './sound.js';

const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<nsynth-instrument ATTRIBUTES room="0" x="0" y="0" computer-keyboard="none"></nsynth-instrument>`;
/** Weights drawn by recipe sound like nothing, and do what is done with them; what is heard is heard of the shipped ones. */
const DRAWN = 'checkpoint="/drawn/" corners="reed, bell, wood, glass"';

/** The other instrument, whose notes go to corners. */
const BESIDE =
  '<gansynth-instrument id="synth" corners="flute, trumpet, electric piano, strings" x="0" y="0"></gansynth-instrument>';

let pages: NSynthPages;
let browser: Browser;
let server: Server;
/** Pages that nobody lets listen, and pages with a microphone. */
let deaf: BrowserContext;

before(async () => {
  pages = await serveNSynth(
    {
      '/': PAGE.replace('ATTRIBUTES', DRAWN),
      '/heard': PAGE.replace('ATTRIBUTES', ''),
      '/beside': PAGE.replace('ATTRIBUTES', '') + BESIDE,
    },
    { '/demo/dist/': dist, '/demo/': path.join(root, 'demo') },
  );
  ({ browser, server } = pages);
  deaf = await browser.newContext();
});

after(() => pages.close());

const open = (address: string, context = deaf) => openInstrument(context, server.url + address);

const wav = (samples: Float32Array) => new Uint8Array(encodeWav(samples, 16000, 'int16'));

/** Drops a file on the pad, at a point of it. */
const drop = (page: Page, bytes: Uint8Array, name: string, x: number, y: number) =>
  page.evaluate(
    ([data, file, across, down]) => {
      const pad = document.querySelector('nsynth-instrument')?.shadowRoot?.querySelector('morph-pad');
      const box = pad?.getBoundingClientRect();
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], file));
      for (const type of ['dragover', 'drop'])
        pad?.dispatchEvent(
          new DragEvent(type, {
            ...{ dataTransfer: transfer, bubbles: true, composed: true, cancelable: true },
            clientX: (box?.left ?? 0) + across * (box?.width ?? 0),
            clientY: (box?.top ?? 0) + down * (box?.height ?? 0),
          }),
        );
    },
    [Buffer.from(bytes).toString('base64'), name, x, y] as const,
  );

const pitchAt = (page: Page, place: number) =>
  card(page, place).getByLabel('Pitch').locator('option:checked').innerText();
const nameAt = (page: Page, place: number) =>
  page.locator(`${TAG} morph-pad select`).nth(place).locator('option:checked').innerText();
/** Until a sound is at its corner, and was heard at all keys. */
const heardAt = (page: Page, place: number, name: string) =>
  page.waitForFunction(
    ([at, sound]) => {
      const element = document.querySelector('nsynth-instrument');
      const corner = element?.instrument?.corners[at];
      const isHearing = element?.shadowRoot?.querySelector(`.card.at${at} progress`);
      return corner && 'sound' in corner && corner.sound.name === sound && !isHearing;
    },
    [place, name] as const,
  );

describe('the page of the demo has no accessibility violations that axe knows', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`at first, with a sound that was dropped, with a failure, with its settings unfolded: ${colorScheme}`, async () => {
      const page = await open('/demo/nsynth.html');
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
      await drop(page, wav(organ(57)), 'organ.wav', 0.9, 0.1);
      await heardAt(page, 1, 'organ.wav');
      assert.deepEqual(await violations(page), []);
      await drop(page, new TextEncoder().encode('no sound'), 'words.wav', 0.1, 0.9);
      await page.locator(`${TAG} [role=alert]`).waitFor();
      assert.deepEqual(await violations(page), []);
      await page.locator(TAG).getByRole('button', { name: 'Settings' }).click();
      assert.deepEqual(await violations(page), []);
      await page.close();
    });
  }
});

describe('a person drops sounds', () => {
  let page: Page;
  before(async () => (page = await open('/')));
  after(() => page.close());

  test('on a corner of the pad, and sees there what it is called and what pitch it has', async () => {
    await drop(page, wav(organ(57)), 'organ.wav', 0.9, 0.1);
    await heardAt(page, 1, 'organ.wav');
    assert.equal(await nameAt(page, 1), 'organ');
    assert.match(await pitchAt(page, 1), /^A3/);
  });

  test('chooses one by a button of a corner; a drum has no pitch', async () => {
    const input = card(page, 2).getByLabel('Choose a sound');
    await input.setInputFiles({ name: 'hiss.wav', mimeType: 'audio/wav', buffer: Buffer.from(wav(noise())) });
    await heardAt(page, 2, 'hiss.wav');
    assert.equal(await pitchAt(page, 2), 'no pitch');
  });

  test('corrects the pitch, and it is heard anew', async () => {
    const before = await page.evaluate(
      () => document.querySelector('nsynth-instrument')?.instrument?.corners[1],
    );
    await card(page, 1).getByLabel('Pitch').selectOption('69');
    await page.waitForFunction(() => {
      const corner = document.querySelector('nsynth-instrument')?.instrument?.corners[1];
      return corner && 'sound' in corner && Math.round(corner.sound.pitch ?? 0) === 69;
    });
    const now = await page.evaluate(
      () => document.querySelector('nsynth-instrument')?.instrument?.corners[1],
    );
    assert.notDeepEqual(now, before);
    assert.match(await pitchAt(page, 1), /^A4/);
  });

  test('is told at the corner what is no sound, and the corner stays as it was', async () => {
    for (const [bytes, words] of [
      [new TextEncoder().encode('this is no sound'), /no sound in broken\.wav/],
      [wav(new Float32Array(16000)), /silent/],
      [wav(organ(60).subarray(0, 800)), /lasts 0\.05\d s/],
    ] as const) {
      await drop(page, bytes, 'broken.wav', 0.9, 0.1);
      const alert = card(page, 1).getByRole('alert');
      await alert.filter({ hasText: words }).waitFor();
      assert.equal(await nameAt(page, 1), 'organ');
      await alert.getByRole('button', { name: 'Dismiss' }).click();
    }
    assert.equal(await page.locator(`${TAG} [part~=failure]`).count(), 0, 'the instrument itself is well');
  });

  test('chooses another timbre while a sound is heard: the choice stands', async () => {
    await drop(page, wav(marimba(60, 20)), 'late.wav', 0.1, 0.1);
    await page.locator(TAG).getByLabel('Top left corner', { exact: true }).selectOption('glass');
    await page.waitForTimeout(1500);
    assert.equal(await nameAt(page, 0), 'glass');
    assert.equal(await card(page, 0).getByRole('alert').count(), 0);
  });

  test('saves a patch and opens it where the files are not', async () => {
    const patch = await page.evaluate(() =>
      JSON.stringify(document.querySelector('nsynth-instrument')?.patch),
    );
    assert.ok(patch.length < 150_000, `${patch.length} bytes`);
    const other = await open('/');
    const input = other.locator(`${TAG} input[aria-label="Open"]`);
    await input.setInputFiles({ name: 'p.json', mimeType: 'application/json', buffer: Buffer.from(patch) });
    await heardAt(other, 1, 'organ.wav');
    assert.match(await pitchAt(other, 1), /^A4/);
    assert.equal(await pitchAt(other, 2), 'no pitch');
    // Without the file, its pitch can still be corrected.
    await card(other, 1).getByLabel('Pitch').selectOption('57');
    await other.waitForFunction(() => {
      const corner = document.querySelector('nsynth-instrument')?.instrument?.corners[1];
      return corner && 'sound' in corner && Math.round(corner.sound.pitch ?? 0) === 57;
    });
    const broken = patch.replace(/"bytes":"[^"]{8}/, '"bytes":"');
    await input.setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: Buffer.from(broken) });
    await other
      .locator(`${TAG} [part~=failure]`)
      .filter({ hasText: 'sound.latent' })
      .waitFor({ state: 'attached' });
    assert.match(await pitchAt(other, 1), /^A3/, 'nothing is lost');
    await other.close();
  });

  test('sets the stretch', async () => {
    await page.locator(TAG).getByRole('slider', { name: 'Stretch' }).fill('1');
    assert.equal(
      await page.evaluate(() => document.querySelector('nsynth-instrument')?.instrument?.stretch),
      2,
    );
    assert.equal(await page.evaluate(() => document.querySelector('nsynth-instrument')?.patch.x), 0);
  });
});

describe('a sound that was dropped', () => {
  /** A file of so many seconds, made in the page: two channels of 16 bits at 44.1 kHz. */
  const dropOf = (page: Page, seconds: number) =>
    page.evaluate((length) => {
      const frames = length * 44100;
      const view = new DataView(new ArrayBuffer(44 + 4 * frames));
      for (const [at, text] of [
        [0, 'RIFF'],
        [8, 'WAVEfmt '],
        [36, 'data'],
      ] as const)
        [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
      view.setUint32(4, 36 + 4 * frames, true);
      view.setUint32(16, 16, true);
      view.setUint16(20, 1, true);
      view.setUint16(22, 2, true);
      view.setUint32(24, 44100, true);
      view.setUint32(28, 4 * 44100, true);
      view.setUint16(32, 4, true);
      view.setUint16(34, 16, true);
      view.setUint32(40, 4 * frames, true);
      for (let i = 0; i < frames; i++) {
        const value =
          9000 * Math.sin((2 * Math.PI * 220 * i) / 44100) + 4000 * Math.sin((2 * Math.PI * 660 * i) / 44100);
        view.setInt16(44 + 4 * i, value, true);
        view.setInt16(46 + 4 * i, value, true);
      }
      const element = document.querySelector('nsynth-instrument');
      const pad = element?.shadowRoot?.querySelector('morph-pad');
      const { left = 0, top = 0 } = pad?.getBoundingClientRect() ?? {};
      const transfer = new DataTransfer();
      transfer.items.add(new File([view], `${length} seconds.wav`, { type: 'audio/wav' }));
      const began = performance.now();
      Object.assign(globalThis, { began });
      pad?.dispatchEvent(
        new DragEvent('drop', {
          ...{ dataTransfer: transfer, bubbles: true, composed: true, cancelable: true },
          ...{ clientX: left + 5, clientY: top + 5 },
        }),
      );
    }, seconds);
  /** Milliseconds from the drop to the corner, and to the first note of it that is sent to the audio thread. */
  const times = (page: Page) =>
    page.evaluate(async () => {
      const element = document.querySelector('nsynth-instrument');
      const instrument = element?.instrument;
      const { began } = globalThis as unknown as { began: number };
      while (!instrument || !('sound' in instrument.corners[0]))
        await new Promise((resolve) => setTimeout(resolve, 5));
      const heard = performance.now() - began;
      element?.noteOn(60);
      await new Promise<void>((resolve) =>
        instrument?.addEventListener('render', ({ current }) => current && resolve()),
      );
      const playable = performance.now() - began;
      element?.noteOff(60);
      return { heard, playable };
    });

  for (const seconds of [4, 600]) {
    test(`of ${seconds} seconds is heard and can be played; how long that takes is told`, async (t) => {
      const page = await open('/heard');
      await moveTo(page, 0, 0);
      await startRecording(page, '/dist', TAG);
      await dropOf(page, seconds);
      const { heard, playable } = await times(page);
      t.diagnostic(
        `${seconds} s: at its corner after ${heard.toFixed(0)} ms, its first note after ${playable.toFixed(0)} ms`,
      );
      await heardAt(page, 0, `${seconds} seconds.wav`);
      assert.match(await pitchAt(page, 0), /^A3/);
      if (seconds > 4) assert.match(await card(page, 0).innerText(), /first 4\.0 s/);
      await page.close();
    });
  }

  test('plays from its own key, and its card says so, before it was heard at the others; then those play', async () => {
    const page = await open('/heard');
    await moveTo(page, 0, 0);
    await startRecording(page, '/dist', TAG);
    // A page that is too busy learns of both at once: it tries once more.
    let name = '';
    for (let tries = 3, played = false; !played; tries--) {
      name = `organ ${tries}.wav`;
      assert.ok(tries > 0, 'a note is rendered before the other keys are heard');
      const happened = page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const element = document.querySelector('nsynth-instrument');
            const events: string[] = [];
            element?.instrument?.addEventListener('render', ({ current, pitch }) => {
              if (current && pitch === 57 && !events.includes('rendered')) events.push('rendered');
            });
            element?.addEventListener('setting-change', () => {
              if (events.length === 0) element.noteOn(57);
              events.push(events.length === 0 ? 'placed' : 'placed again');
              // What its card says is set behind the corner.
              void Promise.resolve().then(async () => {
                await element.updateComplete;
                const card = element.shadowRoot?.querySelector('.card.at0');
                const said = card?.querySelector('[role=status]')?.textContent ?? 'no state';
                events.push(`${said}, ${card?.querySelector('select') ? 'its pitch' : 'no pitch'}`);
              });
              if (events.includes('placed again')) setTimeout(() => resolve(events), 100);
            });
          }),
      );
      await drop(page, wav(organ(57)), name, 0.1, 0.1);
      const events = await happened;
      assert.deepEqual(
        events.filter((event) => event !== 'rendered'),
        ['placed', 'Playable, its pitch', 'placed again', 'no state, its pitch'],
      );
      played = events.includes('rendered') && events.indexOf('rendered') < events.indexOf('placed again');
      await page.waitForTimeout(1000);
      await note(page, 'noteOff', 57);
    }
    const { samples, sampleRate } = await stopRecording(page, TAG);
    assert.ok(peak(samples) > 0.05);
    assert.ok(clickiness(samples, sampleRate) < 0.3, `${clickiness(samples, sampleRate)}`);
    // Both are one change.
    await page.locator(TAG).getByRole('button', { name: 'Undo' }).click();
    await page.waitForFunction(
      (sound) => !JSON.stringify(document.querySelector('nsynth-instrument')?.patch.corners).includes(sound),
      name,
    );
    await page.close();
  });

  test('is given up wherever it is; how long that takes at most is told', async (t) => {
    const page = await open('/heard');
    const slowest = await page.evaluate(async () => {
      const instrument = document.querySelector('nsynth-instrument')?.instrument;
      const sound = Float32Array.from(
        { length: 30 * 48000 },
        (_, i) => 0.3 * Math.sin((2 * Math.PI * 220 * i) / 48000),
      );
      let longest = 0;
      for (const wait of [0, 20, 60, 120, 200, 300, 450]) {
        const abort = new AbortController();
        const heard = instrument?.embed([sound, sound], { sampleRate: 48000, signal: abort.signal });
        const ended = heard?.then(
          () => 'heard',
          (error: { code?: string }) => error.code,
        );
        await new Promise((resolve) => setTimeout(resolve, wait));
        const asked = performance.now();
        abort.abort();
        const how = await ended;
        if (how === 'ABORTED') longest = Math.max(longest, performance.now() - asked);
        else if (how !== 'heard') throw new Error(String(how));
      }
      return longest;
    });
    t.diagnostic(`given up within ${slowest.toFixed(0)} ms`);
    assert.ok(slowest > 0);
    await page.close();
  });
});

describe('a person records a sound', () => {
  test('and is told where listening is not allowed', async () => {
    const page = await open('/');
    await card(page, 3).getByRole('button', { name: 'Record' }).click();
    await card(page, 3).getByRole('alert').filter({ hasText: 'may not listen' }).waitFor();
    assert.equal(await nameAt(page, 3), 'glass');
    await page.close();
  });

  test('sees the level, stops, and has it at the corner', async () => {
    const context = await browser.newContext({ permissions: ['microphone'] });
    const page = await open('/', context);
    await card(page, 3).getByRole('button', { name: 'Record' }).click();
    await card(page, 3).getByRole('meter').waitFor();
    // The browser's own microphone for tests beeps once a second.
    await page.waitForTimeout(2200);
    await card(page, 3).getByRole('button', { name: 'Stop recording' }).click();
    await heardAt(page, 3, 'recording');
    assert.equal(
      await card(page, 3).getByRole('button', { name: 'Record' }).getAttribute('aria-pressed'),
      'false',
    );
    await context.close();
  });
});

describe('the demo page', () => {
  test('has sounds to try for who has none', async () => {
    const page = await open('/demo/nsynth.html');
    for (const name of ['A bell', 'A voice', 'A string', 'A drum']) {
      await page.getByRole('button', { name }).click();
      await heardAt(page, 0, name.replace('A ', ''));
    }
    await page.close();
  });
});

/** At 16 kHz. */
function resampled(samples: Float32Array, rate: number): Float32Array {
  const resampler = new StreamResampler(rate, 16000);
  return Float32Array.from([...resampler.write(samples), ...resampler.close()]);
}

/** Mean spectrum of the first second in 64 bands, dB, without its level. */
function colour(samples: Float32Array): Float64Array {
  const mel = new LogMel({ sampleRate: 16000, windowLength: 2048, bins: 64, lowest: 30, window: 'periodic' });
  const loud = peak(samples);
  const scaled = samples.map((value) => value / loud);
  const onset = scaled.findIndex((value) => Math.abs(value) > 0.05);
  const sum = new Float64Array(64);
  const frame = new Float32Array(64);
  const frames = 16;
  for (let k = 0; k < frames; k++) {
    mel.compute(scaled, onset + k * 800, frame);
    const top = Math.max(...frame);
    for (let band = 0; band < 64; band++) sum[band] += Math.max(frame[band], top - 50) / frames;
  }
  const mean = sum.reduce((a, b) => a + b, 0) / 64;
  return sum.map((value) => value - mean);
}

const distance = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;

const play = async (page: Page, work: () => Promise<void>, tail = 300) => {
  await startRecording(page, '/dist', TAG);
  await work();
  await page.waitForTimeout(tail);
  return stopRecording(page, TAG);
};
const note = (page: Page, type: 'noteOn' | 'noteOff', ...pitches: number[]) =>
  page.evaluate(
    ([tag, method, keys]) => {
      for (const key of keys) document.querySelector(tag)?.[method](key);
    },
    [TAG, type, pitches] as const,
  );
const moveTo = (page: Page, x: number, y: number) =>
  page.evaluate(
    ([tag, across, down]) => {
      Object.assign(document.querySelector(tag) ?? {}, { x: across, y: down });
    },
    [TAG, x, y] as const,
  );
/** Until a key of the present timbre can be heard at once. */
const rendered = (page: Page) =>
  page.waitForFunction(
    () => {
      const instrument = document.querySelector('nsynth-instrument')?.instrument;
      return instrument !== undefined && instrument.rendered === instrument.pitchCount;
    },
    undefined,
    { timeout: 120_000 },
  );

/** Waits until so many voices play what is decoded for them. @returns false where this machine is too busy for that */
const decodedWhileTheySound = (page: Page, voices: number) =>
  page.evaluate(
    (count) =>
      new Promise<boolean>((resolve) => {
        const instrument = document.querySelector('nsynth-instrument')?.instrument;
        if (!instrument?.keepsUp) resolve(false);
        // Notes that went over to the bank stay there, also when the machine has time again.
        setTimeout(() => resolve(false), 10_000);
        instrument?.addEventListener('meter', ({ liveVoices }) => liveVoices >= count && resolve(true));
        instrument?.addEventListener('live', ({ keepsUp }) => keepsUp || resolve(false));
      }),
    voices,
  );
const mean = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;

describe('sounds that were dropped are heard', () => {
  /** A bright tone, a dull one, and a hiss; a timbre of the checkpoint at the fourth corner. */
  const sounds = [
    organ(60, { amplitudes: Array.from({ length: 16 }, (_, i) => (i + 1) ** -0.6) }),
    organ(60, { amplitudes: [1, 0.12, 0.04, 0.02] }),
    noise(),
  ];
  let page: Page;
  before(async () => {
    page = await open('/heard');
    for (const [place, sound] of sounds.entries()) {
      await drop(page, wav(sound), `${place}.wav`, place % 2, place >> 1);
      await heardAt(page, place, `${place}.wav`);
    }
  });
  after(() => page.close());

  test('at their pitch on three keys', async () => {
    await moveTo(page, 0, 0);
    await note(page, 'noteOn', 60);
    await note(page, 'noteOff', 60);
    await rendered(page);
    for (const pitch of [48, 60, 67]) {
      const { samples, sampleRate } = await play(
        page,
        async () => {
          await note(page, 'noteOn', pitch);
          await page.waitForTimeout(900);
          await note(page, 'noteOff', pitch);
        },
        100,
      );
      const from = samples.findIndex((value) => Math.abs(value) > 0.01) + 0.2 * sampleRate;
      const { frequency } = estimateFundamental(samples.subarray(from, from + 0.5 * sampleRate), sampleRate, {
        minHz: 60,
        maxHz: 1500,
      });
      const off = cents(frequency, frequencyOf(pitch));
      assert.ok(Math.abs(off) < 50, `${pitch}: ${off} cents`);
    }
  });

  test('each nearer to what was dropped there than to any other', async () => {
    const colours = sounds.map(colour);
    for (const place of sounds.keys()) {
      await moveTo(page, place % 2, place >> 1);
      await note(page, 'noteOn', 60);
      await note(page, 'noteOff', 60);
      await rendered(page);
      const { samples, sampleRate } = await play(
        page,
        async () => {
          await note(page, 'noteOn', 60);
          await page.waitForTimeout(1400);
          await note(page, 'noteOff', 60);
        },
        100,
      );
      const heard = colour(resampled(samples, sampleRate));
      const distances = colours.map((one) => distance(one, heard));
      const nearest = distances.indexOf(Math.min(...distances));
      assert.equal(nearest, place, `${place}: ${distances.map((value) => value.toFixed(2)).join(', ')} dB`);
    }
  });

  test('under a held chord while the pad is dragged: decoded while they sound, without a click, a jump or a dip', async (t) => {
    const chord = [48, 55, 60];
    await moveTo(page, 0, 0);
    await note(page, 'noteOn', ...chord);
    await rendered(page);
    await note(page, 'noteOff', ...chord);
    let keptUp = false;
    const { samples, sampleRate } = await play(page, async () => {
      await note(page, 'noteOn', ...chord);
      keptUp = await decodedWhileTheySound(page, chord.length);
      await page.waitForTimeout(500);
      for (let step = 1; step <= 20; step++) {
        await moveTo(page, step / 20, 0);
        await page.waitForTimeout(100);
      }
      await page.waitForTimeout(1000);
      keptUp &&= await decodedWhileTheySound(page, chord.length);
      await note(page, 'noteOff', ...chord);
    });
    assert.ok(clickiness(samples, sampleRate) < 0.3, `${clickiness(samples, sampleRate)}`);
    // Samples that came too late leave a gap, and that is the machine's.
    if (!keptUp) return t.diagnostic('this machine is too busy to decode notes while they sound');
    const end = samples.findLastIndex((value) => Math.abs(value) > 0.02);
    const held = samples.subarray(end - 2.8 * sampleRate, end - 0.1 * sampleRate);
    // The room sounds on whatever voices do: where there is nothing at all, no sound was computed for anybody.
    const silent = new Float32Array(64).join();
    const isCut = held.some((value, i) => value === 0 && held.subarray(i, i + 64).join() === silent);
    if (isCut) return t.diagnostic('this machine is too busy for its own sound');
    const course = levels(held, sampleRate / 20);
    const ends = Math.min(course[0], course[course.length - 1]);
    assert.ok(Math.min(...course) > ends - 4, course.map((level) => level.toFixed(1)).join(' '));
    const jumps = departures(resampled(held, sampleRate));
    const largest = Math.max(
      ...jumps.slice(1).map((frame, i) => mean(frame.map((x, k) => Math.abs(x - jumps[i][k])))),
    );
    assert.ok(largest < 8, `a jump of ${largest} dB`);
    t.diagnostic(
      `largest jump ${largest.toFixed(1)} dB, lowest level ${(Math.min(...course) - ends).toFixed(1)} dB`,
    );
  });

  test('for twenty seconds, as long as the key is down', async () => {
    await moveTo(page, 0, 0);
    const { samples, sampleRate } = await play(page, async () => {
      await note(page, 'noteOn', 60);
      await page.waitForTimeout(20_000);
      await note(page, 'noteOff', 60);
    });
    const level = (from: number, to: number) => {
      const part = samples.subarray(from * sampleRate, to * sampleRate);
      return 20 * Math.log10(Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length));
    };
    assert.ok(Math.abs(level(18, 19) - level(2, 3)) < 3, `${level(2, 3)} and ${level(18, 19)} dB`);
    assert.ok(clickiness(samples, sampleRate) < 0.3);
  });
});

describe('a note of another instrument of the page', () => {
  let page: Page;
  before(async () => (page = await open('/beside')));
  after(() => page.close());

  const choose = (place: string, label: string) =>
    page.locator(TAG).getByLabel(`${place} corner`, { exact: true }).selectOption({ label });
  const renderedBy = (x: number, y: number) =>
    page.evaluate(
      async ([across, down]) => {
        const synth = document.querySelector('gansynth-instrument');
        if (!synth) throw new Error('there is no instrument');
        Object.assign(synth, { x: across, y: down });
        await synth.updateComplete;
        return [...(await synth.renderNote(60))];
      },
      [x, y] as const,
    );

  test('is chosen in the menu of a corner, has its pitch, and is heard there', async () => {
    const notes = [await renderedBy(0, 0)];
    await choose('Top left', 'A note of synth');
    await heardAt(page, 0, 'synth');
    assert.equal(await nameAt(page, 0), 'synth');
    assert.match(await pitchAt(page, 0), /^C4/);
    notes.push(await renderedBy(1, 0));
    await choose('Top right', 'A note of synth');
    await heardAt(page, 1, 'synth');
    const colours = notes.map((samples) => colour(Float32Array.from(samples)));
    for (const place of [0, 1]) {
      await moveTo(page, place, 0);
      await note(page, 'noteOn', 60);
      await note(page, 'noteOff', 60);
      await rendered(page);
      const { samples, sampleRate } = await play(page, async () => {
        await note(page, 'noteOn', 60);
        await page.waitForTimeout(1400);
        await note(page, 'noteOff', 60);
      });
      const from = samples.findIndex((value) => Math.abs(value) > 0.01) + 0.2 * sampleRate;
      const held = samples.subarray(from, from + 0.5 * sampleRate);
      const { frequency } = estimateFundamental(held, sampleRate, { minHz: 60, maxHz: 1500 });
      const off = cents(frequency, frequencyOf(60));
      assert.ok(Math.abs(off) < 50, `${off} cents`);
      const heard = colour(resampled(samples, sampleRate));
      const [here, there] = [colours[place], colours[1 - place]].map((one) => distance(one, heard));
      assert.ok(here < there, `corner ${place}: ${here} dB to its own note, ${there} to the other's`);
    }
  });

  test('stays what it was when the instrument plays something else', async () => {
    const cornersNow = () =>
      page.evaluate(() => JSON.stringify(document.querySelector('nsynth-instrument')?.patch.corners));
    const before = await cornersNow();
    await renderedBy(1, 1);
    assert.equal(await cornersNow(), before);
  });

  test('is offered by instruments that come later, and by none that is gone', async () => {
    const offered = async () => {
      await page.mouse.move(0, 0);
      await page.locator(`${TAG} morph-pad`).hover();
      const options = page.locator(`${TAG} morph-pad select`).first().locator('option');
      return (await options.allTextContents()).filter((text) => text.startsWith('A note of'));
    };
    await page.evaluate(() => document.body.append(document.createElement('gansynth-instrument')));
    assert.deepEqual(await offered(), ['A note of synth', 'A note of GANSynth 2']);
    await page.evaluate(() => {
      for (const synth of document.querySelectorAll('gansynth-instrument')) synth.remove();
    });
    assert.deepEqual(await offered(), []);
  });
});
