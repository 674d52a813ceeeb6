// Browser tests: `*.browser.test.ts`, in Chromium, or with TIMBREL_PAGES_IN=firefox in Firefox, on cross-origin isolated pages (the embedding tests serve their own).
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { esbuildPlugin } from '@web/dev-server-esbuild';
import { build } from 'esbuild';
import { defaultReporter } from '@web/test-runner';
import { playwrightLauncher } from '@web/test-runner-playwright';
import { firefoxOptions } from './scripts/firefox.mjs';

const WELL_KNOWN = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
  'C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe',
];
const executablePath =
  process.env.TIMBREL_CHROME || process.env.CHROME_PATH || WELL_KNOWN.find((path) => existsSync(path));
if (!executablePath) {
  throw new Error(
    'No Chrome, Chromium or Edge found: set CHROME_PATH to one, or run `npm test`, which looks further.',
  );
}

export const chromiumArgs = [
  // Chromium's sandbox does not run as root, as in most containers.
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
  // The software adapter: for correctness, not for speed.
  '--enable-unsafe-webgpu',
];

/** CommonJS packages that tfjs-core leans on, and what they export by name. */
const COMMONJS = { long: [], seedrandom: ['alea'] };

/** The same as modules: the dev server has no CommonJS of its own. */
const commonJSAsModules = {
  name: 'commonjs-as-modules',
  resolveImport: ({ source }) => (source in COMMONJS ? `/commonjs-as-modules/${source}.js` : undefined),
  async serve({ path }) {
    const name = path.match(/^\/commonjs-as-modules\/([\w-]+)\.js$/)?.[1];
    if (!name || !(name in COMMONJS)) return undefined;
    const named = COMMONJS[name].map((each) => `export const ${each} = m.${each};`);
    const contents = `import m from '${name}'; export default m; ${named.join(' ')}`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
      bundle: true,
      format: 'esm',
      platform: 'browser',
      external: ['crypto'],
      write: false,
    });
    return { body: outputFiles[0].text, type: 'js' };
  },
};

/** One plain closing line; `npm test` reads it. */
const plainSummary = () => ({
  onTestRunFinished({ sessions }) {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const count = (suite) => {
      for (const test of suite.tests) counts[test.skipped ? 'skipped' : test.passed ? 'passed' : 'failed']++;
      suite.suites.forEach(count);
    };
    for (const session of sessions) {
      if (session.testResults) count(session.testResults);
      // A file that does not load, or a page that dies, has no tests to count.
      counts.failed += session.errors?.length ?? 0;
    }
    const { passed, failed, skipped } = counts;
    process.stdout.write(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}\n`);
  },
});

export default {
  files: ['src/**/*.browser.test.ts', 'test/**/*.browser.test.ts'],
  nodeResolve: { browser: true, exportConditions: ['production', 'browser'] },
  concurrency: 1,
  concurrentBrowsers: 1,
  browsers: [
    process.env.TIMBREL_PAGES_IN === 'firefox'
      ? playwrightLauncher({ product: 'firefox', launchOptions: firefoxOptions({ autoplay: true }) })
      : playwrightLauncher({
          product: 'chromium',
          launchOptions: { executablePath, headless: true, args: chromiumArgs },
        }),
  ],
  plugins: [
    commonJSAsModules,
    esbuildPlugin({
      ts: true,
      target: 'es2022',
      tsconfig: fileURLToPath(new URL('tsconfig.json', import.meta.url)),
    }),
  ],
  middleware: [
    (context, next) => {
      context.set('Cross-Origin-Opener-Policy', 'same-origin');
      context.set('Cross-Origin-Embedder-Policy', 'require-corp');
      context.set('Cross-Origin-Resource-Policy', 'same-origin');
      return next();
    },
  ],
  reporters: [defaultReporter({ reportTestProgress: false }), plainSummary()],
  testFramework: { config: { timeout: 60_000 } },
  browserStartTimeout: 60_000,
  testsStartTimeout: 60_000,
  // No clock for all tests of a file: each has its own, and a busy machine is no fault of theirs.
  testsFinishTimeout: 60 * 60_000,
};
