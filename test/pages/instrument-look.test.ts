/** The instrument as it is seen and handled: what stands where, in which words and colours, in every state, on a phone and a desktop. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { writeMidi } from '../../src/music/midi-writer.js';
import { violations } from './axe.js';
import { beyondThePage, smallControls } from './looks.js';
import { dist, launch, openSettings, pageWithElement, root, type Server } from './browser.js';

const TAG = 'gansynth-instrument';

let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch();
  const one = pageWithElement('/dist', 'backend="wasm" corners="flute, oboe, harp, cello"');
  server = await serve({
    roots: { '/dist/': dist, '/demo/dist/': dist, '/demo/': path.join(root, 'demo') },
    pages: {
      '/': one,
      '/two': `${one}<gansynth-instrument id="two" room="0" backend="wasm" preload="none"></gansynth-instrument>`,
      '/linked': pageWithElement('/dist', 'backend="wasm" linked'),
      '/nsynth': `<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script><main><nsynth-instrument room="0"></nsynth-instrument></main>`,
    },
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

interface Screen {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly forced?: boolean;
  readonly phone?: boolean;
}

async function open(address = '/', screen: Screen = {}): Promise<Page> {
  const { width = 1280, height = 900, dark, forced, phone = false } = screen;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    forcedColors: forced ? 'active' : 'none',
    isMobile: phone,
    hasTouch: phone,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  // Functions with names, as these tests are compiled, ask for it.
  await page.addInitScript('globalThis.__name = (named) => named');
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(server.url + address);
  await page.waitForFunction(() => {
    const element = document.querySelector('gansynth-instrument, nsynth-instrument');
    return (
      (element as unknown as { instrument?: { description?: unknown } })?.instrument?.description &&
      element?.shadowRoot?.querySelector('midi-input')
    );
  });
  return page;
}

const box = async (page: Page, selector: string) => {
  const found = await page.locator(selector).first().boundingBox();
  assert.ok(found, selector);
  return found;
};

const close = (page: Page) => page.context().close();

/** Drops one file on the instrument. */
const drop = (page: Page, name: string, bytes: Uint8Array | string) =>
  page.evaluate(
    ([called, content]) => {
      const transfer = new DataTransfer();
      const part = typeof content === 'string' ? content : Uint8Array.from(content);
      transfer.items.add(new File([part], called));
      document
        .querySelector('gansynth-instrument')
        ?.shadowRoot?.querySelector('.base')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, composed: true }));
    },
    [name, typeof bytes === 'string' ? bytes : [...bytes]] as const,
  );

const fail = async (page: Page) => {
  await drop(page, 'other.json', '{"format":"other"}');
  await page.locator(`${TAG} [role=alert]`).waitFor();
};

/** The states that an instrument is seen in. */
const STATES: readonly (readonly [name: string, enter: (page: Page) => Promise<unknown>])[] = [
  ['before the first note', () => Promise.resolve()],
  ['while a chord is held', (page) => page.keyboard.down('a').then(() => page.keyboard.down('t'))],
  ['with its sounds unfolded', (page) => page.getByRole('button', { name: 'Sounds', exact: true }).click()],
  [
    'with a favourite',
    async (page) => {
      await page.getByLabel('Name of the favourite').fill('Mine');
      await page.getByRole('button', { name: 'Keep this sound' }).click();
      await page.getByRole('button', { name: 'Forget Mine' }).waitFor();
    },
  ],
  ['with its settings unfolded', (page) => openSettings(page)],
  [
    'with a failure',
    async (page) => {
      await page.keyboard.press('Escape');
      await fail(page);
    },
  ],
];

/** All that is seen to be written on the instrument: of a field what is chosen, and nothing that is for screen readers alone. */
const read = (page: Page) =>
  page.evaluate((tag) => {
    const textOf = (node: Node): string => {
      if (node instanceof HTMLSelectElement) return ` ${node.selectedOptions[0]?.text} `;
      if (node instanceof HTMLStyleElement) return '';
      if (node instanceof HTMLElement && (!node.checkVisibility() || node.matches('.spoken'))) return '';
      if (node.nodeType === Node.TEXT_NODE) return node.textContent ?? '';
      // What stands in the slot of a shadow tree is read as a child of its host.
      if (node instanceof HTMLSlotElement && node.assignedNodes().length > 0) return '';
      const shadow = node instanceof HTMLElement ? node.shadowRoot : null;
      return [...(shadow?.childNodes ?? []), ...node.childNodes].map(textOf).join(' ');
    };
    return textOf(document.querySelector(tag) as Node).replace(/\s+/g, ' ');
  }, TAG);

