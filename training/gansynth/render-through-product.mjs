// Renders the shipped checkpoint through the product itself, for evaluate.py: what is measured is what is heard.
//
//     npm run build && node training/gansynth/render-through-product.mjs FOLDER [every]
//     python3 training/gansynth/evaluate.py --data DATA --audio FOLDER --out report.json
//
// Writes FOLDER/PROGRAM/PITCH.f32 for every named timbre and `every`th pitch pair, and FOLDER/random/NUMBER-PITCH.f32 for 64 random
// latents: 64000 little-endian float32 each.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GANSynth } from '../../dist/index.js';

const [folder, every = '1'] = process.argv.slice(2);
if (!folder) throw new Error('Say where to write: node render-through-product.mjs FOLDER');
const checkpoint = new URL('../../checkpoints/gansynth-small/', import.meta.url);
const { timbres } = JSON.parse(readFileSync(new URL('timbres.json', checkpoint), 'utf8'));
const model = await GANSynth.load(undefined, { backend: 'wasm' });
const write = (name, samples) => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, samples);
};

let number = 0;
for (const { program, latent } of timbres) {
  const z = Float32Array.from(latent);
  for (let pitch = 24; pitch <= 84; pitch++) {
    if (number++ % Number(every) === 0) write(`${program}/${pitch}.f32`, await model.generate({ pitch, z }));
  }
}
for (let i = 0; i < 64; i++) {
  const pitch = 24 + ((i * 37) % 61);
  write(`random/${String(i).padStart(2, '0')}-${pitch}.f32`, await model.generate({ pitch, seed: `random ${i}` }));
}
model.dispose();
console.log(`${number} pairs and 64 random latents in ${folder}`);
