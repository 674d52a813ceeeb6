/** What a page sets at an element by script is seen in its attributes, and at the controls that set the same: of every element, every property that has one. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readManifest } from '../../scripts/element-pages.mjs';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, type Server } from './browser.js';

interface Member {
  readonly name: string;
  readonly attribute?: string;
  readonly reflects?: boolean;
  readonly type?: { readonly text: string };
}

interface Declaration {
  readonly tagName?: string;
  readonly members?: readonly Member[];
}

const elements = readManifest()
  .modules.flatMap(({ declarations = [] }) => declarations as Declaration[])
  .filter(({ tagName }) => tagName !== undefined);

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch();
  const tags = elements.map(({ tagName }) => `<${tagName} preload="none"></${tagName}>`).join('');
  server = await serve({
    roots: { '/dist/': dist },
    pages: {
      '/': `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>${tags}`,
    },
  });
  page = await browser.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => document.querySelectorAll(':not(:defined)').length === 0);
});

after(async () => {
  await browser.close();
  await server.close();
});

describe('what a script sets', () => {
  for (const { tagName = '', members = [] } of elements) {
    // Lists have text of their own.
    const reflected = members.filter(
      ({ name, reflects, attribute }) =>
        reflects && attribute !== undefined && !(tagName === 'morph-pad' && name === 'corners'),
    );
    if (reflected.length > 0)
      test(`at <${tagName}> is in its attributes: ${reflected.map(({ name }) => name).join(', ')}`, async () => {
        const wrong = await page.evaluate(
          async ([tag, properties]) => {
            const element = document.querySelector(tag) as HTMLElement & { updateComplete: Promise<unknown> };
            const values = element as unknown as Record<string, unknown>;
            const missed: string[] = [];
            for (const { name, attribute = '', type } of properties) {
              const before = values[name];
              const choices =
                name === 'velocityCurve'
                  ? ['soft', 'hard']
                  : [...(type?.text ?? '').matchAll(/'([^']+)'/g)].map(([, choice]) => choice);
              const other =
                typeof before === 'boolean'
                  ? !before
                  : typeof before === 'number' || before === undefined
                    ? name === 'cornerCount'
                      ? 2
                      : before === 0.5
                        ? 0.25
                        : 0.5
                    : (choices.find((choice) => choice !== before) ?? '0,1');
              values[name] = other;
              await element.updateComplete;
              const shown = element.getAttribute(attribute);
              const wanted = typeof other === 'boolean' ? (other ? '' : null) : String(other);
              if (shown !== wanted) missed.push(`${name} = ${String(other)} has ${attribute}="${shown}"`);
              values[name] = before;
              await element.updateComplete;
            }
            return missed;
          },
          [tagName, reflected] as const,
        );
        assert.deepEqual(wrong, []);
      });
  }

  test('at an instrument is where its sliders are, and what they say', async () => {
    for (const tag of ['gansynth-instrument', 'nsynth-instrument']) {
      await page.evaluate(async (name) => {
        const element = document.querySelector(name) as HTMLElementTagNameMap['gansynth-instrument'];
        Object.assign(element, { volume: 0.3, room: 0.2 });
        await element.updateComplete;
      }, tag);
      for (const [name, value] of [
        ['Volume', 0.3],
        ['Room', 0.2],
      ] as const) {
        const slider = page.locator(tag).getByRole('slider', { name, exact: true });
        assert.equal(Number(await slider.inputValue()), value);
        assert.match((await slider.getAttribute('aria-valuetext')) ?? '', new RegExp(String(100 * value)));
      }
    }
  });

  test('at the engine of an instrument is in the attributes of its element, and at its controls', async () => {
    for (const tag of ['gansynth-instrument', 'nsynth-instrument']) {
      const told = await page.evaluate(async (name) => {
        const element = document.querySelector(name) as HTMLElementTagNameMap['gansynth-instrument'];
        await element.load();
        const engine = element.instrument!;
        const settings: string[] = [];
        engine.addEventListener('setting', ({ setting }) => settings.push(setting));
        engine.setVolume(0.45);
        engine.setVolume(0.45);
        engine.setRoom(0.15);
        engine.morph(0.125, 0.875);
        engine.setCorners('strings, flute, trumpet, electric piano');
        engine.setVelocityResponse({ curve: 'hard', brightness: 0.75 });
        engine.setEnvelope({ ...engine.envelope, release: 3.5 });
        await element.updateComplete;
        const attributes = ['volume', 'room', 'x', 'y', 'corners', 'velocity-curve', 'velocity-brightness'];
        return {
          settings: settings.join(),
          attributes: attributes.map((attribute) => element.getAttribute(attribute)),
          place: [...element.shadowRoot!.querySelectorAll('morph-pad')].map(({ x, y }) => [x, y])[0],
        };
      }, tag);
      assert.deepEqual(told, {
        settings: 'volume,room,place,corners,velocity,envelope',
        attributes: [
          '0.45',
          '0.15',
          '0.125',
          '0.875',
          'strings, flute, trumpet, electric piano',
          'hard',
          '0.75',
        ],
        place: [0.125, 0.875],
      });
      const slider = (name: string) => page.locator(tag).getByRole('slider', { name, exact: true });
      assert.equal(Number(await slider('Volume').inputValue()), 0.45);
      assert.match((await slider('Release').getAttribute('aria-valuetext')) ?? '', /3\.50?/);
      const corner = page.locator(tag).getByLabel('Top left corner', { exact: true });
      assert.equal(await corner.inputValue(), 'strings');
    }
    const stretch = await page.evaluate(async () => {
      const element = document.querySelector('nsynth-instrument')!;
      element.instrument?.setStretch(2);
      await element.updateComplete;
      return element.getAttribute('stretch');
    });
    assert.equal(stretch, '2');
  });
});
