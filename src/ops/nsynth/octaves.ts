/** The first number of a frame of the spectral autoencoder is its pitch, in octaves from the middle of the scale of pitches. */
const MIDDLE_PITCH = 52;

export const pitchOfOctaves = (octaves: number) => MIDDLE_PITCH + 12 * octaves;
export const octavesOfPitch = (pitch: number) => (pitch - MIDDLE_PITCH) / 12;
