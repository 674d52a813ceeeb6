/** What goes into the band and comes out of it: chords by ear, tempo by taps and by MIDI clock, a piano, MIDI and WAV of all. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { decodeWav } from '../../src/audio/wav.js';
import { readMidi } from '../../src/music/midi-reader.js';
import { writeMidi } from '../../src/music/midi-writer.js';
import { violations } from './axe.js';
import { notesIn, visit, writePiece } from './band-page.js';
import { serveDemo } from './browser.js';
import { peak } from './sound.js';

const demo = serveDemo();
const requested: string[] = [];
const open = (before?: (page: Page) => Promise<void>) =>
  visit(demo.browser, `${demo.url}/band.html`, {
    before: async (page) => {
      page.on('request', (request) => requested.push(request.url()));
      await before?.(page);
    },
  });

/** The file that a press on a button under More saves. */
async function saved(page: Page, name: string): Promise<Buffer> {
  const downloading = page.waitForEvent('download', { timeout: 90_000 });
  await page.getByRole('button', { name, exact: true }).click();
  return readFile(await (await downloading).path());
}

/** What a lane's target is told to play from now on. */
async function listenToHarmony(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const pitches: number[] = [];
    Object.assign(globalThis, { pitches });
    Object.defineProperty(document.querySelector('#harmony'), 'target', {
      get: () => ({
        noteOn: (pitch: number) => pitches.push(pitch),
        noteOff: () => {},
        allNotesOff: () => {},
      }),
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { pitches: number[] }).pitches.splice(0));
}

