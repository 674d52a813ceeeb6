/** The lines of docs/command.md for several machines, as they stand there, with smaller numbers: what schedules the shares is stood in for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { cli, tune, writeMidiFile } from './command.testing.js';

const STANDING_IN = {
  timbrel: `#!/bin/sh
exec '${process.execPath}' '${cli}' "$@"
`,
  // COMMAND with {} ::: VALUES
  parallel: `#!/bin/sh
while [ "$1" != ::: ]; do command="$command $1"; shift; done
shift
for value; do sh -c "$(echo "$command" | sed "s/{}/$value/g")" || exit 1; done
`,
  // Runs the tasks of an array one after another, and prints the number of a job.
  sbatch: `#!/bin/sh
for argument; do case $argument in --array=1-*) last=\${argument#--array=1-};; esac; done
for i in $(seq \${last:-1}); do SLURM_ARRAY_TASK_ID=$i sh -c "$argument" >&2 || exit 1; done
echo 7
`,
  'ray.py': `class remote:
    def __init__(self, call):
        self.remote = call

def get(results):
    return results
`,
};

const SMALLER: readonly (readonly [string, string])[] = [
  ['--array=1-64', '--array=1-3'],
  ['_ID/64', '_ID/3'],
  ['{}/8', '{}/3'],
  ['seq 8', 'seq 3'],
  ['10000', '4'],
  ['24-84 --all-timbres', '60-62 --timbre flute'],
  ['(i, 64)', '(i, 3)'],
  ['range(1, 65)', 'range(1, 4)'],
];

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

/** The blocks of code of the section, made smaller. */
function blocks(): string[] {
  const document = readFileSync(new URL('../../docs/command.md', import.meta.url), 'utf8');
  const [, section] = /^## All cores, several machines\n(.*?)^## /ms.exec(document) ?? [];
  let smaller = section.replaceAll('/shared/', `${folder}/shared/`);
  for (const [from, to] of SMALLER) {
    assert.ok(smaller.includes(from), `the section has no ${from}`);
    smaller = smaller.replaceAll(from, to);
  }
  const found = smaller.matchAll(/(?:^(?: {4}.*)?\n)+/gm);
  return [...found].map(([block]) => block.replaceAll(/^ {4}/gm, '').trim()).filter((block) => block !== '');
}

function run(program: string, args: readonly string[]): void {
  const env = { ...process.env, PATH: `${at('bin')}:${process.env.PATH}`, PYTHONPATH: at('bin') };
  const { status, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
}
const shell = (text: string) => run('sh', ['-ec', text]);
const python = (text: string) => run('python3', ['-c', text]);
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Every file below a folder but those of the shares, and what is in it. */
function contentsOf(name: string): Record<string, string> {
  const files = readdirSync(at(name), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => path.relative(at(name), path.join(entry.parentPath, entry.name)));
  return Object.fromEntries(
    paths
      .filter((file) => !file.startsWith('shares'))
      .sort()
      .map((file) => [file, readFileSync(at(name, file)).toString('base64')]),
  );
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'timbrel-machines-'));
  mkdirSync(at('bin'));
  for (const [name, text] of Object.entries(STANDING_IN)) {
    writeFileSync(at('bin', name), text);
    chmodSync(at('bin', name), 0o755);
  }
  for (const music of ['midi', 'shared/midi'])
    for (let i = 1; i <= 5; i++) await writeMidiFile(at(music, `${i}.mid`), tune(i));
});
after(() => rmSync(folder, { recursive: true }));

describe('the lines of docs/command.md', () => {
  test('are four blocks, two of them for Ray', () => {
    assert.deepEqual(
      blocks().map((block) => block.startsWith('import ray')),
      [false, true, false, true],
    );
  });

  test('for GNU parallel and Slurm make files, as one call does', () => {
    shell(blocks()[0]);
    shell('timbrel melody-rnn generate --output-dir one --num-outputs 4 --seed 7');
    assert.equal(Object.keys(contentsOf('out')).length, 4);
    assert.deepEqual(contentsOf('out'), contentsOf('one'));
    assert.deepEqual(Object.keys(contentsOf('notes')), ['flute_60.wav', 'flute_61.wav', 'flute_62.wav']);
  });

  test('for GNU parallel and Slurm make datasets, as one call does', () => {
    shell(blocks()[2]);
    for (const [name, model] of [
      ['data', 'performance-rnn'],
      ['windows', 'music-vae'],
    ]) {
      shell(`timbrel dataset ${model} --input midi/ --output one-${name}/`);
      assert.deepEqual(contentsOf(name), contentsOf(`one-${name}`));
    }
  });

  test('for Ray make the same', { skip: hasPython ? false : 'python3 is not here' }, () => {
    for (const i of [1, 3]) python(blocks()[i]);
    assert.deepEqual(contentsOf('shared/out'), contentsOf('one'));
    assert.deepEqual(contentsOf('shared/data'), contentsOf('one-data'));
  });
});
