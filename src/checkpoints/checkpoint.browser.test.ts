/** Loading by URL in a browser: its fetch, its streams, its File. */
import { expect } from '@esm-bundle/chai';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { CheckpointSource, LoadProgress } from './checkpoint-source.js';
import { loadCheckpoint, openCheckpoint } from './checkpoint.js';
import { GOOD, dropped, type Files } from './checkpoint.testing.js';
import { SMALL } from './formats/encode-checkpoint.testing.js';
import { EVERY_FORMAT, droppedFiles } from './formats/formats.testing.js';

const urls: string[] = [];

function atURLs(files: Files): CheckpointSource {
  const addresses = Object.entries(files).map(([name, content]) => {
    const url = URL.createObjectURL(new Blob([content as BlobPart]));
    urls.push(url);
    return [name, url];
  });
  return { kind: 'urls', files: Object.fromEntries(addresses) as Record<string, string> };
}

async function failure(loading: Promise<unknown>): Promise<TimbrelError> {
  const error: unknown = await loading.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof TimbrelError)) throw new Error(`expected a TimbrelError, got ${String(error)}`);
  return error;
}

describe('a checkpoint in the browser', () => {
  afterEach(() => urls.splice(0).forEach((url) => URL.revokeObjectURL(url)));

  it('is read from URLs, with progress from zero to all its bytes', async () => {
    const progress: LoadProgress[] = [];
    const { tensors } = await loadCheckpoint(atURLs(GOOD), { onProgress: (p) => progress.push(p) });
    expect([...(tensors.get('a')?.data ?? [])]).to.deep.equal([1, 2, 3, 4, 5, 6]);
    expect(progress[0]).to.deep.equal({ stage: 'download', loaded: 0, total: 28 });
    expect(progress.at(-1)).to.deep.equal({ stage: 'prepare', loaded: 28, total: 28 });
    const loaded = progress.map((p) => p.loaded);
    expect(loaded).to.deep.equal([...loaded].sort((a, b) => a - b));
  });

  it('is read from dropped files', async () => {
    expect((await loadCheckpoint(dropped(GOOD))).tensors.size).to.equal(2);
  });

  it('is given up when aborted, before and between its files', async () => {
    const before = loadCheckpoint(atURLs(GOOD), { signal: AbortSignal.abort() });
    expect((await failure(before)).code).to.equal('ABORTED');
    const controller = new AbortController();
    const during = loadCheckpoint(atURLs(GOOD), {
      signal: controller.signal,
      // The first report comes after the manifest and before the shards.
      onProgress: () => controller.abort(),
    });
    expect((await failure(during)).code).to.equal('ABORTED');
  });

  it('is refused where the server has a page instead of the manifest', async () => {
    const page = atURLs({ ...GOOD, 'weights_manifest.json': '<!DOCTYPE html><title>Not here</title>' });
    expect((await failure(loadCheckpoint(page))).code).to.equal('CHECKPOINT_FORMAT');
  });

  it('is CHECKPOINT_MISSING where the server says 404', async () => {
    const base = new URL('./no-such-folder/', import.meta.url).href;
    const error = await failure(loadCheckpoint({ kind: 'folder', base }));
    expect(error.code).to.equal('CHECKPOINT_MISSING');
    expect(error.message).to.contain('no-such-folder/weights_manifest.json');
  });

  it('is CHECKPOINT_UNREACHABLE where nobody answers', async () => {
    const source = atURLs(GOOD);
    urls.forEach((url) => URL.revokeObjectURL(url));
    expect((await failure(loadCheckpoint(source))).code).to.equal('CHECKPOINT_UNREACHABLE');
  });
});

describe('checkpoints of other formats in the browser', () => {
  afterEach(() => urls.splice(0).forEach((url) => URL.revokeObjectURL(url)));

  for (const [format, files] of Object.entries(EVERY_FORMAT)) {
    it(`${format}, dropped`, async () => {
      const { tensors } = await loadCheckpoint(droppedFiles(files));
      expect([...tensors.keys()].sort()).to.deep.equal(Object.keys(SMALL).sort());
      for (const [name, { values }] of Object.entries(SMALL)) {
        expect([...(tensors.get(name)?.data ?? [])]).to.deep.equal(values.map(Math.fround));
      }
    });
  }

  it('one file, by URL', async () => {
    const address = URL.createObjectURL(new Blob([EVERY_FORMAT['.mag']['run.mag'] as BlobPart]));
    urls.push(address);
    const opened = await openCheckpoint({ kind: 'address', address });
    expect(opened.generator?.id).to.equal('lookback_rnn');
    const tensors = await opened.readTensors(['a/bias']);
    expect([...(tensors.get('a/bias')?.data ?? [])]).to.deep.equal([0.5, 0, -0.5]);
  });
});
