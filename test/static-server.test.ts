/** The server of `npm start` and of the tests: whatever it is asked, it answers and goes on. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from '../scripts/static-server.mjs';

let folder: string;
let server: Awaited<ReturnType<typeof serve>>;

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'served-'));
  mkdirSync(path.join(folder, 'root'));
  writeFileSync(path.join(folder, 'root/index.html'), 'a page');
  writeFileSync(path.join(folder, 'secret'), 'not served');
  server = await serve({ roots: { '/': path.join(folder, 'root') } });
});

after(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The status of a request whose path is sent as it is; `fetch` would tidy it. */
const status = (target: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { port } = new URL(server.url);
    get({ host: 'localhost', port, path: target }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });

describe('the static server', () => {
  for (const [what, target, expected] of [
    ['a lone per cent sign', '/%', 400],
    ['an address without a host', '//', 400],
    ['a NUL in a name', '/a%00b', 400],
    ['a path through a file', '/index.html/weights_manifest.json', 404],
    ['a name longer than a file system takes', `/${'a'.repeat(5000)}`, 404],
    ['a file above the root', '/../secret', 404],
    ['the same, encoded', '/%2e%2e%2fsecret', 404],
  ] as const) {
    test(`answers ${what} with ${expected}, and goes on`, async () => {
      assert.equal(await status(target), expected);
      assert.equal(await status('/'), 200);
    });
  }
});
