/** The built command as a child process, and small music and weights to run it on. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { syntheticCheckpoint } from '../models/event-rnn/synthetic.testing.js';
import { writeMidi } from '../music/midi-writer.js';
import type { Note, NoteSequence } from '../music/note-sequence.js';
import { createRandom } from '../random/random.js';

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function timbrel(...args: readonly string[]): Promise<Outcome> {
  if (!existsSync(cli)) throw new Error(`${cli} is missing: run \`npm run build\` first`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args]);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data: Buffer) => (stdout += data));
    child.stderr.on('data', (data: Buffer) => (stderr += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Weights drawn by seed, in magenta.js format. */
export async function writeCheckpoint(
  folder: string,
  inputSize: number,
  classes: number,
  sizes: readonly number[] = [16, 16],
): Promise<string> {
  const tensors = [...syntheticCheckpoint({ inputSize, classes, sizes })];
  const weights = tensors.map(([name, { shape }]) => ({ name, shape, dtype: 'float32' }));
  const bytes = tensors.map(([, { data }]) => Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  await mkdir(folder, { recursive: true });
  await writeFile(
    path.join(folder, 'weights_manifest.json'),
    JSON.stringify([{ paths: ['shard'], weights }]),
  );
  await writeFile(path.join(folder, 'shard'), Buffer.concat(bytes));
  return folder;
}

/** A tune of quarters and eighths in C at 120 a minute, another for each seed. */
export function tune(seed: number, bars = 8, extra: Partial<Note> = {}): NoteSequence {
  const random = createRandom(seed);
  const scale = [60, 62, 64, 65, 67, 69, 71, 72];
  const notes: Note[] = [];
  let time = 0;
  while (time < 2 * bars) {
    const length = Math.min(random() < 0.5 ? 0.25 : 0.5, 2 * bars - time);
    const pitch = scale[Math.floor(scale.length * random())];
    notes.push({ pitch, velocity: 80, startTime: time, endTime: time + length, ...extra });
    time += length;
  }
  return {
    notes,
    totalTime: 2 * bars,
    tempos: [{ time: 0, qpm: 120 }],
    timeSignatures: [{ time: 0, numerator: 4, denominator: 4 }],
  };
}

export async function writeMidiFile(file: string, sequence: NoteSequence): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, writeMidi(sequence));
  return file;
}
