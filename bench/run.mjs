// Every claim about speed comes from here. Peers run interleaved with ours in one page or process, figures are
// medians, and what depends on the machine is a ratio.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { serve } from '../scripts/static-server.mjs';
import { measureDemo } from './demo-pages.mjs';
import { measureLoad } from './page-load.mjs';
import { writeSyntheticCheckpoint } from './synthetic-checkpoint.mjs';
import { writeVectorCheckpoints } from './vector-checkpoints.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const BROWSER_ARGS = [
  '--no-sandbox',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** @magenta/music as a page without a bundler loads it: scripts that make globals. */
const magenta = (model) =>
  ['@tensorflow/tfjs/dist/tf.min.js', `@magenta/music/es6/${model}.js`]
    .map((file) => `<script src="/peers/${file}"></script>`)
    .join('');
const PEERS = {
  magenta: magenta('gansynth'),
  'event-rnn': magenta('music_rnn'),
  'music-vae': magenta('music_vae'),
  'onsets-frames': magenta('transcription'),
};

/** Parts that are a page. */
const PAGES = [
  'note',
  'magenta',
  'workers',
  'engine',
  'event-rnn',
  'music-vae',
  'music-transformer',
  'listening',
  'onsets-frames',
  'nsynth-gpu',
  'music-transformer-gpu',
];

const PARTS = {
  /** One full-size note and one of default size: ours, tfjs-backend-wasm; one thread, Chromium. */
  note: (context) => inPage(context, 'note'),
  /** The same in Node. */
  node: (context) => inNode(context, 'note-node'),
  /** One full-size note: ours against @magenta/music, 3 rounds. */
  magenta: (context) => inPage(context, 'magenta'),
  /** Two notes at once on two workers. */
  workers: (context) => inPage(context, 'workers'),
  /** The audio thread: 16 voices, note-on to onset, the resampler's cost. */
  engine: (context) => inPage(context, 'engine'),
  /** Event RNNs: ours against @magenta/music. */
  'event-rnn': (context) => inPage(context, 'event-rnn'),
  /** MusicVAE: ours against @magenta/music, 3 rounds. */
  'music-vae': (context) => inPage(context, 'music-vae'),
  /** Music Transformer: tokens a second, ours and tfjs-backend-wasm. */
  'music-transformer': (context) => inPage(context, 'music-transformer'),
  /** A minute of <music-transformer>, played while it is written: longest task, late notes, first note, abort. */
  listening: (context) => inPage(context, 'listening'),
  /** Onsets and Frames: ours against @magenta/music, which has one round. */
  'onsets-frames': (context) => inPage(context, 'onsets-frames'),
  /** NSynth in Node: the sample loop, voices in lockstep, the encoder. */
  nsynth: (context) => inNode(context, 'nsynth-node'),
  /** NSynth's WaveNets on WebGPU; no rows where there is no GPU. */
  'nsynth-gpu': (context) => inPage(context, 'nsynth-gpu'),
  /** Magenta's size of Music Transformer on WebGPU; no rows where there is no GPU. */
  'music-transformer-gpu': (context) => inPage(context, 'music-transformer-gpu'),
  /** What a page loads, how long its main thread is busy, when the demo sounds and what moves. */
  page: async (context) => [...(await measureLoad(context)), ...(await measureDemo(context))],
};

/** A part that is a program of Node: its last line is its rows. */
function inNode({ scratch }, name) {
  const args = ['--experimental-wasm-relaxed-simd', '--import', 'tsx', `bench/${name}.ts`];
  const output = execFileSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TIMBREL_BENCH_SCRATCH: scratch },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.toString().trim().split('\n').at(-1));
}

export async function runBenchmarks(names) {
  const chosen = names.length > 0 ? names : Object.keys(PARTS);
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'timbrel-bench-'));
  writeSyntheticCheckpoint(path.join(scratch, 'checkpoint'));
  writeVectorCheckpoints(path.join(scratch, 'vectors'), root);
  // A worker finds its kernels beside its script; these pages compute themselves.
  for (const kernels of ['lstm', 'conv-stack'])
    for (const build of ['simd', 'relaxed'])
      copyFileSync(
        path.join(root, `dist/${kernels}.${build}.wasm`),
        path.join(scratch, `${kernels}.${build}.wasm`),
      );
  await build({
    entryPoints: PAGES.map((name) => path.join(root, `bench/pages/${name}.ts`)),
    bundle: true,
    format: 'esm',
    outdir: scratch,
    target: 'es2022',
    external: ['node:*'],
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    logLevel: 'error',
  });
  const server = await serve({
    roots: {
      '/scratch/': scratch,
      '/dist/': path.join(root, 'dist'),
      '/tfjs-wasm/': path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist'),
      '/golden/': path.join(root, 'test/golden'),
      '/peers/': path.join(root, 'bench/node_modules'),
    },
    pages: Object.fromEntries(
      PAGES.map((name) => [
        `/${name}.html`,
        `<!doctype html>${PEERS[name] ?? ''}<script type="module" src="/scratch/${name}.js"></script>`,
      ]),
    ),
  });
  const browser = await chromium.launch({ executablePath: process.env.TIMBREL_CHROME, args: BROWSER_ARGS });
  const run = { date: new Date().toISOString().slice(0, 10), machine: machine(browser.version()) };
  const results = { runs: Object.fromEntries(chosen.map((name) => [name, run])), rows: [] };
  try {
    for (const name of chosen) {
      console.log(`\n${name} ...`);
      const rows = await PARTS[name]({ browser, server, scratch, root });
      results.rows.push(...rows.map((row) => ({ part: name, ...row })));
      for (const row of rows) console.log(format(row));
    }
  } finally {
    await browser.close();
    await server.close();
    rmSync(scratch, { recursive: true, force: true });
  }
  merge(results);
  console.log(`\n${run.machine}`);
}

