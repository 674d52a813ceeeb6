/** The one way to hold memory of a WebAssembly instance: areas one behind the other, which live as long as the instance. */
import { TimbrelError } from '../errors/timbrel-error.js';

const ALIGNMENT = 64;

const aligned = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** Addresses and sizes are in bytes. */
export class Arena {
  private top: number;

  /** @param heapBase first free byte */
  constructor(
    private readonly memory: WebAssembly.Memory,
    heapBase: number,
  ) {
    this.top = aligned(heapBase);
  }

  /** Memory reserved so far, with what the module itself needs. */
  get bytes(): number {
    return this.top;
  }

  /** @returns the address of `bytes` of its own. @throws WASM_UNAVAILABLE when there is not enough memory */
  reserve(bytes: number): number {
    const address = this.top;
    this.grow(address + bytes);
    this.top = aligned(address + bytes);
    return address;
  }

  /** Reserves an area for `values` and copies them there. @throws WASM_UNAVAILABLE */
  store(values: Float32Array): number {
    const address = this.reserve(values.byteLength);
    this.floats(address, values.length).set(values);
    return address;
  }

  /** Reserves an area for a record of 32-bit integers, which a kernel reads as a class. @throws WASM_UNAVAILABLE */
  record(...fields: number[]): number {
    const address = this.reserve(4 * fields.length);
    this.integers(address, fields.length).set(fields);
    return address;
  }

  /**
   * Areas above all that is reserved, of the given sizes: they hold what is used up before the next call of anything.
   * @throws WASM_UNAVAILABLE
   */
  scratch(...sizes: number[]): number[] {
    let end = this.top;
    const addresses = sizes.map((bytes) => {
      const address = end;
      end += aligned(bytes);
      return address;
    });
    this.grow(end);
    return addresses;
  }

  /** A view that the next growth of the memory ends. */
  floats(address: number, length: number): Float32Array<ArrayBuffer> {
    return new Float32Array(this.buffer, address, length);
  }

  /** A view that the next growth of the memory ends. */
  integers(address: number, length: number): Int32Array<ArrayBuffer> {
    return new Int32Array(this.buffer, address, length);
  }

  /** The memory, until its next growth. */
  get buffer(): ArrayBuffer {
    return this.memory.buffer;
  }

  private grow(bytes: number): void {
    const pages = Math.ceil((bytes - this.memory.buffer.byteLength) / 65536);
    try {
      if (pages > 0) this.memory.grow(pages);
    } catch (cause) {
      throw new TimbrelError(
        'WASM_UNAVAILABLE',
        `The network needs ${Math.ceil(bytes / 1e6)} MB of memory, more than there is`,
        { cause },
      );
    }
  }
}
