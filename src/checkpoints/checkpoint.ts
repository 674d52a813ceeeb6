import type { CheckpointSource, LoadProgress } from '../messages/model-worker.js';
export interface Tensor { readonly shape: readonly number[]; readonly data: Float32Array }
export interface Checkpoint { readonly tensors: Map<string, Tensor>; readJSON(name: string): Promise<unknown> }
export async function loadCheckpoint(source: CheckpointSource, options: { signal?: AbortSignal; onProgress?: (p: LoadProgress) => void } = {}): Promise<Checkpoint> {
  const read = async (name: string): Promise<ArrayBuffer> => {
    if (source.kind === 'files') return source.files.find((f) => f.name === name)!.arrayBuffer();
    const url = source.kind === 'folder' ? source.base + name : source.files[name];
    if (!/^(https?|blob|data):/.test(url)) { const { readFile } = await import('node:fs/promises'); const b = await readFile(url.startsWith('file:') ? new URL(url) : url); return b.buffer.slice(b.byteOffset, b.byteOffset + b.length) as ArrayBuffer; }
    return (await fetch(url, { signal: options.signal })).arrayBuffer();
  };
  const json = async (name: string) => JSON.parse(new TextDecoder().decode(await read(name)));
  const [group] = await json('weights_manifest.json');
  const parts = await Promise.all(group.paths.map(read));
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  const tensors = new Map<string, Tensor>(); let at = 0;
  for (const { name, shape } of group.weights) { const n = shape.reduce((a: number, b: number) => a * b, 1); tensors.set(name, { shape, data: new Float32Array(bytes.slice(at, at + 4 * n).buffer) }); at += 4 * n; }
  return { tensors, readJSON: (name) => json(name).catch(() => undefined) };
}
