/** A WAV file read in pieces: hours of it take no more memory than seconds. */
import { open, type FileHandle } from 'node:fs/promises';
import { readWavFrames, wavLayout, type WavLayout } from '../../audio/wav.js';
import { TimbrelError, withoutCode } from '../../errors/timbrel-error.js';
import { withFileName } from '../read-file.js';

/** Bytes of the beginning in which the samples have to begin: what stands before them is descriptions. */
const HEAD_BYTES = 1 << 20;

export class WavFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly layout: WavLayout,
  ) {}

  /** @throws AUDIO_FORMAT FILE_FAILED, or what the system says; all name the file */
  static async open(name: string): Promise<WavFile> {
    const file = await open(name);
    try {
      const { size } = await file.stat();
      const head = new Uint8Array(Math.min(size, HEAD_BYTES));
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      return new WavFile(file, wavLayout(new DataView(head.buffer, 0, bytesRead), size));
    } catch (error) {
      await file.close();
      if (!(error instanceof TimbrelError)) throw withFileName(name, error);
      throw new TimbrelError(error.code, `${name}: ${withoutCode(error)}`, { cause: error });
    }
  }

  get sampleRate(): number {
    return this.layout.sampleRate;
  }

  /** Samples of each channel. */
  get length(): number {
    return this.layout.frames;
  }

  get seconds(): number {
    return this.length / this.sampleRate;
  }

  /** Seconds that the header tells of and the file has not. */
  get secondsMissing(): number {
    return this.layout.missing / this.sampleRate;
  }

  /** @returns samples `from` to before `to` of each channel */
  async read(from: number, to: number): Promise<Float32Array[]> {
    const { begin, frameBytes } = this.layout;
    const bytes = new Uint8Array((Math.min(to, this.length) - from) * frameBytes);
    let filled = 0;
    while (filled < bytes.length) {
      const position = begin + from * frameBytes + filled;
      const { bytesRead } = await this.file.read(bytes, filled, bytes.length - filled, position);
      // It became shorter since it was opened.
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return readWavFrames(new DataView(bytes.buffer, 0, filled), this.layout);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
