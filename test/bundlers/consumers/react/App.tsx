import { useState } from 'react';
import 'timbrel/elements/gansynth-instrument';
import type {} from 'timbrel/react';

export function App() {
  const [pitch, setPitch] = useState<number>();
  return (
    <>
      <gansynth-instrument
        id="lead"
        className="wide"
        backend="wasm"
        corners="flute, oboe, strings, marimba"
        volume={0.5}
        velocity-curve="soft"
        onnote-on={(event) => setPitch(event.pitch)}
        oninstrument-failure={({ error, currentTarget }) => console.error(error.code, currentTarget.id)}
        ref={(element) => element?.setAttribute('data-framework', 'react')}
      />
      <output>{pitch}</output>
    </>
  );
}
