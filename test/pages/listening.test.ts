/**
 * What people do with `<onsets-frames>`, in a real browser: drop a recording, play before the microphone, move a slider, hand on what was
 * heard. The network is one that hears pure tones, so that what it has to find is known.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { encodeWav } from '../../src/audio/wav.js';
import {
  TONES,
  toneDetector,
  tonesOf,
  type Tone,
} from '../../src/models/onsets-frames/tone-detector.testing.js';
import type * as Timbrel from '../../src/timbrel.js';
import { syntheticFolder } from '../../src/models/onsets-frames/synthetic.testing.js';
import { readMidi } from '../../src/music/midi-reader.js';
import { dist, launch, type Server } from './browser.js';

const PLAYED: readonly Tone[] = TONES.map((pitch, i) => ({
  ...{ pitch, startTime: 1 + 0.6 * i, endTime: 1.4 + 0.6 * i },
}));
/** A soft tone besides, which is doubted at the usual thresholds. */
const SOFT: Tone = { pitch: 72, startTime: 3.6, endTime: 4.2, amplitude: 0.033 };
const SOUND = tonesOf([...PLAYED, SOFT], 5, 44100);

const pageOf = (attributes = '', more = '') => `<!doctype html><meta charset="utf-8"><title>page</title>
<link rel="icon" href="data:,"><script type="module" src="/dist/timbrel.js"></script>
<onsets-frames id="ears" checkpoint="/tones/" ${attributes}></onsets-frames>${more}`;

const PAGES = {
  '/': pageOf('preload="auto"'),
  '/backwards': pageOf().replace('/tones/', '/backwards/'),
  '/along': pageOf(
    'preload="auto" instrument="synth"',
    '<gansynth-instrument id="synth" corners="flute, flute, flute, flute" backend="wasm" computer-keyboard="none"></gansynth-instrument>',
  ),
  '/answer': pageOf(
    'preload="auto" for="writer"',
    '<performance-rnn id="writer" seconds="2"></performance-rnn>',
  ),
};