describe('in every state, an instrument', () => {
  for (const screen of [
    { name: 'on a desktop', width: 1280 },
    { name: 'in the dark', dark: true },
    { name: 'in forced colours', forced: true },
    { name: 'on a phone', width: 390, height: 844, phone: true },
    { name: 'at 200 %', width: 640, height: 450 },
  ])
    test(`${screen.name} has no violation that axe knows, no control under 24 px, and nothing beside the page`, async () => {
      const page = await open('/', screen);
      for (const [name, enter] of STATES) {
        await enter(page);
        assert.deepEqual(await violations(page, TAG), [], name);
        assert.deepEqual(await smallControls(page, TAG), [], name);
        const beyond = await beyondThePage(page);
        assert.ok(beyond <= 0, `${name}: the page is ${beyond} px wider than the screen`);
      }
      await close(page);
    });
});

describe('what stands where', () => {
  test('the pad is the largest piece, with each corner’s field on its corner and no name twice', async () => {
    const page = await open();
    const pad = await box(page, `${TAG} morph-pad`);
    // Half as large again as the 301 by 352 px that it was on this screen.
    assert.ok(pad.width * pad.height >= 1.5 * 301 * 352, `${pad.width} x ${pad.height}`);
    for (const [place, name] of ['Top left', 'Top right', 'Bottom left', 'Bottom right'].entries()) {
      const field = await page.getByLabel(`${name} corner`, { exact: true }).boundingBox();
      assert.ok(field, name);
      const [x, y] = [field.x + field.width / 2, field.y + field.height / 2];
      assert.equal(x > pad.x + pad.width / 2, place % 2 === 1, `${name}: across`);
      assert.equal(y > pad.y + pad.height / 2, place > 1, `${name}: down`);
    }
    const words = await read(page);
    for (const name of ['flute', 'oboe', 'harp', 'cello'])
      assert.equal(words.split(name).length - 1, 1, `${name} in: ${words}`);
    await close(page);
  });

  test('the picture is a strip above the keys; Save, Open and Record are in the header, in one type', async () => {
    const page = await open();
    const [picture, keys, pad, header] = await Promise.all(
      ['rainbow-gram', 'piano-keyboard', 'morph-pad', 'header'].map((each) => box(page, `${TAG} ${each}`)),
    );
    assert.ok(picture.y >= pad.y + pad.height && picture.y + picture.height <= keys.y);
    assert.ok(picture.width > 8 * picture.height);
    const types = await Promise.all(
      ['Save', 'Open', 'Record'].map(async (name) => {
        const shown = page.locator(`${TAG} header`).getByText(name, { exact: true });
        const found = await shown.boundingBox();
        assert.ok(found && found.y >= header.y && found.y + found.height <= header.y + header.height, name);
        return shown.evaluate((element) => {
          const { fontFamily, fontSize, fontWeight, color } = getComputedStyle(element);
          return [fontFamily, fontSize, fontWeight, color].join();
        });
      }),
    );
    assert.equal(new Set(types).size, 1, types.join('\n'));
    assert.equal(await page.locator(`${TAG} header`).getByText('Level').count(), 1, 'the meter has a name');
    assert.ok(await page.getByRole('button', { name: 'Connect MIDI' }).isHidden(), 'MIDI is behind the gear');
    await openSettings(page);
    assert.ok(await page.getByRole('button', { name: 'Connect MIDI' }).isVisible());
    for (const name of ['Open a sound model', 'Computed by'])
      assert.ok(await page.getByLabel(name).isVisible(), name);
    await close(page);
  });

  test('every slider says its value, those of decay and sustain set the envelope', async () => {
    const page = await open();
    const set = (name: string, value: string) => page.getByRole('slider', { name, exact: true }).fill(value);
    await set('Decay', '0.5');
    await set('Sustain', '0.25');
    const { decay, sustain } = await page.evaluate(
      () => document.querySelector('gansynth-instrument')!.envelope,
    );
    assert.deepEqual([decay, sustain], [1, 0.25]);
    const values = await page
      .locator(`${TAG} .controls label`)
      .filter({ has: page.locator('input[type=range]') })
      .evaluateAll((labels) => labels.map((label) => label.textContent?.replace(/\s+/g, ' ').trim()));
    assert.deepEqual(values, [
      ...['Attack0.004 s', 'Decay1.00 s', 'Sustain25 %', 'Release2.00 s'],
      ...['Volume80 %', 'Roomoff', 'Soft notes darker50 %'],
    ]);
    await close(page);
  });

  test('the point is seen wherever it is, before the pad was played', async () => {
    for (const screen of [{}, { width: 320, height: 700, phone: true }, { width: 850, height: 700 }]) {
      const page = await open('/', screen);
      for (const [x, y] of [
        [0.5, 0.5],
        [0.5, 0.51],
        [0.5, 0.3],
        [0.5, 0.7],
        [0.45, 0.75],
        [0.5, 0],
        [0.5, 1],
      ]) {
        await page.evaluate(
          async ([toX, toY]) => {
            const element = document.querySelector('gansynth-instrument');
            Object.assign(element ?? {}, { x: toX, y: toY });
            await element?.updateComplete;
          },
          [x, y] as const,
        );
        const [point, words] = [await box(page, `${TAG} .handle`), await box(page, `${TAG} .tap`)];
        const apart = Math.max(
          words.x - point.x - point.width,
          point.x - words.x - words.width,
          words.y - point.y - point.height,
          point.y - words.y - words.height,
        );
        assert.ok(apart > 0, `${x} ${y}: ${JSON.stringify([point, words])}`);
      }
      await close(page);
    }
  });

  test('on tablets and in small windows title and keys are seen at once, the head in two rows at most', async () => {
    for (const [width, height] of [
      [768, 1024],
      [820, 700],
      [850, 700],
      [760, 700],
      [1000, 700],
    ])
      for (const name of ['/', '/demo/index.html', '/nsynth']) {
        const page = await open(name, { width, height });
        const tag = name === '/nsynth' ? 'nsynth-instrument' : TAG;
        const keys = await box(page, `${tag} piano-keyboard .scroller`);
        const head = await box(page, `${tag} header`);
        const said = `${name} at ${width} x ${height}: ${JSON.stringify([head, keys])}`;
        assert.ok(head.y >= 0 && keys.y + keys.height <= height, said);
        assert.ok(head.height <= 70, said);
        const cut = await page
          .locator(`${tag} .ways > *`)
          .evaluateAll((ways) => ways.filter((way) => way.scrollWidth > way.clientWidth).length);
        assert.equal(cut, 0, `words on buttons, ${said}`);
        // Beside the title, not alone in a row.
        const level = await box(page, `${tag} .loudness`);
        const status = await box(page, `${tag} .status`);
        assert.ok(Math.abs(level.y + level.height / 2 - status.y - status.height / 2) < 8, said);
        await close(page);
      }
  });

  test('a failure pushes nothing, and goes when it is dismissed', async () => {
    const page = await open();
    const places = () =>
      Promise.all(['morph-pad', 'rainbow-gram', 'piano-keyboard'].map((each) => box(page, `${TAG} ${each}`)));
    const before = await places();
    await fail(page);
    assert.deepEqual(await places(), before);
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator(`${TAG} [role=alert]`).waitFor({ state: 'detached' });
    await close(page);
  });

  test('keys are there with the first paint, and the pad says what to do: a tap is heard', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    // The keyboard to come may be gone before a frame is drawn: its place is noted as soon as it is there.
    await page.addInitScript(() => {
      const attach = Object.getOwnPropertyDescriptor(Element.prototype, 'attachShadow')!.value as (
        init: ShadowRootInit,
      ) => ShadowRoot;
      Element.prototype.attachShadow = function (init) {
        const shadow = attach.call(this, init);
        new MutationObserver(() => {
          const place = shadow.querySelector('.keys-to-come')?.getBoundingClientRect();
          if (place) Object.assign(globalThis, { drawn: place.toJSON() as unknown });
        }).observe(shadow, { childList: true, subtree: true });
        return shadow;
      };
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    // The network, its weights and the first notes are on their way.
    await page.route(/worker|\.bin$|starter/, (route) => held.then(() => route.continue()));
    await page.goto(`${server.url}/`, { waitUntil: 'commit' });
    const keyboard = `${TAG} piano-keyboard .scroller`;
    await page.locator(keyboard).waitFor();
    const drawn = await page.evaluate(() => (globalThis as unknown as { drawn: DOMRect }).drawn);
    assert.ok(drawn.height > 100 && drawn.width > 800);
    assert.ok(await page.getByText('Tap to play').isVisible());
    release();
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    const keys = await box(page, keyboard);
    assert.ok(
      Math.abs(keys.y - drawn.y) < 2 && Math.abs(keys.height - drawn.height) < 2,
      'they stay where they are',
    );
    await page.locator(`${TAG} morph-pad`).click();
    const level = await page.evaluate(
      () =>
        new Promise<number>((resolve) =>
          document
            .querySelector('gansynth-instrument')
            ?.instrument?.addEventListener('meter', ({ peak }) => peak > 0.01 && resolve(peak)),
        ),
    );
    assert.ok(level > 0.01);
    assert.equal(await page.getByText('Tap to play').count(), 0);
    await context.close();
  });
});

describe('words are a musician’s', () => {
  test('whatever is unfolded', async () => {
    const page = await open();
    await page.locator(`${TAG} h2`).click();
    const seen = () => read(page);
    const texts = [await seen()];
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    texts.push(await seen());
    await openSettings(page);
    texts.push(await seen());
    await fail(page);
    texts.push(await seen());
    for (const text of texts)
      assert.doesNotMatch(text, /wasm|webgpu|network|checkpoint|pitches|render|[A-Z]+_[A-Z]+/i, text);
    await page.locator(`${TAG} [role=alert] summary`, { hasText: 'Details' }).click();
    assert.match(await seen(), /PATCH_INVALID/);
    await close(page);
  });

  test('a thin line tells how far the notes are, and no number', async () => {
    const page = await open();
    await page.keyboard.press('a');
    await page.locator(`${TAG} .rendered.at-work`).waitFor({ state: 'attached' });
    const line = await box(page, `${TAG} .rendered`);
    assert.ok(line.height <= 3, `${line.height} px`);
    assert.doesNotMatch(await page.locator(`${TAG} .status`).innerText(), /\d/);
    await close(page);
  });
});

describe('colour is timbre', () => {
  const gradient = (page: Page) =>
    page.locator(`${TAG} morph-pad .gradient`).evaluate((pad) => getComputedStyle(pad).backgroundImage);

  test('the pad has the same colours in light and dark', async () => {
    const [light, dark] = [await open(), await open('/', { dark: true })];
    assert.equal(await gradient(dark), await gradient(light));
    assert.match(await gradient(light), /oklch\(0\.7 0\.165 32\).*oklch\(0\.82 0\.15 88\)/);
    await close(light);
    await close(dark);
  });

  test('keys that sound have the colour of the point on the pad', async () => {
    const page = await open();
    const colourAt = async (x: number, y: number) => {
      await page.evaluate(
        ([across, down]) => {
          Object.assign(document.querySelector('gansynth-instrument')!, { x: across, y: down });
        },
        [x, y] as const,
      );
      return page.locator(`${TAG} [data-pitch="60"]`).evaluate((key) => {
        const { backgroundColor } = getComputedStyle(key);
        const context = new OffscreenCanvas(1, 1).getContext('2d')!;
        context.fillStyle = backgroundColor;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
      });
    };
    await page.keyboard.down('a');
    const [red, green, blue] = [await colourAt(0, 0), await colourAt(1, 1), await colourAt(0, 1)];
    assert.ok(red[0] > red[1] + 40 && red[0] > red[2] + 40, `top left ${red}`);
    assert.ok(green[1] > green[0] + 40, `bottom right ${green}`);
    assert.ok(blue[2] > blue[0] + 40, `bottom left ${blue}`);
    await page.keyboard.up('a');
    await close(page);
  });
});

describe('sounds', () => {
  const patch = (page: Page) =>
    page.evaluate(() => JSON.stringify(document.querySelector('gansynth-instrument')?.patch));
  const named = (page: Page, name: string) =>
    page.locator(`${TAG} .browser span`, { hasText: name }).waitFor();

  test('are browsed one after the other, chosen by name, and taken back', async () => {
    const page = await open();
    const first = await patch(page);
    const told = page.evaluate(
      () =>
        new Promise((resolve) =>
          document.addEventListener('setting-change', (event) => resolve(event.property), { once: true }),
        ),
    );
    await page.getByRole('button', { name: 'Next sound' }).click();
    await named(page, 'Morning');
    assert.equal(await told, 'patch');
    await page.getByRole('button', { name: 'Next sound' }).click();
    await named(page, 'Glass garden');
    const glass = await patch(page);
    await page.getByRole('button', { name: 'Sound before' }).click();
    await named(page, 'Morning');
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByRole('button', { name: 'Glass garden' }).click();
    await named(page, 'Glass garden');
    assert.equal(await patch(page), glass);
    await page.getByLabel('Bottom left corner').selectOption('harp');
    await named(page, 'Presets');
    const undo = page.getByRole('button', { name: 'Undo' });
    await undo.click();
    await page.waitForFunction(
      (wanted) => JSON.stringify(document.querySelector('gansynth-instrument')?.patch) === wanted,
      glass,
    );
    await page.keyboard.press('Control+z');
    for (let i = 0; i < 3; i++) await undo.click();
    await page.waitForFunction(
      (wanted) => JSON.stringify(document.querySelector('gansynth-instrument')?.patch) === wanted,
      first,
    );
    assert.ok(await undo.isDisabled());
    await close(page);
  });

  test('are kept under a name, are there after a reload, and are forgotten', async () => {
    const page = await open();
    await page.getByLabel('Top left corner').selectOption('harp');
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByLabel('Name of the favourite').fill('My harp');
    await page.getByRole('button', { name: 'Keep this sound' }).click();
    const kept = await patch(page);
    await page.reload();
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    assert.notEqual(await patch(page), kept);
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByRole('button', { name: 'My harp', exact: true }).click();
    await named(page, 'My harp');
    assert.equal(await patch(page), kept);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    assert.equal((await saving).suggestedFilename(), 'my-harp.json');
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByRole('button', { name: 'Forget My harp' }).click();
    assert.equal(await page.getByRole('button', { name: 'My harp', exact: true }).count(), 0);
    await close(page);
  });

  test('have the name of the file that they were in, also in a link', async () => {
    const page = await open('/linked');
    const patch = await page.evaluate(() =>
      JSON.stringify({ ...document.querySelector('gansynth-instrument')?.patch, x: 0.11 }),
    );
    await page
      .locator(`${TAG} input[aria-label=Open]`)
      .setInputFiles({ name: 'Fog & dew.json', mimeType: 'application/json', buffer: Buffer.from(patch) });
    const name = page.locator(`${TAG} .browser span`);
    await page.locator(`${TAG} .browser span`, { hasText: 'Fog & dew' }).waitFor();
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByRole('button', { name: 'Copy a link' }).click();
    await page.waitForFunction(() => location.hash.includes('name='));
    const link = page.url();
    await page.goto('about:blank');
    await page.goto(link);
    await page.locator(`${TAG} .browser span`, { hasText: 'Fog & dew' }).waitFor();
    await page.evaluate(() => document.querySelector('gansynth-instrument')?.instrument?.setVolume(0.33));
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.volume === 0.33);
    assert.notEqual(await name.innerText(), 'Fog & dew', 'it is another one now');
    await close(page);
  });

  test('are sent as a link, which opens them', async () => {
    const page = await open('/linked');
    await page.getByRole('button', { name: 'Next sound' }).click();
    await named(page, 'Morning');
    await page.getByRole('button', { name: 'Sounds', exact: true }).click();
    await page.getByRole('button', { name: 'Copy a link' }).click();
    await page.waitForFunction(() => location.hash.startsWith('#patch='));
    const friend = await open(page.url().slice(server.url.length));
    await friend.waitForFunction(
      (wanted) => JSON.stringify(document.querySelector('gansynth-instrument')?.patch) === wanted,
      await patch(page),
    );
    await close(friend);
    await close(page);
    const other = await open();
    await other.getByRole('button', { name: 'Sounds', exact: true }).click();
    assert.equal(
      await other.getByRole('button', { name: 'Copy a link' }).count(),
      0,
      'no link that leads nowhere',
    );
    await close(other);
  });
});

