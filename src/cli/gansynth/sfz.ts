/** Writes an instrument for samplers in SFZ, version 1 (sfzformat.com), from the rendered notes of a timbre. */

export interface Sample {
  /** Beside the SFZ file. */
  readonly file: string;
  readonly pitch: number;
  /** Seconds in which the note falls by 60 dB when its key is let go; 0 where its audio does not tell. */
  readonly release: number;
  /** First sample of the loop, and the one behind its last; undefined for a note that ends by itself. */
  readonly loop?: { readonly loopStart: number; readonly loopEnd: number };
}

/** A struck bar or a plucked string rings on for so long, as on our own audio thread; seconds. */
const UNTOLD_RELEASE = 1;

/** @param samples of one timbre; each plays up to the middle of the way to its neighbours, the outermost to the ends of the keyboard */
export function sfzOf(samples: readonly Sample[]): string {
  const sorted = [...samples].sort((a, b) => a.pitch - b.pitch);
  const regions = sorted.map(({ file, pitch, release, loop }, i) => {
    const low = i > 0 ? Math.floor((sorted[i - 1].pitch + pitch) / 2) + 1 : 0;
    const high = i + 1 < sorted.length ? Math.floor((pitch + sorted[i + 1].pitch) / 2) : 127;
    return [
      '<region>',
      `sample=${file}`,
      `pitch_keycenter=${pitch} lokey=${low} hikey=${high}`,
      // SFZ counts the last sample of a loop to it.
      loop
        ? `loop_mode=loop_continuous loop_start=${loop.loopStart} loop_end=${loop.loopEnd - 1}`
        : 'loop_mode=no_loop',
      `ampeg_release=${(release || UNTOLD_RELEASE).toFixed(3)}`,
    ].join('\n');
  });
  return `${['<group>', ...regions].join('\n')}\n`;
}
