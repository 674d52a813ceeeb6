/** A worker without a thread: both ends of the wire in one, over a real message port, so that what is sent is cloned or transferred. */
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
    const receive = createReceiver(families, (reply, transfer) => port2.postMessage(reply, transfer));
    port2.onmessage = (event: MessageEvent<ToWorker>) => receive(event.data);
    port1.onmessage = (event: MessageEvent<FromWorker>) => listener.message(event.data);
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
      post: (message, transfer = []) => port1.postMessage(message, transfer),
      setBusy: () => {},
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
