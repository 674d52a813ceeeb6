// STUB
export function estimateFundamental(samples: Float32Array, sampleRate: number, { minHz, maxHz }: { minHz: number; maxHz: number }): { frequency: number; confidence: number } {
  const n = 2048; let best = 0, bestLag = 0; const from = Math.floor(samples.length / 3);
  const d = new Float64Array(Math.ceil(sampleRate / minHz) + 2); let cum = 0; let lagMin = Math.floor(sampleRate / maxHz); const nd = d.slice();
  for (let lag = 1; lag < d.length; lag++) { let s = 0; for (let i = 0; i < n; i++) { const e = samples[from + i] - samples[from + i + lag]; s += e * e; } d[lag] = s; cum += s; nd[lag] = s * lag / (cum || 1); }
  for (let lag = lagMin; lag < d.length - 1; lag++) if (nd[lag] < 0.12 && nd[lag] < nd[lag + 1]) { bestLag = lag; break; }
  if (!bestLag) { best = Infinity; for (let lag = lagMin; lag < d.length - 1; lag++) if (nd[lag] < best) { best = nd[lag]; bestLag = lag; } }
  const a = nd[bestLag - 1], b = nd[bestLag], c = nd[bestLag + 1]; const shift = (a - c) / (2 * (a - 2 * b + c) || 1);
  return { frequency: sampleRate / (bestLag + shift), confidence: 1 - b };
}
