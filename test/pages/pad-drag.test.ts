/** A move of the pad's point costs the page this, counted in elements and layouts: these are the same on any machine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, type Server } from './browser.js';

const MOVES = 20;
/** These stand at the point: two lines, the handle, two sliders; and a chord's keys. */
const AT_THE_POINT = 5;
const CHORD = [48, 60, 61, 67];

let browser: Browser;
let server: Server;

const pageOf = (
  tag: string,
) => `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script><${tag} preload="none"></${tag}>`;

before(async () => {
  browser = await launch();
  server = await serve({
    roots: { '/dist/': dist },
    pages: {
      '/gansynth-instrument': pageOf('gansynth-instrument'),
      '/nsynth-instrument': pageOf('nsynth-instrument'),
    },
  });
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Opens an instrument that shows its timbres and a held chord, and makes no sound: nothing but the moves changes the page. */
async function openSilent(tag: 'gansynth-instrument' | 'nsynth-instrument'): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  // Functions with names, as these tests are compiled, ask for it.
  await page.addInitScript('globalThis.__name = (named) => named');
  await page.goto(`${server.url}/${tag}`);
  await page.waitForFunction(
    (name) => document.querySelector(name)?.shadowRoot?.querySelector('midi-input'),
    tag,
  );
  await page.evaluate(
    async ([name, chord]) => {
      const element = document.querySelector(name);
      if (!element) return;
      await element.load();
      Object.assign(element, { start: () => Promise.resolve(), noteOn() {} });
      for (const pitch of chord) element.shadowRoot?.querySelector('piano-keyboard')?.press(pitch, pitch);
      await new Promise((resolve) => setTimeout(resolve, 500));
    },
    [tag, CHORD] as const,
  );
  return page;
}

/** Drags the point, a step in each frame. */
const drag = (page: Page, tag: string, moves: number) =>
  page.evaluate(
    async ([name, count]) => {
      const pad = document.querySelector(name)?.shadowRoot?.querySelector('morph-pad');
      const surface = pad?.shadowRoot?.querySelector('.surface');
      const { left = 0, top = 0, width = 0, height = 0 } = surface?.getBoundingClientRect() ?? {};
      // Behind a frame: a pointer's moves come before the next one's callbacks.
      const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      const send = (type: string, angle: number) =>
        surface?.dispatchEvent(
          new PointerEvent(type, {
            ...{ pointerId: 7, bubbles: true, composed: true },
            clientX: left + width * (0.5 + 0.3 * Math.cos(angle)),
            clientY: top + height * (0.5 + 0.3 * Math.sin(angle)),
          }),
        );
      send('pointerdown', 0);
      for (let i = 0; i < count; i++) {
        await frame();
        send('pointermove', i / 5);
      }
      await frame();
    },
    [tag, moves] as const,
  );

interface TraceEvent {
  readonly name: string;
  readonly args: { readonly elementCount?: number; readonly beginData?: { readonly stackTrace?: unknown } };
}

describe('a move of the point on the pad, under a held chord', () => {
  for (const tag of ['gansynth-instrument', 'nsynth-instrument'] as const) {
    test(`of <${tag}> styles what shows it, once, and a script forces no layout`, async (t) => {
      const page = await openSilent(tag);
      // The size of the line behind the point, and the ring of what has the focus, come with the first steps.
      await drag(page, tag, 5);
      await browser.startTracing(page, {
        categories: ['devtools.timeline', 'disabled-by-default-devtools.timeline.stack'],
      });
      await drag(page, tag, MOVES);
      const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
        traceEvents: readonly TraceEvent[];
      };
      const styled = traceEvents.filter(({ name }) => name === 'UpdateLayoutTree');
      const forced = traceEvents.filter(
        ({ name, args }) => name === 'Layout' && args.beginData?.stackTrace !== undefined,
      );
      const elements = styled.map(({ args }) => args.elementCount ?? 0).sort((a, b) => a - b);
      t.diagnostic(
        `${styled.length} times styled, elements ${elements.join(' ')}; ${forced.length} layouts by scripts`,
      );
      assert.ok(elements.length > 0);
      const middle = elements[elements.length >> 1];
      assert.ok(middle <= AT_THE_POINT + CHORD.length, `${middle} elements are styled at a move`);
      assert.ok(styled.length <= MOVES * 1.5, `${styled.length} times styled in ${MOVES} moves`);
      assert.ok(forced.length <= MOVES / 2, `${forced.length} layouts in ${MOVES} moves`);
      await page.close();
    });
  }
});
