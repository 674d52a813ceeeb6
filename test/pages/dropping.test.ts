/** A file that is dropped beside what takes it would make the browser leave the page, or open another: none of the demo's pages does. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, root, type Server } from './browser.js';

const PAGES = ['index', 'band', 'nsynth', 'morph', 'transformer', 'listen', 'writers', 'skin'];

let browser: Browser;
let server: Server;
let folder: string;
let song: string;
let picture: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-dropped-'));
  song = path.join(folder, 'song.mid');
  picture = path.join(folder, 'picture.svg');
  await writeFile(song, 'MThd');
  await writeFile(picture, '<svg xmlns="http://www.w3.org/2000/svg"></svg>');
  browser = await launch();
  server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': dist } });
});

after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
});

/** Drops a file as the system does: where nothing takes it, the browser opens it, in the place of the page or over it. */
async function drop(page: Page, file: string, x: number, y: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [file], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x, y, data });
}

describe('a sound dropped on what plays no sounds', () => {
  for (const [name, tag] of [
    ['index', 'gansynth-instrument'],
    ['writers', 'melody-rnn'],
  ])
    test(`<${tag}> is answered with the way to what plays it; the tag is for those who look for details`, async () => {
      const sound = path.join(folder, 'voice.wav');
      await writeFile(sound, 'RIFF');
      const page = await browser.newPage();
      await page.goto(`${server.url}/${name}.html`);
      const element = page.locator(tag);
      await element.locator('piano-keyboard, piano-roll').first().waitFor();
      await element.scrollIntoViewIfNeeded();
      const box = await element.boundingBox();
      assert.ok(box);
      await drop(page, sound, box.x + box.width / 2, box.y + 60);
      const alert = element.getByRole('alert');
      await alert.waitFor();
      assert.match(await alert.innerText(), /^voice\.wav is a sound/);
      assert.doesNotMatch(await alert.innerText(), /<[\w-]+>|\[[A-Z_]+\]/);
      await alert.getByText('Details').click();
      assert.match(await alert.innerText(), /<nsynth-instrument> makes timbres of sounds/);
      await element.getByRole('link', { name: 'Play any sound' }).click();
      await page.waitForURL(/nsynth\.html$/);
      await page.close();
    });
});

test('a text dropped on an instrument is told that it is one, and that nothing plays it', async () => {
  const lyrics = path.join(folder, 'lyrics.txt');
  await writeFile(lyrics, 'la la la');
  const page = await browser.newPage();
  await page.goto(`${server.url}/index.html`);
  const element = page.locator('gansynth-instrument');
  await element.locator('piano-keyboard').waitFor();
  await drop(page, lyrics, 400, 300);
  const alert = element.getByRole('alert');
  await alert.waitFor();
  assert.match(
    await alert.innerText(),
    /^lyrics\.txt is a text, which is not for here\. Nothing here plays texts\./,
  );
  await page.close();
});

describe('a file dropped beside everything', () => {
  for (const name of PAGES)
    test(`is answered on ${name}.html, which stays`, async () => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(`${server.url}/${name}.html`);
      await page.evaluate(async () => {
        const tags = [...document.querySelectorAll(':not(:defined)')].map(({ localName }) => localName);
        await Promise.all(tags.map((tag) => customElements.whenDefined(tag)));
      });
      const opened: string[] = [];
      page.on('framenavigated', (frame) => opened.push(frame.url()));
      context.on('page', (tab) => opened.push(tab.url()));
      const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
      for (const file of [song, picture]) {
        // The edge of the page, and what stands in its middle, whatever that takes.
        await drop(page, file, 2, height / 2);
        await drop(page, file, width / 2, height / 2);
      }
      await drop(page, song, 2, 2);
      if (name !== 'skin') assert.match(await page.locator('#message').innerText(), /[Dd]rop/);
      // A tab that was opened would come late.
      await page.waitForTimeout(300);
      assert.deepEqual(opened, []);
      await context.close();
    });
});
