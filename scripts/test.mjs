// `npm test`: installs what is missing, builds, runs every test (Node, then browsers), ends with one total.
// `npm test -- src/audio` runs only the files whose path contains one of the words given.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { globSync } from './glob.mjs';
import { root, ensureBrowser, ensureNewestPackages, ensurePackages } from './install.mjs';
import { build } from './build.mjs';

ensurePackages();
ensureNewestPackages(path.join(root, 'test/bundlers'));
const browser = ensureBrowser();
build();

const words = process.argv.slice(2);
const chosen = (files) =>
  files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs a command, shows what it prints, and returns it. */
function run(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, TIMBREL_CHROME: browser },
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
if (nodeTests.length > 0) {
  console.log('\nNode');
  const { code, printed } = await run(process.execPath, [
    '--import',
    'tsx',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    ...nodeTests,
  ]);
  count(printed, code, [/^ℹ pass (\d+)/m, /^ℹ fail (\d+)/m, /^ℹ skipped (\d+)/m]);
}

const browserTests = chosen(globSync(['src', 'test'], '.browser.test.ts'));
if (browserTests.length > 0) {
  console.log('\nChromium');
  const { code, printed } = await run(process.execPath, [
    'node_modules/@web/test-runner/dist/bin.js',
    '--files',
    ...browserTests,
  ]);
  count(printed, code, [/^(\d+) passed/m, /^\d+ passed, (\d+) failed/m, /failed, (\d+) skipped/m]);
}

const { passed, failed, skipped } = totals;
if (skipped) console.log(`\n${skipped} skipped: what they read is not here, and no user has it.`);
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
