// Renders checkpoints/gansynth-small/starter-notes.bin: notes of the default timbre. Run it when the weights change, with
// `node --import tsx scripts/starter-notes.mjs`, after a build.
import { writeFileSync } from 'node:fs';
import { GANSYNTH } from '../src/instruments/gansynth-instrument.ts';
import { encodeStarterNotes } from '../src/instruments/starter-notes.ts';
import { GANSynth } from '../dist/index.js';

/** No key is farther than a sixth from one of them, from C2 to C6. */
const PITCHES = [45, 54, 62, 70, 78];

const model = await GANSynth.load();
const corners = GANSYNTH.corners.map(
  (name) => model.description.timbres.find((timbre) => timbre.name === name).latent,
);
const z = GANSYNTH.mix(corners, 0.5, 0.5);
const notes = [];
for (const pitch of PITCHES) notes.push({ pitch, audio: await model.generate({ pitch, z }) });
model.dispose();
const file = encodeStarterNotes(notes);
writeFileSync(new URL('../checkpoints/gansynth-small/starter-notes.bin', import.meta.url), file);
console.log(`${PITCHES.length} notes, ${file.length} bytes`);
