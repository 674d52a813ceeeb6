import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { kindOf, UnexpectedFile } from './file-kind.js';

const file = (name: string, content: BlobPart = '', type = '') => new File([content], name, { type });

describe('dropped files are', () => {
  for (const [what, kind, files] of [
    ['a MIDI file by its name', 'midi', [file('Song.MID')]],
    ['a MIDI file by its type', 'midi', [file('song', '', 'audio/midi')]],
    ['a MIDI file by its first bytes', 'midi', [file('song', 'MThd\0\0\0\x06')]],
    ['a score by its name', 'midi', [file('Song.mxl')]],
    ['a score by its first bytes', 'midi', [file('song', '<?xml version="1.0"?><score-partwise/>')]],
    ['a tunebook by its first bytes', 'midi', [file('reels', 'X:1\nT:A reel')]],
    ['a sound by its name', 'sound', [file('voice.flac')]],
    ['a sound by its first bytes', 'sound', [file('voice', 'RIFF\0\0\0\0WAVEfmt ')]],
    ['a sound among files that say nothing', 'sound', [file('notes.txt'), file('voice.wav')]],
    ['a picture', 'picture', [file('me.png')]],
    ['pictures alone', 'picture', [file('me.png'), file('you.jpg')]],
    [
      'a folder of texts, which may be meant for one of a checkpoint',
      'checkpoint',
      [file('me.png'), file('read.md'), file('more.md')],
    ],
    [
      'no picture and no text, with anything else beside it',
      'checkpoint',
      [file('me.png'), file('read.md'), file('thing')],
    ],
    ['a text by its name', 'text', [file('lyrics.txt', 'la la la')]],
    ['a text by its type', 'text', [file('lyrics', 'la la la', 'text/plain')]],
    ['a patch: one JSON file, whatever stands in it', 'patch', [file('mine.json', 'damaged')]],
    ['a checkpoint by one of its files', 'checkpoint', [file('read.me'), file('weights_manifest.json')]],
    ['a checkpoint, also with sounds beside it', 'checkpoint', [file('a.wav'), file('model.ckpt-1.index')]],
    ['a checkpoint where nothing is known', 'checkpoint', [file('thing')]],
  ] as const)
    test(what, async () => assert.equal(await kindOf(files), kind));
});

test('a file that is not taken is told what it is, and who takes it', () => {
  const { code, message } = new UnexpectedFile('sound', [file('voice.wav')], 'gansynth-instrument');
  assert.equal(code, 'FILE_UNEXPECTED');
  assert.match(message, /voice\.wav is a sound.*<nsynth-instrument>/);
});
