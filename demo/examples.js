// Sounds for those who have none at hand: made here, by what every browser has.
const RATE = 44100;

/** Makes a sound of some seconds. */
async function made(seconds, play) {
  const context = new OfflineAudioContext(1, Math.round(seconds * RATE), RATE);
  const master = context.createGain();
  master.gain.value = 0.5;
  master.connect(context.destination);
  play(context, master);
  return context.startRendering();
}

/** A gain that strikes at once and falls by 60 dB in some seconds. */
function struck(context, level, seconds, at = 0) {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(level, at + 0.003);
  gain.gain.exponentialRampToValueAtTime(level / 1000, at + seconds);
  return gain;
}

function tone(context, frequency, type = 'sine') {
  const oscillator = new OscillatorNode(context, { frequency, type });
  oscillator.start();
  return oscillator;
}

/** Partials of a small bell: it hums an octave below its note, and the tierce is minor. */
const bell = () =>
  made(4, (context, out) => {
    for (const [ratio, level, seconds] of [
      [0.5, 0.25, 5],
      [1, 0.6, 4],
      [1.183, 0.2, 3],
      [1.506, 0.15, 2.5],
      [2, 0.4, 2.5],
      [2.514, 0.15, 1.2],
      [3.011, 0.12, 0.9],
      [4.166, 0.08, 0.5],
    ])
      tone(context, 440 * ratio)
        .connect(struck(context, level, seconds))
        .connect(out);
  });

/** An "ah": a buzz through the formants of a mouth, with a slow vibrato. */
const vowel = () =>
  made(3, (context, out) => {
    const buzz = tone(context, 174.6, 'sawtooth');
    const vibrato = tone(context, 5.2);
    vibrato.connect(new GainNode(context, { gain: 12 })).connect(buzz.detune);
    const swell = context.createGain();
    swell.gain.setValueAtTime(0, 0);
    swell.gain.linearRampToValueAtTime(1, 0.12);
    for (const [frequency, Q, gain] of [
      [730, 9, 1],
      [1090, 11, 0.6],
      [2440, 18, 0.25],
      [3400, 20, 0.12],
    ])
      buzz
        .connect(new BiquadFilterNode(context, { type: 'bandpass', frequency, Q }))
        .connect(new GainNode(context, { gain }))
        .connect(swell);
    swell.connect(out);
  });

/** A plucked string, by Karplus and Strong: noise that goes round, a little duller each time. */
function pluck() {
  const length = Math.round(3 * RATE);
  const period = Math.round(RATE / 196);
  const string = new AudioBuffer({ length, sampleRate: RATE });
  const samples = string.getChannelData(0);
  for (let i = 0; i < length; i++) {
    samples[i] =
      i < period
        ? Math.random() - 0.5
        : 0.4985 * (samples[i - period] + samples[Math.max(0, i - period - 1)]);
  }
  return Promise.resolve(string);
}

/** A deep drum, whose skin falls in pitch. */
const drum = () =>
  made(1, (context, out) => {
    const skin = tone(context, 190);
    skin.frequency.setValueAtTime(190, 0);
    skin.frequency.exponentialRampToValueAtTime(62, 0.25);
    skin.connect(struck(context, 0.9, 0.7)).connect(out);
    const hit = new AudioBuffer({ length: RATE / 10, sampleRate: RATE });
    hit.getChannelData(0).forEach((_, i, samples) => (samples[i] = Math.random() - 0.5));
    const noise = new AudioBufferSourceNode(context, { buffer: hit });
    noise.start();
    noise.connect(struck(context, 0.5, 0.1)).connect(out);
  });

export const EXAMPLES = { bell, vowel, pluck, drum };
