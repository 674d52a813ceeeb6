/** Holds what is played before the sound is there: it is played then, and a tap that was over by that time is still a tap. */
import type { VoiceCommand } from '../messages/voice-processor.js';

/** A note is held so long at least, s: shorter than that it would be let go before its attack was heard. */
const SHORTEST = 0.15;
/** A key that was down for longer is let go then, s: nobody holds it any more. */
const LONGEST = 0.6;
/** A note that was let go longer ago than this is given up, s: heard so much later it would be no answer to its key. */
const STALE = 2;

/** Tells whether a command is of playing, and due: such wait for a context that stands still. Settings and what is planned do not. */
export const isPlayedNow = (command: VoiceCommand, now: number): boolean =>
  command.type === 'allSoundOff' || ('time' in command && command.time <= now);

export class EarlyCommands {
  private waiting: { readonly command: VoiceCommand; readonly at: number }[] = [];

  add(command: VoiceCommand): void {
    this.waiting.push({ command, at: performance.now() / 1000 });
  }

  /** @param now the time of the context, s @param asleep leaves those that have to be heard @returns the commands in their order: notes that were let go meanwhile are as long as they were held, within limits */
  take(now: number, asleep = false): VoiceCommand[] {
    const taken = this.waiting.filter(({ command }) => !(asleep && isPlayedNow(command, now)));
    this.waiting = this.waiting.filter((entry) => !taken.includes(entry));
    const begun = new Map<number, number>();
    return taken.map(({ command, at }) => {
      if (command.type === 'noteOn') begun.set(command.note, at);
      const since = command.type === 'noteOff' ? begun.get(command.note) : undefined;
      if (since === undefined || command.type !== 'noteOff' || command.time > now) return command;
      // From its beginning: between now and that the clock of a context that wakes may leap.
      return { ...command, lasts: Math.min(LONGEST, Math.max(SHORTEST, at - since)) };
    });
  }

  /** Gives up notes that came and went a while ago: a context that wakes does not play them all at once. */
  forget(): void {
    const since = performance.now() / 1000 - STALE;
    const [begun, gone] = [new Set<number>(), new Set<number>()];
    for (const { command, at } of this.waiting) {
      if (command.type === 'noteOn') begun.add(command.note);
      if (command.type === 'noteOff' && at < since && begun.has(command.note)) gone.add(command.note);
    }
    if (gone.size > 0)
      this.waiting = this.waiting.filter(
        ({ command }) => !('note' in command && command.note !== undefined && gone.has(command.note)),
      );
  }
}
