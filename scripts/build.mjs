// Builds dist/: kernels, bundles, types, the shipped weights. `npm run build`; other scripts call build().
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, readdirSync, existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, ensurePackages } from './install.mjs';

const run = (script, ...args) =>
  execFileSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: 'inherit' });

export function build({ types = true } = {}) {
  rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  run('wasm/build.mjs');
  run('node_modules/rollup/dist/bin/rollup', '-c', '--silent');
  const shipped = path.join(root, 'checkpoints');
  if (existsSync(shipped)) {
    for (const name of readdirSync(shipped)) {
      cpSync(path.join(shipped, name), path.join(root, 'dist/checkpoints', name), {
        recursive: true,
        filter: (file) => !file.endsWith('.png'),
      });
    }
  }
  if (types) {
    run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json');
    run(
      'node_modules/@custom-elements-manifest/analyzer/cem.js',
      'analyze',
      '--config',
      'custom-elements-manifest.config.mjs',
      '--quiet',
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  ensurePackages();
  build();
}