let folder: string;
let server: Server;
let browser: Browser;
let allowed: BrowserContext;
const complaints: string[] = [];

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'timbrel-listening-'));
  const write = async (name: string, files: Readonly<Record<string, Uint8Array>>) => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(path.join(folder, name));
    for (const [file, bytes] of Object.entries(files)) await writeFile(path.join(folder, name, file), bytes);
  };
  await write('tones', toneDetector());
  await write('backwards', syntheticFolder({ kind: 'model' }));
  // The microphone plays the file from when it is opened, and then silence.
  const microphone = path.join(folder, 'microphone.wav');
  const silence = new Float32Array(SOUND.length + 60 * 44100);
  silence.set(SOUND);
  await writeFile(microphone, new Uint8Array(encodeWav(silence, 44100, 'int16')));
  browser = await launch([
    '--autoplay-policy=no-user-gesture-required',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${microphone}%noloop`,
  ]);
  const roots = { '/dist/': dist, '/tones/': path.join(folder, 'tones'), '/backwards/': path.join(folder, 'backwards') }; // prettier-ignore
  server = await serve({ roots, pages: PAGES });
  allowed = await browser.newContext({ permissions: ['microphone'], acceptDownloads: true });
});

after(async () => {
  await browser.close();
  await server.close();
  await rm(folder, { recursive: true });
  assert.deepEqual(complaints, []);
});

async function open(where: string, context = allowed): Promise<Page> {
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(server.url + where);
  await page.waitForFunction(() =>
    document.querySelector('onsets-frames')?.shadowRoot?.querySelector('piano-roll'),
  );
  return page;
}

const drop = (page: Page, bytes: Uint8Array, name: string) =>
  page.evaluate(
    ([data, file]) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], file));
      const event = { dataTransfer: transfer, bubbles: true, composed: true, cancelable: true };
      document
        .querySelector('onsets-frames')
        ?.shadowRoot?.querySelector('.base')
        ?.dispatchEvent(new DragEvent('drop', event));
    },
    [Buffer.from(bytes).toString('base64'), name] as const,
  );

const wav = (samples = SOUND, format: 'float32' | 'int16' = 'float32') =>
  new Uint8Array(encodeWav(samples, 44100, format));

const notesOf = (page: Page) =>
  page.evaluate(
    () =>
      document
        .querySelector('onsets-frames')
        ?.sequence.notes.map(({ pitch, startTime = 0 }) => ({ pitch, startTime })) ?? [],
  );

const pitchesOf = async (page: Page) => (await notesOf(page)).map(({ pitch }) => pitch);

const status = (page: Page, text: string | RegExp) =>
  page.locator('onsets-frames [part=status]').getByText(text).first().waitFor();

const press = (page: Page, name: string) =>
  page.locator('onsets-frames').getByRole('button', { name, exact: true }).click();

const alert = async (page: Page) => {
  await page.locator('onsets-frames [role=alert]').waitFor();
  return (await page.locator('onsets-frames [role=alert]').textContent()) ?? '';
};

/** Waits until so many notes were found. */
const found = (page: Page, count: number) =>
  page.waitForFunction(
    (least) => (document.querySelector('onsets-frames')?.sequence.notes.length ?? 0) >= least,
    count,
    { timeout: 30_000 },
  );

const setSlider = (page: Page, name: string, value: number) =>
  page.locator('onsets-frames').getByRole('slider', { name }).fill(String(value));

describe('a recording that is dropped', () => {
  let page: Page;
  before(async () => {
    page = await open('/');
    // Where nothing was heard yet the roll says what to do.
    await page.locator('onsets-frames').getByText('Drop a recording of a piano here').waitFor();
    await drop(page, wav(), 'tones.wav');
    await status(page, '4 notes in 0:05');
  });
  after(() => page.close());

  test('gives its name to the MIDI file of its notes', async () => {
    const downloading = page.waitForEvent('download');
    await press(page, 'Save MIDI');
    assert.equal((await downloading).suggestedFilename(), 'tones.mid');
  });

  test('becomes notes, at their times, on the roll', async () => {
    const notes = await notesOf(page);
    assert.deepEqual(notes.map(({ pitch }) => pitch), TONES); // prettier-ignore
    notes.forEach(({ startTime }, i) => assert.ok(Math.abs(startTime - PLAYED[i].startTime) < 0.07));
    const described = await page.locator('onsets-frames canvas').getAttribute('aria-label');
    assert.match(described ?? '', /4 notes/);
  });

  test('has more notes, or fewer, when a slider moves, and the network does not run again', async () => {
    const computed = await page.evaluate(() => {
      const { model } = document.querySelector('onsets-frames') ?? {};
      Object.assign(globalThis, { begun: 0 });
      const begin = model?.begin.bind(model);
      Object.assign(model ?? {}, {
        begin(...args: []) {
          (globalThis as { begun?: number }).begun = 1;
          return begin?.(...args);
        },
      });
      return model !== undefined;
    });
    assert.ok(computed);
    await setSlider(page, 'Sure of strokes', 0.06);
    await setSlider(page, 'Sure of held notes', 0.06);
    await status(page, '5 notes in 0:05');
    assert.deepEqual(await pitchesOf(page), [...TONES, 72]);
    await setSlider(page, 'Sure of strokes', 0.5);
    await setSlider(page, 'Sure of held notes', 0.5);
    await status(page, '4 notes in 0:05');
    assert.equal(await page.evaluate(() => (globalThis as { begun?: number }).begun), 0);
  });

  test('is saved as a MIDI file', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), press(page, 'Save MIDI')]);
    const { readFile } = await import('node:fs/promises');
    const { notes } = readMidi(await readFile(await download.path()));
    assert.deepEqual(notes.map(({ pitch }) => pitch), TONES); // prettier-ignore
  });

  for (const hears of ['both', 'notes', 'recording'])
    test(`is played: ${hears}`, async () => {
      await page.locator('onsets-frames select').first().selectOption(hears);
      const { begun, struck } = await page.evaluate(async () => {
        const counts = { begun: 0, struck: 0 };
        const { start } = AudioBufferSourceNode.prototype;
        const { start: strike } = OscillatorNode.prototype;
        AudioBufferSourceNode.prototype.start = function (...args) {
          counts.begun++;
          start.apply(this, args);
        };
        OscillatorNode.prototype.start = function (...args) {
          counts.struck++;
          strike.apply(this, args);
        };
        const element = document.querySelector('onsets-frames');
        await element?.play({ from: 0.8 });
        while ((element?.position ?? 9) < 1.3) await new Promise((resolve) => setTimeout(resolve, 20));
        element?.stop();
        AudioBufferSourceNode.prototype.start = start;
        OscillatorNode.prototype.start = strike;
        return counts;
      });
      assert.equal(begun > 0, hears !== 'notes', `${begun} pieces of the recording`);
      assert.equal(struck > 0, hears !== 'recording', `${struck} notes`);
    });
});

describe('whatever else is dropped', () => {
  let page: Page;
  before(async () => {
    page = await open('/');
    await drop(page, wav(), 'tones.wav');
    await found(page, 4);
  });
  after(() => page.close());

  const failureOf = async (bytes: Uint8Array, name: string) => {
    await page.evaluate(() => {
      document.querySelector('onsets-frames')?.addEventListener(
        'sequence-failure',
        ({ error }) => Object.assign(globalThis, { code: error.code }), // prettier-ignore
        { once: true },
      );
    });
    await drop(page, bytes, name);
    const words = await alert(page);
    const code = await page.evaluate(() => (globalThis as { code?: string }).code);
    await page.locator('onsets-frames').getByRole('button', { name: 'Dismiss' }).click();
    return { code, words };
  };

  test('says what it is not, and what was there stays', async () => {
    const text = await failureOf(new TextEncoder().encode('no sound'), 'song.mp3');
    assert.equal(text.code, 'AUDIO_FORMAT');
    assert.match(text.words, /no recording that can be opened/);
    assert.equal((await failureOf(wav(new Float32Array(0)), 'empty.wav')).code, 'AUDIO_INVALID');
    assert.equal((await failureOf(new Uint8Array(0), 'nothing.wav')).code, 'AUDIO_FORMAT');
    assert.deepEqual(await pitchesOf(page), TONES);
  });

  test('or handed over by a script is told by a code', async () => {
    const codes = await page.evaluate(() =>
      Promise.all(
        [undefined, 'piano.wav', new Float32Array(9)].map((what) =>
          document
            .querySelector('onsets-frames')
            ?.transcribe(what as unknown as Blob)
            .catch(({ code }: { code: string }) => code),
        ),
      ),
    );
    assert.deepEqual(codes, ['AUDIO_INVALID', 'AUDIO_INVALID', 'AUDIO_INVALID']);
  });

  test('with a sample that is no number is heard up to there', async () => {
    const broken = new Float32Array(12 * 44100);
    broken.set(SOUND);
    broken[11 * 44100] = NaN;
    const { code } = await failureOf(wav(broken), 'broken.wav');
    assert.equal(code, 'AUDIO_INVALID');
    assert.deepEqual(await pitchesOf(page), TONES);
  });

  test('is taken in other formats, broken off, in silence', async () => {
    await drop(page, wav(SOUND, 'int16'), 'sixteen.wav');
    await status(page, '4 notes in 0:05');
    await drop(page, wav().subarray(0, 4 * 44100 * 2), 'truncated.wav');
    await status(page, /2 notes in 0:02; the recording is cut off, \d\.\d s are missing/);
    await drop(page, wav(new Float32Array(44100)), 'silence.wav');
    await status(page, 'No notes were found in it.');
    await drop(page, wav(new Float32Array(441)), 'ten-milliseconds.wav');
    await status(page, 'No notes were found in it.');
  });

  test('a checkpoint of another model leaves the one that is there', async () => {
    await page.evaluate(() => document.querySelector('onsets-frames')?.setAttribute('checkpoint', 'melody_rnn/small')); // prettier-ignore
    assert.match(await alert(page), /CHECKPOINT_OTHER_MODEL/);
    assert.ok(await page.evaluate(() => document.querySelector('onsets-frames')?.model?.description.isStreaming)); // prettier-ignore
  });
});

describe('a recording of hours', () => {
  test('is read in pieces, and can be given up; what was found stays, and can be redrawn', async () => {
    const page = await open('/');
    // Three hours of 16 bits: a file of which only the pieces that are read are ever made.
    const told = await page.evaluate(
      async (header) => {
        const bytes = Uint8Array.from(atob(header), (letter) => letter.charCodeAt(0));
        const seconds = 3 * 3600;
        new DataView(bytes.buffer).setUint32(40, seconds * 44100 * 2, true);
        const reads: number[] = [];
        const whole = new Blob([bytes]);
        Object.defineProperties(whole, {
          size: { value: 44 + seconds * 44100 * 2 },
          name: { value: 'hours.wav' },
          slice: {
            value(from: number, to: number) {
              reads.push(to - from);
              return from === 0 ? new Blob([bytes]) : new Blob([new Uint8Array(to - from)]);
            },
          },
        });
        const element = document.querySelector('onsets-frames');
        const reading = element?.transcribe(whole).catch(({ code }: { code: string }) => code);

        while (
          reads.length < 12 ||
          !element?.shadowRoot?.querySelector('[part=status]')?.textContent.includes('left')
        )
          await new Promise((resolve) => setTimeout(resolve, 20));
        const said = element?.shadowRoot?.querySelector('[part=status]')?.textContent ?? '';
        await element?.end();
        return {
          words: said,
          largest: Math.max(...reads.slice(1)),
          code: await reading,
          seconds: element?.duration,
        };
      },
      Buffer.from(wav(new Float32Array(0), 'int16').subarray(0, 44)).toString('base64'),
    );
    assert.match(told.words, /hours\.wav.*left/s);
    assert.equal(told.largest, 5 * 44100 * 2);
    assert.equal(told.code, 'ABORTED');
    assert.ok((told.seconds ?? 0) > 40);
    await setSlider(page, 'Sure of strokes', 0.3);
    await page.evaluate(() => document.querySelector('onsets-frames')?.updateComplete);
    assert.equal(await page.locator('onsets-frames [role=alert]').count(), 0);
    await page.close();
  });
});

describe('the microphone', () => {
  test('hands over all that it hears: a steady sound has no holes', async () => {
    const page = await open('/');
    const share = await page.evaluate(async () => {
      const { Microphone } = (await import('/dist/timbrel.js' as string)) as typeof Timbrel;
      const context = new AudioContext();
      const source = new ConstantSourceNode(context, { offset: 0.5 });
      const { stream } = source.connect(
        new MediaStreamAudioDestinationNode(context),
      ) as MediaStreamAudioDestinationNode;
      source.start();
      Object.assign(navigator.mediaDevices, {
        async getUserMedia() {
          return stream;
        },
      });
      const heard: number[] = [];
      const microphone = await Microphone.open({
        heard(samples) {
          heard.push(...samples);
        },
        lost() {},
      });
      while (heard.length < 2 * microphone.sampleRate)
        await new Promise((resolve) => setTimeout(resolve, 50));
      await microphone.close();
      const sound = heard.slice(heard.findIndex((sample) => sample !== 0));
      return sound.filter((sample) => sample === 0).length / sound.length;
    });
    // A machine that is busy drops a block now and then on its way from one context to the other.
    assert.ok(share < 0.1, `${Math.round(100 * share)} % of it is silent`);
    await page.close();
  });

  test('is asked for by a press, and what is played before it is found while it is played', async () => {
    const page = await open('/');
    await page.evaluate(() => {
      const events: string[] = [];
      Object.assign(globalThis, { events });
      for (const type of ['note-on', 'note-off', 'listen'] as const)
        document.addEventListener(type, (event) => events.push(`${type} ${'pitch' in event ? event.pitch : event.listening}`)); // prettier-ignore
    });
    await press(page, 'Listen');
    await found(page, 4);
    const measures = await page.locator('onsets-frames [part=measures]').textContent();
    assert.match(measures ?? '', /\d notes, \d\.\d s behind/);
    await page.waitForFunction(() =>
      (globalThis as unknown as { events: string[] }).events.includes('note-off 88'),
    );
    await press(page, 'Stop listening');
    await status(page, /\d notes in/);
    // The last piece of the sound is still waited for then.
    await page.waitForFunction(() =>
      (globalThis as unknown as { events: string[] }).events.includes('listen false'),
    );
    const events = await page.evaluate(() => (globalThis as unknown as { events: string[] }).events);
    assert.equal(events[0], 'listen true');
    assert.equal(events.at(-1), 'listen false');
    // A machine that is busy drops pieces of the sound, and a tone is struck again behind the gap.
    const told = events.filter((event, i) => event.startsWith('note') && event !== events[i - 2]);
    assert.deepEqual(told, TONES.flatMap((pitch) => [`note-on ${pitch}`, `note-off ${pitch}`])); // prettier-ignore
    await page.close();
  });

  test('plays an instrument of the page, live', async () => {
    const page = await open('/along');
    await page.waitForFunction(() => document.querySelector('gansynth-instrument')?.instrument?.description);
    await page.evaluate(async () => {
      await document.querySelector('onsets-frames')?.ready();
      const played: string[] = [];
      Object.assign(globalThis, { played });
      const synth = document.querySelector('gansynth-instrument')?.instrument;
      if (!synth) return;
      const [noteOn, noteOff] = [synth.noteOn.bind(synth), synth.noteOff.bind(synth)];
      synth.noteOn = (pitch, ...rest) => {
        played.push(`on ${pitch}`);
        noteOn(pitch, ...rest);
      };
      synth.noteOff = (pitch, ...rest) => {
        played.push(`off ${pitch}`);
        noteOff(pitch, ...rest);
      };
    });
    assert.match((await page.locator('onsets-frames [part=advice]').textContent()) ?? '', /Headphones/);
    // Nothing comes back to this microphone, whose tones are octaves and twelfths of each other.
    await page.locator('onsets-frames').getByLabel('I wear headphones').check();
    await press(page, 'Listen');
    // All that was struck was let go of, the last tone too.
    await page.waitForFunction(() => {
      const { played } = globalThis as unknown as { played: string[] };
      const ends = played.filter((each) => each.startsWith('off')).length;
      return played.includes('off 88') && 2 * ends === played.length;
    }, undefined, { timeout: 30_000 }); // prettier-ignore
    const played = await page.evaluate(() => (globalThis as unknown as { played: string[] }).played);
    // A machine that is busy drops pieces of the sound, and a tone is struck again behind the gap.
    const struck = played.filter((each) => each.startsWith('on')).map((each) => Number(each.slice(3)));
    assert.deepEqual(struck.filter((pitch, i) => pitch !== struck[i - 1]), TONES); // prettier-ignore
    assert.equal(played.filter((each) => each.startsWith('off')).length, struck.length);
    // It sounds: a note is rendered, and heard behind the instrument's output.
    const peak = await page.evaluate(async () => {
      const synth = document.querySelector('gansynth-instrument')?.instrument;
      if (!synth?.output) return 0;
      const analyser = new AnalyserNode(synth.output.context);
      synth.output.connect(analyser);
      document.querySelector('onsets-frames')?.target?.noteOn(72, 100, 0);
      const samples = new Float32Array(analyser.fftSize);
      for (let look = 0; look < 600; look++) {
        analyser.getFloatTimeDomainData(samples);
        const loudest = samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        if (loudest > 0.01) return loudest;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return 0;
    });
    assert.ok(peak > 0.01);
    await page.close();
  });

  test('that is unplugged in the middle leaves what was heard', async () => {
    const page = await open('/');
    await page.evaluate(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
      navigator.mediaDevices.getUserMedia = async (constraints) => {
        const stream = await ask(constraints);
        Object.assign(globalThis, { stream });
        return stream;
      };
    });
    await press(page, 'Listen');
    await found(page, 2);
    await page.evaluate(() => {
      const [track] = (globalThis as unknown as { stream: MediaStream }).stream.getAudioTracks();
      track.stop();
      track.dispatchEvent(new Event('ended'));
    });
    assert.match(await alert(page), /unplugged. What was heard is kept.*MICROPHONE_LOST/s);
    assert.ok((await pitchesOf(page)).length >= 2);
    assert.equal(await page.evaluate(() => document.querySelector('onsets-frames')?.listening), false);
    await page.close();
  });

  test('that is denied is told in words, and can be asked for again', async () => {
    const denied = await browser.newContext();
    const page = await open('/', denied);
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));
    });
    await press(page, 'Listen');
    assert.match(await alert(page), /not allowed here.*MICROPHONE_DENIED/s);
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException('Requested device not found', 'NotFoundError'));
    });
    await press(page, 'Listen');
    await page.locator('onsets-frames [role=alert]').getByText('There is no microphone').first().waitFor();
    await denied.close();
  });

  test('is refused to a network that reads both ways, and let go of', async () => {
    const page = await open('/backwards');
    await press(page, 'Listen');
    assert.match(await alert(page), /whole recordings only.*STREAMING_UNSUPPORTED/s);
    await page.locator('onsets-frames').getByRole('button', { name: 'Listen', exact: true }).waitFor();
    await drop(page, wav(tonesOf([], 2, 44100)), 'both-ways.wav');
    await status(page, /in 0:02|No notes/);
    await page.close();
  });
});

describe('what was heard', () => {
  test('is answered by a writer of music, by a click', async () => {
    const page = await open('/answer');
    await drop(page, wav(), 'tones.wav');
    await status(page, '4 notes in 0:05');
    await press(page, 'Let it answer');
    await page.waitForFunction(
      () => (document.querySelector('performance-rnn')?.sequence.notes.length ?? 0) > 4,
      undefined,
      { timeout: 60_000 },
    );
    const primer = await page.evaluate(() => document.querySelector('performance-rnn')?.primer.notes);
    assert.deepEqual(primer?.map(({ pitch }) => pitch), TONES); // prettier-ignore
    assert.equal(primer?.[0].startTime, 0);
    await page.close();
  });
});
