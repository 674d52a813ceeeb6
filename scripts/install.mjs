// What a fresh clone lacks: npm packages, a browser for the tests. Imports nothing that is not in Node itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs `npm ci` in `folder` unless the installed packages are those of its lock file. */
export function ensurePackages(folder = root) {
  const lock = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  const stamp = path.join(folder, 'node_modules/.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log(`Installing packages in ${path.relative(process.cwd(), folder) || '.'} ...`);
  npm(folder, 'ci');
  writeFileSync(stamp, lock);
}

/**
 * Installs the newest versions of what `folder` asks for, once a day. Nothing is locked: what others will use tomorrow is to fail here
 * first. Where there is no network, what is there is used.
 */
export function ensureNewestPackages(folder) {
  const wanted = readFileSync(path.join(folder, 'package.json'), 'utf8');
  const stamp = path.join(folder, 'node_modules/.installed-on.json');
  const today = JSON.stringify([new Date().toISOString().slice(0, 10), wanted]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === today) return;
  console.log(`Installing the newest packages in ${path.relative(process.cwd(), folder)} ...`);
  const { dependencies, optionalDependencies } = JSON.parse(wanted);
  const specifiers = Object.entries({ ...dependencies, ...optionalDependencies }).map((each) =>
    each.join('@'),
  );
  try {
    npm(folder, 'install', '--no-save', '--no-package-lock', ...specifiers);
  } catch (error) {
    if (!existsSync(stamp)) throw error;
    console.log('They cannot be had now; those of the last time are used.');
    return;
  }
  writeFileSync(stamp, today);
}

function npm(folder, ...args) {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
    env: { ...process.env, PUPPETEER_SKIP_DOWNLOAD: '1', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
}

const CANDIDATES = {
  linux: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
  ],
};

function onPath(name) {
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function findBrowser() {
  if (process.env.CHROME_PATH) {
    if (existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH;
    throw new Error(`CHROME_PATH is ${process.env.CHROME_PATH}, but there is no such file.`);
  }
  return (CANDIDATES[process.platform] ?? CANDIDATES.linux).map(onPath).find(Boolean);
}

/** The path of a Chromium-based browser; on Debian and Ubuntu it is installed as root if there is none. */
export function ensureBrowser() {
  const installed = findBrowser();
  if (installed) return installed;
  if (process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')) {
    console.log("Installing the distribution's chromium ...");
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const options = { env, stdio: ['ignore', 'ignore', 'inherit'] };
    execFileSync('apt-get', ['update', '-qq'], options);
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], options);
    const path = findBrowser();
    if (path) return path;
  }
  throw new Error(
    'No Chromium-based browser found: install Chrome, Chromium or Edge, or set CHROME_PATH to its executable.',
  );
}
