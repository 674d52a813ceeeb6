/** A host of checkpoints that can lose files, break connections and know no ranges. Answers as a host of another origin. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse, content: Uint8Array) => boolean;

export class Host {
  /** Names of files, and where they were to begin. */
  requests: string[] = [];
  modified = 'Mon, 02 Jun 2025 10:00:00 GMT';
  /** Takes an answer over by returning true. */
  instead: Answer = () => false;
  base = '';

  /** @param files by name: all paths lead to them */
  constructor(public files: Readonly<Record<string, Uint8Array>>) {}

  private readonly server = createServer((request, response) => {
    const name = decodeURI((request.url ?? '').slice(1)).replace(/^.*\//, '');
    const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? '') ?? [];
    this.requests.push(from ? `${name} from ${from}` : name);
    response.setHeader('Access-Control-Allow-Origin', '*');
    const content = this.files[name];
    if (!content) return void response.writeHead(404).end();
    if (this.instead(request, response, content)) return;
    const start = Number(from ?? 0);
    response.setHeader('Last-Modified', this.modified);
    response.setHeader('Content-Length', content.length - start);
    response.writeHead(from ? 206 : 200).end(content.subarray(start));
  });

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.base = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Node's fetch throws away what it received and has not handed over when a connection breaks: a busy reader needs this long, ms. */
const READ_MS = 400;

/** Sends some bytes, lets them be read, and breaks the connection. */
export const sendAndBreak = (response: ServerResponse, bytes: Uint8Array) =>
  response.write(bytes, () => setTimeout(() => response.destroy(), READ_MS));

/** Sends the first bytes of one file and breaks the connection; a request for the rest is answered. */
export const breakAfter =
  (name: string, bytes: number, modified: string): Answer =>
  (request, response, content) => {
    if (!request.url?.endsWith(name) || request.headers.range) return false;
    response.writeHead(200, { 'Content-Length': content.length, 'Last-Modified': modified });
    sendAndBreak(response, content.subarray(0, bytes));
    return true;
  };
