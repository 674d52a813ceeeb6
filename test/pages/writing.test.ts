/** What musicians do with a sequence model's element, in a real browser: drop a primer, let it write, hear it, keep it, be answered. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { readMidi } from '../../src/music/midi-reader.js';
import { writeMidi } from '../../src/music/midi-writer.js';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { writeEventCheckpoints } from '../synthetic-event-checkpoints.js';
import { dist, launch, startRecording, stopRecording, type Server } from './browser.js';
import { cents, frequencyOf } from './sound.js';

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
const PAGE = `<!doctype html><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="/dist/timbrel.js"></script>
<gansynth-instrument id="synth" corners="flute, flute, flute, flute" backend="wasm" computer-keyboard="none"></gansynth-instrument>
<melody-rnn id="melody" instrument="synth" checkpoint="/weights/melody/" steps="8" tempo="60" seed="3"></melody-rnn>
<performance-rnn id="performance" instrument="synth" checkpoint="/weights/density/" configuration="density_conditioned_performance_with_dynamics" seconds="9" seed="1"></performance-rnn>`;

/** Four quarters at 60 a minute: a second each, so that each can be heard out. */
const PRIMER: NoteSequence = {
  tempos: [{ time: 0, qpm: 60 }],
  notes: [67, 72, 64, 69].map((pitch, i) => ({ pitch, velocity: 100, startTime: i, endTime: i + 0.9 })),
  totalTime: 4,
};

let browser: Browser;
let server: Server;
let page: Page;
let weights: string;
const complaints: string[] = [];

before(async () => {
  weights = await mkdtemp(path.join(tmpdir(), 'weights-'));
  await writeEventCheckpoints(weights);
  browser = await launch();
  server = await serve({
    roots: { '/dist/': dist, '/weights/': weights },
    headers: ISOLATED,
    pages: { '/': PAGE },
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.url);
  await page.waitForFunction(() => customElements.get('performance-rnn'));
  await page.locator('#melody piano-keyboard').waitFor();
});

after(async () => {
  await browser.close();
  await server.close();
  await rm(weights, { recursive: true });
  assert.deepEqual(complaints, []);
});

const button = (name: string, id = 'melody') =>
  page.locator(`#${id}`).getByRole('button', { name, exact: true });

/** Drops a file on the element, as a hand does. */
const drop = (bytes: Uint8Array, name: string, id = 'melody') =>
  page.evaluate(
    ([target, data, file]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(data)], file));
      document
        .querySelector(`#${target}`)
        ?.shadowRoot?.querySelector('.base')
        ?.dispatchEvent(
          new DragEvent('drop', { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true }),
        );
    },
    [id, [...bytes], name] as const,
  );

const sequence = (id: 'melody' | 'performance' = 'melody') =>
  page.evaluate((name) => document.querySelector<'melody-rnn'>(`#${name}` as 'melody-rnn')?.sequence, id);

const status = (id = 'melody') => page.locator(`#${id} .status`).innerText();

/** Presses Write and waits until all is written. */
async function generated(): Promise<NoteSequence> {
  await page.evaluate(() => {
    const melody = document.querySelector('melody-rnn');
    const complete = new Promise((resolve) =>
      melody?.addEventListener('sequence-change', (event) => event.complete && resolve(true)),
    );
    Object.assign(globalThis, { complete });
  });
  await button('Write').click();
  await page.evaluate(() => (globalThis as unknown as { complete: Promise<unknown> }).complete);
  return (await sequence()) ?? assert.fail('no sequence');
}

async function primed(): Promise<void> {
  await drop(writeMidi(PRIMER), 'primer.mid');
  await page.waitForFunction(() => document.querySelector('melody-rnn')?.primer.notes.length === 4);
}

