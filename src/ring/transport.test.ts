/** The promises of both transports: one suite, run on each. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker, type TransferListItem } from 'node:worker_threads';
import { TimbrelError } from '../errors/timbrel-error.js';
import type { NoteEnd, NoteStart } from '../messages/note-audio.js';
import { createRandom } from '../random/random.js';
import { sendNote, type NoteAudioReader, type NoteAudioSink } from './note-audio-stream.js';
import { patternAt, patternNote, type SendingOrder, type SentNote } from './sending-worker.testing.js';
import { createTransport, openReader, openWriter } from './transport.js';

/** Node 20 does not hand `--import tsx` down to worker threads. */
const START_TYPESCRIPT = `
  import('tsx/esm/api').then(({ register }) => {
    register();
    return import(${JSON.stringify(new URL('./sending-worker.testing.ts', import.meta.url).href)});
  })`;

interface ReceivedNote {
  readonly start: NoteStart;
  received: number;
  end?: NoteEnd;
  abandoned: boolean;
}

/** Keeps what it is given and checks that each sample is the next of its note. */
class RecordingSink implements NoteAudioSink {
  readonly notes: ReceivedNote[] = [];
  readonly faults: string[] = [];
  full = false;

  get received(): number {
    return this.notes.reduce((sum, { received }) => sum + received, 0);
  }

  get ended(): number {
    return this.notes.filter(({ end }) => end).length;
  }

  beginNote(start: NoteStart): number {
    if (this.full) return -1;
    return this.notes.push({ start: { ...start }, received: 0, abandoned: false }) - 1;
  }

  appendSamples(index: number, samples: Float32Array, offset: number, count: number): void {
    const note = this.notes[index];
    for (let i = 0; i < count; i++, note.received++) {
      const expected = patternAt(note.start.timbre, note.received);
      if (samples[offset + i] !== expected && this.faults.length < 5) {
        this.faults.push(`note ${note.start.timbre}, sample ${note.received}: ${samples[offset + i]}`);
      }
    }
    this.checkOpen(index);
  }

  endNote(index: number, end: NoteEnd): void {
    this.checkOpen(index);
    this.notes[index].end = { ...end };
  }

  abandonNote(index: number): void {
    this.checkOpen(index);
    this.notes[index].abandoned = true;
  }

  private checkOpen(index: number): void {
    const { end, abandoned } = this.notes[index];
    if (end || abandoned || index !== this.notes.length - 1)
      this.faults.push(`note ${index} goes on after its end`);
  }
}

/** Polls, in turn with the event loop, until `done`. */
async function read(reader: NoteAudioReader, done: () => boolean, maxSamples = 4096): Promise<void> {
  for (let turn = 0; !done(); turn++) {
    assert.ok(turn < 5000, 'nothing more arrives');
    reader.poll(maxSamples);
    await pause(turn % 50 === 0 ? 1 : 0);
  }
}

