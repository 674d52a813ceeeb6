/** The processor in a real AudioWorklet, on both transports. */
import { expect } from '@esm-bundle/chai';
import { noteGain } from '../audio/level.js';
import { findLoop } from '../audio/loop.js';
import { fitTone, sharpest, toDecibels } from '../audio/measure.testing.js';
import { frequencyOf, organ } from '../audio/synthetic-note.testing.js';
import {
  VOICE_PROCESSOR_NAME,
  type VoiceCommand,
  type VoiceProcessorOptions,
  type VoiceReport,
} from '../messages/voice-processor.js';
import { sendNote } from '../ring/note-audio-stream.js';
import { createTransport, openWriter } from '../ring/transport.js';

const RATE = 44100;
const MODULE = new URL('./voice-processor.ts', import.meta.url).href;
const OPTIONS: VoiceProcessorOptions = {
  voices: 16,
  noteSlots: 8,
  envelope: { attack: 0.004, decay: 0.1, sustain: 1, release: 0.1 },
  pitchRange: [24, 84],
};

interface PlayedNode {
  readonly node: AudioWorkletNode;
  send(command: VoiceCommand, transfer?: Transferable[]): void;
  report(): Promise<Extract<VoiceReport, { type: 'report' }>>;
}

async function createNode(context: BaseAudioContext, channels = 1): Promise<PlayedNode> {
  await context.audioWorklet.addModule(MODULE);
  const node = new AudioWorkletNode(context, VOICE_PROCESSOR_NAME, {
    numberOfInputs: 0,
    outputChannelCount: [channels],
    processorOptions: OPTIONS,
  });
  node.connect(context.destination);
  const send = (command: VoiceCommand, transfer: Transferable[] = []) =>
    node.port.postMessage(command, transfer);
  const report = () =>
    new Promise<Extract<VoiceReport, { type: 'report' }>>((resolve) => {
      node.port.onmessage = ({ data }: MessageEvent<VoiceReport>) => {
        if (data.type === 'report') resolve(data);
      };
      send({ type: 'requestReport' });
    });
  return { node, send, report };
}

/** Sends organ notes as a model worker does, and waits until the bank has them. */
async function store(played: PlayedNode, shared: boolean, pitches: readonly number[]): Promise<void> {
  const { writer, reader } = createTransport(shared);
  played.send({ type: 'addSource', transport: reader.transport }, reader.transfer);
  const writing = openWriter(writer.transport);
  const sent = (async () => {
    for (const pitch of pitches) {
      const { samples, ...end } = findLoop(organ(pitch));
      await sendNote(writing, { timbre: 1, pitch, gain: noteGain(samples) }, samples, end);
    }
  })();
  for (let turn = 0; (await played.report()).stored.length < 2 * pitches.length; turn++) {
    expect(turn).to.be.below(1000);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await sent;
}

for (const shared of [true, false]) {
  describe(`voice processor, ${shared ? 'shared memory' : 'message port'}`, () => {
    it('plays notes at their frames, in tune and without clicks, and ends them', async () => {
      const context = new OfflineAudioContext(1, 2 * RATE, RATE);
      const played = await createNode(context);
      played.send({ type: 'timbre', timbre: 1 });
      await store(played, shared, [60, 67]);
      played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, time: 0.25 });
      played.send({ type: 'noteOn', note: 2, pitch: 67, gain: 1, time: 0.5 });
      played.send({ type: 'noteOff', note: 1, time: 1.5 });
      played.send({ type: 'noteOff', note: 2, time: 1.5 });
      await played.report();
      const sound = (await context.startRendering()).getChannelData(0);
      const first = sound.findIndex((x) => x !== 0);
      expect(first).to.be.within(RATE / 4, RATE / 4 + 2);
      const chord = sound.slice(0.6 * RATE, 1.4 * RATE);
      for (const pitch of [60, 67]) {
        expect(toDecibels(fitTone(chord, frequencyOf(pitch) / RATE).amplitude)).to.be.within(-24, -12);
      }
      expect(sharpest(sound)).to.be.below(1.5 * sharpest(chord));
      expect(sound.slice(1.65 * RATE).every((x) => x === 0)).to.equal(true);
    });

    it('brings audio to a running context', async () => {
      const context = new AudioContext();
      const played = await createNode(context);
      await context.resume();
      played.send({ type: 'timbre', timbre: 1 });
      played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, time: 0 });
      await store(played, shared, [60]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const { activeVoices, peak } = await played.report();
      expect(activeVoices).to.equal(1);
      expect(peak).to.be.within(0.1, 0.4);
      played.send({ type: 'close' });
      await context.close();
    });
  });
}

describe('voice processor', () => {
  it('bears a second copy of its module', async () => {
    const context = new OfflineAudioContext(1, 128, RATE);
    await createNode(context);
    await context.audioWorklet.addModule(`${MODULE}?second-copy`);
  });

  it('fills every channel it is given', async () => {
    const context = new OfflineAudioContext(2, RATE, RATE);
    const played = await createNode(context, 2);
    played.send({ type: 'timbre', timbre: 1 });
    await store(played, true, [60]);
    played.send({ type: 'noteOn', note: 1, pitch: 60, gain: 1, time: 0 });
    // An offline context renders faster than messages arrive: this one has, when it is answered.
    await played.report();
    const sound = await context.startRendering();
    const [left, right] = [sound.getChannelData(0), sound.getChannelData(1)];
    expect(left.some((x) => Math.abs(x) > 0.1)).to.equal(true);
    expect(right.every((x, i) => x === left[i])).to.equal(true);
  });
});
