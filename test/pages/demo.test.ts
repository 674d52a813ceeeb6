/** The demo as it is used: by keyboard alone, in light and dark; what a player keeps; several instruments. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { violations } from './axe.js';
import { dist, launch, openInstrument, pageWithElement, root, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  const pages: Record<string, string> = {};
  server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': dist }, pages });
  pages['/two.html'] =
    `${pageWithElement('/dist', 'id="one" backend="wasm" preload="none"')}<gansynth-instrument id="two" backend="wasm" preload="none"></gansynth-instrument>`;
  ({ page } = await openInstrument(browser, `${server.url}/index.html`));
});

after(async () => {
  await browser.close();
  await server.close();
});

/** What has the focus, through shadow trees: tag, role or name. */
const focused = () =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? element?.tagName;
  });

const patch = () => page.evaluate(() => document.querySelector('gansynth-instrument')?.patch);

/** @returns the name of the file that a button saves, and what is in it */
async function save(button: string): Promise<{ name: string; bytes: Buffer }> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button, exact: true }).click();
  const saved = await downloading;
  return { name: saved.suggestedFilename(), bytes: readFileSync(await saved.path()) };
}

const open = (name: string, text: string) =>
  page
    .locator('gansynth-instrument input[aria-label=Open]')
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });

/** Random corners come when their tones were heard. */
async function drawCorners(on = page): Promise<void> {
  const corners = () =>
    on.evaluate(() => document.querySelector('gansynth-instrument')?.getAttribute('corners'));
  const before = await corners();
  await on.getByRole('button', { name: 'Random corners' }).click();
  await on.waitForFunction(
    (earlier) => document.querySelector('gansynth-instrument')?.getAttribute('corners') !== earlier,
    before,
  );
}

const SCREENS = [
  { name: 'phone', width: 390, height: 844, phone: true },
  { name: 'tablet', width: 900, height: 1024, phone: false },
  { name: 'desktop', width: 1280, height: 800, phone: false },
] as const;

/** How far the parts of a page move while it loads: the sum of all layout shifts. */
async function shiftOf(name: string, { width, height, phone }: (typeof SCREENS)[number]): Promise<number> {
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: phone,
    isMobile: phone,
  });
  const tab = await context.newPage();
  await tab.addInitScript(() => {
    const told = globalThis as unknown as { moved: number };
    told.moved = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) told.moved += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await tab.goto(`${server.url}/${name}.html`);
  await tab.waitForFunction(() => document.querySelectorAll(':not(:defined)').length === 0);
  // Until the network of what loads at once is there, and the line that says so has gone.
  await tab.waitForFunction(() =>
    [...document.querySelectorAll('gansynth-instrument')].every(
      (each) => each.preload === 'none' || each.instrument?.description,
    ),
  );
  await tab.waitForTimeout(500);
  const moved = await tab.evaluate(() => (globalThis as unknown as { moved: number }).moved);
  await context.close();
  return moved;
}

