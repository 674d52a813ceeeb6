/**
 * Tells from its embedding how loud a note will be and how it will fall: the decoder's numbers of its knots say so, and no sound has to
 * be made. A note that is decoded while it sounds is levelled and held by them, as a rendered one is by its samples (src/audio/loop.ts).
 */
import { decibels, gainOf } from '../../../audio/level.js';
import { decayOf, heldLoss } from '../../../audio/loop.js';
import { gatedLoudness } from '../../../audio/loudness.js';
import { octavesOfPitch } from '../../../ops/nsynth/octaves.js';
import { OUTPUTS, levelOf, type FrameLevel } from '../../../ops/nsynth/partials-and-noise.js';
import type { Decoded, SpectralStream } from '../../../ops/nsynth/spectral-networks.js';
import { EMBEDDING_SIZE, FRAMES, FRAME_SAMPLES, KEY_UP, KNOTS } from '../timbre-bank.js';
import { SAMPLE_RATE } from '../config.js';

export interface NoteFacts {
  /** The gain that brings the note to the loudness of all notes, in nepers. */
  readonly gain: number;
  /** The note goes on losing so many dB a second while it is held behind its end; 0 where it sustains. */
  readonly decay: number;
}

/** Frames of a block of loudness, 400 ms, and from block to block. */
const BLOCK = 12;
const STEP = 3;
/** A note's largest sample beside its largest level: partials begin spread, and noise is noise. */
const CREST = 3;
/** From this frame on a note is held: its attack is over. */
const HELD_FROM = 22;
const FRAMES_A_SECOND = SAMPLE_RATE / FRAME_SAMPLES;

/** @param begin begins a stream of the decoder @param row [knots, 16], its pitch beside that of the key */
export function factsOf(begin: () => SpectralStream, row: Float32Array, pitch: number): NoteFacts {
  const knots = row.slice();
  for (let at = 0; at < knots.length; at += EMBEDDING_SIZE) knots[at] += octavesOfPitch(pitch);
  const stream = begin();
  const heard = [stream.write(knots), stream.close()].flatMap(levelsOf);
  const gain = gainOf(
    gatedLoudness(blockPowers(heard)),
    CREST * Math.max(...heard.map(({ level }) => level)),
  );
  return { gain: Math.log(gain), decay: decayOf(lossOf(heard)) };
}

const levelsOf = ({ outputs, pitches }: Decoded): FrameLevel[] =>
  Array.from(pitches, (pitch, k) => levelOf(outputs.subarray(k * OUTPUTS, (k + 1) * OUTPUTS), pitch));

/** Mean squares of overlapping blocks of the held part; between knots the level is linear in dB. */
function blockPowers(heard: readonly FrameLevel[]): number[] {
  const powers = Array.from({ length: FRAMES }, (_, frame) => {
    const above = Math.max(
      1,
      KNOTS.findIndex((knot) => knot >= frame),
    );
    const [from, to] = [KNOTS[above - 1], KNOTS[above]];
    const share = (frame - from) / (to - from);
    const [a, b] = [heard[above - 1].power + 1e-20, heard[above].power + 1e-20];
    return a * (b / a) ** share;
  });
  const blocks: number[] = [];
  for (let from = 0; from + BLOCK <= KEY_UP; from += STEP)
    blocks.push(powers.slice(from, from + BLOCK).reduce((sum, power) => sum + power, 0) / BLOCK);
  return blocks;
}

/** dB that the held note loses in a second: a line through the levels of its knots, each with the weight of its level. */
function lossOf(heard: readonly FrameLevel[]): number {
  const held = heard
    .map(({ level }, i) => ({ level, frame: KNOTS[i] }))
    .filter(({ frame }) => frame >= HELD_FROM && frame < KEY_UP);
  const sum = (value: (one: (typeof held)[number]) => number) =>
    held.reduce((total, one) => total + (one.level + 1e-12) * value(one), 0);
  const weight = sum(() => 1);
  const middle = sum(({ frame }) => frame) / weight;
  const mean = sum(({ level }) => decibels(level)) / weight;
  const slope =
    sum(({ frame, level }) => (frame - middle) * (decibels(level) - mean)) /
    sum(({ frame }) => (frame - middle) ** 2);
  const peak = decibels(CREST * Math.max(...heard.map(({ level }) => level)));
  return heldLoss(-slope * FRAMES_A_SECOND, decibels(held[held.length - 1].level) - peak);
}
