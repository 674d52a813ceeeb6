// `npm run bench`: installs the peers, builds, measures, prints a table and writes bench/results.json.
// `npm run bench -- note engine` runs only the named parts (bench/run.mjs lists them).
import path from 'node:path';
import { ensureBrowser, ensurePackages, root } from './install.mjs';
import { build } from './build.mjs';

ensurePackages();
ensurePackages(path.join(root, 'bench'));
process.env.TIMBREL_CHROME = ensureBrowser();
build({ types: false });
const { runBenchmarks } = await import('../bench/run.mjs');
await runBenchmarks(process.argv.slice(2));
