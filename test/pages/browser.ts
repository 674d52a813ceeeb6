/** Real browsers, real servers on two origins, and a microphone held to what the page plays. */
import path from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium, firefox, type Browser, type Page } from 'playwright-core';
import { firefoxOptions } from '../../scripts/firefox.mjs';
import { serve } from '../../scripts/static-server.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const dist = path.join(root, 'dist');

/** The browser that the tests of pages run in: Chromium, and some of them Firefox too (scripts/test.mjs). */
export const inFirefox = process.env.TIMBREL_PAGES_IN === 'firefox';

/** @param extraArgs for Chromium */
export async function launch(extraArgs: readonly string[] = []): Promise<Browser> {
  if (inFirefox) return firefox.launch(firefoxOptions());
  const executablePath = process.env.TIMBREL_CHROME ?? process.env.CHROME_PATH;
  if (!executablePath)
    throw new Error('Run this with npm test, or set CHROME_PATH to a Chromium-based browser');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...extraArgs,
    ],
  });
}

export type Server = Awaited<ReturnType<typeof serve>>;

/**
 * Serves the demo, and has a browser, while the tests of a file run; both are there from the first test on. Called once, at the top of the file.
 * @param extraArgs for Chromium
 */
export function serveDemo(extraArgs?: readonly string[]): {
  readonly browser: Browser;
  readonly url: string;
} {
  let browser: Browser;
  let server: Server;
  before(async () => {
    browser = await launch(extraArgs);
    server = await serve({ roots: { '/': path.join(root, 'demo'), '/dist/': dist } });
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  return {
    get browser() {
      return browser;
    },
    get url() {
      return server.url;
    },
  };
}

/** dist/ as a CDN serves it: readable from every origin, and nothing else said. */
export function serveCDN(): Promise<Server> {
  return serve({ roots: { '/': dist }, headers: { 'Access-Control-Allow-Origin': '*' } });
}

/** A page with the element, whose script comes from `scriptBase`. In no room: what is recorded is what the voices play. */
export function pageWithElement(scriptBase: string, attributes = ''): string {
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>page</title><link rel="icon" href="data:,">
<script type="module" src="${scriptBase}/timbrel.js"></script>
<gansynth-instrument room="0" ${attributes}></gansynth-instrument>`;
}

/** Opens a page, collects its complaints, and waits until the element has its model. */
export async function openInstrument(
  browser: Browser,
  url: string,
): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(url);
  await page.waitForFunction(
    () => document.querySelector('gansynth-instrument')?.instrument?.description !== undefined,
    undefined,
    { timeout: 30_000 },
  );
  return { page, complaints };
}

export interface Recording {
  readonly samples: Float32Array;
  readonly sampleRate: number;
}

/** The elements that make sound. */
export type PlayedTag = 'gansynth-instrument' | 'nsynth-instrument';

/** Unfolds the settings of an instrument, where MIDI and the sound model are. */
export const openSettings = (page: Page, tag: PlayedTag = 'gansynth-instrument'): Promise<void> =>
  page.locator(tag).getByRole('button', { name: 'Settings' }).click();

/** Begins to record what the element plays; the page's script is at `scriptBase`. Starts the audio by a real click. */
export async function startRecording(
  page: Page,
  scriptBase: string,
  tag: PlayedTag = 'gansynth-instrument',
): Promise<void> {
  await page.locator(`${tag} piano-keyboard`).hover();
  await page.locator(`${tag} h2`).click();
  await page.waitForFunction(
    (name) => document.querySelector(name)?.instrument?.context?.state === 'running',
    tag,
  );
  await page.evaluate(
    async ([base, name]) => {
      const { WavRecorder } = await import(`${base}/timbrel.js`);
      const output = document.querySelector(name)?.instrument?.output;
      Object.assign(globalThis, { recorder: await WavRecorder.start(output) });
    },
    [scriptBase, tag] as const,
  );
}

/** Ends the recording and brings it here. One that is ended at once would have nothing in it. */
export async function stopRecording(page: Page, tag: PlayedTag = 'gansynth-instrument'): Promise<Recording> {
  const now = (name: PlayedTag) => document.querySelector(name)?.instrument?.context?.currentTime ?? 0;
  const asked = await page.evaluate(now, tag);
  await page.waitForFunction(
    ([name, time]) => (document.querySelector(name)?.instrument?.context?.currentTime ?? 0) > time + 0.05,
    [tag, asked] as const,
  );
  return savedWav(page);
}

/** Ends the recording that the page made with its global `recorder`, and brings it here. */
export async function savedWav(page: Page): Promise<Recording> {
  const base64 = await page.evaluate(async () => {
    const { recorder } = globalThis as unknown as { recorder: { stop(): Promise<Blob> } };
    const wav = await recorder.stop();
    const url = await new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      reader.readAsDataURL(wav);
    });
    return url.slice(url.indexOf(',') + 1);
  });
  const bytes = Buffer.from(base64, 'base64');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataStart = bytes.indexOf('data') + 8;
  const samples = new Float32Array((bytes.byteLength - dataStart) >> 2);
  for (let i = 0; i < samples.length; i++) samples[i] = view.getFloat32(dataStart + 4 * i, true);
  return { samples, sampleRate: view.getUint32(24, true) };
}
