/** A worker without a thread: both ends of the wire in one, over a real message port, so that what is sent is cloned or transferred. */
import { MessageChannel, type TransferListItem } from 'node:worker_threads';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { createReceiver, type Families } from './server.js';
import type { Spawn } from './spawn.js';

export interface Loopback {
  readonly spawn: Spawn;
  /** Ends the worker started as the `index`th as if it had crashed. */
  die(index: number): void;
  /** Workers that were started and not terminated. */
  readonly alive: number;
}

export function loopback(families: Families): Loopback {
  const workers: { die: () => void; alive: boolean }[] = [];
  const spawn: Spawn = async (listener) => {
    const { port1, port2 } = new MessageChannel();
    const close = () => (port1.close(), port2.close());
    const receive = createReceiver(families, (reply, transfer) =>
      port2.postMessage(reply, transfer as TransferListItem[]),
    );
    port2.on('message', (message: ToWorker) => receive(message));
    port1.on('message', (message: FromWorker) => listener.message(message));
    const state = {
      alive: true,
      die() {
        close();
        state.alive = false;
        listener.failed(new TimbrelError('WORKER_FAILED', 'The worker died'));
      },
    };
    workers.push(state);
    const ready: FromWorker = { ready: true };
    port2.postMessage(ready);
    return {
      post: (message, transfer = []) => port1.postMessage(message, transfer as TransferListItem[]),
      // As with a thread: a worker that waits does not keep the program alive.
      setBusy: (busy) => [port1, port2].forEach((port) => (busy ? port.ref() : port.unref())),
      terminate: () => {
        close();
        state.alive = false;
      },
    };
  };
  return {
    spawn,
    die: (index) => workers[index].die(),
    get alive() {
      return workers.filter(({ alive }) => alive).length;
    },
  };
}
