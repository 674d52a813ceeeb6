/** The band page as it is used: a piece is written, heard in time, muted, looped; in light and dark, on a phone, without the net. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { readMidi } from '../../src/music/midi-reader.js';
import { parseChordSymbol } from '../../src/music/chord-symbol.js';
import { violations } from './axe.js';
import { hasMusic, notesIn, writePiece } from './band-page.js';
import { dist, launch, root, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let page: Page;
const complaints: string[] = [];
const requested: string[] = [];

before(async () => {
  browser = await launch();
  server = await serve({
    roots: { '/': path.join(root, 'demo'), '/dist/': dist },
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => requested.push(request.url()));
  await page.goto(`${server.url}/band.html`);
  await hasMusic(page);
  await page.evaluate(() => {
    for (const id of ['melody', 'harmony', 'drums'])
      Object.assign(document.getElementById(id) ?? {}, { seed: '1' });
  });
  await page.selectOption('#bars', '4');
  await page.locator('#tempo').fill('120');
});

after(async () => {
  await browser.close();
  await server.close();
  assert.deepEqual(complaints, []);
});

const notes = (id: string) =>
  page.evaluate(
    (name) => [...(document.querySelector<'drums-rnn'>(`#${name}` as 'drums-rnn')?.notes ?? [])],
    id,
  );

/** A new piece plays as soon as its first bar is there; this waits for all of it, and stops. */
async function write(): Promise<void> {
  await page.getByRole('button', { name: 'New piece' }).click();
  await page.waitForFunction(
    () =>
      document.querySelector('#band')?.getAttribute('aria-busy') === 'false' &&
      document.querySelector('drums-rnn')?.model,
    undefined,
    { timeout: 60_000 },
  );
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
}

/** The piece from its beginning up to this time, as the page plays it and saves it. */
async function recorded(seconds: number): Promise<{ samples: Float32Array; sampleRate: number }> {
  const position = page.locator('#ruler input');
  await position.press('Home');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.getByRole('button', { name: 'End and save' }).waitFor();
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  // By the clock of the music: on a busy machine it begins late.
  while (Number(await position.inputValue()) < seconds) await page.waitForTimeout(50);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'End and save' }).click();
  const wav = await readFile(await (await downloading).path());
  const start = wav.indexOf('data') + 8;
  const samples = Float32Array.from({ length: (wav.length - start) >> 2 }, (_, i) =>
    wav.readFloatLE(start + 4 * i),
  );
  return { samples, sampleRate: wav.readUInt32LE(24) };
}

interface Told {
  readonly lane: string;
  readonly pitch: number;
  /** Times of the context: when it was told, and for when; 0 is at once. */
  readonly now: number;
  readonly time: number;
}

/** What each lane is told to play, from now on. */
async function spied(): Promise<() => Promise<readonly Told[]>> {
  await page.evaluate(() => {
    const told: Told[] = [];
    Object.assign(globalThis, { told });
    for (const lane of ['melody', 'harmony', 'drums'] as const) {
      const { target } = document.querySelector<'drums-rnn'>(`#${lane}` as 'drums-rnn') ?? {};
      if (!target) throw new Error(`${lane} is not ready`);
      const { noteOn } = Object.getPrototypeOf(target) as typeof target;
      target.noteOn = function (pitch, velocity, time) {
        const { currentTime } = document.querySelector('drums-rnn')?.context as AudioContext;
        told.push({ lane, pitch, time, now: currentTime });
        noteOn.call(this, pitch, velocity, time);
      };
    }
  });
  return () => page.evaluate(() => (globalThis as unknown as { told: Told[] }).told.splice(0));
}

/** Runs the page's own thread slower, as a busy machine does: 1 is as fast as it is. */
async function slowDown(rate: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
}

/** Whether the sound jumps up here: a stroke, to within 5 ms. */
function struck(samples: Float32Array, sampleRate: number, time: number): boolean {
  const at = Math.round(time * sampleRate);
  const span = Math.round(0.005 * sampleRate);
  const loudest = (from: number) =>
    samples
      .subarray(Math.max(0, from), from + span)
      .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return loudest(at) > 1.5 * loudest(at - span);
}

