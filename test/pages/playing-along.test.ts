/** A page with a metronome, a recorder of MIDI and a MIDI output: what the three do is heard, and arrives. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { NoteSequence } from '../../src/music/note-sequence.js';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, root, savedWav, type Server } from './browser.js';
import { peak } from './sound.js';

const PAGE = `<!doctype html><title>page</title><link rel="icon" href="data:,"><button>Play</button>
<script type="module">
  import { DrumKit, MIDIPlayer, Metronome, Recorder, WavRecorder } from '/dist/timbrel.js';
  const button = document.querySelector('button');
  const clicked = (work) => new Promise((resolve, reject) => {
    button.onclick = () => work().then(resolve, reject);
    button.click();
  });
  const context = new AudioContext();
  const out = new GainNode(context);
  out.connect(context.destination);
  const kit = new DrumKit();
  Object.assign(globalThis, {
    /** Clicks for some seconds, and records them. */
    clicks: (options, seconds) => clicked(async () => {
      await kit.start({ context, destination: out });
      globalThis.recorder = await WavRecorder.start(out);
      const metronome = new Metronome(kit, kit, options);
      metronome.play(context.currentTime + 0.3);
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      metronome.stop();
    }),
    /** Writes down what the input plays: chords of [ms, ...bytes]. */
    writtenDown: (messages) => clicked(async () => {
      await context.resume();
      const recorder = new Recorder(context, { qpm: 120 });
      await recorder.listen();
      recorder.start();
      let last = 0;
      for (const [time, ...bytes] of messages) {
        await new Promise((resolve) => setTimeout(resolve, time - last));
        last = time;
        midiIn.send(...bytes);
      }
      const sequence = recorder.stop();
      recorder.close();
      return sequence;
    }),
    /** Plays on the output, and gives what arrived there: [ms, ...bytes]. */
    sent: (sequence, seconds) => clicked(async () => {
      const player = await MIDIPlayer.open(undefined, { clock: true });
      player.sequence = sequence;
      player.play();
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
      player.stop();
      return midiOut.sent;
    }),
  });
</script>`;

let browser: Browser;
let server: Server;
let page: Page;

before(async () => {
  browser = await launch(['--autoplay-policy=no-user-gesture-required']);
  const fakes = await build({
    stdin: {
      contents: `import { FakeMidiAccess, FakeMidiInput } from './test/fakes/midi-access.ts';
        const midiIn = new FakeMidiInput('in', 'Keys');
        const midiOut = {
          id: 'out', name: 'Sound module', type: 'output', state: 'connected', connection: 'open', sent: [],
          send(bytes, time = performance.now()) { this.sent.push([time, ...bytes]); },
          open() { return Promise.resolve(this); }, close() { return Promise.resolve(this); }, clear() {},
          addEventListener() {}, removeEventListener() {},
        };
        const access = new FakeMidiAccess(midiIn);
        Object.defineProperty(access, 'outputs', { value: new Map([['out', midiOut]]) });
        navigator.requestMIDIAccess = () => Promise.resolve(access);
        Object.assign(globalThis, { midiIn, midiOut });`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  server = await serve({
    roots: { '/dist/': dist },
    pages: {
      '/': `<script>${fakes.outputFiles[0].text}</script>${PAGE}`,
    },
  });
  page = await browser.newPage();
  page.on('pageerror', (error) => assert.fail(error));
  await page.goto(`${server.url}/`);
  await page.waitForFunction('globalThis.sent !== undefined');
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Seconds at which something begins after silence. */
function onsets(samples: Float32Array, sampleRate: number): number[] {
  const loud = 0.06 * peak(samples);
  const found: number[] = [];
  let quietSince = -Infinity;
  samples.forEach((value, i) => {
    if (Math.abs(value) < loud) return;
    if (i - quietSince > 0.15 * sampleRate) found.push(i / sampleRate);
    quietSince = i;
  });
  return found;
}

describe('a page with which one plays along', () => {
  test('clicks in time: four beats a bar at 240, the first of them another one', async () => {
    await page.evaluate('clicks({ qpm: 240 }, 3.2)');
    const { samples, sampleRate } = await savedWav(page);
    const found = onsets(samples, sampleRate);
    assert.ok(found.length >= 9, `${found.length} clicks`);
    found.slice(1).forEach((time, i) => {
      const beat = time - found[i];
      assert.ok(Math.abs(beat - 0.25) < 0.004, `beat ${i}: ${beat} s`);
    });
    const strengthOf = (time: number) =>
      peak(samples.subarray(Math.round(time * sampleRate), Math.round((time + 0.1) * sampleRate)));
    const strengths = found.slice(0, 8).map(strengthOf);
    assert.ok(strengths[0] > strengths[1] && strengths[4] > strengths[5], `${strengths.join(', ')}`);
  });

  test('writes down what comes from a MIDI input', async () => {
    const sequence = (await page.evaluate(
      `writtenDown([[100, 0x90, 60, 90], [150, 0x90, 64, 70], [600, 0x80, 60, 0], [620, 0xb0, 64, 127], [700, 0x80, 64, 0]])`,
    )) as NoteSequence;
    assert.deepEqual(
      sequence.notes.map(({ pitch, velocity }) => [pitch, velocity]),
      [
        [60, 90],
        [64, 70],
      ],
    );
    const [c, e] = sequence.notes.map(({ startTime = 0, endTime = 0 }) => ({ startTime, endTime }));
    // The timers of a page are late by some ms and never early.
    assert.ok(c.startTime > 0.05 && c.startTime < 0.4, `${c.startTime}`);
    assert.ok(c.endTime - c.startTime > 0.45 && c.endTime - c.startTime < 0.9, `${c.endTime - c.startTime}`);
    assert.ok(e.startTime > c.startTime && e.startTime < c.endTime);
    assert.equal(sequence.controlChanges?.[0]?.controlNumber, 64);
    assert.equal(sequence.tempos?.[0]?.qpm, 120);
  });

  test('plays a piece on a MIDI output, with its clock', async () => {
    const notes = [60, 62, 64].map((pitch, i) => ({
      pitch,
      velocity: 80,
      startTime: i / 2,
      endTime: i / 2 + 0.4,
    }));
    const messages = (await page.evaluate(
      `sent(${JSON.stringify({ notes, totalTime: 1.5, tempos: [{ time: 0, qpm: 120 }] })}, 2)`,
    )) as number[][];
    const strokes = messages.filter(([, status, , velocity]) => status >> 4 === 9 && velocity > 0);
    assert.deepEqual(
      strokes.map(([, , pitch]) => pitch),
      [60, 62, 64],
    );
    strokes.slice(1).forEach(([time], i) => assert.ok(Math.abs(time - strokes[i][0] - 500) < 1, `note ${i}`));
    const ticks = messages.filter(([, status]) => status === 0xf8).map(([time]) => time);
    assert.ok(
      messages.some(([, status]) => status === 0xfa) && messages.some(([, status]) => status === 0xfc),
    );
    assert.ok(ticks.length >= 60, `${ticks.length} ticks`);
    ticks.slice(1, 60).forEach((time, i) => {
      assert.ok(Math.abs(time - ticks[i] - 500 / 24) < 0.5, `tick ${i}`);
    });
  });
});
