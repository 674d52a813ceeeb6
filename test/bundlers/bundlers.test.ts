/** The package as others use it: packed, installed, built by bundlers and frameworks in their newest version, and played in a browser. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { serve } from '../../scripts/static-server.mjs';
import { launch, root } from '../pages/browser.js';
import {
  ESBUILDS,
  FRAMEWORK_NAMES,
  VITES,
  buildWithESBuild,
  buildWithNext,
  buildWithVite,
  buildWithWebpack,
  packages,
  packagesBefore,
  serveWithNext,
  serveWithVite,
} from './bundlers.mjs';

const PAGE = (
  script: string,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,">
<gansynth-instrument backend="wasm"></gansynth-instrument>
${script}`;

/** A listener for every event of every element: what it reads must be there, and be of its type. */
const CONSUMER = `
import type { InstrumentFailureEvent } from 'timbrel/elements/gansynth-instrument';
import type { MorphInputEvent } from 'timbrel/elements/morph-pad';
import type { AllSoundOffEvent, NoteOnEvent } from 'timbrel/elements/midi-input';
import type { NoteOffEvent } from 'timbrel/elements/piano-keyboard';
import type {} from 'timbrel/elements/rainbow-gram';
import type { SeekEvent } from 'timbrel/elements/piano-roll';
import type { SequenceChangeEvent } from 'timbrel/elements/melody-rnn';
import type {} from 'timbrel/elements/drums-rnn';
import type {} from 'timbrel/elements/improv-rnn';
import type {} from 'timbrel/elements/polyphony-rnn';
import type {} from 'timbrel/elements/performance-rnn';
import { GANSynthInstrument, type NoteSequence } from 'timbrel';
import { MusicVAE } from 'timbrel/music-vae';
import { quantizeNoteSequence } from 'timbrel/music';

export const model: Promise<MusicVAE> = MusicVAE.load();
export const instrument = new GANSynthInstrument({ voices: 8 });
export const steps = (sequence: NoteSequence) => quantizeNoteSequence(sequence, 4).totalQuantizedSteps;

const one = <K extends keyof HTMLElementTagNameMap>(name: K) => document.querySelector(name)!;
export const heard: unknown[] = [];
one('gansynth-instrument').addEventListener('instrument-failure', (event) => heard.push(event.error.code));
one('gansynth-instrument').addEventListener('instrument-failure', (event: InstrumentFailureEvent) => heard.push(event));
one('gansynth-instrument').noteOn(60);
one('morph-pad').addEventListener('morph-input', (event: MorphInputEvent) => heard.push(event.x.toFixed()));
one('morph-pad').addEventListener('morph-change', (event) => heard.push(event.y.toFixed()));
one('piano-keyboard').addEventListener('note-on', (event) => heard.push(event.velocity.toFixed()));
one('piano-keyboard').addEventListener('note-off', (event: NoteOffEvent) => heard.push(event.pitch.toFixed()));
one('midi-input').addEventListener('note-on', (event: NoteOnEvent) => heard.push(event.pitch.toFixed()));
one('midi-input').addEventListener('all-sound-off', (event: AllSoundOffEvent) => heard.push(event));
one('midi-input').addEventListener('pitch-bend', (event) => heard.push(event.semitones.toFixed()));
one('midi-input').addEventListener('midi-error', (event) => heard.push(event.error.code));
one('rainbow-gram').spectrogram = undefined;
one('piano-roll').addEventListener('roll-seek', (event: SeekEvent) => heard.push(event.position.toFixed()));
for (const name of ['melody-rnn', 'drums-rnn', 'improv-rnn', 'polyphony-rnn', 'performance-rnn'] as const) {
  one(name).addEventListener('sequence-change', (event: SequenceChangeEvent) => heard.push(event.sequence.notes));
  one(name).addEventListener('sequence-failure', (event) => heard.push(event.error.code));
  one(name).addEventListener('sequence-play', (event) => heard.push(event.playing));
}
`;
const TSCONFIG = {
  compilerOptions: {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    target: 'es2022',
    module: 'nodenext',
    lib: ['es2022', 'dom', 'dom.iterable'],
    types: [],
  },
  files: ['consumer.ts'],
};

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly sideEffects: readonly string[];
};

