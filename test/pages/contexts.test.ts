/** Other people's AudioContexts, and pages on which an instrument cannot play: a fallback or one coded error. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { dist, launch, openInstrument, pageWithElement, root, type Server } from './browser.js';

let browser: Browser;
let server: Server;
let page: Page;
const pages: Record<string, string> = {};

/** A module of other people's code, bundled: what a page brings along. */
async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

before(async () => {
  browser = await launch();
  server = await serve({ roots: { '/dist/': dist, '/copy/': dist }, pages });
  pages['/'] = pageWithElement(`${server.url}/dist`, 'backend="wasm"');
  ({ page } = await openInstrument(browser, `${server.url}/`));
  await page.locator('gansynth-instrument h2').click();
});

after(async () => {
  await browser.close();
  await server.close();
});

/** Plays a note in a context that `make` makes from the bundled `module`, and returns the peak of what came out. */
async function peakIn(module: string, make: string): Promise<number> {
  const code = `data:text/javascript;base64,${Buffer.from(module).toString('base64')}`;
  return page.evaluate(
    async ([url, expression]) => {
      const other = await import(url);
      const { GANSynthInstrument } = await import(['', 'dist', 'index.js'].join('/'));
      const { context, destination } = await new Function('other', `return (${expression})(other)`)(other);
      const instrument = new GANSynthInstrument({ backend: 'wasm' });
      await instrument.load();
      await instrument.start({ context, destination });
      instrument.noteOn(60, 100);
      let peak = 0;
      instrument.addEventListener(
        'meter',
        (event: Event & { peak?: number }) => (peak = Math.max(peak, event.peak ?? 0)),
      );
      for (let i = 0; i < 50 && peak < 0.01; i++) await new Promise((resolve) => setTimeout(resolve, 100));
      instrument.dispose();
      return peak;
    },
    [code, make],
  );
}

describe('an instrument plays in', () => {
  test('a native context', async () => {
    assert.ok((await peakIn('', '() => ({ context: new AudioContext() })')) > 0.01);
  });

  test('a context of standardized-audio-context, into one of its nodes, from two copies of the package', async () => {
    const module = await bundle(`export { AudioContext, GainNode } from 'standardized-audio-context';`);
    for (const copy of [module, `${module}\n// another copy`]) {
      const made = await peakIn(
        copy,
        `({ AudioContext, GainNode }) => {
          const context = new AudioContext();
          const destination = new GainNode(context);
          destination.connect(context.destination);
          return { context, destination };
        }`,
      );
      assert.ok(made > 0.01);
    }
  });

  test("Tone's raw context, and Tone's context itself", async () => {
    const module = await bundle(`export * from 'tone';`);
    for (const context of ['rawContext', 'self']) {
      const made = await peakIn(
        module,
        `async (Tone) => {
          await Tone.start();
          const context = Tone.getContext();
          return { context: '${context}' === 'self' ? context : context.rawContext };
        }`,
      );
      assert.ok(made > 0.01, context);
    }
  });
});

/** The code of the error that `body` ends with; `instrument` and `GANSynth` are at hand. */
function codeOf(body: string): Promise<string> {
  return page.evaluate(async (source) => {
    const timbrel = await import(['', 'dist', 'index.js'].join('/'));
    const run = new Function('timbrel', `return (async () => { ${source} })()`);
    return run(timbrel).then(
      () => 'no error',
      (error: Error & { code?: string }) => error.code ?? String(error),
    );
  }, body);
}

const CODES: [string, string, string][] = [
  [
    'a context that is closed',
    'AUDIO_CONTEXT_CLOSED',
    `const context = new AudioContext(); await context.close(); await new timbrel.GANSynthInstrument().start({ context });`,
  ],
  [
    'a context that is none',
    'AUDIO_CONTEXT_UNSUPPORTED',
    `await new timbrel.GANSynthInstrument().start({ context: { sampleRate: 1, currentTime: 0 } });`,
  ],
  [
    'a destination that is none',
    'AUDIO_CONTEXT_UNSUPPORTED',
    `await new timbrel.GANSynthInstrument().start({ destination: {} });`,
  ],
  [
    'a note after the context was closed',
    'AUDIO_CONTEXT_CLOSED',
    `const i = new timbrel.GANSynthInstrument(); const context = new AudioContext(); await i.start({ context }); await context.close(); i.noteOn(60);`,
  ],
  ['a pitch out of range', 'PITCH_RANGE', `new timbrel.GANSynthInstrument().noteOn(128);`],
  ['a pitch that is no number', 'PITCH_RANGE', `new timbrel.GANSynthInstrument().noteOn(NaN);`],
  ['a velocity out of range', 'VELOCITY_RANGE', `new timbrel.GANSynthInstrument().noteOn(60, 128);`],
  [
    'a latent of the wrong length',
    'LATENT_INVALID',
    `new timbrel.GANSynthInstrument().setLatent(new Float32Array(3));`,
  ],
  ['an unknown checkpoint', 'CHECKPOINT_UNKNOWN', `await timbrel.GANSynth.load('gansynth/none');`],
  ['an address where nothing is', 'CHECKPOINT_MISSING', `await timbrel.GANSynth.load('/nothing/here');`],
  [
    'a host that is not there',
    'CHECKPOINT_UNREACHABLE',
    `await timbrel.GANSynth.load('http://localhost:9/x');`,
  ],
  [
    'a load that is aborted',
    'ABORTED',
    `await timbrel.GANSynth.load(undefined, { signal: AbortSignal.abort() });`,
  ],
  [
    'a note that is aborted',
    'ABORTED',
    `const m = await timbrel.GANSynth.load(); const c = new AbortController(); const n = m.generate({ pitch: 60, signal: c.signal }); c.abort(); await n;`,
  ],
  [
    'a model that was disposed',
    'DISPOSED',
    `const m = await timbrel.GANSynth.load(); m.dispose(); await m.generate({ pitch: 60 });`,
  ],
  [
    'an unknown backend',
    'BACKEND_UNAVAILABLE',
    `await timbrel.GANSynth.load(undefined, { backend: 'cuda' });`,
  ],
  [
    'WebGPU where there is none',
    'GPU_UNAVAILABLE',
    `await timbrel.GANSynth.load(undefined, { backend: 'webgpu' });`,
  ],
];

describe('one coded error for', () => {
  for (const [name, code, body] of CODES) {
    test(name, async () => assert.equal(await codeOf(body), code));
  }
});

test('a page that is not secure says INSECURE_CONTEXT', async () => {
  // The same files by a name that browsers do not take for local.
  const insecure = await (await launch(['--host-resolver-rules=MAP insecure.test 127.0.0.1'])).newPage();
  await insecure.goto(`http://insecure.test:${new URL(server.url).port}/`);
  const code = await insecure.evaluate(async () => {
    const { GANSynthInstrument } = await import(['', 'dist', 'index.js'].join('/'));
    return new GANSynthInstrument().start().then(
      () => 'no error',
      (error: Error & { code?: string }) => error.code ?? String(error),
    );
  });
  assert.equal(code, 'INSECURE_CONTEXT');
  await insecure.context().browser()?.close();
});

test('a script that is loaded twice leaves the elements to the first and warns once', async () => {
  const twice = await browser.newPage();
  const warnings: string[] = [];
  twice.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  await twice.goto(`${server.url}/`);
  await twice.evaluate(async () => {
    await import(['', 'copy', 'timbrel.js'].join('/'));
  });
  assert.equal(
    warnings.filter((text) => text.includes('SCRIPT_LOADED_TWICE')).length,
    1,
    warnings.join('\n'),
  );
  await twice.close();
});
