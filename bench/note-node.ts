/** bench/time-notes.ts in Node: prints its rows as JSON in the last line. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { timeNotes } from './time-notes.js';

const dist = new URL('../dist/', import.meta.url);
const backend = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');

const rows = await timeNotes({
  where: ', Node',
  rounds: { full: 7, default: 15 },
  tfjsFiles: `${path.dirname(backend)}/`,
  fetchBytes: (name) => readFile(new URL(name, dist)),
});
console.log(JSON.stringify(rows));
process.exit(0);