/** What the pages of these tests import besides, and of which the major before is tested too. */
const WITH_BEFORE = ['@types/react', '@types/react-dom', 'next', 'react', 'react-dom'];
const BESIDE = [...WITH_BEFORE, 'svelte', 'typescript', 'vue'];

/** What npm would install beside the package: its dependencies and theirs. */
function installedWith(names: readonly string[], found = new Set<string>()): ReadonlySet<string> {
  for (const name of names.filter((one) => !found.has(one))) {
    found.add(name);
    const file = path.join(root, 'node_modules', name, 'package.json');
    const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as { dependencies?: object };
    installedWith(Object.keys(dependencies), found);
  }
  return found;
}

const consumers = fileURLToPath(new URL('consumers/', import.meta.url));

const versionOf = (name: string, folder = packages) =>
  (JSON.parse(readFileSync(path.join(folder, name, 'package.json'), 'utf8')) as { version: string }).version;

/** Runs a program that is installed for these tests. @returns what it prints */
const runTool = (script: string, args: readonly string[], cwd = app) =>
  spawnSync(process.execPath, [path.join(packages, script), ...args], { cwd, encoding: 'utf8' }).stdout;

let app: string;
/** An app below it that has the major before of what {@link WITH_BEFORE} names. */
let appBefore: string;
let browser: Browser;

/** Links a package into an app, as if it were installed there. */
function link(from: string, name: string, into: string): void {
  const to = path.join(into, 'node_modules', name);
  mkdirSync(path.dirname(to), { recursive: true });
  symlinkSync(path.join(from, name), to);
}

before(async () => {
  browser = await launch();
  app = mkdtempSync(path.join(tmpdir(), 'timbrel-app-'));
  const installed = path.join(app, 'node_modules/timbrel');
  mkdirSync(installed, { recursive: true });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', app], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString(),
  ) as { filename: string }[];
  execFileSync('tar', ['-xzf', path.join(app, filename), '-C', installed, '--strip-components=1']);
  for (const name of installedWith(Object.keys(manifest.dependencies)))
    link(path.join(root, 'node_modules'), name, app);
  for (const name of BESIDE) link(packages, name, app);
  appBefore = path.join(app, 'before');
  // A copy: what it imports by name is to be found in that app.
  cpSync(installed, path.join(appBefore, 'node_modules/timbrel'), { recursive: true });
  for (const name of WITH_BEFORE) link(packagesBefore, name, appBefore);
  writeFileSync(path.join(app, 'package.json'), '{"name":"app","private":true,"type":"module"}');
  writeFileSync(path.join(app, 'main.js'), "import 'timbrel/elements/gansynth-instrument';\n");
  writeFileSync(path.join(app, 'index.html'), PAGE('<script type="module" src="/main.js"></script>'));
});

after(async () => {
  await browser?.close();
  if (app) rmSync(app, { recursive: true, force: true });
});

/** A first visit: Vite finds the dependencies of what it was told not to bundle then, and loads the page again. */
async function visit(url: string): Promise<void> {
  const page = await browser.newPage();
  try {
    await page.goto(url, { waitUntil: 'networkidle' });
    await page.evaluate(() => customElements.whenDefined('gansynth-instrument'));
  } finally {
    await page.close();
  }
}

/** Opens a page, presses a key and waits for sound. @param tells where the page shows the pitch of the note */
async function plays(url: string, tells?: string): Promise<void> {
  const page = await browser.newPage();
  try {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on(
      'response',
      (response) => response.ok() || complaints.push(`${response.status()} ${response.url()}`),
    );
    await page.goto(url);
    await page.locator('gansynth-instrument h2').click();
    await page.keyboard.down('a');
    const heard = page.waitForFunction(
      () =>
        document
          .querySelector('gansynth-instrument')
          ?.shadowRoot?.querySelector('[role=meter]')
          ?.getAttribute('aria-valuenow') !== '0.00',
      undefined,
      { timeout: 30_000 },
    );
    await heard.catch((error) => assert.fail(`${error}\n${complaints.join('\n')}`));
    if (tells) {
      // A page that a server rendered hears events when its framework has taken it over, which may be after the first key.
      await page.keyboard.up('a');
      await page.keyboard.down('a');
      // Of the page itself, not of what stands in the element.
      await page.waitForFunction((name) => document.querySelector(name)?.textContent === '60', tells, {
        timeout: 10_000,
      });
    }
    assert.deepEqual(complaints, []);
  } finally {
    await page.close();
  }
}

