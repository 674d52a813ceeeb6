import { useEffect, useRef, useState } from 'react';
import 'timbrel/elements/gansynth-instrument';
import type { GANSynthInstrumentElement } from 'timbrel/elements/gansynth-instrument';
import type {} from 'timbrel/react';

export function App() {
  const [pitch, setPitch] = useState<number>();
  const instrument = useRef<GANSynthInstrumentElement>(null);
  // Before React 19 an element is given attributes, and no listeners of its own events.
  useEffect(() => {
    const element = instrument.current;
    const hear = (event: GlobalEventHandlersEventMap['note-on']) => setPitch(event.pitch);
    element?.addEventListener('note-on', hear);
    return () => element?.removeEventListener('note-on', hear);
  }, []);
  return (
    <>
      <gansynth-instrument
        id="lead"
        class="wide"
        backend="wasm"
        corners="flute, oboe, strings, marimba"
        volume={0.5}
        velocity-curve="soft"
        ref={instrument}
      />
      <output>{pitch}</output>
    </>
  );
}
