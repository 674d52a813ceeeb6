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
  // Functions with names, as these tests are compiled, ask for it.
  await page.addInitScript('globalThis.__name = (named) => named');
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

  test('at the engine of an instrument is in the attributes of its element and at its controls: each setting, and nothing else', async () => {
    for (const tag of ['gansynth-instrument', 'nsynth-instrument'] as const) {
      const changes = await page.evaluate(async (name) => {
        const element = document.querySelector(name)!;
        await element.load();
        const engine = element.instrument!;
        const root = element.shadowRoot!;
        await element.updateComplete;
        const seen = () => {
          const shown: Record<string, string> = {};
          for (const { name: attribute, value } of element.attributes) shown[attribute] = value;
          for (const label of root.querySelectorAll('.controls label')) {
            const [field, words] = [label.querySelector('input, select'), label.querySelector('output')];
            const { value } = field as HTMLInputElement | HTMLSelectElement;
            const spoken = field!.getAttribute('aria-valuetext');
            const said = [...label.childNodes].find((node) => node instanceof Text && node.data.trim());
            shown[said!.textContent!.trim()] =
              field instanceof HTMLSelectElement
                ? value
                : `${spoken}${spoken === words!.textContent ? '' : '?'}`;
          }
          const [{ x, y }] = root.querySelectorAll('morph-pad');
          shown['the point'] = `${x}, ${y}`;
          for (const corner of root.querySelectorAll<HTMLSelectElement>('select[slot]'))
            shown[corner.slot] = corner.value;
          shown.sound = root.querySelector('.browser span')!.textContent!.trim();
          return shown;
        };
        const told: string[] = [];
        engine.addEventListener('setting', ({ setting }) => told.push(setting));
        const steps: Readonly<Record<string, () => void>> = {
          volume: () => engine.setVolume(0.45),
          'volume again': () => engine.setVolume(0.45),
          room: () => engine.setRoom(0.15),
          place: () => engine.morph(0.125, 0.875),
          corners: () => engine.setCorners('strings, flute, trumpet, electric piano'),
          velocity: () => engine.setVelocityResponse({ curve: 'hard', brightness: 0.75 }),
          envelope: () => engine.setEnvelope({ attack: 0.5, decay: 1, sustain: 0.25, release: 3.5 }),
          stretch: () => 'setStretch' in engine && engine.setStretch(2),
        };
        const all: Record<string, Record<string, string>> = {};
        for (const [step, set] of Object.entries(steps)) {
          const before = seen();
          told.length = 0;
          set();
          await element.updateComplete;
          const changed = Object.entries(seen()).filter(([what, value]) => before[what] !== value);
          all[step] = { told: told.join(), ...Object.fromEntries(changed) };
        }
        return all;
      }, tag);
      const stretched = { told: 'stretch', stretch: '2', Stretch: '× 2.00' };
      assert.deepEqual(changes, {
        volume: { told: 'volume', volume: '0.45', Volume: '45 %' },
        'volume again': { told: '' },
        room: { told: 'room', room: '0.15', Room: '15 %' },
        place: { told: 'place', x: '0.125', y: '0.875', 'the point': '0.125, 0.875' },
        corners: {
          told: 'corners',
          corners: 'strings, flute, trumpet, electric piano',
          'top-left': 'strings',
          'top-right': 'flute',
          'bottom-left': 'trumpet',
          'bottom-right': 'electric piano',
        },
        velocity: {
          ...{ told: 'velocity', 'velocity-curve': 'hard', 'velocity-brightness': '0.75' },
          ...{ 'Soft notes darker': '75 %', Touch: 'hard' },
        },
        envelope: {
          ...{ told: 'envelope', Attack: '0.500 s', Decay: '1.00 s', Sustain: '25 %', Release: '3.50 s' },
        },
        stretch: tag === 'nsynth-instrument' ? stretched : { told: '' },
      });
    }
  });

  test('is seen in a field where a person chose before', async () => {
    const touch = page.locator('gansynth-instrument .controls select');
    for (const chosen of ['soft', 'hard', 'soft']) await touch.selectOption(chosen);
    for (const curve of ['hard', 'even', 'soft', 'hard'] as const) {
      await page.evaluate(async (value) => {
        const element = document.querySelector('gansynth-instrument')!;
        element.velocityCurve = value;
        await element.updateComplete;
      }, curve);
      assert.equal(await touch.inputValue(), curve);
    }
  });
});