describe('a musician', () => {
  beforeEach(async () => {
    await page.evaluate(() => {
      const melody = document.querySelector('melody-rnn');
      melody?.stop();
      melody?.clear();
    });
  });

  test('drops a MIDI file, which becomes the primer in its own tempo', async () => {
    await primed();
    assert.match(await status(), /Begins with 4 notes/);
    assert.equal(await page.evaluate(() => document.querySelector('melody-rnn')?.tempo), 60);
  });

  test('lets the model write on where the primer ends, and sees it on the roll', async () => {
    await primed();
    const { notes, totalTime } = await generated();
    assert.deepEqual(
      notes.slice(0, 4).map(({ pitch }) => pitch),
      [67, 72, 64, 69],
    );
    assert.ok(notes.length > 4, 'nothing was written');
    assert.ok(notes.slice(4).every(({ startTime = 0 }) => startTime >= 4));
    // Eight sixteenths at 60 a minute.
    assert.equal(totalTime, 6);
    const label = await page.locator('#melody piano-roll canvas').getAttribute('aria-label');
    assert.equal(label, `Piano roll of melody: ${notes.length} notes in 6.0 seconds`);
    const inks = await page.evaluate(() => {
      const canvas = document
        .querySelector('#melody')
        ?.shadowRoot?.querySelector('piano-roll')
        ?.shadowRoot?.querySelector('canvas');
      const { data = [] } = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? {};
      return new Set(
        Array.from({ length: data.length / 4 }, (_, i) => [...data.slice(4 * i, 4 * i + 3)].join()),
      ).size;
    });
    assert.ok(inks > 3, `${inks} colours are no notes, keys and lines`);
  });

  test('gets the same notes for the same seed, and others for another', async () => {
    await primed();
    const first = await generated();
    const again = await generated();
    assert.deepEqual(again.notes, first.notes);
    await page.evaluate(() => Object.assign(document.querySelector('melody-rnn') ?? {}, { seed: '4' }));
    assert.notDeepEqual((await generated()).notes, first.notes);
    await page.evaluate(() => Object.assign(document.querySelector('melody-rnn') ?? {}, { seed: '3' }));
  });

  test('gets another piece from a page that is loaded again, and any of them again by its seed', async () => {
    /** The first piece of a page, and its seed as it is shown. */
    const firstPiece = async () => {
      const other = await browser.newPage();
      try {
        await other.goto(server.url);
        await other.waitForFunction(() => customElements.get('melody-rnn'));
        const pitches = await other.evaluate(async () => {
          const melody = document.querySelector('melody-rnn');
          if (!melody) return [];
          Object.assign(melody, { seed: '', steps: 64 });
          return (await melody.generate()).notes.map(({ pitch }) => pitch);
        });
        const shown = other.locator('#melody .status').getByRole('button', { name: 'variation' });
        const seed = (await shown.innerText()).replace('variation ', '');
        await shown.click();
        return { pitches, seed, taken: await other.locator('#melody input.seed').inputValue() };
      } finally {
        await other.close();
      }
    };
    const [one, two] = [await firstPiece(), await firstPiece()];
    assert.notEqual(one.seed, two.seed);
    assert.notDeepEqual(one.pitches, two.pitches);
    assert.equal(one.taken, one.seed);
    const again = await page.evaluate(async (seed) => {
      const melody = document.querySelector('melody-rnn');
      if (!melody) return [];
      const { steps, tempo } = melody;
      Object.assign(melody, { seed, steps: 64 });
      const { notes } = await melody.generate();
      Object.assign(melody, { seed: '3', steps, tempo });
      return notes.map(({ pitch }) => pitch);
    }, one.seed);
    assert.deepEqual(again, one.pitches);
  });

  test('presses Play and hears every note at its pitch and time', async () => {
    await primed();
    const { notes } = await generated();
    await startRecording(page, `${server.url}/dist`);
    // One note at a time: a longer release would ring into the next, and its pitch be measured.
    await page.evaluate(() => {
      const { instrument } = document.querySelector('gansynth-instrument')!;
      instrument?.setEnvelope({ ...instrument.envelope, release: 0.1 });
    });
    // The notes that will sound are rendered first.
    await page.waitForFunction(
      () =>
        document
          .querySelector('gansynth-instrument')
          ?.shadowRoot?.querySelector('.status')
          ?.textContent?.includes('Ready'),
      undefined,
      { timeout: 60_000 },
    );
    await button('Play').click();
    await page.waitForFunction(() => document.querySelector('melody-rnn')?.playing);
    await page.waitForFunction(() => !document.querySelector('melody-rnn')?.playing, undefined, {
      timeout: 20_000,
    });
    const { samples, sampleRate } = await stopRecording(page);
    const first = samples.findIndex((value) => Math.abs(value) > 0.01) / sampleRate;
    let heard = 0;
    for (const { pitch, startTime = 0, endTime = 0 } of notes) {
      const from = first + startTime + 0.06;
      const to = first + Math.min(endTime, startTime + 0.4) - 0.02;
      const part = samples.subarray(Math.round(from * sampleRate), Math.round(to * sampleRate));
      const { frequency } = estimateFundamental(part, sampleRate, { minHz: 60, maxHz: 2000 });
      heard += Number(Math.abs(cents(frequency, frequencyOf(pitch))) < 50);
    }
    assert.ok(heard >= 0.9 * notes.length, `${heard} of ${notes.length} notes are where they should be`);
  });

  test('sees a line at work while notes of a timbre are rendered, also of one that the pad has just come to', async () => {
    const atWork = (y: string) =>
      page.evaluate(async (place) => {
        const element = document.querySelector('gansynth-instrument');
        element?.setAttribute('y', place);
        await element?.updateComplete;
        return element?.shadowRoot?.querySelector('[part=rendered]')?.classList.contains('at-work');
      }, y);
    assert.equal(await atWork('0.5'), false);
    assert.equal(await atWork('0.9'), true);
    assert.equal(await atWork('0.5'), false, 'all of that one is there');
  });

  test('goes back, and back to a take', async () => {
    await primed();
    const written = await generated();
    await button('Keep').click();
    await button('Undo').click();
    assert.deepEqual((await sequence())?.notes.length, 4);
    await button('Undo').click();
    assert.deepEqual((await sequence())?.notes.length, 0);
    await button('Take 1').click();
    assert.deepEqual((await sequence())?.notes, written.notes);
  });

  test('goes on from what was written', async () => {
    await primed();
    const written = await generated();
    await button('Extend').click();
    await page.waitForFunction((length) => (document.querySelector('melody-rnn')?.duration ?? 0) > length, 6);
    const longer = await sequence();
    assert.deepEqual(longer?.notes.slice(0, written.notes.length), written.notes);
  });

  test('saves a MIDI file that holds what is on the roll', async () => {
    await primed();
    const { notes } = await generated();
    const downloading = page.waitForEvent('download');
    await button('Save MIDI').click();
    const saved = await downloading;
    assert.equal(saved.suggestedFilename(), 'melody.mid');
    const read = readMidi(new Uint8Array(await readFile(await saved.path())));
    const shown = (list: NoteSequence['notes']) =>
      list
        .map(({ pitch, startTime = 0, endTime = 0 }) =>
          [pitch, startTime.toFixed(2), endTime.toFixed(2)].join(' '),
        )
        .sort();
    assert.deepEqual(shown(read.notes), shown(notes));
    assert.equal(read.tempos?.[0].qpm, 60);
  });

  test('is told what is wrong with a file, and keeps what is there', async () => {
    await primed();
    const written = await generated();
    await drop(new TextEncoder().encode('<!doctype html>'), 'page.mid');
    await page.locator('#melody [role=alert]').waitFor();
    assert.match(await status(), /no MIDI file/);
    assert.deepEqual((await sequence())?.notes, written.notes);
  });

  test('is told what is wrong with a checkpoint, and writes with the one that is there', async () => {
    await drop(new TextEncoder().encode('{}'), 'weights_manifest.json');
    await page.locator('#melody [role=alert]').waitFor();
    assert.match(await status(), /no model that can play here/);
    assert.ok((await generated()).notes.length > 0);
  });

  test('drops another checkpoint, and it is that which writes', async () => {
    const before = await generated();
    const files = ['weights_manifest.json', 'shard'];
    const contents = await Promise.all(files.map((name) => readFile(path.join(weights, 'melody', name))));
    // Other weights: the first half of the shard twice.
    contents[1].copy(contents[1], contents[1].length >> 1, 0, contents[1].length >> 1);
    const loaded = page.evaluate(
      () =>
        new Promise((resolve) =>
          document
            .querySelector('melody-rnn')
            ?.addEventListener('sequence-load', () => resolve(true), { once: true }),
        ),
    );
    await page.evaluate(
      (all) => {
        const transfer = new DataTransfer();
        for (const [name, bytes] of all) transfer.items.add(new File([Uint8Array.from(bytes)], name));
        document
          .querySelector('melody-rnn')
          ?.shadowRoot?.querySelector('.base')
          ?.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
      },
      files.map((name, i) => [name, [...contents[i]]] as const),
    );
    await loaded;
    assert.notDeepEqual((await generated()).notes, before.notes);
  });
});

