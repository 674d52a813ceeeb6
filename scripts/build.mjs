// Builds dist/: kernels, bundles, types, the shipped weights. `npm run build`; other scripts call build().
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeFrameworkTypes } from './framework-types.mjs';
import { root, ensurePackages } from './install.mjs';
import { replaceFolder } from './replace-folder.mjs';

const run = (script, ...args) =>
  execFileSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' });

/** TypeScript names the module that declares a type, which is a dependency of a dependency: not everybody's packages can import that. */
function nameLit(types) {
  const files = readdirSync(types, { recursive: true }).filter((file) => file.endsWith('.d.ts'));
  for (const file of files.map((name) => path.join(types, name))) {
    const text = readFileSync(file, 'utf8');
    if (text.includes('"lit-html"')) writeFileSync(file, text.replaceAll('"lit-html"', '"lit"'));
  }
}

/**
 * A page of the last build that is open goes on: dist/ is exchanged when the new one is whole.
 * `types`: also what only the package needs; then no file names its source map, which the package leaves out.
 */
export function build({ types = true } = {}) {
  replaceFolder(path.join(root, 'dist'), (dist) => {
    run('wasm/build.mjs', dist);
    const maps = ['--sourcemap', types ? 'hidden' : 'true'];
    run('node_modules/rollup/dist/bin/rollup', '-c', '--silent', '--dir', dist, ...maps);
    // The audio thread's half of the synthesizer for SoundFonts, as it comes: its own source map is not here.
    const processor = 'spessasynth_processor.min.js';
    const synthesizer = path.join(root, 'node_modules/spessasynth_lib/dist', processor);
    const code = readFileSync(synthesizer, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '');
    writeFileSync(path.join(dist, processor), code);
    const shipped = path.join(root, 'checkpoints');
    if (existsSync(shipped)) {
      for (const name of readdirSync(shipped)) {
        cpSync(path.join(shipped, name), path.join(dist, 'checkpoints', name), {
          recursive: true,
          // The cards are packed where they stand.
          filter: (file) => !/\.png$|README\.md$/.test(file),
        });
      }
    }
    if (types) {
      run(
        'node_modules/typescript/bin/tsc',
        '-p',
        'tsconfig.types.json',
        '--outDir',
        path.join(dist, 'types'),
      );
      nameLit(path.join(dist, 'types'));
      run(
        'node_modules/@custom-elements-manifest/analyzer/cem.js',
        'analyze',
        '--config',
        'custom-elements-manifest.config.mjs',
        '--quiet',
      );
      const manifest = readFileSync(path.join(root, 'custom-elements.json'), 'utf8');
      writeFrameworkTypes(JSON.parse(manifest), path.join(dist, 'types'));
    }
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensurePackages();
  build();
}