describe('keys and letters', () => {
  test('of two instruments, the one that the letters play has them on its keys', async () => {
    const page = await open('/two');
    const letters = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('gansynth-instrument')].map(
          (element) =>
            element.shadowRoot?.querySelector('piano-keyboard')?.shadowRoot?.querySelectorAll('[data-letter]')
              .length,
        ),
      );
    await page.locator('#two h2').click();
    await page.locator('#two piano-keyboard [data-letter]').first().waitFor();
    const [none, some] = await letters();
    assert.ok(none === 0 && (some ?? 0) > 12, `${none} and ${some}`);
    assert.match(
      await page.locator(`${TAG} piano-keyboard .bar`).first().innerText(),
      /play another keyboard/,
    );
    await page.locator(`${TAG} h2`).first().click();
    await page.locator(`${TAG} piano-keyboard [data-letter]`).first().waitFor();
    assert.equal((await letters())[1], 0);
    await close(page);
  });

  test('the space bar plays and stops a file, whatever was clicked last, and is a button’s that was reached by Tab', async () => {
    const page = await open();
    const song = writeMidi({
      notes: [64, 67, 69, 71].map((pitch, i) => ({
        pitch,
        velocity: 90,
        startTime: 2 * i,
        endTime: 2 * i + 2,
      })),
      tempos: [{ time: 0, qpm: 120 }],
      totalTime: 8,
    });
    await page.locator(`${TAG} [data-pitch="60"]`).click();
    await drop(page, 'song.mid', song);
    const button = (name: string) => page.getByRole('button', { name: `${name} song.mid` });
    await button('Stop').waitFor();
    await page.keyboard.press('Space');
    await button('Play').waitFor();
    await page.locator(`${TAG} [data-pitch="62"]`).click();
    await page.keyboard.press('Space');
    await button('Stop').waitFor();
    assert.equal(await page.locator(`${TAG} [data-pitch="62"][aria-pressed=true]`).count(), 0);
    await page.getByRole('button', { name: 'Sounds', exact: true }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    assert.ok(await button('Stop').isVisible());
    assert.equal(
      await page.getByRole('button', { name: 'Sounds', exact: true }).getAttribute('aria-expanded'),
      'true',
    );
    await close(page);
  });

  test('a file lights its keys as they are heard, the state says what plays, and all of it ends with Stop', async () => {
    const page = await open();
    const song = writeMidi({
      notes: [60, 64, 67].map((pitch, i) => ({ pitch, velocity: 90, startTime: 2 * i, endTime: 2 * i + 2 })),
      tempos: [{ time: 0, qpm: 120 }],
      totalTime: 6,
    });
    await page.locator(`${TAG} [data-pitch="72"]`).click();
    // When each note is due and when its key lights, on the clock of what plays.
    await page.evaluate((tag) => {
      const element = document.querySelector<HTMLElementTagNameMap['gansynth-instrument']>(tag);
      const keys = element?.shadowRoot?.querySelector('piano-keyboard');
      const told = { due: {} as Record<number, number>, lit: {} as Record<number, number> };
      Object.assign(globalThis, { told });
      element?.instrument?.addEventListener('key', ({ pitch, down, time }) => {
        if (down) told.due[pitch] = time;
      });
      const press = keys?.press.bind(keys);
      Object.assign(keys ?? {}, {
        press: (pitch: number, note: number) => {
          told.lit[pitch] = element?.instrument?.context?.currentTime ?? NaN;
          press?.(pitch, note);
        },
      });
    }, TAG);
    await drop(page, 'song.mid', song);
    await page.getByRole('button', { name: 'Stop song.mid' }).waitFor();
    await page.locator(`${TAG} .status`, { hasText: 'Playing song.mid' }).waitFor();
    await page.locator(`${TAG} [data-pitch="64"][aria-pressed=true]`).waitFor();
    const { due, lit } = await page.evaluate(
      () => (globalThis as unknown as { told: Record<'due' | 'lit', Record<number, number>> }).told,
    );
    assert.ok(Math.abs(due[64] - due[60] - 2) < 1e-6, `${due[64] - due[60]} s between the notes`);
    for (const pitch of [60, 64])
      assert.ok(lit[pitch] >= due[pitch], `${pitch} lit ${due[pitch] - lit[pitch]} s before it was heard`);
    await page.getByRole('button', { name: 'Stop song.mid' }).click();
    await page.locator(`${TAG} .status`, { hasText: 'Ready' }).waitFor();
    assert.equal(await page.locator(`${TAG} [aria-pressed=true][data-pitch]`).count(), 0);
    await close(page);
  });

  test('the level is seen on a phone, and the picture above the keys in a low window', async () => {
    const phone = await open('/', { width: 390, height: 844, phone: true });
    const meter = await box(phone, `${TAG} .level`);
    assert.ok(meter.width > 300 && meter.height >= 4 && meter.y < 200, JSON.stringify(meter));
    const name = await box(phone, `${TAG} .loudness > span`);
    assert.ok(name.width > 20 && name.height >= 10 && name.x < meter.x, 'the meter has a name');
    assert.ok((await box(phone, `${TAG} header`)).height <= 88, 'which takes no row');
    const bar = phone.locator(`${TAG} .level > div`);
    assert.equal(await bar.evaluate((each) => each.getBoundingClientRect().width), 0, 'nothing sounds yet');
    await close(phone);
    const low = await open('/', { width: 640, height: 400 });
    const keys = await box(low, `${TAG} piano-keyboard .scroller`);
    const picture = await box(low, `${TAG} rainbow-gram`);
    assert.ok(
      picture.y + picture.height <= keys.y && keys.y + keys.height <= 400,
      JSON.stringify([picture, keys]),
    );
    await close(low);
  });

  test('a long name is held in its place', async () => {
    const page = await open('/', { width: 1000 });
    const places = () =>
      Promise.all(['morph-pad', 'rainbow-gram', 'piano-keyboard'].map((each) => box(page, `${TAG} ${each}`)));
    const before = await places();
    const patch = await page.evaluate(() =>
      JSON.stringify({ ...document.querySelector('gansynth-instrument')?.patch, x: 0.1 }),
    );
    await page.locator(`${TAG} input[aria-label=Open]`).setInputFiles({
      name: `${'the old harmonium in the village church, as it was in winter, take '.repeat(3)}.json`,
      mimeType: 'application/json',
      buffer: Buffer.from(patch),
    });
    await page.locator(`${TAG} .browser span`, { hasText: 'the old harmonium' }).waitFor();
    assert.deepEqual(await places(), before);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const said = page.locator(`${TAG} .status .said`);
    await said.waitFor();
    assert.deepEqual(await places(), before, 'what is said moves nothing');
    assert.equal(await said.getAttribute('title'), `Saved ${(await saving).suggestedFilename()}`);
    assert.ok(
      await said.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth),
      'it is cut off',
    );
    await close(page);
  });

  test('a phone opens at C4, without letters and their sentence', async () => {
    const page = await open('/', { width: 390, height: 844, phone: true });
    const keys = await box(page, `${TAG} piano-keyboard .scroller`);
    const c4 = await box(page, `${TAG} [data-pitch="60"]`);
    assert.ok(c4.x >= keys.x - 1 && c4.x < keys.x + 60, `C4 at ${c4.x}`);
    assert.ok(await page.locator(`${TAG} piano-keyboard .bar p`).isHidden());
    const shown = await page
      .locator(`${TAG} [data-pitch="60"]`)
      .evaluate((key) => getComputedStyle(key, '::before').content);
    assert.equal(shown, 'none');
    await close(page);
  });
});

