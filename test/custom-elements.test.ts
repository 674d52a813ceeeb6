/** What the manifest says of elements that stand on a base: editors and frameworks know of an element what is written there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkDescriptions, elementPages, readManifest } from '../scripts/element-pages.mjs';

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
  readonly cssProperties?: readonly Named[];
  readonly members?: readonly Named[];
}

const root = fileURLToPath(new URL('..', import.meta.url));
const declarations = new Map<string, Declaration>();
let manifest: ReturnType<typeof readManifest>;

before(() => {
  manifest = readManifest();
  for (const declaration of manifest.modules.flatMap(
    ({ declarations = [] }) => declarations as Declaration[],
  ))
    if (declaration.tagName) declarations.set(declaration.tagName, declaration);
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
        `call-response checkpoint computer-keyboard configuration input instrument keys layout live loop preload primary room seed
        steps temperature tempo transport`,
      ),
    );
    assert.deepEqual(
      names(events),
      words('sequence-change sequence-failure sequence-load sequence-play setting-change'),
    );
    assert.deepEqual(names(slots), ['', 'for-patch', 'for-sound', 'head', 'input', 'title']);
    assert.deepEqual(
      names(cssParts),
      words(
        `actions bar bars base black controls files header input key keyboard keys main more name octave-button placeholder
        playhead pressed roll settings status stop surprise take takes transport white zoom`,
      ),
    );
  });

  test('tells the properties and methods of <melody-rnn> that are public', () => {
    const own = (declared('melody-rnn').members ?? []).filter(({ privacy }) => !privacy);
    for (const name of words(
      `cancel clear context destination duration generate goOn keep keptBars load midi model notes openMidi play playing position
      primer ready recall rewrite seek sequence showPosition stop takes target undo`,
    ))
      assert.ok(names(own).includes(name), name);
  });

  test('has the parts of its own of each writer besides', () => {
    const shared = names(declared('melody-rnn').cssParts);
    for (const [tag, parts] of [
      ['drums-rnn', ['drum', 'drums']],
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
        'backend checkpoint computer-keyboard corners linked preload room velocity-brightness velocity-curve volume x y',
      ),
    );
    assert.deepEqual(
      names(events),
      words('instrument-failure instrument-load note-off note-on sequence-play setting-change'),
    );
    assert.deepEqual(names(slots), ['for-sound', 'title']);
    assert.deepEqual(
      names(cssParts),
      words(
        `bar base black browser button connect controls corner failure gradient guide handle header inputs key keyboard keys
        label legend level light message meter midi name octave-button pad panel picture picture-placeholder
        picture-playhead pressed rendered slider song status tap tick trail white`,
      ),
    );
  });

  test('has the events of both kinds that <onsets-frames> tells, of music and of keys', () => {
    const { attributes, events, cssParts } = declared('onsets-frames');
    assert.deepEqual(
      names(attributes),
      words('checkpoint for frame-threshold headphones hears instrument onset-threshold preload primary'),
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
    assert.deepEqual(names(cssParts), [...names(sibling.cssParts), 'card', 'card-failure', 'corners'].sort());
    assert.ok(members?.some(({ name, privacy }) => name === 'putSound' && !privacy));
  });

  test('describes whatever it names', () => {
    for (const [tag, { events, cssParts, cssProperties }] of declarations)
      for (const { name, description } of [...(events ?? []), ...(cssParts ?? []), ...(cssProperties ?? [])])
        assert.ok(description, `${name} of <${tag}>`);
  });

  test('is refused with a public member that nothing describes, which a page would leave out', () => {
    const refused = (members: readonly Named[], message: RegExp) =>
      assert.throws(() => checkDescriptions({ tagName: 'some-element', members }), message);
    refused([{ name: 'seek', kind: 'method' }], /seek of <some-element> has no description/);
    refused(
      [{ name: 'seek', kind: 'method', privacy: 'public', description: ' ' }],
      /seek .* no description/,
    );
    checkDescriptions({ tagName: 'some-element', members: [{ name: 'seek', privacy: 'private' }] });
    const documented = ['play', 'seek', 'undo', 'playing', 'destination', 'placePoint'].map((name) => [
      name,
      [...declarations.values()].some(({ members = [] }) =>
        members.some((each) => each.name === name && each.description),
      ),
    ]);
    assert.deepEqual(
      documented.filter(([, isThere]) => !isThere),
      [],
    );
  });

  test('is refused with a description that leans on another one: the pages are sorted by name', () => {
    for (const description of [
      'The same, as it is played.',
      'The same for patches.',
      'The same at the bottom left.',
      'One of them.',
      'As above.',
      'Its activity light.',
      'How thick it is.',
      'It was let go: `pitch`.',
    ])
      for (const list of ['members', 'events', 'slots', 'cssParts', 'cssProperties'])
        assert.throws(
          () => checkDescriptions({ tagName: 'some-element', [list]: [{ name: 'one', description }] }),
          /one of <some-element> .* stand by itself/,
          `${list}: ${description}`,
        );
    for (const description of ['One of the four cards.', 'The same-origin address of the model.'])
      checkDescriptions({ tagName: 'some-element', members: [{ name: 'one', description }] });
    for (const declaration of declarations.values()) checkDescriptions(declaration);
  });

  test('has of each element the custom properties of the theme, and of the elements inside it', () => {
    for (const [tag, { cssProperties }] of declarations)
      assert.ok(names(cssProperties).includes('--timbrel-accent'), tag);
    const own = names(declared('gansynth-instrument').cssProperties);
    for (const name of ['--piano-keyboard-white', '--morph-pad-top-left', '--rainbow-gram-background'])
      assert.ok(own.includes(name), name);
  });

  test('is what the pages in docs/elements say: node scripts/element-pages.mjs writes them', () => {
    for (const [name, text] of elementPages(manifest))
      assert.equal(readFileSync(path.join(root, 'docs/elements', name), 'utf8'), text, name);
  });
});
