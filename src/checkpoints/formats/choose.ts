/** Chooses the checkpoint among several files. */
import { TimbrelError, throwIfAborted } from '../../errors/timbrel-error.js';
import { detect, pathInState, type Detected } from './detect.js';
import { absent, unknownFormat } from '../failures.js';
import type { FileSet } from '../sources/file-set.js';
import { baseName, folderOf } from '../sources/address.js';
import { text } from './protobuf.js';

export interface Candidate {
  readonly name: string;
  readonly detected: Detected;
}

/** Files that lie beside checkpoints and are none: shards may hold any bytes. */
const NO_CANDIDATE = /\.data-\d{5}-of-\d{5}$|\.meta$|\.json$|\.txt$|\.md$|\.pbtxt$|^\.|(^|\/)\._/i;

/** Names of what should be a checkpoint. */
const PROMISES = /\.(?:index|mag|tar|tgz|gz|zip)$|\.ckpt-\d+$/i;

const isManifestName = (name: string) => baseName(name) === 'weights_manifest.json';

/** @throws CHECKPOINT_MISSING, CHECKPOINT_AMBIGUOUS, or what the only candidate has wrong with it */
export async function chooseCandidate(set: FileSet, signal?: AbortSignal): Promise<Candidate> {
  const names = set.names.filter((name) => isManifestName(name) || !NO_CANDIDATE.test(baseName(name)));
  const found: Candidate[] = [];
  const failures: unknown[] = [];
  for (const name of names) {
    throwIfAborted(signal, `Reading ${set.location}`);
    try {
      const detected = await detect(set.open(name), signal);
      if (detected.kind !== 'unknown' || set.names.length === 1) found.push({ name, detected });
      else if (PROMISES.test(name)) failures.push(unknownFormat(name));
    } catch (error) {
      if (error instanceof TimbrelError && error.code === 'ABORTED') throw error;
      failures.push(error);
    }
  }
  const states = found.filter(({ detected }) => detected.kind === 'state');
  let left: readonly Candidate[] = found.filter(({ detected }) => detected.kind !== 'state');
  const manifests = left.filter(({ detected }) => detected.kind === 'manifest');
  // A conversion beside its original: it has no optimiser's tensors.
  if (manifests.length === 1) left = manifests;
  for (const { name } of states) left = await followState(set, name, left, signal);
  left = latestStep(latestStage(left));
  if (left.length === 1) return left[0];
  if (left.length > 1) {
    throw new TimbrelError(
      'CHECKPOINT_AMBIGUOUS',
      `${set.location} has ${left.length} checkpoints (${left.map(({ name }) => name).join(', ')}). Name or drop one of them`,
    );
  }
  // A damaged checkpoint rather than none.
  if (failures.length > 0) throw failures[0];
  throw absent(
    `A checkpoint (weights_manifest.json, PREFIX.index, .mag ...)`,
    `${set.location} has ${set.names.slice(0, 20).join(', ') || 'no files'}`,
  );
}

/** A state file names the latest checkpoint of its folder: the others there are older. */
async function followState(
  set: FileSet,
  state: string,
  candidates: readonly Candidate[],
  signal?: AbortSignal,
): Promise<readonly Candidate[]> {
  const source = set.open(state);
  const path = pathInState(text(await source.read(0, await source.size(signal), signal)));
  const latest = folderOf(state) + baseName(path ?? '');
  const isLatest = ({ name }: Candidate) => name === latest || name === `${latest}.index`;
  if (!candidates.some(isLatest)) return candidates;
  return candidates.filter((one) => isLatest(one) || folderOf(one.name) !== folderOf(state));
}

const STAGE = /(?:^|\/)stage_(\d+)\//;
const STEP = /-(\d+)(?:\.index)?$/;

/** GANSynth grows in stages, each a folder; the last one is the network. */
const latestStage = (candidates: readonly Candidate[]) => largest(candidates, STAGE);

/** Chooses the latest step: model.ckpt-2000 before model.ckpt-1000. */
function latestStep(candidates: readonly Candidate[]): readonly Candidate[] {
  const stems = new Set(candidates.map(({ name }) => name.replace(STEP, '')));
  return stems.size === 1 ? largest(candidates, STEP) : candidates;
}

function largest(candidates: readonly Candidate[], number: RegExp): readonly Candidate[] {
  const numbers = candidates.map(({ name }) => Number(number.exec(name)?.[1] ?? NaN));
  if (numbers.some(Number.isNaN)) return candidates;
  return candidates.filter((_, i) => numbers[i] === Math.max(...numbers));
}