describe('the demo', () => {
  for (const name of ['index', 'band', 'writers', 'nsynth', 'morph', 'transformer', 'listen', 'skin']) {
    test(`${name}.html does not move while it loads`, async () => {
      for (const screen of SCREENS) {
        const moved = await shiftOf(name, screen);
        assert.ok(moved < 0.02, `${moved.toFixed(3)} on a ${screen.name}`);
      }
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no accessibility violations that axe knows, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
    });
  }

  test('is reached and played with the keyboard alone', async () => {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const stops: (string | undefined)[] = [];
    for (let i = 0; i < 36; i++) {
      await page.keyboard.press('Tab');
      const stop = await focused();
      // What is behind the gear comes after it, once it is open.
      if (stop === 'Settings' && !stops.includes(stop)) await page.keyboard.press('Enter');
      stops.push(stop);
    }
    for (const name of [
      ...['Sounds', 'Save', 'Open', 'Record', 'Settings', 'Connect MIDI', 'Open a sound model'],
      ...['Top left corner', 'Next sound', 'Random corners', 'Start afresh'],
    ])
      assert.ok(stops.includes(name), `${name} is not among ${stops.join(', ')}`);
    await page.keyboard.press('Escape');
    const before = await patch();
    await page.locator('gansynth-instrument morph-pad [role=slider]').first().focus();
    await page.keyboard.press('ArrowRight');
    assert.ok(((await patch())?.x ?? 0) > (before?.x ?? 1), 'the arrow did not move the pad');
  });

  test('saves a patch, and opens it again', async () => {
    await page.evaluate(() =>
      Object.assign(document.querySelector('gansynth-instrument') ?? {}, { x: 0.75, y: 0.25, volume: 0.4 }),
    );
    await drawCorners();
    const { name, bytes } = await save('Save');
    const saved = bytes.toString();
    const made = await patch();
    assert.deepEqual(JSON.parse(saved), made);
    assert.match(name, /^random-corners-\d{6}\.json$/, 'it is named after what it holds');
    await page.evaluate(() =>
      Object.assign(document.querySelector('gansynth-instrument') ?? {}, { x: 0, y: 1, volume: 1 }),
    );
    await drawCorners();
    assert.notDeepEqual(await patch(), made);
    await open('mine.json', saved);
    await page.waitForFunction((x) => document.querySelector('gansynth-instrument')?.x === x, made?.x);
    assert.deepEqual(await patch(), made);
  });

  test('keeps what was set when a file is no patch, and says what is wrong with it', async () => {
    const made = await patch();
    for (const [name, text] of [
      ['page.json', '<!doctype html>'],
      ['other.json', '{"format":"other"}'],
      ['short.json', JSON.stringify({ ...made, corners: [] })],
      ['loud.json', JSON.stringify({ ...made, volume: 7 })],
    ]) {
      await open(name, text);
      const alert = page.locator('gansynth-instrument [role=alert]');
      await alert.waitFor();
      assert.match(await alert.innerText(), /^This is no sound that was saved here/);
      assert.doesNotMatch(await alert.innerText(), /PATCH_INVALID/, 'its code is below Details');
      assert.match((await alert.textContent()) ?? '', /PATCH_INVALID/);
      assert.deepEqual(await patch(), made);
      await alert.getByRole('button', { name: 'Dismiss' }).click();
      await alert.waitFor({ state: 'detached' });
    }
  });

  test('records what is played as a WAV file', async () => {
    await page.getByRole('button', { name: 'Record', exact: true }).click();
    await page.getByRole('button', { name: 'Stop recording' }).waitFor();
    await page.keyboard.down('a');
    await page.waitForTimeout(1000);
    await page.keyboard.up('a');
    const { name, bytes: wav } = await save('Stop recording');
    assert.equal(name, 'mine.wav', 'the sound is that of a file');
    assert.equal(wav.toString('latin1', 0, 4) + wav.toString('latin1', 8, 12), 'RIFFWAVE');
    assert.equal(wav.readUInt32LE(4), wav.length - 8);
    const rate = wav.readUInt32LE(24);
    const start = wav.indexOf('data') + 8;
    let loudest = 0;
    for (let at = start; at + 4 <= wav.length; at += 4)
      loudest = Math.max(loudest, Math.abs(wav.readFloatLE(at)));
    assert.ok(loudest > 0.01, `peak ${loudest}`);
    assert.equal(wav.readUInt16LE(22), 2, 'as it is heard, in stereo');
    assert.ok((wav.length - start) / 8 / rate > 0.9, 'shorter than what was played');
  });
});

test('the browser is asked for its output when a pointer comes near, not by the page as it loads, nor by the key, which would wait', async () => {
  const tab = await browser.newPage();
  await tab.addInitScript(() => {
    const asked: string[] = [];
    Object.assign(globalThis, { asked });
    const { setSinkId } = HTMLMediaElement.prototype;
    HTMLMediaElement.prototype.setSinkId = function (id) {
      asked.push('output');
      return setSinkId.call(this, id);
    };
    globalThis.AudioContext = class extends AudioContext {
      constructor(...args: [AudioContextOptions?]) {
        super(...args);
        asked.push('context');
      }
    };
  });
  const asked = () => tab.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
  await tab.goto(`${server.url}/index.html`);
  await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
  assert.deepEqual(await asked(), []);
  await tab.locator('gansynth-instrument h2, gansynth-instrument h1').first().hover();
  assert.deepEqual(await asked(), ['output']);
  await tab.locator('gansynth-instrument h2, gansynth-instrument h1').first().click();
  await tab.waitForFunction(
    () => document.querySelector('gansynth-instrument')?.instrument?.context?.state === 'running',
  );
  assert.deepEqual(await asked(), ['output', 'context']);
  await tab.close();
});

