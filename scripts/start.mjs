// `npm start`: installs what is missing, builds, serves the demo on the first free port from 8080.
import path from 'node:path';
import { root, ensurePackages } from './install.mjs';
import { build } from './build.mjs';
import { serve } from './static-server.mjs';

ensurePackages();
console.log('Building ...');
build({ types: false });

const options = { roots: { '/': path.join(root, 'demo'), '/dist/': path.join(root, 'dist') } };
for (let port = 8080; ; port++) {
  try {
    await serve({ ...options, port });
    console.log(`\nThe demo is at http://localhost:${port}/   (Ctrl+C ends it)`);
    break;
  } catch (error) {
    if (error.code !== 'EADDRINUSE' || port > 8180) throw error;
  }
}
