/** The cards of `<nsynth-instrument>`: the microphone, what is chosen while it records, the pitch by keyboard, and what is said where. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { BrowserContext, Page } from 'playwright-core';
import { organ } from '../../src/audio/synthetic-note.testing.js';
import { encodeWav } from '../../src/audio/wav.js';
import { TAG, card, openInstrument, serveNSynth, type NSynthPages } from './nsynth-page.js';

const PAGE = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<nsynth-instrument checkpoint="/drawn/" corners="reed, bell, wood, glass" linked></nsynth-instrument>`;

/** The microphone of the page waits to be allowed where `asks` is set. */
interface Microphone {
  asks: boolean;
  readonly waiting: (() => void)[];
  readonly tracks: MediaStreamTrack[];
}
declare global {
  var microphone: Microphone;
}

let pages: NSynthPages;
let context: BrowserContext;

before(async () => {
  pages = await serveNSynth({ '/': PAGE });
  context = await pages.browser.newContext({
    permissions: ['microphone'],
    viewport: { width: 1280, height: 800 },
  });
  await context.addInitScript(() => {
    const microphone: Microphone = { asks: false, waiting: [], tracks: [] };
    globalThis.microphone = microphone;
    const { mediaDevices } = navigator;
    const ask = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = async (constraints) => {
      if (microphone.asks) await new Promise<void>((resolve) => microphone.waiting.push(resolve));
      const stream = await ask(constraints);
      microphone.tracks.push(...stream.getTracks());
      return stream;
    };
  });
});

after(() => pages.close());

const open = () => openInstrument(context, pages.server.url);

const record = (page: Page, place: number) => card(page, place).locator('button.record');
const nameAt = (page: Page, place: number) =>
  page.locator(`${TAG} morph-pad select`).nth(place).locator('option:checked').innerText();
const file = (samples: Float32Array, name: string) => ({
  ...{ name, mimeType: 'audio/wav' },
  buffer: Buffer.from(encodeWav(samples, 16000, 'int16')),
});
const choose = (page: Page, place: number, chosen: ReturnType<typeof file>) =>
  card(page, place).locator('input').setInputFiles(chosen);
/** Until a sound of a name is at its corner, and was heard at all keys. */
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
/** Until so many tracks are there of which so many are live. */
const microphones = (page: Page, all: number, live: number) =>
  page.waitForFunction(
    ([expected, on]) => {
      const { tracks } = globalThis.microphone;
      return (
        tracks.length === expected && tracks.filter(({ readyState }) => readyState === 'live').length === on
      );
    },
    [all, live] as const,
  );
const allow = (page: Page, count: number) =>
  page
    .waitForFunction((expected) => globalThis.microphone.waiting.length === expected, count)
    .then(() =>
      page.evaluate(() => {
        for (const resolve of globalThis.microphone.waiting.splice(0)) resolve();
      }),
    );
const recorded = (page: Page, place: number) =>
  page.waitForFunction(
    (at) =>
      Number.parseFloat(
        document.querySelector('nsynth-instrument')?.shadowRoot?.querySelector(`.card.at${at} meter + span`)
          ?.textContent ?? '0',
      ) > 1.2,
    place,
  );

describe('the microphone', () => {
  test('is turned on once by a double click, and off in the end; the next recording is one too', async () => {
    const page = await open();
    for (const turn of [1, 2]) {
      await record(page, 0).dblclick();
      await recorded(page, 0);
      await microphones(page, turn, 1);
      await record(page, 0).click();
      await heardAt(page, 0, 'recording');
      await microphones(page, turn, 0);
      assert.equal(await card(page, 0).getByRole('alert').count(), 0);
    }
    await page.close();
  });

  test('is for the last corner that asked, where it was asked for two', async () => {
    const page = await open();
    await page.evaluate(() => (globalThis.microphone.asks = true));
    await record(page, 0).click();
    await record(page, 3).click();
    await allow(page, 2);
    await microphones(page, 2, 1);
    await recorded(page, 3);
    await record(page, 3).click();
    await heardAt(page, 3, 'recording');
    await microphones(page, 2, 0);
    assert.equal(await nameAt(page, 0), 'reed');
    await page.close();
  });

  for (const [when, asks] of [
    ['before it is allowed', true],
    ['while it is on', false],
  ] as const)
    test(`is off when the instrument is taken off the page ${when}`, async () => {
      const page = await open();
      await page.evaluate((first) => (globalThis.microphone.asks = first), asks);
      await record(page, 1).click();
      if (asks) await page.waitForFunction(() => globalThis.microphone.waiting.length === 1);
      else await microphones(page, 1, 1);
      await page.evaluate(async () => {
        document.querySelector('nsynth-instrument')?.remove();
        await new Promise((resolve) => setTimeout(resolve, 50));
      });
      if (asks) await allow(page, 1);
      await microphones(page, 1, 0);
      await page.close();
    });
});

