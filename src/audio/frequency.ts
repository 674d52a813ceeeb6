/** Pitches and frequencies, in equal temperament with the A above middle C at 440 Hz. */

/** @param pitch MIDI pitch, with fractions @returns Hz */
export const frequencyOf = (pitch: number) => 440 * 2 ** ((pitch - 69) / 12);

/** @returns MIDI pitch, with fractions */
export const pitchOfFrequency = (hertz: number) => 69 + 12 * Math.log2(hertz / 440);
