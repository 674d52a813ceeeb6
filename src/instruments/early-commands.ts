/** Holds what is played before the sound is there: it is played then, and a tap that was over by that time is still a tap. */
import type { VoiceCommand } from '../messages/voice-processor.js';

/** A note is held so long at least, s: shorter than that it would be let go before its attack was heard. */
const SHORTEST = 0.15;

export class EarlyCommands {
  private waiting: { readonly command: VoiceCommand; readonly at: number }[] = [];

  add(command: VoiceCommand): void {
    this.waiting.push({ command, at: performance.now() / 1000 });
  }

  /** @param now the time of the context, s @returns the commands in their order: notes that were let go meanwhile end as long after their beginning as they did */
  take(now: number): VoiceCommand[] {
    const begun = new Map<number, number>();
    return this.waiting.splice(0).map(({ command, at }) => {
      if (command.type === 'noteOn') begun.set(command.note, at);
      const since = command.type === 'noteOff' ? begun.get(command.note) : undefined;
      if (since === undefined || command.type !== 'noteOff' || command.time > now) return command;
      return { ...command, time: now + Math.max(SHORTEST, at - since) };
    });
  }
}
