/** Fourier transforms in float64, for analysis and as a reference; the audio path has its own in wasm/. */

/** In place: radix 2, decimation in time. `inverse` is not scaled. @param re length a power of two */
export function fft(re: Float64Array, im: Float64Array, inverse = false): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j], re[i]];
      [im[i], im[j]] = [im[j], im[i]];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const angle = ((inverse ? 2 : -2) * Math.PI) / size;
    for (let k = 0; k < size / 2; k++) {
      const cosine = Math.cos(angle * k);
      const sine = Math.sin(angle * k);
      for (let a = k; a < n; a += size) {
        const b = a + size / 2;
        const tr = re[b] * cosine - im[b] * sine;
        const ti = re[b] * sine + im[b] * cosine;
        re[b] = re[a] - tr;
        im[b] = im[a] - ti;
        re[a] += tr;
        im[a] += ti;
      }
    }
  }
}

/** The real signal whose spectrum is `re` + i `im` at bins 0 to n / 2 (1/n scaled). @returns n samples */
export function inverseRealFFT(re: Float64Array, im: Float64Array): Float64Array {
  const half = re.length - 1;
  const n = 2 * half;
  const fullRe = new Float64Array(n);
  const fullIm = new Float64Array(n);
  for (let k = 0; k <= half; k++) {
    fullRe[k] = re[k];
    fullIm[k] = k === 0 || k === half ? 0 : im[k];
    if (k > 0 && k < half) {
      fullRe[n - k] = re[k];
      fullIm[n - k] = -im[k];
    }
  }
  fft(fullRe, fullIm, true);
  return fullRe.map((value) => value / n);
}
