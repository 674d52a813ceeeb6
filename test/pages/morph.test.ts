/** What people do with `<music-vae>`, in a real browser: hear the piece under the finger, put their own at a corner, walk between two. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { readMidi } from '../../src/music/midi-reader.js';
import { writeMidi } from '../../src/music/midi-writer.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { dist, launch, root, type Server } from './browser.js';

const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<gansynth-instrument id="synth" corners="flute, flute, flute, flute" backend="wasm" computer-keyboard="none"></gansynth-instrument>
<music-vae id="morph" instrument="synth" tempo="120" preload="auto" x="0" y="0"></music-vae>`;

/** Four bars: a window of two of a rising scale, and one of a falling one. */
const scale = [60, 62, 64, 65, 67, 69, 71, 72];
const SONG: NoteSequence = {
  tempos: [{ time: 0, qpm: 120 }],
  notes: [...scale, ...scale.toReversed()].map((pitch, i) => ({
    ...{ pitch, velocity: 80, startTime: i / 2, endTime: (i + 1) / 2 },
  })),
  totalTime: 8,
};

let browser: Browser;
let server: Server;
let page: Page;
const complaints: string[] = [];

async function open(url: string): Promise<Page> {
  const opened = await browser.newPage();
  opened.on('pageerror', (error) => complaints.push(String(error)));
  await opened.goto(url);
  return opened;
}

before(async () => {
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  server = await serve({
    roots: { '/dist/': dist, '/demo/': path.join(root, 'demo'), '/demo/dist/': dist },
    pages: { '/': PAGE },
  });
  page = await open(server.url);
  await page.waitForFunction(() => document.querySelector('music-vae')?.corners?.every(Boolean));
});

after(async () => {
  await browser.close();
  await server.close();
  assert.deepEqual(complaints, []);
});

const pitches = (target = page) =>
  target.evaluate(
    () =>
      document
        .querySelector('music-vae')
        ?.notes.map(({ pitch }) => pitch)
        .join(' ') ?? '',
  );

const drop = (bytes: Uint8Array, name: string, corner: string) =>
  page.evaluate(
    ([data, file, letter]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(data)], file));
      const event = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
      document
        .querySelector('music-vae')
        ?.shadowRoot?.querySelector(`.corner.${letter}`)
        ?.dispatchEvent(new DragEvent('drop', event));
    },
    [[...bytes], name, corner] as const,
  );

const corner = (letter: string) => page.locator(`music-vae .corner.${letter}`);

describe('a morph on a page', () => {
  test('has a piece at each corner, drawn from its seeds, and the piece of the corner under the point', async () => {
    assert.match(await corner('A').innerText(), /idea 1/);
    assert.ok((await pitches()).length > 0);
  });

  test('plays on while the point moves, and the music changes under it', async () => {
    await page.locator('music-vae').getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() => (document.querySelector('music-vae')?.position ?? 0) > 0.1);
    const before = await pitches();
    const stops = await page.evaluate(async () => {
      const morph = document.querySelector('music-vae');
      let ended = 0;
      morph?.addEventListener('sequence-play', ({ playing }) => (ended += playing ? 0 : 1));
      const changed = new Promise((resolve) =>
        morph?.addEventListener('sequence-change', resolve, { once: true }),
      );
      Object.assign(morph ?? {}, { x: 1, y: 1 });
      await changed;
      return ended;
    });
    assert.equal(stops, 0);
    assert.notEqual(await pitches(), before);
    assert.equal(await page.evaluate(() => document.querySelector('music-vae')?.playing), true);
    await page.locator('music-vae').getByRole('button', { name: 'Stop', exact: true }).click();
  });

  test('takes a dropped MIDI file at the corner it is dropped on, and steps through its parts', async () => {
    await drop(writeMidi(SONG), 'scales.mid', 'B');
    await corner('B').getByText('scales').waitFor();
    await corner('B').getByText('1 of 2').waitFor();
    const first = await page.evaluate(() => document.querySelector('music-vae')?.corners[1]?.notes[0].pitch);
    assert.equal(first, 60);
    await corner('B').getByRole('button', { name: 'Later part for B' }).click();
    await page.waitForFunction(() => document.querySelector('music-vae')?.corners[1]?.notes[0].pitch === 72);
  });

  test('keeps a corner as it is where a file has nothing for it, and says so', async () => {
    const drums = { ...SONG, notes: SONG.notes.map((note) => ({ ...note, isDrum: true })) };
    await drop(writeMidi(drums), 'drums.mid', 'A');
    await page.locator('music-vae [role=alert]').waitFor();
    assert.match(await corner('A').innerText(), /idea 1/);
    await page.locator('music-vae').getByRole('button', { name: 'Dismiss' }).click();
  });

  test('walks from one corner to another in steps, and a step is heard by a click', async () => {
    await page.locator('music-vae').getByRole('button', { name: 'Blend' }).click();
    await page.locator('music-vae .piece').nth(4).waitFor();
    assert.equal(await page.locator('music-vae .piece').count(), 5);
    await page.locator('music-vae .piece').nth(2).click();
    await page.locator('music-vae .status').getByText('step 3 of 5').waitFor();
  });

  test('gives the piece as a MIDI file', async () => {
    const bytes = await page.evaluate(async () => {
      const file = await document.querySelector('music-vae')?.midi();
      return [...new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer(0))];
    });
    const read = readMidi(Uint8Array.from(bytes));
    assert.equal(read.notes.map(({ pitch }) => pitch).join(' '), await pitches());
  });
});