/** Runs bench/pages/NAME.ts in a page of its own and returns its rows. */
async function inPage({ browser, server }, name) {
  const page = await browser.newPage();
  page.on('pageerror', (error) => console.error(error));
  await page.goto(`${server.url}/${name}.html`);
  await page.waitForFunction(() => globalThis.benchmark !== undefined, undefined, { timeout: 60_000 });
  const rows = await page.evaluate(() => globalThis.benchmark());
  await page.close();
  return rows;
}

function machine(chromiumVersion) {
  const [cpu] = os.cpus();
  return `${cpu.model.trim()}, ${os.cpus().length} cores, ${os.platform()} ${os.arch()}, Node ${process.versions.node}, Chromium ${chromiumVersion}`;
}

function format({ name, value, unit, note = '' }) {
  return `  ${name.padEnd(66)} ${String(value).padStart(9)} ${unit}${note ? `   ${note}` : ''}`;
}

/** Parts that were not run this time keep their last figures, with the day and the machine of these. */
function merge(results) {
  const file = path.join(root, 'bench/results.json');
  let earlier = { runs: {}, rows: [] };
  try {
    earlier = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // The first run.
  }
  const { date, machine: where } = earlier;
  // Once all parts had one date.
  earlier.runs ??= Object.fromEntries(earlier.rows.map(({ part }) => [part, { date, machine: where }]));
  const all = {
    runs: { ...earlier.runs, ...results.runs },
    rows: [...earlier.rows.filter(({ part }) => !(part in results.runs)), ...results.rows],
  };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  writeFileSync(path.join(root, 'docs/performance.md'), report(all));
}

/** One sentence where all parts were run on one day and one machine, else one for each. */
function days(runs) {
  const said = new Map();
  for (const [part, { date, machine: where }] of Object.entries(runs)) {
    const when = `${date}, ${where}`;
    said.set(when, [...(said.get(when) ?? []), part]);
  }
  if (said.size === 1) return `${[...said.keys()][0]}.`;
  return [...said].map(([when, parts]) => `${parts.join(', ')}: ${when}.`).join(' ');
}

/** docs/performance.md: written here, so that it says what was measured. */
function report({ runs, rows }) {
  const line = ({ name, value, unit, note = '' }) => `| ${name} | ${value} ${unit} | ${note} |`;
  return [
    '# Performance',
    '',
    `Written by \`npm run bench\`. ${days(runs)}`,
    '',
    'Medians. Peers run interleaved with ours in one page or process; a ratio is the median of the ratios round by round. The',
    'machine is shared and noisy: trust ratios before milliseconds.',
    '',
    '| what | figure | spread |',
    '| --- | --- | --- |',
    ...rows.map(line),
    '',
    '- **Full size** is the network Magenta published (7.3 M parameters, 14.15 GMAC a note of 4 s); **default size** is what the',
    '  package ships (0.94 M, 0.89 GMAC). One thread.',
    '- **A note** is 4 s of audio; tfjs, which has no inverse of its own here, is given ours.',
    '- **Onset**: from `GANSynthInstrument.noteOn` to the first sample above -60 dB of the peak of the note, less its place in the note',
    "  itself, by the page's and the audio thread's clock, which has 1 ms.",
    '- **Relaxed SIMD** has fused multiply-adds. They help where a processor multiplies and adds in the same units: on the one of',
    '  2026-11-23 this table said 6.8 (Chromium) and 7.1 (Node) times tfjs with relaxed SIMD, 5.5 with plain. On one that has units for',
    '  both, such as that of 2026-11-28, the two builds are alike, and tfjs comes nearer to its peak too.',
    '- **@magenta/music** 1.23.1 chooses its backend itself; without a GPU that is WebGL in software.',
    '- **16 voices** all bend and begin a cross-fade every 60 ms; the wall time of an offline render over its length, less that of',
    '  an empty graph that is suspended as often.',
    "- **The demo's pages**: a fresh profile with an empty cache; sound is what goes into the context's destination, above -60 dB. Slow 4G",
    '  answers after 562 ms and sends 180 kB/s, text compressed, six requests at once. A layout shift is the sum of all shifts.',
    '- **Longest task**: Chromium reports tasks from 50 ms on, shorter ones are 0 here; pages have text, whose first layout looks for fonts.',
    '- **Music Transformer**: 16 x 512 are 50.6 M parameters, 4 x 128 is the shape that the package ships. One core reads 29 to 35 GB/s from',
    '  memory and 36 to 43 from its caches, and multiplies 17 to 18 GMAC/s in int16 (quiet): the notes say how near a rate is to that.',
    '- **`<music-transformer>`** plays, endless, on an instrument that writes down what it is given; weights as shipped. The first note is handed',
    '  over ahead of its time, so its wait is that for the writing; an abort is over when the worker answers the next call.',
    '- WebGPU on a GPU was not measured: the machine has none.',
    '',
  ].join('\n');
}
