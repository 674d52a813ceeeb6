/** The tracks of the band as they are seen and edited: one ruler, one line, three lanes in sight; notes and bars by hand and by keys. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { violations } from './axe.js';
import { hasMusic, notesIn, visit } from './band-page.js';
import { serveDemo } from './browser.js';

const demo = serveDemo();
const open = (options = {}) => visit(demo.browser, `${demo.url}/band.html`, options);

const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const box = async (page: Page, selector: string) => {
  const found = await page.locator(selector).boundingBox();
  assert.ok(found, selector);
  return found;
};

/** Presses at a place of a lane's notes, in parts of its width and height; drags from there where a second place is given. */
async function press(page: Page, lane: string, from: [number, number], to?: [number, number]): Promise<void> {
  const { x, y, width, height } = await box(page, `#${lane} .notes`);
  const at = ([across, down]: [number, number]) => [x + across * width, y + down * height] as const;
  await page.mouse.move(...at(from));
  await page.mouse.down();
  if (to) await page.mouse.move(...at(to), { steps: 5 });
  await page.mouse.up();
}

describe('the tracks of the band', () => {
  test('stand together in the height of a laptop, 96 px each, with one gutter, ruler and line', async () => {
    const page = await open(DESKTOP);
    const rolls = await Promise.all(
      ['melody', 'harmony', 'drums'].map((lane) => box(page, `#${lane} piano-roll`)),
    );
    assert.deepEqual(
      rolls.map(({ height }) => height),
      [96, 96, 96],
    );
    const ruler = await box(page, '#ruler');
    for (const { x, width } of rolls) assert.deepEqual([x, width], [ruler.x, ruler.width]);
    const tracks = await box(page, '.tracks');
    assert.ok(tracks.y + tracks.height < 800, `down to ${tracks.y + tracks.height}`);
    // One line is at the same time of all: a click in the middle of the notes' own room puts it there.
    const notes = await box(page, '#drums .notes');
    await page.mouse.click(notes.x + notes.width / 2, ruler.y + 8);
    const line = await box(page, '.playhead');
    assert.ok(Math.abs(line.x + line.width / 2 - (notes.x + notes.width / 2)) < 3, `at ${line.x}`);
    assert.ok(line.height >= tracks.height - 3);
    assert.equal(await page.locator('.main:visible').count(), 1, 'one primary button');
    await page.context().close();
  });

  for (const [name, options] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const)
    test(`do not move while the page comes, ${name}`, async () => {
      const page = await open({
        ...options,
        before: (page: Page) =>
          page.addInitScript(() => {
            const shifts: number[] = [];
            Object.assign(globalThis, { shifts });
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries())
                shifts.push((entry as unknown as { value: number }).value);
            }).observe({ type: 'layout-shift', buffered: true });
          }),
      });
      await page.waitForTimeout(1500);
      const shifts = await page.evaluate(() => (globalThis as unknown as { shifts: number[] }).shifts);
      const sum = shifts.reduce((all, value) => all + value, 0);
      assert.ok(sum < 0.02, `layout shift ${sum}`);
      await page.context().close();
    });

  test('are seen closer together', async () => {
    const page = await open(DESKTOP);
    await page.locator('#ruler').getByRole('button', { name: 'See it closer' }).click();
    const widths = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('#ruler, .lane > *')].map((each) => {
          const roll = each.shadowRoot?.querySelector('piano-roll') ?? each;
          const scroll = roll.shadowRoot?.querySelector('.scroll') as HTMLElement;
          return +(scroll.scrollWidth / scroll.clientWidth).toFixed(2);
        }),
      );
    await page.waitForFunction(() => {
      const roll = document.querySelector('#drums')?.shadowRoot?.querySelector('piano-roll');
      const scroll = roll?.shadowRoot?.querySelector('.scroll');
      return scroll && scroll.scrollWidth > 1.3 * scroll.clientWidth;
    });
    assert.deepEqual(await widths(), [1.5, 1.5, 1.5, 1.5]);
    await page.context().close();
  });

  test('have no accessibility violations with a bar chosen, all unfolded, and the picker of chords open', async () => {
    const page = await open(DESKTOP);
    await press(page, 'melody', [0.3, 0.97]);
    assert.deepEqual(await violations(page), []);
    await page.locator('#more').click();
    for (const lane of ['melody', 'harmony', 'drums'])
      await page.locator(`#${lane}`).getByRole('button', { name: 'More', exact: true }).first().click();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('button', { name: 'By ear' }).click();
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  for (const [name, options] of [
    ['a phone', PHONE],
    ['a window at 200 %', { viewport: { width: 640, height: 400 } }],
  ] as const)
    test(`fit ${name}`, async () => {
      const page = await open(options);
      await page.locator('#more').click();
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      assert.equal(wide, 0);
      await page.context().close();
    });
});

