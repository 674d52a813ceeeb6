/** The analyzer also guesses events from `dispatchEvent(...)`, without their names when they are classes: keep those with an @fires line. */
const documentedEvents = {
  name: 'documented-events',
  packageLinkPhase({ customElementsManifest }) {
    const declarations = customElementsManifest.modules.flatMap((module) => module.declarations ?? []);
    for (const declaration of declarations.filter(({ events }) => events)) {
      declaration.events = declaration.events.filter(({ description }) => description);
    }
  },
};

export default {
  globs: ['src/elements/**/*.ts'],
  exclude: ['**/*.test.ts', '**/*.styles.ts'],
  // At the root, where package.json says; the analyzer would rewrite that file otherwise.
  outdir: '.',
  packagejson: false,
  litelement: true,
  plugins: [documentedEvents],
};