/** A page of its own, as one who comes for the first time sees it. */
async function visitor(): Promise<Page> {
  const context = await browser.newContext();
  const tab = await context.newPage();
  tab.setDefaultTimeout(30_000);
  tab.on('pageerror', (error) => complaints.push(String(error)));
  return tab;
}

/** The playhead of the drums, seconds of their sequence. */
const playhead = (tab: Page) =>
  tab.evaluate(
    () => document.querySelector('drums-rnn')?.shadowRoot?.querySelector('piano-roll')?.playhead ?? 0,
  );

describe('one who comes to the band', () => {
  test('and presses Play before anything is there hears the piece that comes with the page, no network needed', async () => {
    const tab = await visitor();
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await tab.route('**/timbrel*.js', async (route) => (await held, route.continue()));
    await tab.route('**/group1-shard*', () => {});
    await tab.goto(`${server.url}/band.html`, { waitUntil: 'commit' });
    // The page's own script imports the held one.
    await tab.locator('#play').click();
    assert.equal(await tab.locator('#play').getAttribute('aria-busy'), 'true');
    release();
    await tab.waitForFunction(
      () =>
        (document.querySelector('drums-rnn')?.shadowRoot?.querySelector('piano-roll')?.playhead ?? 0) > 0.5,
    );
    assert.equal(await tab.locator('#message').innerText(), '');
    await tab.context().close();
  });

  test('can cancel what is written, and has the piece before it back', async () => {
    const tab = await visitor();
    await tab.route('**/group1-shard*', () => {});
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const pieces = () =>
      tab.evaluate(() =>
        JSON.stringify(
          [...document.querySelectorAll('drums-rnn, improv-rnn, polyphony-rnn')].map(
            (lane) => (lane as HTMLElementTagNameMap['drums-rnn']).sketch,
          ),
        ),
      );
    const before = await pieces();
    await tab.getByRole('button', { name: 'New piece' }).click();
    await tab.locator('#message', { hasText: 'Writing' }).waitFor();
    await tab.getByRole('button', { name: 'Cancel', exact: true }).click();
    await tab.getByRole('button', { name: 'Play', exact: true }).waitFor();
    assert.equal(await pieces(), before);
    await tab.context().close();
  });

  test('has the loop of the piece that is there, whatever length a new one is to have', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await tab.getByRole('button', { name: 'Play', exact: true }).click();
    await tab.getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await tab.selectOption('#bars', '16');
    await tab.locator('#tempo').fill('180');
    // Eight bars of four quarters: 18.5 s in the tempo they were written in, 10.7 s in this one.
    let before = 0;
    let turned = false;
    for (let i = 0; i < 150 && !turned; i++) {
      await tab.waitForTimeout(100);
      const now = await playhead(tab);
      assert.ok(now < 18.6, `the playhead is at ${now} of 18.5`);
      turned = now < before - 5;
      before = now;
    }
    assert.ok(turned, 'it never began again');
    await tab.context().close();
  });

  test('plays and stops by the space bar, whatever was clicked last, and presses what was reached by Tab', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const stop = tab.getByRole('button', { name: 'Stop', exact: true });
    const play = tab.getByRole('button', { name: 'Play', exact: true });
    const mute = tab.getByRole('button', { name: 'Mute melody' });
    await mute.click();
    await tab.keyboard.press('Space');
    await stop.waitFor();
    assert.equal(await mute.getAttribute('aria-pressed'), 'true');
    await tab.keyboard.press('Space');
    await play.waitFor();
    await tab.keyboard.press('Tab');
    await tab.keyboard.press('Space');
    assert.equal(await tab.getByRole('button', { name: 'Solo melody' }).getAttribute('aria-pressed'), 'true');
    await tab.locator('#chords').click();
    await tab.keyboard.press('End');
    await tab.keyboard.type(' Dm');
    assert.equal(await tab.locator('#chords').inputValue(), 'C Am F G Dm');
    assert.ok(await play.isVisible());
    await tab.context().close();
  });

  test('chooses a bar of this piece, and none of the next', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const lane = tab.locator('#drums');
    await lane.locator('.notes').focus();
    await tab.keyboard.press('PageDown');
    await tab.keyboard.press('PageDown');
    const rewrite = lane.getByRole('button', { name: 'Rewrite bar 2' });
    await rewrite.click();
    await tab.waitForFunction(() => document.querySelector('drums-rnn')?.sketch.seed !== undefined);
    await rewrite.and(tab.locator(':enabled')).waitFor();
    await tab.getByRole('button', { name: 'New piece' }).click();
    await lane.getByRole('button', { name: 'Rewrite', exact: true }).waitFor();
    assert.equal(await rewrite.count(), 0);
    await tab.context().close();
  });

  test('has no empty row under its transport, and moves nothing where it says something', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const bottom = () =>
      tab.evaluate(() => {
        const box = document.querySelector('.transport')?.getBoundingClientRect();
        const last = document.querySelector('.setting')?.getBoundingClientRect();
        const ruler = document.querySelector('#ruler')?.getBoundingClientRect();
        return [(box?.bottom ?? 0) - (last?.bottom ?? 0), ruler?.top ?? 0];
      });
    const [rest, top] = await bottom();
    assert.ok(rest < 16, `${rest} px below the buttons`);
    await tab.locator('#bars').selectOption('16');
    await tab.getByText('A new piece will have 16 bars.').waitFor();
    assert.equal((await bottom())[1], top);
    await tab.locator('#more').click();
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 1000, height: 800 },
    ]) {
      await tab.setViewportSize(viewport);
      const message = (await tab.locator('#message').boundingBox())!;
      for (const other of ['.transport', '.tracks', '.elsewhere', '#add-piano']) {
        const box = (await tab.locator(other).boundingBox())!;
        const apart =
          message.y >= box.y + box.height ||
          box.y >= message.y + message.height ||
          message.x >= box.x + box.width;
        assert.ok(apart, `it hides a part of ${other} at ${viewport.width} px`);
      }
    }
    const types = await tab
      .locator('#rest button, #clock button')
      .evaluateAll((buttons) =>
        buttons.map((each) => [getComputedStyle(each).fontSize, getComputedStyle(each).fontWeight].join()),
      );
    assert.deepEqual([...new Set(types)], ['16px,400'], 'all buttons have one type');
    await tab.context().close();
  });

  test('finds settings and music again after a reload, until they are to be forgotten', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    await tab.locator('#tempo').fill('90');
    await tab.locator('#drums').getByRole('button', { name: 'More', exact: true }).first().click();
    await tab.locator('#drums').getByRole('button', { name: 'Clear' }).click();
    await tab.waitForTimeout(600);
    await tab.reload();
    await hasMusic(tab);
    assert.equal(await tab.locator('#tempo').inputValue(), '90');
    assert.equal(await tab.evaluate(() => document.querySelector('drums-rnn')?.notes.length), 0);
    await tab.locator('#more').click();
    await tab.getByRole('button', { name: 'Start afresh' }).click();
    await hasMusic(tab);
    assert.equal(await tab.locator('#tempo').inputValue(), '104');
    // Once, as long as the page is open.
    await tab.getByRole('button', { name: 'Bring it back' }).click();
    await hasMusic(tab);
    await tab.waitForFunction(() => document.querySelector<HTMLInputElement>('#tempo')?.value === '90');
    assert.equal(await tab.getByRole('button', { name: 'Bring it back' }).count(), 0);
    await tab.context().close();
  });

  for (const [bars, symbols, marks] of [
    ['4', 'Dm7 G7 Cmaj7', '0 Dm7, 4 G7, 8 Cmaj7, 12 Dm7'],
    ['8', 'C Am F', '0 C, 8 Am, 16 F, 24 C'],
    ['4', 'C Am F G Dm', '0 C, 2 Am, 4 F, 6 G, 8 Dm, 10 C, 12 Am, 14 F'],
  ] as const) {
    test(`has chords that change on the beat: ${symbols} in ${bars} bars`, async () => {
      const tab = await visitor();
      await tab.goto(`${server.url}/band.html`);
      await hasMusic(tab);
      await tab.locator('#chords').fill(symbols);
      await writePiece(tab, bars);
      const found = await tab.evaluate(() => {
        const { sequence } = document.querySelector('improv-rnn')!;
        const rate = (sequence.tempos?.[0]?.qpm ?? 120) / 60;
        return sequence.textAnnotations?.map(({ time = 0, text }) => `${+(time * rate).toFixed(2)} ${text}`);
      });
      assert.equal(found?.join(', '), marks);
      const struck = (await notesIn(tab, 'harmony')).map(([, start]) => start);
      for (const mark of marks.split(', '))
        assert.ok(struck.includes(parseInt(mark)), `no stroke at ${mark}: ${struck.join(' ')}`);
      await tab.context().close();
    });
  }

  test('is told how many chords there is room for', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const before = await notesIn(tab, 'harmony');
    await tab.selectOption('#bars', '4');
    await tab.locator('#chords').fill('C F '.repeat(9));
    await tab.getByRole('button', { name: 'New piece' }).click();
    await tab.getByText('There is room for 16 chords in 4 bars').waitFor();
    assert.deepEqual(await notesIn(tab, 'harmony'), before);
    await tab.context().close();
  });

  test('has the piece before a new one back, by Undo and by Control and Z', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await hasMusic(tab);
    const undo = tab.locator('#undo');
    assert.ok(await undo.isDisabled());
    const all = () =>
      Promise.all((['melody', 'harmony', 'drums'] as const).map((lane) => notesIn(tab, lane)));
    const first = await all();
    await writePiece(tab, '4');
    const second = await all();
    assert.notDeepEqual(second, first);
    await tab.getByRole('button', { name: 'New piece' }).click();
    for (;;) {
      const isBusy = await tab.locator('#band').getAttribute('aria-busy');
      if (isBusy === 'false' && !isDeepStrictEqual(await all(), second)) break;
      await tab.waitForTimeout(50);
    }
    await tab.locator('h1').click();
    await tab.keyboard.press('Control+z');
    await tab.getByText('The piece before is there again.').waitFor();
    assert.deepEqual(await all(), second);
    await undo.click();
    assert.deepEqual(await all(), first);
    assert.ok(await undo.isDisabled());
    await tab.context().close();
  });

  test('and drops a file beside the lanes stays on the page', async () => {
    const tab = await visitor();
    await tab.goto(`${server.url}/band.html`);
    await tab.waitForFunction(() => customElements.get('drums-rnn'));
    const stayed = await tab.evaluate(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(['MThd'], 'song.mid'));
      const drop = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true });
      document.querySelector('h1')?.dispatchEvent(drop);
      return drop.defaultPrevented;
    });
    assert.ok(stayed);
    assert.match(await tab.locator('#message').innerText(), /onto a lane/);
    await tab.context().close();
  });
});

