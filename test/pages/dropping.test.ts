/** A file that is dropped beside what takes it would make the browser leave the page: none of the demo's pages does. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, root, type Server } from './browser.js';

const PAGES = ['index', 'band', 'nsynth', 'morph', 'transformer', 'listen', 'writers'];

let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch();
  server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': dist } });
});

after(async () => {
  await browser.close();
  await server.close();
});

describe('a MIDI file dropped beside everything', () => {
  for (const name of PAGES)
    test(`is answered on ${name}.html, which stays`, async () => {
      const page = await browser.newPage();
      await page.goto(`${server.url}/${name}.html`);
      await page.waitForFunction(() => {
        const transfer = new DataTransfer();
        transfer.items.add(new File(['MThd'], 'song.mid'));
        // As soon as the page's script has run: a person drops no earlier than the page looks ready.
        return ['dragover', 'drop'].every((type) => {
          const drop = new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true });
          document.querySelector('main')?.dispatchEvent(drop);
          return drop.defaultPrevented;
        });
      });
      assert.match(await page.locator('#message').innerText(), /[Dd]rop/);
      await page.close();
    });
});
