// The settings are those of README.md, and no others: what more is needed here is missing there.
import { createServer, build } from 'vite';
import webpack from 'webpack';

const VITE = {
  configFile: false,
  logLevel: 'warn',
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['timbrel'] },
};

export async function buildWithVite(app, outDir) {
  await build({ ...VITE, root: app, build: { outDir } });
}

export async function serveWithVite(app) {
  const server = await createServer({ ...VITE, root: app });
  await server.listen();
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}

export async function buildWithWebpack(app, outDir) {
  const stats = await new Promise((resolve, reject) => {
    webpack(
      { mode: 'production', context: app, entry: './main.js', output: { path: outDir, publicPath: 'auto' } },
      (error, result) => (error ? reject(error) : resolve(result)),
    );
  });
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
}