describe('what is chosen while a corner records ends that, and stands:', () => {
  for (const [what, expected, choice] of [
    [
      'a timbre in its menu',
      'wood',
      (page) => page.locator(`${TAG} morph-pad select`).first().selectOption('wood'),
    ],
    ['random corners', '', (page) => page.getByRole('button', { name: 'Random corners' }).click()],
    ['the change before, taken back', 'reed', (page) => page.getByRole('button', { name: 'Undo' }).click()],
    [
      'a sound that was saved',
      'glass',
      (page) =>
        page.evaluate(async () => {
          const element = document.querySelector('nsynth-instrument');
          await element?.restore({ ...element.patch, corners: Array(4).fill({ name: 'glass' }) });
        }),
    ],
    ['a file', 'organ', (page) => choose(page, 0, file(organ(60), 'organ.wav'))],
  ] satisfies [string, string, (page: Page) => Promise<unknown>][])
    test(what, async () => {
      const page = await open();
      await page.locator(`${TAG} morph-pad select`).first().selectOption('bell');
      await record(page, 0).click();
      await recorded(page, 0);
      await choice(page);
      await microphones(page, 1, 0);
      if (what === 'a file') await heardAt(page, 0, 'organ.wav');
      // A recording would be heard by now.
      await page.waitForTimeout(1000);
      const name = await nameAt(page, 0);
      assert.ok(expected ? name === expected : !['bell', 'recording'].includes(name), name);
      assert.equal(await record(page, 0).getAttribute('aria-pressed'), 'false');
      await page.close();
    });
});

describe('the pitch of a sound', () => {
  const pitch = (page: Page) =>
    page.evaluate(() => {
      const corner = document.querySelector('nsynth-instrument')?.instrument?.corners[1];
      return corner && 'sound' in corner ? Math.round(corner.sound.pitch ?? 0) : undefined;
    });

  test('is corrected step by step by arrow keys: the field keeps the focus, and letters play', async () => {
    const page = await open();
    await choose(page, 1, file(organ(57), 'organ.wav'));
    await heardAt(page, 1, 'organ.wav');
    const field = card(page, 1).getByLabel('Pitch');
    await field.focus();
    const kept = await field.elementHandle();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown');
    await heardAt(page, 1, 'organ.wav');
    await page.waitForFunction(
      () => !document.querySelector('nsynth-instrument')?.shadowRoot?.querySelector('.card.at1 progress'),
    );
    assert.equal(await pitch(page), 54);
    const isFocused = await kept?.evaluate(
      (select) => (select.getRootNode() as ShadowRoot).activeElement === select,
    );
    assert.equal(isFocused, true);
    const played = page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          document.addEventListener('note-on', (event) =>
            resolve((event as Event & { pitch: number }).pitch),
          ),
        ),
    );
    await page.keyboard.press('KeyA');
    assert.equal(await played, 60);
    assert.equal(await field.inputValue(), '54');
    await page.close();
  });

  test('can be read in whole, at every width', async () => {
    const page = await open();
    await page.evaluate(() =>
      document.querySelector('nsynth-instrument')?.putSound(
        1,
        Float32Array.from({ length: 16000 }, (_, i) => Math.sin(i / 10)),
        { pitch: 31.52 },
      ),
    );
    for (const width of [1280, 1110, 900, 390, 340]) {
      await page.setViewportSize({ width, height: 800 });
      assert.equal(await card(page, 1).locator('.tuning').innerText(), '−48 ct');
      const cut = await card(page, 1).evaluate((section) => {
        const select = section.querySelector('select');
        const tuning = section.querySelector('.tuning');
        if (!select || !tuning) return 'it is not there';
        // The field as wide as what is chosen in it.
        const natural = select.cloneNode() as HTMLSelectElement;
        natural.append(new Option(select.selectedOptions[0].text));
        natural.style.position = 'absolute';
        select.after(natural);
        const [needed, has] = [natural.offsetWidth, select.offsetWidth];
        natural.remove();
        const [inner, outer] = [tuning.getBoundingClientRect(), section.getBoundingClientRect()];
        if (needed > has) return `${select.selectedOptions[0].text} needs ${needed} px of ${has}`;
        return inner.right > outer.right || inner.top > select.getBoundingClientRect().bottom
          ? 'the cents'
          : '';
      });
      assert.equal(cut, '', `${width}`);
    }
    await page.close();
  });
});

test('a failure at a corner pushes nothing, and its buttons stay free', async () => {
  const page = await open();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const places = () =>
      page.evaluate(() =>
        ['.cards', '.card.at2', '.controls', 'piano-keyboard'].map((part) => {
          const box = document.querySelector('nsynth-instrument')?.shadowRoot?.querySelector(part);
          const { top, height } = box?.getBoundingClientRect() ?? { top: 0, height: 0 };
          return [part, Math.round(top + scrollY), Math.round(height)];
        }),
      );
    const before = await places();
    for (const place of [0, 3]) {
      await choose(page, place, {
        name: 'a file of a long name.wav',
        mimeType: 'audio/wav',
        buffer: Buffer.from('words'),
      });
      await card(page, place).getByRole('alert').waitFor();
      assert.deepEqual(await places(), before);
      await record(page, place).click({ trial: true });
    }
    for (const place of [0, 3]) {
      await card(page, place).getByText('Details').click();
      assert.ok(
        await card(page, place).getByText('There is no sound in a file of a long name.wav').isVisible(),
      );
      assert.deepEqual(await places(), before);
      await card(page, place).getByRole('button', { name: 'Dismiss' }).click();
      assert.equal(await card(page, place).getByRole('alert').count(), 0);
    }
  }
  await page.close();
});

test('a link cannot hold a sound of the player: the panel says so, and what does', async () => {
  const page = await open();
  await page.locator(TAG).getByRole('button', { name: 'Sounds', exact: true }).click();
  const link = page.locator(TAG).getByRole('button', { name: 'Copy a link to this sound' });
  await link.waitFor();
  await choose(page, 1, file(organ(57), 'organ.wav'));
  await heardAt(page, 1, 'organ.wav');
  assert.equal(await link.count(), 0);
  await page
    .locator(TAG)
    .getByText(/too long for a link\. Save/)
    .waitFor();
  await page.close();
});
