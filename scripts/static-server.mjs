// A small static file server for the demo, the tests and the benchmark. Headers are the caller's choice:
// the same files are tested isolated, from another origin, and under a Content-Security-Policy.
import { createServer } from 'node:http';
import { createReadStream, statSync } from 'node:fs';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
};

/**
 * @param {{ roots: Record<string, string>, headers?: Record<string, string>, pages?: Record<string, string>, port?: number, host?: string }} options
 *   roots: URL prefix -> folder (longest prefix first wins); pages: URL path -> HTML made on the fly
 * @returns {Promise<{ url: string, requests: string[], close: () => Promise<void> }>}
 */
export async function serve({ roots, headers = {}, pages = {}, port = 0, host = '127.0.0.1' }) {
  const prefixes = Object.keys(roots).sort((a, b) => b.length - a.length);
  const requests = [];
  const server = createServer((request, response) => {
    const pathname = decodeURIComponent(new URL(request.url, 'http://localhost').pathname);
    requests.push(pathname);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (pathname in pages) {
      response.setHeader('Content-Type', TYPES['.html']);
      response.end(pages[pathname]);
      return;
    }
    const prefix = prefixes.find((candidate) => pathname.startsWith(candidate));
    const file = prefix && resolveFile(roots[prefix], pathname.slice(prefix.length));
    if (!file) {
      response.statusCode = 404;
      response.end('Not found');
      return;
    }
    response.setHeader('Content-Type', TYPES[path.extname(file.path)] ?? 'application/octet-stream');
    response.setHeader('Content-Length', file.size);
    // What a second instrument or worker asks for again is not sent again.
    response.setHeader('ETag', file.tag);
    response.setHeader('Cache-Control', 'no-cache');
    if (request.headers['if-none-match'] === file.tag) {
      response.removeHeader('Content-Length');
      response.statusCode = 304;
      response.end();
      return;
    }
    createReadStream(file.path).pipe(response);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://${host === '127.0.0.1' ? 'localhost' : host}:${server.address().port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function resolveFile(root, relative) {
  const base = path.resolve(root);
  const file = path.resolve(base, `.${path.posix.resolve('/', relative)}`);
  if (file !== base && !file.startsWith(base + path.sep)) return undefined;
  for (const candidate of [file, path.join(file, 'index.html')]) {
    const stats = statSync(candidate, { throwIfNoEntry: false });
    if (stats?.isFile())
      return {
        path: candidate,
        size: stats.size,
        tag: `"${stats.size.toString(36)}-${stats.mtimeMs.toString(36)}"`,
      };
  }
  return undefined;
}
