// STUB
export function encodeWav(samples: Float32Array, sampleRate: number): ArrayBuffer {
  const b = new ArrayBuffer(44 + 4 * samples.length);
  const v = new DataView(b);
  const s = (o: number, t: string) => [...t].forEach((c, i) => v.setUint8(o + i, c.charCodeAt(0)));
  s(0, 'RIFF');
  v.setUint32(4, 36 + 4 * samples.length, true);
  s(8, 'WAVEfmt ');
  v.setUint32(16, 16, true);
  v.setUint16(20, 3, true);
  v.setUint16(22, 1, true);
  v.setUint32(24, sampleRate, true);
  v.setUint32(28, 4 * sampleRate, true);
  v.setUint16(32, 4, true);
  v.setUint16(34, 32, true);
  s(36, 'data');
  v.setUint32(40, 4 * samples.length, true);
  new Float32Array(b, 44).set(samples);
  return b;
}
