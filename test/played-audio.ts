import type { PlayedEngine } from '../src/worklets/played-engine.testing.js';
import type { AudioOutput } from '../src/instruments/audio-output.js';

/** The audio side of an instrument without a browser: commands go to a voice engine, which is played by the test. */
export const audioOf = (played: PlayedEngine): AudioOutput => ({
  context: { state: 'running', currentTime: 0 } as BaseAudioContext,
  output: {} as GainNode,
  ready: Promise.resolve(),
  onReport: () => {},
  onState: () => {},
  onFailure: () => {},
  send: (command) => played.send(command),
  setVolume() {},
  setRoom() {},
  silenceRoom() {},
  connect() {},
  resume: () => Promise.resolve(),
  wake() {},
  dispose: () => played.send({ type: 'close' }),
});
