export function concatenate(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return inARow(pieces, (length) => new Uint8Array(length));
}

export function concatenateFloats(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  return inARow(pieces, (length) => new Float32Array(length));
}

function inARow<T extends ArrayLike<number> & { set(values: ArrayLike<number>, offset: number): void }>(
  pieces: readonly ArrayLike<number>[],
  make: (length: number) => T,
): T {
  const result = make(pieces.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const piece of pieces) {
    result.set(piece, offset);
    offset += piece.length;
  }
  return result;
}
