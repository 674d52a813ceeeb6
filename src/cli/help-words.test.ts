/** Help names every kind of file that is read: what reads a MIDI file reads MusicXML and ABC, too. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { COMMANDS, isGroup, type Entry } from './registry.js';

async function helps(entry: Entry, name: string): Promise<(readonly [string, string])[]> {
  const below = isGroup(entry) ? entry.commands : (entry.variants ?? {});
  const own = isGroup(entry) ? [] : [[name, (await entry.load()).help(name)] as const];
  const others = Object.entries(below).map(([word, one]) => helps(one, `${name} ${word}`.trim()));
  return [...own, ...(await Promise.all(others)).flat()];
}

describe('help of music that is read', async () => {
  for (const [name, help] of await helps(COMMANDS, ''))
    test(name, () => {
      const text = help.replaceAll(/\s+/g, ' ');
      assert.doesNotMatch(text, /WAV files of MIDI|MIDI folders|two MIDI files|FILE\.mid \.\.\./);
      if (/--(primer|melody)-midi |gansynth play|Turn folders/.test(text))
        assert.match(text, /MusicXML.*ABC/);
    });
});
