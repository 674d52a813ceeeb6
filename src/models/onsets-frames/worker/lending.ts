/** One worker computes rows for another: the two ends of the port between them. */
import { deserializeError, serializeError } from '../../../errors/timbrel-error.js';
import type { FromLender, StackRows, ToLender } from '../protocol.js';
import { rowsOfStretch, type Borrowed } from './convolutions.js';
import type { TranscriberNetwork } from './network.js';

/** Asks the worker at the other end. */
export function borrowOver(port: MessagePort): Borrowed {
  const waiting: { resolve: (rows: StackRows) => void; reject: (error: Error) => void }[] = [];
  port.onmessage = ({ data }: MessageEvent<FromLender>) => {
    const first = waiting.shift();
    if ('error' in data) first?.reject(deserializeError(data.error));
    else first?.resolve(data.rows);
  };
  letEnd(port);
  return (stretch) =>
    new Promise((resolve, reject) => {
      waiting.push({ resolve, reject });
      const message: ToLender = stretch;
      port.postMessage(message, [stretch.frames.buffer]);
    });
}

/** Answers the worker at the other end, as long as the port is open. */
export function lendOver(port: MessagePort, network: TranscriberNetwork, bins: number): void {
  const answer = (message: FromLender, transfer: Transferable[] = []) => port.postMessage(message, transfer);
  let before = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<ToLender>) => {
    before = before.then(async () => {
      try {
        const rows = await joinedRows(network, bins, data);
        answer(
          { rows },
          rows.map(({ buffer }) => buffer),
        );
      } catch (error) {
        answer({ error: serializeError(error) });
      }
    });
  };
  letEnd(port);
}

/** In Node an open port keeps its program alive; the calls of the page do that while there is work. */
function letEnd(port: MessagePort & { unref?(): void }): void {
  port.unref?.();
}

async function joinedRows(network: TranscriberNetwork, bins: number, stretch: ToLender): Promise<StackRows> {
  const count = stretch.frames.length / bins - stretch.before - stretch.after;
  const whole = network.stacks.map(({ outputSize }) => new Float32Array(count * outputSize));
  const ends = whole.map(() => 0);
  for await (const rows of rowsOfStretch(network, bins, stretch, async () => {}))
    rows.forEach((each, i) => {
      whole[i].set(each, ends[i]);
      ends[i] += each.length;
    });
  return whole;
}
