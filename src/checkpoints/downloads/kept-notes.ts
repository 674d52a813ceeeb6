/**
 * Notes that were decoded once and are kept, beside the downloads and cleared like them: a file a note, its hash before its bytes. There are
 * never many more bytes than a bound; the oldest go first. Keeping is a favour: what cannot be kept or read is computed again, and no failure
 * leaves here.
 */
import { sha256OfBytes } from './digest.js';
import { openStore, type Store } from './store.js';
import { NOTES_FOLDER, NOTE_ENDING } from './stored-checkpoint.js';

/** Bytes of all notes: 16 000 s of sound of one byte a sample, three times what a grid of Open NSynth Super has. */
const MOST_BYTES = 256e6;
/** Hexadecimal, as text. */
const HASH_BYTES = 64;
/** Other workers write too: after so many notes of its own a worker looks again at what is there. */
const NOTES_BETWEEN_LOOKS = 16;

export class KeptNotes {
  /** All notes, as far as this worker knows; undefined before it has looked. */
  private bytes: number | undefined;
  private written = 0;

  /** @param most bytes of all notes, in tests */
  constructor(
    private readonly store: Store,
    private readonly most = MOST_BYTES,
  ) {}

  /** @returns undefined where nothing can be kept */
  static async open(): Promise<KeptNotes | undefined> {
    const store = await openStore();
    return store && new KeptNotes(store);
  }

  /** @param key letters and digits @returns undefined where it is not there, or not as it was written */
  async read(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const path = pathOf(key);
    try {
      const source = await this.store.source(path);
      const file = await source.readAll({ limit: this.most });
      const bytes = file.slice(HASH_BYTES);
      if (new TextDecoder().decode(file.subarray(0, HASH_BYTES)) === (await sha256OfBytes(bytes)))
        return bytes;
      await this.remove(path);
    } catch {
      // It is not there.
    }
    return undefined;
  }

  async write(key: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const path = pathOf(key);
    const length = HASH_BYTES + bytes.length;
    try {
      if (!(await this.makeRoom(length))) return;
      const content = new Uint8Array(length);
      content.set(new TextEncoder().encode(await sha256OfBytes(bytes)));
      content.set(bytes, HASH_BYTES);
      await this.put(path, content);
      this.bytes = (this.bytes ?? 0) + length;
      this.written++;
    } catch {
      // The disk is full, or somebody writes the same note.
    }
  }

  private async put(path: string, content: Uint8Array): Promise<void> {
    const file = await this.store.open(path);
    try {
      await file.clear();
      await file.append(content);
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await this.remove(path);
      throw error;
    }
  }

  /** Removes the oldest notes until there is room for another. @returns whether there is */
  private async makeRoom(length: number): Promise<boolean> {
    const free = (await this.store.free()) ?? Infinity;
    const enough = (bytes: number) => bytes + length <= this.most;
    const looked = this.bytes !== undefined && this.written % NOTES_BETWEEN_LOOKS !== 0;
    if (looked && enough(this.bytes ?? 0) && length <= free) return true;
    const notes = (await this.store.list(NOTES_FOLDER)).toSorted((a, b) => a.modified - b.modified);
    let bytes = notes.reduce((sum, note) => sum + note.bytes, 0);
    let freed = 0;
    for (const note of notes) {
      if (enough(bytes) && length <= free + freed) break;
      await this.remove(note.path);
      bytes -= note.bytes;
      freed += note.bytes;
    }
    this.bytes = bytes;
    return enough(bytes) && length <= free + freed;
  }

  private remove(path: string): Promise<void> {
    return this.store.remove(path).catch(() => {});
  }
}

const pathOf = (key: string) => `${NOTES_FOLDER}/${key}${NOTE_ENDING}`;