for (const shared of [true, false]) {
  describe(shared ? 'ring in shared memory' : 'ring over a message port', () => {
    function open() {
      const sink = new RecordingSink();
      const ends = createTransport(shared);
      const reader = openReader(ends.reader.transport, sink);
      const writer = openWriter(ends.writer.transport);
      const close = () => {
        writer.close();
        reader.close();
      };
      return { sink, reader, writer, close, ends };
    }

    test('brings a note whole and in order, and leaves the samples as they were', async () => {
      const { sink, reader, writer, close } = open();
      const { start, samples } = patternNote(3, 64000);
      const end = { loopStart: 11200, loopEnd: 46399, decay: 0.5, release: 0.25 };
      const before = samples.slice();
      const written = sendNote(writer, start, samples, end);
      await read(reader, () => sink.ended === 1);
      await written;
      assert.deepEqual(sink.notes, [{ start, received: 64000, end, abandoned: false }]);
      assert.deepEqual(sink.faults, []);
      assert.deepEqual(samples, before);
      close();
    });

    test('brings notes of any length one after the other, round the ring many times', async () => {
      const { sink, reader, writer, close } = open();
      const random = createRandom(shared ? 1 : 2);
      const lengths = Array.from({ length: 40 }, (_, i) => (i < 3 ? i + 1 : Math.ceil(random() * 20000)));
      const writing = (async () => {
        for (const [i, length] of lengths.entries()) {
          const { start, samples, end } = patternNote(i, length);
          await sendNote(writer, start, samples, end);
        }
      })();
      await read(reader, () => sink.ended === lengths.length, 3001);
      await writing;
      assert.deepEqual(sink.faults, []);
      assert.deepEqual(
        sink.notes.map(({ received }) => received),
        lengths,
      );
      close();
    });

    test('brings a note that is sent sample by sample, each as soon as it was made', async () => {
      const { sink, reader, writer, close } = open();
      const { start, samples, end } = patternNote(5, 100);
      await writer.begin(start);
      await read(reader, () => sink.notes.length === 1);
      for (let i = 0; i < 100; i++) {
        await writer.write(samples.subarray(i, i + 1));
        await read(reader, () => sink.received === i + 1);
        assert.equal(sink.ended, 0);
      }
      await writer.end(end);
      await read(reader, () => sink.ended === 1);
      assert.deepEqual(sink.notes, [{ start, received: 100, end, abandoned: false }]);
      assert.deepEqual(sink.faults, []);
      close();
    });

    test('gives a note up whose rest will not come, once, and one that the next begins upon', async () => {
      const { sink, reader, writer, close } = open();
      writer.abandon();
      const notes = [1, 2, 3].map((number) => patternNote(number, 500));
      await writer.begin(notes[0].start);
      await writer.write(notes[0].samples.subarray(0, 200));
      writer.abandon();
      writer.abandon();
      await writer.begin(notes[1].start);
      await writer.write(notes[1].samples.subarray(0, 300));
      await sendNote(writer, notes[2].start, notes[2].samples, notes[2].end);
      await read(reader, () => sink.ended === 1);
      const came = sink.notes.map(({ received, abandoned }) => [received, abandoned]);
      assert.deepEqual(came, [[200, true], [300, true], [500, false]]); // prettier-ignore
      assert.deepEqual(sink.faults, []);
      close();
    });

    test('makes the writer wait while nobody reads, and lets it go on', async () => {
      const { sink, reader, writer, close, ends } = open();
      if (ends.reader.transport.kind === 'port') ends.reader.transport.port.onmessage = null;
      const notes = [1, 2, 3].map((number) => patternNote(number, 60000));
      let written = 0;
      const writing = (async () => {
        for (const { start, samples, end } of notes) {
          await sendNote(writer, start, samples, end);
          written++;
        }
      })();
      await pause(60);
      assert.ok(written < 2, `${written} notes were taken by nobody`);
      // The port's reader is a message handler: it was taken away above, and comes back.
      const reading = shared ? reader : openReader(ends.reader.transport, sink);
      await read(reading, () => sink.ended === 3);
      await writing;
      assert.equal(sink.received, 180000);
      assert.deepEqual(sink.faults, []);
      close();
    });

    test('forgets a note that is aborted half way, and brings the next one whole', async () => {
      const { sink, reader, writer, close, ends } = open();
      if (ends.reader.transport.kind === 'port') ends.reader.transport.port.onmessage = null;
      const controller = new AbortController();
      const first = patternNote(1, 60000);
      const second = patternNote(2, 60000);
      const { signal } = controller;
      const filling = sendNote(writer, first.start, first.samples, first.end, signal);
      const waiting = filling.then(() => sendNote(writer, second.start, second.samples, second.end, signal));
      setTimeout(() => controller.abort(), 30);
      await assert.rejects(
        Promise.all([filling, waiting]),
        (error) => error instanceof TimbrelError && error.code === 'ABORTED',
      );
      const reading = shared ? reader : openReader(ends.reader.transport, sink);
      await read(reading, () => sink.notes.some(({ abandoned }) => abandoned));
      const third = patternNote(3, 1000);
      const written = sendNote(writer, third.start, third.samples, third.end);
      await read(reading, () => sink.notes.some(({ start, end }) => start.timbre === 3 && end));
      await written;
      assert.equal(sink.notes.at(-1)?.received, 1000);
      assert.equal(sink.notes.filter(({ end, abandoned }) => !end && !abandoned).length, 0);
      assert.deepEqual(sink.faults, []);
      close();
    });

    test('does not begin a note that was aborted before', async () => {
      const { sink, reader, writer, close } = open();
      const { start } = patternNote(1, 100);
      await assert.rejects(writer.begin(start, AbortSignal.abort()), /ABORTED/);
      reader.poll(4096);
      await pause(5);
      assert.equal(sink.notes.length, 0);
      close();
    });

    test('drops the samples of a note for which there is no room', async () => {
      const { sink, reader, writer, close } = open();
      sink.full = true;
      const dropped = patternNote(1, 50000);
      let done = false;
      const writing = sendNote(writer, dropped.start, dropped.samples, dropped.end).then(() => (done = true));
      await read(reader, () => done);
      await writing;
      // What lies in the ring belongs to the note that was dropped.
      while (reader.poll(4096) > 0);
      await pause(5);
      sink.full = false;
      const next = patternNote(2, 5000);
      const written = sendNote(writer, next.start, next.samples, next.end);
      await read(reader, () => sink.ended === 1);
      await written;
      assert.equal(sink.received, 5000);
      assert.deepEqual(sink.faults, []);
      close();
    });

    test('brings everything from another thread, in seeded random lengths, some aborted', async () => {
      let aborted = 0;
      for (const seed of [1, 2, 3]) {
        const sink = new RecordingSink();
        const ends = createTransport(shared);
        const reader = openReader(ends.reader.transport, sink);
        const order: SendingOrder = { transport: ends.writer.transport, seed, notes: 40 };
        const worker = new Worker(START_TYPESCRIPT, {
          eval: true,
          workerData: order,
          transferList: ends.writer.transfer as unknown as TransferListItem[],
        });
        let sent: SentNote[] | undefined;
        worker.on('message', (message: SentNote[]) => (sent = message));
        const random = createRandom(seed);
        const complete = () =>
          sent !== undefined &&
          sent.every(({ number, length, aborted }) => {
            const note = sink.notes.find(({ start }) => start.timbre === number);
            return aborted || (note?.received === length && note.end !== undefined);
          });
        for (let turn = 0; !complete(); turn++) {
          assert.ok(turn < 20000, `seed ${seed}: notes are missing`);
          reader.poll(Math.ceil(random() * 5000));
          await pause(random() < 0.1 ? 3 : 0);
        }
        assert.deepEqual(sink.faults, [], `seed ${seed}`);
        aborted += sent?.filter((note) => note.aborted).length ?? 0;
        reader.close();
        await worker.terminate();
      }
      assert.ok(aborted > 0 && aborted < 60, `${aborted} of 120 notes were aborted`);
    });
  });
}