describe('the band', () => {
  test('is saved as MIDI: all lanes, in the tempo of the band, each its own track', async () => {
    const page = await open();
    await page.locator('#tempo').fill('90');
    await page.locator('#more').click();
    const file = readMidi(await saved(page, 'Save MIDI'));
    assert.ok(Math.abs((file.tempos?.[0].qpm ?? 0) - 90) < 0.01);
    for (const [lane, isDrum] of [
      ['melody', false],
      ['harmony', false],
      ['drums', true],
    ] as const) {
      const expected = (await notesIn(page, lane)).map(([pitch, start]) => `${pitch} ${start.toFixed(2)}`);
      const heard = file.notes
        .filter((note) => (note.isDrum ?? false) === isDrum)
        .map(({ pitch, startTime = 0 }) => `${pitch} ${(startTime * 1.5).toFixed(2)}`);
      for (const note of expected) assert.ok(heard.includes(note), `${lane}: ${note}`);
    }
    assert.deepEqual(
      file.instrumentInfos?.map(({ name }) => name),
      ['melody', 'harmony', 'drums'],
    );
    await page.context().close();
  });

  test('is saved as WAV, rendered offline: the strokes of the drums stand where they are written', async () => {
    const page = await open();
    await page.locator('#tempo').fill('120');
    for (const lane of ['melody', 'harmony'])
      await page.getByRole('button', { name: `Mute ${lane}` }).click();
    await page.locator('#more').click();
    const wav = await saved(page, 'Save WAV');
    const { channels, sampleRate } = decodeWav(
      wav.buffer.slice(wav.byteOffset, wav.byteOffset + wav.length) as ArrayBuffer,
    );
    const [samples] = channels;
    const strokes = (await notesIn(page, 'drums')).map(([, start]) => start / 2);
    const last = Math.max(...strokes);
    assert.ok(samples.length / sampleRate > last + 1 && samples.length / sampleRate < last + 3);
    const loudest = (from: number, seconds: number) =>
      peak(
        samples.subarray(
          Math.max(0, Math.round(from * sampleRate)),
          Math.round((from + seconds) * sampleRate),
        ),
      );
    // Each kick jumps out of what was there 10 ms before it.
    const kicks = (await notesIn(page, 'drums')).flatMap(([pitch, start]) =>
      pitch === 36 ? [start / 2] : [],
    );
    assert.ok(kicks.length > 4);
    for (const at of kicks) assert.ok(loudest(at, 0.03) > 0.1, `silent at ${at}`);
    assert.ok(peak(samples) < 1);
    await page.context().close();
  });

  test('has the instruments in that WAV as well, of networks that compute in workers', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Solo melody' }).click();
    await page.locator('#more').click();
    const wav = await saved(page, 'Save WAV');
    const { channels, sampleRate } = decodeWav(
      wav.buffer.slice(wav.byteOffset, wav.byteOffset + wav.length) as ArrayBuffer,
    );
    const rate = 104 / 60;
    const notes = await notesIn(page, 'melody');
    for (const [, start, end] of notes.filter(([, from, to]) => to - from >= 0.5)) {
      const part = channels[0].subarray(
        Math.round(((start + 0.1) / rate) * sampleRate),
        Math.round((end / rate) * sampleRate),
      );
      assert.ok(peak(part) > 0.005, `silent from ${start} to ${end}`);
    }
    await page.context().close();
  });

  test('takes a chord that is picked by ear: each press sounds it', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'By ear' }).click();
    const heard = await listenToHarmony(page);
    await page.getByRole('group', { name: 'Root' }).getByRole('button', { name: 'A', exact: true }).click();
    await page.waitForFunction(() => (globalThis as unknown as { pitches: number[] }).pitches.length === 3);
    const pitchClasses = (pitches: number[]) => pitches.map((pitch) => pitch % 12).sort((a, b) => a - b);
    assert.deepEqual(pitchClasses(await heard()), [1, 4, 9]);
    await page.getByRole('button', { name: 'minor 7' }).click();
    await page.waitForFunction(() => (globalThis as unknown as { pitches: number[] }).pitches.length === 4);
    assert.deepEqual(pitchClasses(await heard()), [0, 4, 7, 9]);
    await page.getByRole('button', { name: 'Add Am7' }).click();
    assert.equal(await page.locator('#chords').inputValue(), 'C Am F G Am7');
    await page.getByRole('button', { name: 'Take the last away' }).click();
    assert.equal(await page.locator('#chords').inputValue(), 'C Am F G');
    await page.context().close();
  });

  test('has the tempo that is tapped', async () => {
    const page = await open();
    await page.evaluate(() => {
      // Taps of a hand that is never late: the time stands in the event.
      const tap = document.querySelector('#tap') as HTMLElement;
      for (let i = 0; i < 5; i++) {
        const click = new MouseEvent('click');
        Object.defineProperty(click, 'timeStamp', { value: 1000 + i * 750 });
        tap.dispatchEvent(click);
      }
    });
    assert.equal(await page.locator('#bpm').innerText(), '80 bpm');
    await page.context().close();
  });

  test('follows the clock of a MIDI device: its tempo, start and stop, and the place in its song', async () => {
    const page = await open(async (tab) => {
      await tab.addInitScript(() => {
        class Port extends EventTarget {
          readonly type = 'input';
          readonly id = 'clock';
          readonly name = 'Drum machine';
          readonly manufacturer = 'Fake';
          readonly version = '1';
          readonly state = 'connected';
          readonly connection = 'open';
          onmidimessage: ((event: Event) => void) | null = null;
          open = () => Promise.resolve(this);
          close = () => Promise.resolve(this);
          send(data: number[], time: number): void {
            const event = Object.assign(new Event('midimessage'), { data: Uint8Array.from(data) });
            Object.defineProperty(event, 'timeStamp', { value: time });
            this.onmidimessage?.(event);
          }
        }
        const port = new Port();
        const access = Object.assign(new EventTarget(), {
          inputs: new Map([['clock', port]]),
          outputs: new Map(),
          sysexEnabled: false,
          onstatechange: null,
        });
        Object.assign(globalThis, { port });
        Object.defineProperty(navigator, 'requestMIDIAccess', { value: () => Promise.resolve(access) });
      });
    });
    await page.locator('#more').click();
    await page.getByRole('button', { name: 'Follow a MIDI clock' }).click();
    await page.getByText('Drum machine', { exact: true }).waitFor();
    /** The last of them is sent now. */
    const send = (data: number[], count = 1, tempo = 132) =>
      page.evaluate(
        ([data, count, tempo]) => {
          const { port } = globalThis as unknown as { port: { send(data: number[], time: number): void } };
          const now = performance.now();
          for (let i = 1 - count; i <= 0; i++) port.send([...data], now + (i * 2500) / tempo);
        },
        [data, count, tempo] as const,
      );
    /** The quarter of the piece that is heard, beyond `least`; it is waited for. */
    const reaches = (least: number) =>
      page
        .waitForFunction((least) => {
          const ruler = document.querySelector<'piano-roll'>('#ruler' as 'piano-roll')!;
          const quarter = (ruler.playhead ?? 0) * (132 / 60);
          return quarter >= least && quarter;
        }, least)
        .then((handle) => handle.jsonValue());
    await send([0xf8], 48);
    assert.equal(await page.locator('#bpm').innerText(), '132 bpm');
    await send([0xfa]);
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    assert.ok(Number(await reaches(0.1)) < 8);
    // A song that is elsewhere meanwhile, as after the page was busy, takes the band along with its next beat.
    await send([0xf8], 16 * 24 + 1);
    assert.ok(Number(await reaches(15)) < 24);
    await send([0xfc]);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    // In the third round of the band's eight bars: 28 quarters behind their beginning.
    await send([0xf2, (4 * (64 + 28)) & 0x7f, (4 * (64 + 28)) >> 7]);
    await send([0xfb]);
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    assert.ok(Number(await reaches(27.9)) < 32);
    await send([0xfc]);
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    await page.context().close();
  });

  test('is answered by a piano, whose network is loaded when it is asked for and not before', async () => {
    requested.length = 0;
    const page = await open();
    const isPiano = (url: string) => /music-transformer-small\/.*(bin|shard)/.test(url);
    await page.waitForTimeout(500);
    assert.equal(requested.some(isPiano), false);
    await page.getByRole('button', { name: 'Add a piano' }).click();
    await page.waitForFunction(
      () =>
        customElements.get('music-transformer') &&
        document.querySelector('music-transformer')?.sketch.written !== undefined,
      undefined,
      { timeout: 90_000 },
    );
    await page.waitForFunction(() => document.querySelector('#message')?.textContent === '', undefined, {
      timeout: 90_000,
    });
    assert.equal(requested.some(isPiano), true);
    const { length, start, notes } = await page.evaluate(() => {
      const { sketch, notes } = document.querySelector('music-transformer')!;
      return { length: sketch.length, start: sketch.start, notes: notes.length };
    });
    // Over the band's own eight bars, at 104.
    assert.ok(start === 0 && Math.abs(length - (32 * 60) / 104) < 0.1, `${start} to ${length}`);
    assert.ok(notes > 0);
    assert.equal(await page.getByRole('button', { name: 'Mute piano' }).count(), 1);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  test('sounds its first bar while the next are still being written', async () => {
    const page = await open();
    // The drums are at their piece until the test lets them end it.
    await page.evaluate(() => {
      const drums = document.querySelector('drums-rnn')!;
      const generate = drums.generate.bind(drums);
      drums.generate = async () => {
        const written = await generate();
        await new Promise<void>((resolve) => Object.assign(globalThis, { endDrums: resolve }));
        return written;
      };
    });
    await page.getByRole('button', { name: 'New piece' }).click();
    await page.getByRole('button', { name: 'Stop', exact: true }).waitFor({ timeout: 90_000 });
    await page.waitForFunction(
      () => Number(document.querySelector('#ruler')?.shadowRoot?.querySelector('input')?.value) > 0.3,
    );
    assert.equal(await page.locator('#band').getAttribute('aria-busy'), 'true');
    assert.match(await page.locator('#message').innerText(), /Writing/);
    await page.waitForFunction(() => 'endDrums' in globalThis);
    await page.evaluate(() => (globalThis as unknown as { endDrums(): void }).endDrums());
    await page.waitForFunction(
      () => document.querySelector('#band')?.getAttribute('aria-busy') === 'false',
      undefined,
      { timeout: 90_000 },
    );
    await page.context().close();
  });

  test('begins when each lane has its first bar, and plays what is written meanwhile', async () => {
    const page = await open();
    await page.evaluate(() => {
      const lanes = (['improv-rnn', 'polyphony-rnn', 'drums-rnn'] as const).map((tag) =>
        document.querySelector(tag)!,
      );
      const complete = new Map<Element, boolean>();
      for (const lane of lanes)
        lane.addEventListener('sequence-change', (change) => complete.set(lane, change.complete));
      const begun: unknown[] = [];
      Object.assign(globalThis, { begun });
      const play = document.querySelector('#play')!;
      // So long that it is not written by the time a busy page comes to playing it.
      document.querySelector('#bars')!.append(new Option('64'));
      new MutationObserver(() => {
        if (play.textContent !== 'Stop' || begun.length > 0) return;
        for (const lane of lanes) {
          const quarters = (lane.primer.tempos?.[0]?.qpm ?? 120) / 60;
          const last = Math.max(...lane.notes.map(({ startTime }) => startTime)) * quarters;
          begun.push({ complete: complete.get(lane), last });
        }
      }).observe(play, { childList: true });
    });
    await writePiece(page, '64');
    const begun = await page.evaluate(
      () => (globalThis as unknown as { begun: { complete: boolean; last: number }[] }).begun,
    );
    // Each at least in its second bar, and not all of them at the end of their 64.
    assert.ok(
      begun.every(({ last }) => last >= 4),
      JSON.stringify(begun),
    );
    assert.ok(
      begun.some(({ complete, last }) => !complete && last < 248),
      JSON.stringify(begun),
    );
    // What came later is there to be heard: the playhead is sent to it.
    await page.locator('#ruler input').press('End');
    await page.locator('#ruler input').press('PageDown');
    const last = await page.evaluate(
      () => (document.querySelector('#ruler')!.shadowRoot!.querySelector('input') as HTMLInputElement).max,
    );
    assert.ok(Number(last) > 20, last);
    assert.ok((await notesIn(page, 'harmony')).some(([, start]) => start >= 60));
    await page.context().close();
  });

  test('has nothing against a second piece while one is written', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'New piece' }).click();
    await writePiece(page);
    assert.ok((await notesIn(page, 'melody')).length > 0);
    await page.context().close();
  });
});