/** What the instrument is told, with the audio time at which it is told and for which. */
async function spied(): Promise<() => Promise<{ pitch: number; now: number; time: number }[]>> {
  await page.evaluate(() => {
    const { instrument } = document.querySelector('gansynth-instrument') ?? {};
    if (!instrument) throw new Error('no instrument');
    const told: unknown[] = [];
    Object.assign(globalThis, { told });
    const noteOn = Object.getPrototypeOf(instrument).noteOn as typeof instrument.noteOn;
    instrument.noteOn = function (pitch, velocity, time = 0) {
      told.push({ pitch, time, now: instrument.context?.currentTime ?? 0 });
      noteOn.call(this, pitch, velocity, time);
    };
  });
  return () =>
    page.evaluate(
      () => (globalThis as unknown as { told: { pitch: number; now: number; time: number }[] }).told,
    );
}

describe('call and response', () => {
  test('a phrase on the keys sounds, is shown, and is answered on the next bar line when the player stops', async () => {
    await page.evaluate(() =>
      Object.assign(document.querySelector('melody-rnn') ?? {}, { tempo: 120, steps: 16, seed: '3' }),
    );
    await page.locator('#melody').getByLabel('Call and response').check();
    const told = await spied();
    const key = (pitch: number) => page.locator(`#melody piano-keyboard [data-pitch="${pitch}"]`);
    for (const pitch of [60, 64, 67]) await key(pitch).click({ delay: 200 });
    await page.waitForFunction(() => document.querySelector('melody-rnn')?.playing, undefined, {
      timeout: 10_000,
    });
    await page.waitForFunction(() => !document.querySelector('melody-rnn')?.playing, undefined, {
      timeout: 10_000,
    });
    const all = await told();
    assert.deepEqual(
      all.slice(0, 3).map(({ pitch, time }) => [pitch, time]),
      [
        [60, 0],
        [64, 0],
        [67, 0],
      ],
      'the keys sound at once',
    );
    const { primer, notes, start } = await page.evaluate(() => {
      const melody = document.querySelector('melody-rnn');
      const primer = melody?.primer.notes ?? [];
      return {
        primer,
        notes: melody?.sequence.notes.slice(primer.length) ?? [],
        start: melody?.primer.totalTime ?? 0,
      };
    });
    assert.deepEqual(
      primer.map(({ pitch }) => pitch),
      [60, 64, 67],
    );
    const answer = all.slice(3);
    assert.equal(answer.length, notes.length);
    // A bar at 120 is two seconds, counted from the first key.
    const bars = (answer[0].time - ((notes[0].startTime ?? 0) - start) - all[0].now) / 2;
    assert.ok(Math.abs(bars - Math.round(bars)) < 0.02, `${bars} bars after the first key`);
    answer.forEach(({ pitch, time }, i) => {
      assert.equal(pitch, notes[i].pitch);
      const apart = time - answer[0].time - ((notes[i].startTime ?? 0) - (notes[0].startTime ?? 0));
      assert.ok(Math.abs(apart) < 1e-6, `${apart} s off`);
    });
    await page.locator('#melody').getByLabel('Call and response').uncheck();
  });
});