describe('the notes of a lane', () => {
  test('begin with the piece that comes with the page, or was kept: Undo goes no further back', async () => {
    const page = await open(DESKTOP);
    const undo = (lane: string) => page.locator(`#${lane} [data-action=undo]`);
    const before = await notesIn(page, 'drums');
    for (const lane of ['melody', 'drums']) {
      await page.locator(`#${lane}`).getByRole('button', { name: 'More' }).click();
      assert.ok(await undo(lane).isDisabled(), lane);
    }
    await page.locator('#drums').getByRole('button', { name: 'Clear' }).click();
    assert.deepEqual(await notesIn(page, 'drums'), []);
    await undo('drums').click();
    assert.deepEqual(await notesIn(page, 'drums'), before);
    assert.ok(await undo('drums').isDisabled());
    await page.waitForTimeout(500);
    await page.reload();
    await hasMusic(page);
    await page.locator('#drums').getByRole('button', { name: 'More' }).click();
    assert.ok(await undo('drums').isDisabled());
    assert.deepEqual(await notesIn(page, 'drums'), before);
    await page.context().close();
  });

  test('of drums are set and taken away on the roll itself, by a press, and that is undone', async () => {
    const page = await open(DESKTOP);
    const before = await notesIn(page, 'drums');
    // Eight bars of 16 steps: the second sixteenth, in the row of the crash, which is the first of nine.
    const cell: [number, number] = [1.5 / 128, 0.5 / 9];
    await press(page, 'drums', cell);
    const added = await notesIn(page, 'drums');
    assert.equal(added.length, before.length + 1);
    assert.ok(added.some(([pitch, start]) => pitch === 49 && Math.abs(start - 0.25) < 1e-3));
    await press(page, 'drums', cell);
    assert.equal((await notesIn(page, 'drums')).length, before.length);
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    assert.deepEqual(await notesIn(page, 'drums'), before);
    await page.context().close();
  });

  test('of a melody are dragged by the mouse, and changed by keys alone', async () => {
    const page = await open(DESKTOP);
    const before = await notesIn(page, 'melody');
    const roll = page.locator('#melody .notes');
    await roll.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('Alt+ArrowRight');
    await page.keyboard.press('+');
    const [first] = [...before].sort((a, b) => a[1] - b[1]);
    const moved = await notesIn(page, 'melody');
    const expected = [first[0] + 12, +(first[1] + 0.25).toFixed(3), +(first[2] + 0.5).toFixed(3)];
    assert.ok(
      moved.some((note) => note.every((value, i) => Math.abs(value - expected[i]) < 0.01)),
      JSON.stringify([expected, moved]),
    );
    await page.keyboard.press('Delete');
    assert.equal((await notesIn(page, 'melody')).length, before.length - 1);
    for (let i = 0; i < 4; i++) await page.keyboard.press('Control+z');
    assert.deepEqual(await notesIn(page, 'melody'), before);
    // By the mouse: the same note, where it is drawn, a bar of 32 quarters to the right.
    const place = await page.evaluate((pitch) => {
      const roll = document.querySelector('#melody')?.shadowRoot?.querySelector('piano-roll');
      const { rows } = roll as unknown as { rows: { rowOf(pitch: number): number; count: number } };
      return (rows.rowOf(pitch) + 0.5) / rows.count;
    }, first[0]);
    const middle = (first[1] + 0.1) / 32;
    await press(page, 'melody', [middle, place], [middle + 4 / 32, place]);
    const dragged = await notesIn(page, 'melody');
    assert.ok(
      dragged.some(([pitch, start]) => pitch === first[0] && Math.abs(start - first[1] - 4) < 0.01),
      JSON.stringify(dragged.slice(0, 4)),
    );
    await page.context().close();
  });

  test('are written anew in one bar, and kept in another while the rest is written anew', async () => {
    const page = await open(DESKTOP);
    const inBar = (notes: Awaited<ReturnType<typeof notesIn>>, bar: number) =>
      notes.filter(([, start]) => Math.floor(start / 4 + 1e-3) === bar);
    const idle = () =>
      page
        .waitForFunction(() => document.querySelector('improv-rnn')?.model !== undefined)
        .then(() =>
          page
            .locator('#melody')
            .getByRole('button', { name: /^Rewrite/ })
            .waitFor(),
        );
    const before = await notesIn(page, 'melody');
    await page.evaluate(() => Object.assign(document.querySelector('improv-rnn')!, { seed: 'another' }));
    await page.locator('#melody .notes').focus();
    for (let bar = 0; bar <= 2; bar++) await page.keyboard.press('PageDown');
    await page.locator('#melody').getByRole('button', { name: 'Rewrite bar 3' }).click();
    await idle();
    const after = await notesIn(page, 'melody');
    assert.notDeepEqual(inBar(after, 2), inBar(before, 2));
    for (const bar of [0, 3, 4, 5, 6, 7])
      assert.deepEqual(inBar(after, bar), inBar(before, bar), `bar ${bar}`);
    await page.locator('#melody').getByRole('button', { name: 'Keep bar 3' }).click();
    await page.locator('#melody .notes').focus();
    await page.keyboard.press('Escape');
    await page.locator('#melody').getByRole('button', { name: 'Rewrite', exact: true }).click();
    await idle();
    const anew = await notesIn(page, 'melody');
    assert.deepEqual(inBar(anew, 2), inBar(after, 2));
    assert.notDeepEqual(inBar(anew, 5), inBar(after, 5));
    await page.context().close();
  });

  test('of a harmony are written anew from those before them, over the chords of their bar', async () => {
    const page = await open(DESKTOP);
    const inBar = async (bar: number) =>
      (await notesIn(page, 'harmony')).filter(([, start]) => Math.floor(start / 4 + 1e-3) === bar);
    const rewrite = () =>
      page.evaluate(async () => {
        const harmony = document.querySelector('polyphony-rnn')!;
        harmony.seed = 'another';
        await harmony.updateComplete;
        await harmony.rewrite(4);
      });
    await rewrite();
    const written = await inBar(4);
    // The bars before it are other ones now; what it accompanies is the same.
    await page.evaluate(() => {
      const harmony = document.querySelector('polyphony-rnn')!;
      const { sketch } = harmony;
      const notes = sketch.written!.notes.map((note) => ({ ...note, pitch: note.pitch + 5 }));
      harmony.sketch = { ...sketch, written: { ...sketch.written, notes } };
    });
    await rewrite();
    const rewritten = await inBar(4);
    assert.notDeepEqual(rewritten, written);
    const given = await page.evaluate(() => {
      const { primer } = document.querySelector('polyphony-rnn')!;
      const quarters = (primer.tempos?.[0]?.qpm ?? 120) / 60;
      return primer.notes
        .map(({ pitch, startTime = 0 }) => [pitch, Math.round(startTime * quarters)])
        .filter(([, start]) => start >= 16 && start < 20);
    });
    assert.ok(given.length > 5, JSON.stringify(given));
    for (const notes of [written, rewritten])
      for (const [pitch, start] of given)
        assert.ok(
          notes.some(([at, from, to]) => at === pitch && from <= start + 0.01 && to > start + 0.01),
          `${pitch} at ${start} in ${JSON.stringify(notes)}`,
        );
    await page.context().close();
  });

  test('are moved by a finger, which scrolls beside them', async () => {
    const page = await open(PHONE);
    const before = await notesIn(page, 'melody');
    const { prevented, note, beside } = await page.evaluate(() => {
      const roll = document.querySelector('#melody')!.shadowRoot!.querySelector('piano-roll')!;
      const layer = roll.shadowRoot!.querySelector<HTMLElement>('.notes')!;
      const { rows, total } = roll as unknown as {
        rows: { rowOf(pitch: number): number; count: number };
        total: number;
      };
      const { left, top, width, height } = layer.getBoundingClientRect();
      const places = roll.notes.map(({ pitch, startTime, endTime }) => [
        left + ((startTime + endTime) / 2 / total) * width,
        top + ((rows.rowOf(pitch) + 0.5) / rows.count) * height,
        ((endTime - startTime) / 2 / total) * width,
      ]);
      const empty = Array.from({ length: 40 * 9 }, (_, i) => [
        left + ((i % 40) / 40) * width,
        top + (Math.floor(i / 40) / 9) * height,
      ]).find(([x, y]) =>
        places.every(([a, b, half]) => Math.abs(x - a) > half + 14 || Math.abs(y - b) > 24),
      );
      if (!empty) throw new Error('no empty place');
      const prevented = [places[0], empty].map(([clientX, clientY]) => {
        const point = new Touch({ identifier: 1, target: layer, clientX, clientY });
        const event = new TouchEvent('touchstart', { touches: [point], bubbles: true, cancelable: true });
        layer.dispatchEvent(event);
        return event.defaultPrevented;
      });
      return { prevented, note: places[0], beside: empty };
    });
    assert.deepEqual(prevented, [true, false]);
    const session = await page.context().newCDPSession(page);
    const slide = async ([x, y]: number[]) => {
      const at = (by: number) => [{ x: x + by, y: y - by / 4 }];
      await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
      for (let by = 4; by <= 40; by += 4)
        await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(by) });
      await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    };
    await slide(beside);
    assert.deepEqual(await notesIn(page, 'melody'), before);
    // What lies beside scrolls the page: the note is where it was again.
    // A page that is flung scrolls on for a while.
    await page.waitForFunction(
      () =>
        new Promise<boolean>((resolve) => {
          scrollTo(0, 0);
          setTimeout(() => resolve(scrollY === 0), 200);
        }),
    );
    await slide(note);
    let after = before;
    for (let waits = 0; waits < 50 && String(after) === String(before); waits++) {
      await page.waitForTimeout(100);
      after = await notesIn(page, 'melody');
    }
    assert.notDeepEqual(after, before, 'the note did not go along with the finger');
    assert.equal(after.length, before.length);
    await page.context().close();
  });
});