test('<nsynth-instrument> has the same, its sounds beside the pad', async () => {
  const page = await open('/nsynth');
  assert.deepEqual(await violations(page, 'nsynth-instrument'), []);
  await page.getByRole('button', { name: 'Next sound' }).click();
  await page.locator('nsynth-instrument .browser span', { hasText: 'Open air' }).waitFor();
  const field = await page.getByLabel('Top right corner', { exact: true }).boundingBox();
  const pad = await page.locator('nsynth-instrument morph-pad').boundingBox();
  assert.ok(field && pad && field.x > pad.x + pad.width / 2 && field.x < pad.x + pad.width);
  await close(page);
});

describe('a second skin', () => {
  /** Colours that are seen, in all shadow trees of the instrument: of text, grounds, borders, shadows, drawings. */
  const colours = (page: Page) =>
    page.evaluate(() => {
      const found = new Map<string, string>();
      const COLOUR = /(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\((?:[^()]|\([^()]*\))*\)/g;
      const isClear = (colour: string) => /(,|\/) ?0\)$/.test(colour);
      const note = (element: Element, styles: CSSStyleDeclaration, what: string) => {
        const seen = [
          styles.color,
          styles.backgroundColor,
          styles.backgroundImage,
          styles.boxShadow,
          styles.textShadow,
          ...(styles.outlineStyle === 'none' ? [] : [styles.outlineColor]),
          ...['Top', 'Right', 'Bottom', 'Left'].map((side) =>
            Reflect.get(styles, `border${side}Width`) === '0px'
              ? ''
              : (Reflect.get(styles, `border${side}Color`) as string),
          ),
          ...(element instanceof SVGElement ? [styles.stroke, styles.fill] : []),
          ...(element instanceof HTMLInputElement ? [styles.accentColor] : []),
        ];
        for (const [colour] of seen.join(' ').matchAll(COLOUR))
          if (!isClear(colour))
            found.set(colour, `${element.localName}.${element.getAttribute('class') ?? ''}${what}`);
      };
      const look = (tree: ParentNode) => {
        for (const element of tree.querySelectorAll('*')) {
          // What the page itself puts into a slot has its own colours.
          if (element.shadowRoot) look(element.shadowRoot);
          if (!element.checkVisibility() || element instanceof HTMLStyleElement) continue;
          note(element, getComputedStyle(element), '');
          for (const pseudo of ['::before', '::after']) {
            const styles = getComputedStyle(element, pseudo);
            if (styles.content !== 'none') note(element, styles, pseudo);
          }
        }
      };
      look(document.querySelector('gansynth-instrument')?.shadowRoot ?? document);
      return [...found];
    });

  const inEveryState = async (page: Page) => {
    const all = new Map<string, string>();
    for (const [name, enter] of STATES) {
      await enter(page);
      for (const [colour, where] of await colours(page)) all.set(colour, `${where}, ${name}`);
    }
    await close(page);
    return all;
  };

  test('of documented parts and properties alone leaves no default colour', async () => {
    const defaults = new Set([
      ...(await inEveryState(await open('/'))).keys(),
      ...(await inEveryState(await open('/', { dark: true }))).keys(),
    ]);
    assert.ok(defaults.size > 30, `${defaults.size} colours were seen`);
    for (const dark of [false, true]) {
      const skin = await inEveryState(await open('/demo/skin.html', { dark }));
      const left = [...skin].filter(([colour]) => defaults.has(colour)).map((each) => each.join(' of '));
      assert.deepEqual(left, [], dark ? 'dark' : 'light');
    }
    const canvas = await open('/demo/skin.html');
    const filter = await canvas
      .locator(`${TAG} rainbow-gram canvas`)
      .evaluate((one) => getComputedStyle(one).filter);
    assert.notEqual(filter, 'none', 'the picture has colours of its own');
    await close(canvas);
  });

  test('names only parts and properties that the manifest lists', async () => {
    const css = readFileSync(path.join(root, 'demo/skin.css'), 'utf8');
    const page = readFileSync(path.join(root, 'docs/elements/gansynth-instrument.md'), 'utf8');
    const names = [
      ...[...css.matchAll(/::part\(([\w-]+)\)/g)].map(([, name]) => name),
      ...[...css.matchAll(/(--(?:timbrel|morph-pad|piano-keyboard|rainbow-gram|midi-input)-[\w-]+):/g)].map(
        ([, name]) => name,
      ),
    ];
    assert.ok(names.length > 40, `${names.length}`);
    for (const name of names) assert.ok(page.includes(`| \`${name}\` |`), name);
  });
});
