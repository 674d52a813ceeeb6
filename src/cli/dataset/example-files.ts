/** The arrays of one split as files, written as they come: those of a thousand recordings do not fit into memory. */
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../output-folder.js';
import type { ExampleArrays } from './examples.js';
import { NpyWriter } from './npy.js';

const EMPTY: ExampleArrays = {
  lengths: new Uint32Array(0),
  origins: new Uint32Array(0),
  labels: new Uint16Array(0),
  ends: new Uint32Array(0),
  columns: new Uint16Array(0),
  values: new Float32Array(0),
};
export const NAMES = Object.keys(EMPTY) as (keyof ExampleArrays)[];

export class ExampleFiles {
  /** Examples written so far. */
  count = 0;
  private end = 0;

  private constructor(
    private readonly folder: string,
    private readonly writers: Readonly<Record<keyof ExampleArrays, NpyWriter>>,
  ) {}

  /** @param folder FOLDER/NAME.npy are there when {@link finish} has been called; until then they have another name */
  static async create(folder: string): Promise<ExampleFiles> {
    await makeFolder(folder);
    const writers = {} as Record<keyof ExampleArrays, NpyWriter>;
    for (const name of NAMES) writers[name] = await NpyWriter.create(partFile(folder, name), EMPTY[name]);
    return new ExampleFiles(folder, writers);
  }

  /** @param arrays of further pieces; their rows are put behind those that are there */
  async append(arrays: ExampleArrays): Promise<void> {
    const { end } = this;
    const ends = end === 0 ? arrays.ends : arrays.ends.map((rowEnd) => rowEnd + end);
    for (const name of NAMES) await this.writers[name].append(name === 'ends' ? ends : arrays[name]);
    this.end += arrays.columns.length;
    this.count += arrays.labels.length;
  }

  async finish(): Promise<void> {
    for (const name of NAMES) {
      await this.writers[name].close();
      await rename(partFile(this.folder, name), path.join(this.folder, `${name}.npy`));
    }
  }

  async discard(): Promise<void> {
    for (const name of NAMES) {
      await this.writers[name].abandon();
      await rm(partFile(this.folder, name), { force: true });
    }
  }
}

const partFile = (folder: string, name: string) => path.join(folder, `${name}.npy.part`);
