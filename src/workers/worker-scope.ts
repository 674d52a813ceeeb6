/** The inside of a worker, a web worker in the browser or a worker thread in Node, as the two ends of its port. */
import type { TransferListItem } from 'node:worker_threads';
import { nodeModule } from '../node/node-module.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { createReceiver, type Families, type Post } from './server.js';

/** Serves the page that started this worker. */
export function serveFamilies(families: Families): void {
  if (typeof self === 'object' && typeof self.postMessage === 'function') serveInBrowser(families);
  // Not awaited: bundlers build workers for browsers that do not know a wait at the top level.
  else void serveInNode(families);
}

const READY: FromWorker = { ready: true };

function serveInBrowser(families: Families): void {
  const post: Post = (reply, transfer) => self.postMessage(reply, { transfer });
  const receive = createReceiver(families, post);
  self.onmessage = (event: MessageEvent<ToWorker>) => receive(event.data);
  self.postMessage(READY);
}

async function serveInNode(families: Families): Promise<void> {
  const { parentPort } = await nodeModule('worker_threads');
  const { setFlagsFromString } = await nodeModule('v8');
  // Node before 22 hides relaxed SIMD behind this flag; it must be set before the first module is compiled.
  if (Number(process.versions.node.split('.')[0]) < 22)
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (!parentPort) throw new Error('model-worker.js runs in a worker thread only');
  const port = parentPort;
  const post: Post = (reply, transfer) => port.postMessage(reply, transfer as unknown as TransferListItem[]);
  port.on('message', createReceiver(families, post));
  port.postMessage(READY);
}