describe('the band', () => {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`has no accessibility violations that axe knows, ${colorScheme}`, async () => {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await violations(page), []);
    });
  }

  test('writes a piece for three, of the length that was asked for', async () => {
    await write();
    const end = 4 * 2;
    for (const id of ['melody', 'harmony', 'drums']) {
      const written = await notes(id);
      assert.ok(written.length > 0, `${id} has nothing to play`);
      assert.ok(
        written.every(({ endTime }) => endTime <= end + 1e-6),
        `${id} is too long`,
      );
    }
  });

  test('has the notes of the chords in the harmony, for as long as each holds', async () => {
    const harmony = await notes('harmony');
    // C, Am, F, G: a bar of two seconds each.
    const chords = ['60 64 67', '60 64 69', '60 65 69', '62 67 71'];
    for (const [bar, chord] of chords.entries()) {
      const struck = harmony.filter(({ startTime }) => Math.abs(startTime - 2 * bar) < 0.01);
      for (const pitch of chord.split(' ').map(Number))
        assert.ok(
          struck.some((note) => note.pitch === pitch),
          `no ${pitch} in bar ${bar}`,
        );
    }
  });

  test('is silent while all are muted, and plays the drums on the beat while the others are', async () => {
    const mute = (name: string) => page.getByRole('button', { name: `Mute ${name}` }).click();
    await page.locator('#more').click();
    for (const name of ['melody', 'harmony', 'drums']) await mute(name);
    const silence = await recorded(1.5);
    assert.ok(
      silence.samples.every((value) => Math.abs(value) < 1e-4),
      'all are muted, and something sounds',
    );
    await mute('drums');
    const told = await spied();
    // The drums have not been struck yet: were they made only now, the first stroke would be late.
    await slowDown(6);
    const { samples, sampleRate } = await recorded(2.3);
    await slowDown(1);
    // The beat that is given: hi-hat on every eighth, a quarter of a second apart.
    const strokes = (await told()).filter(({ lane, pitch }) => lane === 'drums' && pitch === 42).slice(0, 8);
    assert.deepEqual(
      strokes.map(({ time }) => (time - strokes[0].time).toFixed(3)),
      [0, 1, 2, 3, 4, 5, 6, 7].map((i) => (i / 4).toFixed(3)),
    );
    // A machine that leaves the page no time hands a stroke over late, and says nothing about those that came in time.
    const inTime = strokes.filter(({ time, now }) => time > now);
    assert.equal(inTime[0], strokes[0], 'the first stroke is handed over late');
    const first = samples.findIndex((value) => Math.abs(value) > 0.02) / sampleRate - strokes[0].time;
    assert.deepEqual(
      inTime.map(({ time }) => struck(samples, sampleRate, first + time - 0.002)),
      inTime.map(() => true),
    );
    const between = inTime.map(({ time }) => struck(samples, sampleRate, first + time + 0.1));
    assert.ok(between.filter(Boolean).length <= 1, 'strokes between the eighths');
    for (const name of ['melody', 'harmony']) await mute(name);
  });

  test('begins again at the end of the loop, and ends there without it', async () => {
    await page.locator('#tempo').fill('180');
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    const positions: number[] = [];
    // Eight seconds at half as fast again.
    for (let i = 0; i < 70; i++) {
      await page.waitForTimeout(100);
      positions.push(
        await page.evaluate(
          () => document.querySelector('drums-rnn')?.shadowRoot?.querySelector('piano-roll')?.playhead ?? 0,
        ),
      );
    }
    assert.equal(await page.locator('#play').innerText(), 'Stop', 'it ended');
    await page.getByRole('button', { name: 'Loop', exact: true }).first().click();
    const turn = positions.findIndex((position, i) => i > 0 && position < positions[i - 1] - 4);
    assert.ok(turn > 0, `never turned: ${positions.at(-1)}`);
    await page.waitForFunction(() => document.getElementById('play')?.textContent === 'Play');
  });

  test('says which chord it does not know', async () => {
    await page.locator('#chords').fill('C H7');
    await page.locator('#chords').press('Enter');
    await page.waitForFunction(() => document.getElementById('message')?.textContent?.includes('H7'));
    assert.equal(await page.locator('#chords').getAttribute('aria-invalid'), 'true');
    const said = await page.locator('#message').innerText();
    assert.throws(() => parseChordSymbol('H7'), { message: said }, 'in the words of whoever else refuses it');
    assert.match(said, /H7.*begins with no note from A to G/);
    await page.locator('#chords').fill('C Am F G');
    await page.locator('#chords').press('Enter');
  });

  test('plays a lane once that is told to play at once, and is silent after Stop', async () => {
    const told = await spied();
    await page.evaluate(() => Object.assign(document.querySelector('improv-rnn') ?? {}, { live: true }));
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await page.waitForFunction(() => document.getElementById('play')?.textContent === 'Stop');
    await page.locator('#melody').getByRole('button', { name: 'Rewrite' }).click();
    let heard: Told[] = [];
    while (heard.length < 8) {
      await page.waitForTimeout(50);
      heard = [...heard, ...(await told()).filter(({ lane }) => lane === 'melody')];
    }
    const twice = heard.filter((a, i) =>
      heard.some((b, j) => j < i && a.pitch === b.pitch && Math.abs(a.time - b.time) < 0.06),
    );
    assert.deepEqual(twice, []);
    const byItself = await page.evaluate(() => document.querySelector('improv-rnn')?.playing);
    assert.equal(byItself, false, 'the lane plays by itself, out of time with the band');
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await told();
    await page.waitForTimeout(500);
    assert.deepEqual(await told(), []);
    await page.evaluate(() => Object.assign(document.querySelector('improv-rnn') ?? {}, { live: false }));
  });

  test('answers what is played on the keys of a lane', async () => {
    const lane = page.locator('#melody');
    await lane.getByRole('button', { name: 'More', exact: true }).first().click();
    await lane.getByLabel('Bars').fill('1');
    await lane.getByLabel('Bars').press('Tab');
    await lane.getByLabel('Call and response').check();
    const told = await spied();
    for (const pitch of [60, 64, 67])
      await lane.locator(`piano-keyboard [data-pitch="${pitch}"]`).click({ delay: 150 });
    await page.waitForFunction(() => document.querySelector('improv-rnn')?.playing, undefined, {
      timeout: 20_000,
    });
    assert.equal(await page.locator('#play').innerText(), 'Stop');
    await page.waitForFunction(() => !document.querySelector('improv-rnn')?.playing, undefined, {
      timeout: 20_000,
    });
    assert.equal(await page.locator('#play').innerText(), 'Play');
    const { primer, answer } = await page.evaluate(() => {
      const { primer, sequence } = document.querySelector('improv-rnn') ?? {};
      const given = primer?.notes.length ?? 0;
      return { primer: primer?.notes ?? [], answer: sequence?.notes.slice(given) ?? [] };
    });
    assert.deepEqual(
      primer.map(({ pitch }) => pitch),
      [60, 64, 67],
    );
    assert.ok(answer.length > 0, 'no answer');
    const heard = (await told()).filter(({ lane: name, time }) => name === 'melody' && time > 0);
    assert.deepEqual(
      heard.map(({ pitch }) => pitch),
      answer.map(({ pitch }) => pitch),
    );
    await lane.getByLabel('Call and response').uncheck();
    await lane.getByRole('button', { name: 'More', exact: true }).first().click();
  });

  test('saves a lane in the tempo of the band', async () => {
    await page.locator('#tempo').fill('80');
    const bytes = await page.evaluate(async () => {
      const midi = await document.querySelector('drums-rnn')?.midi();
      return [...new Uint8Array((await midi?.arrayBuffer()) ?? [])];
    });
    const { tempos, notes: saved } = readMidi(Uint8Array.from(bytes));
    assert.ok(Math.abs((tempos?.[0].qpm ?? 0) - 80) < 0.001, String(tempos?.[0].qpm));
    // The given beat: hi-hat on every eighth.
    const hats = saved.filter(({ pitch }) => pitch === 42).slice(0, 4);
    assert.deepEqual(
      hats.map(({ startTime = 0 }) => startTime.toFixed(3)),
      ['0.000', '0.375', '0.750', '1.125'],
    );
  });

  test('has its transport on one row of a wide window', async () => {
    const rows = await page
      .locator(':is(.playing, .setting) > :is(button, label)')
      .evaluateAll((all) =>
        all.map((each) => each.getBoundingClientRect()).map((box) => (box.top + box.bottom) / 2),
      );
    assert.ok(Math.max(...rows) - Math.min(...rows) < 10, String(rows));
  });

  test('fits a phone, where Stop stays in reach', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const { top, bottom } = await page.locator('#play').evaluate((play) => play.getBoundingClientRect());
    assert.ok(top >= 0 && bottom <= 100, `from ${top} to ${bottom}`);
  });

  test('asks nobody but its own server', () => {
    assert.ok(requested.length > 10);
    assert.deepEqual(
      requested.filter((url) => !url.startsWith(server.url) && !/^(data|blob):/.test(url)),
      [],
    );
  });
});
