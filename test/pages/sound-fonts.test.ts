/** A page without any network plays a piece on a SoundFont, and what it plays is heard. */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { BasicSoundBank } from 'spessasynth_core';
import type { Note, NoteSequence } from '../../src/music/note-sequence.js';
import { estimateFundamental } from '../../src/audio/pitch.js';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, savedWav, type Recording, type Server } from './browser.js';
import { cents, frequencyOf, peak } from './sound.js';

/** The page: a button that starts the player, and what the tests ask of it. */
const PAGE = `<!doctype html><title>page</title><link rel="icon" href="data:,"><button>Play</button>
<script type="module">
  import { SoundFontPlayer, WavRecorder } from '/dist/timbrel.js';
  const button = document.querySelector('button');
  let player;
  Object.assign(globalThis, {
    async prepare(sequence) {
      player = await SoundFontPlayer.load('/fonts/saw.sf2');
      player.sequence = sequence;
      button.onclick = async () => {
        await player.start();
        globalThis.recorder = await WavRecorder.start(player.output);
        player.play();
        button.textContent = 'Playing';
      };
    },
    end() {
      player.dispose();
      button.textContent = 'Play';
    },
    async failure(attempt) {
      try {
        await attempt(SoundFontPlayer);
        return 'no failure';
      } catch ({ code, message }) {
        return code + ' ' + message;
      }
    },
  });
</script>`;

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  const fonts = mkdtempSync(path.join(tmpdir(), 'timbrel-fonts-'));
  // One saw-tooth for every program: 38 kB.
  writeFileSync(path.join(fonts, 'saw.sf2'), new Uint8Array(BasicSoundBank.getSampleSoundBankFile()));
  writeFileSync(path.join(fonts, 'page.sf2'), '<!doctype html><title>Not found</title>');
  writeFileSync(path.join(fonts, 'broken.sf2'), 'RIFF\0\0\0\0sfbkLIST');
  browser = await launch();
  server = await serve({
    roots: { '/dist/': dist, '/fonts/': fonts },
    pages: { '/': PAGE, '/other': PAGE.replace(/Object[^]*/, '</script>') },
  });
  page = await browser.newPage();
  await page.goto(`${server.url}/`);
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Plays `sequence` by a click on the page's button, and records it. */
async function heard(sequence: NoteSequence, seconds: number): Promise<Recording> {
  await page.evaluate(`prepare(${JSON.stringify(sequence)})`);
  await page.locator('button').click();
  await page.locator('button', { hasText: 'Playing' }).waitFor();
  await page.waitForTimeout(1000 * seconds);
  const recording = await savedWav(page);
  await page.evaluate('end()');
  return recording;
}

const note = (pitch: number, startTime: number, endTime: number, more: Partial<Note> = {}) => ({
  pitch,
  startTime,
  endTime,
  velocity: 100,
  ...more,
});

/** The pitches that are heard, from the first sound on, in the middle of every `length` seconds. */
function pitchesOf({ samples, sampleRate }: Recording, length: number, count: number): number[] {
  const first = samples.findIndex((value) => Math.abs(value) > 0.01) / sampleRate;
  return Array.from({ length: count }, (_, i) => {
    const at = first + (i + 0.4) * length;
    const part = samples.subarray(Math.round(at * sampleRate), Math.round((at + 0.4 * length) * sampleRate));
    return estimateFundamental(part, sampleRate, { minHz: 60, maxHz: 2000 }).frequency;
  });
}

describe('a page that plays a SoundFont', () => {
  test('hears the notes of a piece, one after the other', async () => {
    const pitches = [60, 67, 64, 55];
    const recording = await heard({ notes: pitches.map((pitch, i) => note(pitch, i / 2, (i + 1) / 2)) }, 3);
    assert.ok(peak(recording.samples) > 0.01, `peak ${peak(recording.samples)}`);
    const found = pitchesOf(recording, 0.5, 4);
    // The bank's own sample is some cents off.
    pitches.forEach((pitch, i) =>
      assert.ok(Math.abs(cents(found[i], frequencyOf(pitch))) < 30, `${found[i]} Hz for ${pitch}`),
    );
  });

  test('bends and pedals as the piece does', async () => {
    const sequence = {
      notes: [note(60, 0, 0.5), note(60, 1.5, 1.6)],
      pitchBends: [{ time: 0.25, bend: 8191 }],
      controlChanges: [{ time: 0.1, controlNumber: 64, controlValue: 127 }],
      totalTime: 2,
    };
    const { samples, sampleRate } = await heard(sequence, 2.5);
    const first = samples.findIndex((value) => Math.abs(value) > 0.01);
    const part = (from: number, to: number) =>
      samples.subarray(first + Math.round(from * sampleRate), first + Math.round(to * sampleRate));
    const pitchOf = (sound: Float32Array) =>
      estimateFundamental(sound, sampleRate, { minHz: 60, maxHz: 2000 }).frequency;
    assert.ok(
      Math.abs(cents(pitchOf(part(0.3, 0.45)), pitchOf(part(0.05, 0.2))) - 200) < 30,
      'two semitones up',
    );
    assert.ok(peak(part(0.9, 1.2)) > 0.01, 'the pedal holds what the key let go');
  });

  test('is told what is no SoundFont, and where there is none', async () => {
    const attempts = [
      `(Player) => Player.load('/fonts/page.sf2')`,
      `(Player) => Player.load('/fonts/none.sf2')`,
      `(Player) => Player.load(7)`,
      `async (Player) => (await Player.load('/fonts/broken.sf2')).start()`,
    ];
    const codes: string[] = [];
    for (const attempt of attempts) codes.push(String(await page.evaluate(`failure(${attempt})`)));
    const expected = [
      /^SOUND_FONT_INVALID/,
      /^SOUND_FONT_UNREACHABLE .*404/,
      /^OPTION_INVALID/,
      /^SOUND_FONT_INVALID/,
    ];
    expected.forEach((pattern, i) => assert.match(codes[i], pattern));
  });

  test('and nobody else loads the synthesizer', async () => {
    const other = await browser.newPage();
    const before = server.requests.length;
    await other.goto(`${server.url}/other`);
    await other.waitForLoadState('networkidle');
    const asked = server.requests.slice(before).filter((name) => name.endsWith('.js'));
    assert.ok(asked.length > 1, 'the elements came');
    assert.deepEqual(
      asked.filter((name) => name.includes('spessasynth')),
      [],
    );
    await other.close();
  });
});
