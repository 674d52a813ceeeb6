/** Node's own modules, out of sight of bundlers for the web: those follow every import, of branches that never run there too. */

interface NodeModules {
  fs: typeof import('node:fs');
  'fs/promises': typeof import('node:fs/promises');
  v8: typeof import('node:v8');
  worker_threads: typeof import('node:worker_threads');
}

/** In Node only. */
export async function nodeModule<K extends keyof NodeModules>(name: K): Promise<NodeModules[K]> {
  const id = `node:${name}`;
  // Node before 20.16 has no getBuiltinModule.
  const module: unknown =
    process.getBuiltinModule?.(id) ?? (await import(/* webpackIgnore: true */ /* @vite-ignore */ id));
  return module as NodeModules[K];
}
