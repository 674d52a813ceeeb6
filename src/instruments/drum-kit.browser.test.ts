/** The drum kit as it is heard, in an OfflineAudioContext. */
import { expect } from '@esm-bundle/chai';
import { DRUMS, WOOD_BLOCKS } from '../audio/drum-sounds.js';
import { levels } from '../audio/measure.testing.js';
import { DrumKit, drumOf } from './drum-kit.js';

const RATE = 48000;
const PIECE = RATE / 100;

async function heard(seconds: number, play: (kit: DrumKit) => void): Promise<Float32Array> {
  const context = new OfflineAudioContext(1, seconds * RATE, RATE);
  const kit = new DrumKit();
  await kit.start({ context });
  play(kit);
  return (await context.startRendering()).getChannelData(0);
}

/** Level in dB of the 10 ms that begin at `time`. */
const levelAt = (sound: Float32Array, time: number) => levels(sound, PIECE)[Math.round(time * 100)];

describe('the drum kit', () => {
  it('strikes at the time it is told, and not before', async () => {
    const sound = await heard(1, (kit) => kit.noteOn(38, 100, 0.5));
    const onset = sound.findIndex((x) => Math.abs(x) > 1e-4);
    expect(Math.abs(onset - 0.5 * RATE)).to.be.below(32);
  });

  it('has every drum rendered when it is started: a stroke waits for nothing', async () => {
    const Native = globalThis.AudioBuffer;
    let made = 0;
    globalThis.AudioBuffer = class extends Native {
      constructor(options: AudioBufferOptions) {
        super(options);
        made++;
      }
    };
    try {
      const kit = new DrumKit();
      await kit.start({ context: new OfflineAudioContext(1, RATE, RATE) });
      expect(made).to.equal(DRUMS.length + WOOD_BLOCKS.length);
      for (let pitch = 0; pitch < 128; pitch++) kit.noteOn(pitch);
      expect(made).to.equal(DRUMS.length + WOOD_BLOCKS.length);
    } finally {
      globalThis.AudioBuffer = Native;
    }
  });

  it('has the loudness of the velocity', async () => {
    const [loud, soft] = await Promise.all(
      [127, 40].map(async (velocity) =>
        levelAt(await heard(0.3, (kit) => kit.noteOn(36, velocity, 0.1)), 0.12),
      ),
    );
    // 40 log10(velocity / 127)
    expect(loud - soft).to.be.closeTo(20.07, 0.1);
  });

  it('closes an open hi-hat with the closed one', async () => {
    const rings = await heard(0.6, (kit) => kit.noteOn(46, 127, 0.05));
    const closed = await heard(0.6, (kit) => {
      kit.noteOn(46, 127, 0.05);
      kit.noteOn(42, 1, 0.15);
    });
    expect(levelAt(rings, 0.25)).to.be.above(-45);
    expect(levelAt(closed, 0.25)).to.be.below(-90);
  });

  it('forgets strokes to come when told that all is off', async () => {
    const sound = await heard(1, (kit) => {
      kit.noteOn(49, 127, 0.5);
      kit.allNotesOff();
    });
    expect(sound.every((x) => x === 0)).to.equal(true);
  });

  it('says that its sound was stopped, and that it runs again', async () => {
    const context = new AudioContext();
    const told: boolean[] = [];
    const kit = new DrumKit({ changed: (running) => told.push(running), failed: () => {} });
    await kit.start({ context });
    const until = async (running: boolean) => {
      for (let i = 0; i < 300 && told.at(-1) !== running; i++)
        await new Promise((resolve) => setTimeout(resolve, 10));
      expect(told.splice(0).at(-1)).to.equal(running);
    };
    await context.suspend();
    await until(false);
    kit.noteOn(36);
    await until(true);
    kit.dispose();
    await context.close();
  });

  it('says what it could not bring back', async () => {
    const context = new AudioContext();
    const failures: string[] = [];
    const kit = new DrumKit({ changed: () => {}, failed: ({ code }) => failures.push(code) });
    await kit.start({ context });
    await context.suspend();
    context.resume = () => Promise.reject(new Error('not now'));
    kit.noteOn(36);
    for (let i = 0; i < 300 && failures.length === 0; i++)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(failures).to.deep.equal(['AUDIO_CONTEXT_SUSPENDED']);
    kit.dispose();
    await context.close();
  });

  it('has a drum for every note of General MIDI', () => {
    expect([36, 38, 42, 46, 45, 48, 50, 49, 51].map(drumOf)).to.deep.equal([
      'kick',
      'snare',
      'closed hi-hat',
      'open hi-hat',
      'low tom',
      'mid tom',
      'high tom',
      'crash',
      'ride',
    ]);
    expect([76, 77].map(drumOf)).to.deep.equal(['high wood block', 'low wood block']);
    for (let pitch = 0; pitch < 128; pitch++) expect(drumOf(pitch)).to.be.a('string');
  });
});
