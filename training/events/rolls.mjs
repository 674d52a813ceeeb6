// Piano rolls one below the other as one small SVG, for the pages of docs/.
//
//     node rolls.mjs --out ROLLS.svg [--seconds 16] "Before=old.mid" "After=new.mid" ...
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readMidi } from '../../dist/music.js';

const WIDTH = 760;
const HEIGHT = 130;
const TITLE = 18;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' }, seconds: { type: 'string', default: '16' } },
});
if (!values.out || positionals.length === 0) {
  console.error('node rolls.mjs --out FILE.svg [--seconds N] TITLE=FILE.mid ...');
  process.exit(2);
}
const seconds = Number(values.seconds);
const rolls = positionals.map((pair) => {
  const [title, file] = pair.split('=');
  const notes = readMidi(readFileSync(file)).notes.filter(({ startTime }) => startTime < seconds);
  return { title, notes };
});
const pitches = rolls.flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
const [low, high] = [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
const x = (time) => (Math.min(time, seconds) / seconds) * WIDTH;
const key = HEIGHT / (high - low + 1);
const rect = ({ pitch, startTime, endTime }, top) =>
  `<rect x="${x(startTime).toFixed(1)}" y="${(top + (high - pitch) * key).toFixed(1)}" width="${Math.max(2, x(endTime) - x(startTime) - 0.6).toFixed(1)}" height="${Math.max(1.5, key - 0.4).toFixed(1)}"/>`;
const bars = Array.from({ length: Math.ceil(seconds / 2) }, (_, bar) => x(2 * bar));
const parts = rolls.map(({ title, notes }, i) => {
  const top = i * (HEIGHT + TITLE + 6) + TITLE;
  return [
    `<text x="2" y="${top - 5}" font-family="sans-serif" font-size="12" fill="#333">${title}</text>`,
    `<rect x="0" y="${top}" width="${WIDTH}" height="${HEIGHT}" fill="#f4f4f6"/>`,
    `<g stroke="#d4d4da">${bars.map((at) => `<path d="M${at.toFixed(1)} ${top}v${HEIGHT}"/>`).join('')}</g>`,
    `<g fill="#3b5bdb">${notes.map((note) => rect(note, top)).join('')}</g>`,
  ].join('\n');
});
const height = rolls.length * (HEIGHT + TITLE + 6);
writeFileSync(
  values.out,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">\n<rect width="${WIDTH}" height="${height}" fill="#fff"/>\n${parts.join('\n')}\n</svg>\n`,
);
