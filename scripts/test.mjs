// `npm test`: installs what is missing, builds, runs every test (Node, then browsers), ends with one total.
// `npm test -- src/audio` runs only the files whose path contains one of the words given.
// Page tests run in Chromium; those that play, record and fail in Firefox, too, as the browser unit tests do.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { globSync } from './glob.mjs';
import {
  root,
  ensureBrowser,
  ensureFirefox,
  ensureNewestPackages,
  ensurePackages,
  ensureSoundServer,
} from './install.mjs';
import { build } from './build.mjs';
import { startNullSink } from './null-sink.mjs';

/** Tests of pages that run in Firefox too: those that play, record and fail. */
const PAGES_IN_FIREFOX = ['playing', 'failing', 'sound-fonts'].map((name) => `test/pages/${name}.test.ts`);
/** Firefox has no software adapter for WebGPU without a Vulkan driver; the golden vectors are WebAssembly's own business, and take minutes. */
const runsInFirefox = (file) => !file.includes('webgpu') && !file.startsWith('test/golden/');

ensurePackages();
for (const folder of ['test/bundlers', 'test/bundlers/before']) ensureNewestPackages(path.join(root, folder));
const browser = ensureBrowser();
const firefox = ensureFirefox();
const pulseaudio = firefox && ensureSoundServer();
const sink = pulseaudio ? await startNullSink(pulseaudio) : undefined;
const env = {
  ...process.env,
  TIMBREL_CHROME: browser,
  ...(firefox && { TIMBREL_FIREFOX: firefox }),
  ...(sink && { TIMBREL_PULSE_SERVER: sink.address }),
};
build();

const words = process.argv.slice(2);
const chosen = (files) =>
  files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs a command, shows what it prints, and returns it. */
function run(command, args, more = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...env, ...more },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.on('data', (data) => {
      printed += data;
      process.stdout.write(data);
    });
    child.on('close', (code) => resolve({ code, printed }));
  });
}

function count(printed, code, patterns) {
  const read = (pattern) => Number(printed.match(pattern)?.[1] ?? 0);
  const [passed, failed, skipped] = patterns.map(read);
  totals.passed += passed;
  // Only what needs data that users do not have may be skipped, and says so: "... is not here". Node counts no suites.
  const skips = [...printed.matchAll(/^\s*﹣ .*$/gm)].map(([line]) => line);
  const excused = skips.filter((line) => line.includes('not here')).length;
  totals.skipped += Math.max(skips.length, skipped);
  totals.failed += Math.max(skips.length, skipped) - excused;
  // A runner that died without counting is a failure too.
  totals.failed += failed || (code === 0 ? 0 : 1);
}

const nodeTests = chosen(
  globSync(['src', 'test'], '.test.ts').filter((file) => !file.endsWith('.browser.test.ts')),
);
async function runInNode(title, files, more) {
  if (files.length === 0) return;
  console.log(`\n${title}`);
  const options = ['--import', 'tsx', '--test', '--test-reporter=spec', '--test-concurrency=2'];
  const { code, printed } = await run(process.execPath, [...options, ...files], more);
  count(printed, code, [/^ℹ pass (\d+)/m, /^ℹ fail (\d+)/m, /^ℹ skipped (\d+)/m]);
}

await runInNode('Node', nodeTests);

async function runInBrowser(title, files, more) {
  if (files.length === 0) return;
  console.log(`\n${title}`);
  const runner = 'node_modules/@web/test-runner/dist/bin.js';
  const { code, printed } = await run(process.execPath, [runner, '--files', ...files], more);
  count(printed, code, [/^(\d+) passed/m, /^\d+ passed, (\d+) failed/m, /failed, (\d+) skipped/m]);
}

const browserTests = chosen(globSync(['src', 'test'], '.browser.test.ts'));
await runInBrowser('Chromium', browserTests);

if (firefox) {
  const inFirefox = { TIMBREL_PAGES_IN: 'firefox' };
  await runInBrowser('Firefox', browserTests.filter(runsInFirefox), inFirefox);
  await runInNode(
    'Pages in Firefox',
    nodeTests.filter((file) => PAGES_IN_FIREFOX.includes(file)),
    inFirefox,
  );
} else {
  console.log(
    '\nFirefox is not here and could not be installed: its tests are left out. FIREFOX_PATH may name it.',
  );
}
await sink?.end();

const { passed, failed, skipped } = totals;
if (skipped) console.log(`\n${skipped} skipped: what they read is not here, and no user has it.`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
