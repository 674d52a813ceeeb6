// The whole band as a file: its notes as MIDI, its sound as WAV, rendered faster than it is played.
import { encodeWav, renderOffline } from './dist/timbrel.js';
import { music, notesAt } from './band-music.js';

/** General MIDI programs that are nearest to what plays. */
const PROGRAMS = { melody: 73, harmony: 4, piano: 0 };

/** @param tempo quarters a minute */
export async function midiOf(lanes, tempo) {
  const { writeMidi } = await music;
  const notes = lanes.flatMap(({ name, element }, instrument) =>
    notesAt(element, 60 / tempo).map((note) => ({
      ...note,
      instrument,
      program: PROGRAMS[name] ?? 0,
      isDrum: name === 'drums',
    })),
  );
  const instrumentInfos = lanes.map(({ name }, instrument) => ({ instrument, name }));
  return new Blob([writeMidi({ tempos: [{ time: 0, qpm: tempo }], notes, instrumentInfos })], {
    type: 'audio/midi',
  });
}

/** @param gainOf the gain of a lane, 0 where it is not heard @param master gain of all */
export async function wavOf(lanes, tempo, gainOf, master) {
  const parts = lanes.flatMap((lane) => {
    const instrument = document.getElementById(lane.element.instrument)?.instrument;
    // What plays on a MIDI output has no sound here.
    if (gainOf(lane) === 0 || (!instrument && lane.name !== 'drums')) return [];
    return [{ notes: notesAt(lane.element, 60 / tempo), instrument, gain: master * gainOf(lane) }];
  });
  const sound = await renderOffline(parts);
  const [left, right] = [0, 1].map((channel) => sound.getChannelData(channel));
  const samples = new Float32Array(2 * sound.length);
  for (let i = 0; i < sound.length; i++) [samples[2 * i], samples[2 * i + 1]] = [left[i], right[i]];
  return new Blob([encodeWav(samples, sound.sampleRate, 'float32', 2)], { type: 'audio/wav' });
}
