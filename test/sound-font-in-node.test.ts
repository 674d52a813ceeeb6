/** Players sound in browsers; in Node they say so, and not that a file cannot be found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrumKit, SoundFontPlayer } from '../src/index.js';

test('a SoundFontPlayer needs a browser, and says so before it looks for its file', async () => {
  for (const source of ['general-midi.sf3', new Uint8Array(12)])
    await assert.rejects(SoundFontPlayer.load(source), {
      code: 'AUDIO_CONTEXT_UNSUPPORTED',
      message: /^There is no Web Audio here: instruments and players need a browser\. In Node, `writeMidi`/,
    });
});

test('so does what makes a context of its own', async () => {
  await assert.rejects(new DrumKit().start(), {
    code: 'AUDIO_CONTEXT_UNSUPPORTED',
    message: /need a browser/,
  });
});
