import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { organ } from '../audio/synthetic-note.testing.js';
import type { NoteAudioSink } from '../ring/note-audio-stream.js';
import { createTransport, openReader } from '../ring/transport.js';
import { NoteRenderer } from './note-renderer.js';

const START = { timbre: 3, pitch: 60, gain: 0.5 };
const END = { loopStart: 100, loopEnd: 600, decay: 0, release: 0.2 };
const { signal } = new AbortController();

function joined() {
  const renderer = new NoteRenderer();
  const { writer, reader } = createTransport(true);
  renderer.add(1, writer.transport);
  const heard: string[] = [];
  let samples = 0;
  const sink: NoteAudioSink = {
    beginNote: ({ timbre, pitch }) => (heard.push(`begin ${timbre} ${pitch}`), 0),
    appendSamples: (_note, _samples, _offset, count) => void (samples += count),
    endNote: (_note, { loopStart, loopEnd }) => void heard.push(`end ${loopStart} ${loopEnd}`),
    abandonNote: () => void heard.push('abandon'),
  };
  const audio = openReader(reader.transport, sink);
  const poll = () => {
    while (audio.poll(4096) > 0);
    return samples;
  };
  return { renderer, heard, poll };
}

describe('a worker that renders notes', () => {
  test('sends one in parts while it is made', async () => {
    const { renderer, heard, poll } = joined();
    await renderer.stream(1, START, signal, async (write) => {
      await write(new Float32Array(500));
      assert.equal(poll(), 500);
      assert.deepEqual(heard, ['begin 3 60']);
      await write(new Float32Array(300));
      return END;
    });
    assert.equal(poll(), 800);
    assert.deepEqual(heard, ['begin 3 60', 'end 100 600']);
  });

  test('takes back one that fails in the middle, and sends the next', async () => {
    const { renderer, heard, poll } = joined();
    const failure = new Error('out of memory');
    const sent = renderer.stream(1, START, signal, async (write) => {
      await write(new Float32Array(500));
      throw failure;
    });
    await assert.rejects(sent, failure);
    await renderer.stream(1, { ...START, pitch: 62 }, signal, async (write) => {
      await write(new Float32Array(700));
      return END;
    });
    poll();
    assert.deepEqual(heard, ['begin 3 60', 'abandon', 'begin 3 62', 'end 100 600']);
  });

  test('finds the loop of one that is whole', async () => {
    const { renderer, heard, poll } = joined();
    const sent = renderer.send(1, 3, 60, organ(60), signal);
    const polling = setInterval(poll, 1);
    await sent;
    clearInterval(polling);
    assert.equal(poll() > 40000, true);
    assert.match(heard.join(), /^begin 3 60,end \d+ \d+$/);
  });

  test('has no way to where it was not joined', async () => {
    const { renderer } = joined();
    renderer.remove(1);
    for (const destination of [1, 2])
      await assert.rejects(
        renderer.stream(destination, START, signal, () => Promise.resolve(END)),
        { code: 'INTERNAL' },
      );
  });
});
