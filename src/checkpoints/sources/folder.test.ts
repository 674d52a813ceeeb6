import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import type { CheckpointSource, LoadProgress } from '../checkpoint-source.js';
import { loadCheckpoint } from '../checkpoint.js';
import { GOOD } from '../checkpoint.testing.js';

describe('from a server', () => {
  const servers: ReturnType<typeof createServer>[] = [];
  after(() => servers.forEach((server) => (server.closeAllConnections(), server.close())));

  async function serve(listener: RequestListener): Promise<CheckpointSource> {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { kind: 'folder', base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
  }
  const files: RequestListener = (request, response) => {
    const content = GOOD[(request.url ?? '').slice(1)];
    response.statusCode = content === undefined ? 404 : 200;
    response.end(content);
  };

  test('it is read, and progress is told from zero to all bytes of the weights', async () => {
    const progress: LoadProgress[] = [];
    const { tensors } = await loadCheckpoint(await serve(files), { onProgress: (p) => progress.push(p) });
    assert.equal(tensors.size, 2);
    assert.deepEqual(progress[0], { stage: 'download', loaded: 0, total: 28 });
    assert.deepEqual(progress.at(-1), { stage: 'prepare', loaded: 28, total: 28 });
  });

  test('404 is CHECKPOINT_MISSING, 500 is CHECKPOINT_UNREACHABLE', async () => {
    const answer = (status: number) =>
      serve((_, response) => ((response.statusCode = status), response.end()));
    await assert.rejects(loadCheckpoint(await answer(404)), { code: 'CHECKPOINT_MISSING' });
    await assert.rejects(loadCheckpoint(await answer(500)), {
      code: 'CHECKPOINT_UNREACHABLE',
      message: /500/,
    });
  });

  test('a host that is not there is CHECKPOINT_UNREACHABLE', async () => {
    const source = await serve(files);
    await new Promise((resolve) => servers.at(-1)?.close(resolve));
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_UNREACHABLE', message: /127\.0\.0\.1/ });
  });

  test('a connection that breaks is CHECKPOINT_UNREACHABLE', async () => {
    const source = await serve((request, response) => {
      if (request.url !== '/shard2') return files(request, response);
      response.writeHead(200, { 'Content-Length': '18' });
      response.write('ab');
      setTimeout(() => response.destroy(), 20);
    });
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_UNREACHABLE', message: /shard2/ });
  });

  test('it is given up at once when aborted, before and while it loads', async () => {
    await assert.rejects(loadCheckpoint(await serve(files), { signal: AbortSignal.abort() }), {
      code: 'ABORTED',
    });
    const controller = new AbortController();
    const source = await serve((request, response) => {
      if (request.url !== '/shard2') return files(request, response);
      response.write('ab'); // and never ends
    });
    const loading = loadCheckpoint(source, {
      signal: controller.signal,
      onProgress: ({ loaded }) => loaded > 10 && controller.abort(),
    });
    await assert.rejects(loading, { code: 'ABORTED' });
  });

  test('what never ends is not read for ever', async () => {
    const source = await serve((request, response) => {
      if (request.url !== '/shard1') return files(request, response);
      const more = () => {
        while (response.write(Buffer.alloc(2 ** 16)));
        response.once('drain', more);
      };
      more();
    });
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_TRUNCATED', message: /or more/ });
  });

  test('when one shard fails, the others are given up', async () => {
    let givenUp: () => void;
    const closed = new Promise<void>((resolve) => (givenUp = resolve));
    const source = await serve((request, response) => {
      if (request.url === '/shard1') {
        response.write('ab'); // and never ends
        response.on('close', givenUp);
      } else if (request.url === '/shard2') {
        response.statusCode = 500;
        response.end();
      } else {
        files(request, response);
      }
    });
    await assert.rejects(loadCheckpoint(source), { code: 'CHECKPOINT_UNREACHABLE', message: /shard2/ });
    await closed;
  });
});

test('from a folder on disk; a path that is not there is CHECKPOINT_MISSING', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'timbrel-'));
  try {
    for (const [name, content] of Object.entries(GOOD)) await writeFile(path.join(folder, name), content);
    assert.equal((await loadCheckpoint({ kind: 'folder', base: `${folder}/` })).tensors.size, 2);
    await assert.rejects(loadCheckpoint({ kind: 'folder', base: `${folder}/no/` }), {
      code: 'CHECKPOINT_MISSING',
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