/** Checks what a framework's own checker thinks of the page, and that it sees what is wrong. */
const checkReact = (folder: string) => {
  for (const version of ['typescript-least', 'typescript-newest'])
    assert.equal(runTool(`${version}/bin/tsc`, ['-p', '.'], folder), '', version);
};
const checkTypes: Readonly<Record<string, (folder: string) => void>> = {
  react: checkReact,
  'react-before': checkReact,
  vue: (folder) => assert.equal(runTool('vue-tsc/bin/vue-tsc.js', ['-p', '.'], folder), ''),
  svelte: (folder) => {
    const printed = runTool(
      'svelte-check/bin/svelte-check',
      ['--tsconfig', 'tsconfig.json', '--output', 'machine'],
      folder,
    );
    const errors = printed.split('\n').flatMap((line) => / ERROR (.*)/.exec(line)?.[1] ?? []);
    assert.equal(errors.length, 3, printed);
    for (const [i, line] of [6, 7, 8].entries())
      assert.ok(errors[i].startsWith(`"Types.svelte" ${line}:`), errors[i]);
  },
};

/** How many copies of Lit a page evaluates: each counts itself in. */
async function litsOf(folder: string): Promise<number> {
  const server = await serve({ roots: { '/': folder } });
  const page = await browser.newPage();
  try {
    await page.goto(`${server.url}/index.html`);
    await page.evaluate(() => customElements.whenDefined('piano-keyboard'));
    await page.locator('own-element').filter({ hasText: 'own' }).waitFor();
    return await page.evaluate(
      () => (globalThis as { litElementVersions?: readonly string[] }).litElementVersions?.length ?? 0,
    );
  } finally {
    await page.close();
    await server.close();
  }
}

async function playsFrom(folder: string, tells?: string): Promise<void> {
  const server = await serve({ roots: { '/': folder } });
  try {
    await plays(`${server.url}/index.html`, tells);
  } finally {
    await server.close();
  }
}

describe('the package', () => {
  test('holds weights, and no source map nor a word of one', () => {
    const installed = path.join(app, 'node_modules/timbrel');
    const files = readdirSync(installed, { recursive: true }).map(String);
    assert.ok(files.some((file) => file.endsWith('.bin')));
    assert.deepEqual(
      files.filter((file) => file.endsWith('.map')),
      [],
    );
    const scripts = files.filter((file) => /^dist\/[^/]+\.js$/.test(file));
    assert.ok(scripts.length > 20);
    const elements = scripts.filter((file) => file.endsWith('.element.js'));
    assert.ok(elements.length >= 12);
    // package.json says of these files that they do something: what defines the tag must stand in them, not in a chunk.
    const defines = (file: string) =>
      new RegExp(`\\("${path.basename(file, '.element.js')}",`).test(
        readFileSync(path.join(installed, file), 'utf8'),
      );
    assert.deepEqual(
      elements.filter((file) => !defines(file)),
      [],
      'elements that a bundler may drop',
    );
    const mapped = (file: string) =>
      /^\/\/# sourceMappingURL=/m.test(readFileSync(path.join(installed, file), 'utf8'));
    assert.deepEqual(scripts.filter(mapped), []);
  });

  test('has errors that are called by their name', () => {
    const script = `import { TimbrelError } from 'timbrel';
console.log(TimbrelError.name, new TimbrelError('ABORTED', 'no').constructor.name);
throw new TimbrelError('ABORTED', 'no more');`;
    writeFileSync(path.join(app, 'throws.js'), script);
    const { stdout, stderr } = spawnSync(process.execPath, ['throws.js'], { cwd: app, encoding: 'utf8' });
    assert.equal(stdout, 'TimbrelError TimbrelError\n');
    assert.match(stderr, /^TimbrelError: no more \[ABORTED\]/m);
  });

  const TYPESCRIPTS = ['typescript-least', 'typescript', 'typescript-newest'];

  for (const [entries, only] of [
    ['each element', ''],
    ['the script for pages', 'timbrel/timbrel.js'],
  ] as const) {
    test(`types tags and events for whoever imports ${entries}, without errors in its own types, in TypeScript 5.7 and later`, () => {
      const code = only ? CONSUMER.replace(/timbrel\/elements[^']+/g, only) : CONSUMER;
      writeFileSync(path.join(app, 'consumer.ts'), code);
      writeFileSync(path.join(app, 'tsconfig.json'), JSON.stringify(TSCONFIG));
      for (const version of TYPESCRIPTS)
        assert.equal(runTool(`${version}/bin/tsc`, ['-p', '.']), '', version);
    });
  }

  test('names the least versions of TypeScript and of Node that README names', () => {
    const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
    assert.match(versionOf('typescript-least'), /^5\.7\./);
    assert.match(readme, /TypeScript 5\.7 or later/);
    assert.match(readme, /Node 20\.16 or later/);
  });

  test('is tested with the newest major of Vite, and with the one before', () => {
    const [newest, before] = Object.keys(VITES).map((name) => Number(/\d+/.exec(name)?.[0]));
    assert.equal(
      before,
      newest - 1,
      'test/bundlers/package.json: vite-before is to be the major before the newest',
    );
  });

  for (const name of ['next', 'react'])
    test(`is tested with the newest major of ${name}, and with the one before`, () => {
      const [newest, before] = [packages, packagesBefore].map((folder) =>
        Number.parseInt(versionOf(name, folder)),
      );
      assert.equal(before, newest - 1, `test/bundlers/before/package.json: the ${name} is to be that`);
    });

  test('is tested with the newest minor of esbuild, which has no major, and with the one before', () => {
    const [newest, before] = Object.keys(ESBUILDS).map((name) => Number(/0\.(\d+)/.exec(name)?.[1]));
    assert.equal(
      before,
      newest - 1,
      'test/bundlers/package.json: esbuild-before is to be the minor before the newest',
    );
  });
});

/** Bytes of the files of a folder whose names match. */
function bytesOf(folder: string, names: RegExp): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => names.test(file));
  return files.reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
}

