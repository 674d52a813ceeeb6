// What a fresh clone lacks: npm packages, browsers for the tests. Imports nothing that is not in Node itself.
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

const CHROMIUMS = {
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

const FIREFOXES = {
  linux: ['firefox-esr', 'firefox'],
  darwin: ['/Applications/Firefox.app/Contents/MacOS/firefox'],
  win32: ['C:\\Program Files\\Mozilla Firefox\\firefox.exe'],
};

function onPath(name) {
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return found.status === 0 ? found.stdout.trim() : undefined;
}

function find(variable, candidates) {
  const named = process.env[variable];
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`${variable} is ${named}, but there is no such file.`);
  }
  return (candidates[process.platform] ?? candidates.linux).map(onPath).find(Boolean);
}

/** Installs packages of the distribution, where that can be done: as root on Debian and Ubuntu. */
function install(...packages) {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !onPath('apt-get')) return;
  console.log(`Installing the distribution's ${packages.join(' and ')} ...`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  execFileSync('apt-get', ['update', '-qq'], options);
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
}

/** The path of a Chromium-based browser; it is installed if there is none. @throws where that cannot be done */
export function ensureBrowser() {
  const installed = find('CHROME_PATH', CHROMIUMS);
  if (installed) return installed;
  install('chromium');
  const path = find('CHROME_PATH', CHROMIUMS);
  if (path) return path;
  throw new Error(
    'No Chromium-based browser found: install Chrome, Chromium or Edge, or set CHROME_PATH to its executable.',
  );
}

/** The path of Firefox; it is installed if there is none. Undefined where that cannot be done: those tests are left out. */
export function ensureFirefox() {
  const installed = find('FIREFOX_PATH', FIREFOXES);
  if (installed) return installed;
  try {
    install('firefox-esr');
  } catch {
    // No such package, or no way to it.
  }
  return find('FIREFOX_PATH', FIREFOXES);
}

/** The sound server whose null sink Firefox plays into: without any output its AudioContexts never start. Undefined where there is none. */
export function ensureSoundServer() {
  const installed = onPath('pulseaudio');
  // A desktop has its own.
  if (installed || process.platform !== 'linux' || onPath('pipewire')) return installed;
  try {
    install('pulseaudio');
  } catch {
    // As above.
  }
  return onPath('pulseaudio');
}
