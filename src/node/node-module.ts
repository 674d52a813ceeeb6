/** Node's own modules, out of sight of bundlers for the web: those follow every import, of branches that never run there too. */
import type * as crypto from 'node:crypto';
import type * as fs from 'node:fs';
import type * as promises from 'node:fs/promises';
import type * as module from 'node:module';
import type * as os from 'node:os';
import type * as path from 'node:path';
import type * as url from 'node:url';
import type * as v8 from 'node:v8';
import type * as workerThreads from 'node:worker_threads';

interface NodeModules {
  crypto: typeof crypto;
  fs: typeof fs;
  'fs/promises': typeof promises;
  module: typeof module;
  os: typeof os;
  path: typeof path;
  url: typeof url;
  v8: typeof v8;
  worker_threads: typeof workerThreads;
}

/** Bundlers for the web may bring a `process` of their own, which has no such version. */
export const inNode = () => typeof process === 'object' && typeof process.versions?.node === 'string';

/** In Node only. Bundlers do not see which modules are asked for. */
export function nodeModuleNow<K extends keyof NodeModules>(name: K): NodeModules[K] {
  const found: unknown = process.getBuiltinModule(`node:${name}`);
  return found as NodeModules[K];
}

/** Loads as {@link nodeModuleNow} does; what goes wrong rejects. */
export const nodeModule = async <K extends keyof NodeModules>(name: K): Promise<NodeModules[K]> =>
  nodeModuleNow(name);
