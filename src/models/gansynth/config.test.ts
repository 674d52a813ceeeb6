import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TimbrelError } from '../../errors/timbrel-error.js';
import { loadArgs } from './gansynth.js';
import { parseConfig } from './worker/checkpoint-config.js';

const fails = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof TimbrelError && error.code === code && message.test(error.message);

describe("a checkpoint's config.json", () => {
  test('says how many rounds of refinement its notes are heard with', () => {
    assert.equal(parseConfig({ type: 'GANSynth', refinement: 4 }).refinement, 4);
  });

  test("where there is none, as with Magenta's, it is Magenta's inversion", () => {
    assert.equal(parseConfig(undefined).refinement, 0);
    assert.equal(parseConfig(null).refinement, 0);
    assert.equal(parseConfig({}).refinement, 0);
    assert.equal(parseConfig({ refinement: null }).refinement, 0);
  });

  for (const refinement of [-1, 1.5, 65, '4']) {
    test(`of ${JSON.stringify(refinement)} rounds is refused`, () => {
      assert.throws(() => parseConfig({ refinement }), fails('CHECKPOINT_FORMAT', /refinement.*0 to 64/));
    });
  }

  test('of another model is refused', () => {
    assert.throws(
      () => parseConfig({ type: 'NSynth' }),
      fails('CHECKPOINT_OTHER_MODEL', /"NSynth"; expected "GANSynth"/),
    );
    assert.throws(() => parseConfig([]), fails('CHECKPOINT_FORMAT', /no object/));
  });
});

describe('the option of loading', () => {
  test('is handed on, also where it asks for none', () => {
    assert.equal(loadArgs(undefined, { refinement: 0 }).refinement, 0);
    assert.equal(loadArgs(undefined, {}).refinement, undefined);
  });

  test('is refused where it is no number of rounds', () => {
    assert.throws(
      () => loadArgs(undefined, { refinement: 0.5 }),
      fails('OPTION_INVALID', /refinement is 0.5.*0 to 64/),
    );
  });
});
