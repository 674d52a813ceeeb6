/**
 * Starts a model worker, in the browser or in Node, from whichever host the script came from.
 */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { TransferListItem } from 'node:worker_threads';
import { nodeModule } from '../node/node-module.js';
import type { FromWorker, ToWorker } from './protocol.js';

/** A started worker, the same in the browser and in Node. */
export interface ModelWorker {
  post(message: ToWorker, transfer?: Transferable[]): void;
  /** Node: a worker that works keeps the program alive, one that waits does not. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

export interface ModelWorkerListener {
  message(message: FromWorker): void;
  /** The worker could not be loaded or died; it answers nothing any more. */
  failed(error: TimbrelError): void;
}

/** Starts a worker. Tests give another one, to do without threads. */
export type Spawn = (listener: ModelWorkerListener) => Promise<ModelWorker>;

export const spawnModelWorker: Spawn = async (listener) =>
  typeof Worker === 'function' ? spawnInBrowser(listener) : spawnInNode(listener);

function workerFailed(detail: string, cause?: unknown): TimbrelError {
  return new TimbrelError(
    'WORKER_FAILED',
    `The model worker did not start or died: ${detail}. Is model-worker.js beside the script, served as ` +
      'JavaScript, and allowed by the Content-Security-Policy (worker-src)?',
    { cause },
  );
}

function spawnInBrowser(listener: ModelWorkerListener): ModelWorker {
  const { worker, started } = startBrowserWorker();
  worker.onmessage = (event: MessageEvent<FromWorker>) => {
    if ('ready' in event.data) started();
    listener.message(event.data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    listener.failed(workerFailed(event.message || 'its script could not be loaded', event.error));
  };
  worker.onmessageerror = () => listener.failed(workerFailed('a message could not be read'));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer),
    setBusy: () => {},
    terminate: () => worker.terminate(),
  };
}

/**
 * `new Worker` refuses a script from another origin; a blob worker that imports it does not, as long
 * as its host allows cross-origin reading. Bundlers recognise the literal expression in the first line.
 * A sandboxed frame is of another origin than its own blobs, and no module may be made of them there: a classic worker
 * imports as well.
 */
function startBrowserWorker(): { worker: Worker; started: () => void } {
  try {
    const worker = new Worker(new URL('./model-worker.js', import.meta.url), {
      type: 'module',
      name: 'timbrel-model',
    });
    return { worker, started: () => {} };
  } catch {
    const url = new URL('./model-worker.js', import.meta.url).href;
    // A failed import would be an unhandled rejection, which never reaches the page: throw it instead.
    const bootstrap = `import(${JSON.stringify(url)}).catch((error) => setTimeout(() => { throw error; }))`;
    const blobURL = URL.createObjectURL(new Blob([bootstrap], { type: 'text/javascript' }));
    try {
      const type = self.origin === 'null' ? 'classic' : 'module';
      const worker = new Worker(blobURL, { type, name: 'timbrel-model' });
      return { worker, started: () => URL.revokeObjectURL(blobURL) };
    } catch (cause) {
      URL.revokeObjectURL(blobURL);
      throw workerFailed('the browser refused to start it', cause);
    }
  }
}

async function spawnInNode(listener: ModelWorkerListener): Promise<ModelWorker> {
  const { Worker: NodeWorker } = await nodeModule('worker_threads');
  const worker = startInNode(
    (execArgv) =>
      new NodeWorker(new URL('./model-worker.js', import.meta.url), { name: 'timbrel-model', execArgv }),
    process.execArgv,
  );
  worker.unref();
  worker.on('message', (message: FromWorker) => listener.message(message));
  worker.on('error', (error) => listener.failed(workerFailed(String(error), error)));
  worker.on('exit', (code) => listener.failed(workerFailed(`it ended with code ${code}`)));
  return {
    post: (message, transfer = []) => worker.postMessage(message, transfer as unknown as TransferListItem[]),
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/**
 * A worker inherits the flags of its program, and Node leaves out those that a worker cannot have, of V8 and of the process. Flags
 * that are named are refused for one such, so they are named only where one must not be inherited: `--input-type` of a program
 * that is text is no flag for a file.
 * @param start starts a worker with these flags; without any, with those of the program
 * @throws WORKER_FAILED
 */
export function startInNode<W>(start: (execArgv?: string[]) => W, programFlags: readonly string[]): W {
  const flags = programFlags.filter((flag) => !flag.startsWith('--input-type'));
  try {
    if (flags.length === programFlags.length) return start();
    try {
      return start(flags);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
      return start([]);
    }
  } catch (cause) {
    throw workerFailed(String(cause), cause);
  }
}
