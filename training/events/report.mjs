// What a checkpoint is worth, as its model card says it: `timbrel evaluate` with baselines and music, beside the checkpoint that it
// replaces, and the losses of other checkpoints on the same held-out pieces. Writes the figures as JSON, and prints them as the tables of the card.
//
//     node report.mjs --model melody-rnn --checkpoint DIR --input LEADS --out reports/melody-rnn-small.json \
//         --before OLD.json --other "note_rnn of RL Tuner=PATH" --size "128, 128=RUN/run.json"
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
const MUSIC = 100;

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    checkpoint: { type: 'string' },
    input: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
    other: { type: 'string', multiple: true, default: [] },
    before: { type: 'string' },
    size: { type: 'string', multiple: true, default: [] },
    force: { type: 'boolean', default: false },
  },
});
const { model, checkpoint, input, out } = values;
if (!model || !checkpoint || input.length === 0 || !out) {
  console.error(
    'node report.mjs --model M --checkpoint DIR --input PATH... --out FILE [--before EVALUATION.json] [--other NAME=PATH] [--size NAME=RUN.json] [--force]',
  );
  process.exit(2);
}
// The reports of the shipped weights lie in reports/, where a first try would go too.
if (existsSync(out) && !values.force) {
  console.error(`${out} is there already: choose another --out, or --force writes over it`);
  process.exit(2);
}
mkdirSync(path.dirname(path.resolve(out)), { recursive: true });

const split = (pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];

function evaluate(path, ...options) {
  const inputs = input.flatMap((one) => ['--input', one]);
  const words = [COMMAND, 'evaluate', model, '--checkpoint', path, ...inputs, '--json', ...options];
  return JSON.parse(execFileSync(process.execPath, words, { maxBuffer: 2 ** 28 }).toString());
}

const ours = evaluate(checkpoint, '--baselines', '--music', String(MUSIC));
// Where it lay on the machine that ran this, and how long that took, are no facts about it.
const { checkpoint: _path, seconds: _seconds, unreadable: _unreadable, ...figures } = ours;
figures.data = { ...figures.data, inputs: undefined };
// As `timbrel evaluate --json --music N` said it of what was shipped, with the sampling that was shipped.
const old = values.before && JSON.parse(readFileSync(values.before, 'utf8'));
const before = old && { layers: old.layers, attentionLength: old.attentionLength, loss: old.loss, music: old.music };
const others = values.other.map((pair) => {
  const [name, path] = split(pair);
  const { configuration, layers, attentionLength, loss } = evaluate(path);
  return { name, configuration, layers, attentionLength, loss };
});
const sizes = values.size.map((pair) => {
  const [name, path] = split(pair);
  const { minutes, validation } = JSON.parse(readFileSync(path, 'utf8'));
  return { name, minutes: Math.round(minutes), validation };
});
writeFileSync(out, `${JSON.stringify({ ...figures, before, others, sizes }, null, 1)}\n`);

const nats = (value) => value.toFixed(3);
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const { uniform, unigram, kneserNey, trainingEvents } = ours.baselines;

console.log(
  table(
    [`loss, nats per event (${ours.events} events of ${ours.data.pieces} pieces)`, ''],
    [
      ['**ours**', `**${nats(ours.loss)}**`],
      ...(before ? [['those before', nats(before.loss)]] : []),
      ['uniform', nats(uniform)],
      ['unigram', nats(unigram)],
      [
        `interpolated Kneser-Ney, order ${kneserNey.order}, of ${trainingEvents} events`,
        nats(kneserNey.loss),
      ],
      ...others.map(({ name, configuration, layers, loss }) => [
        `${name}: ${configuration}, ${layers.join(', ')}`,
        nats(loss),
      ]),
    ],
  ),
);
const percent = (value) => (value === null ? '' : `${(100 * value).toFixed(1)} %`);
const number = (value, digits) => (value === null ? '' : value.toFixed(digits));
console.log(
  `\naccuracy ${percent(ours.accuracy)}: ${percent(ours.eventAccuracy)} where something happens, ${percent(ours.noEventAccuracy)} where nothing does\n`,
);
const { generated, heldOut, pieces, temperature } = ours.music;
const MEASURES = [
  ['notes per second', 'noteDensity', (value) => number(value, 2)],
  ['entropy of pitch classes, bits', 'pitchClassEntropy', (value) => number(value, 2)],
  ['notes outside of the scale that fits best', 'offKey', percent],
  ['notes at once', 'polyphony', (value) => number(value, 2)],
  ['notes of 5 s, or cut there', 'longNotes', percent],
  ['notes on the beat', 'onBeat', percent],
  ['bars that return', 'barsThatReturn', percent],
  ['bars with a kick on one', 'kickOnOne', percent],
  ['runs of four notes that came before', 'repetition', percent],
];
console.log(
  table(
    [
      `music on the beginnings of ${pieces} held-out pieces, temperature ${temperature}, top-p ${ours.music.topP}`,
      'ours',
      ...(before ? ['before'] : []),
      'how they go on',
    ],
    MEASURES.filter(([, key]) => heldOut[key] !== null).map(([name, key, show]) => [
      name,
      show(generated[key]),
      ...(before ? [show(before.music.generated[key])] : []),
      show(heldOut[key]),
    ]),
  ),
);
if (sizes.length > 0) {
  const rows = sizes.map(({ name, minutes, validation }) => [name, minutes, nats(validation)]);
  console.log(`\n${table(['cells', 'minutes', 'validation loss'], rows)}`);
}
