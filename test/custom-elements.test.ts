/** What the manifest says of elements that stand on a base: editors and frameworks know of an element what is written there. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

interface Named {
  readonly name: string;
  readonly description?: string;
  readonly privacy?: string;
  readonly kind?: string;
}

interface Declaration {
  readonly tagName?: string;
  readonly attributes?: readonly Named[];
  readonly events?: readonly Named[];
  readonly slots?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly members?: readonly Named[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const declarations = new Map<string, Declaration>();

before(() => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'manifest-'));
  const analyzer = 'node_modules/@custom-elements-manifest/analyzer/cem.js';
  const config = ['--config', 'custom-elements-manifest.config.mjs', '--quiet'];
  try {
    const args = [analyzer, 'analyze', ...config, '--outdir', path.relative(root, outdir)];
    execFileSync(process.execPath, args, { cwd: root });
    const manifest = JSON.parse(readFileSync(path.join(outdir, 'custom-elements.json'), 'utf8')) as {
      modules: { declarations?: Declaration[] }[];
    };
    for (const declaration of manifest.modules.flatMap(({ declarations = [] }) => declarations))
      if (declaration.tagName) declarations.set(declaration.tagName, declaration);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});

const names = (list: readonly Named[] = []) => list.map(({ name }) => name).sort();

/** Sorted words. */
const words = (text: string) => text.trim().split(/\s+/).sort();

function declared(tag: string): Declaration {
  const declaration = declarations.get(tag);
  assert.ok(declaration, `<${tag}> is not in the manifest`);
  return declaration;
}

describe('the manifest', () => {
  test('says the same of <melody-rnn> as when nothing of it stood in a base', () => {
    const { attributes, events, slots, cssParts } = declared('melody-rnn');
    assert.deepEqual(
      names(attributes),
      words(
        `call-response checkpoint computer-keyboard configuration input instrument keys live loop preload seed steps
        temperature tempo transport`,
      ),
    );
    assert.deepEqual(names(events), words('sequence-change sequence-failure sequence-load sequence-play'));
    assert.deepEqual(names(slots), ['', 'input', 'title']);
    assert.deepEqual(
      names(cssParts),
      words('actions base controls files header input keyboard roll settings status take takes transport'),
    );
  });

  test('tells the properties and methods of <melody-rnn> that are public', () => {
    const own = (declared('melody-rnn').members ?? []).filter(({ privacy }) => !privacy);
    for (const name of words(
      `cancel clear context destination duration generate goOn keep load midi model notes openMidi play playing position
      primer ready recall seek sequence showPosition stop takes target undo`,
    ))
      assert.ok(names(own).includes(name), name);
  });

  test('has the parts of its own of each writer besides', () => {
    const shared = names(declared('melody-rnn').cssParts);
    for (const [tag, parts] of [
      ['drums-rnn', ['cell', 'grid', 'pad']],
      ['improv-rnn', []],
      ['polyphony-rnn', []],
      ['music-transformer', ['ways']],
      ['performance-rnn', ['histogram']],
    ] as const) {
      assert.deepEqual(names(declared(tag).cssParts), [...shared, ...parts].sort(), tag);
      assert.deepEqual(names(declared(tag).events), names(declared('melody-rnn').events), tag);
    }
  });

  test('says what <gansynth-instrument> has from its base', () => {
    const { attributes, events, slots, cssParts } = declared('gansynth-instrument');
    assert.deepEqual(
      names(attributes),
      words(
        'backend checkpoint computer-keyboard corners preload velocity-brightness velocity-curve volume x y',
      ),
    );
    assert.deepEqual(
      names(events),
      words('instrument-failure instrument-load note-off note-on sequence-play setting-change'),
    );
    assert.deepEqual(names(slots), ['title']);
    assert.deepEqual(
      names(cssParts),
      words('base controls failure header keyboard midi pad picture song status'),
    );
  });

  test('has the events of both kinds that <onsets-frames> tells, of music and of keys', () => {
    const { attributes, events, cssParts } = declared('onsets-frames');
    assert.deepEqual(
      names(attributes),
      words('checkpoint for frame-threshold headphones hears instrument onset-threshold preload'),
    );
    assert.deepEqual(
      names(events),
      words(
        'listen note-off note-on sequence-change sequence-failure sequence-load sequence-play setting-change',
      ),
    );
    assert.deepEqual(
      names(cssParts),
      words('actions advice base controls header measures roll settings status transport'),
    );
  });

  test('says of <nsynth-instrument> the same, its stretch and its corners besides', () => {
    const { attributes, events, cssParts, members } = declared('nsynth-instrument');
    const sibling = declared('gansynth-instrument');
    assert.deepEqual(names(attributes), [...names(sibling.attributes), 'stretch'].sort());
    assert.deepEqual(names(events), names(sibling.events));
    assert.deepEqual(
      names(cssParts),
      [...names(sibling.cssParts).filter((name) => name !== 'picture'), 'corners'].sort(),
    );
    assert.ok(members?.some(({ name, privacy }) => name === 'putSound' && !privacy));
  });

  test('describes whatever it names', () => {
    for (const [tag, { events, cssParts }] of declarations)
      for (const { name, description } of [...(events ?? []), ...(cssParts ?? [])])
        assert.ok(description, `${name} of <${tag}>`);
  });
});