test('poll takes no more than it is told to, from the ring in shared memory', async () => {
  const sink = new RecordingSink();
  const { reader, writer } = createTransport(true);
  const reading = openReader(reader.transport, sink);
  const { start, samples, end } = patternNote(1, 20000);
  await sendNote(openWriter(writer.transport), start, samples, end);
  for (const [most, total] of [
    [100, 100],
    [1, 101],
    [8000, 8101],
    [64000, 20000],
  ]) {
    reading.poll(most);
    assert.equal(sink.received, total);
  }
});

test('the ring in shared memory writes nothing but its indices and its words', async () => {
  const { reader, writer } = createTransport(true);
  assert.equal(writer.transport.kind, 'shared');
  if (writer.transport.kind !== 'shared') return;
  const words = new Int32Array(writer.transport.buffer);
  const canary = 0x5afe;
  const between = [
    ...Array.from({ length: 15 }, (_, i) => 1 + i),
    ...Array.from({ length: 15 }, (_, i) => 17 + i),
  ];
  for (const word of between) words[word] = canary;
  const sink = new RecordingSink();
  const reading = openReader(reader.transport, sink);
  const writing = openWriter(writer.transport);
  for (let number = 0; number < 12; number++) {
    const { start, samples, end } = patternNote(number, 30011);
    await sendNote(writing, start, samples, end);
    while (reading.poll(5000) > 0);
  }
  assert.deepEqual(sink.faults, []);
  assert.ok(between.every((word) => words[word] === canary));
});

test('indices of the ring in shared memory may pass the end of 32 bits', async () => {
  const { reader, writer } = createTransport(true);
  if (writer.transport.kind !== 'shared') return;
  const words = new Int32Array(writer.transport.buffer);
  words[0] = words[16] = 2 ** 31 - 5000;
  const sink = new RecordingSink();
  const reading = openReader(reader.transport, sink);
  const { start, samples, end } = patternNote(1, 30000);
  await sendNote(openWriter(writer.transport), start, samples, end);
  while (reading.poll(4096) > 0);
  assert.equal(sink.received, 30000);
  assert.deepEqual(sink.faults, []);
});
