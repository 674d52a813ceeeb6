// A server as it is behind a slow mobile network ("slow 4G" of Chromium's tools): each request waits, all share one bandwidth, and
// workers too, whose requests the browser's own emulation leaves alone. As by every CDN text is compressed, and what was fetched is kept. HTTP/1.1: six requests at once.
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';

const LATENCY_MS = 562.5;
const BYTES_PER_SECOND = 180_000;
const TICK_MS = 10;

async function compressedAnswer(url) {
  const answer = await fetch(url);
  const type = answer.headers.get('content-type') ?? '';
  const plain = Buffer.from(await answer.arrayBuffer());
  const compressed = /text|json|wasm/.test(type);
  return { status: answer.status, type, compressed, body: compressed ? gzipSync(plain) : plain };
}

/** @param origin address of the server @returns its address behind the network */
export async function behindSlowNetwork(origin) {
  /** What was compressed once. */
  const bodies = new Map();
  /** Answers on their way. */
  const sending = new Set();
  const server = createServer(async (request, response) => {
    const begun = performance.now();
    if (!bodies.has(request.url)) bodies.set(request.url, compressedAnswer(`${origin}${request.url}`));
    const { status, type, compressed, body } = await bodies.get(request.url);
    const left = LATENCY_MS - (performance.now() - begun);
    await new Promise((resolve) => setTimeout(resolve, left));
    response.writeHead(status, {
      'Content-Type': type,
      'Content-Length': body.length,
      'Cache-Control': 'max-age=600',
      ...(compressed && { 'Content-Encoding': 'gzip' }),
    });
    sending.add({ response, body, at: 0 });
  });
  let last = performance.now();
  const pump = setInterval(() => {
    const now = performance.now();
    const share = Math.ceil(((now - last) / 1000) * (BYTES_PER_SECOND / Math.max(1, sending.size)));
    last = now;
    for (const each of sending) {
      const next = each.at + share;
      each.response.write(each.body.subarray(each.at, next));
      each.at = next;
      if (next < each.body.length) continue;
      each.response.end();
      sending.delete(each);
    }
  }, TICK_MS);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    async close() {
      clearInterval(pump);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