describe('the page Morph', () => {
  const notesOf = (morph: Page, id: string) =>
    morph.evaluate(
      (each) =>
        (document.getElementById(each) as HTMLElementTagNameMap['music-vae']).notes
          .map(({ pitch, startTime }) => `${pitch}@${startTime.toFixed(2)}`)
          .join(' '),
      id,
    );
  const changes = (morph: Page, id: string, before: string) =>
    morph.waitForFunction(
      ([each, first]) =>
        (document.getElementById(each) as HTMLElementTagNameMap['music-vae']).notes
          .map(({ pitch, startTime }) => `${pitch}@${startTime.toFixed(2)}`)
          .join(' ') !== first,
      [id, before] as const,
    );
  const playing = (morph: Page) =>
    morph.evaluate(() => [...document.querySelectorAll('music-vae')].map((element) => element.playing));

  test('plays two tunes and two beats from one button, together, and stops them', async () => {
    const morph = await open(`${server.url}/demo/morph.html`);
    await morph.waitForFunction(() =>
      [...document.querySelectorAll('music-vae')].every((element) => element.notes?.length),
    );
    await morph.getByRole('button', { name: 'Play', exact: true }).click();
    await morph.waitForFunction(() =>
      [...document.querySelectorAll('music-vae')].every((element) => element.position > 0.1),
    );
    const apart = await morph.evaluate(() => {
      const [tunes, beats] = [...document.querySelectorAll('music-vae')].map((element) => element.position);
      return Math.abs(tunes - beats);
    });
    assert.ok(apart < 0.02, `${apart} s apart`);

    const [tune, beat] = [await notesOf(morph, 'tunes'), await notesOf(morph, 'beats')];
    const pad = await morph.locator('#pad').boundingBox();
    assert.ok(pad);
    await morph.mouse.click(pad.x + 0.95 * pad.width, pad.y + 0.2 * pad.height);
    await changes(morph, 'tunes', tune);
    assert.equal(await notesOf(morph, 'beats'), beat, 'across, only the tune changes');
    const across = await notesOf(morph, 'tunes');
    await morph.mouse.click(pad.x + 0.95 * pad.width, pad.y + 0.95 * pad.height);
    await changes(morph, 'beats', beat);
    assert.equal(await notesOf(morph, 'tunes'), across, 'down, only the beat');
    assert.deepEqual(await playing(morph), [true, true]);

    await morph.getByRole('button', { name: 'Stop', exact: true }).click();
    assert.deepEqual(await playing(morph), [false, false]);
    await morph.close();
  });

  test('plays, too, where Play was pressed before the elements had come', async () => {
    const morph = await browser.newPage();
    let deliver = () => {};
    const asked = new Promise<void>((resolve) => (deliver = resolve));
    await morph.route('**/morph-pad*.js', async (route) => {
      await asked;
      await route.continue();
    });
    await morph.route('**/music-vae*.js', async (route) => {
      await asked;
      await route.continue();
    });
    await morph.goto(`${server.url}/demo/morph.html`, { waitUntil: 'commit' });
    await morph.waitForFunction(() => document.getElementById('bpm')?.isConnected);
    await morph.locator('#play').click();
    deliver();
    await morph.waitForFunction(() => document.getElementById('play')?.textContent === 'Stop');
    assert.equal(await morph.locator('#message').textContent(), '');
    await morph.close();
  });

  test('two files that are dropped at once go to the two corners that are seen', async () => {
    const morph = await open(`${server.url}/demo/morph.html`);
    await morph.waitForFunction(() => document.querySelector('music-vae')?.corners?.[1]);
    await morph.evaluate(
      ([bytes]) => {
        const transfer = new DataTransfer();
        for (const name of ['one.mid', 'two.mid'])
          transfer.items.add(new File([Uint8Array.from(bytes)], name));
        const event = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
        document
          .querySelector('#tunes')
          ?.shadowRoot?.querySelector('.base')
          ?.dispatchEvent(new DragEvent('drop', event));
      },
      [[...writeMidi(SONG)]] as const,
    );
    const names = morph.locator('#tunes .corner .name');
    await names.getByText('two').waitFor();
    const shown = await names.allTextContents();
    assert.deepEqual(shown.filter(Boolean).toSorted(), ['one', 'two']);
    await morph.close();
  });
});