describe('what a player made', () => {
  const sound = (tab: Page) =>
    tab.evaluate(() => {
      const { corners = [], x, y, envelope } = document.querySelector('gansynth-instrument')?.patch ?? {};
      return JSON.stringify([corners, x, y, envelope]);
    });
  const ready = (tab: Page) =>
    tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);

  test('is there after a reload, fits into an address, and can be forgotten', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`${server.url}/index.html`);
    await ready(tab);
    const first = await sound(tab);
    await drawCorners(tab);
    await tab.locator('gansynth-instrument').getByRole('slider', { name: 'Release' }).fill('0.2');
    const made = await sound(tab);
    assert.notEqual(made, first);
    await tab.getByRole('button', { name: 'Sounds', exact: true }).click();
    await tab.getByRole('button', { name: 'Copy a link to this sound' }).click();
    await tab.waitForFunction(() => location.hash.startsWith('#patch='));
    const link = tab.url();
    await tab.waitForTimeout(600);
    await tab.goto(`${server.url}/index.html?again`);
    await ready(tab);
    await tab.waitForFunction(
      (wanted) =>
        JSON.stringify(document.querySelector('gansynth-instrument')?.patch.corners) ===
        JSON.stringify(JSON.parse(wanted)[0]),
      made,
    );
    assert.equal(await sound(tab), made);
    await tab.getByRole('button', { name: 'Start afresh' }).click();
    await tab.waitForURL(/index\.html$/);
    await ready(tab);
    assert.equal(await sound(tab), first);
    const friend = await (await browser.newContext()).newPage();
    await friend.goto(link);
    await ready(friend);
    await friend.waitForFunction(
      (wanted) =>
        JSON.stringify(document.querySelector('gansynth-instrument')?.patch.corners) ===
        JSON.stringify(JSON.parse(wanted)[0]),
      made,
    );
    assert.equal(await sound(friend), made);
    await context.close();
  });

  test('has the name of the preset that it is from the beginning, and the first step leads to another one', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.goto(`${server.url}/index.html`);
    await ready(tab);
    const name = tab.locator('gansynth-instrument .browser span');
    await tab.waitForFunction(
      () =>
        document.querySelector('gansynth-instrument')?.shadowRoot?.querySelector('.browser span')
          ?.textContent === 'Morning',
    );
    const first = await sound(tab);
    await tab.getByRole('button', { name: 'Next sound' }).click();
    await tab.locator('gansynth-instrument .browser span', { hasText: 'Glass garden' }).waitFor();
    assert.notEqual(await sound(tab), first);
    await tab.locator('gansynth-instrument').getByRole('slider', { name: 'Room' }).fill('0.9');
    assert.equal(await name.innerText(), 'Presets');
    await tab.getByRole('button', { name: 'Undo' }).click();
    await tab.locator('gansynth-instrument .browser span', { hasText: 'Glass garden' }).waitFor();
    await context.close();
  });

  test('sounds before there is a network, at the pitch of the key', async () => {
    const context = await browser.newContext();
    const tab = await context.newPage();
    await tab.route('**/group1-shard*', () => {});
    await tab.goto(`${server.url}/index.html`);
    await tab.locator('gansynth-instrument piano-keyboard').hover();
    await tab.keyboard.down('a');
    await tab.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.running);
    const level = await tab.evaluate(
      () =>
        new Promise<number>((resolve) =>
          document
            .querySelector('gansynth-instrument')
            ?.instrument?.addEventListener('meter', ({ peak }) => peak > 0.01 && resolve(peak)),
        ),
    );
    assert.ok(level > 0.01);
    await context.close();
  });
});

