/** The space bar on pages without a transport of their own stops and plays what played last, whatever was clicked meanwhile. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { writeMidi } from '../../src/music/midi-writer.js';
import { serveDemo } from './browser.js';

const demo = serveDemo(['--autoplay-policy=no-user-gesture-required']);
const notes = Array.from({ length: 40 }, (_, i) => ({
  ...{ pitch: 60 + (i % 12), velocity: 80, startTime: i, endTime: i + 1 },
}));
const song = { notes, tempos: [{ time: 0, qpm: 120 }], totalTime: 40 };

async function visit(name: string): Promise<{ page: Page; saved: string[] }> {
  const page = await (await demo.browser.newContext()).newPage();
  page.setDefaultTimeout(20_000);
  const saved: string[] = [];
  page.on('download', (file) => saved.push(file.suggestedFilename()));
  await page.goto(`${demo.url}/${name}.html`);
  await page.waitForFunction(() => document.querySelectorAll(':not(:defined), [data-waits]').length === 0);
  await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
  return { page, saved };
}

const drop = (page: Page) =>
  page.evaluate(
    (bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], 'song.mid', { type: 'audio/midi' }));
      const base = document.querySelector('gansynth-instrument')!.shadowRoot!.querySelector('.base');
      base!.dispatchEvent(
        new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true }),
      );
    },
    [...writeMidi(song)],
  );

describe('the space bar', () => {
  test('of an instrument stops and plays its file after Save was clicked, and is a control’s that was reached by Tab', async () => {
    const { page, saved } = await visit('index');
    await page.locator('gansynth-instrument [data-pitch="60"]').click();
    await drop(page);
    const button = (name: string) => page.getByRole('button', { name: `${name} song.mid` });
    await button('Stop').waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await save.click();
    await page.keyboard.press('Space');
    await button('Play').waitFor();
    await save.click();
    await page.keyboard.press('Space');
    await button('Stop').waitFor();
    assert.equal(saved.length, 2);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Space');
    await page.waitForTimeout(300);
    assert.equal(saved.length, 3);
    assert.ok(await button('Stop').isVisible());
    await page.context().close();
  });

  test('of the writers stops and plays the one that played last, after a button was clicked', async () => {
    const { page, saved } = await visit('writers');
    await page.evaluate((piece) => {
      document.querySelector('melody-rnn')!.primer = piece;
    }, song);
    const plays = (playing: boolean) =>
      page.waitForFunction((wanted) => document.querySelector('melody-rnn')?.playing === wanted, playing);
    await page.locator('melody-rnn').getByRole('button', { name: 'Play', exact: true }).click();
    await plays(true);
    const save = page.locator('melody-rnn').getByRole('button', { name: 'Save MIDI' });
    await save.click();
    await page.keyboard.press('Space');
    await plays(false);
    await save.click();
    await page.keyboard.press('Space');
    await plays(true);
    // A song of the instrument is there too, and another one plays now.
    await page.keyboard.press('Space');
    await plays(false);
    await drop(page);
    await page.getByRole('button', { name: 'Stop song.mid' }).click();
    await page.locator('melody-rnn').getByRole('button', { name: 'Play', exact: true }).click();
    await plays(true);
    await page.keyboard.press('Space');
    await plays(false);
    assert.ok(await page.getByRole('button', { name: 'Play song.mid' }).isVisible());
    await page.waitForTimeout(200);
    assert.equal(saved.length, 2);
    await page.context().close();
  });

  test('of the page that listens plays what was heard, stops it, and plays it again', async () => {
    const page = await (await demo.browser.newContext()).newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${demo.url}/listen.html`);
    await page.waitForFunction(() => document.querySelectorAll(':not(:defined), [data-waits]').length === 0);
    const plays = (playing: boolean) =>
      page.waitForFunction((wanted) => document.querySelector('onsets-frames')?.playing === wanted, playing);
    await page.evaluate((piece) => {
      document.querySelector('onsets-frames')!.sequence = piece;
    }, song);
    await page.locator('h1').click();
    for (const playing of [true, false, true]) {
      await page.keyboard.press('Space');
      await plays(playing);
    }
    await page.context().close();
  });
});
