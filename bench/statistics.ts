/** Measuring: interleaved rounds, medians. */

export interface Row {
  readonly name: string;
  readonly value: number | string;
  readonly unit: string;
  readonly note?: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/** Calls each contestant once a round, in turn, so that a machine whose speed drifts drifts for all. Milliseconds. */
export async function interleave(
  contestants: Readonly<Record<string, () => unknown>>,
  rounds: number,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (const [name, run] of Object.entries(contestants)) {
    await run();
    times[name] = [];
  }
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const start = performance.now();
      await run();
      times[name].push(performance.now() - start);
    }
  }
  return times;
}

/** One row a contestant, and the ratio of each rival to each of ours: the median of the ratios round by round. */
export function rows(title: string, times: Record<string, number[]>, rivals: readonly string[]): Row[] {
  const result: Row[] = Object.entries(times).map(([name, values]) => ({
    name: `${title}: ${name}`,
    value: Number(median(values).toFixed(2)),
    unit: 'ms',
    note: `min ${Math.min(...values).toFixed(2)}, max ${Math.max(...values).toFixed(2)}, ${values.length} rounds`,
  }));
  for (const rival of rivals) {
    for (const ours of Object.keys(times).filter((name) => !rivals.includes(name))) {
      const ratios = times[rival].map((time, round) => time / times[ours][round]);
      result.push({
        name: `${title}: ${rival} / ${ours}`,
        value: Number(median(ratios).toFixed(2)),
        unit: 'x',
      });
    }
  }
  return result;
}
