/** Selects the tensors that are to be read. */
import { TimbrelError } from '../errors/timbrel-error.js';
import type { TensorInfo } from './opened-checkpoint.js';

/** @throws CHECKPOINT_TENSOR_MISSING */
export function requested(
  entries: ReadonlyMap<string, TensorInfo>,
  names: Iterable<string> | undefined,
  location: string,
): string[] {
  if (!names) {
    return [...entries].filter(([, { dtype }]) => !/^(?:string|type )/.test(dtype)).map(([name]) => name);
  }
  const wanted = [...new Set(names)];
  const some = [...entries.keys()].slice(0, 3).join(', ');
  if (wanted.length === 0) {
    throw new TimbrelError(
      'CHECKPOINT_TENSOR_MISSING',
      `${location} has none of the tensors of the model; it has ${entries.size}: ${some} ... Is it one of another model?`,
    );
  }
  const lacking = wanted.filter((name) => !entries.has(name));
  if (lacking.length === 0) return wanted;
  throw new TimbrelError(
    'CHECKPOINT_TENSOR_MISSING',
    `${location} has no tensor ${lacking.slice(0, 3).join(', ')}; it has ${some} ...`,
  );
}
