/** Entry of the model worker: a web worker in the browser, a worker thread in Node. */
import type { TransferListItem } from 'node:worker_threads';
import type { ModelAnswer, ModelCancel, ModelRequest } from './messages.js';
import { nodeModule } from '../node/node-module.js';
import { ModelServer } from './model-server.js';

type Post = (answer: ModelAnswer, transfer?: Transferable[]) => void;

function serve(post: Post): (message: ModelRequest | ModelCancel) => void {
  const server = new ModelServer(post);
  return (message) => server.receive(message);
}

function serveInBrowser(): void {
  const post: Post = (answer, transfer = []) => self.postMessage(answer, { transfer });
  const receive = serve(post);
  self.onmessage = (event: MessageEvent<ModelRequest | ModelCancel>) => receive(event.data);
  post({ type: 'ready', id: 0 });
}

async function serveInNode(): Promise<void> {
  const { parentPort } = await nodeModule('worker_threads');
  const { setFlagsFromString } = await nodeModule('v8');
  // Node before 22 hides relaxed SIMD behind this flag; it must be set before the first module is compiled.
  if (Number(process.versions.node.split('.')[0]) < 22)
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  if (!parentPort) throw new Error('model-worker.js runs in a worker thread only');
  const port = parentPort;
  const post: Post = (answer, transfer = []) =>
    port.postMessage(answer, transfer as unknown as TransferListItem[]);
  port.on('message', serve(post));
  post({ type: 'ready', id: 0 });
}

// No await out here: bundlers build workers for browsers that do not know it.
if (typeof self === 'object' && typeof self.postMessage === 'function') serveInBrowser();
else void serveInNode();
