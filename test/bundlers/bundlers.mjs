// The bundlers of a page's author: the newest, the major of Vite, Next.js and React and the minor of esbuild before (it has no major yet). webpack 5 is the only one that
// knows modules and workers. The settings are those of README.md, and no others: what
// more is needed here is missing there. What a bundler complains of is an error.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import * as esbuild from 'esbuild';
import * as esbuildBefore from 'esbuild-before';
import * as vite from 'vite';
import * as viteBefore from 'vite-before';
import webpack from 'webpack';

/** Packages that are installed beside this file. */
export const packages = fileURLToPath(new URL('node_modules/', import.meta.url));

/** Packages of the major before, which import themselves by name: they lie in a folder of their own. */
export const packagesBefore = fileURLToPath(new URL('before/node_modules/', import.meta.url));

/** What Vite needs for a framework, by the folder in consumers/. */
const FRAMEWORKS = {
  react: () => [],
  'react-before': () => [],
  vue: () => [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.includes('-') } } })],
  svelte: () => [svelte({ configFile: false })],
};
export const FRAMEWORK_NAMES = Object.keys(FRAMEWORKS);

export const VITES = { [`Vite ${vite.version}`]: vite, [`Vite ${viteBefore.version}`]: viteBefore };

export const ESBUILDS = {
  [`esbuild ${esbuild.version}`]: esbuild,
  [`esbuild ${esbuildBefore.version}`]: esbuildBefore,
};

function settingsOf(complaints) {
  const complain = (message) => complaints.push(message);
  return {
    configFile: false,
    worker: { format: 'es' },
    optimizeDeps: { exclude: ['timbrel'] },
    customLogger: {
      info: () => {},
      warn: complain,
      warnOnce: complain,
      error: complain,
      clearScreen: () => {},
      hasErrorLogged: () => false,
      hasWarned: false,
    },
  };
}

export async function buildWithVite(version, app, outDir, framework) {
  const complaints = [];
  await VITES[version].build({
    ...settingsOf(complaints),
    root: app,
    build: { outDir, emptyOutDir: true },
    plugins: framework ? FRAMEWORKS[framework]() : [],
  });
  // tfjs, which is loaded for WebGPU only, is larger than Vite finds seemly for a script, and a busy machine is slower than it likes.
  return complaints.filter((complaint) => !/chunks are larger than|PLUGIN_TIMINGS/.test(complaint));
}

export async function serveWithVite(version, app) {
  const complaints = [];
  const server = await VITES[version].createServer({ ...settingsOf(complaints), root: app });
  await server.listen();
  return { url: server.resolvedUrls.local[0], complaints, close: () => server.close() };
}

export async function buildWithWebpack(app, outDir) {
  const stats = await new Promise((resolve, reject) => {
    webpack(
      {
        mode: 'production',
        context: app,
        entry: './main.js',
        output: { path: outDir, publicPath: 'auto' },
        performance: false,
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  return [...errors, ...warnings].map(({ message }) => message);
}

/** esbuild carries no files along that a script names: they are copied beside it. */
export async function buildWithESBuild(version, app, outDir) {
  const { errors, warnings } = await ESBUILDS[version].build({
    absWorkingDir: app,
    entryPoints: ['main.js'],
    bundle: true,
    format: 'esm',
    outdir: outDir,
    logLevel: 'silent',
  });
  const dist = path.join(app, 'node_modules/timbrel/dist');
  for (const name of readdirSync(dist)) {
    if (/\.(js|wasm)$|^checkpoints$/.test(name))
      cpSync(path.join(dist, name), path.join(outDir, name), { recursive: true });
  }
  return [...errors, ...warnings].map(({ text }) => text);
}

const nextOf = (packages) => path.join(packages, 'next/dist/bin/next');
const nextEnv = { ...process.env, NEXT_TELEMETRY_DISABLED: '1' };

/** Builds an app, and renders its pages on the server. */
export async function buildWithNext(app, packages) {
  // Without one Next.js warns, on machines that it takes for continuous integration alone, of builds that could be faster.
  mkdirSync(path.join(app, '.next/cache'), { recursive: true });
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [nextOf(packages), 'build'], {
    cwd: app,
    env: nextEnv,
  });
  return [...stdout.split('\n'), ...stderr.split('\n')].filter((line) => /warn|error|⚠/i.test(line));
}

/** Serves an app that is built. */
export async function serveWithNext(app, packages) {
  const child = spawn(process.execPath, [nextOf(packages), 'start', '--port', '0'], {
    cwd: app,
    env: nextEnv,
  });
  let printed = '';
  let url;
  for await (const data of child.stdout) {
    printed += data;
    [url] = /http:\/\/localhost:\d+/.exec(printed) ?? [];
    if (url && printed.includes('Ready')) break;
  }
  if (!url) throw new Error(`next start: ${printed}`);
  return {
    url,
    close: async () => {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
