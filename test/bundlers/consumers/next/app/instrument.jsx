'use client';
import { useEffect, useRef, useState } from 'react';
import 'timbrel/elements/gansynth-instrument';

export function Instrument() {
  const [pitch, setPitch] = useState();
  const instrument = useRef(null);
  // React does not attach `onnote-on` to a custom element that a server rendered (its issue 35446).
  useEffect(() => {
    const element = instrument.current;
    const hear = (event) => setPitch(event.pitch);
    element.addEventListener('note-on', hear);
    return () => element.removeEventListener('note-on', hear);
  }, []);
  return (
    <>
      <gansynth-instrument backend="wasm" ref={instrument}></gansynth-instrument>
      <output>{pitch}</output>
    </>
  );
}
