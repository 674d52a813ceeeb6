/** GANSynth's mel scale (magenta/models/gansynth/lib/spectral_ops.py and specgrams_helper.py), in float64. */

export const BINS = 1024;
const NYQUIST = 8000;

/** A sparse matrix, row by row: entries rows[r] to rows[r + 1] - 1 of `columns` and `values`. */
export interface SparseMatrix {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float64Array;
}

const hzToMel = (hz: number) => 1127 * Math.log1p(hz / 700);
const melToHz = (mel: number) => 700 * Math.expm1(mel / 1127);

/**
 * [1026] Hz: the edges of the mel bands. Bands narrower than 1.5 linear bins are widened, in place and in order, so that each
 * moves the centre of its neighbours: the published weights were trained with exactly this.
 */
export function melEdges(): { hz: Float64Array; widened: number } {
  const top = hzToMel(NYQUIST);
  const edges = Float64Array.from({ length: BINS + 2 }, (_, i) => (top * i) / (BINS + 1));
  const narrowest = (1.5 * NYQUIST) / BINS;
  let widened = 0;
  for (let i = 0; i < BINS; i++) {
    if (melToHz(edges[i + 2]) - melToHz(edges[i]) >= narrowest) continue;
    const r = (0.5 * narrowest) / (melToHz(edges[i + 1]) + 700);
    const d = 1127 * Math.log(r + Math.sqrt(1 + r * r));
    const centre = edges[i + 1];
    edges[i] = centre - d;
    edges[i + 2] = centre + d;
    widened++;
  }
  return { hz: edges.map(melToHz), widened };
}

/** [1024 linear, 1024 mel]: triangles, linear in Hz. Linear bin k is labelled k 8000 / 1023 Hz; bin 0 counts nothing. */
export function linearToMel(): SparseMatrix {
  const { hz } = melEdges();
  const spacing = NYQUIST / (BINS - 1);
  const entries: { bin: number; band: number; weight: number }[] = [];
  for (let band = 0; band < BINS; band++) {
    const [low, centre, high] = hz.subarray(band, band + 3);
    const last = Math.min(BINS - 1, Math.ceil(high / spacing));
    for (let bin = Math.max(1, Math.floor(low / spacing)); bin <= last; bin++) {
      const f = bin * spacing;
      const weight = Math.min((f - low) / (centre - low), (high - f) / (high - centre));
      if (weight > 0) entries.push({ bin, band, weight });
    }
  }
  entries.sort((a, b) => a.bin - b.bin || a.band - b.band);
  const rows = new Int32Array(BINS + 1);
  for (const { bin } of entries) rows[bin + 1]++;
  for (let bin = 0; bin < BINS; bin++) rows[bin + 1] += rows[bin];
  return {
    rows,
    columns: Int32Array.from(entries, ({ band }) => band),
    values: Float64Array.from(entries, ({ weight }) => weight),
  };
}

/**
 * Mel to linear, stored by linear bin (row k: which mel bands it is made of): the transpose of {@link linearToMel} with each
 * linear bin divided by the column sum of M M^T, so that power is kept.
 */
export function melToLinear(forward = linearToMel()): SparseMatrix {
  const { rows, columns, values } = forward;
  const melSums = new Float64Array(BINS);
  values.forEach((value, e) => (melSums[columns[e]] += value));
  const scaled = values.slice();
  for (let k = 0; k < BINS; k++) {
    let sum = 0;
    for (let e = rows[k]; e < rows[k + 1]; e++) sum += values[e] * melSums[columns[e]];
    if (sum > 1e-8) for (let e = rows[k]; e < rows[k + 1]; e++) scaled[e] /= sum;
  }
  return { rows, columns, values: scaled };
}
