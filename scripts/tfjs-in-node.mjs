// What TensorFlow.js asks of Node. Its own module calls `require`, which modules do not have, and names a package that bundlers look
// for in vain; everything that it needs there is a global of Node now.
import { env } from '@tensorflow/tfjs-core/dist/environment.js';

const encoder = new TextEncoder();

if (env().get('IS_NODE') && !env().get('IS_BROWSER')) {
  env().setPlatform('node', {
    fetch: (path, init) => fetch(path, init),
    now: () => performance.now(),
    encode: (text) => encoder.encode(text),
    decode: (bytes, encoding) => new TextDecoder(encoding).decode(bytes),
    isTypedArray: (value) =>
      value instanceof Float32Array ||
      value instanceof Int32Array ||
      value instanceof Uint8Array ||
      value instanceof Uint8ClampedArray,
  });
}
