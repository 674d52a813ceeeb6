// The bundlers of a page's author: the newest, and Vite's major before. The settings are those of README.md, and no others: what
// more is needed here is missing there. What a bundler complains of is an error.
import { cpSync, readdirSync } from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import * as vite from 'vite';
import * as viteBefore from 'vite-before';
import webpack from 'webpack';

export const VITES = { [`Vite ${vite.version}`]: vite, [`Vite ${viteBefore.version}`]: viteBefore };

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

export async function buildWithVite(version, app, outDir) {
  const complaints = [];
  await VITES[version].build({ ...settingsOf(complaints), root: app, build: { outDir, emptyOutDir: true } });
  // The weights of all models are larger than what Vite finds seemly for a script, and a busy machine is slower than it likes.
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
export async function buildWithESBuild(app, outDir) {
  const { errors, warnings } = await esbuild.build({
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