describe('while a performance plays', () => {
  const complete = () =>
    page.waitForFunction(() => {
      const { shadowRoot } = document.querySelector('performance-rnn') ?? {};
      return (
        shadowRoot?.querySelector('[data-action=generate]') && shadowRoot.textContent?.includes('variation')
      );
    });
  const setting = (name: string) => page.locator('#performance').getByRole('slider', { name });
  const startsOf = (list: NoteSequence['notes'] = []) =>
    list.map(({ pitch, startTime = 0 }) => ({ pitch, startTime }));

  test('it is written a little ahead only, and another density is heard in what is still to come', async () => {
    await button('Write', 'performance').click();
    await complete();
    const unchanged = startsOf((await sequence('performance'))?.notes);
    await page.locator('#performance').getByLabel('Play at once').check();
    await button('Write', 'performance').click();
    await page.waitForFunction(() => (document.querySelector('performance-rnn')?.position ?? 0) > 1);
    const written = await page.evaluate(() =>
      Math.max(...(document.querySelector('performance-rnn')?.notes ?? []).map(({ startTime }) => startTime)),
    );
    assert.ok(written < 7, `${written} s are written at second 1`);
    await setting('Density').fill('6');
    await complete();
    const changed = startsOf((await sequence('performance'))?.notes);
    const until = (list: typeof changed, time: number) => list.filter(({ startTime }) => startTime < time);
    assert.deepEqual(until(changed, 1), until(unchanged, 1));
    assert.notDeepEqual(changed, unchanged);
    await button('Stop', 'performance').click();
  });

  test('it can be ended, and what came so far stays and can be taken back', async () => {
    await button('Write', 'performance').click();
    await page.waitForFunction(() => (document.querySelector('performance-rnn')?.position ?? 0) > 0.3);
    await button('Stop writing', 'performance').click();
    await button('Stop', 'performance').click();
    const before = (await sequence('performance'))?.notes.length ?? 0;
    await page.waitForTimeout(300);
    assert.equal((await sequence('performance'))?.notes.length, before);
    assert.ok(before > 0, 'nothing is left');
    await button('Undo', 'performance').click();
    assert.notEqual((await sequence('performance'))?.notes.length, before);
  });
});