describe('a file dropped onto a lane', () => {
  const song = (bars: number, isDrum: boolean, tempos = [{ time: 0, qpm: 120 }]): number[] => [
    ...writeMidi({
      tempos,
      notes: Array.from({ length: 4 * bars }, (_, i) => ({
        ...{ pitch: isDrum ? 36 : 60 + (i % 5), velocity: 90, startTime: i / 2, endTime: i / 2 + 0.5 },
        ...{ isDrum, instrument: isDrum ? 9 : 0 },
      })),
      totalTime: 2 * bars,
    }),
  ];
  const drop = (page: Page, target: string, bytes: number[]) =>
    page.evaluate(
      ([where, file]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([new Uint8Array(file)], 'song.mid', { type: 'audio/midi' }));
        const element = document.querySelector(where)!;
        (element.shadowRoot?.querySelector('.base') ?? element).dispatchEvent(
          new DragEvent('drop', { dataTransfer, bubbles: true, composed: true, cancelable: true }),
        );
      },
      [target, bytes] as const,
    );
  const message = (page: Page) => page.locator('#message').innerText();
  const noteCount = async (page: Page, count: number) =>
    page.waitForFunction((wanted) => document.querySelector('improv-rnn')?.notes.length === wanted, count);

  test('takes back the word that one was dropped beside, and is said to be longer than the piece', async () => {
    const page = await open();
    await drop(page, 'h1', song(2, false));
    assert.match(await message(page), /onto a lane/);
    await drop(page, '#melody', song(2, false));
    await noteCount(page, 8);
    assert.equal(await message(page), 'The melody has what you gave it: Rewrite goes on from there.');
    await drop(page, '#melody', song(12, false));
    await noteCount(page, 48);
    assert.match(
      await message(page),
      /^There are 12 bars in the melody now, and 8 in the piece: the first 8 are repeated/,
    );
    await page.locator('#loop').click();
    assert.match(await message(page), /: all are heard\.$/);
    await page.locator('#melody').getByRole('button', { name: 'More' }).click();
    await page.locator('#melody [data-action=undo]').click();
    await noteCount(page, 8);
    assert.match(await message(page), /^The melody has what you gave it/);
    await page.context().close();
  });

  test('is said to be taken in part, where its tempo changes, though the rest of the lane is folded away', async () => {
    const page = await open();
    const twoTempos = [
      { time: 0, qpm: 120 },
      { time: 4, qpm: 90 },
    ];
    await drop(page, '#melody', song(4, false, twoTempos));
    await noteCount(page, 8);
    await page
      .locator('#melody')
      .getByText(/the file to 0:04, where the tempo or the meter changes; the rest is left out/)
      .filter({ visible: true })
      .waitFor();
    await page.context().close();
  });

  test('has nothing for the lane: that is said without names of networks, which are under Details', async () => {
    const page = await open();
    const places = () =>
      page.locator('.lane').evaluateAll((lanes) => lanes.map((lane) => lane.getBoundingClientRect().top));
    const before = await places();
    for (const [lane, isDrum, words] of [
      ['drums', false, 'There are no drums in this file. What was there is kept.'],
      [
        'melody',
        true,
        'There are only drums in this file, and none are played here. What was there is kept.',
      ],
    ] as const) {
      await drop(page, `#${lane}`, song(2, isDrum));
      const alert = page.locator(`#${lane}`).getByRole('alert');
      await alert.waitFor();
      assert.deepEqual(await places(), before, 'it moves nothing');
      const said = await alert.innerText();
      assert.ok(said.startsWith(words), said);
      assert.doesNotMatch(said, /RNN|\[[A-Z_]+\]/);
      await alert.getByText('Details').click();
      assert.match(await alert.innerText(), /RNN hears .*PRIMER_EMPTY/s);
      assert.deepEqual(await places(), before);
    }
    // Whoever goes on has read it.
    await page.getByRole('button', { name: 'New piece' }).click();
    for (const lane of ['drums', 'melody'])
      await page.locator(`#${lane}`).getByRole('alert').waitFor({ state: 'detached' });
    await page.context().close();
  });
});
