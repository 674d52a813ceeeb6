/** The README's snippets, run as they stand there: HTML on a page of its own, TypeScript in a page that has its imports. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { transform } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, root, type Server } from './browser.js';

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
const snippets = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(([, text]) => text);

const pages: Record<string, string> = {};
let browser: Browser;
let server: Server;

before(async () => {
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  server = await serve({ roots: { '/': dist }, pages });
});

after(async () => {
  await browser.close();
  await server.close();
});

async function open(name: string, body: string): Promise<{ page: Page; complaints: string[] }> {
  pages[name] = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${body}`;
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${server.url}${name}`);
  return { page, complaints };
}

describe('the HTML of the README', () => {
  const found = snippets('html');

  test('is there', () => assert.ok(found.length >= 3, `${found.length} snippets`));

  for (const [i, html] of found.entries()) {
    test(`defines its elements, which load without complaint: ${html.split('\n').at(-2)}`, async () => {
      const script = html.includes('<script') ? '' : '<script type="module" src="timbrel.js"></script>';
      const { page, complaints } = await open(`/${i}.html`, script + html);
      await page.waitForFunction(() => document.querySelectorAll(':not(:defined)').length === 0);
      await page.evaluate(() => document.querySelector('gansynth-instrument')?.load());
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }

  test('has a player that answers what is played, as it says', async () => {
    const html = found.find((text) => text.includes('<melody-rnn')) ?? '';
    const { page } = await open('/player.html', `<script type="module" src="timbrel.js"></script>${html}`);
    await page.waitForFunction(() =>
      document.querySelector('gansynth-instrument')?.shadowRoot?.querySelector('piano-keyboard'),
    );
    await page.waitForFunction(() => customElements.get('melody-rnn'));
    for (const key of ['a', 'd', 'g', 'd']) await page.keyboard.press(key, { delay: 150 });
    await page.waitForFunction(() => document.querySelector('melody-rnn')?.playing);
    const counts = await page.evaluate(() => {
      const { primer, notes } = document.querySelector('melody-rnn')!;
      return [primer.notes.length, notes.length];
    });
    assert.equal(counts[0], 4);
    assert.ok(counts[1] > 4, 'no answer');
    await page.close();
  });
});

describe('the TypeScript of the README', () => {
  for (const [i, typescript] of snippets('ts').entries()) {
    test(`runs: ${typescript.split('\n')[0]}`, async () => {
      const { code } = await transform(typescript.replace(/'timbrel'/, `'./timbrel.js'`), { loader: 'ts' });
      const { page, complaints } = await open(
        `/ts${i}.html`,
        `<button id="button">Play</button>
        <script type="module">
          const button = document.getElementById('button');
          ${code}
          document.title = 'done';
        </script>`,
      );
      await page.waitForFunction(() => document.title === 'done');
      await page.locator('button').click();
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
});
