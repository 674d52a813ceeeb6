// Draws rainbowgrams of notes that training never heard, source beside decoded, through the product itself: hue is instantaneous
// frequency, brightness is level. Two files in the folder of the weights: held-out.png and dropped.png.
//
//     npm run build && node training/nsynth/sheet.mjs DATA [WEIGHTS]
//
// DATA has the notes of prepare.py, those of another soundfont in DATA/dropped; WEIGHTS is checkpoints/nsynth-spectral, unless said.
import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, deflateSync } from 'node:zlib';
import { NSynth } from '../../dist/index.js';

const [data, weights = fileURLToPath(new URL('../../checkpoints/nsynth-spectral/', import.meta.url))] =
  process.argv.slice(2);
if (!data) throw new Error('Say where the notes are: node sheet.mjs DATA [WEIGHTS]');

const LENGTH = 64000;
const LOWEST = 24;
/** Four a row: program and MIDI pitch. The first eight are pitches that were held out, the others programs. The card names them. */
const SHEETS = {
  'held-out.png': {
    folder: 'notes',
    notes: [[73, 59], [56, 64], [0, 48], [48, 60], [40, 62], [12, 60], [52, 56], [24, 54], [4, 60], [11, 60], [21, 60], [27, 52], [42, 48], [60, 55], [71, 67], [75, 72]],
  },
  'dropped.png': {
    folder: 'dropped',
    notes: [[0, 60], [4, 48], [12, 72], [19, 48], [24, 52], [33, 36], [40, 67], [48, 55], [56, 62], [60, 50], [65, 57], [71, 64], [73, 74], [80, 60], ['drums', 38], ['drums', 46]],
  },
};

const WINDOW = 2048;
const HOP = 512;
const FRAMES = 125;
/** Up to 4 kHz, four bins a pixel. */
const HEIGHT = 128;
const BINS = 4;
/** dB below the loudest bin that is black. */
const RANGE = 60;
const HUES = 24;
const SHADES = 10;
const GAP = 2;
const MARGIN = 10;
const ACROSS = 4;

/** In place, both of one power of two. */
function transform(re, im) {
  const count = re.length;
  for (let i = 1, j = 0; i < count; i++) {
    let bit = count >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) [re[i], re[j], im[i], im[j]] = [re[j], re[i], im[j], im[i]];
  }
  for (let size = 2; size <= count; size *= 2) {
    for (let k = 0; k < size / 2; k++) {
      const [c, s] = [Math.cos((2 * Math.PI * k) / size), -Math.sin((2 * Math.PI * k) / size)];
      for (let a = k; a < count; a += size) {
        const b = a + size / 2;
        const [x, y] = [c * re[b] - s * im[b], s * re[b] + c * im[b]];
        [re[b], im[b]] = [re[a] - x, im[a] - y];
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

/** Colours of the palette, [HEIGHT][FRAMES], the highest frequency first. */
function rainbow(sound) {
  const levels = [];
  const hues = [];
  let before = new Float64Array(WINDOW);
  for (let frame = 0; frame < FRAMES; frame++) {
    const re = Float64Array.from({ length: WINDOW }, (_, i) => {
      const at = (frame + 1) * HOP - WINDOW + i;
      return (sound[at] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
    });
    const im = new Float64Array(WINDOW);
    transform(re, im);
    const phases = re.map((x, bin) => Math.atan2(im[bin], x));
    const [level, hue] = [[], []];
    for (let row = 0; row < HEIGHT; row++) {
      // The loudest of the bins of a pixel speaks for it.
      let loudest = 1 + row * BINS;
      for (let bin = loudest; bin < 1 + (row + 1) * BINS; bin++)
        if (Math.hypot(re[bin], im[bin]) > Math.hypot(re[loudest], im[loudest])) loudest = bin;
      level.push(20 * Math.log10(Math.hypot(re[loudest], im[loudest]) + 1e-9));
      // The bin's own frequency is taken off, so that a steady partial in the middle of its bin has one hue everywhere.
      const turn = (phases[loudest] - before[loudest] - (Math.PI / 2) * loudest) / (2 * Math.PI);
      hue.push(turn - Math.floor(turn));
    }
    levels.push(level);
    hues.push(hue);
    before = phases;
  }
  const top = Math.max(...levels.flat());
  return Array.from({ length: HEIGHT }, (_, y) =>
    Array.from({ length: FRAMES }, (__, frame) => {
      const row = HEIGHT - 1 - y;
      const brightness = Math.max(0, 1 + (levels[frame][row] - top) / RANGE);
      const shade = Math.round(brightness * SHADES);
      return shade === 0 ? 0 : 1 + (shade - 1) * HUES + (Math.floor(hues[frame][row] * HUES) % HUES);
    }),
  );
}

const WHITE = 1 + SHADES * HUES;

/** Black, then shades of hues at a saturation of 0.8, then white. */
function palette() {
  const colours = [[0, 0, 0]];
  for (let shade = 1; shade <= SHADES; shade++)
    for (let hue = 0; hue < HUES; hue++)
      colours.push(
        [5, 3, 1].map((n) => {
          const k = (n + (6 * hue) / HUES) % 6;
          return Math.round(255 * (shade / SHADES) * (1 - 0.8 * Math.max(0, Math.min(k, 4 - k, 1))));
        }),
      );
  return Buffer.from([...colours, [255, 255, 255]].flat());
}

function chunk(type, content) {
  const body = Buffer.concat([Buffer.from(type), content]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** @param rows indices into the palette */
function png(rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0].length, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const lines = Buffer.concat(rows.map((row) => Buffer.from([0, ...row])));
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('PLTE', palette()),
    chunk('IDAT', deflateSync(lines, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A note of a file of prepare.py: [61, 64000] int16 behind a header of numpy. */
async function read(folder, program, pitch) {
  const file = await open(path.join(data, folder, `${String(program).padStart(3, '0')}-085.npy`));
  try {
    const size = 2 * LENGTH;
    const header = (await file.stat()).size - 61 * size;
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0, size, header + (pitch - LOWEST) * size);
    return Float32Array.from({ length: LENGTH }, (_, i) => bytes.readInt16LE(2 * i) / 32768);
  } finally {
    await file.close();
  }
}

const model = await NSynth.load(weights);
for (const [name, { folder, notes }] of Object.entries(SHEETS)) {
  const cell = 2 * FRAMES + GAP + MARGIN;
  const width = ACROSS * cell - MARGIN;
  const height = Math.ceil(notes.length / ACROSS) * (HEIGHT + MARGIN) - MARGIN;
  const rows = Array.from({ length: height }, () => new Array(width).fill(WHITE));
  for (const [i, [program, pitch]] of notes.entries()) {
    const source = await read(folder, program, pitch);
    const decoded = await model.decode(await model.encode(source));
    for (const [j, sound] of [source, decoded].entries())
      rainbow(sound).forEach((line, y) =>
        line.forEach((colour, x) => {
          const left = (i % ACROSS) * cell + j * (FRAMES + GAP);
          rows[Math.floor(i / ACROSS) * (HEIGHT + MARGIN) + y][left + x] = colour;
        }),
      );
  }
  const file = png(rows);
  await writeFile(path.join(weights, name), file);
  console.log(`${name}: ${notes.length} notes, ${file.length} bytes`);
}
model.dispose();
