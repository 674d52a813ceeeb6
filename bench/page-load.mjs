// What a page loads until its first sound, in gzip bytes, the longest task of its main thread with the element and without,
// and what twenty instruments on a page cost beside one.
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serve } from '../scripts/static-server.mjs';

const ELEMENT = '<gansynth-instrument backend="wasm"></gansynth-instrument>';
/** Any page has text, and the first text is laid out slowly (fonts are looked for): both pages have some. */
const TEXT =
  '<h1>A page</h1><p>With <b>text</b>, a <button>button</button> and a <select><option>choice</option></select>.</p>';
const page = (body) => `<!doctype html><meta charset="utf-8"><title>bench</title>
<script>
  globalThis.tasks = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map((task) => task.duration))).observe({ type: 'longtask', buffered: true });
</script>${TEXT}${body}`;
/** The page presses a chord itself: what a driver injects into a page is a task of the page too, and not ours. */
const PLAY = `<script type="module">
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const element = document.querySelector('gansynth-instrument');
  while (!element.instrument?.description) await later(20);
  await element.start();
  element.instrument.addEventListener('meter', (event) => event.peak > 0.001 && (document.title = 'sounding'));
  for (const pitch of [60, 64, 67]) element.noteOn(pitch);
</script>`;
const COUNTS = [1, 20];
const instruments = (count) =>
  `<script type="module" src="/dist/timbrel.js"></script>${ELEMENT.replace('>', ' preload="auto">').repeat(count)}`;
const WITH = `<script type="module" src="/dist/timbrel.js"></script>${ELEMENT}${PLAY}`;

export async function measureLoad({ browser, root }) {
  const server = await serve({
    roots: { '/dist/': path.join(root, 'dist') },
    pages: {
      '/with.html': page(WITH),
      '/without.html': page(''),
      ...Object.fromEntries(COUNTS.map((count) => [`/${count}.html`, page(instruments(count))])),
    },
  });
  try {
    const bytes = await loadedBytes(browser, server);
    const rounds = [];
    for (let round = 0; round < 5; round++) {
      rounds.push([
        await longestTask(browser, `${server.url}/with.html`),
        await longestTask(browser, `${server.url}/without.html`),
      ]);
    }
    return [
      {
        name: 'script and wasm until the first sound, gzip, without weights',
        value: Number((bytes.code / 1000).toFixed(1)),
        unit: 'kB',
        note: bytes.files.join(', '),
      },
      {
        name: 'script files until the first sound, of page, worker and audio thread',
        value: bytes.files.filter((name) => /\.js /.test(name)).length,
        unit: '',
      },
      ...peer(root, bytes.code),
      { name: 'weights', value: Number((bytes.weights / 1e6).toFixed(2)), unit: 'MB' },
      {
        name: 'longest task of the page: load, warm-up, rendering',
        value: middle(rounds.map(([a]) => a)).toFixed(0),
        unit: 'ms',
        note: 'tasks under 50 ms count as 0',
      },
      {
        name: 'the same less that of the page without the element',
        value: middle(rounds.map(([a, b]) => a - b)).toFixed(0),
        unit: 'ms',
      },
      ...(await manyInstruments(browser, server)),
    ];
  } finally {
    await server.close();
  }
}

/** What @magenta/music's own scripts for GANSynth weigh, as a page without a bundler loads them. */
function peer(root, ours) {
  const files = ['@tensorflow/tfjs/dist/tf.min.js', '@magenta/music/es6/gansynth.js'];
  const sizes = files.map(
    (file) => gzipSync(readFileSync(path.join(root, 'bench/node_modules', file)), { level: 9 }).length,
  );
  const sum = sizes.reduce((a, b) => a + b);
  return [
    {
      name: 'the same with @magenta/music',
      value: Number((sum / 1000).toFixed(1)),
      unit: 'kB',
      note: `${files.map((file, i) => `${file} ${(sizes[i] / 1000).toFixed(1)}`).join(', ')}; ${(sum / ours).toFixed(1)} times ours`,
    },
  ];
}

const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];

async function loadedBytes(browser, server) {
  const tab = await browser.newPage();
  server.requests.length = 0;
  await tab.goto(`${server.url}/with.html`);
  await sound(tab);
  await tab.close();
  // Requests of workers and worklets do not all reach the page's events: the server's list is complete.
  const files = [...new Set(server.requests)].filter((name) => name.startsWith('/dist/'));
  let code = 0;
  let weights = 0;
  const names = [];
  for (const name of files) {
    const body = readFileSync(path.join(new URL('..', import.meta.url).pathname, name));
    if (name.startsWith('/dist/checkpoints/')) weights += body.length;
    else {
      const size = gzipSync(body, { level: 9 }).length;
      code += size;
      names.push(`${name.slice(6)} ${(size / 1000).toFixed(1)}`);
    }
  }
  return { code, weights, files: names };
}

async function longestTask(browser, url) {
  const tab = await browser.newPage();
  await tab.goto(url);
  if (url.includes('/with.')) await sound(tab);
  await tab.waitForTimeout(3000);
  const longest = await tab.evaluate(() => Math.max(0, ...globalThis.tasks));
  await tab.close();
  return longest;
}

/** Instruments that show one checkpoint share a worker and its weights. */
async function manyInstruments(browser, server) {
  const found = COUNTS.map((count) => ({ count, ready: [], memory: [] }));
  for (let round = 0; round < 3; round++) {
    for (const { count, ready, memory } of found) {
      const tab = await browser.newPage();
      const begun = performance.now();
      await tab.goto(`${server.url}/${count}.html`);
      await tab.waitForFunction(() =>
        [...document.querySelectorAll('gansynth-instrument')].every((each) => each.instrument?.description),
      );
      ready.push(performance.now() - begun);
      memory.push(await rendererMemory(browser));
      await tab.close();
    }
  }
  const [one, many] = found.map(({ ready, memory }) => ({ ready: middle(ready), memory: middle(memory) }));
  return [
    {
      name: `${COUNTS[1]} instruments on a page: until all are ready`,
      value: (many.ready / 1000).toFixed(2),
      unit: 's',
      note: `one: ${(one.ready / 1000).toFixed(2)} s`,
    },
    {
      name: `${COUNTS[1]} instruments on a page: memory, times that of one`,
      value: (many.memory / one.memory).toFixed(2),
      unit: '',
      note: `${(many.memory / 1024).toFixed(0)} MB resident in the renderer, one: ${(one.memory / 1024).toFixed(0)} MB; Linux`,
    },
  ];
}

/** Resident memory of the browser's largest renderer, kB: a tab's, beside which others are empty. */
async function rendererMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1]));
  return Math.max(...sizes);
}

/** Waits until the page has set its title; asking by the browser's own interface runs nothing in the page. */
async function sound(tab) {
  const session = await tab.context().newCDPSession(tab);
  for (let waited = 0; waited < 60_000; waited += 100) {
    const { targetInfo } = await session.send('Target.getTargetInfo');
    if (targetInfo.title === 'sounding') return;
    await tab.waitForTimeout(100);
  }
  throw new Error('The page did not sound within a minute.');
}
