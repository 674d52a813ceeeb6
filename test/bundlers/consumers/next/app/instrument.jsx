'use client';
import { useState } from 'react';
import 'timbrel/elements/gansynth-instrument';

export function Instrument() {
  const [pitch, setPitch] = useState();
  return (
    <>
      <gansynth-instrument backend="wasm" onnote-on={(event) => setPitch(event.pitch)}></gansynth-instrument>
      <output>{pitch}</output>
    </>
  );
}
