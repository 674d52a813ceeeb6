/** The package as others use it: packed, installed, built by Vite and by webpack, and played in a browser. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from '../../scripts/static-server.mjs';
import { launch, root } from '../pages/browser.js';
import { buildWithVite, buildWithWebpack, serveWithVite } from './bundlers.mjs';

const PAGE = (
  script: string,
) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>app</title><link rel="icon" href="data:,">
<gansynth-instrument backend="wasm"></gansynth-instrument>
${script}`;

let app: string;

before(() => {
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
  writeFileSync(path.join(app, 'package.json'), '{"name":"app","private":true,"type":"module"}');
  writeFileSync(path.join(app, 'main.js'), "import 'timbrel/elements/gansynth-instrument';\n");
  writeFileSync(path.join(app, 'index.html'), PAGE('<script type="module" src="/main.js"></script>'));
});

after(() => rmSync(app, { recursive: true, force: true }));

/** Opens a page, presses a key and waits for sound. */
async function plays(url: string): Promise<void> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
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
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
  }
}

async function playsFrom(folder: string): Promise<void> {
  const server = await serve({ roots: { '/': folder } });
  try {
    await plays(`${server.url}/index.html`);
  } finally {
    await server.close();
  }
}

describe('a page that imports one element from the package', () => {
  test('is built by Vite, and plays', async () => {
    const outDir = path.join(app, 'vite');
    await buildWithVite(app, outDir);
    await playsFrom(outDir);
  });

  test('is served by Vite while it is developed, and plays', async () => {
    const server = await serveWithVite(app);
    try {
      await plays(server.url);
    } finally {
      await server.close();
    }
  });

  test('is built by webpack, and plays', async () => {
    const outDir = path.join(app, 'webpack');
    await buildWithWebpack(app, outDir);
    writeFileSync(path.join(outDir, 'index.html'), PAGE('<script defer src="main.js"></script>'));
    await playsFrom(outDir);
  });

  test('needs no bundler, and plays', async () => {
    const folder = path.join(app, 'plain');
    cpSync(path.join(app, 'node_modules/timbrel/dist'), path.join(folder, 'timbrel'), { recursive: true });
    const script = '<script type="module" src="timbrel/gansynth-instrument.js"></script>';
    writeFileSync(path.join(folder, 'index.html'), PAGE(script));
    await playsFrom(folder);
  });

  test('is imported by Node, and computes', () => {
    writeFileSync(
      path.join(app, 'node.js'),
      `import { GANSynth } from 'timbrel';
const model = await GANSynth.load();
const samples = await model.generate({ pitch: 60 });
console.log(samples.length, samples.some((x) => Math.abs(x) > 0.01));
model.dispose();`,
    );
    assert.equal(execFileSync(process.execPath, ['node.js'], { cwd: app }).toString(), '64000 true\n');
  });
});
