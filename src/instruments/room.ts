/**
 * From the one channel of the voices to two: a little width, and a room that the player sets. All nodes are the browser's own.
 *
 * The width is a copy of the sound, some milliseconds late and without its bass, that is added on the left and taken away on the
 * right: both channels together are the sound as it was, so that nothing is lost where a loudspeaker stands alone.
 */
import { createRandom } from '../random/random.js';

/** The share of the room, 0 to 1, that an instrument begins with. */
export const DEFAULT_ROOM = 0.3;

/** Lateness, s, share, and lowest frequency, Hz, of the copy that makes the width. */
const WIDTH = { lateness: 0.013, share: 0.22, lowest: 180 };
/** The room: its first sound comes so late, it has fallen by 60 dB after so long, s, and is darker the later it is. */
const ROOM = { lateness: 0.014, length: 1.2, seed: 'room' };
/** Gain of the whole room, whose response has an energy of 1 on each side. */
const WETTEST = 0.4;
/** The gain of all, without the room and for the whole of it: width and room add to peaks that a limiter has brought to full scale. */
const headroom = (amount: number) => 1 / (1.05 + 0.65 * amount);
/** A change of the room takes so long, s: a time constant. */
const GLIDE = 0.02;
/** Fades out within so long, s, when it has to end at once. */
const END = 0.003;
/** Voices that were silenced are heard so long, ms: until then there is no room for them. */
const LAST_HEARD = 60;

export class Room {
  /** One channel. */
  readonly input: GainNode;
  /** Two channels. */
  readonly output: GainNode;
  private wet: { readonly convolver: ConvolverNode; readonly gain: GainNode } | undefined;

  /** @param amount 0 (none) to 1 */
  constructor(
    private readonly context: BaseAudioContext,
    private amount: number,
  ) {
    const mono = { channelCount: 1, channelCountMode: 'explicit' } as const;
    this.input = new GainNode(context, mono);
    this.output = new GainNode(context, {
      ...{ gain: headroom(amount), channelCount: 2, channelCountMode: 'explicit' },
    });
    this.input.connect(this.output);
    const copy = new DelayNode(context, { delayTime: WIDTH.lateness, maxDelayTime: WIDTH.lateness, ...mono });
    const bright = new BiquadFilterNode(context, { type: 'highpass', frequency: WIDTH.lowest, ...mono });
    const sides = new ChannelMergerNode(context, { numberOfInputs: 2 });
    this.input.connect(copy).connect(bright);
    for (const [side, sign] of [1, -1].entries())
      bright.connect(new GainNode(context, { gain: sign * WIDTH.share })).connect(sides, 0, side);
    sides.connect(this.output);
    this.open();
  }

  /** @param amount 0 (none) to 1 */
  setAmount(amount: number): void {
    this.amount = amount;
    this.output.gain.setTargetAtTime(headroom(amount), this.context.currentTime, GLIDE);
    if (amount === 0) this.end();
    else if (this.wet) this.wet.gain.gain.setTargetAtTime(amount * WETTEST, this.context.currentTime, GLIDE);
    else this.open();
  }

  /** Ends what still sounds in the room, within milliseconds; what is played from now on has one again. */
  silence(): void {
    this.end();
    setTimeout(() => this.open(), LAST_HEARD);
  }

  private open(): void {
    if (this.amount === 0 || this.wet) return;
    const { context } = this;
    const buffer = responseOf(context);
    const convolver = new ConvolverNode(context, { buffer, disableNormalization: true });
    const gain = new GainNode(context, { gain: this.amount * WETTEST });
    this.input.connect(convolver).connect(gain).connect(this.output);
    this.wet = { convolver, gain };
  }

  private end(): void {
    const { wet, context } = this;
    if (!wet) return;
    this.wet = undefined;
    this.input.disconnect(wet.convolver);
    wet.gain.gain.setTargetAtTime(0, context.currentTime, END);
    setTimeout(() => wet.gain.disconnect(), 20_000 * END);
  }
}

/** The room is one and the same for all instruments: its response is made once for each rate. */
const responses = new Map<number, AudioBuffer>();

function responseOf({ sampleRate }: BaseAudioContext): AudioBuffer {
  let response = responses.get(sampleRate);
  if (!response) responses.set(sampleRate, (response = makeResponse(sampleRate)));
  return response;
}

/** Noise that falls and darkens, another one on each side. */
function makeResponse(sampleRate: number): AudioBuffer {
  const first = Math.round(ROOM.lateness * sampleRate);
  const length = first + Math.round(ROOM.length * sampleRate);
  const response = new AudioBuffer({ numberOfChannels: 2, length, sampleRate });
  const random = createRandom(ROOM.seed);
  const fall = Math.exp(Math.log(0.001) / (length - first));
  for (const side of [0, 1]) {
    const samples = response.getChannelData(side);
    let level = 1;
    let smooth = 0;
    let energy = 0;
    for (let i = first; i < length; i++) {
      // One pole, whose cut-off falls with the level: air and walls take the treble first.
      smooth += (0.15 + 0.5 * level) * (2 * random() - 1 - smooth);
      samples[i] = level * smooth;
      energy += samples[i] ** 2;
      level *= fall;
    }
    const scale = 1 / Math.sqrt(energy);
    for (let i = first; i < length; i++) samples[i] *= scale;
  }
  return response;
}
