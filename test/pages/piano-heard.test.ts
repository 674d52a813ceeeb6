/**
 * `<onsets-frames>` with the network that ships: a recording of a piano is dropped, and played before a microphone. The recording
 * (piano/) was rendered with FluidSynth from the soundfont FluidR3 GM (MIT); a prelude's bars and a chord in seven octaves.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { encodeWav } from '../../src/audio/wav.js';
import { readMidi } from '../../src/music/midi-reader.js';
import { noteScore } from '../../src/music/note-metrics.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { violations } from './axe.js';
import { dist, launch, root, type Server } from './browser.js';

const PIANO = path.join(root, 'test/pages/piano');
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>page</title>
<link rel="icon" href="data:,"><script type="module" src="/dist/timbrel.js"></script>
<main><h1>A piano</h1><onsets-frames preload="auto"></onsets-frames></main>`;
const MICROPHONE_RATE = 16000;

let folder: string;
let server: Server;
let played: NoteSequence;
const browsers: Browser[] = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-piano-'));
  server = await serve({ roots: { '/dist/': dist, '/piano/': PIANO }, pages: { '/': PAGE } });
  played = readMidi(await readFile(path.join(PIANO, 'piano.mid')));
});

after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await server.close();
  await rm(folder, { recursive: true });
});

async function open(flags: readonly string[] = []): Promise<Page> {
  const browser = await launch(['--autoplay-policy=no-user-gesture-required', ...flags]);
  browsers.push(browser);
  const context = await browser.newContext({ permissions: ['microphone'] });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.waitForFunction(() => document.querySelector('onsets-frames')?.shadowRoot?.querySelector('piano-roll')); // prettier-ignore
  return page;
}

const heard = (page: Page) =>
  page.evaluate(() => document.querySelector('onsets-frames')?.sequence ?? { notes: [] });

/** The compressed recording as a browser decodes it, with a second of silence before and a minute after. */
async function microphoneFile(page: Page): Promise<string> {
  const samples = await page.evaluate(async (rate) => {
    const context = new OfflineAudioContext(1, 1, rate);
    const bytes = await (await fetch('/piano/piano.ogg')).arrayBuffer();
    return [...(await context.decodeAudioData(bytes)).getChannelData(0)];
  }, MICROPHONE_RATE);
  const sound = new Float32Array(samples.length + 61 * MICROPHONE_RATE);
  sound.set(samples, MICROPHONE_RATE);
  const file = path.join(folder, 'microphone.wav');
  await writeFile(file, new Uint8Array(encodeWav(sound, MICROPHONE_RATE, 'int16')));
  return file;
}

/** Pitches in the order in which they are struck, and from the bottom up. */
const pitchesOf = ({ notes }: NoteSequence) =>
  [...notes]
    .sort((a, b) => (a.startTime ?? 0) - (b.startTime ?? 0) || a.pitch - b.pitch)
    .map(({ pitch }) => pitch);

/** The length of the longest sequence that both have, in its order. */
function common(a: readonly number[], b: readonly number[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const value of a) {
    const next = [0];
    b.forEach((other, j) => next.push(value === other ? row[j] + 1 : Math.max(row[j + 1], next[j])));
    row = next;
  }
  return row[b.length];
}

describe('a piano', () => {
  let page: Page;
  before(async () => {
    page = await open();
  });

  test('that is dropped is heard: its notes, their times and their velocities', async () => {
    await page.evaluate(async () => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([await (await fetch('/piano/piano.ogg')).blob()], 'prelude.ogg'));
      const event = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
      document.querySelector('onsets-frames')?.shadowRoot?.querySelector('.base')?.dispatchEvent(new DragEvent('drop', event)); // prettier-ignore
    });
    await page
      .locator('onsets-frames [part=status]')
      .getByText(/\d+ notes in/)
      .waitFor();
    const found = await heard(page);
    const notes = noteScore(played.notes, found.notes);
    assert.ok(notes.f1 > 0.93, `F1 of notes ${notes.f1}`);
    // The reverberation of the room is heard as a longer note here and there.
    const withEnds = noteScore(played.notes, found.notes, { offsets: true });
    assert.ok(withEnds.f1 > 0.6, `F1 of notes with their ends ${withEnds.f1}`);
  });

  for (const colorScheme of ['light', 'dark'] as const)
    test(`leaves a page that axe has nothing against, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
    });

  test('that plays before the microphone is heard while it plays', async () => {
    const file = await microphoneFile(page);
    const live = await open([
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}%noloop`,
    ]);
    await live.locator('onsets-frames').getByRole('button', { name: 'Listen', exact: true }).click();
    await live.waitForFunction(
      () => (document.querySelector('onsets-frames')?.sequence.totalTime ?? 0) > 14,
      undefined,
      { timeout: 60_000 },
    );
    assert.deepEqual(await violations(live), []);
    await live.locator('onsets-frames').getByRole('button', { name: 'Stop listening' }).click();
    await live
      .locator('onsets-frames [part=status]')
      .getByText(/\d+ notes in/)
      .waitFor();
    // In their order, not at their times: a machine that is busy drops pieces of the sound, and notes are struck again behind the gap.
    const [wanted, told] = [pitchesOf(played), pitchesOf(await heard(live))];
    const both = common(wanted, told);
    assert.ok(both > 0.75 * wanted.length, `${both} of ${wanted.length} notes were heard`);
    const invented = told.filter((pitch) => !wanted.includes(pitch));
    assert.ok(invented.length < 0.1 * told.length, `${invented.length} of ${told.length} were never played`);
  });
});
