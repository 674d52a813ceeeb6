/** The time of a clock at a time of `performance.now()`, seconds: of a context, that of what was heard then. */
export function clockTime(clock: { readonly currentTime: number }, seconds: number): number {
  if ('getOutputTimestamp' in clock) {
    const { contextTime = 0, performanceTime = 0 } = (clock as AudioContext).getOutputTimestamp();
    if (performanceTime > 0) return contextTime + seconds - performanceTime / 1000;
  }
  return clock.currentTime + seconds - performance.now() / 1000;
}