describe('a page that imports one model carries its weights along, and no others', () => {
  /** A megabyte: the weights of MelodyRNN. Those of all models are 34. */
  const WEIGHTS = statSync(path.join(root, 'checkpoints/melody-rnn-small/group1-shard1of1.bin')).size;
  const pageOf = (entry: string) => {
    const folder = path.join(app, `one ${entry.replace('/', ' ')}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'index.html'), '<script type="module" src="/main.js"></script>');
    writeFileSync(
      path.join(folder, 'main.js'),
      `import { MelodyRNN } from '${entry}';\nconsole.log(MelodyRNN.load);`,
    );
    return folder;
  };

  for (const version of Object.keys(VITES)) {
    test(`from timbrel/melody-rnn, built by ${version}`, async () => {
      const folder = pageOf('timbrel/melody-rnn');
      const outDir = path.join(folder, version);
      await buildWithVite(version, folder, outDir);
      assert.equal(bytesOf(outDir, /\.bin$/), WEIGHTS);
      assert.ok(bytesOf(outDir, /./) < 4e6);
    });
  }

  test('from timbrel as well, built by webpack', async () => {
    const folder = pageOf('timbrel');
    const outDir = path.join(folder, 'webpack');
    await buildWithWebpack(folder, outDir);
    assert.equal(bytesOf(outDir, /\.bin$/), WEIGHTS);
  });
});

describe('a page that imports one element from the package', () => {
  for (const version of Object.keys(VITES)) {
    test(`is built by ${version}, without a complaint, and plays`, async () => {
      const outDir = path.join(app, version);
      assert.deepEqual(await buildWithVite(version, app, outDir), []);
      await playsFrom(outDir);
    });

    test(`is served by ${version} while it is developed, and plays`, async () => {
      const server = await serveWithVite(version, app);
      try {
        await visit(server.url);
        await plays(server.url);
        assert.deepEqual(server.complaints, []);
      } finally {
        await server.close();
      }
    });
  }

  test('is built by webpack, without a complaint, and plays', async () => {
    const outDir = path.join(app, 'webpack');
    assert.deepEqual(await buildWithWebpack(app, outDir), []);
    writeFileSync(path.join(outDir, 'index.html'), PAGE('<script defer src="main.js"></script>'));
    await playsFrom(outDir);
  });

  for (const version of Object.keys(ESBUILDS)) {
    test(`is built by ${version}, without a complaint, and plays beside the files of the package`, async () => {
      const outDir = path.join(app, version);
      assert.deepEqual(await buildWithESBuild(version, app, outDir), []);
      writeFileSync(path.join(outDir, 'index.html'), PAGE('<script type="module" src="main.js"></script>'));
      await playsFrom(outDir);
    });
  }

  test('needs no bundler, and plays', async () => {
    const folder = path.join(app, 'plain');
    cpSync(path.join(app, 'node_modules/timbrel/dist'), path.join(folder, 'timbrel'), { recursive: true });
    const script = '<script type="module" src="timbrel/timbrel.js"></script>';
    writeFileSync(path.join(folder, 'index.html'), PAGE(script));
    await playsFrom(folder);
  });

  test('has one Lit, its own, where it has elements of its own', async () => {
    const own = path.join(app, 'own');
    mkdirSync(own, { recursive: true });
    symlinkSync(path.join(app, 'node_modules'), path.join(own, 'node_modules'));
    writeFileSync(path.join(own, 'index.html'), PAGE('<script type="module" src="/main.js"></script>'));
    writeFileSync(
      path.join(own, 'main.js'),
      `import { LitElement, html } from 'lit';
import 'timbrel/elements/piano-keyboard';
customElements.define('own-element', class extends LitElement { render() { return html\`own\`; } });
document.body.append(document.createElement('own-element'));`,
    );
    const builds: readonly ((outDir: string) => Promise<unknown>)[] = [
      ...Object.keys(VITES).map((version) => (outDir: string) => buildWithVite(version, own, outDir)),
      (outDir) => buildWithWebpack(own, outDir),
      ...Object.keys(ESBUILDS).map((version) => (outDir: string) => buildWithESBuild(version, own, outDir)),
    ];
    for (const [i, build] of builds.entries()) {
      const outDir = path.join(app, `own ${i}`);
      await build(outDir);
      const page = path.join(outDir, 'index.html');
      if (!existsSync(page)) writeFileSync(page, PAGE('<script type="module" src="main.js"></script>'));
      assert.equal(await litsOf(outDir), 1, `${i}`);
    }
  });

  for (const framework of FRAMEWORK_NAMES) {
    test(`is written with ${framework}, with types, and plays; the framework hears its events`, async () => {
      const folder = path.join(framework.endsWith('-before') ? appBefore : app, framework);
      cpSync(path.join(consumers, framework), folder, { recursive: true });
      checkTypes[framework](folder);
      const script = existsSync(path.join(folder, 'main.tsx')) ? 'main.tsx' : 'main.ts';
      writeFileSync(
        path.join(folder, 'index.html'),
        `<!doctype html><html lang="en"><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,">
<div id="app"></div><script type="module" src="/${script}"></script>`,
      );
      const outDir = path.join(folder, 'out');
      const [newest] = Object.keys(VITES);
      assert.deepEqual(await buildWithVite(newest, folder, outDir, framework), []);
      await playsFrom(outDir, 'output');
    });
  }

  for (const [name, version, home] of [
    ['Next.js', packages, () => app],
    ['the major of Next.js before', packagesBefore, () => appBefore],
  ] as const)
    test(`is rendered by ${name} on the server, built, and plays`, async () => {
      const folder = path.join(home(), 'next');
      cpSync(path.join(consumers, 'next'), folder, { recursive: true });
      writeFileSync(path.join(folder, 'package.json'), '{"name":"next-app","private":true,"type":"module"}');
      assert.deepEqual(await buildWithNext(folder, version), []);
      const html = readFileSync(path.join(folder, '.next/server/app/index.html'), 'utf8');
      assert.match(html, /<gansynth-instrument backend="wasm">/);
      const server = await serveWithNext(folder, version);
      try {
        await plays(server.url, 'output');
      } finally {
        await server.close();
      }
    });

  const least = path.join(packages, 'node-least/bin/node');
  for (const [name, node] of [
    ['this Node', process.execPath],
    ['Node 20.16', least],
  ] as const)
    test(
      `is imported by ${name}, and computes`,
      { skip: existsSync(node) ? false : 'its program for this system is not here' },
      () => {
        writeFileSync(
          path.join(app, 'node.js'),
          `import { GANSynth } from 'timbrel';
const model = await GANSynth.load();
const samples = await model.generate({ pitch: 60 });
console.log(samples.length, samples.some((x) => Math.abs(x) > 0.01));
model.dispose();`,
        );
        assert.equal(execFileSync(node, ['node.js'], { cwd: app }).toString(), '64000 true\n');
      },
    );
});