describe('the other pages of the demo', () => {
  test('have all five writers between them', async () => {
    const tags = new Set<string>();
    for (const name of ['band', 'morph', 'transformer', 'writers']) {
      const html = readFileSync(path.join(root, `demo/${name}.html`), 'utf8');
      for (const [, tag] of html.matchAll(/<([\w]+-rnn)/g)) tags.add(tag);
      assert.match(readFileSync(path.join(root, 'demo/index.html'), 'utf8'), new RegExp(`${name}\\.html`));
    }
    assert.deepEqual([...tags].sort(), [
      'drums-rnn',
      'improv-rnn',
      'melody-rnn',
      'performance-rnn',
      'polyphony-rnn',
    ]);
  });
});

describe('the demo on a phone', () => {
  for (const [width, height] of [
    [740, 360],
    [390, 844],
    [320, 568],
  ]) {
    test(`of ${width} by ${height} has the keys in sight, and the name of a C`, async () => {
      const context = await browser.newContext({
        viewport: { width, height },
        isMobile: true,
        hasTouch: true,
      });
      const phone = await context.newPage();
      await phone.goto(`${server.url}/index.html`);
      const keys = await phone.locator('piano-keyboard .scroller').boundingBox();
      assert.ok(keys && keys.y + keys.height <= height, `keys end at ${keys && keys.y + keys.height}`);
      const name = await phone.locator('piano-keyboard [data-pitch="60"] .name').boundingBox();
      assert.ok(name && name.x >= keys.x && name.x + name.width <= keys.x + keys.width, `C4 at ${name?.x}`);
      assert.ok(await phone.locator('piano-keyboard .bar p').isHidden(), 'it speaks of letters');
      await context.close();
    });
  }
});

describe('the networks of the demo', () => {
  test('are fetched when they are chosen, kept, and removed when the player says so', async () => {
    const context = await browser.newContext();
    const away = 'https://storage.googleapis.com/magentadata/js/checkpoints/gansynth/acoustic_only/';
    const asked: string[] = [];
    await context.route(`${away}**`, (route) => {
      const name = route.request().url().slice(away.length);
      asked.push(name);
      return route.fulfill({
        path: path.join(dist, 'checkpoints/gansynth-small', name),
        headers: { 'Access-Control-Allow-Origin': '*' },
      });
    });
    const visitor = await context.newPage();
    await visitor.goto(`${server.url}/index.html`);
    await visitor.locator('#networks-panel summary').click();
    const network = visitor.locator('#networks li', { hasText: 'gansynth/acoustic_only' });
    await network.getByRole('button', { name: 'Play' }).click();
    await network.getByText('kept in this browser').waitFor();
    assert.deepEqual([...new Set(asked)].sort(), [
      'config.json',
      'group1-shard1of1.bin',
      'timbres.json',
      'weights_manifest.json',
    ]);
    await network.getByRole('button', { name: 'Remove' }).click();
    await visitor.locator('#networks-message', { hasText: 'was removed' }).waitFor();
    assert.equal(await network.getByText('kept in this browser').count(), 0);
    await context.close();
  });
});

