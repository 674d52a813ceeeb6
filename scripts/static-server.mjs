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
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const pathname = pathOf(request.url);
    if (pathname === undefined) {
      response.statusCode = 400;
      response.end('Bad request');
      return;
    }
    requests.push(pathname);
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
    // The file may vanish after it was found.
    createReadStream(file.path)
      .on('error', () => response.destroy())
      .pipe(response);
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

/** The path of an address as a client sent it; undefined where it is none: a lone `%`, no host, a NUL. */
function pathOf(url) {
  try {
    const pathname = decodeURIComponent(new URL(url, 'http://localhost').pathname);
    return pathname.includes('\0') ? undefined : pathname;
  } catch {
    return undefined;
  }
}

/** What there is at a path. Also a path through a file, or one too long for the system, leads to nothing. */
function fileStats(file) {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

function resolveFile(root, relative) {
  const base = path.resolve(root);
  const file = path.resolve(base, `.${path.posix.resolve('/', relative)}`);
  if (file !== base && !file.startsWith(base + path.sep)) return undefined;
  for (const candidate of [file, path.join(file, 'index.html')]) {
    const stats = fileStats(candidate);
    if (stats?.isFile())
      return {
        path: candidate,
        size: stats.size,
        tag: `"${stats.size.toString(36)}-${stats.mtimeMs.toString(36)}"`,
      };
  }
  return undefined;
}
