import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openNoteDestination, playableElements, type PlayableElement } from './note-destination.js';

/** An element of no model that there is. */
function playable(id: string) {
  const context = Object.assign(new EventTarget(), { state: 'running', currentTime: 3 });
  let starts = 0;
  const element = {
    id,
    localName: 'planted-instrument',
    instrument: { context },
    start: () => Promise.resolve(void starts++),
    get starts() {
      return starts;
    },
  };
  return element as typeof element & PlayableElement;
}

const treeOf = (...elements: { readonly id: string }[]) =>
  ({
    querySelectorAll: () => elements,
    getElementById: (id: string) => elements.find((element) => element.id === id) ?? null,
  }) as unknown as ShadowRoot;

/** A writer of music: its `instrument` is an id, and it starts nothing. */
const writer = { id: 'writer', localName: 'melody-rnn', instrument: '' };

describe('the destination of a writer of notes', () => {
  const [first, second] = [playable('first'), playable('second')];
  const root = treeOf(writer, first, second);

  test('is the first playable element of the page, of whatever model', async () => {
    assert.deepEqual(playableElements(root), [first, second]);
    const opened = await openNoteDestination({ instrument: '', drums: false, root });
    assert.equal(first.starts, 1);
    assert.equal(opened.target(), first.instrument);
    assert.equal(opened.clock.currentTime, 3);
  });

  test('is the one that is named', async () => {
    const opened = await openNoteDestination({ instrument: 'second', drums: false, root });
    assert.equal(opened.target(), second.instrument);
  });

  test('is none where nothing plays, and says what to do', async () => {
    const open = (instrument: string) =>
      openNoteDestination({ instrument, drums: false, root: treeOf(writer) });
    await assert.rejects(open(''), { code: 'OPTION_INVALID', message: /put an instrument/ });
    await assert.rejects(open('writer'), { code: 'OPTION_INVALID', message: /"writer", and no instrument/ });
  });
});