describe('a page with a drummer', () => {
  const BEAT: NoteSequence = {
    tempos: [{ time: 0, qpm: 120 }],
    notes: Array.from({ length: 16 }, (_, i) => ({
      ...{ pitch: i % 4 === 0 ? 36 : i % 4 === 2 ? 38 : 42, velocity: 80, isDrum: true },
      ...{ startTime: i / 4, endTime: i / 4 + 0.1 },
    })),
    totalTime: 4,
  };
  const withDrummer = async (id: string) => {
    const opened = await open(server.url);
    await opened.evaluate((name) => {
      document.body.innerHTML = `<music-vae id="drummer" checkpoint="music_vae/${name}" seeds="" preload="auto"></music-vae>`;
    }, id);
    await opened.waitForFunction(() => document.querySelector('music-vae')?.model);
    return opened;
  };
  const written = (opened: Page) =>
    opened.evaluate(() =>
      (document.querySelector('music-vae')?.notes ?? []).map(({ pitch, startTime, velocity }) => ({
        ...{ pitch, startTime, velocity },
      })),
    );

  test('hears a beat from the grid played with accents, and a little beside the grid', async () => {
    const opened = await withDrummer('humanize_2bar');
    await opened.evaluate(async (beat) => {
      await document.querySelector('music-vae')?.rewrite(beat);
    }, BEAT);
    const notes = await written(opened);
    assert.ok(notes.length > 8, `${notes.length} notes`);
    assert.ok(new Set(notes.map(({ velocity }) => velocity)).size > 4);
    assert.ok(notes.some(({ startTime }) => Math.abs(startTime * 8 - Math.round(startTime * 8)) > 0.02));
    await opened.close();
  });

  // In eighths of three tempi: nothing tells a person to tap in the one that is set, 120.
  for (const gap of [200, 230, 270])
    test(`taps a rhythm, a stroke each ${gap} ms, and hears drums in it`, async () => {
      const opened = await withDrummer('tap2drum_2bar');
      await opened.locator('music-vae [data-action=tap]').click();
      const pad = opened.locator('music-vae').getByRole('button', { name: 'Tap here' });
      await pad.waitFor();
      // The page's clock is the test's, so that the strokes are even on a machine that is busy.
      await opened.clock.install();
      await opened.clock.pauseAt(Date.now() + 1000);
      for (let i = 0; i < 8; i++) {
        await pad.dispatchEvent('pointerdown');
        await opened.clock.runFor(gap);
      }
      await opened.clock.resume();
      await opened.waitForFunction(() => document.querySelector('music-vae')?.notes.length);
      const notes = await written(opened);
      const eighths = new Set(notes.map(({ startTime }) => Math.round(startTime * 4)));
      assert.ok(eighths.size >= 14, `of 16 eighths, ${eighths.size} have a stroke`);
      const drums = new Set(notes.map(({ pitch }) => pitch));
      assert.ok(drums.size >= 2, `drums ${[...drums].join(' ')}`);
      await opened.close();
    });

  test('taps by keys alone: the pad has the focus, and the button has it again when the phrase is over', async () => {
    const opened = await withDrummer('tap2drum_2bar');
    const focused = () =>
      opened.evaluate(() => {
        const { dataset } = document.querySelector('music-vae')?.shadowRoot?.activeElement as HTMLElement;
        return dataset.action ?? `pad ${dataset.pad}`;
      });
    await opened.locator('music-vae [data-action=tap]').focus();
    await opened.keyboard.press('Enter');
    await opened.locator('music-vae [data-pad]').waitFor();
    assert.equal(await focused(), 'pad 42');
    for (let i = 0; i < 8; i++) {
      await opened.keyboard.press('Space');
      await opened.waitForTimeout(230);
    }
    await opened.waitForFunction(() => document.querySelector('music-vae')?.notes.length);
    assert.equal(await focused(), 'tap');
    await opened.close();
  });

  test('plays what another element has written already, when it is chosen', async () => {
    const opened = await withDrummer('humanize_2bar');
    await opened.evaluate((beat) => {
      const writer = Object.assign(document.createElement('div'), { id: 'writer', sequence: beat });
      document.body.append(writer);
      document.querySelector('music-vae')?.setAttribute('from', 'writer');
    }, BEAT);
    await opened.locator('music-vae .status').getByText('writer, humanised').waitFor();
    assert.ok((await written(opened)).length > 8);
    await opened.close();
  });
});