describe('instruments on a page', () => {
  let two: Page;
  before(async () => {
    two = await browser.newPage();
    await two.goto(`${server.url}/two.html`);
    await two.waitForFunction(() =>
      document.querySelector('#two')?.shadowRoot?.querySelector('piano-keyboard'),
    );
  });

  /** Plays on one of them and tells the levels of both once something sounds. */
  const play = (id: string) =>
    two.evaluate(async (played) => {
      const elements = [...document.querySelectorAll('gansynth-instrument')];
      const levels = elements.map(() => 0);
      elements.forEach((element, i) =>
        element.instrument?.addEventListener('meter', (event) => {
          levels[i] = Math.max(levels[i], (event as Event & { peak: number }).peak);
        }),
      );
      // What a test before played rings on for a while.
      for (let quiet = 0, waited = 0; quiet < 3 && waited < 100; waited++) {
        levels.fill(0);
        await new Promise((go) => setTimeout(go, 100));
        quiet = Math.max(...levels) < 0.01 ? quiet + 1 : 0;
      }
      levels.fill(0);
      const element = elements.find(({ id }) => id === played);
      element?.noteOn(60);
      element?.instrument?.addEventListener('meter', (event) => {
        levels[elements.indexOf(element)] = Math.max(
          levels[elements.indexOf(element)],
          (event as Event & { peak: number }).peak,
        );
      });
      for (let i = 0; i < 100 && Math.max(...levels) < 0.01; i++)
        await new Promise((go) => setTimeout(go, 100));
      element?.noteOff(60);
      return levels.map((level) => level > 0.01);
    }, id);

  test('play each by itself', async () => {
    await two.locator('#one h2').click();
    await two.locator('#two h2').click();
    assert.deepEqual(await play('one'), [true, false]);
    await two.waitForTimeout(600);
    assert.deepEqual(await play('two'), [false, true]);
  });

  test('give the letters to the one that was used last, by pointer or focus, and to no keyboard beside it', async () => {
    await two.evaluate(() => document.body.append(document.createElement('piano-keyboard')));
    const player = async () => {
      await two.keyboard.down('d');
      const pressed = await two.locator('[aria-pressed=true][aria-label=E4]').evaluateAll((keys) =>
        keys.map((key) => {
          const keyboard = (key.getRootNode() as ShadowRoot).host;
          const root = keyboard.getRootNode();
          return root instanceof ShadowRoot ? root.host.id : keyboard.localName;
        }),
      );
      await two.keyboard.up('d');
      return pressed;
    };
    await two.locator('#two h2').click();
    assert.deepEqual(await player(), ['two']);
    await two.locator('#one [role=slider]').first().focus();
    assert.deepEqual(await player(), ['one']);
    await two.locator('#two morph-pad').click();
    assert.deepEqual(await player(), ['two']);
    await two.locator('body > piano-keyboard [data-pitch="60"]').click();
    assert.deepEqual(await player(), ['piano-keyboard']);
    await two.locator('body > piano-keyboard').evaluate((keyboard) => keyboard.remove());
    assert.deepEqual(await player(), ['two']);
  });

  test('end their sound and their workers when taken away, and play again when put back', async () => {
    const context = await two.evaluateHandle(
      () => document.querySelector('gansynth-instrument')?.instrument?.context,
    );
    const elements = await two.evaluateHandle(() => [...document.querySelectorAll('gansynth-instrument')]);
    await two.evaluate(([one]) => one.remove(), elements);
    await two.waitForFunction((gone) => gone?.state === 'closed', context);
    assert.ok(two.workers().length > 0, 'the other instrument has the same network, and plays on');
    await two.evaluate(([, other]) => other.remove(), elements);
    for (let waited = 0; two.workers().length > 0 && waited < 5000; waited += 50)
      await two.waitForTimeout(50);
    assert.equal(two.workers().length, 0);
    await two.evaluate((all) => document.body.prepend(...all), elements);
    await two.locator('#one h2').click();
    await two.locator('#two h2').click();
    assert.deepEqual(await play('one'), [true, false]);
  });

  test('show in their attributes what the player set', async () => {
    const shown = await two.evaluate(async () => {
      const element = document.querySelector('gansynth-instrument');
      const slider = element?.shadowRoot
        ?.querySelector('morph-pad')
        ?.shadowRoot?.querySelector('[role=slider]');
      element?.setAttribute('x', '0.5');
      await element?.updateComplete;
      slider?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, composed: true }),
      );
      Object.assign(element ?? {}, { volume: 0.3, preload: 'none', corners: 'flute, harp' });
      await element?.updateComplete;
      return ['x', 'volume', 'preload', 'corners', 'backend'].map((name) => element?.getAttribute(name));
    });
    assert.ok(Number(shown[0]) > 0.5, `x="${shown[0]}"`);
    assert.deepEqual(shown.slice(1), ['0.3', 'none', 'flute, harp', 'wasm']);
  });

  test('keep sounding when moved within the page', async () => {
    const kept = await two.evaluate(async () => {
      const element = document.querySelector('gansynth-instrument');
      const { instrument } = element ?? {};
      document.body.append(element as Element);
      await new Promise((resolve) => setTimeout(resolve, 50));
      return element?.instrument === instrument && instrument?.context?.state === 'running';
    });
    assert.equal(kept, true);
  });
});
