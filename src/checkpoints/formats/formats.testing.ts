/** The same small checkpoint in every format. */
import {
  SMALL,
  encodeGzip,
  encodeMag,
  encodeTar,
  encodeV1,
  encodeV2,
  encodeZip,
} from './encode-checkpoint.testing.js';

export type FileContents = Readonly<Record<string, Uint8Array>>;

const v2 = encodeV2('model.ckpt-20', SMALL);
const inFolder = Object.fromEntries(Object.entries(v2).map(([name, bytes]) => [`run/train/${name}`, bytes]));
const mag = encodeMag('lookback_rnn', encodeV1(SMALL));
const state = new TextEncoder().encode('model_checkpoint_path: "/home/me/run/model.ckpt-20"\n');

/** Files of one checkpoint each. */
export const EVERY_FORMAT: Readonly<Record<string, FileContents>> = {
  'TensorFlow V2': v2,
  'TensorFlow V2 in three shards': encodeV2('model.ckpt-20', SMALL, { shards: 3 }),
  'TensorFlow V1': { 'model.ckpt-20': encodeV1(SMALL) },
  'TensorFlow V1, values unpacked': { 'model.ckpt-20': encodeV1(SMALL, { content: 'unpacked' }) },
  'TensorFlow V1, values as bytes': { 'model.ckpt-20': encodeV1(SMALL, { content: 'raw' }) },
  '.mag': { 'run.mag': mag },
  '.tar of V2': { 'run.tar': encodeTar({ ...inFolder, 'run/train/checkpoint': state }) },
  '.tgz of V2': { 'run.tgz': encodeGzip(encodeTar({ 'README.md': 'hello', ...inFolder })) },
  '.zip of V2': { 'run.zip': encodeZip({ 'README.md': 'hello', ...inFolder }) },
  '.zip of .mag, stored': { 'run.zip': encodeZip({ 'run.mag': mag }, 0) },
  '.gz of .mag': { 'run.mag.gz': encodeGzip(mag) },
};

export const droppedFiles = (files: FileContents) => ({
  kind: 'files' as const,
  files: Object.entries(files).map(([name, bytes]) => new File([bytes as BlobPart], name)),
});
