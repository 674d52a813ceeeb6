/**
 * An instrument that is played by what the microphone hears is heard by the microphone too, and would play itself on. The guard tells
 * its sound from the player's: the browser's echo cancellation is made for voices, and would take the player's notes away with the echo.
 */

/** The pitches that a note may be taken for, semitones from it: itself, its partials, the octave below. */
const MISTAKEN_FOR = [0, 12, 19, 24, -12];
/** An echo comes so soon after its note at the latest, seconds: through loudspeaker and room to the microphone. */
const LATEST = 0.35;
/** A note may be dated so much before it began, seconds: a frame and a half. */
const EARLY = 0.048;
/** Our own sound keeps a note from ending: it is let go of after so long, seconds. */
export const LONGEST_HELD = 4;

export class EchoGuard {
  /** By pitch: the time at which our instrument struck it last, seconds of the listening. */
  private readonly strokes = new Map<number, number>();

  /** @param time seconds of the listening */
  struck(pitch: number, time: number): void {
    this.strokes.set(pitch, time);
  }

  /** @param start of a note that was heard, seconds of the listening */
  isEcho(pitch: number, start: number): boolean {
    return MISTAKEN_FOR.some((interval) => {
      const struck = this.strokes.get(pitch - interval);
      return struck !== undefined && start >= struck - EARLY && start <= struck + LATEST;
    });
  }
}
